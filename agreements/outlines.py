"""Outlines of the status marks as pixels: SVG path data of a box of 16, filled by the even-odd rule. Pure.

Of SVG's commands it knows those that the marks use: M, L, H, V, A (of circles), Z, absolute and relative.
"""

import re
from math import atan2, cos, pi, sin, sqrt

from PIL import Image, ImageChops, ImageDraw

BOX = 16
#: Pixels are found so many times as fine as they are shown, for smooth edges.
FINE = 8
_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
_NUMBERS = {"M": 2, "L": 2, "H": 1, "V": 1, "A": 7, "Z": 0}

Point = tuple[float, float]


def mask(path: str, size: int) -> Image.Image:
    """The filled outline as a square of shades, 255 where it is full."""
    fine = size * FINE
    filled = Image.new("1", (fine, fine))
    for ring in rings(path):
        layer = Image.new("1", (fine, fine))
        ImageDraw.Draw(layer).polygon([(x * fine / BOX, y * fine / BOX) for x, y in ring], fill=1)
        filled = ImageChops.logical_xor(filled, layer)
    return filled.convert("L").reduce(FINE)


def rings(path: str) -> list[list[Point]]:
    """The closed lines of path data. ValueError: a command that is not known here."""
    found: list[list[Point]] = []
    x = y = 0.0
    for command, numbers in _commands(path):
        is_relative = command.islower()
        base_x, base_y = (x, y) if is_relative else (0.0, 0.0)
        kind = command.upper()
        if kind == "Z":
            x, y = found[-1][0]
            continue
        start = (x, y)
        if kind == "H":
            x = base_x + numbers[0]
        elif kind == "V":
            y = base_y + numbers[0]
        else:
            x, y = base_x + numbers[-2], base_y + numbers[-1]
        if kind == "M":
            found.append([(x, y)])
        elif kind == "A":
            found[-1] += _arc(start, (x, y), numbers[0], bool(numbers[3]), bool(numbers[4]))
        else:
            found[-1].append((x, y))
    return found


def _commands(path: str) -> list[tuple[str, list[float]]]:
    """(command, its numbers), one by one: what follows a moveto without a letter is a lineto."""
    found: list[tuple[str, list[float]]] = []
    tokens = _TOKEN.findall(path)
    command = ""
    i = 0
    while i < len(tokens):
        if tokens[i].isalpha():
            command = tokens[i]
            i += 1
        elif command in "Mm":
            command = "L" if command == "M" else "l"
        if command.upper() not in _NUMBERS:
            raise ValueError(f"No such command of path data is known here: {command!r}")
        count = _NUMBERS[command.upper()]
        found.append((command, [float(token) for token in tokens[i : i + count]]))
        i += count
    return found


def _arc(start: Point, end: Point, radius: float, is_large: bool, is_clockwise: bool) -> list[Point]:
    """Points of a circle's arc from start to end, without the start."""
    (x0, y0), (x1, y1) = start, end
    half_x, half_y = (x1 - x0) / 2, (y1 - y0) / 2
    half = sqrt(half_x**2 + half_y**2)
    radius = max(radius, half)
    # From the middle of the chord to the circle's center, at a right angle to the chord.
    height = sqrt(radius**2 - half**2) * (1 if is_large != is_clockwise else -1)
    center_x = x0 + half_x - height * half_y / half
    center_y = y0 + half_y + height * half_x / half
    first = atan2(y0 - center_y, x0 - center_x)
    last = atan2(y1 - center_y, x1 - center_x)
    turn = (last - first) % (2 * pi) if is_clockwise else -((first - last) % (2 * pi))
    steps = 48
    return [
        (center_x + radius * cos(first + turn * i / steps), center_y + radius * sin(first + turn * i / steps))
        for i in range(1, steps + 1)
    ]
