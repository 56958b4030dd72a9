"""Where agreements stand on ICE's two lists by a day: first and last sheet of each, and when on both."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from agreements.models import Listing, Sheet
from agreements.models.sheet import IceList


class Run(NamedTuple):
    """A row in one form, from its first sheet to the last by that day; is_listed: that one is its list's newest."""

    listing: Listing
    last: Sheet
    is_listed: bool


@dataclass(frozen=True)
class OnList:
    """The first and the last sheet of a list that print it, and whether the last is the list's newest."""

    first: Sheet
    last: Sheet
    is_listed: bool


class Together(NamedTuple):
    """From one day to the other both lists print it."""

    first: date
    last: date


class Printed:
    """What ICE printed by a day of the agreements that have these listings. Two queries.

    A list stands until the next of its kind that counts. Of a held sheet the rows are shown, and no more is said.
    """

    def __init__(self, listings: QuerySet[Listing], on: date) -> None:
        self.sheets = list(Sheet.objects.filter(published_on__lte=on).defer("problems").in_time())
        self._place = {sheet.pk: place for place, sheet in enumerate(self.sheets)}
        self._listings = sorted(
            (one for one in listings.select_related("first_sheet") if one.first_sheet_id in self._place),
            key=lambda one: (self._place[one.first_sheet_id], one.row or 0),
        )
        counted = [sheet for sheet in self.sheets if sheet.is_counted]
        self._counted = {name: [sheet for sheet in counted if sheet.list == name] for name in IceList.values}
        self.newest = {name: sheets[-1] for name, sheets in self._counted.items() if sheets}

    def _holds(self, listing: Listing, sheet: Sheet) -> bool:
        """Whether the sheet lies in the run. A run may end on a sheet later than all that are known by the day."""
        here, last = self._place[sheet.pk], self._place.get(listing.last_sheet_id, len(self.sheets))
        return sheet.list == listing.first_sheet.list and self._place[listing.first_sheet_id] <= here <= last

    @property
    def runs(self) -> list[Run]:
        """Every run in order of its first sheet."""
        made = []
        for listing in self._listings:
            last = next(sheet for sheet in reversed(self.sheets) if self._holds(listing, sheet))
            newest = self.newest.get(last.list)
            made.append(Run(listing, last, newest is not None and self._holds(listing, newest)))
        return made

    def _showing(self, name: str) -> list[Sheet]:
        return [sheet for sheet in self._counted[name] if any(self._holds(one, sheet) for one in self._listings)]

    def on_list(self, name: str) -> OnList | None:
        """Its place on one list; None where no sheet by that day prints it."""
        showing = self._showing(name)
        return OnList(showing[0], showing[-1], showing[-1] == self.newest[name]) if showing else None

    def is_listed(self, name: str) -> bool:
        """Whether the list that stood on that day prints one of them."""
        newest = self.newest.get(name)
        return newest is not None and any(self._holds(one, newest) for one in self._listings)

    @property
    def participating(self) -> OnList | None:
        return self.on_list(IceList.PARTICIPATING)

    @property
    def pending(self) -> OnList | None:
        return self.on_list(IceList.PENDING)

    @property
    def together(self) -> list[Together]:
        """The times during which both lists print it, as they stood at the end of each day that has a sheet."""
        showing = {sheet.pk for name in IceList.values for sheet in self._showing(name)}
        by_day: dict[date, list[Sheet]] = defaultdict(list)
        for sheet in sorted((one for several in self._counted.values() for one in several), key=self._order):
            by_day[sheet.published_on].append(sheet)
        shows: dict[str, bool] = {}
        found: list[Together] = []
        is_open = False
        for day, sheets in by_day.items():
            shows |= {sheet.list: sheet.pk in showing for sheet in sheets}
            is_both = len(shows) > 1 and all(shows.values())
            if is_both and is_open:
                found[-1] = found[-1]._replace(last=day)
            elif is_both:
                found.append(Together(day, day))
            is_open = is_both
        return found

    def _order(self, sheet: Sheet) -> int:
        return self._place[sheet.pk]
