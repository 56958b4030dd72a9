"""Which words stand on a map, and where, for a wide and for a narrow screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import hypot

from agreements.figures import labels
from agreements.figures.geometry import CountyShape, ring_area
from agreements.figures.marks import MARKS
from agreements.figures.picture import FONT, MARK_SCALE, NARROW, WIDE, CountyFill, Mark, Picture

UNITS = 1000
"""The width of the drawing, in its own units."""
LEADER_GAP = 5
"""How far before a label the line to its state begins, in those units."""
_GAP = (3.0, 0.5)  # between two labels, in pixels across and down
_OWN = {WIDE: 4.0, NARROW: 3.0}  # pixels from a label to its own mark
_OTHERS = {WIDE: 6.0, NARROW: 4.0}  # and at least to every other
_PASSING = {WIDE: 1.5, NARROW: 0.5}  # pixels from a line to the marks that it passes
_COLUMNS = 6  # in which a name off its mark may stand, between the edge and the mark
_STATE_GAP = 2.0  # across, between the names of states
_BLEED = {WIDE: 2.0, NARROW: 4.0}  # how far a count may reach over the edge of its area
_STATE_BLEED = 6.0  # the same of a state of the country: names of neighbours keep clear of each other anyway
_MANY_AREAS = 70  # Florida has 67 counties, Texas 254
_STEP = 4.0  # units of the drawing
_EAST, _COLUMN = 0.75, 0.915  # of the width: from where a state may be named at sea, and where the column there begins
_CROWD = 0.55  # of the height: down to where the names at sea stand in that column
_HAWAII = "15"
_KINDS = (" County", " Parish", " Municipio")


@dataclass(frozen=True)
class Word:
    """A label that found room: for which screen ("wide", "narrow"), its kind (county, state, near, town, quiet).

    Its place is in units of the drawing; `near` is a place (longitude, latitude) close to it. `leader` is where a line
    from it ends, of a state too small to hold it, or of a mark in a crowd.
    """

    key: str
    layout: str
    kind: str
    label: labels.Label
    near: tuple[float, float]
    leader: labels.Point | None = None


def words(picture: Picture) -> tuple[Word, ...]:
    """The words of a picture, for the wide screen and for the narrow one."""
    return _words(picture.code, picture.focus, tuple(picture.fills), tuple(picture.marks))


@lru_cache(maxsize=256)
def _words(code: str, focus: str, fills: tuple[CountyFill, ...], marks: tuple[Mark, ...]) -> tuple[Word, ...]:
    # Kept, since the drawing and the figure ask for the same, and a new day of the record moves few of the counts.
    picture = Picture(code, fills, marks, focus)
    return (*_Placer(picture, WIDE).place(), *_Placer(picture, NARROW).place())


def _versions(picture: Picture, fill: CountyFill, is_wide: bool) -> list[tuple[str, ...]]:
    """What may be written into an area, the most wanted first. A count without a name is for the wide screen only."""
    name, brief = fill.name, f"{fill.signed}/{fill.total}"
    for kind in _KINDS:
        name = name.removesuffix(kind)
    if picture.focus and fill.geoid != picture.focus:
        return [(name,)]
    if picture.is_country:
        return [(fill.short, brief), (f"{fill.short} {brief}",)]
    named = [(name, brief), (f"{name} {brief}",)]
    return [*named, (brief,)] if is_wide else named


def _name_lines(name: str) -> list[tuple[str, ...]]:
    """A town's name in one line, or broken near its middle."""
    gaps = [i for i, letter in enumerate(name) if letter == " "]
    if not gaps:
        return [(name,)]
    at = min(gaps, key=lambda i: abs(i - len(name) / 2))
    return [(name,), (name[:at], name[at + 1 :])]


def _coarse(ring: Sequence[labels.Point]) -> list[labels.Point]:
    """A ring without the corners that lie within a pixel or two of the last one kept: fine enough to place words by."""
    kept = [ring[0]]
    for x, y in ring[1:-1]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= _STEP:
            kept.append((x, y))
    return [*kept, ring[-1]]


class _Placer:
    """Places the words for one width of screen."""

    def __init__(self, picture: Picture, width: int) -> None:
        self.picture, self.width, self.is_wide = picture, width, width == WIDE
        self.layout = "wide" if self.is_wide else "narrow"
        self.view = picture.frame.view(UNITS)
        self.size = (self.view.width, self.view.height)
        self.pixel = UNITS / width
        self.font = FONT[width] * self.pixel
        self.area_font = picture.area_font(width) * self.pixel
        self.bleed = (_STATE_BLEED if picture.is_country else _BLEED[width]) * self.pixel
        self.scale = MARK_SCALE[width] * self.pixel
        self.own, others = _OWN[width] * self.pixel, _OTHERS[width] * self.pixel
        self.gap = (_STATE_GAP if picture.is_country else _GAP[0]) * self.pixel
        self.named: list[labels.Rect] = []
        self.leaders: list[tuple[labels.Point, labels.Point]] = []
        self.marks: dict[str, labels.Rect] = {}
        for mark in picture.shown:
            across = picture.size(mark.status) * self.scale
            rect = labels.Rect.around(*self.view.point(mark.longitude, mark.latitude), across, across)
            self.marks[mark.key] = rect.padded(others, others)

    def place(self) -> list[Word]:
        """All words that find room: towns by weight, then areas by their count."""
        wanted = [mark for mark in reversed(self.picture.shown) if mark.weight]
        wanted.sort(key=lambda mark: -mark.weight)
        quiet = [mark for mark in wanted if MARKS[mark.status].is_quiet]
        loud = [mark for mark in wanted if mark not in quiet]
        found = self._towns(loud)
        named = {word.key for word in found}
        found += self._led([mark for mark in loud if mark.key not in named])
        found += self._towns(quiet)
        rest = []
        for shape, fill in self._areas():
            if within := self._within(shape, fill):
                found.append(Word(shape.geoid, self.layout, self._kind(shape), within, shape.largest[0]))
                self._take(within.rect)
            else:
                rest.append((shape, fill))
        return [*found, *self._at_sea(rest)] if self.picture.is_country else found

    def _towns(self, marks: Sequence[Mark]) -> list[Word]:
        """The names that find room beside their marks."""
        found = []
        for mark in marks:
            if beside := self._beside(mark):
                kind = "quiet" if MARKS[mark.status].is_quiet else "town"
                found.append(Word(mark.key, self.layout, kind, beside, (mark.longitude, mark.latitude)))
                self._take(beside.rect)
        return found

    def _kind(self, shape: CountyShape) -> str:
        if self.picture.is_country:
            return "state"
        return "near" if self.picture.role(shape) == "near" else "county"

    def _take(self, rect: labels.Rect) -> None:
        self.named.append(rect.padded(self.gap, _GAP[1] * self.pixel))

    def _beside(self, mark: Mark) -> labels.Label | None:
        """A town's name, with no boundary of another town through it if it can be; a quiet one only so."""
        point = self.view.point(mark.longitude, mark.latitude)
        gap = self.picture.size(mark.status) * self.scale / 2 + self.own
        taken = [*self.named, *(rect for key, rect in self.marks.items() if key != mark.key)]
        strokes = [(box, ring) for key, box, ring in self.boundaries if key != mark.key]
        led = [(labels.Rect.of(line), line) for line in self.leaders]
        is_quiet = MARKS[mark.status].is_quiet
        for avoided in ([*strokes, *led],) if is_quiet else ([*strokes, *led], led):
            for lines in _name_lines(mark.label)[: 1 if is_quiet else 2]:
                if label := labels.beside(lines, point, gap, self.font, taken, self.size, avoided):
                    return label
        return None

    def _led(self, marks: Sequence[Mark]) -> list[Word]:
        """The loud names of a county that found no room beside their marks, off them with lines to them."""
        found: list[Word] = []
        for mark in marks if self.picture.focus else ():
            point = self.view.point(mark.longitude, mark.latitude)
            if label := self._off(mark, point):
                away = self.picture.size(mark.status) * self.scale / 2 / hypot(label.x - point[0], label.y - point[1])
                end = (point[0] + (label.x - point[0]) * away, point[1] + (label.y - point[1]) * away)
                found.append(Word(mark.key, self.layout, "town", label, (mark.longitude, mark.latitude), end))
                self._take(label.rect)
                self.leaders.append(((label.x, label.y), point))
        return found

    def _off(self, mark: Mark, point: labels.Point) -> labels.Label | None:
        """A town's name at the right edge, else nearer to its mark. A line may pass closer to a mark than a word."""
        others = [rect for key, rect in self.marks.items() if key != mark.key]
        taken, slack = [*self.named, *self.marks.values()], (_PASSING[self.width] - _OTHERS[self.width]) * self.pixel
        barred = [*self.named, *(rect.padded(slack, slack) for rect in others)]
        versions = [(lines, labels.text_size(lines, self.font)[0]) for lines in reversed(_name_lines(mark.label))]
        for step in range(_COLUMNS):
            for lines, width in versions:
                left = (UNITS - width - self.pixel) - step * (UNITS - width - self.pixel - point[0]) / _COLUMNS
                if label := labels.callout(lines, point, left, self.font, taken, barred, self.size, self.leaders):
                    return label
        return None

    @cached_property
    def boundaries(self) -> list[tuple[str, labels.Rect, list[labels.Point]]]:
        """The boundaries of the municipalities: whose, the box around it, and the ring."""
        rings = [
            (one.geoid, _coarse([self.view.point(*corner) for corner in ring]))
            for one in self.picture.places
            for polygon in one.polygons
            for ring in polygon
        ]
        return [(key, labels.Rect.of(ring), ring) for key, ring in rings]

    def _within(self, shape: CountyShape, fill: CountyFill) -> labels.Label | None:
        ring = _coarse([self.view.point(*corner) for corner in shape.largest])
        versions = _versions(self.picture, fill, self.is_wide)
        taken = [*self.named, *self.marks.values()]
        return labels.within(versions, ring, self.area_font, taken, self.size, self.bleed)

    def _at_sea(self, areas: Sequence[tuple[CountyShape, CountyFill]]) -> list[Word]:
        """The names of the states of the east coast that do not hold them: in a column with lines to them, or on it."""
        rows = [(shape, fill, _coarse([self.view.point(*at) for at in shape.largest])) for shape, fill in areas]
        points = {shape.geoid: labels.inner_point(ring) for shape, _, ring in rows}
        east = [row for row in rows if row[0].geoid == _HAWAII or points[row[0].geoid][0] > _EAST * UNITS]
        found, waiting = [], []
        for shape, fill, ring in sorted(east, key=lambda row: points[row[0].geoid][1]):
            is_crowded = self.is_wide and points[shape.geoid][1] < _CROWD * self.size[1]
            label = self._off_coast(fill, ring)
            if label and (not is_crowded or label.rect.left > _COLUMN * UNITS):
                found.append(self._state(shape, label))
            elif is_crowded:
                waiting.append((shape, fill, points[shape.geoid]))
        wanted = [(_versions(self.picture, fill, True)[-1][0], point) for _, fill, point in waiting]
        widest = max((labels.text_size((words,), self.area_font)[0] for words, _ in wanted), default=0)
        left = min(_COLUMN * UNITS, UNITS - widest - self.pixel)
        column = labels.column(wanted, left, self.rings, self.area_font, self.named, self.size)
        return found + [
            self._state(shape, label, point) for (shape, _, point), label in zip(waiting, column, strict=False)
        ]

    def _off_coast(self, fill: CountyFill, ring: Sequence[labels.Point]) -> labels.Label | None:
        lines = _versions(self.picture, fill, self.is_wide)[-1]
        return labels.off_coast([lines], ring, self.rings, self.area_font, self.named, self.size, 4 * self.pixel)

    def _state(self, shape: CountyShape, label: labels.Label, leader: labels.Point | None = None) -> Word:
        self._take(label.rect)
        return Word(shape.geoid, self.layout, "state", label, shape.largest[0], leader)

    @cached_property
    def rings(self) -> list[tuple[labels.Rect, list[labels.Point]]]:
        """All land as it is drawn, each ring with the box around it."""
        polygons = (polygon for shape in self.picture.shapes for polygon in shape.polygons)
        rings = [_coarse([self.view.point(*corner) for corner in polygon[0]]) for polygon in polygons]
        return [(labels.Rect.of(ring), ring) for ring in rings]

    def _areas(self) -> list[tuple[CountyShape, CountyFill]]:
        """The areas that may be named, the one with most to say first."""
        fills = self.picture.fill_by_geoid
        named = [(shape, fills[shape.geoid]) for shape in self.picture.shapes if shape.geoid in fills]
        found = [(shape, fill) for shape, fill in named if fill.total and self.picture.role(shape) != "ground"]
        if self.picture.is_country:
            # A large state has room beside the name of a small one, and not the other way round.
            return sorted(found, key=lambda pair: (abs(ring_area(pair[0].largest)), pair[0].geoid))
        if not self.picture.focus and len(named) > _MANY_AREAS:
            # "0 of 3" two hundred times tells less than the few areas that have something to count.
            found = [(shape, fill) for shape, fill in found if fill.signed]
        return sorted(found, key=lambda pair: (-pair[1].signed, -pair[1].total, pair[0].geoid))
