"""On which sheets of a list an agreement stands, and the gaps between. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from agreements.ice.history import History, SheetOf
from agreements.ice.parse import IceList, ParsedRow
from agreements.ice.planned import AgreementKey


@dataclass(frozen=True, slots=True)
class Seen:
    """One sheet that shows an agreement: its place among the list's sheets that count, and the row or rows."""

    place: int
    sheet: SheetOf
    rows: tuple[ParsedRow, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Sheets of the list without the agreement: the last with it, the first without, and the one that has it again.

    back: None where none has. missed: how many sheets lack it. until: the day to which its absence is known.
    """

    last: Seen
    first_without: SheetOf
    back: Seen | None
    missed: int
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.last.sheet.published_on).days


@dataclass(frozen=True)
class Presence:
    """The sheets of one list that show an agreement, in order of publication."""

    seen: tuple[Seen, ...]

    @property
    def first(self) -> Seen:
        return self.seen[0]

    @property
    def last(self) -> Seen:
        return self.seen[-1]

    def gaps(self, sheets: Sequence[SheetOf]) -> Iterator[Gap]:
        """The gaps in order; the last is open where the list's newest sheets lack the agreement."""
        for before, after in zip(self.seen, self.seen[1:], strict=False):
            if after.place > before.place + 1:
                missed = after.place - before.place - 1
                yield Gap(before, sheets[before.place + 1], after, missed, after.sheet.published_on)
        if self.last.place < len(sheets) - 1:
            missed = len(sheets) - 1 - self.last.place
            yield Gap(self.last, sheets[self.last.place + 1], None, missed, sheets[-1].published_on)


#: An agreement on each list that has ever shown it.
OnLists: TypeAlias = Mapping[IceList, Presence]


def presence(
    sheets: Sequence[SheetOf], history: History, agreement_of: Sequence[AgreementKey | None]
) -> Mapping[AgreementKey, Presence]:
    """Where each agreement stands on a list's sheets, given in order."""
    found: dict[AgreementKey, list[Seen]] = {}
    for place, sheet in enumerate(sheets):
        rows: dict[AgreementKey, list[ParsedRow]] = {}
        for form in sheet.forms:
            key = agreement_of[form]
            if key is not None:
                rows.setdefault(key, []).append(history.forms[form])
        for key, several in rows.items():
            found.setdefault(key, []).append(Seen(place, sheet, tuple(several)))
    return {key: Presence(tuple(seen)) for key, seen in found.items()}
