"""Figures from times, tables from figures, and whether the bars are met. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple


@dataclass(frozen=True)
class Spread:
    """How a series of times lies, in milliseconds."""

    n: int
    mean: float
    p50: float
    p95: float


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so many of a hundred do not exceed (nearest rank); share from 0 to 100."""
    ordered = sorted(values)
    rank = -(-len(ordered) * share // 100)  # rounded up
    return ordered[max(int(rank), 1) - 1]


def spread(seconds: Sequence[float]) -> Spread:
    """Of at least one time."""
    times = [1000 * each for each in seconds]
    return Spread(len(times), fmean(times), percentile(times, 50), percentile(times, 95))


class Bar(NamedTuple):
    """One thing that is asked of the site, what was measured, and whether it is enough."""

    name: str
    found: float
    asked: float
    is_least: bool
    words: str = ""

    @property
    def is_met(self) -> bool:
        return self.found >= self.asked if self.is_least else self.found <= self.asked


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """Columns of text, as wide as their widest cell; all but the first `left` are set to the right."""
    lines = [list(heads), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    lines.insert(1, ["-" * width for width in widths])

    def cell(text: str, column: int) -> str:
        return text.ljust(widths[column]) if column < left else text.rjust(widths[column])

    return "\n".join("  ".join(cell(text, column) for column, text in enumerate(line)).rstrip() for line in lines)


def milliseconds(value: float) -> str:
    """Three figures that mean something: 0.42, 4.2, 42, 420."""
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def kilobytes(value: int) -> str:
    """In thousands of bytes, one decimal."""
    return f"{value / 1000:,.1f}"
