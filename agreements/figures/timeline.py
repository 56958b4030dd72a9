"""The timeline: one mark an event, stacked by week (by month on a narrow screen), a few marks with words beside them.

An event whose day is not known stands in the middle of the days on which it can have happened.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from agreements.figures import labels, plot
from agreements.figures.marks import DRAWN_LAST, MARKS

WIDE, NARROW = 960, 360
"""The widths, in CSS pixels, for which it is drawn."""
MOST_LABELS = 7
_FONT = 13
_STACK, _PITCH, _FOOT, _HEAD, _SIDE = (
    240,
    12,
    40,
    96,
    10,
)  # heights and margins in pixels
_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


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
        """The factor that draws its path, 16 units across, at its size."""
        return round(self.size / 16, 3)


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
class SvgTimeline:
    """The same events stacked by week for a wide screen and by month for a narrow one.

    `outside` counts the events that the axis leaves out; `statuses` are those that occur, for the key.
    """

    wide: SvgStack
    narrow: SvgStack
    first: date
    last: date
    count: int
    outside: int
    statuses: list[str]


@dataclass(frozen=True)
class _Placed:
    """An event in its stack: `level` counts from 0 at the axis."""

    point: Point
    bin: date
    level: int


def svg(
    points: Iterable[Point], *, start: date | None = None, end: date | None = None
) -> SvgTimeline | None:
    """The timeline as rows to draw, from `start` to `end` (else the first and last event); None without events."""
    rows, outside = _within(points, start, end)
    if not rows:
        return None
    first, last = _span(rows, start, end)
    return SvgTimeline(
        wide=_stack(_stacked(rows, _week), first, last, WIDE, has_notes=True),
        narrow=_stack(_stacked(rows, _month), first, last, NARROW, has_notes=False),
        first=first,
        last=last,
        count=len(rows),
        outside=outside,
        statuses=_statuses(rows),
    )


def figure(
    points: Iterable[Point], *, start: date | None = None, end: date | None = None
) -> dict[str, Any] | None:
    """The timeline as a Plotly figure (data, layout) to put through json_script; None without events.

    Axis units are those of the wide drawing, which the figure covers. What differs on a narrow screen is in `meta`:
    x, y and marker.size of each trace, and the parts of the layout. `customdata` is [name, sentence, url].
    """
    rows, _ = _within(points, start, end)
    if not rows:
        return None
    first, last = _span(rows, start, end)
    stacks = [
        _stack(_stacked(rows, _week), first, last, WIDE, has_notes=True),
        _stack(_stacked(rows, _month), first, last, NARROW, has_notes=False),
    ]
    traces = []
    for status in _statuses(rows):
        wide, narrow = (
            [each for each in stack.points if each.status == status] for stack in stacks
        )
        # Both are in the order of the events, so one text and one link serve both.
        events = [each.point for each in wide]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": status,
                "x": [each.x for each in wide],
                "y": [each.y for each in wide],
                "text": [
                    "<br>".join(
                        plot.plain(part)
                        for part in (event.label, event.detail, event.when)
                        if part
                    )
                    for event in events
                ],
                "customdata": [
                    [event.label, event.sentence, event.url] for event in events
                ],
                "hovertemplate": "%{text}<extra></extra>",
                "cliponaxis": False,
                "marker": {
                    "symbol": MARKS[status].symbol,
                    "size": wide[0].size,
                    "opacity": 1,
                },
                "meta": {
                    "role": "marks",
                    "status": status,
                    "isOpen": MARKS[status].is_open,
                    "narrow": {
                        "x": [each.x for each in narrow],
                        "y": [each.y for each in narrow],
                        "size": narrow[0].size,
                    },
                },
            }
        )
    layout = _layout(stacks[0]) | {"meta": {"narrow": _layout(stacks[1])}}
    return plot.checked(traces, layout)


def _within(
    points: Iterable[Point], start: date | None, end: date | None
) -> tuple[list[Point], int]:
    """The events that the axis shows, in order of day, and how many it leaves out."""
    every = list(points)
    rows = [
        point
        for point in every
        if point.day
        and (start is None or point.day >= start)
        and (end is None or point.day <= end)
    ]
    rows.sort(key=lambda point: (point.day or date.min, point.label))
    return rows, len(every) - len(rows)


def _span(
    rows: Sequence[Point], start: date | None, end: date | None
) -> tuple[date, date]:
    """The first and last day of the axis: at least four weeks, with half a week of room on each side."""
    days = [point.day for point in rows if point.day]
    first, last = (
        (start or min(days)) - timedelta(days=7),
        (end or max(days)) + timedelta(days=7),
    )
    return first, max(last, first + timedelta(days=28))


def _week(day: date) -> date:
    """The Thursday of its week, the middle of Monday to Sunday."""
    return day + timedelta(days=3 - day.weekday())


def _month(day: date) -> date:
    """The middle of its month."""
    return day.replace(day=15)


def _statuses(rows: Sequence[Point]) -> list[str]:
    found = {point.status_kind for point in rows}
    return [status for status in DRAWN_LAST if status in found]


def _stacked(rows: Sequence[Point], bin_of: Callable[[date], date]) -> list[_Placed]:
    """The events in their own order, each with its place in its stack: like upon like, the common ones at the axis."""
    counts: dict[date, int] = {}
    placed: dict[int, _Placed] = {}
    for i, point in sorted(
        enumerate(rows), key=lambda pair: DRAWN_LAST.index(pair[1].status_kind)
    ):
        if point.day:
            day = bin_of(point.day)
            placed[i] = _Placed(point, day, counts.setdefault(day, 0))
            counts[day] += 1
    return [placed[i] for i in sorted(placed)]


def _levels(placed: Sequence[_Placed]) -> int:
    return max(each.level for each in placed) + 1


def _pitch(placed: Sequence[_Placed]) -> float:
    """The distance of two marks of a stack: as wide as they like, or what the tallest stack leaves."""
    return min(_PITCH, _STACK / _levels(placed))


def _size(status: str, pitch: float) -> float:
    return round(
        max(
            2.5,
            min(MARKS["signed" if MARKS[status].is_quiet else status].size, pitch - 1),
        ),
        1,
    )


def _stack(
    placed: list[_Placed], first: date, last: date, width: float, *, has_notes: bool
) -> SvgStack:
    pitch = _pitch(placed)
    notes = has_notes and any(each.point.note for each in placed)
    axis = round((_HEAD if notes else 12) + pitch * _levels(placed), 1)

    def across(day: date) -> float:
        return round(
            _SIDE + (width - 2 * _SIDE) * (day - first).days / (last - first).days, 1
        )

    return SvgStack(
        width=width,
        height=axis + _FOOT,
        axis=axis,
        points=[
            SvgPoint(
                point=each.point,
                x=across(each.bin),
                y=round(axis - (each.level + 0.5) * pitch, 1),
                size=_size(each.point.status_kind, pitch),
                status=each.point.status_kind,
                url=each.point.url,
                title=f"{each.point.label}: {each.point.sentence}"
                if each.point.sentence
                else each.point.label,
            )
            for each in placed
        ],
        notes=_notes(placed, axis, pitch, width, across) if notes else [],
        ticks=_ticks(first, last, across, width),
    )


def _notes(
    placed: list[_Placed],
    axis: float,
    pitch: float,
    width: float,
    across: Callable[[date], float],
) -> list[SvgNote]:
    """The notes that find room above the stacks, at most MOST_LABELS, as low as they can stand."""
    heights: dict[date, int] = {}
    for each in placed:
        heights[each.bin] = max(heights.get(each.bin, 0), each.level + 1)
    taken = [
        labels.Rect(across(day) - 6, axis - count * pitch - 4, across(day) + 6, axis)
        for day, count in heights.items()
    ]
    notes: list[SvgNote] = []
    for each in [
        each for each in sorted(placed, key=lambda one: one.bin) if each.point.note
    ]:
        x, foot = across(each.bin), axis - heights[each.bin] * pitch - 4
        lines = _two_lines(each.point.note)
        wide, high = labels.text_size(lines, _FONT)
        anchor, left = ("start", x - 2) if x + wide < width else ("end", x + 2 - wide)
        bottom = foot - 8
        while bottom - high > 0 and len(notes) < MOST_LABELS:
            rect = labels.Rect(left, bottom - high, left + wide, bottom)
            leader = labels.Rect(x - 1, bottom, x + 1, foot)
            if not any(rect.meets(other) or leader.meets(other) for other in taken):
                taken += [rect, leader]
                baseline = bottom - high + _FONT
                rows = tuple(
                    (line, round(baseline + i * _FONT * labels.LINE, 1))
                    for i, line in enumerate(lines)
                )
                notes.append(SvgNote(x, anchor, rows, round(bottom, 1), round(foot, 1)))
                break
            bottom -= 6
    return notes


def _two_lines(text: str, length: int = 24) -> tuple[str, ...]:
    """The text on one line, or broken at the space nearest to its middle."""
    spaces = [i for i, letter in enumerate(text) if letter == " "]
    if len(text) <= length or not spaces:
        return (text,)
    middle = min(spaces, key=lambda i: abs(i - len(text) / 2))
    return text[:middle], text[middle + 1 :]


def _ticks(
    first: date, last: date, across: Callable[[date], float], width: float
) -> list[SvgTick]:
    """The months, or every second, third… of them, so that their names never touch."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((step for step in (1, 2, 3, 6) if width / months * step >= 44), 12)
    ticks: list[SvgTick] = []
    for i in range(months + 1):
        year, month = divmod(first.year * 12 + first.month - 1 + i, 12)
        day = date(year, month + 1, 1)
        if month % step == 0 and first <= day <= last - timedelta(days=10):
            is_new = not ticks or month == 0
            ticks.append(
                SvgTick(across(day), _MONTHS[month], str(year) if is_new else "")
            )
    return ticks


def _layout(stack: SvgStack) -> dict[str, Any]:
    """The layout that lays Plotly's axes over the drawing: x in its units, y too, downwards."""
    return {
        "width": stack.width,
        "height": stack.height,
        "margin": {"l": 0, "r": 0, "t": 0, "b": _FOOT},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "xaxis": {
            "range": [0, stack.width],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "ticks": "outside",
            "tickvals": [tick.x for tick in stack.ticks],
            "ticktext": [
                f"{tick.month}<br>{tick.year}" if tick.year else tick.month
                for tick in stack.ticks
            ],
        },
        "yaxis": {"range": [stack.axis, 0], "fixedrange": True, "visible": False},
        "annotations": [
            {
                "x": note.x,
                "y": note.bottom,
                "text": "<br>".join(plot.plain(line) for line, _ in note.lines),
                "showarrow": False,
                "xanchor": "left" if note.anchor == "start" else "right",
                "yanchor": "bottom",
                "align": "left" if note.anchor == "start" else "right",
                "borderpad": 0,
                "font": {"size": _FONT},
            }
            for note in stack.notes
        ],
        "shapes": [
            {
                "type": "line",
                "x0": note.x,
                "x1": note.x,
                "y0": note.bottom,
                "y1": note.foot,
                "line": {"width": 1},
            }
            for note in stack.notes
        ],
    }
