"""The timeline: marks of events stacked by week (by month on a narrow screen), a few of them with words beside.

A mark is one event. Where a stack would grow too high, its marks shrink, and then every mark of that drawing stands for
several events of one kind; `SvgStack.each` says for how many at most, and the page says so. An event whose day is not
known stands in the middle of the days on which it can have happened.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from agreements.figures.marks import DRAWN_LAST, MARKS
from agreements.figures.notes import FONT, Note
from agreements.figures.stacks import FOOT, NARROW, WIDE, Mark, Point, SvgStack, stack

__all__ = ["Note", "Point", "SvgTimeline", "figure", "svg"]


@dataclass(frozen=True)
class SvgTimeline:
    """The same events for a wide screen and for a narrow one.

    `outside` counts the events that the axis leaves out; `statuses` are those that occur, for the key, with how many.
    """

    wide: SvgStack
    narrow: SvgStack
    count: int
    outside: int
    statuses: dict[str, int]

    @property
    def forms(self) -> list[SvgStack]:
        return [self.wide, self.narrow]


def svg(
    points: Iterable[Point], notes: Sequence[Note] = (), *, start: date | None = None, end: date | None = None
) -> SvgTimeline | None:
    """The timeline as rows to draw, from `start` to `end` (else the first and last event); None without events."""
    every = list(points)
    rows = _within(every, start, end)
    if not rows:
        return None
    wide, narrow = (stack(rows, notes, form, start, end) for form in (WIDE, NARROW))
    count = sum(point.count for point in rows)
    return SvgTimeline(wide, narrow, count, sum(point.count for point in every) - count, _statuses(rows))


def figure(
    points: Iterable[Point],
    notes: Sequence[Note] = (),
    *,
    start: date | None = None,
    end: date | None = None,
    link: Callable[[date, date], str],
) -> dict[str, Any] | None:
    """The timeline as a Plotly figure (data, layout) to send as JSON; None without events.

    One trace a status and form ("wide", "narrow": `meta.layout`); axis units are those of the drawing of that form,
    which the figure covers. The layout is the wide one; what replaces it on a narrow screen is in `meta.narrow`.
    `customdata` is [name, sentence, url]. `link` is the address of what happened from one day to another.
    """
    drawing = svg(points, notes, start=start, end=end)
    if drawing is None:
        return None
    traces = [
        _trace(form, status, [mark for mark in form.marks if mark.status == status], link)
        for form in drawing.forms
        for status in drawing.statuses
    ]
    return {"data": traces, "layout": _layout(drawing.wide) | {"meta": {"narrow": _layout(drawing.narrow)}}}


def _trace(form: SvgStack, status: str, marks: Sequence[Mark], link: Callable[[date, date], str]) -> dict[str, Any]:
    told = [_told(form, mark, link) for mark in marks]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": status,
        "x": [mark.x for mark in marks],
        "y": [mark.y for mark in marks],
        "text": [f"{plain(name)}<br>{plain(sentence)}" if sentence else plain(name) for name, sentence, _ in told],
        "customdata": told,
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
        "marker": {"symbol": MARKS[status].symbol, "size": form.size(status), "opacity": 1},
        "meta": {"role": "marks", "layout": form.form.name, "status": status, "isOpen": MARKS[status].is_open},
    }


def _told(form: SvgStack, mark: Mark, link: Callable[[date, date], str]) -> list[str]:
    """What a mark says when it is pointed at: name, sentence, address."""
    one = mark.points[0]
    if len(mark.points) == 1 and one.label:
        return [one.label, one.sentence, one.url]
    within = f"{one.detail}, in {form.unit.words(mark.bin)}"
    address = link(form.unit.first(mark.bin), form.unit.last(mark.bin))
    names = list(dict.fromkeys(point.label for point in mark.points if point.label))
    if not names:
        count = sum(point.count for point in mark.points)
        return ["1 event" if count == 1 else f"{count:,} events", within, address]
    listed = names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} others"]
    return [" and ".join(filter(None, [", ".join(listed[:-1]), listed[-1]])), within, address]


def _within(points: Iterable[Point], start: date | None, end: date | None) -> list[Point]:
    """The events that the axis shows, in order of day."""
    rows = [
        point
        for point in points
        if point.day and (start is None or point.day >= start) and (end is None or point.day <= end)
    ]
    rows.sort(key=lambda point: (point.day or date.min, point.label))
    return rows


def _statuses(rows: Sequence[Point]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for point in rows:
        counts[point.status_kind] = counts.get(point.status_kind, 0) + point.count
    return {status: counts[status] for status in DRAWN_LAST if status in counts}


def _layout(form: SvgStack) -> dict[str, Any]:
    """The layout that lays Plotly's axes over the drawing: x in its units, y too, downwards."""
    return {
        "width": form.width,
        "height": form.height,
        "margin": {"l": 0, "r": 0, "t": 0, "b": FOOT},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "xaxis": {
            "range": [0, form.width],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "ticks": "",
            "tickvals": [tick.x for tick in form.ticks],
            "ticktext": [f"{tick.month}<br>{tick.year}" if tick.year else tick.month for tick in form.ticks],
        },
        "yaxis": {"range": [form.axis, 0], "fixedrange": True, "visible": False},
        "annotations": [
            {
                "x": note.x,
                "y": note.bottom,
                "text": "<br>".join(plain(line) for line, _ in note.lines),
                "showarrow": False,
                "xanchor": "left" if note.anchor == "start" else "right",
                "yanchor": "bottom",
                "align": "left" if note.anchor == "start" else "right",
                "borderpad": 0,
                "font": {"size": FONT},
            }
            for note in form.notes
        ],
        "shapes": [
            *(_line(note.x, note.bottom, note.foot) for note in form.notes),
            # In parts of the height, as what lies under the axis is outside the axes.
            *(_line(x, 0, -5 / form.axis) | {"yref": "paper"} for x in form.months),
        ],
    }


def _line(x: int, top: float, bottom: float) -> dict[str, Any]:
    return {"type": "line", "x0": x, "x1": x, "y0": top, "y1": bottom, "line": {"width": 1}}


def plain(text: str) -> str:
    """Text that Plotly, which reads a little HTML, shows as it is."""
    return escape(text, quote=False)
