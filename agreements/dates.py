"""Days that may be inexact: in words for people, as EDTF for data. Pure.

An inexact date is a pair of days, earliest and latest, both included; None where that side is not bounded. It is never
a fake first of the month.
"""

from calendar import monthrange
from datetime import date, timedelta

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day_in_words(day: date) -> str:
    """A day in the US style: March 7, 2025."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def from_iso(text: str | None) -> date | None:
    """A day as JSON holds it, "2025-03-07"; None for none."""
    return date.fromisoformat(text) if text else None


def in_words(earliest: date | None, latest: date | None) -> str:
    """When it happened, saying what is not known: "March 2025, day not confirmed", "after … and before …"."""
    if earliest is None and latest is None:
        return "date not known"
    if latest is None:
        return f"on or after {day_in_words(earliest)}" if earliest else ""
    if earliest is None:
        return f"on or before {day_in_words(latest)}"
    if earliest == latest:
        return day_in_words(earliest)
    if _is_year(earliest, latest):
        return f"{earliest.year}, month not confirmed"
    if _is_month(earliest, latest):
        return f"{MONTHS[earliest.month - 1]} {earliest.year}, day not confirmed"
    after, before = earliest - timedelta(days=1), latest + timedelta(days=1)
    if after.year == before.year:
        return f"after {MONTHS[after.month - 1]} {after.day} and before {day_in_words(before)}"
    return f"after {day_in_words(after)} and before {day_in_words(before)}"


def edtf(earliest: date | None, latest: date | None) -> str:
    """The same as EDTF (ISO 8601-2 level 1 and 2): 2025-03, [2025-09-05..2025-10-21], [..2025-07-01]; "" if unknown."""
    if earliest is None and latest is None:
        return ""
    if earliest is not None and latest is not None:
        if earliest == latest:
            return earliest.isoformat()
        if _is_year(earliest, latest):
            return f"{earliest:%Y}"
        if _is_month(earliest, latest):
            return f"{earliest:%Y-%m}"
    return f"[{earliest or ''}..{latest or ''}]"


def machine_date(earliest: date | None, latest: date | None) -> str:
    """What may stand in <time datetime>: a day, a month or a year; "" where HTML has no form for it."""
    form = edtf(earliest, latest)
    return "" if form.startswith("[") else form


def _is_month(earliest: date, latest: date) -> bool:
    last = monthrange(earliest.year, earliest.month)[1]
    return earliest.day == 1 and latest == earliest.replace(day=last)


def _is_year(earliest: date, latest: date) -> bool:
    return (earliest.month, earliest.day, latest.month, latest.day, latest.year) == (
        1,
        1,
        12,
        31,
        earliest.year,
    )
