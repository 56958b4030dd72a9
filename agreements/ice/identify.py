"""Which rows of ICE's lists are one agency. Pure.

Exact first: the same folded name in one state. Then answers: names that an editor has said stand for another. Then the
place: a municipality has one police department and a county one sheriff, so two names of such that were both placed
there are one ("Macro Island", "Marco Island"). What merely looks alike is never joined here: see doubts.py.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, TypeAlias

from agreements.ice.agencies import plain
from agreements.ice.aliases import Aliases
from agreements.ice.history import History
from agreements.ice.identity import identity
from agreements.ice.match import Placement, place
from agreements.ice.parse import ParsedRow
from agreements.ice.places import PlaceIndex

#: State code and folded name; a third part tells apart two agencies of one name that stand on one sheet.
AgencyKey: TypeAlias = tuple[str, ...]


class Answer(NamedTuple):
    """The state and name that a printed name stands for; until: the last day of the sheets that it was judged on.

    reason: why, for people; no rule reads it.
    """

    state: str
    name: str
    until: date | None = None
    reason: str = ""


#: (state, folded printed name, program) → what it stands for; program "" is any, state "" that of a row whose state
#: cannot be read: an answer of one state's rows says nothing of it, since another state may have the same name.
Answers: TypeAlias = Mapping[tuple[str, str, str], Answer]

#: How many answers are followed from one name to the next; more would be a circle.
MAX_ANSWERS = 5
#: Characters of a folded name that tell agencies apart; a cell can hold thousands.
MAX_NAME = 200
#: How a note on rows that said otherwise begins; it is asked about, too.
EARLIER = "Earlier lists print"
_POLICE_OF_ALL = re.compile(r"\b(marshal|public safety|dps|police|polce)\b")


@dataclass(frozen=True, slots=True)
class KnownAgency:
    """One agency of the lists: its newest name, every name printed for it, newest first, and where it belongs.

    A printed name is a state, a name and a program: "" unless an answer gives the agency only that program's rows.
    """

    key: AgencyKey
    state: str
    name: str
    printed: tuple[tuple[str, str, str], ...]
    placement: Placement


@dataclass(frozen=True)
class Identified:
    """Every agency of a history, and the agency of each form; None where the row's state is not known."""

    agencies: Mapping[AgencyKey, KnownAgency]
    agency_of: Sequence[AgencyKey | None]


def identify(history: History, index: PlaceIndex, aliases: Aliases, answers: Answers) -> Identified:
    """The agencies of a history. The same history gives the same agencies, in whatever order it was read."""
    answered = {number: _answer(history, number, answers) for number in history.last_seen}
    spelled: dict[AgencyKey, list[int]] = defaultdict(list)
    stateless = []
    for number in history.last_seen:
        row = history.forms[number]
        if row.state or answered[number]:
            spelled[_spelled(row, answered[number])].append(number)
        else:
            stateless.append(number)
    for number in stateless:
        if (only := _only_namesake(history.forms[number], spelled)) is not None:
            spelled[only].append(number)
    meant = {n: _meant(history.forms[n], key, answered[n]) for key, numbers in spelled.items() for n in numbers}
    placed = {number: place(row, index, aliases) for number, row in meant.items()}
    groups: dict[AgencyKey, list[int]] = {}
    for key, numbers in spelled.items():
        groups.update(_apart(key, numbers, history, placed))
    where = {key: _placement(history.newest_first(numbers), history, placed) for key, numbers in groups.items()}
    joined = _joined_by_place(where)
    members: dict[AgencyKey, list[int]] = defaultdict(list)
    for key, numbers in groups.items():
        members[joined.get(key, key)] += numbers
    agencies = {}
    agency_of: list[AgencyKey | None] = [None] * len(history.forms)
    for key, numbers in members.items():
        newest = history.newest_first(numbers)
        for number in newest:
            agency_of[number] = key
        # The name that stands is one printed for the state that the agency is of, and not one that an answer replaced.
        own = [
            n for n in newest if history.forms[n].state == key[0] and not _is_replaced(history.forms[n], answered[n])
        ]
        name = meant[(own or newest)[0]].agency
        printed = dict.fromkeys(_printed_as(history.forms[n], answers) for n in newest if history.forms[n].state)
        agencies[key] = KnownAgency(key, key[0], name, tuple(printed), _placement(own or newest, history, placed))
    return Identified(agencies, agency_of)


def _only_namesake(row: ParsedRow, spelled: Mapping[AgencyKey, Iterable[int]]) -> AgencyKey | None:
    """The agency of a row whose state cannot be read: the only one of that name that any state's rows print."""
    named = [key for key in spelled if key[1] == identity(row.agency, key[0])[:MAX_NAME]]
    return named[0] if len(named) == 1 else None


def _meant(row: ParsedRow, key: AgencyKey, answer: Answer | None) -> ParsedRow:
    """A form as it is to be placed: under the state that its agency is of, and, where it has none, as was answered."""
    if row.state == key[0]:
        return row
    name = answer.name if answer and not row.state else row.agency
    return replace(row, state=key[0], agency=name, county="")


def _printed_as(row: ParsedRow, answers: Answers) -> tuple[str, str, str]:
    """The name of a row as its agency keeps it: with the program, where the answer speaks of that only."""
    is_limited = row.program and (row.state, plain(row.agency, row.state), row.program) in answers
    return (row.state, row.agency, row.program if is_limited else "")


def _answer(history: History, number: int, answers: Answers) -> Answer | None:
    """What a form's name stands for. A judgement of some sheets does not reach rows that first came later."""
    row, seen_on = history.forms[number], history.first_seen[number].published_on
    found = None
    state, name = row.state, row.agency
    for _ in range(MAX_ANSWERS):  # an answer may lead to a name that another answers for
        folded = plain(name, state)
        answer = answers.get((state, folded, row.program)) or answers.get((state, folded, ""))
        if answer is None or answer == found or (answer.until is not None and seen_on > answer.until):
            break
        found = answer
        state, name = answer.state, answer.name
    return found


def _is_replaced(row: ParsedRow, answer: Answer | None) -> bool:
    return answer is not None and plain(answer.name, answer.state) != plain(row.agency, row.state)


def _spelled(row: ParsedRow, answer: Answer | None) -> AgencyKey:
    state, name = (answer.state, answer.name) if answer else (row.state, row.agency)
    return (state, identity(name, state)[:MAX_NAME])


def _apart(
    key: AgencyKey, numbers: Sequence[int], history: History, placed: Mapping[int, Placement]
) -> dict[AgencyKey, list[int]]:
    """The forms of one spelling, apart by place where one sheet prints it for two: Washington Township is several."""
    by_place: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for number in numbers:
        if placed[number].is_placed:
            by_place[_where(placed[number])].add(number)
    if len(by_place) < 2 or not any(
        sum(not several.isdisjoint(sheet.forms) for several in by_place.values()) > 1
        for sheets in history.sheets.values()
        for sheet in sheets
    ):
        return {key: list(numbers)}
    first = min(by_place)
    apart = {(*key, "/".join(where)): sorted(ones) for where, ones in by_place.items()}
    apart[(*key, "/".join(first))] += [number for number in numbers if not placed[number].is_placed]
    return apart


def _where(placement: Placement) -> tuple[str, ...]:
    return (placement.kind, *placement.municipality_keys, *placement.county_geoids)


def _placement(newest: Sequence[int], history: History, placed: Mapping[int, Placement]) -> Placement:
    """Where an agency belongs: as its newest row that can be placed says, and a word on rows that said otherwise."""
    found = [placed[number] for number in newest if placed[number].is_placed]
    if not found:
        return placed[newest[0]]
    chosen = found[0]
    others = [number for number in newest if placed[number].is_placed and _where(placed[number]) != _where(chosen)]
    counties = sorted({history.forms[number].county for number in others} - {""})
    if counties and not chosen.note:
        return replace(chosen, note=f"{EARLIER} {', '.join(repr(county) for county in counties)}.")
    return chosen


def _joined_by_place(where: Mapping[AgencyKey, Placement]) -> dict[AgencyKey, AgencyKey]:
    """Agencies that are one because a place has only one of them: key → the key under which they are joined."""
    at: dict[tuple[object, ...], list[AgencyKey]] = defaultdict(list)
    for key, placement in where.items():
        if not placement.is_placed:
            continue
        if placement.kind == "sheriff" and len(placement.county_geoids) == 1:
            at["sheriff", *placement.county_geoids].append(key)
        elif placement.kind == "municipal_police" and len(placement.municipality_keys) == 1:
            sort = _POLICE_OF_ALL.search(key[1])
            if sort:
                word = sort[1].replace("polce", "police").replace("dps", "public safety")
                at[word, *placement.municipality_keys].append(key)
    return {key: min(keys) for keys in at.values() if len(keys) > 1 for key in keys}
