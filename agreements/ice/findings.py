"""What differs between ICE's lists of two days, by kind. Pure.

A finding says what the lists print, never what happened: a row that is absent is absent, and no more.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar, get_args

from agreements.ice.parse import IceList, ParsedRow

FindingKind = Literal[
    "new",
    "signed",
    "returned",
    "program",
    "absent",
    "redated",
    "renamed",
    "retyped",
    "county",
    "linked",
    "duplicated",
    "both_lists",
]
KINDS: tuple[FindingKind, ...] = get_args(FindingKind)

Key = TypeVar("Key", bound=Hashable)
Rows = Sequence[ParsedRow]


@dataclass(frozen=True)
class Snapshot(Generic[Key]):
    """What the two lists of a day print of each agreement, and which agreements older ones of each list printed."""

    rows: Mapping[IceList, Mapping[Key, Rows]]
    known: Mapping[IceList, Collection[Key]]


@dataclass(frozen=True)
class Finding(Generic[Key]):
    """One difference: the rows before and after, either empty where there are none.

    For a changed program, key is the new agreement and before holds the rows of the old one.
    """

    kind: FindingKind
    list: IceList
    key: Key
    before: Rows
    after: Rows


def compare(before: Snapshot[Key], after: Snapshot[Key], *, agency_of: Callable[[Key], Hashable]) -> list[Finding[Key]]:
    """Every difference, by kind in the order of KINDS, then by list."""
    found = [*_participating(before, after, agency_of), *_pending(before, after), *_on_both(before, after)]
    return sorted(found, key=lambda one: (KINDS.index(one.kind), one.list))


def _participating(
    before: Snapshot[Key], after: Snapshot[Key], agency_of: Callable[[Key], Hashable]
) -> Iterator[Finding[Key]]:
    was, now = before.rows["participating"], after.rows["participating"]
    gone = {key: rows for key, rows in was.items() if key not in now}
    gone_of_agency = {agency_of(key): key for key in gone}
    replaced = set()
    for key, rows in now.items():
        if key in was:
            yield from _changed("participating", key, was[key], rows)
            continue
        old = gone_of_agency.get(agency_of(key))
        if key in before.known["participating"]:
            yield Finding("returned", "participating", key, (), rows)
        elif old is not None:
            replaced.add(old)
            yield Finding("program", "participating", key, gone[old], rows)
        else:
            pending = before.rows["pending"].get(key, ())
            was_pending = bool(pending) or key in before.known["pending"] or key in after.known["pending"]
            yield Finding("signed" if was_pending else "new", "participating", key, pending, rows)
    for key, rows in gone.items():
        if key not in replaced:
            yield Finding("absent", "participating", key, rows, ())


def _pending(before: Snapshot[Key], after: Snapshot[Key]) -> Iterator[Finding[Key]]:
    was, now = before.rows["pending"], after.rows["pending"]
    for key, rows in now.items():
        if key in was:
            yield from _changed("pending", key, was[key], rows)
        else:
            yield Finding("returned" if key in before.known["pending"] else "new", "pending", key, (), rows)
    for key, rows in was.items():
        # One that stands among those signed has left the pending list because of that: it is a signing, not an absence.
        if key not in now and key not in after.rows["participating"]:
            yield Finding("absent", "pending", key, rows, ())


def _changed(ice_list: IceList, key: Key, was: Rows, now: Rows) -> Iterator[Finding[Key]]:
    """What an agreement that stands on both sheets prints otherwise."""
    readings: tuple[tuple[FindingKind, Callable[[ParsedRow], object]], ...] = (
        ("redated", lambda row: row.signed_on),
        ("renamed", lambda row: (row.state, row.agency)),
        ("retyped", lambda row: row.agency_type),
        ("county", lambda row: row.county),
        ("linked", lambda row: (row.moa_url, row.addendum_url)),
    )
    for kind, reading in readings:
        if {reading(row) for row in was} != {reading(row) for row in now}:
            yield Finding(kind, ice_list, key, was, now)
    if len(now) > 1 >= len(was):
        yield Finding("duplicated", ice_list, key, was, now)


def _on_both(before: Snapshot[Key], after: Snapshot[Key]) -> Iterator[Finding[Key]]:
    for key, rows in after.rows["participating"].items():
        was_on_both = key in before.rows["participating"] and key in before.rows["pending"]
        if key in after.rows["pending"] and not was_on_both:
            yield Finding("both_lists", "participating", key, after.rows["pending"][key], rows)
