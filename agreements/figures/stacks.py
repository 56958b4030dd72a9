"""The stacks of the timeline: where each mark, note and month stands, for one width."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from agreements.figures import labels
from agreements.figures.marks import DRAWN, MARKS, RANK

WIDE, NARROW = 960, 360
"""The widths, in CSS pixels, for which it is drawn."""
MOST_NOTES = 7
FONT = 13
FOOT = 40
"""The room under the axis, for the names of the months."""
_STACK, _PITCH, _SMALLEST = 240, 12, 3  # the height of the tallest stack and the distances of marks, in pixels
_HEAD, _SIDE = 96, 10  # the room for notes above the tallest stack, and the margins
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Point:
    """One event. Its days bound when it happened: equal where the day is known, None where a bound is not.

    `status_kind` is a slug of MARKS; `url` its permalink; `detail` says what happened and `when` the day in words;
    `note` is a short text to stand beside the mark, where there is room, empty for most.
    """

    day_earliest: date | None
    day_latest: date | None
    label: str
    status_kind: str
    url: str
    detail: str = ""
    when: str = ""
    note: str = ""

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
class SvgPoint:
    """A mark on the drawing, `size` units across."""

    point: Point
    x: float
    y: float
    size: float
    status: str
    url: str
    title: str

    @property
    def scale(self) -> float:
        """The factor that draws its path at its size."""
        return round(self.size / DRAWN, 3)


@dataclass(frozen=True)
class SvgNote:
    """Words on the drawing and the line that leads from them down to the mark's stack."""

    x: float
    anchor: str
    lines: tuple[tuple[str, float], ...]
    bottom: float
    foot: float


@dataclass(frozen=True)
class SvgTick:
    """A month on the axis; `year` only where it begins."""

    x: float
    month: str
    year: str


@dataclass(frozen=True)
class SvgStack:
    """The drawing for one width."""

    width: float
    height: float
    axis: float
    points: list[SvgPoint]
    notes: list[SvgNote]
    ticks: list[SvgTick]


@dataclass(frozen=True)
class _Placed:
    """An event in its stack: `level` counts from 0 at the axis."""

    point: Point
    bin: date
    level: int


def weekly(rows: Sequence[Point], first: date, last: date) -> SvgStack:
    """The events stacked by week, with their notes, for a wide screen."""
    return _stack(_stacked(rows, _week), first, last, WIDE, is_weekly=True)


def monthly(rows: Sequence[Point], first: date, last: date) -> SvgStack:
    """The events stacked by month, for a narrow screen. Its points are in the order of the events, as weekly's are."""
    return _stack(_stacked(rows, month_of), first, last, NARROW, is_weekly=False)


def short(day: date | None) -> str:
    """The day as a note has it: "Mar 27"."""
    return f"{_MONTHS[day.month - 1]} {day.day}" if day else ""


def _week(day: date) -> date:
    """The Thursday of its week, the middle of Monday to Sunday."""
    return day + timedelta(days=3 - day.weekday())


def month_of(day: date) -> date:
    """The middle of its month."""
    return day.replace(day=15)


def _stacked(rows: Sequence[Point], bin_of: Callable[[date], date]) -> list[_Placed]:
    """The events in their own order, each with its place in its stack: like upon like, the common ones at the axis."""
    counts: dict[date, int] = {}
    placed: dict[int, _Placed] = {}
    for i, point in sorted(enumerate(rows), key=lambda pair: RANK[pair[1].status_kind]):
        if point.day:
            day = bin_of(point.day)
            placed[i] = _Placed(point, day, counts.setdefault(day, 0))
            counts[day] += 1
    return [placed[i] for i in sorted(placed)]


def _grid(placed: Sequence[_Placed], room: float) -> tuple[float, int]:
    """The distance of two marks in pixels, and how many stand side by side in a stack `room` pixels wide.

    As far apart as they like; else side by side; else, in a stack taller than any seen, over each other.
    """
    tallest = max(each.level for each in placed) + 1
    for quarter in range(4 * _PITCH, 4 * _SMALLEST, -1):
        pitch = quarter / 4
        columns = ceil(tallest / (_STACK // pitch))
        if columns == 1 or columns * pitch <= room:
            return pitch, columns
    columns = max(1, int(room / _SMALLEST))
    return _STACK / ceil(tallest / columns), columns


def _size(status: str, pitch: float) -> float:
    """The diameter of a mark: its own, or what its neighbours leave. The rare kinds stay large enough to be told."""
    own = MARKS["signed" if MARKS[status].is_quiet else status].size
    return round(min(own, max(pitch - 1, 2.5 if status in ("signed", "none") else 7)), 1)


def _stack(placed: list[_Placed], first: date, last: date, width: float, *, is_weekly: bool) -> SvgStack:
    span = (last - first).days

    def across(day: date) -> float:
        return round(_SIDE + (width - 2 * _SIDE) * (day - first).days / span, 1)

    pitch, columns = _grid(placed, (width - 2 * _SIDE) / span * (7 if is_weekly else 30) - 1)
    # Heights are counted upwards from the axis until it is known how high the drawing must be.
    tops: dict[date, float] = {}
    for each in placed:
        tops[each.bin] = max(tops.get(each.bin, 0), (each.level // columns + 1) * pitch)
    notes = _notes(placed, tops, width, across) if is_weekly else []
    axis = round(max([*tops.values(), *(note.top for note in notes)]) + 8, 1)
    middle = {day: (min(columns, sum(each.bin == day for each in placed)) - 1) / 2 for day in tops}
    return SvgStack(
        width=width,
        height=axis + FOOT,
        axis=axis,
        points=[
            SvgPoint(
                point=each.point,
                x=round(across(each.bin) + (each.level % columns - middle[each.bin]) * pitch, 1),
                y=round(axis - (each.level // columns + 0.5) * pitch, 1),
                size=_size(each.point.status_kind, pitch),
                status=each.point.status_kind,
                url=each.point.url,
                title=f"{each.point.label}: {each.point.sentence}" if each.point.sentence else each.point.label,
            )
            for each in placed
        ],
        notes=[note.drawn(axis) for note in notes],
        ticks=_ticks(first, last, across, width),
    )


@dataclass(frozen=True)
class _Note:
    """A note that found room; heights are counted upwards from the axis."""

    x: float
    anchor: str
    lines: tuple[str, ...]
    foot: float
    bottom: float

    @property
    def top(self) -> float:
        return self.bottom + len(self.lines) * FONT * labels.LINE

    def drawn(self, axis: float) -> SvgNote:
        first = axis - self.top + FONT
        lines = tuple((line, round(first + i * FONT * labels.LINE, 1)) for i, line in enumerate(self.lines))
        return SvgNote(self.x, self.anchor, lines, round(axis - self.bottom, 1), round(axis - self.foot, 1))


def _notes(
    placed: list[_Placed], tops: dict[date, float], width: float, across: Callable[[date], float]
) -> list[_Note]:
    """The notes that find room above the stacks, at most MOST_NOTES, each as low as it can stand."""
    taken = [labels.Rect(across(day) - 6, -top - 4, across(day) + 6, 0) for day, top in tops.items()]
    notes: list[_Note] = []
    noted = sorted((each for each in placed if each.point.note), key=lambda each: each.bin)[:MOST_NOTES]
    # From the right: a note's words reach rightwards, over the leaders of those that already stand.
    for each in reversed(noted):
        x, foot = across(each.bin), tops[each.bin] + 4
        lines = _two_lines(each.point.note)
        wide, high = labels.text_size(lines, FONT)
        anchor, left = ("start", x) if x + wide < width else ("end", x - wide)
        for bottom in range(int(foot) + 8, _STACK + _HEAD, 4):
            words = labels.Rect(left - 4, -bottom - high, left + wide + 4, -bottom)
            leader = labels.Rect(x - 1, -bottom, x + 1, -foot)
            if not any(words.meets(other) or leader.meets(other) for other in taken):
                taken += [words, leader]
                notes.append(_Note(x, anchor, lines, foot, bottom))
                break
    return notes


def _two_lines(text: str, length: int = 24) -> tuple[str, ...]:
    """The text on one line, or broken at the space nearest to its middle."""
    spaces = [i for i, letter in enumerate(text) if letter == " "]
    if len(text) <= length or not spaces:
        return (text,)
    middle = min(spaces, key=lambda i: abs(i - len(text) / 2))
    return text[:middle], text[middle + 1 :]


def _ticks(first: date, last: date, across: Callable[[date], float], width: float) -> list[SvgTick]:
    """The months, or every second, third… of them, so that their names never touch."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((step for step in (1, 2, 3, 6) if width / months * step >= 44), 12)
    ticks: list[SvgTick] = []
    for i in range(months + 1):
        year, month = divmod(first.year * 12 + first.month - 1 + i, 12)
        day = date(year, month + 1, 1)
        if month % step == 0 and first <= day <= last - timedelta(days=10):
            is_new = not ticks or month == 0
            ticks.append(SvgTick(across(day), _MONTHS[month], str(year) if is_new else ""))
    return ticks
