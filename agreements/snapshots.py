"""ICE's lists as they stood on a day, from the listings of the record: for the pages that compare two days."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from agreements.ice.evidence import reread
from agreements.ice.findings import Finding, Snapshot, compare
from agreements.ice.history import LISTS
from agreements.ice.parse import IceList, ParsedRow
from agreements.models import Agreement, Listing, Sheet


@dataclass
class Lists:
    """All sheets that count, in time, and the runs of rows between them. Three queries; built once a request."""

    def __post_init__(self) -> None:
        self.sheets: dict[IceList, list[Sheet]] = {
            name: list(Sheet.objects.that_count().filter(list=name).in_time()) for name in LISTS
        }
        every = {name: list(Sheet.objects.filter(list=name).in_time()) for name in LISTS}
        self._place = {sheet.pk: place for several in every.values() for place, sheet in enumerate(several)}
        self._runs: dict[IceList, list[Listing]] = defaultdict(list)
        for run in Listing.objects.filter(agreement__isnull=False).select_related("first_sheet"):
            self._runs["pending" if run.first_sheet.list == "pending" else "participating"].append(run)

    def sheet_on(self, name: IceList, day: date) -> Sheet | None:
        """The newest sheet of a list that counts, published by the end of that day."""
        return next((sheet for sheet in reversed(self.sheets[name]) if sheet.published_on <= day), None)

    def on(self, day: date) -> Snapshot[int]:
        """What the two lists print on that day, by the id of the agreement."""
        return self.at({name: self.sheet_on(name, day) for name in LISTS})

    def at(self, sheets: Mapping[IceList, Sheet | None]) -> Snapshot[int]:
        """What these two sheets print; nothing where there is none."""
        rows: dict[IceList, Mapping[int, Sequence[ParsedRow]]] = {}
        known: dict[IceList, set[int]] = {}
        for name in LISTS:
            sheet = sheets[name]
            here = self._place[sheet.pk] if sheet else -1
            found: dict[int, list[ParsedRow]] = defaultdict(list)
            known[name] = set()
            for run in self._runs[name]:
                if self._place[run.first_sheet_id] > here or run.agreement_id is None:
                    continue
                known[name].add(run.agreement_id)
                if self._place[run.last_sheet_id] >= here:
                    found[run.agreement_id].append(reread(run))
            rows[name] = found
        return Snapshot(rows, known)

    def of_sheet(self, sheet: Sheet) -> list[Finding[int]]:
        """What a sheet prints otherwise than the last of its list that counts; nothing for the first."""
        name: IceList = "pending" if sheet.list == "pending" else "participating"
        earlier = [one for one in self.sheets[name] if self._place[one.pk] < self._place[sheet.pk]]
        if not earlier:
            return []
        others = {one: self.sheet_on(one, sheet.published_on) for one in LISTS}
        return self._compared(self.at({**others, name: earlier[-1]}), self.at({**others, name: sheet}))

    def between(self, first: date, last: date) -> list[Finding[int]]:
        """What differs between the lists of two days."""
        return self._compared(self.on(first), self.on(last))

    def _compared(self, before: Snapshot[int], after: Snapshot[int]) -> list[Finding[int]]:
        agency_of = dict(Agreement.objects.values_list("pk", "agency_id"))
        return compare(before, after, agency_of=lambda key: agency_of[key])
