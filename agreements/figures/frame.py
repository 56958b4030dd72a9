"""Which part of the land a map shows, and in which projection."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from agreements.figures import projection
from agreements.figures.geometry import Box, CountyShape

_LOWER_48 = Box(-124.8, 24.5, -68.4, 49.4)  # as far to both sides of d3's middle, 96.6 west, as d3 does not cut it
_HAWAII = Box(-160.4, 18.8, -154.7, 22.4)  # its file runs on to Kure, 2,000 km of open sea
_COUNTRY_HEIGHT = 0.532  # by width: Plotly's map of the country shows no more, whatever box it is given
_ALASKA_PARALLELS = (55.0, 65.0)
_MARGIN = 0.02
_HIGHEST = 1.2  # height by width
_ROOM, _CROWDED = 0.4, 0.75  # of the towns' width: the room for names; and the share of it at the crowded side
_CLOSEST = 0.6  # of the sides of its county: so much is in view around its municipalities


@dataclass(frozen=True)
class Frame:
    """What is shown: the box in degrees, the projection as ours and as Plotly's.

    `edge` are places (longitude, latitude) that the view reaches and does not pass; where there are none, the box.
    """

    box: Box
    project: projection.Projection
    plotly: dict[str, Any]
    edge: tuple[tuple[float, float], ...] = ()

    def view(self, width: float) -> projection.View:
        """The view of this frame across `width` units."""
        if not self.edge:
            return self._whole(width)
        tight = projection.fit(self.project, self.edge, width)
        share = tight.height / width / _COUNTRY_HEIGHT  # above 1: there is sea at both sides
        left = tight.left - (share - 1) / 2 * width / tight.scale
        return projection.View(self.project, tight.scale / share, left, tight.top, width, width * _COUNTRY_HEIGHT)

    def _whole(self, width: float) -> projection.View:
        box = self.box
        return projection.fit(self.project, projection.box_edge(box.west, box.south, box.east, box.north), width)

    @property
    def zoom(self) -> float:
        """How much closer the view is than Plotly's, which shows the whole width of the box."""
        return self.view(1).scale / self._whole(1).scale

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


def frame_of(shapes: Sequence[CountyShape], focus: str = "", places: Sequence[CountyShape] = ()) -> Frame:
    """The frame around a state's counties, around the one whose GEOID is `focus`, or around the country's states.

    Of a county, what lies around the boundaries of its municipalities, where `places` gives them.
    """
    state = shapes[0].geoid
    if len(state) == 2:
        return Frame(_LOWER_48, projection.albers_usa, {"type": "albers usa"}, _outermost(shapes))
    chosen = [shape for shape in shapes if shape.geoid == focus]
    box = _HAWAII if state.startswith("15") and not chosen else _around(chosen or shapes)
    if chosen and places:
        box = _closer(box, _around(places))
    box = box.padded(_MARGIN)
    if not state.startswith("02"):
        return _widened(Frame(box, projection.mercator, {"type": "mercator"}))
    # Mercator would draw Alaska's north at twice the size of its south.
    meridian = (box.west + box.east) / 2
    plotly = {"type": "conic equal area", "parallels": list(_ALASKA_PARALLELS), "rotation": {"lon": meridian}}
    return Frame(box, projection.conic_equal_area(_ALASKA_PARALLELS, meridian), plotly)


def _outermost(shapes: Sequence[CountyShape]) -> tuple[tuple[float, float], ...]:
    """Of all corners those that lie furthest out on the country's map, one for each of its four sides."""
    corners = [corner for shape in shapes for polygon in shape.polygons for corner in polygon[0]]
    across = sorted(corners, key=lambda corner: projection.albers_usa(*corner)[0])
    down = sorted(corners, key=lambda corner: projection.albers_usa(*corner)[1])
    return across[0], across[-1], down[0], down[-1]


def _widened(frame: Frame) -> Frame:
    """The frame with sea or neighbours at its sides, where a strip (the Marianas, Delaware) would be too high."""
    view, box = frame.view(1), frame.box
    missing = (view.height / _HIGHEST - 1) * (box.east - box.west)
    if missing <= 0:
        return frame
    return replace(frame, box=replace(box, west=box.west - missing / 2, east=box.east + missing / 2))


def _closer(county: Box, towns: Box) -> Box:
    """The box around a county's towns, widened where it would show little of the county.

    Across there is room for names, most of it at the side where the towns reach the county's edge: they crowd there.
    """
    width, height = (county.east - county.west) * _CLOSEST, (county.north - county.south) * _CLOSEST
    across = towns.east - towns.west
    room = max(across * _ROOM, width - across)
    gap_west, gap_east = max(towns.west - county.west, 0.0), max(county.east - towns.east, 0.0)
    free = gap_west + gap_east
    east = min(max(gap_west / free if free else 0.5, 1 - _CROWDED), _CROWDED)
    whole = county.union(towns)
    more = max(0.0, height - (towns.north - towns.south)) / 2
    south, north = towns.south - more, towns.north + more
    shift = max(whole.south - south, 0.0) or min(whole.north - north, 0.0)
    return Box(towns.west - room * (1 - east), south + shift, towns.east + room * east, north + shift)


def _around(shapes: Sequence[CountyShape]) -> Box:
    box = shapes[0].box
    for shape in shapes[1:]:
        box = box.union(shape.box)
    return box
