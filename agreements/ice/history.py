"""All of ICE's sheets as one history: what was printed, in one form or another, on which sheets of which list. Pure.

ICE keeps no history and gives no ids. A form is one row as printed and read, without its number; a sheet is the forms
on it. Everything that the record says of ICE's lists is worked out from this, so it does not matter in which order the
sheets were read.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from agreements.ice.parse import IceList, ParsedRow

LISTS: tuple[IceList, IceList] = ("participating", "pending")
HALF_DAYS = ("am", "mid", "pm")

#: What an editor has said of a sheet: use it although it was held, or set it aside although it was not. "" for nothing.
Ruling: TypeAlias = Literal["", "use", "set_aside"]


@dataclass(frozen=True, slots=True)
class SheetOf:
    """One sheet: the list that it was published as and the one whose columns it has, and its forms in order.

    forms are numbers of History.forms; one stands twice where ICE printed the same row twice.
    """

    id: int
    list: IceList
    layout: IceList
    published_on: date
    half_day: str
    order: int
    forms: tuple[int, ...]
    ruling: Ruling = ""

    @property
    def place_in_time(self) -> tuple[date, int, int]:
        return (self.published_on, HALF_DAYS.index(self.half_day), self.order)


@dataclass(frozen=True)
class History:
    """The forms, and the sheets of each list in order of publication. Which sheets are held is settled apart."""

    forms: Sequence[ParsedRow]
    sheets: Mapping[IceList, Sequence[SheetOf]]
    #: form → first and last sheet that show it, over both lists.
    first_seen: Mapping[int, SheetOf] = field(default_factory=dict)
    last_seen: Mapping[int, SheetOf] = field(default_factory=dict)

    @classmethod
    def of(cls, forms: Sequence[ParsedRow], sheets: Iterable[SheetOf]) -> "History":
        ordered = sorted(sheets, key=lambda sheet: (sheet.place_in_time, sheet.list))
        first: dict[int, SheetOf] = {}
        last: dict[int, SheetOf] = {}
        for sheet in ordered:
            for form in sheet.forms:
                first.setdefault(form, sheet)
                last[form] = sheet
        by_list = {name: [sheet for sheet in ordered if sheet.list == name] for name in LISTS}
        return cls(forms, by_list, first, last)

    def without(self, sheets: Collection[int]) -> "History":
        """The same forms, by the same numbers, without the sheets of these ids."""
        rest = [one for several in self.sheets.values() for one in several if one.id not in sheets]
        return History.of(self.forms, rest)

    def newest_first(self, forms: Iterable[int]) -> list[int]:
        """Forms, that of the newest sheet first; of one sheet, those of the participating list, then by their text."""

        def age(form: int) -> tuple[object, ...]:
            sheet, row = self.last_seen[form], self.forms[form]
            printed = sorted(row.printed.items())
            return (sheet.place_in_time, sheet.list == "participating", self.first_seen[form].place_in_time, printed)

        return sorted(forms, key=age, reverse=True)
