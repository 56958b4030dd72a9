"""What ICE's lists print, as pages tell it: sheets, what differs between two of them, and where an agreement stands."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import unquote

import django_filters as filters
from django import forms
from django.db.models import F, Func, IntegerField, QuerySet

from agreements.dates import day_in_words
from agreements.filters import DATE, AgreementFilter, AgreementFilterForm, DayFilter
from agreements.filtersets import PageFilter
from agreements.ice.findings import KINDS, Finding, FindingKind
from agreements.ice.history import LISTS
from agreements.ice.parse import IceList as ListName
from agreements.ice.parse import ParsedRow
from agreements.kept import kept
from agreements.kinds import Program
from agreements.models import Agency, Agreement, Listing, Sheet
from agreements.models.sheet import IceList, SheetQuerySet
from agreements.snapshots import Lists
from municipalities.models import State

#: How many entries of a kind a page shows beside other kinds; a kind asked for by itself is shown whole, by pages.
ENTRIES_SHOWN = 25

KIND_WORDS: dict[FindingKind, str] = {
    "new": "New on the list",
    "signed": "Signed, pending before",
    "returned": "Back on the list",
    "program": "Another program",
    "absent": "No longer listed",
    "redated": "Another day of signing",
    "renamed": "Another name",
    "retyped": "Another type",
    "county": "Another county printed",
    "linked": "Link added or changed",
    "duplicated": "Printed twice",
    "both_lists": "On both lists",
}
KIND_NOTES: dict[FindingKind, str] = {
    "returned": "An earlier list printed it, the one compared did not.",
    "program": "The agency’s row of one program is gone, and a row of another is there.",
    "absent": "ICE gives no reasons, and not to be on a list is not by itself an ending.",
    "redated": "ICE prints one day of signing a row. Another day can be a correction or a new signing.",
    "renamed": "ICE gives no ids; that both names are one agency’s is our reading.",
    "both_lists": "ICE prints it as signed while its other list shows it as pending.",
}


class SheetFilter(PageFilter):
    """The sheets of one list, and those of which something must be said."""

    list = filters.ChoiceFilter(choices=IceList.choices, label="List", empty_label="Both lists")
    only = filters.ChoiceFilter(
        choices=[("held", "Held"), ("problems", "With problems")],
        method="of_which_something_is_said",
        label="Only",
        empty_label="All sheets",
    )

    class Meta:
        model = Sheet
        fields: tuple[str, ...] = ()

    def of_which_something_is_said(self, queryset: SheetQuerySet, name: str, value: str) -> SheetQuerySet:
        return queryset.exclude(held_because="") if value == "held" else queryset.exclude(problems=[])


def sheets_newest_first(shown: SheetQuerySet) -> SheetQuerySet:
    """Sheets with .problem_count in place of what the problems are: some sheets have seventy."""
    count = Func(F("problems"), function="jsonb_array_length", output_field=IntegerField())
    return shown.annotate(problem_count=count).defer("problems").in_time().reverse()


def sheet_rows(page: Iterable[Sheet]) -> list[tuple[Sheet, int | None]]:
    """Each sheet with how many rows more it has than the one before of its list; None for the first."""
    change: dict[int, int | None] = {}
    last: dict[str, int] = {}
    for pk, ice_list, rows in Sheet.objects.in_time().values_list("pk", "list", "rows"):
        change[pk] = rows - last[ice_list] if ice_list in last else None
        last[ice_list] = rows
    return [(sheet, change[sheet.pk]) for sheet in page]


def sheet_counts() -> dict[str, object]:
    """What the page of sheets says on top: how many, from when to when, and how many are held."""
    every = list(Sheet.objects.in_time().values_list("published_on", "held_because"))
    days = [day for day, _ in every]
    return {
        "total": len(every),
        "begins": days[0] if days else None,
        "ends": days[-1] if days else None,
        "held": sum(bool(because) for _, because in every),
    }


class Neighbours(NamedTuple):
    """The sheets of its list about one: the one before and after, and the one with which it is compared."""

    before: Sheet | None
    after: Sheet | None
    compared: Sheet | None


def neighbours(sheet: Sheet) -> Neighbours:
    several = list(Sheet.objects.filter(list=sheet.list).defer("problems").in_time())
    here = several.index(sheet)
    counted = [one for one in several[:here] if one.is_counted]
    return Neighbours(
        several[here - 1] if here else None,
        several[here + 1] if here + 1 < len(several) else None,
        counted[-1] if counted else None,
    )


class ChangesForm(AgreementFilterForm):
    """The same in the words of this page: its days are those compared, not those of events."""

    field_order = ("from", "to", "state", "county", "kind")

    def clean(self) -> dict[str, Any]:
        cleaned = super(AgreementFilterForm, self).clean() or {}
        first, last = cleaned.get("from"), cleaned.get("to")
        if first and last and first > last:
            self.add_error("to", "This day is before the one in “From”.")
        return cleaned


class ChangesFilter(AgreementFilter):
    """Which differences are asked for: between which days, in which state or county, of which kinds."""

    status = program = q = None
    locals()["from"] = DayFilter(label="From", widget=DATE)
    to = DayFilter(label="To", widget=DATE)
    kind = filters.MultipleChoiceFilter(
        choices=[(kind, KIND_WORDS[kind]) for kind in KINDS],
        widget=forms.CheckboxSelectMultiple,
        label="What differs",
    )

    class Meta(AgreementFilter.Meta):
        form = ChangesForm

    #: Days and kinds choose among what the lists print, not among agreements.
    choosing = ("state", "county")

    def asked(self, name: str) -> Any:
        """The value of a field; None where none is given or another cannot be read."""
        return self.values.get(name)

    def applied(self) -> list[tuple[str, str, str]]:
        """Days apart: two days are always compared, and the page names them in its first sentence."""
        labels = {self.form.fields[name].label for name in ("from", "to")}
        return [row for row in super().applied() if row[0] not in labels]


class Compared(NamedTuple):
    """One of the two lists on two days: None where the record has no sheet of it so early."""

    list: str
    before: Sheet | None
    after: Sheet | None


@dataclass(frozen=True)
class Span:
    """The two days that are compared, and in words why they are not those asked for. No first: none to compare."""

    first: date | None
    last: date
    notes: tuple[str, ...]


def span(lists: Lists, first: date | None, last: date | None) -> Span:
    """The days asked for within the record; without any, the last two days that have a participating sheet."""
    begins = max((sheets[0].published_on for sheets in lists.sheets.values() if sheets), default=date.max)
    days = sorted({sheet.published_on for sheet in lists.sheets["participating"]})
    ends = max((sheets[-1].published_on for sheets in lists.sheets.values() if sheets), default=date.max)
    notes = []
    if last and last > ends:
        notes.append(f"The record ends {day_in_words(ends)}, so a later day cannot be shown.")
    last = min(last or ends, ends)
    if last < begins:
        notes.append(
            f"The record of ICE’s lists begins {day_in_words(begins)}: nothing can be compared before that day."
        )
        return Span(None, last, tuple(notes))
    if first is None:
        first = max((day for day in days if day < last), default=begins)
    elif first < begins:
        notes.append(f"The record of ICE’s lists begins {day_in_words(begins)}, so it is compared from that day on.")
    return Span(min(max(first, begins), last), last, tuple(notes))


def compared(lists: Lists, first: date, last: date) -> list[Compared]:
    return [Compared(name, lists.sheet_on(name, first), lists.sheet_on(name, last)) for name in LISTS]


class Said(NamedTuple):
    """A few words of what a list prints, and the document that they lead to."""

    words: str
    url: str = ""


@dataclass(frozen=True)
class Entry:
    """One difference as a page prints it: whose, on which list, what was and what is."""

    agreement: Agreement
    ice_list: ListName
    was: list[Said]
    now: list[Said]


@dataclass(frozen=True)
class Entries(Sequence[Entry]):
    """Findings as entries, made only when they are asked for. known: agreements already read; of others, one query."""

    findings: Sequence[Finding[int]]
    known: dict[int, Agreement]

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self[:])

    def __getitem__(self, part: Any) -> Any:
        if not isinstance(part, slice):
            return self[part : part + 1 or None][0]
        chosen = self.findings[part]
        if missing := {one.key for one in chosen} - self.known.keys():
            self.known.update(_agreements(missing))
        return [Entry(self.known[one.key], one.list, *_said(one)) for one in chosen]


@dataclass(frozen=True)
class Group:
    """The differences of one kind."""

    kind: FindingKind
    entries: Entries

    @property
    def heading(self) -> str:
        return KIND_WORDS[self.kind]

    @property
    def first_entries(self) -> list[Entry]:
        shown: list[Entry] = self.entries[:ENTRIES_SHOWN]
        return shown

    @property
    def had_nothing(self) -> bool:
        """Whether what was goes without saying: none of these was on the list."""
        return self.kind == "new"

    @property
    def has_nothing(self) -> bool:
        """Whether what is goes without saying: none of these is on the list."""
        return self.kind == "absent"

    @property
    def note(self) -> str:
        return KIND_NOTES.get(self.kind, "")


#: Findings by kind, each kind's by list and name.
Differences = Mapping[FindingKind, Sequence[Finding[int]]]


@kept(Sheet)
def every() -> Lists:
    """All sheets of both lists."""
    return Lists()


@kept(Sheet, Listing, Agreement, Agency, State, most=8)
def differences_between(first: date, last: date) -> Differences:
    """What differs between the lists of two days."""
    return _ordered(every().between(first, last))


@kept(Sheet, Listing, Agreement, Agency, State, most=8)
def differences_of(sheet_id: int) -> Differences:
    """What a sheet prints otherwise than the last of its list that counts."""
    lists = every()
    return _ordered(lists.of_sheet(lists.sheet(sheet_id)))


def _ordered(found: Sequence[Finding[int]]) -> Differences:
    wanted = Agreement.objects.standing_alone().filter(pk__in={one.key for one in found}).order_by()
    names = {pk: name for pk, *name in wanted.values_list("pk", "agency__state__name", "agency__name")}
    by_kind = groupby((one for one in found if one.key in names), key=lambda one: one.kind)
    return {kind: sorted(several, key=lambda one: (one.list, names[one.key])) for kind, several in by_kind}


def groups(differences: Differences, shown: QuerySet[Agreement] | None = None) -> list[Group]:
    """The differences kind by kind, of some agreements if they are given. Whole agreements of the first entries."""
    if shown is not None:
        keys = {one.key for several in differences.values() for one in several}
        keys = set(shown.filter(pk__in=keys).values_list("pk", flat=True))
        chosen = {kind: [one for one in several if one.key in keys] for kind, several in differences.items()}
        differences = {kind: several for kind, several in chosen.items() if several}
    known = _agreements({one.key for several in differences.values() for one in several[:ENTRIES_SHOWN]})
    return [Group(kind, Entries(several, known)) for kind, several in differences.items()]


def _agreements(keys: Collection[int]) -> dict[int, Agreement]:
    return Agreement.objects.select_related("agency__state").in_bulk(keys)


def _said(one: Finding[int]) -> tuple[list[Said], list[Said]]:
    """What was and what is, in words."""
    if one.kind == "duplicated":
        return [Said(_rows(len(one.before)))], [Said(_rows(len(one.after)))]
    if one.kind == "both_lists":
        return [], [Said("Pending"), *_distinct(one.after, _stands)]
    reading = _READINGS.get(one.kind, _stands)
    was, now = _distinct(one.before, reading), _distinct(one.after, reading)
    if one.kind == "signed":
        was = [Said("Pending" if one.before else "Pending on an earlier list")]
    return was or [Said("Not on the list")], now or [Said("Not on the list")]


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _distinct(rows: Sequence[ParsedRow], reading: Callable[[ParsedRow], list[Said]]) -> list[Said]:
    return list(dict.fromkeys(said for row in rows for said in reading(row)))


def _stands(row: ParsedRow) -> list[Said]:
    """How a row stands: with a day of signing, or else, as on the pending list, without."""
    if row.signed_on:
        return [Said(f"Signed {day_in_words(row.signed_on)}")]
    printed = row.printed.get("SIGNED")
    return [Said(f"Signed “{printed}”" if printed else "Listed, with no day of signing")]


def _links(row: ParsedRow) -> list[Said]:
    urls = [("Memorandum", row.moa_url), ("Addendum", row.addendum_url)]
    said = [Said(f"{word}: {unquote(url.rsplit('/', 1)[-1])}", url) for word, url in urls if url]
    return said or [Said("No link")]


def _printed(column: str) -> Callable[[ParsedRow], list[Said]]:
    return lambda row: [Said(row.printed.get(column) or "Nothing printed")]


_READINGS: dict[FindingKind, Callable[[ParsedRow], list[Said]]] = {
    "program": lambda row: [Said(Program(row.program).label)],
    "renamed": lambda row: [Said(f"{row.agency}, {row.state}")],
    "retyped": _printed("TYPE"),
    "county": _printed("COUNTY"),
    "linked": _links,
}
