"""Reading days as an editor types them: a day, a month, a year, or words that bound them. Pure.

    read("3/11/2025")                               March 11, 2025
    read("March 2025")                              any day of that month
    read("between Sep 5 2025 and 2025-10-21")       both days included
    read("on or before July 1, 2025")               earliest is None

What `dates.in_words` prints is read back as the same days. Days without a year, and years of two digits, are refused:
whoever reads them later cannot know which was meant.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from agreements.dates import MONTHS, in_words

ONE_DAY = timedelta(days=1)
#: What is outside of them is a slip of the finger. The record itself has narrower bounds.
YEARS = range(1900, 2101)
#: An example of each form, for whoever wrote something else.
EXAMPLES = (
    "2025, March 2025, 3/11/2025, 2025-03-11, “between March 1, 2025 and March 9, 2025”, “on or before July 1, 2025”"
)

_MONTHS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ORDINAL = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
#: The forms of one day, month or year. American: the month stands first between slashes.
_FORMS = [
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<year>\d{4})-(?P<month>\d{1,2})",
        r"(?P<year>\d{4})",
        r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})",
        r"(?P<month>\d{1,2})/(?P<year>\d{4})",
        rf"(?P<name>{_MONTH})\.? {_ORDINAL},? (?P<year>\d{{4}})",
        rf"{_ORDINAL} (?P<name>{_MONTH})\.?,? (?P<year>\d{{4}})",
        rf"(?P<name>{_MONTH})\.?,? (?P<year>\d{{4}})",
    )
]
_NO_YEAR = re.compile(
    rf"\d{{1,2}}/\d{{1,2}}(?:/\d{{2}})?|(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? '?\d{{2}})?", re.ASCII
)
_MONTH_AND_DAY = re.compile(rf"(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?", re.ASCII)
_YEAR_AT_END = re.compile(r"\d{4}$", re.ASCII)
_NOT_CONFIRMED = re.compile(r", (?:day|month) not confirmed$")


class Days(NamedTuple):
    """The first and the last day on which something can have happened, both included; None where nothing bounds it."""

    earliest: date | None
    latest: date | None

    @property
    def words(self) -> str:
        return in_words(*self)


class DaysError(ValueError):
    """What was typed is no day; the message says why, in a sentence for whoever typed it."""


def read(text: str) -> Days:
    """The days that a text means. Raises DaysError; an empty text is one too."""
    plain, is_vague = _plain(text)
    if not plain:
        raise DaysError(f"Type a day, such as {EXAMPLES}.")
    for form, bounds in _BOUNDS:
        if match := form.fullmatch(plain):
            days = bounds(*(_span(part, text) for part in _with_year(*match.groups())))
            break
    else:
        days = _span(plain, text)
    if is_vague and days.earliest == days.latest:
        raise DaysError(f"“{text.strip()}” names the day: is it confirmed or not?")
    if days.earliest and days.latest and days.earliest > days.latest:
        raise DaysError(f"“{text.strip()}” ends before it begins.")
    return days


def _with_year(first: str, *last: str) -> tuple[str, ...]:
    """The parts of a span; a first day without a year is in that of the last: "March 1 and March 9, 2025"."""
    if last and _MONTH_AND_DAY.fullmatch(first) and (year := _YEAR_AT_END.search(last[0])):
        first = f"{first}, {year[0]}"
    return (first, *last)


def _plain(text: str) -> tuple[str, bool]:
    """In small letters, with single spaces and plain dashes; and whether it ended in our "not confirmed"."""
    plain = " ".join(text.lower().replace("–", "-").replace("—", "-").replace("\u2019", "'").split())
    known = _NOT_CONFIRMED.sub("", plain)
    return known, known != plain


def _between(first: Days, last: Days) -> Days:
    return Days(first.earliest, last.latest)


def _inside(first: Days, last: Days) -> Days:
    """After the first and before the last: neither is included."""
    return Days(_after(first).earliest, _before(last).latest)


def _until(last: Days) -> Days:
    return Days(None, last.latest)


def _since(first: Days) -> Days:
    return Days(first.earliest, None)


def _before(last: Days) -> Days:
    return Days(None, last.earliest - ONE_DAY if last.earliest else None)


def _after(first: Days) -> Days:
    return Days(first.latest + ONE_DAY if first.latest else None, None)


#: The words that bound a day, with what they make of the days that stand in them.
_BOUNDS: list[tuple[re.Pattern[str], Callable[..., Days]]] = [
    (re.compile(form), bounds)
    for form, bounds in (
        (r"after (.+) and before (.+)", _inside),
        (r"between (.+) and (.+)", _between),
        (r"from (.+) (?:to|until|through) (.+)", _between),
        (r"(.+) (?:to|through|-) (.+)", _between),
        (r"(?:on or before|by|until|no later than) (.+)", _until),
        (r"(?:on or after|since|no earlier than) (.+)", _since),
        (r"before (.+)", _before),
        (r"after (.+)", _after),
    )
]


def _span(plain: str, text: str) -> Days:
    """The days of one day, month or year. text: all that was typed, for the message. Raises DaysError."""
    for form in _FORMS:
        if match := form.fullmatch(plain):
            return _days_of(match.groupdict(), text)
    if plain == in_words(None, None):
        return Days(None, None)
    if _NO_YEAR.fullmatch(plain):
        raise DaysError(f"“{text.strip()}” has no year of four digits. Write it out: 3/11/2025.")
    raise DaysError(f"“{text.strip()}” is no day that we can read. Write it like one of these: {EXAMPLES}.")


def _days_of(parts: dict[str, str | None], text: str) -> Days:
    year = int(parts["year"] or 0)
    number = _MONTHS[name] if (name := parts.get("name")) else int(parts.get("month") or 0)
    day = int(parts.get("day") or 0)
    if year not in YEARS:
        raise DaysError(f"“{text.strip()}”: {year} is no year of this record.")
    if number == 0 and not (parts.get("month") or name):
        return Days(date(year, 1, 1), date(year, 12, 31))
    if not 1 <= number <= 12:
        raise DaysError(f"“{text.strip()}”: there is no month {number}. The month stands first: 3/11/2025 is in March.")
    last = monthrange(year, number)[1]
    if not parts.get("day"):
        return Days(date(year, number, 1), date(year, number, last))
    if not 1 <= day <= last:
        raise DaysError(f"“{text.strip()}”: {MONTHS[number - 1]} {year} has days 1 to {last}.")
    return Days(date(year, number, day), date(year, number, day))
