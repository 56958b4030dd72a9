"""Which words stand on a map, and where, for a wide and for a narrow screen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from agreements.figures import labels
from agreements.figures.geometry import CountyShape
from agreements.figures.marks import MARKS
from agreements.figures.picture import AREA_FONT, FONT, MARK_SCALE, NARROW, WIDE, CountyFill, Mark, Picture

UNITS = 1000
"""The width of the drawing, in its own units."""
_GAP = (3.0, 0.5)  # between two labels, in pixels across and down
_BLEED = {WIDE: 2.0, NARROW: 4.0}  # how far a count may reach over the edge of its area
_MANY_AREAS = 70  # Florida has 67 counties, Texas 254
_STEP = 4.0  # units of the drawing
_OVER_QUIET = 3  # the weight from which a name may cover a mark that says that nothing is known


@dataclass(frozen=True)
class Word:
    """A label that found room: for which screens ("both", "wide", "narrow"), its kind (county, near, town, quiet).

    Its place is in units of the drawing; `near` is a place (longitude, latitude) close to it.
    """

    key: str
    layout: str
    kind: str
    label: labels.Label
    near: tuple[float, float]


def words(picture: Picture) -> tuple[Word, ...]:
    """The words of a picture. One that fits as well on both screens stands once, where the narrow one has it."""
    return _words(picture.code, picture.focus, tuple(picture.fills), tuple(picture.marks))


@lru_cache(maxsize=256)
def _words(code: str, focus: str, fills: tuple[CountyFill, ...], marks: tuple[Mark, ...]) -> tuple[Word, ...]:
    # Kept, since the drawing and the figure ask for the same, and a new day of the record moves few of the counts.
    picture = Picture(code, fills, marks, focus)
    narrow = _Placer(picture, NARROW).place([])
    # A quiet name on the narrow screen must not take the place of a louder one that fits on the wide screen only.
    full = [
        replace(word, layout="both")
        for word in narrow
        if word.kind != "quiet" and word.label.lines == _fullest(picture, word)
    ]
    wide = _Placer(picture, WIDE).place(full)
    shared = {word.key for word in full}
    return (*wide, *(word for word in narrow if word.key not in shared))


def _fullest(picture: Picture, word: Word) -> tuple[str, ...]:
    """What a word's longest version would say."""
    if word.kind in ("county", "near"):
        return _versions(picture, picture.fill_by_geoid[word.key])[0]
    return word.label.lines


def _versions(picture: Picture, fill: CountyFill) -> list[tuple[str, ...]]:
    """What may be written into an area, the longest first."""
    name = fill.name.removesuffix(" County")
    if picture.focus and fill.geoid != picture.focus:
        return [(name,)]
    brief = f"{fill.signed}/{fill.total}"
    if fill.short:
        return [(name, fill.count), (fill.short, fill.count), (fill.short, brief), (f"{fill.short} {brief}",), (brief,)]
    return [(name, fill.count), (fill.count,), (brief,)]


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
        self.picture, self.layout = picture, "narrow" if width == NARROW else "wide"
        self.view = picture.frame.view(UNITS)
        self.size = (self.view.width, self.view.height)
        self.pixel = UNITS / width
        self.font = FONT[width] * self.pixel
        self.area_font = AREA_FONT[width] * self.pixel
        self.bleed = _BLEED[width] * self.pixel
        self.scale = MARK_SCALE[width] * self.pixel
        self.loud: list[labels.Rect] = []
        self.quiet: list[labels.Rect] = []
        for mark in picture.shown:
            across = picture.size(mark.status) * self.scale
            rect = labels.Rect.around(*self.view.point(mark.longitude, mark.latitude), across, across)
            (self.quiet if MARKS[mark.status].is_quiet else self.loud).append(rect)

    def place(self, given: Sequence[Word]) -> list[Word]:
        """The given words, and all others that still find room: towns by weight, then areas by their count."""
        found = list(given)
        for word in given:
            at = word.label
            font = self.area_font if word.kind in ("county", "near") else self.font
            self._take(labels.rect_of(at.lines, at.x, at.y, at.anchor, font))
        placed = {word.key for word in given}
        wanted = [mark for mark in reversed(self.picture.shown) if mark.weight and mark.key not in placed]
        for mark in sorted(wanted, key=lambda mark: -mark.weight):
            if beside := self._beside(mark):
                kind = "quiet" if MARKS[mark.status].is_quiet else "town"
                found.append(Word(mark.key, self.layout, kind, beside, (mark.longitude, mark.latitude)))
                self._take(beside.rect)
        for shape, fill in self._areas():
            if shape.geoid not in placed and (within := self._within(shape, fill)):
                kind = "near" if self.picture.role(shape) == "near" else "county"
                found.append(Word(shape.geoid, self.layout, kind, within, shape.largest[0]))
                self._take(within.rect)
        return found

    def _take(self, rect: labels.Rect) -> None:
        self.loud.append(rect.padded(_GAP[0] * self.pixel, _GAP[1] * self.pixel))

    def _beside(self, mark: Mark) -> labels.Label | None:
        point = self.view.point(mark.longitude, mark.latitude)
        gap = self.picture.size(mark.status) * self.scale / 2 + 4 * self.pixel
        for taken in self._obstacles(mark.weight >= _OVER_QUIET):
            if label := labels.beside(mark.label, point, gap, self.font, taken, self.size):
                return label
        return None

    def _within(self, shape: CountyShape, fill: CountyFill) -> labels.Label | None:
        """The words within an area; of a coastal state that is too small, out at sea beside it."""
        ring = _coarse([self.view.point(*corner) for corner in shape.largest])
        versions = _versions(self.picture, fill)
        for taken in self._obstacles(True):
            if label := labels.within(versions, ring, self.area_font, taken, self.size, self.bleed):
                return label
        if not self.picture.is_country:
            return None
        return labels.off_coast(versions[-2:-1], ring, self.rings, self.area_font, self.loud, self.size, 4 * self.pixel)

    @cached_property
    def rings(self) -> list[tuple[labels.Rect, list[labels.Point]]]:
        """All land as it is drawn, each ring with the box around it."""
        polygons = (polygon for shape in self.picture.shapes for polygon in shape.polygons)
        rings = [_coarse([self.view.point(*corner) for corner in polygon[0]]) for polygon in polygons]
        return [(labels.Rect.of(ring), ring) for ring in rings]

    def _obstacles(self, may_cover_quiet: bool) -> Iterable[list[labels.Rect]]:
        # The quiet marks may lie under a name or a count, which says more than they do, if there is no other place.
        yield self.loud + self.quiet
        if may_cover_quiet and self.quiet:
            yield self.loud

    def _areas(self) -> list[tuple[CountyShape, CountyFill]]:
        """The areas that may be named, the one with most to say first."""
        fills = self.picture.fill_by_geoid
        named = [(shape, fills[shape.geoid]) for shape in self.picture.shapes if shape.geoid in fills]
        found = [(shape, fill) for shape, fill in named if fill.total and self.picture.role(shape) != "ground"]
        if not self.picture.focus and len(named) > _MANY_AREAS:
            # "0 of 3" two hundred times tells less than the few areas that have something to count.
            found = [(shape, fill) for shape, fill in found if fill.signed]
        return sorted(found, key=lambda pair: (-pair[1].signed, -pair[1].total, pair[0].geoid))
