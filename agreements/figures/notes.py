"""The words beside the stacks of a timeline, with their leaders: as low as they can stand, covering nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from agreements.figures import labels

FONT = 13
HEAD = 96
"""The room for notes above the tallest stack, in pixels."""
_LEADER = 8  # the shortest leader
_GAP = 4  # between a leader and its stack, and above and under words: twice that between two notes
_BESIDE = 6  # left and right of words, whose width is only estimated


@dataclass(frozen=True)
class Note:
    """Words about something that happened on a day; `url` leads to it, "" where nothing does."""

    day: date
    text: str
    url: str = ""


@dataclass(frozen=True)
class SvgNote:
    """Words on the drawing and the line that leads from them down to their stack."""

    x: int
    anchor: str
    lines: tuple[tuple[str, int], ...]
    bottom: int
    foot: int
    url: str = ""


@dataclass(frozen=True)
class Wanted:
    """A note that is to stand over the stack at `x`, whose top is at `top`, counted upwards from the axis."""

    x: int
    top: int
    note: Note


@dataclass(frozen=True)
class Placed:
    """A note that found room; heights are counted upwards from the axis."""

    wanted: Wanted
    anchor: str
    lines: tuple[str, ...]
    foot: int
    bottom: int

    @property
    def top(self) -> float:
        return self.bottom + len(self.lines) * FONT * labels.LINE

    def drawn(self, axis: int) -> SvgNote:
        first = axis - self.top + FONT
        lines = tuple((line, round(first + i * FONT * labels.LINE)) for i, line in enumerate(self.lines))
        return SvgNote(self.wanted.x, self.anchor, lines, axis - self.bottom, axis - self.foot, self.wanted.note.url)


def place(
    wanted: Iterable[Wanted], stacks: Sequence[tuple[int, int]], width: int, most: int, high: int
) -> list[Placed]:
    """The notes that find room, at most so many, the first ones preferred; one a stack.

    stacks: x and top of every stack. high: up to where notes may stand.
    """
    by_stack: dict[int, Wanted] = {}
    for one in wanted:
        by_stack.setdefault(one.x, one)
    waiting = list(by_stack.values())
    chosen, waiting = waiting[:most], waiting[most:]
    while True:
        placed = _all(chosen, stacks, width, high)
        standing = [one.wanted for one in placed]
        if len(standing) == len(chosen) or not waiting:
            return placed
        missing = len(chosen) - len(standing)
        chosen, waiting = standing + waiting[:missing], waiting[missing:]


def _all(chosen: Sequence[Wanted], stacks: Sequence[tuple[int, int]], width: int, high: int) -> list[Placed]:
    taken = [labels.Rect(x - 6, -top - _GAP, x + 6, 0) for x, top in stacks]
    placed: list[Placed] = []
    # From the right: a note's words reach rightwards, over the leaders of those that already stand.
    for one in sorted(chosen, key=lambda each: each.x, reverse=True):
        lines = _lines(one.note.text, width)
        wide, tall = labels.text_size(lines, FONT)
        # Rightwards where there is room, else leftwards.
        anchor, left = ("start", float(one.x)) if one.x + wide < width else ("end", one.x - wide)
        if left < 0:
            continue
        foot = one.top + _GAP
        for bottom in range(foot + _LEADER, high, 4):
            words = labels.Rect(left, -bottom - tall, left + wide, -bottom).padded(_BESIDE, _GAP)
            leader = labels.Rect(one.x - 1, -bottom, one.x + 1, -foot)
            if not any(words.meets(other) or leader.meets(other) for other in taken):
                taken += [words, leader]
                placed.append(Placed(one, anchor, lines, foot, bottom))
                break
    return placed


def _lines(text: str, width: int) -> tuple[str, ...]:
    """The text on one line; a longer one broken at the space nearest to its middle."""
    spaces = [i for i, letter in enumerate(text) if letter == " "]
    if len(text) <= (24 if width > 600 else 14) or not spaces:
        return (text,)
    middle = min(spaces, key=lambda i: abs(i - len(text) / 2))
    return text[:middle], text[middle + 1 :]
