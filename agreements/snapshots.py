"""ICE's lists as they stood on a day, from the listings of the record: for the pages that compare two days."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from agreements.ice.evidence import reread
from agreements.ice.findings import Finding, Snapshot, compare
from agreements.ice.history import LISTS
from agreements.ice.parse import IceList, ParsedRow
from agreements.models import Agreement, Listing, Sheet

#: How many sheets are named as those on which a row last stood.
LAST_SHEETS = 5
#: One sheet of each list; None where the record has none so early.
Pair = Mapping[IceList, Sheet | None]


@dataclass
class Lists:
    """All sheets that count, in time. Of the rows between them only those are read of which something differs.

    One query for the sheets, and at most five for a comparison. Nothing in it changes once it is built.
    """

    def __post_init__(self) -> None:
        self._every: dict[IceList, list[Sheet]] = {name: [] for name in LISTS}
        for sheet in Sheet.objects.defer("problems").in_time():
            self._every[list_of(sheet)].append(sheet)
        self.sheets = {name: [sheet for sheet in several if sheet.is_counted] for name, several in self._every.items()}
        self._by_id = {sheet.pk: sheet for several in self._every.values() for sheet in several}
        self._place = {sheet.pk: place for several in self._every.values() for place, sheet in enumerate(several)}

    def sheet(self, pk: int) -> Sheet:
        """The sheet with that id. Raises KeyError."""
        return self._by_id[pk]

    def newest_first(self, runs: Iterable[Listing]) -> list[Listing]:
        """Runs by the sheet that they stood on last: of each list the newest first."""
        return sorted(runs, key=lambda run: self._place[run.last_sheet_id], reverse=True)

    def sheet_on(self, name: IceList, day: date) -> Sheet | None:
        """The newest sheet of a list that counts, published by the end of that day."""
        return next((sheet for sheet in reversed(self.sheets[name]) if sheet.published_on <= day), None)

    def of_sheet(self, sheet: Sheet) -> list[Finding[int]]:
        """What a sheet prints otherwise than the last of its list that counts; nothing for the first."""
        name = list_of(sheet)
        earlier = [one for one in self.sheets[name] if self._place[one.pk] < self._place[sheet.pk]]
        if not earlier:
            return []
        others = {one: self.sheet_on(one, sheet.published_on) for one in LISTS}
        return self._compared({**others, name: earlier[-1]}, {**others, name: sheet})

    def between(self, first: date, last: date) -> list[Finding[int]]:
        """What differs between the lists of two days."""
        return self._compared(*({name: self.sheet_on(name, day) for name in LISTS} for day in (first, last)))

    def stood_on(self, name: IceList, keys: Collection[int], before: Sheet | None = None) -> dict[int, list[Sheet]]:
        """The last sheets of a list that print each of these agreements, the newest first, held ones included: five at
        most, and none later than the sheet `before`, which is left out itself. One query."""
        sheets = self._every[name]
        end = sum(before is None or self._is_earlier(one, before) for one in sheets)
        places: dict[int, set[int]] = defaultdict(set)
        runs = Listing.objects.filter(agreement__in=keys, first_sheet__list=name).order_by()
        for key, first, last in runs.values_list("agreement_id", "first_sheet_id", "last_sheet_id"):
            stop = min(self._place[last] + 1, end)
            if key is not None:
                places[key].update(range(max(self._place[first], stop - LAST_SHEETS), stop))
        return {key: [sheets[one] for one in sorted(found)[: -LAST_SHEETS - 1 : -1]] for key, found in places.items()}

    def _is_earlier(self, one: Sheet, other: Sheet) -> bool:
        if one.list == other.list:
            return self._place[one.pk] < self._place[other.pk]
        return one.published_on <= other.published_on

    def without_agreement(self, sheet: Sheet) -> list[Listing]:
        """The rows of a sheet that no agency could be found for, as where the state cannot be read."""
        runs = Listing.objects.filter(self._holding(list_of(sheet), sheet), agreement=None)
        return list(runs.order_by("row", "pk"))

    def _compared(self, before: Pair, after: Pair) -> list[Finding[int]]:
        keys = self._worth_comparing(before, after)
        several = list(Listing.objects.filter(agreement__in=keys).order_by())
        several.sort(key=lambda run: (self._place[run.first_sheet_id], run.row or 0))
        for run in several:
            run.first_sheet = self._by_id[run.first_sheet_id]
        agency_of = dict(Agreement.objects.filter(pk__in=keys).values_list("pk", "agency_id"))
        # A row that stands on both sides is read once.
        rows: dict[int, ParsedRow] = {}
        both = (self._at(sheets, several, rows) for sheets in (before, after))
        return compare(*both, agency_of=lambda key: agency_of[key])

    def _worth_comparing(self, before: Pair, after: Pair) -> set[int]:
        """The agreements of which one pair prints a row in a form that the other does not, or both lists print one.

        Where the same runs hold on both sides the rows are the same, and there is nothing to find.
        """
        matched = Listing.objects.filter(agreement__isnull=False).order_by()
        keys: set[int | None] = set()
        for name in LISTS:
            for one_sided in self._holding_one(name, before[name], after[name]):
                keys.update(matched.filter(one_sided).values_list("agreement_id", flat=True))
        pending = matched.filter(self._holding("pending", after["pending"])).values("agreement")
        signed = matched.filter(self._holding("participating", after["participating"]), agreement__in=pending)
        keys.update(signed.values_list("agreement_id", flat=True))
        return {key for key in keys if key is not None}

    def _holding(self, name: IceList, sheet: Sheet | None) -> Q:
        """The runs that the sheet lies in; none without a sheet."""
        if sheet is None:
            return Q(pk__in=[])
        here = self._place[sheet.pk]
        ids = [one.pk for one in self._every[name]]
        return Q(first_sheet__in=ids[: here + 1], last_sheet__in=ids[here:])

    def _holding_one(self, name: IceList, one: Sheet | None, other: Sheet | None) -> list[Q]:
        """The runs that one of two sheets lies in and the other does not: those that end between them, and those that
        begin there. Each by itself goes through an index.
        """
        if one == other:
            return []
        if one is None or other is None:
            return [self._holding(name, one or other)]
        first, last = sorted((self._place[one.pk], self._place[other.pk]))
        ids = [sheet.pk for sheet in self._every[name]]
        ending = Q(first_sheet__in=ids[: first + 1], last_sheet__in=ids[first:last])
        beginning = Q(first_sheet__in=ids[first + 1 : last + 1], last_sheet__in=ids[last:])
        return [ending, beginning]

    def _at(self, sheets: Pair, runs: Collection[Listing], read: dict[int, ParsedRow]) -> Snapshot[int]:
        """What these two sheets print of the agreements that have these runs; nothing where there is no sheet.

        read: the rows that were read already, by the ids of their runs.
        """
        rows: dict[IceList, Mapping[int, Sequence[ParsedRow]]] = {}
        known: dict[IceList, set[int]] = {}
        for name in LISTS:
            sheet = sheets[name]
            here = self._place[sheet.pk] if sheet else -1
            found: dict[int, list[ParsedRow]] = defaultdict(list)
            known[name] = set()
            for run in runs:
                is_later = self._place[run.first_sheet_id] > here
                if is_later or run.agreement_id is None or list_of(run.first_sheet) != name:
                    continue
                known[name].add(run.agreement_id)
                if self._place[run.last_sheet_id] >= here:
                    row = read.get(run.pk) or reread(run)
                    found[run.agreement_id].append(read.setdefault(run.pk, row))
            rows[name] = found
        return Snapshot(rows, known)


def list_of(sheet: Sheet) -> IceList:
    """Which of the two lists a sheet is of."""
    return "pending" if sheet.list == "pending" else "participating"
