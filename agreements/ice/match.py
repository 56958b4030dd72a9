"""Where an agency of ICE's lists belongs: its kind, municipality and counties, or the question that stands open.

The rules are in docs/matching.md. A wrong place is worse than none: what can mean two places is left open.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import Literal, TypeAlias

from agreements.ice.agencies import STATE_KINDS, Kind, Recognised, plain, recognise
from agreements.ice.aliases import Aliases
from agreements.ice.cells import STATE_NAMES
from agreements.ice.parse import ParsedRow
from agreements.ice.places import CountyPlace, PlaceIndex, Town, without_kind
from municipalities.names import kind_of

#: How the place was found: by an alias; the only place of that name; the only one in the county printed; the only
#: incorporated one of several; the county in the name; the county printed; the county of the one town that a
#: constable's name can mean. "state" has and needs none.
Basis: TypeAlias = Literal[
    "alias", "name", "county", "incorporated", "county name", "county column", "county of town", "state", "none"
]

#: Characters of a question or note.
MAX_SENTENCE = 300
MEMBERS_OPEN = "Which municipalities it serves is not established here."
_CONSTABLE_WORDS = re.compile(
    r"\b(?:constabl\w*|offices?|of|pa|pennsylvania|state|(?:precinct|pct|district|place) \w+|(?:\w+th|\w*first|1st"
    r"|second|2nd|third|3rd) ward)\b"
)
_TOWNSHIPS = frozenset({"township", "charter township"})


@dataclass(frozen=True, slots=True)
class Placement:
    """What an agency is and where.

    `municipality_keys` are those whose own agency it is: empty for a campus, a constable, a sheriff. `county_geoids`
    are the counties it serves or stands in. `question` says in a sentence or two what is still open, "" where nothing
    is; `note` what had to be decided, such as a county printed that is not the place's. Both keep to MAX_SENTENCE.
    """

    kind: Kind
    municipality_keys: tuple[str, ...] = ()
    county_geoids: tuple[str, ...] = ()
    basis: Basis = "none"
    question: str = ""
    note: str = ""

    @property
    def is_placed(self) -> bool:
        """Whether it has the place that its kind calls for, and no question is open."""
        return not self.question


@dataclass(frozen=True, slots=True)
class _Printed:
    """The county that ICE prints beside an agency: read exactly, or as a slip (`note` says so), or not at all."""

    text: str
    county: CountyPlace | None
    is_exact: bool
    note: str


def place(row: ParsedRow, index: PlaceIndex, aliases: Aliases | None = None) -> Placement:
    """The placement of one row's agency."""
    placement = _place(row, index, aliases or {})
    return replace(placement, question=_short(placement.question), note=_short(placement.note))


def _short(sentence: str) -> str:
    return shorten(sentence, MAX_SENTENCE, placeholder="…")


def _place(row: ParsedRow, index: PlaceIndex, aliases: Aliases) -> Placement:
    if alias := aliases.get((row.state, plain(row.agency, row.state))):
        counties = alias.county_geoids or _counties_of([index.towns[key] for key in alias.municipality_keys])
        question = MEMBERS_OPEN if alias.kind == "regional_police" and not alias.municipality_keys else ""
        return Placement(alias.kind, alias.municipality_keys, counties, "alias", question, alias.reason)
    if not row.state:
        found = recognise(row.agency, "", agency_type=row.agency_type, program=row.program, is_town=lambda name: False)
        return Placement(found.kind, question="The state printed is not known.")

    def is_town(folded: str) -> bool:
        return bool(index.towns_named(row.state, folded))

    found = recognise(row.agency, row.state, agency_type=row.agency_type, program=row.program, is_town=is_town)
    printed = _printed(row, index, found)
    if found.kind in STATE_KINDS:
        return Placement(found.kind, basis="state")
    if found.kind in ("municipal_police", "municipal_government") and found.is_sure:
        return _in_town(row, found, index, printed)
    if not found.is_sure:
        return Placement(found.kind, question=f"What {row.agency!r} is cannot be told from its name.")
    return _in_county(row, found, index, printed)


def place_agency(rows: Sequence[ParsedRow], index: PlaceIndex, aliases: Aliases | None = None) -> Placement:
    """The placement of an agency that stands on several rows: the one without a question, if all such agree."""
    placements = [place(row, index, aliases) for row in rows]
    placed = [placement for placement in placements if placement.is_placed]
    if not placed:
        return placements[0]
    where = {(one.kind, one.municipality_keys, one.county_geoids) for one in placed}
    if len(where) == 1:
        return placed[0]
    return Placement(placed[0].kind, question="Its rows speak of different places.")


def _in_town(row: ParsedRow, found: Recognised, index: PlaceIndex, printed: _Printed) -> Placement:
    """A municipality's own agency, in the municipality its name and the county printed can only mean."""
    claim = _claim(row.agency, found.stem)
    towns = _candidates(found.stem, claim, row.state, index)
    if not towns:
        return Placement(found.kind, question=_no_town(row, found, claim, index, printed))
    county = printed.county
    here = [town for town in towns if county is not None and county.geoid in town.counties]
    state = STATE_NAMES[row.state]
    # A printed county that is not the place's has been ICE's slip where the state has only one place of that name.
    if county is not None and not here and printed.is_exact and len(towns) > 1:
        return Placement(found.kind, question=f"{state} has {_several(towns, index)}, none in {county.full_name}.")
    remaining = here or towns
    basis: Basis = "name" if len(towns) == 1 else "county"
    if len(remaining) > 1:
        incorporated = [town for town in remaining if not town.is_subdivision]
        if len(incorporated) != 1 or claim == "township":
            where = county.full_name if here and county else state
            question = f"{where} has {_several(remaining, index)}; which is meant is not said."
            return Placement(found.kind, question=question)
        remaining, basis = incorporated, "incorporated"
    town = remaining[0]
    if county is not None and not here and len(towns) == 1:
        note = f"ICE prints {printed.text!r}; the only {town.name} of {state} lies in {_where(town, index)}."
    elif basis == "incorporated":
        note = f"Read as {town.full_name}, the only incorporated place of that name{' there' if here else ''}."
    else:
        note = printed.note if here and len(towns) > 1 else ""
    return Placement(found.kind, (town.key,), town.counties, basis, note=note)


def _claim(agency: str, stem: str) -> str:
    """The kind of place that the name claims: first word of "Town of Palm Beach Police", last of "Butler Township"."""
    before = kind_of(agency)
    return before or without_kind(stem)[1]


def _candidates(stem: str, claim: str, state: str, index: PlaceIndex) -> list[Town]:
    """The municipalities that the name can mean. A township is meant only where one is named or nothing is claimed."""
    towns = index.towns_named(state, stem)
    base, kind = without_kind(stem)
    if kind and (not towns or kind == "township"):
        towns = list({town.key: town for town in (*towns, *index.towns_named(state, base))}.values())
    if claim == "township":
        return [town for town in towns if town.kind in _TOWNSHIPS]
    claimed = [town for town in towns if town.kind == claim]
    if claimed:
        return claimed
    return [town for town in towns if not claim or town.kind not in _TOWNSHIPS]


def _no_town(row: ParsedRow, found: Recognised, claim: str, index: PlaceIndex, printed: _Printed) -> str:
    state = STATE_NAMES[row.state]
    name, _ = without_kind(found.stem) if claim == "township" else (found.stem, "")
    what = "township" if claim == "township" else "municipality"
    near = index.towns_near(row.state, name, county=printed.county.geoid if printed.county else "")
    near = [town for town in near if claim != "township" or town.kind in _TOWNSHIPS]
    proposal = f" Near in spelling: {', '.join(f'{t.full_name} ({_where(t, index)})' for t in near)}." if near else ""
    return f"{state} has no {what} called {name.title()} in the Census Bureau's lists.{proposal}"


def _in_county(row: ParsedRow, found: Recognised, index: PlaceIndex, printed: _Printed) -> Placement:
    """An agency that serves or stands in a county: the one in its name, else the one printed beside it."""
    named, slip = _county_in_name(row, found, index)
    if slip and printed.is_exact and printed.county is not None:
        if named != printed.county:
            return Placement(found.kind, question=f"{slip} ICE prints {printed.text!r}.")
        slip = ""
    question = MEMBERS_OPEN if found.kind == "regional_police" else ""
    if named:
        is_other = printed.county is not None and printed.is_exact and printed.county != named
        note = f"ICE prints {printed.text!r}; its name says {named.full_name}." if is_other else slip
        return Placement(found.kind, (), (named.geoid,), "county name", question=question, note=note)
    if printed.county is not None:
        return Placement(found.kind, (), (printed.county.geoid,), "county column", question=question, note=printed.note)
    if found.kind == "tribal":
        return Placement(found.kind)
    if found.kind == "constable" and (towns := _towns_of_constable(row, index)):
        counties = set(_counties_of(towns))
        if len(counties) == 1:
            note = f"No county is printed; the only {towns[0].full_name} lies in {_where(towns[0], index)}."
            return Placement(found.kind, (), tuple(counties), "county of town", note=note)
    if printed.text:
        open_ = f"{STATE_NAMES[row.state]} has no county called {printed.text!r}, and the name gives none."
    else:
        open_ = "No county is printed, and the name gives none."
    return Placement(found.kind, question=f"{open_} {question}".strip())


def _towns_of_constable(row: ParsedRow, index: PlaceIndex) -> list[Town]:
    """The municipalities that a constable's name can mean: they tell the county, and are never the constable's own."""
    stem = " ".join(_CONSTABLE_WORDS.sub(" ", plain(row.agency, row.state)).split())
    return _candidates(stem, without_kind(stem)[1], row.state, index) if stem else []


def _county_in_name(row: ParsedRow, found: Recognised, index: PlaceIndex) -> tuple[CountyPlace | None, str]:
    """The county that the agency's name says, and a note where it is a slip that was read as that county."""
    if within := index.county_within(row.state, plain(row.agency, row.state)):
        return within, ""
    if found.kind not in ("sheriff", "county_jail", "county_other") or not found.stem:
        return None, ""
    if called := index.county_called(row.state, found.stem):
        return called, ""
    near = index.county_near(row.state, found.stem)
    return near, f"{row.agency!r} is read as of {near.full_name}." if near else ""


def _printed(row: ParsedRow, index: PlaceIndex, found: Recognised) -> _Printed:
    text = row.county or (found.tail if index.county_called(row.state, found.tail or "-") else "")
    if not text:
        return _Printed("", None, False, "")
    if exact := index.county_called(row.state, text):
        return _Printed(text, exact, True, "")
    if near := index.county_near(row.state, text):
        return _Printed(text, near, False, f"ICE prints {text!r}, read as {near.full_name}.")
    return _Printed(text, None, False, "")


def _counties_of(towns: Sequence[Town]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(county for town in towns for county in town.counties))


def _where(town: Town, index: PlaceIndex) -> str:
    return " and ".join(index.counties[geoid].full_name for geoid in town.counties if geoid in index.counties)


def _several(towns: Sequence[Town], index: PlaceIndex) -> str:
    shown = [f"{town.full_name} ({_where(town, index)})" for town in towns[:4]]
    more = f" and {len(towns) - 4} more" if len(towns) > 4 else ""
    return ", ".join(shown) + more
