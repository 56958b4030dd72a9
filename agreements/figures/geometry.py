"""The lines of the land: the files of static/geo (made by script/build_geometry) as shapes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import inf
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "static" / "geo"
COUNTRY = "US"

Ring = tuple[tuple[float, float], ...]
"""A closed line of (longitude, latitude) in degrees."""


@dataclass(frozen=True)
class Box:
    """A box in degrees. West may lie below -180, where a state crosses the date line."""

    west: float
    south: float
    east: float
    north: float

    def padded(self, share: float) -> "Box":
        """The box with a margin, as a share of its longer side."""
        margin = max(self.east - self.west, self.north - self.south) * share
        return Box(self.west - margin, self.south - margin, self.east + margin, self.north + margin)

    def union(self, other: "Box") -> "Box":
        """The smallest box around both."""
        return Box(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )


@dataclass(frozen=True)
class CountyShape:
    """The outline of a county (5-digit GEOID), a state (2-digit FIPS code) or a municipality (7-digit GEOID).

    `polygons` are lists of rings, the exterior first and clockwise. Longitudes east of the date line (the Aleutians)
    continue below -180.
    """

    geoid: str
    name: str
    polygons: tuple[tuple[Ring, ...], ...]

    @cached_property
    def largest(self) -> Ring:
        """The exterior ring with the largest area: the mainland."""
        return max((polygon[0] for polygon in self.polygons), key=lambda ring: abs(ring_area(ring)))

    @cached_property
    def box(self) -> Box:
        """The box around every polygon."""
        return _box(corner for polygon in self.polygons for corner in polygon[0])


def ring_area(ring: Ring) -> float:
    """Signed area in square degrees: negative where the ring runs clockwise."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:], strict=False)) / 2


def has_geometry(state_code: str) -> bool:
    """Whether there is a file for the state (any case), or for the country ("US")."""
    return state_code.isalpha() and (FOLDER / f"{state_code.lower()}.json").is_file()


@lru_cache(maxsize=60)
def load(state_code: str) -> tuple[CountyShape, ...]:
    """The shapes of a state ("FL": its counties) or of the country ("US": its states), by GEOID.

    Raises LookupError for a code without a file.
    """
    if not has_geometry(state_code):
        raise LookupError(f"No geometry for {state_code!r}. Make it with: script/build_geometry SRC")
    return _read(FOLDER / f"{state_code.lower()}.json")


@lru_cache(maxsize=80)
def load_places(county: str) -> tuple[CountyShape, ...]:
    """The boundaries of a county's municipalities (Florida's, of 2018) by GEOID; () where there are none."""
    path = FOLDER / "places" / f"{county}.json"
    return _read(path) if county.isalnum() and path.is_file() else ()


def _read(path: Path) -> tuple[CountyShape, ...]:
    collection = json.loads(path.read_text(encoding="utf-8"))
    return tuple(_shape(feature) for feature in collection["features"])


def _shape(feature: dict) -> CountyShape:
    coordinates = feature["geometry"]["coordinates"]
    polygons = [coordinates] if feature["geometry"]["type"] == "Polygon" else coordinates
    return CountyShape(
        feature["id"],
        feature["properties"]["name"],
        tuple(tuple(tuple(_west(x, y) for x, y in ring) for ring in polygon) for polygon in polygons),
    )


def _west(longitude: float, latitude: float) -> tuple[float, float]:
    # Only the Aleutians, Guam and the Marianas lie in the eastern hemisphere. The latter two stay where they are.
    return (longitude - 360, latitude) if longitude > 0 and latitude > 50 else (longitude, latitude)


def _box(corners: Iterable[tuple[float, float]]) -> Box:
    west = south = inf
    east = north = -inf
    for x, y in corners:
        west, east, south, north = (min(west, x), max(east, x), min(south, y), max(north, y))
    return Box(west, south, east, north)
