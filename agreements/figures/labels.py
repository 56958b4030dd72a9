"""Where words stand on a map: chosen to cover no mark, no line and no other word; left out where nothing fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import atan2, hypot

LINE = 1.2
"""The distance of two lines, in em."""
_INSIDE = 0.6  # of a line of text: at least so much lies inside the area that it names
_FINE = 8  # heights that are tried for a label with a line, to each of its own

Span = tuple[float, float]
Point = tuple[float, float]
Leader = tuple[Point, Point]
"""A straight line from where a label begins to the point that it names."""


@dataclass(frozen=True)
class Rect:
    """An upright rectangle in the units of a drawing, y growing downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> "Rect":
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def meets(self, other: "Rect") -> bool:
        """Whether the two overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    @classmethod
    def of(cls, ring: Sequence[Point]) -> "Rect":
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        return cls(min(xs), min(ys), max(xs), max(ys))

    def padded(self, across: float, down: float) -> "Rect":
        """The rectangle with room at its sides, so that what may not meet it does not touch it either."""
        return Rect(self.left - across, self.top - down, self.right + across, self.bottom + down)

    def is_crossed(self, a: Point, b: Point) -> bool:
        """Whether the straight line from a to b runs through it."""
        start, end = 0.0, 1.0
        for low, high, at, step in (
            (self.left, self.right, a[0], b[0] - a[0]),
            (self.top, self.bottom, a[1], b[1] - a[1]),
        ):
            if step == 0:
                if not low < at < high:
                    return False
                continue
            first, last = sorted(((low - at) / step, (high - at) / step))
            start, end = max(start, first), min(end, last)
        return start < end

    def inside(self, width: float, height: float) -> bool:
        """Whether it lies wholly on a drawing of that size."""
        return self.left >= 0 and self.top >= 0 and self.right <= width and self.bottom <= height


@dataclass(frozen=True)
class Label:
    """Words on a drawing: lines, the point they hang on and how (`start`, `middle`, `end`), vertically centred."""

    lines: tuple[str, ...]
    x: float
    y: float
    anchor: str
    rect: Rect


def text_size(lines: Sequence[str], font: float) -> tuple[float, float]:
    """Width and height of some lines of text, in the unit of `font`: estimated, within some 5 percent."""
    return max(sum(map(_letter_width, line)) for line in lines) * font, len(lines) * font * LINE


def _letter_width(letter: str) -> float:
    """The width of a letter of Public Sans, in em, by its kind: measured in Chromium."""
    if letter in " .,'’-":
        return 0.28
    if letter in "fijlrtI/":
        return 0.34
    if letter in "mwMW":
        return 0.84
    return 0.66 if letter.isupper() else 0.6


def beside(
    lines: tuple[str, ...],
    point: Point,
    gap: float,
    font: float,
    taken: Sequence[Rect],
    size: Point,
    strokes: Sequence[tuple[Rect, Sequence[Point]]] = (),
) -> Label | None:
    """A label right, left, above or below a mark at `point`, or askew; None where each place is taken.

    `gap` is the distance from the mark's centre; `size` the drawing's width and height; `strokes` are lines, each with
    the box around it, that may not run through the words.
    """
    x, y = point
    width, height = text_size(lines, font)
    level, askew, little = gap + height / 2, font * LINE * 0.6, font * LINE * 0.3
    choices = (
        (x + gap, y, "start"),
        (x - gap, y, "end"),
        (x, y - level, "middle"),
        (x, y + level, "middle"),
        (x + gap, y - little, "start"),
        (x + gap, y + little, "start"),
        (x - gap, y - little, "end"),
        (x - gap, y + little, "end"),
        (x + gap, y - askew, "start"),
        (x + gap, y + askew, "start"),
        (x - gap, y - askew, "end"),
        (x - gap, y + askew, "end"),
    )
    reach = Rect.around(x, y, 2 * (width + gap), 2 * (level + height))
    near = [other for other in taken if other.meets(reach)]
    drawn = [line for box, line in strokes if box.meets(reach)]
    for label_x, label_y, anchor in choices:
        rect = rect_of(lines, label_x, label_y, anchor, font)
        if not rect.inside(*size) or any(rect.meets(other) for other in near):
            continue
        if not any(rect.is_crossed(a, b) for line in drawn for a, b in zip(line, line[1:], strict=False)):
            return Label(lines, label_x, label_y, anchor, rect)
    return None


def rect_of(lines: tuple[str, ...], x: float, y: float, anchor: str, font: float) -> Rect:
    """What a label at (x, y) covers."""
    width, height = text_size(lines, font)
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    return Rect(left, y - height / 2, left + width, y + height / 2)


def within(
    versions: Iterable[tuple[str, ...]],
    ring: Sequence[Point],
    font: float,
    taken: Sequence[Rect],
    size: Point,
    bleed: float = 3,
) -> Label | None:
    """A label inside a ring: the first of `versions` (longest first) that covers nothing; None where none fits.

    Of the places that would do, the one nearest to the middle of the ring's box. `bleed` is how far it may reach
    over the edge, in units of the drawing.
    """
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    middle = ((left + right) / 2, (top + bottom) / 2)
    box = Rect(left, top, right, bottom)
    near = [rect for rect in taken if rect.meets(box)]
    for lines in versions:
        width, height = text_size(lines, font)
        widths = [text_size((line,), font)[0] for line in lines]
        inner = [max(wide - 2 * bleed, wide * _INSIDE) for wide in widths]
        if max(inner) > right - left or height > bottom - top:
            continue
        rows = 10
        found: list[tuple[float, Rect]] = []
        for row in range(rows + 1):
            y = top + height / 2 + (bottom - top - height) * row / rows
            levels = [y - height / 2 + font * LINE * (i + 0.5) for i in range(len(lines))]
            rooms = _common([_middles(ring, *line, font) for line in zip(levels, inner, strict=True)])
            for start, end in rooms:
                for part in (0.5, 0.3, 0.7, 0.1, 0.9):
                    x = start + (end - start) * part
                    rect = Rect.around(x, y, width, height)
                    if rect.inside(*size) and not any(rect.meets(other) for other in near):
                        found.append((hypot(x - middle[0], y - middle[1]), rect))
        if found:
            rect = min(found, key=lambda each: each[0])[1]
            return Label(lines, (rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2, "middle", rect)
    return None


def _middles(ring: Sequence[Point], y: float, width: float, font: float) -> list[Span]:
    """Where the middle of a line of text at height y may lie, so that `width` of it is inside the ring."""
    tall = (LINE / 2 - 0.2) * font  # the letters fill no more of their line
    spans = _common([_spans(ring, level) for level in (y - tall, y, y + tall)])
    return [(start + width / 2, end - width / 2) for start, end in spans if end - start >= width]


def off_coast(
    versions: Iterable[tuple[str, ...]],
    ring: Sequence[Point],
    land: Sequence[tuple[Rect, Sequence[Point]]],
    font: float,
    taken: Sequence[Rect],
    size: Point,
    gap: float,
) -> Label | None:
    """A label at sea beside a ring, right or left of it, clear of all land and labels; None where there is no room.

    `land`: each ring of it with the box around it. Of the heights that would do, the one nearest to the ring's middle.
    """
    ys = [y for _, y in ring]
    middle, rows = (min(ys) + max(ys)) / 2, 24
    levels = sorted(
        (min(ys) + (max(ys) - min(ys)) * row / rows for row in range(1, rows)), key=lambda y: abs(y - middle)
    )
    for lines in versions:
        width, height = text_size(lines, font)
        for y in levels:
            inside = _spans(ring, y)
            for anchor, x in (("start", inside[-1][1] + gap), ("end", inside[0][0] - gap)) if inside else ():
                rect = rect_of(lines, x, y, anchor, font)
                is_free = rect.inside(*size) and not any(rect.meets(other) for other in taken)
                if is_free and not _is_on_land(rect, land):
                    return Label(lines, x, y, anchor, rect)
    return None


def callout(
    lines: tuple[str, ...],
    point: Point,
    left: float,
    font: float,
    taken: Sequence[Rect],
    barred: Sequence[Rect],
    size: Point,
    leaders: Sequence[Leader],
) -> Label | None:
    """A label in the column that begins at `left`, as near as may be to the height of `point`; None without room.

    The straight line from its beginning to the point runs through nothing `barred` and over no other of `leaders`.
    """
    width, height = text_size(lines, font)
    step = height / _FINE
    strip = Rect(left, 0, left + width, size[1])
    near = [other for other in taken if other.meets(strip)]
    for level in sorted((step * i for i in range(int(size[1] / step))), key=lambda at: abs(at - point[1])):
        rect = rect_of(lines, left, level, "start", font)
        if not rect.inside(*size) or any(rect.meets(other) for other in near):
            continue
        leader = ((left, level), point)
        if any(other.is_crossed(*leader) for other in barred):
            continue
        if not any(_cross(leader, other) or rect.is_crossed(*other) for other in leaders):
            return Label(lines, left, level, "start", rect)
    return None


def column(
    wanted: Sequence[tuple[str, Point]],
    left: float,
    land: Sequence[tuple[Rect, Sequence[Point]]],
    font: float,
    taken: Sequence[Rect],
    size: Point,
) -> list[Label]:
    """Labels of one line beneath each other from `left` on, in the order of `wanted`, each for a point left of them.

    They are clear of all land; the straight lines to their points cross neither each other nor what is taken. Of the
    places where that is so, the one with the shortest lines. The last ones are left out where there is no room for all.
    """
    if not wanted:
        return []
    wide, tall = max(text_size((words,), font) for words, _ in wanted)
    step, strip = tall / _FINE, Rect(left, 0, left + wide, size[1])
    taken_near = [other for other in taken if other.meets(strip)]
    land_near = [(box, ring) for box, ring in land if box.meets(strip)]
    rects = [Rect(left, step * i, left + wide, step * i + tall) for i in range(int((size[1] - tall) / step))]
    free = [not (any(rect.meets(other) for other in taken_near) or _is_on_land(rect, land_near)) for rect in rects]
    for count in range(len(wanted), 0, -1):
        points = [point for _, point in wanted[:count]]
        fans = [fan for first in range(len(free)) if free[first] and (fan := _fan(points, left, first, free, tall))]
        for fan in sorted(fans, key=lambda leaders: sum(hypot(x - left, y - at) for (_, at), (x, y) in leaders)):
            if not any(other.is_crossed(*leader) for leader in fan for other in taken):
                return [_beginning(words, *leader[0], font) for (words, _), leader in zip(wanted, fan, strict=False)]
    return []


def _beginning(words: str, x: float, y: float, font: float) -> Label:
    return Label((words,), x, y, "start", rect_of((words,), x, y, "start", font))


def _fan(points: Sequence[Point], left: float, first: int, free: Sequence[bool], tall: float) -> list[Leader] | None:
    """The lines from labels beneath each other, from the place `first` on, to these points; None where not all fit.

    Each place goes to the point that lies highest as seen from it: all others then lie beneath its line, and so do the
    places that follow, so that no line crosses another.
    """
    levels: dict[Point, float] = {}
    at = first
    while len(levels) < len(points):
        while at < len(free) and not free[at]:
            at += 1
        if at >= len(free):
            return None
        y = (at / _FINE + 0.5) * tall
        waiting = [point for point in points if point not in levels]
        levels[min(waiting, key=lambda point: atan2(left - point[0], y - point[1]))] = y
        at += _FINE
    return [((left, levels[point]), point) for point in points]


def _cross(one: Leader, other: Leader) -> bool:
    def side(line: Leader, at: Point) -> bool:
        (x0, y0), (x1, y1) = line
        return (x1 - x0) * (at[1] - y0) > (y1 - y0) * (at[0] - x0)

    return side(one, other[0]) != side(one, other[1]) and side(other, one[0]) != side(other, one[1])


def inner_point(ring: Sequence[Point]) -> Point:
    """A place well within a ring: the middle of its widest stretch, near the middle of its height."""
    ys = [y for _, y in ring]
    middle = (min(ys) + max(ys)) / 2
    start, end = max(_spans(ring, middle), key=lambda span: span[1] - span[0])
    return (start + end) / 2, middle


def _is_on_land(rect: Rect, land: Sequence[tuple[Rect, Sequence[Point]]]) -> bool:
    for box, ring in land:
        for y in (rect.top, (rect.top + rect.bottom) / 2, rect.bottom) if box.meets(rect) else ():
            if any(start < rect.right and rect.left < end for start, end in _spans(ring, y)):
                return True
    return False


def _spans(ring: Sequence[Point], y: float) -> list[Span]:
    """The stretches of a horizontal line that lie inside the ring, left to right."""
    crossings = sorted(
        x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        for (x0, y0), (x1, y1) in zip(ring, ring[1:], strict=False)
        if (y0 <= y) != (y1 <= y)
    )
    return list(zip(crossings[::2], crossings[1::2], strict=True))


def _common(levels: list[list[Span]]) -> list[Span]:
    """The stretches that all levels share."""
    shared = levels[0]
    for level in levels[1:]:
        shared = [(max(a, c), min(b, d)) for a, b in shared for c, d in level if max(a, c) <= min(b, d)]
    return shared
