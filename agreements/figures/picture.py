"""What a map shows, before it is drawn: shaded areas and marks, on the land of a state, a county or the country.

The drawing (`map`) and the Plotly figure (`map_plot`) take the same picture, so that the one covers the other.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from agreements.figures.frame import Frame, frame_of
from agreements.figures.geometry import COUNTRY, CountyShape, load, load_places
from agreements.figures.marks import IN_FORCE, MARKS, RANK
from agreements.figures.projection import View

RAMP = ("None", "Up to a quarter", "Up to half", "More than half")
"""The classes of shading, by the share that signed."""
WIDE, NARROW = 600, 328
"""The widths, in CSS pixels, for which marks and words are sized: a column of a desktop page, and a phone."""
FONT = {WIDE: 12, NARROW: 11}
AREA_FONT = {WIDE: 12, NARROW: 10}
STATE_FONT = {WIDE: 10.5, NARROW: 10}
"""The sizes of words in CSS pixels: of a town's name, of what is written into a county, and into a state."""
MARK_SCALE = {WIDE: 1.0, NARROW: 0.8}
_FEW, _MANY = 60, 150  # marks: fewer are drawn larger, more smaller
_ISLANDS = {"60", "66", "69", "72", "78"}
"""The territories, which have maps of their own: d3's map of the country, which Plotly draws, has no place for them."""


@dataclass(frozen=True)
class CountyFill:
    """What one county (or state) shows: how many of its municipalities (or counties) signed. `url` is its page.

    `short` is a name for a small area; `did` says what was counted; `more` is said after the count.
    """

    geoid: str
    name: str
    signed: int
    total: int
    url: str
    short: str = ""
    units: tuple[str, str] = ("municipality", "municipalities")
    did: str = "signed"
    more: str = ""

    @property
    def count(self) -> str:
        """The count with its denominator."""
        return f"{self.signed} of {self.total}"

    @property
    def sentence(self) -> str:
        """The count in words."""
        said = f"{self.count} {self.units[self.total != 1]} {self.did}" if self.total else f"no {self.units[1]}"
        return f"{said}; {self.more}" if self.more else said

    @property
    def ramp(self) -> int:
        """Its class of shading, an index into RAMP."""
        if not self.signed:
            return 0
        share = self.signed / self.total
        return 1 if share <= 0.25 else 2 if share <= 0.5 else 3


@dataclass(frozen=True)
class Mark:
    """One municipality: where it is, and its status (a slug of MARKS, and its word).

    `key` is its GEOID where it has one. `county` names its county in words; `since_text` is empty or such as
    "since March 27, 2025"; `weight` is how much its name is wanted on the map: 0 not at all, 3 the most.
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
    weight: int = 0

    @property
    def sentence(self) -> str:
        """Its status in words."""
        return ", ".join(part for part in (self.status_label or self.status, self.since_text) if part)

    @property
    def is_in_force(self) -> bool:
        return self.status in IN_FORCE


@dataclass(frozen=True)
class Picture:
    """A state's map (code "FL"), one of its counties' (`focus`, a GEOID), or the country's ("US").

    Raises LookupError where there is no geometry for the code, KeyError for a mark whose status is none.
    """

    code: str
    fills: Sequence[CountyFill]
    marks: Sequence[Mark] = ()
    focus: str = ""

    @cached_property
    def shapes(self) -> tuple[CountyShape, ...]:
        """The land: the state's counties, or the country's states."""
        return land_of(self.code)

    @cached_property
    def places(self) -> tuple[CountyShape, ...]:
        """The municipalities' boundaries, on the map of one county; () where there are none."""
        return load_places(self.focus)

    @property
    def is_country(self) -> bool:
        return self.code.upper() == COUNTRY

    @property
    def frame(self) -> Frame:
        return frame_around(self.code, self.focus)

    @cached_property
    def shown(self) -> list[Mark]:
        """The marks that lie on the map, in the order in which they are drawn.

        First those that stand for nothing known; then the status with most marks here, last the one with fewest: of
        hundreds that are alike some may be covered, but the only mark of its kind is seen nowhere else.
        """
        view = self.frame.view(WIDE)
        on = [mark for mark in self.marks if _is_on(view, view.point(mark.longitude, mark.latitude))]
        many = Counter(mark.status for mark in on)

        def level(mark: Mark) -> tuple[bool, int, int, str, str]:
            return not MARKS[mark.status].is_quiet, -many[mark.status], RANK[mark.status], mark.label, mark.key

        return sorted(on, key=level)

    @cached_property
    def fill_by_geoid(self) -> dict[str, CountyFill]:
        return {fill.geoid: fill for fill in self.fills}

    @cached_property
    def mark_by_key(self) -> dict[str, Mark]:
        return {mark.key: mark for mark in self.marks}

    def area_font(self, width: int) -> float:
        """The size of what is written into an area, in CSS pixels, for a screen of WIDE or NARROW."""
        return (STATE_FONT if self.is_country else AREA_FONT)[width]

    def role(self, shape: CountyShape) -> str:
        """How an area of land is drawn: shaded ("areas"), as ground for its municipalities, or beside what is shown."""
        if shape.geoid not in self.fill_by_geoid:
            return "context"
        if not self.focus:
            return "areas"
        if shape.geoid != self.focus:
            return "near"
        return "ground" if self.places else "areas"

    def size(self, status: str) -> float:
        """The diameter of a mark in pixels on a wide screen, smaller in a crowd."""
        crowd = len(self.shown)
        return round(MARKS[status].size * (1.2 if crowd < _FEW else 0.8 if crowd > _MANY else 1), 1)


def land_of(code: str) -> tuple[CountyShape, ...]:
    """The areas of land that a map draws."""
    shapes = load(code)
    return tuple(one for one in shapes if one.geoid not in _ISLANDS) if code.upper() == COUNTRY else shapes


@lru_cache(maxsize=128)
def frame_around(code: str, focus: str = "") -> Frame:
    """The frame of a map. Kept: the land does not change."""
    return frame_of(land_of(code), focus, load_places(focus))


def _is_on(view: View, point: tuple[float, float]) -> bool:
    return 0 <= point[0] <= view.width and 0 <= point[1] <= view.height
