"""Where words stand on a map: chosen to cover no mark, no line and no other word; left out where nothing fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot

BLEED = 3
"""How far a label inside a shape may reach over its edge, in units of the drawing."""
LINE = 1.2
"""The distance of two lines, in em."""

Span = tuple[float, float]
Point = tuple[float, float]


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
    if letter in " .,'-":
        return 0.28
    if letter in "fijlrtI":
        return 0.34
    if letter in "mwMW":
        return 0.84
    return 0.66 if letter.isupper() else 0.6


def beside(text: str, point: Point, gap: float, font: float, taken: Sequence[Rect], size: Point) -> Label | None:
    """A one-line label right, left, above or below a mark at `point`; None where each place is taken.

    `gap` is the distance from the mark's centre; `size` the drawing's width and height.
    """
    x, y = point
    width, height = text_size([text], font)
    choices = (
        (x + gap, y, "start", Rect(x + gap, y - height / 2, x + gap + width, y + height / 2)),
        (x - gap, y, "end", Rect(x - gap - width, y - height / 2, x - gap, y + height / 2)),
        (x, y - gap - height / 2, "middle", Rect.around(x, y - gap - height / 2, width, height)),
        (x, y + gap + height / 2, "middle", Rect.around(x, y + gap + height / 2, width, height)),
    )
    for label_x, label_y, anchor, rect in choices:
        if rect.inside(*size) and not any(rect.meets(other) for other in taken):
            return Label((text,), label_x, label_y, anchor, rect)
    return None


def within(
    versions: Iterable[tuple[str, ...]], ring: Sequence[Point], font: float, taken: Sequence[Rect], size: Point
) -> Label | None:
    """A label inside a ring: the first of `versions` (longest first) that covers nothing; None where none fits.

    Of the places that would do, the one nearest to the middle of the ring's box.
    """
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    middle = ((left + right) / 2, (top + bottom) / 2)
    box = Rect(left, top, right, bottom)
    near = [rect for rect in taken if rect.meets(box)]
    for lines in versions:
        width, height = text_size(lines, font)
        inner = width - 2 * BLEED
        if inner > right - left or height > bottom - top:
            continue
        rows = 10
        found: list[tuple[float, Rect]] = []
        for row in range(rows + 1):
            y = top + height / 2 + (bottom - top - height) * row / rows
            spans = _common([_spans(ring, level) for level in (y - height / 2, y, y + height / 2)])
            for start, end in spans:
                slack = end - start - inner
                for part in (0.5, 0.3, 0.7, 0.1, 0.9) if slack >= 0 else ():
                    x = start + inner / 2 + slack * part
                    rect = Rect.around(x, y, width, height)
                    if rect.inside(*size) and not any(rect.meets(other) for other in near):
                        found.append((hypot(x - middle[0], y - middle[1]), rect))
        if found:
            rect = min(found, key=lambda each: each[0])[1]
            return Label(lines, (rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2, "middle", rect)
    return None


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
        shared = [(max(a, c), min(b, d)) for a, b in shared for c, d in level if max(a, c) < min(b, d)]
    return shared
