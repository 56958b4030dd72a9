"""The stretches of the calendar over which the timeline stacks its events: week, month, quarter, year. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from agreements.dates import MONTHS, day_in_words

SHORT_MONTHS = tuple(name[:3] for name in MONTHS)


@dataclass(frozen=True)
class Unit:
    """A stretch of the calendar: some months from January on, or, of none, a week from Monday to Sunday."""

    name: str
    months: int = 0

    def first(self, day: date) -> date:
        """The first day of the stretch that holds the day."""
        if not self.months:
            return day - timedelta(days=day.weekday())
        return date(day.year, day.month - (day.month - 1) % self.months, 1)

    def last(self, day: date) -> date:
        """The last day of that stretch."""
        first = self.first(day)
        if not self.months:
            return first + timedelta(days=6)
        year, month = divmod(first.year * 12 + first.month - 1 + self.months, 12)
        return date(year, month + 1, 1) - timedelta(days=1)

    def middle(self, day: date) -> date:
        """The day at which that stretch is drawn."""
        return self.first(day) + (self.last(day) - self.first(day)) // 2

    def count(self, first: date, last: date) -> int:
        """How many stretches there are from one day to another."""
        if not self.months:
            return (self.first(last) - self.first(first)).days // 7 + 1
        return ((last.year - first.year) * 12 + self.first(last).month - self.first(first).month) // self.months + 1

    def words(self, day: date) -> str:
        """The stretch in words: "the week of March 3, 2025", "March 2025", "January to March 2025", "2025"."""
        first, last = self.first(day), self.last(day)
        if not self.months:
            return f"the week of {day_in_words(first)}"
        if self.months == 12:
            return f"{first.year}"
        names = dict.fromkeys((MONTHS[first.month - 1], MONTHS[last.month - 1]))
        return f"{' to '.join(names)} {first.year}"

    def brief(self, day: date) -> str:
        """The same as a note has it, where the axis tells the year: "week of Mar 3", "March"."""
        if not self.months:
            return f"week of {short(self.first(day))}"
        return self.words(day) if self.months > 1 else MONTHS[day.month - 1]


WEEK, MONTH, QUARTER, YEAR = Unit("week"), Unit("month", 1), Unit("quarter", 3), Unit("year", 12)


def short(day: date) -> str:
    """The day as a note has it: "Mar 27"."""
    return f"{SHORT_MONTHS[day.month - 1]} {day.day}"


def month_starts(first: date, last: date) -> Iterator[date]:
    """The first of each month from the month of one day to that of another, and of the one after."""
    for i in range((last.year - first.year) * 12 + last.month - first.month + 2):
        year, month = divmod(first.year * 12 + first.month - 1 + i, 12)
        yield date(year, month + 1, 1)
