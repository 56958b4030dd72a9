"""The rules of status: from dated events to where an agreement stands on a day. Pure: no models, no request.

Status is a stage reached, not the last thing said. Each kind of event that moves it is a row of RULES; a kind that is
not there moves nothing. docs/status.md prints the same table, and a test holds the two together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from typing import NamedTuple

from agreements.kinds import EventKind, Status


class Stage(IntEnum):
    """How far an agreement has come. The furthest since the last reset is its stage."""

    NOTHING = 0
    DISCUSSED = 1
    SCHEDULED = 2
    APPROVED = 3
    PENDING = 4
    SIGNED = 5
    ACTIVE = 6


STATUS_OF_STAGE = {
    Stage.NOTHING: Status.NONE,
    Stage.DISCUSSED: Status.DISCUSSION,
    Stage.SCHEDULED: Status.DISCUSSION,
    Stage.APPROVED: Status.APPROVED,
    Stage.PENDING: Status.PENDING,
    Stage.SIGNED: Status.SIGNED,
    Stage.ACTIVE: Status.ACTIVE,
}


class Rule(NamedTuple):
    """What one kind of event does.

    reaches: the stage it brings the agreement to, if it is not further already.
    clears: every stage up to and including this one is undone.
    leaves: the status it leaves where it clears everything.
    """

    reaches: Stage | None = None
    clears: Sequence[Stage] = ()
    leaves: Status | None = None
    words: str = ""


EVERYTHING = tuple(Stage)[1:]

RULES: dict[str, Rule] = {
    EventKind.DISCUSSED: Rule(Stage.DISCUSSED, words="On an agenda or debated."),
    EventKind.VOTE_DEFERRED: Rule(Stage.DISCUSSED, words="A vote was put off."),
    EventKind.VOTE_FAILED: Rule(Stage.DISCUSSED, words="A motion to join tied or lost; the question stays open."),
    EventKind.VOTE_SCHEDULED: Rule(Stage.SCHEDULED, words="A vote is on an agenda; shown as Under discussion."),
    EventKind.VOTE_APPROVED: Rule(Stage.APPROVED, words="The governing body approved."),
    EventKind.APPROVED_BY_STAFF: Rule(Stage.APPROVED, words="An official approved; no vote."),
    EventKind.SIGNED_LOCALLY: Rule(Stage.APPROVED, words="Signed locally; ICE has not signed."),
    EventKind.LISTED_PENDING: Rule(Stage.PENDING, words="On ICE's pending list."),
    EventKind.SIGNED: Rule(Stage.SIGNED, words="The agency and ICE have both signed."),
    EventKind.ACTIVE: Rule(Stage.ACTIVE, words="A source shows officers using it."),
    EventKind.DECLINED: Rule(clears=EVERYTHING, leaves=Status.DECLINED, words="Decided not to sign."),
    EventKind.ENDED: Rule(clears=EVERYTHING, leaves=Status.ENDED, words="Ended or lapsed."),
    EventKind.DEPARTED: Rule(clears=EVERYTHING, leaves=Status.ENDED, words="Off ICE's list, confirmed."),
    EventKind.VOTE_RESCINDED: Rule(
        clears=EVERYTHING,
        leaves=Status.ENDED,
        words="Voided or rescinded. Where nothing had been signed it leaves Declined, since nothing ended.",
    ),
    EventKind.VOTE_REINSTATED: Rule(words="Gives back the stage that the last rescission took."),
    EventKind.PENDING_LAPSED: Rule(clears=(Stage.PENDING,), words="Off ICE's pending list, unsigned."),
    EventKind.LAWSUIT_FILED: Rule(
        words="Opens the suit. While it is open and nothing is signed: Before a court, if it is about the duty to sign."
    ),
    EventKind.SUIT_ENDED: Rule(
        clears=(Stage.DISCUSSED, Stage.SCHEDULED),
        words="Closes the suit and clears a mere discussion; an approval or an application stands again.",
    ),
}
#: Events of a suit about anything but the duty to sign move nothing.
SUIT_KINDS = frozenset({EventKind.LAWSUIT_FILED, EventKind.SUIT_ENDED})

#: After so many days without a later stage-setting event, a stage below Signed says "no later step known". A suit
#: that is open is not quiet: its hearings set no stage.
QUIET_AFTER = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Fact:
    """One established event as the rules see it: what happened, between which two days (both included).

    earliest, latest: None where that side is not bounded. sequence orders events of one day where a source says so.
    suit: the suit it belongs to, None if none; about_duty: whether that suit asks if the agency must sign.
    """

    id: int
    kind: str
    earliest: date | None
    latest: date | None
    sequence: int = 0
    suit: int | None = None
    about_duty: bool = False

    @property
    def order(self) -> tuple[date, int]:
        """Where it stands in time: on the last day on which it can have happened."""
        return (self.latest or date.max, self.sequence)

    def has_happened(self, on: date) -> bool:
        """Whether it had certainly happened by the end of that day. Without a last day it never counts."""
        return self.latest is not None and self.latest <= on

    def may_have_happened(self, on: date) -> bool:
        """Whether that day lies inside the days between which it happened, before the last of them."""
        return self.latest is not None and self.earliest is not None and self.earliest <= on < self.latest


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an agreement stands on a day, and why.

    since: the event that brought it there; None where nothing has. in_court: an open suit about the duty to sign.
    failed_vote: the last motion to join failed, and nothing came after. quiet: below Signed, and nothing for 180 days.
    restored: the reinstatement that gave the stage back, if one did. maybe: events that may already have happened.
    """

    status: Status
    on: date
    since: Fact | None = None
    in_court: bool = False
    failed_vote: bool = False
    quiet: bool = False
    restored: Fact | None = None
    maybe: tuple[Fact, ...] = ()

    @property
    def is_in_force(self) -> bool:
        return self.status in {Status.ACTIVE, Status.SIGNED}

    @property
    def is_silent(self) -> bool:
        """Whether nothing ever moved it: then only a check tells "none known" from "not yet checked"."""
        return self.status == Status.NONE and self.since is None


def standing(facts: Iterable[Fact], on: date) -> Standing:
    """Where an agreement with these events stands at the end of that day."""
    facts = [fact for fact in facts if _moves(fact)]
    happened = sorted((fact for fact in facts if fact.has_happened(on)), key=_reading_order)
    maybe = tuple(fact for fact in facts if fact.may_have_happened(on))

    reached: dict[Stage, Fact] = {}  # each stage that stands, with the event that first brought it
    left: tuple[Status, Fact] | None = None  # what the last full reset left
    taken: tuple[dict[Stage, Fact], tuple[Status, Fact] | None] | None = None  # what the last rescission took
    suits: dict[int | None, Fact] = {}
    failed: Fact | None = None
    restored: Fact | None = None

    for fact in happened:
        rule = RULES[fact.kind]
        if fact.kind == EventKind.VOTE_RESCINDED:
            if reached or taken is None:
                taken = (dict(reached), left)
            if max(reached, default=Stage.NOTHING) >= Stage.SIGNED:
                left = (Status.ENDED, fact)
            elif reached or left is None:
                left = (Status.DECLINED, fact)
            reached = {}
        elif fact.kind == EventKind.VOTE_REINSTATED:
            if taken is not None:
                given_back, left = taken
                reached, taken, restored = {**reached, **given_back}, None, fact
        else:
            if rule.clears:
                reached = {stage: first for stage, first in reached.items() if stage not in rule.clears}
            if rule.leaves is not None:
                left, taken = (rule.leaves, fact), None
            elif rule.clears and not reached and left is None:
                left = (Status.NONE, fact)
            if rule.reaches is not None:
                reached.setdefault(rule.reaches, fact)
        if fact.kind == EventKind.LAWSUIT_FILED:
            suits.setdefault(fact.suit, fact)
        elif fact.kind == EventKind.SUIT_ENDED:
            suits.pop(fact.suit, None)
        failed = fact if fact.kind == EventKind.VOTE_FAILED else failed

    stage = max(reached, default=Stage.NOTHING)
    since = reached.get(stage)
    status = STATUS_OF_STAGE[stage]
    if stage == Stage.NOTHING and left is not None:
        status, since = left
    if suits and stage < Stage.SIGNED:
        status, since = Status.COURT, min(suits.values(), key=lambda fact: fact.order)
    last = max((fact.order[0] for fact in happened), default=None)
    return Standing(
        status=status,
        on=on,
        since=since,
        in_court=bool(suits),
        failed_vote=failed is not None and status == Status.DISCUSSION and failed is happened[-1],
        quiet=last is not None and on - last > QUIET_AFTER and _may_go_quiet(status),
        restored=restored if restored and since and restored.order > since.order else None,
        maybe=maybe,
    )


class Period(NamedTuple):
    """Where an agreement stands from `first` to the day before `until`; None where nothing known changes it again."""

    first: date
    until: date | None
    standing: Standing


def periods(facts: Iterable[Fact], first_day: date, checked_from: date | None = None) -> list[Period]:
    """Every stretch of days on which an agreement with these events stands alike, from first_day on, without a gap.

    checked_from: the first day for which someone looked its place up; before it, one that nothing ever moved is not
    "none known" but "not yet checked". The standings' `on` is the first day of the stretch, and their `maybe` is empty.
    """
    facts = list(facts)
    days = {first_day, checked_from or first_day}
    for fact in facts:
        if fact.latest:
            days |= {fact.latest, fact.latest + QUIET_AFTER + timedelta(days=1)}
    starts: list[tuple[date, Standing]] = []
    for day in sorted(day for day in days if day >= first_day):
        found = replace(standing(facts, day), maybe=())
        if found.is_silent and (checked_from is None or day < checked_from):
            found = Standing(Status.UNCHECKED, day)
        if not starts or replace(found, on=starts[-1][0]) != starts[-1][1]:
            starts.append((day, found))
    ends = [*(first for first, _ in starts[1:]), None]
    return [Period(first, until, found) for (first, found), until in zip(starts, ends, strict=True)]


#: In which order a place takes the status of one of its agencies; Declined and Ended are one step: the later wins.
_PLACE_ORDER = [
    {Status.ACTIVE},
    {Status.SIGNED},
    {Status.PENDING},
    {Status.APPROVED},
    {Status.COURT},
    {Status.DISCUSSION},
    {Status.DECLINED, Status.ENDED},
    {Status.NONE},
]


def rank_of(status: Status) -> int:
    """Where a status comes in that order, from 0; one not yet checked comes last."""
    return next((rank for rank, step in enumerate(_PLACE_ORDER) if status in step), len(_PLACE_ORDER))


def furthest(standings: Iterable[Standing]) -> Standing | None:
    """The standing that speaks for a place among those of its own agencies: the furthest, then the earliest reached.

    None where there is none at all. Of Declined and Ended the later one counts.
    """
    standings = list(standings)
    for step in _PLACE_ORDER:
        if at_step := [one for one in standings if one.status in step]:
            choose = max if Status.ENDED in step else min
            return choose(at_step, key=lambda one: one.since.order if one.since else (date.max, 0))
    return None


def _moves(fact: Fact) -> bool:
    return fact.kind in RULES and (fact.kind not in SUIT_KINDS or fact.about_duty)


def _reading_order(fact: Fact) -> tuple[date, int, int, int]:
    """Time order; on one day, unless a source gives another order, what clears is read after what reaches.

    So a listing signs an agreement again only by a day later than its last reset. A reinstatement comes last: it
    needs the rescission that it answers.
    """
    day, sequence = fact.order
    phase = 2 if fact.kind == EventKind.VOTE_REINSTATED else 1 if RULES[fact.kind].clears else 0
    return (day, sequence, phase, fact.id)


def _may_go_quiet(status: Status) -> bool:
    return status in {Status.PENDING, Status.APPROVED, Status.DISCUSSION}
