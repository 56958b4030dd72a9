"""The map as rows to draw as SVG: areas, boundaries of municipalities, marks, words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from agreements.figures.geometry import CountyShape, load_places
from agreements.figures.marks import DRAWN, MARKS
from agreements.figures.naming import LEADER_GAP, UNITS, Word, words
from agreements.figures.paths import path_data
from agreements.figures.picture import WIDE, Mark, Picture, frame_around, land_of


@dataclass(frozen=True)
class SvgArea:
    """An area on the drawing: path data, its CSS class, and a link with a title, or neither."""

    geoid: str
    path: str
    css_class: str
    url: str = ""
    title: str = ""


@dataclass(frozen=True)
class SvgMark:
    """A mark on the drawing; `title` says what it is."""

    x: int
    y: int
    url: str
    title: str


@dataclass(frozen=True)
class SvgMarks:
    """The marks of one status, which are all of one size: `scale` draws their path at it, over its `ground`."""

    status: str
    scale: float
    ground: str
    marks: list[SvgMark]


@dataclass(frozen=True)
class SvgWord:
    """Words on the drawing, vertically centred on y; `css_class` holds kind, anchor and the screen they are for."""

    x: int
    y: int
    css_class: str
    lines: tuple[str, ...]
    leader: str = ""
    """The path of the line from it to the state that it names, "" where it stands on or at it."""


@dataclass(frozen=True)
class SvgMap:
    """A drawing of `width` by `height` units. `nameless` is what a list beneath it names, for which screen."""

    width: int
    height: int
    areas: list[SvgArea]
    places: list[SvgArea]
    marks: list[SvgMarks]
    words: list[SvgWord]
    nameless: list[tuple[str, list[Mark]]]


def svg(picture: Picture) -> SvgMap:
    """The picture as rows to draw."""
    paths = _paths(picture.code, picture.focus)
    shapes = sorted(picture.shapes, key=lambda shape: shape.geoid in picture.fill_by_geoid)
    return SvgMap(
        width=UNITS,
        height=round(picture.frame.view(UNITS).height),
        areas=[_area(picture, shape, paths[shape.geoid]) for shape in shapes if paths[shape.geoid]],
        places=[_place(picture, shape, paths[shape.geoid]) for shape in picture.places if paths[shape.geoid]],
        marks=[_marks(picture, status) for status in dict.fromkeys(mark.status for mark in picture.shown)],
        words=[_word(word) for word in words(picture)],
        nameless=[(layout, marks) for layout in ("wide", "narrow") if (marks := _nameless(picture, layout))],
    )


def _nameless(picture: Picture, layout: str) -> list[Mark]:
    """What has something to report on a county's map, and whose name found no room there."""
    if not picture.focus:
        return []
    named = {word.key for word in words(picture) if word.layout == layout}
    loud = (mark for mark in picture.shown if mark.weight and not MARKS[mark.status].is_quiet)
    return sorted((mark for mark in loud if mark.key not in named), key=lambda mark: mark.label)


@lru_cache(maxsize=128)
def _paths(code: str, focus: str) -> dict[str, str]:
    """The path of each area and municipality by its GEOID, "" off the drawing. Kept: the land does not change."""
    view = frame_around(code, focus).view(UNITS)

    def path(shape: CountyShape) -> str:
        rings = [[view.point(*corner) for corner in ring] for polygon in shape.polygons for ring in polygon]
        xs = [x for ring in rings for x, _ in ring]
        ys = [y for ring in rings for _, y in ring]
        is_off = max(xs) < 0 or min(xs) > view.width or max(ys) < 0 or min(ys) > view.height
        return "" if is_off else path_data(rings)

    return {shape.geoid: path(shape) for shape in (*land_of(code), *load_places(focus))}


def _area(picture: Picture, shape: CountyShape, path: str) -> SvgArea:
    role, fill = picture.role(shape), picture.fill_by_geoid.get(shape.geoid)
    if fill is None:
        return SvgArea(shape.geoid, path, "context")
    if role == "ground":
        return SvgArea(shape.geoid, path, "ground")
    css_class = "context" if role == "near" else f"r{fill.ramp}"
    return SvgArea(shape.geoid, path, css_class, fill.url, f"{fill.name}: {fill.sentence}")


def _place(picture: Picture, shape: CountyShape, path: str) -> SvgArea:
    mark = picture.mark_by_key.get(shape.geoid)
    if mark is None:
        return SvgArea(shape.geoid, path, "off")
    return SvgArea(shape.geoid, path, "on" if mark.is_in_force else "off", mark.url, f"{mark.label}: {mark.sentence}")


def _marks(picture: Picture, status: str) -> SvgMarks:
    view = picture.frame.view(UNITS)
    marks = []
    for mark in picture.shown:
        if mark.status == status:
            x, y = view.point(mark.longitude, mark.latitude)
            marks.append(SvgMark(round(x), round(y), mark.url, f"{mark.label}: {mark.sentence}"))
    return SvgMarks(status, round(picture.size(status) * UNITS / WIDE / DRAWN, 2), MARKS[status].ground, marks)


_ANCHORS = {"start": "", "middle": "m", "end": "e"}


def _word(word: Word) -> SvgWord:
    parts: Sequence[str] = (word.kind, _ANCHORS[word.label.anchor], word.layout)
    x, y = round(word.label.x), round(word.label.y)
    leader = f"M{x - LEADER_GAP} {y}L{word.leader[0]:.0f} {word.leader[1]:.0f}" if word.leader else ""
    return SvgWord(x, y, " ".join(filter(None, parts)), word.label.lines, leader)
