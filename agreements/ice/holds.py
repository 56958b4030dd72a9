"""Which sheets are held whole: those that would take away or change far more than is usual. Pure.

Each sheet is judged on its own merits, against the last sheet of its list that is not held. What is usual was measured
on the 396 sheets of 2025-02-21 to 2026-05-18: see docs/lists.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agreements.dates import day_in_words
from agreements.ice.history import LISTS, History, SheetOf
from agreements.ice.planned import AgreementKey

#: For so long after it leaves the pending list an agreement may take to appear among those signed.
SIGNING_TIME = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is usual. An absence ends an agreement after so many further sheets and so many days, both; but one that
    stood on fewer than brief_sheets, and never with a memorandum, may have been ICE's slip from the start: it is asked.

    A sheet is held where more than hold_rows and more than hold_share (0 to 1) of the last one's agreements are gone,
    or print another day of signing.
    """

    absent_sheets: int = 10
    absent_days: int = 30
    brief_sheets: int = 10
    hold_rows: int = 12
    hold_share: float = 0.02

    def is_unusual(self, count: int, of: int) -> bool:
        return count > self.hold_rows and count > self.hold_share * of


def held(history: History, agreement_of: Sequence[AgreementKey | None], limits: Limits) -> dict[int, str]:
    """Sheet id → why it is held. An editor's ruling goes before every measure."""
    reasons: dict[int, str] = {}
    first_signed: dict[AgreementKey, date] = {}
    for name in LISTS:  # the participating list first: it explains why agreements leave the pending one
        before: tuple[SheetOf, dict[AgreementKey, set[date | None]]] | None = None
        for sheet in history.sheets[name]:
            days = _signed_days(sheet, history, agreement_of)
            reason = _reason(sheet, days, before, first_signed, limits)
            if sheet.ruling == "set_aside":
                reason = "An editor has set this sheet aside."
            if reason and sheet.ruling != "use":
                reasons[sheet.id] = reason
                continue
            before = (sheet, days)
            if name == "participating":
                for key in days:
                    first_signed.setdefault(key, sheet.published_on)
    return reasons


def _signed_days(
    sheet: SheetOf, history: History, agreement_of: Sequence[AgreementKey | None]
) -> dict[AgreementKey, set[date | None]]:
    days: dict[AgreementKey, set[date | None]] = {}
    for form in sheet.forms:
        if (key := agreement_of[form]) is not None:
            days.setdefault(key, set()).add(history.forms[form].signed_on)
    return days


def _reason(
    sheet: SheetOf,
    days: Mapping[AgreementKey, set[date | None]],
    before: tuple[SheetOf, Mapping[AgreementKey, set[date | None]]] | None,
    first_signed: Mapping[AgreementKey, date],
    limits: Limits,
) -> str:
    if sheet.layout != sheet.list:
        return f"It was published as the {sheet.list} list and has the columns of the {sheet.layout} list."
    if before is None:
        return ""
    last, listed = before
    gone = [key for key in listed if key not in days and not _was_signed(key, sheet, first_signed)]
    redated = [key for key, printed in days.items() if key in listed and not printed & listed[key]]
    for many, what in ((gone, "are not on it"), (redated, "have another day of signing on it")):
        if limits.is_unusual(len(many), len(listed)):
            more = f"; at most {max(limits.hold_rows, int(limits.hold_share * len(listed)))} is usual"
            day = day_in_words(last.published_on)
            return f"{len(many)} of the {len(listed):,} agreements of the list of {day} {what}{more}."
    return ""


def _was_signed(key: AgreementKey, sheet: SheetOf, first_signed: Mapping[AgreementKey, date]) -> bool:
    """Whether an agreement that left the pending list stands among those signed, by then or soon after."""
    if sheet.list == "participating":
        return False
    return key in first_signed and first_signed[key] <= sheet.published_on + SIGNING_TIME
