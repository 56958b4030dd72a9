"""Which part of the land a map shows, and in which projection."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from agreements.figures import projection
from agreements.figures.geometry import Box, CountyShape

_LOWER_48 = Box(-124.8, 24.5, -66.9, 49.4)  # Alaska and Hawaii stand inside its lower left corner
_HAWAII = Box(-160.4, 18.8, -154.7, 22.4)  # its file runs on to Kure, 2,000 km of open sea
_ALASKA_PARALLELS = (55.0, 65.0)
_MARGIN = 0.02
_HIGHEST = 1.5  # height by width


@dataclass(frozen=True)
class Frame:
    """What is shown: the box in degrees, the projection as ours and as Plotly's."""

    box: Box
    project: projection.Projection
    plotly: dict[str, Any]

    def view(self, width: float) -> projection.View:
        """The view of this frame across `width` units."""
        box = self.box
        return projection.fit(self.project, projection.box_edge(box.west, box.south, box.east, box.north), width)

    @property
    def middle(self) -> tuple[float, float]:
        """The place (longitude, latitude) drawn in the middle, which in Mercator lies north of the box's."""
        view = self.view(1000)
        near = ((self.box.west + self.box.east) / 2, (self.box.south + self.box.north) / 2)
        return self.place(view, view.width / 2, view.height / 2, near)

    def place(self, view: projection.View, x: float, y: float, near: tuple[float, float]) -> tuple[float, float]:
        """The place (longitude, latitude) drawn at (x, y): Newton's steps from a place known to be near."""
        longitude, latitude = near
        step = 1e-4
        for _ in range(12):
            x0, y0 = view.point(longitude, latitude)
            (xa, ya), (xb, yb) = (view.point(longitude + step, latitude), view.point(longitude, latitude + step))
            a, b, c, d = ((xa - x0) / step, (xb - x0) / step, (ya - y0) / step, (yb - y0) / step)
            across, down, area = x - x0, y - y0, a * d - b * c
            longitude += (across * d - b * down) / area
            latitude += (a * down - c * across) / area
        return longitude, latitude


def frame_of(shapes: Sequence[CountyShape], focus: str = "") -> Frame:
    """The frame around a state's counties, around the one whose GEOID is `focus`, or around the country's states."""
    state = shapes[0].geoid
    if len(state) == 2:
        return Frame(_LOWER_48.padded(_MARGIN), projection.albers_usa, {"type": "albers usa"})
    chosen = [shape for shape in shapes if shape.geoid == focus]
    box = _HAWAII if state.startswith("15") and not chosen else _around(chosen or shapes)
    box = box.padded(_MARGIN)
    if not state.startswith("02"):
        return _widened(Frame(box, projection.mercator, {"type": "mercator"}))
    # Mercator would draw Alaska's north at twice the size of its south.
    meridian = (box.west + box.east) / 2
    plotly = {"type": "conic equal area", "parallels": list(_ALASKA_PARALLELS), "rotation": {"lon": meridian}}
    return Frame(box, projection.conic_equal_area(_ALASKA_PARALLELS, meridian), plotly)


def _widened(frame: Frame) -> Frame:
    """The frame with sea or neighbours at its sides, where a strip (the Marianas, Delaware) would be too high."""
    view, box = frame.view(1), frame.box
    missing = (view.height / _HIGHEST - 1) * (box.east - box.west)
    if missing <= 0:
        return frame
    return replace(frame, box=replace(box, west=box.west - missing / 2, east=box.east + missing / 2))


def _around(shapes: Sequence[CountyShape]) -> Box:
    box = shapes[0].box
    for shape in shapes[1:]:
        box = box.union(shape.box)
    return box
