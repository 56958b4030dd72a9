"""Map projections, and the view that fits one to a drawing.

The names and parameters are d3-geo's, which Plotly uses: a figure given the same ranges covers the SVG exactly.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import cos, inf, log, pi, radians, sin, sqrt, tan

Projection = Callable[[float, float], tuple[float, float]]
"""(longitude, latitude) in degrees to (x, y) on a plane of unit radius, y growing southwards."""


def mercator(longitude: float, latitude: float) -> tuple[float, float]:
    """Mercator: shapes and bearings keep, so a county looks as its residents know it."""
    return radians(longitude), -log(tan(pi / 4 + radians(latitude) / 2))


def conic_equal_area(parallels: tuple[float, float], meridian: float = 0, origin: float = 0) -> Projection:
    """Albers' conic with two standard parallels, turned to `meridian`, (0, 0) at `origin` degrees of latitude."""
    sin0, sin1 = (sin(radians(parallel)) for parallel in parallels)
    n = (sin0 + sin1) / 2
    c = 1 + sin0 * (2 * n - sin0)
    r0 = sqrt(c - 2 * n * sin(radians(origin))) / n

    def project(longitude: float, latitude: float) -> tuple[float, float]:
        angle = radians((longitude - meridian + 180) % 360 - 180) * n
        r = sqrt(c - 2 * n * sin(radians(latitude))) / n
        return r * sin(angle), r * cos(angle) - r0

    return project


_LOWER_48 = conic_equal_area((29.5, 45.5), meridian=-96, origin=38.7)
_ALASKA = conic_equal_area((55, 65), meridian=-154, origin=58.5)
_HAWAII = conic_equal_area((8, 18), meridian=-157, origin=19.9)
_LOWER_48_AT, _ALASKA_AT, _HAWAII_AT = _LOWER_48(-96.6, 38.7), _ALASKA(-156, 58.5), _HAWAII(-160, 19.9)
"""The places that d3 puts in the middle of each part; none lies on the meridian of its projection."""
_PUERTO_RICO = conic_equal_area((8, 18), meridian=-66.4, origin=18.2)


def albers_usa(longitude: float, latitude: float) -> tuple[float, float]:
    """The country with Alaska (at 0.35 of its size) and Hawaii beneath the south-west, as d3's geoAlbersUsa has them.

    Puerto Rico and the Virgin Islands, which d3 leaves out, stand south-east of Texas, at full size.
    """
    if latitude > 50 and not -128 < longitude < 0:
        x, y = _ALASKA(longitude, latitude)
        return (x - _ALASKA_AT[0]) * 0.35 - 0.307, (y - _ALASKA_AT[1]) * 0.35 + 0.201
    if -179 < longitude < -140:
        x, y = _HAWAII(longitude, latitude)
        return x - _HAWAII_AT[0] - 0.205, y - _HAWAII_AT[1] + 0.212
    if longitude > -70 and latitude < 22:
        x, y = _PUERTO_RICO(longitude, latitude)
        return x + 0.30, y + 0.212
    x, y = _LOWER_48(longitude, latitude)
    return x - _LOWER_48_AT[0], y - _LOWER_48_AT[1]


@dataclass(frozen=True)
class View:
    """A projection fitted to a drawing `width` by `height` units."""

    project: Projection
    scale: float
    left: float
    top: float
    width: float
    height: float

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a place lies on the drawing, in its units, from the upper left."""
        x, y = self.project(longitude, latitude)
        return (x - self.left) * self.scale, (y - self.top) * self.scale


def fit(project: Projection, places: Iterable[tuple[float, float]], width: float) -> View:
    """The view that shows all `places` (longitude, latitude) across `width` units, as high as it must be."""
    left = top = inf
    right = bottom = -inf
    for longitude, latitude in places:
        x, y = project(longitude, latitude)
        left, right, top, bottom = (min(left, x), max(right, x), min(top, y), max(bottom, y))
    scale = width / (right - left)
    return View(project, scale, left, top, width, (bottom - top) * scale)


def box_edge(west: float, south: float, east: float, north: float, steps: int = 24) -> list[tuple[float, float]]:
    """Points along the edge of a box in degrees, which a conic bends."""
    along = [i / steps for i in range(steps + 1)]
    return [
        corner
        for t in along
        for corner in (
            (west + (east - west) * t, south),
            (west + (east - west) * t, north),
            (west, south + (north - south) * t),
            (east, south + (north - south) * t),
        )
    ]
