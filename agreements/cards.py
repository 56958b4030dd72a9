"""Share cards: the picture of a page, 1200 by 630, that others' sites show beside a link to it. Pure drawing."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from agreements import outlines
from agreements.dates import day_in_words
from agreements.figures.marks import MARKS

WIDTH, HEIGHT = 1200, 630
PADDING = 76
#: Of the light scheme of static/css/site.css: a card is seen on others' pages, so it has one scheme.
PAPER, INK, INK_2, RULE = "#FFFFFF", "#1A1C1E", "#4A4E53", "#D9D5CB"
STATUS_COLORS = {
    "active": "#073B4C",
    "signed": "#1F6180",
    "pending": "#8C530C",
    "approved": "#8C530C",
    "discussion": "#8C530C",
    "court": "#9636B8",
    "declined": "#5A3D33",
    "ended": "#5A3D33",
    "none": "#5F6468",
    "unchecked": "#5F6468",
}
FOLDER = Path(__file__).resolve().parents[1] / "static" / "vendor" / "fonts"
SERIF, SANS = "source-serif-4", "public-sans"
#: Sizes of a title, in pixels, each with the number of lines that it may take. The first that fits is used.
TITLE_SIZES = ((68, 2), (56, 3), (46, 4))
#: What the Latin files of the fonts hold beyond the first 256 letters, of what a name may have in it.
LATIN = frozenset("ıŒœʻʼˆ˚˜–—‘’“”…€™")
#: The card is made of few colors; with so many shades the letters' edges are as smooth as with all of them.
SHADES = 64


@dataclass(frozen=True)
class Card:
    """What a card says: whose it is, the mark of a status, its words, and the day of the record."""

    title: str
    status: str
    words: str
    on: date

    @property
    def alt(self) -> str:
        """The card in words."""
        return f"{self.title}: {self.words}. Record as of {day_in_words(self.on)}."


def draw(card: Card) -> bytes:
    """The card as a PNG."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH - 1, HEIGHT - 1), outline=RULE, width=2)
    _text(pen, (PADDING, PADDING + 22), "287(g) Tracker", SANS, 27, 400, INK_2)
    size, lines = _fit_title(card.title)
    leading = round(size * 1.16)
    words = _balanced(card.words, SERIF, 46, WIDTH - 2 * PADDING - 66)[:2]
    tall = leading * len(lines) + 30 + 56 * len(words)
    y = (HEIGHT - tall) // 2 + round(size * 0.86)
    for line in lines:
        _text(pen, (PADDING, y), line, SERIF, size, 600, INK)
        y += leading
    y += 24 - round(size * 0.86) + 46
    _paste_mark(image, card.status, (PADDING, y - 37), 42)
    for line in words:
        _text(pen, (PADDING + 66, y), line, SERIF, 46, 600, INK)
        y += 56
    foot = f"Record as of {day_in_words(card.on)}. Sources and dates on the page."
    _text(pen, (PADDING, HEIGHT - PADDING), foot, SANS, 27, 400, INK_2)
    out = BytesIO()
    image.quantize(SHADES).save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache(maxsize=64)
def _font(family: str, subset: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FOLDER / f"{family}-{subset}-wght-normal.woff2", size)
    font.set_variation_by_axes([weight])
    return font


def _subset(letter: str) -> str:
    """Which of a font's files holds a letter; they are divided as the stylesheet's unicode-range says."""
    return "latin" if ord(letter) < 0x100 or letter in LATIN else "latin-ext"


def _runs(text: str) -> list[tuple[str, str]]:
    """The text in pieces of one file each: (file, piece)."""
    return [(subset, "".join(letters)) for subset, letters in groupby(text, key=_subset)]


def _width(text: str, family: str, size: int) -> float:
    return sum(_font(family, subset, size, 600).getlength(piece) for subset, piece in _runs(text))


def _text(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, family: str, size: int, weight: int, color: str
) -> None:
    """One line, its baseline beginning at a point."""
    x, y = at
    for subset, piece in _runs(text):
        font = _font(family, subset, size, weight)
        pen.text((x, y), piece, fill=color, font=font, anchor="ls")
        x += font.getlength(piece)


def _fit_title(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title fits, and its lines; at the smallest what is too much is cut off."""
    for size, most in TITLE_SIZES:
        lines = _wrapped(title, SERIF, size, WIDTH - 2 * PADDING)
        if len(lines) <= most:
            return size, _balanced(title, SERIF, size, WIDTH - 2 * PADDING)
    return size, [*lines[: most - 1], _cut(lines[most - 1], SERIF, size, WIDTH - 2 * PADDING)]


def _cut(line: str, family: str, size: int, width: float) -> str:
    while _width(f"{line}…", family, size) > width:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _balanced(text: str, family: str, size: int, width: float) -> list[str]:
    """The text in as few lines as it takes, about as long as each other; no word stands alone on the last if it can."""
    lines = _wrapped(text, family, size, width)
    narrow, wide = width / 2, width
    while wide - narrow > 4:
        middle = (narrow + wide) / 2
        tried = _wrapped(text, family, size, middle)
        if len(tried) > len(lines):
            narrow = middle
        else:
            wide, lines = middle, tried
    if len(lines) > 1 and " " not in lines[-1]:
        rest, _, word = lines[-2].rpartition(" ")
        if " " in rest and _width(joined := f"{word} {lines[-1]}", family, size) <= width:
            lines[-2:] = [rest, joined]
    return lines


def _wrapped(text: str, family: str, size: int, width: float) -> list[str]:
    """The text in lines of no more than that width; a word that is longer than a line is broken."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}".strip()
        if _width(joined, family, size) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        while _width(word, family, size) > width:
            fits = next(n for n in range(len(word) - 1, 0, -1) if _width(word[:n], family, size) <= width)
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return [*lines, line]


def _paste_mark(image: Image.Image, status: str, at: tuple[int, int], size: int) -> None:
    image.paste(STATUS_COLORS[status], at, outlines.mask(MARKS[status].path, size))
