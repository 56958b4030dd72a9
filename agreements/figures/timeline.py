"""The timeline: one mark an event, stacked by week (by month on a narrow screen), a few marks with words beside them.

An event whose day is not known stands in the middle of the days on which it can have happened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from agreements.figures import plot
from agreements.figures.marks import DRAWN_LAST, MARKS
from agreements.figures.stacks import FONT, FOOT, MOST_NOTES, Point, SvgStack, month_of, monthly, short, weekly

__all__ = ["Point", "SvgTimeline", "annotated", "figure", "svg"]


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


def svg(points: Iterable[Point], *, start: date | None = None, end: date | None = None) -> SvgTimeline | None:
    """The timeline as rows to draw, from `start` to `end` (else the first and last event); None without events."""
    rows, outside = _within(points, start, end)
    if not rows:
        return None
    first, last = _span(rows, start, end)
    return SvgTimeline(
        wide=weekly(rows, first, last),
        narrow=monthly(rows, first, last),
        first=first,
        last=last,
        count=len(rows),
        outside=outside,
        statuses=_statuses(rows),
    )


def figure(points: Iterable[Point], *, start: date | None = None, end: date | None = None) -> dict[str, Any] | None:
    """The timeline as a Plotly figure (data, layout) to put through json_script; None without events.

    Axis units are those of the wide drawing, which the figure covers. What differs on a narrow screen is in `meta`:
    x, y and marker.size of each trace, and the parts of the layout. `customdata` is [name, sentence, url].
    """
    rows, _ = _within(points, start, end)
    if not rows:
        return None
    first, last = _span(rows, start, end)
    stacks = [weekly(rows, first, last), monthly(rows, first, last)]
    traces = []
    for status in _statuses(rows):
        wide, narrow = ([each for each in stack.points if each.status == status] for stack in stacks)
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
                    "<br>".join(plot.plain(part) for part in (event.label, event.detail, event.when) if part)
                    for event in events
                ],
                "customdata": [[event.label, event.sentence, event.url] for event in events],
                "hovertemplate": "%{text}<extra></extra>",
                "cliponaxis": False,
                "marker": {"symbol": MARKS[status].symbol, "size": wide[0].size, "opacity": 1},
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


def annotated(points: Iterable[Point], most: int = MOST_NOTES) -> list[Point]:
    """The events with a note on some: the first of each kind whose day is known, rare kinds first, and the latest.

    Where a note is already given, nothing is added.
    """
    rows = list(points)
    if any(point.note for point in rows):
        return rows
    dated = sorted(
        (point for point in rows if point.day and point.day_earliest == point.day_latest),
        key=lambda point: (point.day or date.min, point.label),
    )
    chosen = {id(dated[-1])} if dated else set()
    for status in reversed(DRAWN_LAST):
        first = next((point for point in dated if point.status_kind == status), None)
        if first and not MARKS[status].is_quiet and len(chosen) < most:
            chosen.add(id(first))
    return [
        replace(point, note=f"{point.label}, {short(point.day)}") if id(point) in chosen else point for point in rows
    ]


def _within(points: Iterable[Point], start: date | None, end: date | None) -> tuple[list[Point], int]:
    """The events that the axis shows, in order of day, and how many it leaves out."""
    every = list(points)
    rows = [
        point
        for point in every
        if point.day and (start is None or point.day >= start) and (end is None or point.day <= end)
    ]
    rows.sort(key=lambda point: (point.day or date.min, point.label))
    return rows, len(every) - len(rows)


def _span(rows: Sequence[Point], start: date | None, end: date | None) -> tuple[date, date]:
    """The first and last day of the axis: at least four weeks, and a week beyond the outermost stacks."""
    days = [point.day for point in rows if point.day]
    middles = [month_of(min(days)), month_of(max(days))]
    first = min(start or min(days), *middles) - timedelta(days=7)
    last = max(end or max(days), *middles) + timedelta(days=7)
    return first, max(last, first + timedelta(days=28))


def _statuses(rows: Sequence[Point]) -> list[str]:
    found = {point.status_kind for point in rows}
    return [status for status in DRAWN_LAST if status in found]


def _layout(stack: SvgStack) -> dict[str, Any]:
    """The layout that lays Plotly's axes over the drawing: x in its units, y too, downwards."""
    return {
        "width": stack.width,
        "height": stack.height,
        "margin": {"l": 0, "r": 0, "t": 0, "b": FOOT},
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
            "ticktext": [f"{tick.month}<br>{tick.year}" if tick.year else tick.month for tick in stack.ticks],
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
                "font": {"size": FONT},
            }
            for note in stack.notes
        ],
        "shapes": [
            {"type": "line", "x0": note.x, "x1": note.x, "y0": note.bottom, "y1": note.foot, "line": {"width": 1}}
            for note in stack.notes
        ],
    }
