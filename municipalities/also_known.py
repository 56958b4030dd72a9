"""Names that are no municipality's or county's own but stand for one: neighborhoods, former and short names.

A short table of ours, fixtures/places/also_known.csv, of what is stable and beyond dispute, each with its public basis.
It is part of the code, not of the record: it is read once a process.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from django.conf import settings

from municipalities.names import fold

TABLE = settings.BASE_DIR / "fixtures" / "places" / "also_known.csv"
#: How alike a name must be to stand for one of these, from 0 to 1: one letter in eight may be wrong.
NEAR = 0.86
#: Relation → how a sentence goes on after the name; {place} is the municipality or county.
RELATIONS = {
    "neighborhood": "is a neighborhood of {place}",
    "borough": "is a borough of {place}",
    "unincorporated": "is not a city: it lies in {place}, outside any municipality",
    "former name": "is a former name of {place}",
    "short name": "is short for {place}",
}
#: Of these the place itself is meant, and no sentence is needed between.
SAME = {"former name", "short name"}


@dataclass(frozen=True, slots=True)
class OtherName:
    """A name, and the place for which it stands: `key` is a municipality's, or the GEOID of a county."""

    name: str
    state: str
    relation: str
    key: str
    basis: str

    @property
    def is_of_county(self) -> bool:
        return len(self.key) == 5

    def sentence(self, place: str) -> str:
        """ "Coconut Grove is a neighborhood of Miami." """
        return f"{self.name} {RELATIONS[self.relation].format(place=place)}."


def stands_for(query: str, state: str = "") -> Sequence[OtherName]:
    """The names of the table that are `query`, or that it nearly is; of a state, by its code, where one is given."""
    wanted = fold(query, keep_kind=True)
    names = _names()
    found = names.get(wanted) or [
        one for near in get_close_matches(wanted, names, n=2, cutoff=NEAR) for one in names[near]
    ]
    return [one for one in found if not state or one.state == state.upper()]


@cache
def _names() -> Mapping[str, Sequence[OtherName]]:
    """The table by folded name; "the Hammocks" and "Hammocks" are one."""
    names: dict[str, list[OtherName]] = defaultdict(list)
    for one in read():
        folded = fold(one.name, keep_kind=True)
        for form in {folded, folded.removeprefix("the ")}:
            names[form].append(one)
    return dict(names)


def read() -> list[OtherName]:
    """The rows of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [OtherName(**row) for row in csv.DictReader(file)]
