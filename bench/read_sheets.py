"""Times our reading of a folder of ICE's workbooks against openpyxl alone, over the same files in one process.

    python bench/read_sheets.py SHEETS

SHEETS is a folder with the workbooks and INDEX.csv (columns file and published_on). openpyxl reads values only, in its
read-only mode: no hyperlinks, no formulas, no row read for what it says.
"""

import csv
import resource
import sys
import time
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from agreements.ice.parse import read_workbook
from agreements.ice.workbook import read_sheets

Entry = tuple[Path, date]


def entries(folder: Path) -> list[Entry]:
    """The workbooks that INDEX.csv names, in its order, with their days."""
    with (folder / "INDEX.csv").open(encoding="utf-8", newline="") as file:
        return [(folder / row["file"], date.fromisoformat(row["published_on"])) for row in csv.DictReader(file)]


def parsed(path: Path, day: date) -> int:
    """The rows of a list as we read and check them."""
    return len(read_workbook(path, published_on=day).rows)


def cells(path: Path, _: date) -> int:
    """The rows of the first sheet as cells, links and formulas with them."""
    return len(next(read_sheets(path)).rows)


def openpyxl_alone(path: Path, _: date) -> int:
    """The rows of the first sheet by openpyxl, as values."""
    book = load_workbook(path, read_only=True)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    rows = sum(1 for row in sheet.iter_rows(values_only=True) if any(value is not None for value in row))
    book.close()
    return rows


def timed(name: str, read: Callable[[Path, date], int], files: list[Entry]) -> float:
    """Reads every file and prints how long that took."""
    start = time.perf_counter()
    rows = sum(read(path, day) for path, day in files)
    seconds = time.perf_counter() - start
    print(f"{name:32} {seconds:7.1f} s   {rows:,} rows, {rows / seconds:,.0f} a second")
    return seconds


def main(folder: Path) -> None:
    """Prints the three times, how they compare, and the most memory that was held."""
    warnings.simplefilter("ignore")  # openpyxl's, on styles that it does not know
    files = entries(folder)
    print(f"{len(files)} workbooks")
    ours = timed("read_workbook (parsed)", parsed, files)
    raw = timed("read_sheets (cells and links)", cells, files)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    theirs = timed("openpyxl alone (values only)", openpyxl_alone, files)
    print(f"openpyxl alone takes {theirs / ours:.1f} times as long as read_workbook, {theirs / raw:.1f} as read_sheets")
    print(f"most memory held by ours: {held:,.0f} MB")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python bench/read_sheets.py SHEETS")
    main(Path(sys.argv[1]))
