"""The map: counties (or states) shaded by the share of their municipalities that signed, a mark a municipality.

`svg` and `figure` take the same rows and show the same view with the same projection, so that the Plotly figure
covers the drawing that it replaces.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from agreements.figures import labels, plot
from agreements.figures.frame import Frame, frame_of
from agreements.figures.geometry import CountyShape, load
from agreements.figures.marks import DRAWN, MARKS, RANK
from agreements.figures.projection import View

RAMP = ("None", "Up to a quarter", "Up to half", "More than half")
"""The classes of shading, by the share of municipalities that signed."""
WIDE, NARROW = 600, 328
"""The widths, in CSS pixels, for which words are placed: a column of a desktop page, and a phone."""
FONT = {WIDE: 12, NARROW: 11}
MARK_SCALE = {WIDE: 1.0, NARROW: 0.8}  # the stylesheet enlarges the marks of the shrunken drawing to the same
_FEW, _MANY = 60, 150  # marks: fewer are drawn larger, more smaller


@dataclass(frozen=True)
class CountyFill:
    """What one county (or state) shows: how many of its municipalities signed. `url` is its page."""

    geoid: str
    name: str
    signed: int
    municipalities: int
    url: str

    @property
    def count(self) -> str:
        """The count with its denominator."""
        return f"{self.signed} of {self.municipalities}"

    @property
    def sentence(self) -> str:
        """The count in words."""
        if not self.municipalities:
            return "no municipalities"
        return f"{self.count} {'municipality' if self.municipalities == 1 else 'municipalities'} signed"

    @property
    def ramp(self) -> int:
        """Its class of shading, an index into RAMP."""
        if not self.signed:
            return 0
        share = self.signed / self.municipalities
        return 1 if share <= 0.25 else 2 if share <= 0.5 else 3


@dataclass(frozen=True)
class Mark:
    """One municipality: where it is, and its status (a slug of MARKS, and its word).

    `county` names its county in words; `since_text` is empty or such as "since March 27, 2025"; `is_labelled` asks
    for its name on the map, where there is room.
    """

    key: str
    label: str
    status: str
    latitude: float
    longitude: float
    url: str
    county: str = ""
    since_text: str = ""
    status_label: str = ""
    is_labelled: bool = False

    @property
    def sentence(self) -> str:
        """Its status in words."""
        return ", ".join(part for part in (self.status_label or self.status, self.since_text) if part)


@dataclass(frozen=True)
class SvgArea:
    """A county on the drawing: path data, its CSS class (`r0` to `r3`, or `context` without a count), a link."""

    geoid: str
    path: str
    css_class: str
    url: str
    title: str


@dataclass(frozen=True)
class SvgMark:
    """A mark on the drawing; `title` says what it is."""

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
class SvgLabel:
    """Words on the drawing: each line with the height of its baseline."""

    x: float
    anchor: str
    kind: str
    lines: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class SvgMap:
    """A drawing of `width` by `height` units, and the words for a wide and for a narrow screen with their sizes."""

    width: float
    height: float
    areas: list[SvgArea]
    marks: list[SvgMark]
    wide_labels: list[SvgLabel]
    wide_font: float
    narrow_labels: list[SvgLabel]
    narrow_font: float
    has_marks: bool


@dataclass(frozen=True)
class _Word:
    """A label that found room: its kind (county, town) and a place (longitude, latitude) near it."""

    kind: str
    label: labels.Label
    near: tuple[float, float]


def svg(
    shapes: Sequence[CountyShape],
    fills: Iterable[CountyFill],
    marks: Iterable[Mark],
    width: float = WIDE,
    focus: str = "",
) -> SvgMap:
    """The map as rows to draw. `shapes` come from geometry.load; `focus` is the GEOID of a county to zoom to."""
    by_geoid = {fill.geoid: fill for fill in fills}
    frame = frame_of(shapes, focus)
    view = frame.view(width)
    shown = [mark for mark in _in_order(marks) if _is_on(view, view.point(mark.longitude, mark.latitude))]
    words = {size: _labels(shapes, by_geoid, shown, frame, size) for size in (WIDE, NARROW)}
    return SvgMap(
        width=width,
        height=round(view.height, 1),
        areas=[
            _area(shape, path, by_geoid.get(shape.geoid))
            for shape in sorted(shapes, key=lambda each: each.geoid in by_geoid)
            if (path := _path(shape, view))
        ],
        marks=[_svg_mark(mark, view, _size(mark.status, len(shown))) for mark in shown],
        wide_labels=_svg_labels(words[WIDE], width / WIDE, FONT[WIDE]),
        wide_font=round(FONT[WIDE] * width / WIDE, 1),
        narrow_labels=_svg_labels(words[NARROW], width / NARROW, FONT[NARROW]),
        narrow_font=round(FONT[NARROW] * width / NARROW, 1),
        has_marks=bool(shown),
    )


def figure(
    state_code: str, fills: Iterable[CountyFill], marks: Iterable[Mark], geojson_url: str, focus: str = ""
) -> dict[str, Any]:
    """The map as a Plotly figure (data, layout) to put through json_script.

    The browser fetches `geojson_url`, the state's file of static/geo, from our own origin. No colour is set: the
    script reads them from the stylesheet by each trace's `meta` (`role`: context, areas, marks, labels; `status`).
    `customdata` is [name, sentence, url], for the line under the map. Raises LookupError for an unknown state.
    """
    shapes = load(state_code)
    by_geoid = {fill.geoid: fill for fill in fills}
    frame = frame_of(shapes, focus)
    view = frame.view(WIDE)
    shown = [mark for mark in _in_order(marks) if _is_on(view, view.point(mark.longitude, mark.latitude))]
    drawn = [shape.geoid for shape in shapes if shape.geoid in by_geoid]
    context = [shape.geoid for shape in shapes if shape.geoid not in by_geoid]
    traces: list[dict[str, Any]] = []
    if context:
        traces.append(_areas("context", context, [0] * len(context), geojson_url) | {"hoverinfo": "skip"})
    if drawn:
        rows = [by_geoid[geoid] for geoid in drawn]
        traces.append(
            _areas("areas", drawn, [row.ramp for row in rows], geojson_url)
            | {
                "text": [f"{plot.plain(row.name)}<br>{row.sentence}" for row in rows],
                "customdata": [[row.name, row.sentence, row.url] for row in rows],
                "hovertemplate": "%{text}<extra></extra>",
            }
        )
    traces += [
        _marks(status, [mark for mark in shown if mark.status == status], _size(status, len(shown)))
        for status in _statuses(shown)
    ]
    for layout, size in (("wide", WIDE), ("narrow", NARROW)):
        words = _labels(shapes, by_geoid, shown, frame, size)
        traces += _label_traces(words, frame, frame.view(size), layout, FONT[size])
    return plot.checked(traces, _layout(frame))


def _in_order(marks: Iterable[Mark]) -> list[Mark]:
    return sorted(marks, key=lambda mark: (RANK[mark.status], mark.label, mark.key))


def _statuses(marks: Sequence[Mark]) -> list[str]:
    """The statuses that occur, in the order of drawing."""
    return list(dict.fromkeys(mark.status for mark in marks))


def _is_on(view: View, point: tuple[float, float]) -> bool:
    return 0 <= point[0] <= view.width and 0 <= point[1] <= view.height


def _path(shape: CountyShape, view: View) -> str:
    """The shape as path data, one decimal; empty where it lies off the drawing."""
    rings = [[view.point(*corner) for corner in ring] for polygon in shape.polygons for ring in polygon]
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    if max(xs) < 0 or min(xs) > view.width or max(ys) < 0 or min(ys) > view.height:
        return ""
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1]).replace(".0", "") + "z" for ring in rings)


def _area(shape: CountyShape, path: str, fill: CountyFill | None) -> SvgArea:
    if fill is None:
        return SvgArea(shape.geoid, path, "context", "", "")
    return SvgArea(shape.geoid, path, f"r{fill.ramp}", fill.url, f"{fill.name}: {fill.sentence}")


def _svg_mark(mark: Mark, view: View, size: float) -> SvgMark:
    x, y = view.point(mark.longitude, mark.latitude)
    return SvgMark(round(x, 1), round(y, 1), size, mark.status, mark.url, f"{mark.label}: {mark.sentence}")


def _size(status: str, crowd: int) -> float:
    """The diameter of a mark, smaller in a crowd."""
    return round(MARKS[status].size * (1.2 if crowd < _FEW else 0.8 if crowd > _MANY else 1), 1)


def _labels(
    shapes: Sequence[CountyShape], fills: dict[str, CountyFill], marks: Sequence[Mark], frame: Frame, width: int
) -> list[_Word]:
    """The words that find room at this width: towns that ask for it, then counties, the most detailed outline first."""
    view, font = frame.view(width), FONT[width]
    size = (view.width, view.height)
    rects = []
    for mark in marks:
        across = _size(mark.status, len(marks)) * MARK_SCALE[width]
        rects.append(labels.Rect.around(*view.point(mark.longitude, mark.latitude), across, across))
    taken = [rect for mark, rect in zip(marks, rects, strict=True) if not MARKS[mark.status].is_quiet]
    placed: list[_Word] = []
    for mark in reversed([mark for mark in marks if mark.is_labelled]):
        point = view.point(mark.longitude, mark.latitude)
        gap = _size(mark.status, len(marks)) * MARK_SCALE[width] / 2 + 4
        if label := labels.beside(mark.label, point, gap, font, taken, size):
            placed.append(_Word("town", label, (mark.longitude, mark.latitude)))
            taken.append(label.rect)
    # The quiet marks may lie under a town's name, which says more than they do, but not under a count.
    counts = taken + rects
    for shape in sorted(shapes, key=lambda each: len(each.largest), reverse=True):
        fill = fills.get(shape.geoid)
        if fill is None or not fill.municipalities:
            continue
        ring = [view.point(*corner) for corner in shape.largest]
        versions = [(shape.name, fill.count), (fill.count,)]
        for obstacles in (counts, taken):
            if label := labels.within(versions, ring, font, obstacles, size):
                placed.append(_Word("county", label, shape.largest[0]))
                break
    return placed


def _svg_labels(placed: list[_Word], factor: float, font: float) -> list[SvgLabel]:
    rows = []
    for word in placed:
        label = word.label
        first = label.y - (len(label.lines) - 1) * font * labels.LINE / 2 + font * 0.35
        lines = tuple((line, round((first + i * font * labels.LINE) * factor, 1)) for i, line in enumerate(label.lines))
        rows.append(SvgLabel(round(label.x * factor, 1), label.anchor, word.kind, lines))
    return rows


def _areas(role: str, geoids: list[str], z: list[int], geojson_url: str) -> dict[str, Any]:
    return {
        "type": "choropleth",
        "geojson": geojson_url,
        "featureidkey": "id",
        "locations": geoids,
        "z": z,
        "zmin": -0.5,
        "zmax": len(RAMP) - 0.5,
        "showscale": False,
        "meta": {"role": role},
    }


def _marks(status: str, rows: list[Mark], size: float) -> dict[str, Any]:
    mark = MARKS[status]
    return {
        "type": "scattergeo",
        "mode": "markers",
        "name": status,
        "lon": [row.longitude for row in rows],
        "lat": [row.latitude for row in rows],
        "text": [f"{plot.plain(row.label)}<br>{plot.plain(row.sentence)}" for row in rows],
        "customdata": [
            [f"{row.label}, {row.county}" if row.county else row.label, row.sentence, row.url] for row in rows
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"symbol": mark.symbol, "size": size, "opacity": 1},
        "meta": {"role": "marks", "status": status, "isOpen": mark.is_open, "isQuiet": mark.is_quiet},
    }


def _label_traces(placed: list[_Word], frame: Frame, view: View, layout: str, font: float) -> list[dict[str, Any]]:
    side = {"start": "middle right", "middle": "middle center", "end": "middle left"}
    traces = []
    for kind in ("county", "town"):
        rows = [word for word in placed if word.kind == kind]
        places = [frame.place(view, word.label.x, word.label.y, word.near) for word in rows]
        if rows:
            traces.append(
                {
                    "type": "scattergeo",
                    "mode": "text",
                    "hoverinfo": "skip",
                    "lon": [round(longitude, 4) for longitude, _ in places],
                    "lat": [round(latitude, 4) for _, latitude in places],
                    "text": ["<br>".join(plot.plain(line) for line in word.label.lines) for word in rows],
                    "textposition": [side[word.label.anchor] for word in rows],
                    "textfont": {"size": font},
                    "meta": {"role": "labels", "kind": kind, "layout": layout},
                }
            )
    return traces


def _layout(frame: Frame) -> dict[str, Any]:
    return {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "dragmode": False,
        "meta": {"narrowMarks": MARK_SCALE[NARROW]},
        "geo": {
            "visible": False,
            "projection": frame.plotly,
            "lonaxis": {"range": [frame.box.west, frame.box.east]},
            "lataxis": {"range": [frame.box.south, frame.box.north]},
            "center": {"lon": frame.middle[0], "lat": frame.middle[1]},
            "domain": {"x": [0, 1], "y": [0, 1]},
        },
    }
