"""Rings of points as SVG path data, short: whole units, each point as the step from the one before."""

from collections.abc import Iterable, Sequence

Point = tuple[float, float]


def path_data(rings: Iterable[Sequence[Point]]) -> str:
    """Closed rings as path data on a grid of whole units; "" where none of them encloses anything."""
    return "".join(_ring(corners) for ring in rings if (corners := _corners(ring)))


def _corners(ring: Sequence[Point]) -> list[tuple[int, int]]:
    """The ring's points on the grid, without those that repeat or that lie straight between two others."""
    points: list[tuple[int, int]] = []
    for x, y in ring:
        point = (round(x), round(y))
        if not points or point != points[-1]:
            points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    around = zip([points[-1], *points[:-1]], points, [*points[1:], points[0]], strict=True) if points else ()
    corners = [b for a, b, c in around if (b[0] - a[0]) * (c[1] - b[1]) != (b[1] - a[1]) * (c[0] - b[0])]
    return corners if len(corners) > 2 else []


def _ring(corners: list[tuple[int, int]]) -> str:
    x, y = corners[0]
    steps = []
    for next_x, next_y in corners[1:]:
        steps += [next_x - x, next_y - y]
        x, y = next_x, next_y
    # A minus sign parts two numbers as well as a space does.
    words = "".join(str(step) if step < 0 else f" {step}" for step in steps)
    return f"M{corners[0][0]} {corners[0][1]}l{words.removeprefix(' ')}z"
