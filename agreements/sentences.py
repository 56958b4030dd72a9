"""The sentences that answer a page's question: how a state, a county, a municipality or an agency stands. Pure.

Every count has its denominator, every sentence is right for none, one and many, and "signed" is said only of what
stands on the day: what ended or is not known is said as that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypedDict

from agreements.dates import day_in_words, in_words
from agreements.kinds import EventKind, Program, Status
from agreements.status import Fact, Standing
from agreements.wording import at, possessive, series, since, state_name, the

AGREEMENT = "287(g) agreement"
#: How many names a sentence lists before it only counts.
NAMES_SHOWN = 4


@dataclass(frozen=True)
class Answer:
    """A page's first sentences: the first has a count in its middle, printed bold; more are those that follow."""

    before: str
    count: str
    after: str
    more: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return " ".join((f"{self.before} {self.count} {self.after}".strip(), *self.more))


class Signed(TypedDict):
    """In force: cities of cities, counties of counties by an agency of their own, and states with any agreement."""

    cities_signed: int
    cities: int
    counties_signed: int
    counties: int
    states: int


class Signer(NamedTuple):
    """An agency with what it has in force, for a sentence: its name, and each program with since when."""

    name: str
    programs: tuple[tuple[str, Standing], ...]
    serves_both: bool = False  # whether it is the force of a consolidated government, of city and county alike


def what_of(program: str) -> str:
    """An agreement named with its program, for the sentence of one agreement."""
    return f"{AGREEMENT} ({Program(program).label})" if program else f"{AGREEMENT} (program not stated)"


_STANDS: dict[str, str] = {
    Status.ACTIVE: "has a signed {what} with ICE; a source shows officers using it {at}",
    Status.SIGNED: "has had a signed {what} with ICE {since}",
    Status.PENDING: "has applied for a {what}, first on ICE’s pending list {at}; ICE has not signed it",
    Status.APPROVED: "approved a {what} {at}; we have no source that ICE has signed it",
    Status.COURT: "has no {what} in force; a court was asked {at} whether it must sign one",
    Status.DISCUSSION: "has discussed a {what}, first {at}; no final vote is known",
    Status.DECLINED: "decided not to sign a {what} {at}",
    Status.ENDED: "has no {what} in force; the one it had ended {at}",
    Status.NONE: "has no {what} that we know of",
    Status.UNCHECKED: "has not yet been checked by name; this is not a “no”",
}
#: The same where the event that brought it there says more.
_STANDS_BY_KIND: dict[str, str] = {
    EventKind.SIGNED_LOCALLY: "signed a {what} locally {at}; we have no source that ICE has signed it",
    EventKind.VOTE_SCHEDULED: "has had a vote on a {what} on an agenda, first {at}; no final vote is known",
    EventKind.DEPARTED: "has no {what} in force; the one it had left ICE’s list {at}",
}
_RESCINDED: dict[str, str] = {
    Status.DECLINED: "withdrew its approval of a {what} {at}",
    Status.ENDED: "has no {what} in force; the one it had was voided or rescinded {at}",
}


def stands(status: str, standing: Standing | None, what: str = AGREEMENT, *, is_brief: bool = False) -> str:
    """How it stands, as the rest of a sentence that begins with its name. is_brief: after one that named the thing."""
    fact = standing.since if standing and status == standing.status else None
    sentence = _STANDS[status]
    if fact is not None:
        sentence = _STANDS_BY_KIND.get(fact.kind, sentence)
        if fact.kind == EventKind.VOTE_RESCINDED:
            sentence = _RESCINDED[status]
    elif status not in {Status.NONE, Status.UNCHECKED}:
        raise ValueError(f"{status} needs the event that brought it there.")
    if is_brief:
        sentence, what = sentence.replace("a {what}", "one"), "agreement"
    return sentence.format(what=what, at=at(fact) if fact else "", since=since(fact) if fact else "")


def notes(status: str, standing: Standing | None, voided: Fact | None = None) -> list[str]:
    """What else must be said of it, each a sentence. voided: the rescission that a restoring undid, if known."""
    if standing is None:
        return []
    fact, said = standing.since, []
    if standing.restored:
        said.append(f"It was declared void{_voided(voided, standing.restored)} restored {at(standing.restored)}.")
    if standing.in_court and status != Status.COURT:
        said.append("A lawsuit about the duty to sign is open.")
    if fact and status == Status.NONE and fact.kind == EventKind.SUIT_ENDED:
        said.append(f"A lawsuit about the duty to sign ended {at(fact)}.")
    if fact and status == Status.NONE and fact.kind == EventKind.PENDING_LAPSED:
        said.append(f"It left ICE’s pending list, unsigned, {at(fact)}.")
    if standing.failed_vote:
        said.append("A motion to join failed.")
    if standing.quiet:
        said.append("No later step is known.")
    return said


def _voided(voided: Fact | None, restored: Fact) -> str:
    """When it was, as it stands before "restored"; the year is said once where both days are of one."""
    if voided is None:
        return ", and"
    words = at(voided)
    exact = voided.earliest == voided.latest and restored.earliest == restored.latest
    if exact and restored.latest:
        words = words.removesuffix(f", {restored.latest.year}")
    return f" {words} and"


def place_sentences(
    name: str,
    on: date,
    status: str,
    standing: Standing | None,
    *,
    sheriff: Signer | None = None,
    force: str = "",
    checked_on: date | None = None,
    voided: Fact | None = None,
) -> list[str]:
    """How a municipality stands. sheriff: the one that polices it and has signed. force: whose the agreement is, said
    where that is not simply the city's own department; see `shared_force`.
    """
    as_of = f"As of {day_in_words(on)},"
    is_silent = status in {Status.NONE, Status.UNCHECKED}
    own = f"{name} {stands(status, standing)}"
    if sheriff:
        said = [f"{as_of} {the(sheriff.name)}, which polices {name}, {_has(sheriff)}."]
        if is_silent:
            said.append(f"{name} has no agreement of its own that we know of.")
        else:
            said.append(f"{own}.")
    else:
        said = [f"{as_of} {own}."]
    said += notes(status, standing, voided)
    if force:
        said.append(force)
    if status == Status.NONE and checked_on and checked_on != on:
        said.append(f"Last checked {day_in_words(checked_on)}.")
    return said


def shared_force(name: str, *, towns: int, is_consolidated: bool) -> str:
    """Whose the agreement is of a force that serves city and county alike, or several municipalities."""
    serves = "city and county alike" if is_consolidated else f"{towns:,} municipalities"
    return f"The agreement is of {the(name)}, which serves {serves}."


def agreement_sentences(name: str, on: date, program: str, standing: Standing, voided: Fact | None = None) -> list[str]:
    """How one agreement stands."""
    said = f"As of {day_in_words(on)}, {the(name)} {stands(standing.status, standing, what_of(program))}."
    return [said, *notes(standing.status, standing, voided)]


def agency_answer(name: str, on: date, agreements: Sequence[tuple[str, Standing]]) -> Answer:
    """How an agency stands: agreements are its programs, each with where it stands."""
    as_of = f"As of {day_in_words(on)}, {the(name)} has"
    in_force = [(program, one) for program, one in agreements if one.is_in_force]
    others = [_other(program, one) for program, one in agreements if not one.is_in_force and one.since]
    if not in_force:
        return Answer(as_of, f"no signed {AGREEMENT}", "with ICE that we know of.", tuple(others))
    count = f"1 signed {AGREEMENT}" if len(in_force) == 1 else f"{len(in_force)} signed {AGREEMENT}s"
    return Answer(as_of, count, f"with ICE: {series(_programs(in_force))}.", tuple(others))


def _other(program: str, one: Standing) -> str:
    label = Program(program).label if program else "Program not stated"
    return f"{label}: {one.status.label.lower() if one.status != Status.PENDING else 'pending with ICE'}" + (
        f" ({in_words(one.since.earliest, one.since.latest)})." if one.since else "."
    )


def _programs(programs: Iterable[tuple[str, Standing]]) -> list[str]:
    """Each program with since when: "Task Force Model since July 2, 2025"; of one in use, when that was seen."""
    said = []
    for program, one in programs:
        label = Program(program).label if program else "program not stated"
        if one.since and one.status == Status.ACTIVE:
            said.append(f"{label}, in use {at(one.since)}")
        else:
            said.append(f"{label} {since(one.since)}" if one.since else label)
    return said


def _has(signer: Signer) -> str:
    """What an agency has in force, as the rest of a sentence that begins with its name."""
    count = len(signer.programs)
    many = f"a signed {AGREEMENT}" if count == 1 else f"{count} signed {AGREEMENT}s"
    return f"has {many} with ICE ({'; '.join(_programs(signer.programs))})"


def country_answer(on: date, counts: Signed, states: int) -> Answer:
    """How the country stands. states: how many states and territories there are."""
    before, has = f"As of {day_in_words(on)},", f"a signed {AGREEMENT} with ICE"
    cities, all_counties = f"{counts['cities']:,} cities, towns and villages", f"{counts['counties']:,} counties"
    count = f"{counts['cities_signed']:,} of {cities}" if counts["cities_signed"] else f"none of the {cities}"
    after = f"in the United States {_verb(counts['cities_signed'] > 1)} {has}"
    after += "" if counts["cities_signed"] else " that we know of"
    if counts["counties_signed"]:
        too = " too" if counts["cities_signed"] else ""
        after += f"; in {counts['counties_signed']:,} of {all_counties}, an agency of the county itself has one{too}."
    else:
        after += f"; no agency of the {all_counties} has one that we know of."
    more = f"Agreements are in force in {counts['states']} of {states} states and territories."
    return Answer(before, count, after, (more,) if counts["states"] else ())


def _municipalities(signed: int, total: int, of: str) -> tuple[str, bool]:
    """How many of the municipalities, and whether the verb is that of many. `of`: whose they are, "" if said after."""
    if total == 1:
        return f"{of or 'the'} one municipality", False
    if signed == 0:
        return f"none of {of or 'the'} {total:,} municipalities", False
    return f"{signed:,} of {of + ' ' if of else ''}{total:,} municipalities", signed > 1


def state_answer(
    name: str, on: date, *, signed: int, total: int, counties_signed: int, counties: int, kinds: tuple[str, str]
) -> Answer:
    """How a state stands. kinds: what its counties are called, one and many, as ("parish", "parishes")."""
    before = f"As of {day_in_words(on)},"
    whose = possessive(state_name(name))
    has = f"a signed {AGREEMENT} with ICE"
    one_county, many_counties = kinds
    if not total:
        of_counties = f"{whose} one {one_county}" if counties == 1 else f"{whose} {counties:,} {many_counties}"
        if not counties_signed:
            return Answer(before, f"no agency of {of_counties}", f"has {has} that we know of.")
        of_them = f"{whose} one {one_county}" if counties == 1 else f"{counties_signed:,} of {of_counties}"
        return Answer(before, f"agencies of {of_them}", f"have {has}.")
    count, is_many = _municipalities(signed, total, whose)
    of_counties = f"its one {one_county}" if counties == 1 else f"its {counties:,} {many_counties}"
    of_them = of_counties if counties == 1 else f"{counties_signed:,} of {of_counties}"
    if signed and counties_signed:
        return Answer(before, count, f"and agencies of {of_them} have {has}.")
    if signed:
        return Answer(before, count, f"{_verb(is_many)} {has}; no agency of {of_counties} has one that we know of.")
    if counties_signed:
        no = "has no" if total == 1 else "has a"
        return Answer(
            before, count, f"{no} signed {AGREEMENT} with ICE that we know of; agencies of {of_them} have one."
        )
    if total == 1:
        return Answer(before, count, f"has no signed {AGREEMENT} that we know of, nor has an agency of {of_counties}.")
    return Answer(before, count, f"and no agency of {of_counties} has {has} that we know of.")


def statewide_sentence(agencies: int) -> str:
    """How many agencies that work across the state have one; "" for none."""
    if not agencies:
        return ""
    if agencies == 1:
        return "1 agency that works across the state has one."
    return f"{agencies:,} agencies that work across the state have one."


def county_answer(
    name: str,
    on: date,
    *,
    signed: int,
    total: int,
    unsettled: Sequence[tuple[str, str, Standing]],
    signers: Sequence[Signer],
) -> Answer:
    """How a county stands. unsettled: name, status and standing of each municipality neither signed nor silent.

    signers: the county's own agencies that have something in force.
    """
    before = f"As of {day_in_words(on)},"
    more = [*unsettled_sentences(unsettled), *signer_sentences(name, signers)]
    if not total:
        return Answer(before, "no municipality", f"of {name} is in this record.", tuple(more))
    count, is_many = _municipalities(signed, total, "")
    if signed:
        return Answer(before, count, f"in {name} {_verb(is_many)} a signed {AGREEMENT} with ICE.", tuple(more))
    no = "no" if total == 1 else "a"
    return Answer(before, count, f"in {name} has {no} signed {AGREEMENT} with ICE that we know of.", tuple(more))


def _verb(is_many: bool) -> str:
    return "have" if is_many else "has"


#: Of several places, by name or by number; of one the place's own words are said.
_MANY: dict[str, str] = {
    Status.COURT: "{who} have no agreement in force; a court was asked whether they must sign one",
    Status.PENDING: "{who} have applied for one; ICE has not signed",
    Status.APPROVED: "{who} approved one; we have no source that ICE has signed",
    Status.DISCUSSION: "{who} have discussed one; no final vote is known",
    Status.DECLINED: "{who} decided not to sign one",
    Status.ENDED: "{who} had one, which ended",
}
#: The same where the event that brought them there says more.
_MANY_BY_KIND: dict[tuple[str, str], str] = {
    (Status.APPROVED, EventKind.SIGNED_LOCALLY): "{who} signed one locally; we have no source that ICE has signed",
    (Status.DISCUSSION, EventKind.VOTE_SCHEDULED): "{who} have had a vote on one on an agenda; no final vote is known",
    (Status.DECLINED, EventKind.VOTE_RESCINDED): "{who} withdrew their approval of one",
    (Status.ENDED, EventKind.VOTE_RESCINDED): "{who} had one, which was voided or rescinded",
    (Status.ENDED, EventKind.DEPARTED): "{who} had one, which left ICE’s list",
}


def unsettled_sentences(unsettled: Sequence[tuple[str, str, Standing]]) -> list[str]:
    """One sentence for each way to stand: of one place with its day; of some by name; of many by their number."""
    alike: dict[tuple[int, str], list[tuple[str, str, Standing]]] = {}
    for name, status, standing in unsettled:
        kind = standing.since.kind if standing.since else ""
        words = _MANY_BY_KIND.get((status, kind), _MANY[status])
        alike.setdefault((list(_MANY).index(status), words), []).append((name, status, standing))
    said = []
    for (_, words), here in sorted(alike.items(), key=lambda item: item[0][0]):
        if len(here) == 1:
            name, status, standing = here[0]
            said.append(_sentence(f"{name} {stands(status, standing, is_brief=True)}"))
        else:
            few = len(here) <= NAMES_SHOWN
            said.append(_sentence(words.format(who=series([name for name, *_ in here]) if few else f"{len(here)}")))
    return said


def signer_sentences(county: str, signers: Sequence[Signer]) -> list[str]:
    """What the county's own agencies have in force: two by name, the rest by number.

    Where these two, or one with several programs, signed all on one day, no more than that day is said.
    """
    if not signers:
        return [f"No agency of {county} itself has one that we know of."]
    named = signers[:2]
    both = ", which serves city and county alike,"
    names = [f"{the(signer.name)}{both if signer.serves_both else ''}" for signer in named]
    days = {at(one.since) if one.since else "" for signer in named for _, one in signer.programs}
    several = sum(len(signer.programs) for signer in named) > 1
    if several and len(days) == 1 and all(_is_signed_that_day(signer) for signer in named):
        said = [_sentence(f"{series(names)} signed {days.pop()}")]
    else:
        said = []
        for name, signer in zip(names, named, strict=True):
            many = "one" if len(signer.programs) == 1 else str(len(signer.programs))
            said.append(_sentence(f"{name} has {many}: {series(_programs(signer.programs))}"))
    more = len(signers) - 2
    if more > 0:
        said.append("1 more county agency has one." if more == 1 else f"{more} more county agencies have one.")
    return said


def _is_signed_that_day(signer: Signer) -> bool:
    """Whether each agreement was signed on a day that is known, and no more is known of it."""
    facts = [one.since for _, one in signer.programs if one.status == Status.SIGNED]
    known = [fact for fact in facts if fact and fact.kind == EventKind.SIGNED and fact.earliest == fact.latest]
    return len(known) == len(signer.programs)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
