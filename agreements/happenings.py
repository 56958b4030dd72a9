"""Which kinds of event happened in the world, with which mark and in which words a timeline shows each. Pure.

A mark stands for an event that moves a status, or for one in court. What moves none (a statement, a warning, a law) is
listed without a mark and not drawn: any of the marks would say that it changed something. A lapsed application bears
the ring, for what it leaves: no agreement known.

UNTOLD is what happened at our desk or on a list and not in the world: that someone looked, that a row was seen again,
or that it is missing and not counted as ended. These stay on the pages of places and agreements, and the lists' own
changes on the page of changes; in a timeline they would be all of its newest entries. An absence that is confirmed is
an ending, of a kind of its own, and is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from agreements.kinds import EventKind, Status
from agreements.status import RULES, STATUS_OF_STAGE

UNTOLD = frozenset({EventKind.CHECKED, EventKind.LISTED, EventKind.OFF_LIST, EventKind.RELISTED})

#: An event's mark where it reaches no stage.
_MARK_OF_KIND: dict[str, Status] = {
    EventKind.DECLINED: Status.DECLINED,
    EventKind.ENDED: Status.ENDED,
    EventKind.DEPARTED: Status.ENDED,
    EventKind.VOTE_RESCINDED: Status.ENDED,
    EventKind.VOTE_REINSTATED: Status.SIGNED,
    EventKind.PENDING_LAPSED: Status.NONE,
    EventKind.LAWSUIT_FILED: Status.COURT,
    EventKind.SUIT_ENDED: Status.COURT,
    EventKind.COURT_FILING: Status.COURT,
    EventKind.COURT_HEARING: Status.COURT,
    # A check that found none is what the ring means.
    EventKind.CHECKED: Status.NONE,
}


def mark_of(kind: str) -> str:
    """The slug of the mark that stands for an event of this kind; "" for one that moves nothing."""
    rule = RULES.get(kind)
    if rule and rule.reaches:
        return STATUS_OF_STAGE[rule.reaches]
    return _MARK_OF_KIND.get(kind, "")


#: What the events behind a mark are, in the order in which a key names them; as the rest of "Signed or …".
_PHRASES: dict[str, str] = {
    EventKind.ACTIVE: "officers using it",
    EventKind.SIGNED: "signed",
    EventKind.VOTE_REINSTATED: "restored",
    EventKind.LISTED_PENDING: "on ICE’s pending list",
    EventKind.VOTE_APPROVED: "approved",
    EventKind.APPROVED_BY_STAFF: "approved",
    EventKind.SIGNED_LOCALLY: "signed locally",
    EventKind.DISCUSSED: "debated",
    EventKind.VOTE_SCHEDULED: "scheduled",
    EventKind.VOTE_DEFERRED: "put off",
    EventKind.VOTE_FAILED: "failed",
    EventKind.LAWSUIT_FILED: "court event",
    EventKind.SUIT_ENDED: "court event",
    EventKind.COURT_FILING: "court event",
    EventKind.COURT_HEARING: "court event",
    EventKind.DECLINED: "decided not to sign",
    EventKind.ENDED: "ended",
    EventKind.VOTE_RESCINDED: "voided",
    EventKind.DEPARTED: "left ICE’s list",
    EventKind.PENDING_LAPSED: "left ICE’s pending list unsigned",
}


def key_words(kinds: Iterable[str]) -> dict[str, str]:
    """Mark → what it stands for where these kinds of event are drawn: "Signed", or "Signed or restored"."""
    present = set(kinds)
    phrases: dict[str, list[str]] = {}
    for kind, phrase in _PHRASES.items():
        found = phrases.setdefault(mark_of(kind), [])
        if kind in present and phrase not in found:
            found.append(phrase)
    return {mark: _either(found) for mark, found in phrases.items() if found}


def _either(phrases: Sequence[str]) -> str:
    words = " or ".join(filter(None, [", ".join(phrases[:-1]), phrases[-1]]))
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class Day:
    """All events of one kind that stand at one day: how many, and the id of one. is_exact: each is of a known day."""

    day: date
    kind: str
    count: int
    one: int
    is_exact: bool


#: The kinds worth words beside their mark, the rarest and most telling first: after the name of whom one is about, and
#: of several.
_NOTED: dict[str, tuple[str, str]] = {
    EventKind.LAWSUIT_FILED: ("goes to court", "{} agencies go to court"),
    EventKind.VOTE_RESCINDED: ("voids", "{} agencies void"),
    EventKind.DECLINED: ("declines", "{} agencies decline"),
    EventKind.VOTE_FAILED: ("vote fails", "{} votes fail"),
    EventKind.VOTE_REINSTATED: ("restores", "{} agencies restore"),
    EventKind.SUIT_ENDED: ("suit ends", "{} suits end"),
    EventKind.ENDED: ("ends", "{} agreements end"),
    EventKind.SIGNED: ("signs", "{} agreements signed"),
    EventKind.VOTE_APPROVED: ("approves", "{} approvals"),
    EventKind.LISTED_PENDING: ("applies", "{} applications"),
    EventKind.DEPARTED: ("left ICE’s list", "{} agencies left ICE’s list"),
}
_MOST_NOTED = 14


def worth_noting(days: Sequence[Day]) -> list[Day]:
    """Of the events by day, in order of day, those to be told in words, the most telling first: of each kind the last
    and the first of a known day.
    """
    found: list[Day] = []
    for kind in _NOTED:
        here = [each for each in days if each.kind == kind and each.is_exact]
        found += dict.fromkeys([*here[-1:], *here[:1]])
    return found[:_MOST_NOTED]


def note_of(day: Day, name: str) -> str:
    """What a note says of them, without the day: "Key West voids", "3 agreements signed". name: whom one is about."""
    one, many = _NOTED[day.kind]
    return f"{name} {one}" if day.count == 1 else many.format(day.count)
