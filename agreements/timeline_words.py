"""The sentence that answers the page of a timeline: how many dated events, of how many, where and when. Pure."""

from dataclasses import dataclass
from datetime import date

from agreements.dates import day_in_words


@dataclass(frozen=True)
class Answer:
    """A sentence in three parts: its beginning, what is set in bold, and its end."""

    before: str
    count: str
    rest: str


@dataclass(frozen=True)
class Found:
    """What a timeline holds between two days, both included; `first` is None where it reaches back to the beginning.

    of: the events of that place and those days that the other filters chose from; None where there are none of these.
    agencies: of how many agencies they are; 0 where they are about places only. older: those before the first day that
    the list has all the same. more_than: a bound, where there are so many that they were not counted.
    """

    place: str
    first: date | None
    last: date
    count: int
    agencies: int = 0
    of: int | None = None
    older: int = 0
    more_than: int = 0


def answer(found: Found) -> Answer:
    """How many dated events there are, with what they are of."""
    if found.first and found.first > found.last:
        return Answer("This record ends", day_in_words(found.last), "which is before the days asked for.")
    last = day_in_words(found.last)
    when = f"From {day_in_words(found.first)} to {last}," if found.first else f"Up to {last},"
    if found.more_than:
        return Answer(
            f"{when} this record has",
            f"more than {found.more_than:,} dated events",
            f"in {found.place}, too many to draw. Choose a state, a county or days.",
        )
    if found.of:
        return Answer(when, f"{_part(found.count, found.of)} dated event{_s(found.of)}", _chosen(found))
    count = f"{found.count:,} dated event{_s(found.count)}" if found.count else "no dated event"
    agencies = f"of {_agencies(found.agencies)} " if found.count and found.agencies else ""
    return Answer(f"{when} this record has", count, f"{agencies}in {found.place}.{_older(found)}")


def _chosen(found: Found) -> str:
    passes = f"in {found.place} pass{'es' if found.count < 2 else ''} these filters"
    if found.count and found.agencies:
        passes += f"; {'it is' if found.count == 1 else 'they are'} of {_agencies(found.agencies)}"
    return f"{passes}.{_older(found)}"


def _part(count: int, of: int) -> str:
    return f"{f'{count:,}' if count else 'none'} of {of:,}"


def _older(found: Found) -> str:
    """What the list has from before the first day."""
    if not found.older:
        return ""
    return " 1 older event comes last." if found.older == 1 else f" {found.older:,} older events come last."


def _agencies(count: int) -> str:
    return "1 agency" if count == 1 else f"{count:,} agencies"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
