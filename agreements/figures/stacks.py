"""The stacks of the timeline: where each mark, note and month stands, for one width. Positions are whole numbers."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from math import ceil

from agreements.figures import notes as writing
from agreements.figures.calendar import MONTH, QUARTER, SHORT_MONTHS, WEEK, YEAR, Unit, month_starts
from agreements.figures.marks import DRAWN, MARKS, RANK
from agreements.figures.notes import FONT, Note, SvgNote

FOOT = 40
"""The room under the axis, for the names of the months."""
_PITCH, _SMALLEST = 12, 7  # the distance of two marks in a stack, in pixels: at most, and at least
_SIDE = 10  # the margin left and right
_NICE = (1, 2, 3, 4, 5, 10, 20, 25, 50)
"""For how many events a mark may stand, and each of these times ten, a hundred…"""


@dataclass(frozen=True)
class Form:
    """A width for which the timeline is drawn, in CSS pixels, with the height of its tallest stack and its notes."""

    name: str
    width: int
    stack: int
    most_notes: int
    units: tuple[Unit, ...]


WIDE = Form("wide", 960, 252, 7, (WEEK, MONTH, QUARTER, YEAR))
NARROW = Form("narrow", 300, 210, 3, (MONTH, QUARTER, YEAR))


@dataclass(frozen=True)
class Point:
    """One event, or `count` of one status on one day; these have no label.

    Its days bound when it happened: equal where the day is known, None where a bound is not. `status_kind` is a slug
    of MARKS; `label` names whom it is about, `detail` says what happened and `when` the day in words; `url` is its
    permalink.
    """

    day_earliest: date | None
    day_latest: date | None
    label: str
    status_kind: str
    url: str
    detail: str = ""
    when: str = ""
    count: int = 1

    @property
    def day(self) -> date | None:
        """The day it stands at; None where nothing bounds it."""
        if self.day_earliest is None or self.day_latest is None:
            return self.day_earliest or self.day_latest
        return self.day_earliest + (self.day_latest - self.day_earliest) // 2

    @property
    def sentence(self) -> str:
        """What happened and when, in words."""
        return ", ".join(part for part in (self.detail, self.when) if part)


@dataclass(frozen=True)
class Mark:
    """A mark on the drawing: `points` are the events that it stands for; of counted ones, all of its stretch."""

    x: int
    y: int
    status: str
    bin: date
    points: tuple[Point, ...]


@dataclass(frozen=True)
class SvgPath:
    """All marks of one status: `d` has a vertex at each. `size` is their diameter, `box` that of their box of 16."""

    status: str
    size: int
    d: str

    @property
    def box(self) -> float:
        return round(self.size * 16 / DRAWN, 1)


@dataclass(frozen=True)
class SvgTick:
    """The name of a month on the axis, or of a year; `year` only where one begins."""

    x: int
    month: str
    year: str = ""


@dataclass(frozen=True)
class SvgStack:
    """The drawing for one width. `each` is the number of events for which a mark stands, at most."""

    form: Form
    unit: Unit
    each: int
    height: int
    axis: int
    pitch: int
    marks: list[Mark]
    notes: list[SvgNote]
    months: list[int]
    ticks: list[SvgTick]

    @property
    def width(self) -> int:
        return self.form.width

    @property
    def paths(self) -> list[SvgPath]:
        """The marks, one path a status: a stack is one move and a step up for each further mark."""
        ordered = sorted(self.marks, key=lambda mark: (RANK[mark.status], mark.x, -mark.y))
        found = []
        for status, marks in groupby(ordered, key=lambda mark: mark.status):
            columns = (list(column) for _, column in groupby(marks, key=lambda mark: mark.x))
            d = "".join(f"M{column[0].x} {column[0].y}" + f"v-{self.pitch}" * (len(column) - 1) for column in columns)
            found.append(SvgPath(status, self.size(status), d))
        return found

    def size(self, status: str) -> int:
        """The diameter of a mark: its own, or what its neighbours leave. Rare kinds stay large enough to be told."""
        own = round(MARKS["signed" if MARKS[status].is_quiet else status].size)
        return min(own, max(self.pitch - 1, 6 if status in ("signed", "pending", "none") else 8))

    @property
    def leaders(self) -> str:
        """The lines from the notes down to their stacks, as one path."""
        return "".join(f"M{note.x} {note.bottom}V{note.foot}" for note in self.notes)

    @property
    def month_lines(self) -> str:
        """The small lines under the axis where a month begins, as one path."""
        return "".join(f"M{x} {self.axis}v5" for x in self.months)


def stack(rows: Sequence[Point], noted: Sequence[Note], form: Form, start: date | None, end: date | None) -> SvgStack:
    """The events, all with a day, as marks and notes. `start` and `end` bound the axis; else the events do."""
    days = [point.day for point in rows if point.day]
    first, last = start or min(days), end or max(days)
    room = form.width - 2 * _SIDE
    unit = next((one for one in form.units if one.count(first, last) * _PITCH <= room), form.units[-1])
    bins = _bins(rows, unit)
    width = room // unit.count(first, last)
    first = min(first, unit.middle(min(days))) - timedelta(days=7)
    last = max(last, unit.middle(max(days))) + timedelta(days=7)
    last = max(last, first + timedelta(days=28))

    def across(day: date) -> int:
        return round(_SIDE + room * (day - first).days / (last - first).days)

    each = _each(bins, form.stack // _SMALLEST)
    tallest = max(_height(kinds, each) for kinds in bins.values())
    pitch = max(_SMALLEST, min(_PITCH, width, form.stack // tallest))
    tops = {day: _height(kinds, each) * pitch for day, kinds in bins.items()}
    places = {day: (across(unit.middle(day)), top) for day, top in tops.items()}
    wanted = [
        writing.Wanted(*places[unit.first(note.day)], note)
        for note in [*_busiest(bins, unit), *noted]
        if unit.first(note.day) in places
    ]
    placed = writing.place(wanted, list(places.values()), form.width, form.most_notes, form.stack + writing.HEAD)
    # Heights are counted upwards from the axis until it is known how high the drawing must be.
    axis = ceil(max([*tops.values(), *(note.top for note in placed)])) + 8
    months = [day for day in month_starts(first, last) if first <= day <= last]
    return SvgStack(
        form=form,
        unit=unit,
        each=each,
        height=axis + FOOT,
        axis=axis,
        pitch=pitch,
        marks=_marks(bins, each, pitch, {day: x for day, (x, _) in places.items()}, axis),
        notes=[note.drawn(axis) for note in placed],
        months=_apart([across(day) for day in months], 6),
        ticks=_ticks(first, last, across, form.width),
    )


Bins = dict[date, dict[str, list[Point]]]
"""First day of a stretch → status → events, in order of day; the statuses in order of rank."""


def _bins(rows: Sequence[Point], unit: Unit) -> Bins:
    bins: Bins = defaultdict(lambda: defaultdict(list))
    for point in sorted(rows, key=lambda point: RANK[point.status_kind]):
        if point.day:
            bins[unit.first(point.day)][point.status_kind].append(point)
    return bins


def _total(points: Sequence[Point]) -> int:
    return sum(point.count for point in points)


def _height(kinds: dict[str, list[Point]], each: int) -> int:
    """The number of marks in a stack, where one stands for `each` events of a status."""
    return sum(ceil(_total(points) / each) for points in kinds.values())


def _each(bins: Bins, most: int) -> int:
    """For how many events a mark must stand, so that no stack has more than `most` marks."""
    scale = 1
    while True:
        for nice in _NICE:
            # A stack cannot be lower than its number of statuses.
            if all(_height(kinds, nice * scale) <= max(most, len(kinds)) for kinds in bins.values()):
                return nice * scale
        scale *= 100


def _marks(bins: Bins, each: int, pitch: int, xs: dict[date, int], axis: int) -> list[Mark]:
    marks = []
    for day, kinds in bins.items():
        level = 0
        for status, points in kinds.items():
            is_counted = any(not point.label for point in points)
            for i in range(ceil(_total(points) / each)):
                held = points if is_counted else points[i * each : (i + 1) * each]
                marks.append(Mark(xs[day], axis - level * pitch - pitch // 2 - 1, status, day, tuple(held)))
                level += 1
    return marks


def _busiest(bins: Bins, unit: Unit) -> list[Note]:
    """A note of how many events the tallest stack holds, where it is tall."""
    totals = {day: sum(_total(points) for points in kinds.values()) for day, kinds in bins.items()}
    day = max(totals, key=lambda one: totals[one])
    return [Note(day, f"{totals[day]:,} events, {unit.brief(day)}")] if totals[day] >= 10 else []


def _apart(xs: list[int], least: int) -> list[int]:
    """The positions, or none where they are nearer to each other than that."""
    return xs if all(b - a >= least for a, b in pairwise(xs)) else []


def _ticks(first: date, last: date, across: Callable[[date], int], width: int) -> list[SvgTick]:
    """The months, or every second, third… of them, or the years, each name in its middle; names never touch."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    room = 3.4 * FONT
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60) if width / months * step >= room), 120)
    unit = MONTH if step < 12 else YEAR
    ticks: list[SvgTick] = []
    seen = 0
    for day in month_starts(first, last):
        if (day.year * 12 + day.month - 1) % step:
            continue
        x = across(unit.middle(day))
        if room / 2 <= x <= width - room / 2:
            name, year = (SHORT_MONTHS[day.month - 1], str(day.year)) if step < 12 else (str(day.year), "")
            ticks.append(SvgTick(x, name, year if day.year != seen else ""))
            seen = day.year
    return ticks
