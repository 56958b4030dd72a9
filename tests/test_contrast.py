"""The contrast of every pair of colors in which text, a mark or a border is shown (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from agreements import cards
from agreements.kinds import Status

CSS = (Path(settings.BASE_DIR) / "static" / "css" / "site.css").read_text(encoding="utf-8")
TEXT, GRAPHIC = 4.5, 3.0

GROUNDS = ["bg", "surface", "notice"]
RAMP = ["ramp-0", "ramp-1", "ramp-2", "ramp-3"]
MARKS = [f"st-{status.value}" for status in Status]
#: (color, what it is shown on, the least ratio)
PAIRS = [
    *((text, ground, TEXT) for text in ("ink", "ink-2", "link", "visited") for ground in GROUNDS),
    # The names and counts on the map.
    *((text, ground, TEXT) for text in ("ink", "ink-2") for ground in RAMP),
    # A button is its text's color turned around.
    ("bg", "ink", TEXT),
    # Borders of fields, and the ring around what has the focus.
    *((line, ground, GRAPHIC) for line in ("control", "link") for ground in GROUNDS),
    *((mark, ground, GRAPHIC) for mark in MARKS for ground in [*GROUNDS, *RAMP]),
]
#: Hairlines between rows: white space parts them too, so they carry nothing.
DECORATIVE = {"rule"}


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6})\b", block))


def schemes() -> dict[str, dict[str, str]]:
    """The colors in each scheme: light first, and what dark and print change of it."""
    light, dark, printed = re.findall(r":root \{(.*?)\}", CSS, flags=re.DOTALL)
    return {
        "light": tokens(light),
        "dark": {**tokens(light), **tokens(dark)},
        "print": {**tokens(light), **tokens(printed)},
    }


def luminance(color: str) -> float:
    """WCAG's relative luminance of #RRGGBB."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_formula_gives_the_known_ratios():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_contrast_of_every_pair_is_enough(scheme):
    colors = schemes()[scheme]

    ratios = {(one, ground): contrast(colors[one], colors[ground]) for one, ground, _ in PAIRS}

    assert [(*pair[:2], ratios[pair[:2]]) for pair in PAIRS if ratios[pair[:2]] < pair[2]] == []


def test_contrast_knows_every_color_of_the_stylesheet():
    known = {name for one, ground, _ in PAIRS for name in (one, ground)} | DECORATIVE

    assert {name for colors in schemes().values() for name in colors} == known


@pytest.mark.parametrize("scheme", ["dark", "print"])
def test_contrast_schemes_set_every_color(scheme):
    """A color that a scheme forgets would be the light one's on its ground."""
    light, dark, printed = (tokens(block) for block in re.findall(r":root \{(.*?)\}", CSS, flags=re.DOTALL))

    assert (dark if scheme == "dark" else printed).keys() == light.keys()


def test_colors_are_named_once_and_used_by_name():
    """No color stands in a rule: each would escape the pairs above."""
    without_tokens = re.sub(r":root \{.*?\}", "", CSS, flags=re.DOTALL)

    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b(?=[;, )])|rgba?\(|hsla?\(", without_tokens) == []


def test_share_cards_use_the_colors_of_the_light_scheme():
    light = schemes()["light"]

    assert {f"st-{status}": color for status, color in cards.STATUS_COLORS.items()} == {
        name: light[name] for name in MARKS
    }
    for color, name in [(cards.PAPER, "bg"), (cards.INK, "ink"), (cards.INK_2, "ink-2"), (cards.RULE, "rule")]:
        assert color == light[name]
