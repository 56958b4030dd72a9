"""How each status is drawn: one table for the SVG, the Plotly figure and the stylesheet.

A filled mark means signed or voted; a hollow one that nothing is in force. Shape carries the meaning, colour repeats
it. The CSS class is `st-<slug>`, whose colour is the token `--st-<slug>`.
"""

from dataclasses import dataclass

IN_FORCE = frozenset({"active", "signed"})
"""The statuses at which agency and ICE have both signed."""
DRAWN = 13
"""What the paths fill of their box of 16, so that an SVG mark is as large as Plotly's."""


@dataclass(frozen=True)
class StatusMark:
    """The mark of one status.

    `path` is SVG path data in a box of 16 by 16 (fill rule even-odd); `symbol` the nearest of Plotly's; `size` the
    diameter in pixels that makes the marks look equally large; `is_open` whether it is a line around its ground;
    `is_quiet` whether it stands for "nothing known" and so lies beneath the others, smaller.
    """

    slug: str
    path: str
    symbol: str
    size: float
    is_open: bool = False
    is_quiet: bool = False

    @property
    def ground(self) -> str:
        """What a hollow mark covers on a map, as path data, so that nothing beneath it shows through; else "".

        A quiet one needs none: it lies beneath all others.
        """
        return f"{self.path.partition('z')[0]}z" if self.is_open and not self.is_quiet else ""


def _disc(x: float, y: float, r: float) -> str:
    return f"M{x} {y - r:g}a{r} {r} 0 1 1 0 {2 * r:g}a{r} {r} 0 1 1 0 {-2 * r:g}z"


_RING = "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm0 1.6a4.9 4.9 0 1 0 0 9.8 4.9 4.9 0 0 0 0-9.8z"
_DOTS = ((8, 2.2), (12.1, 3.9), (13.8, 8), (12.1, 12.1), (8, 13.8), (3.9, 12.1), (2.2, 8), (3.9, 3.9))

MARKS: dict[str, StatusMark] = {
    mark.slug: mark
    for mark in (
        StatusMark("active", _disc(8, 8, 6.5), "circle", 10),
        StatusMark("signed", "M2 2h12v12H2z", "square", 9),
        StatusMark("pending", "M2.5 1.5h11L8 8zM2.5 14.5h11L8 8z", "hourglass", 10),
        StatusMark("approved", "M8 1.2 15.2 14H.8z", "triangle-up", 11),
        StatusMark(
            "discussion",
            "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm0 1.9a5.1 5.1 0 1 0 0 10.2A5.1 5.1 0 0 0 8 2.9z" + _disc(8, 8, 2),
            "circle-dot",
            10,
            is_open=True,
        ),
        StatusMark("court", "M8 .6 15.4 8 8 15.4.6 8z", "diamond", 12),
        StatusMark(
            "declined",
            "M3.6 1.2 8 5.6l4.4-4.4 2.4 2.4L10.4 8l4.4 4.4-2.4 2.4L8 10.4l-4.4 4.4-2.4-2.4L5.6 8 1.2 3.6z",
            "x",
            9,
        ),
        StatusMark("ended", "M1.5 1.5h13v13h-13zm2.2 2.2v8.6h8.6V3.7z", "square", 9, is_open=True),
        StatusMark("none", _RING, "circle-open", 5, is_open=True, is_quiet=True),
        StatusMark("unchecked", "".join(_disc(x, y, 1.3) for x, y in _DOTS), "circle-open", 5, True, True),
    )
}

DRAWN_LAST = (
    "unchecked",
    "none",
    "signed",
    "active",
    "ended",
    "declined",
    "discussion",
    "pending",
    "approved",
    "court",
)
"""The order of drawing: what is common in the country lies beneath what is rare."""
RANK = {slug: i for i, slug in enumerate(DRAWN_LAST)}
"""The place of each status in that order. A KeyError names the slug that is none."""
