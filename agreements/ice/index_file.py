"""INDEX.csv: which workbooks a folder holds, and in which order ICE published them.

Columns: order, file, list, published_on, half_day, sha256; others may stand beside them. Order is the place among all.
"""

import csv
from datetime import date
from pathlib import Path

from agreements.ice.evidence import Published
from agreements.ice.history import HALF_DAYS, LISTS

COLUMNS = ("order", "file", "list", "published_on", "half_day", "sha256")


class BadIndexError(ValueError):
    """A line of the index cannot be read. The message names line, column and value."""


def read_index(folder: Path) -> list[Published]:
    """The workbooks of a folder, in their order. Raises BadIndexError, or OSError where there is no index."""
    with (folder / "INDEX.csv").open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (lines.fieldnames or ())]:
            raise BadIndexError(f"INDEX.csv, line 1: no column {', '.join(missing)}")
        entries = [_entry(line, f"INDEX.csv, line {lines.line_num}") for line in lines]
    orders = [entry.order for entry in entries]
    if twice := {order for order in orders if orders.count(order) > 1}:
        raise BadIndexError(f"INDEX.csv: order {min(twice)} stands twice")
    return sorted(entries, key=lambda entry: entry.order)


def _entry(line: dict[str, str], where: str) -> Published:
    def fail(column: str, wanted: str) -> BadIndexError:
        return BadIndexError(f"{where}, {column}: {line[column]!r} is not {wanted}")

    ice_list = next((name for name in LISTS if name == line["list"]), None)
    if ice_list is None:
        raise fail("list", " or ".join(LISTS))
    if line["half_day"] not in HALF_DAYS:
        raise fail("half_day", " or ".join(HALF_DAYS))
    if not line["order"].isdecimal():
        raise fail("order", "a number")
    if not line["file"] or Path(line["file"]).name != line["file"]:
        raise fail("file", "the name of a file in this folder")
    try:
        published_on = date.fromisoformat(line["published_on"])
    except ValueError as error:
        raise fail("published_on", "a day such as 2025-03-07") from error
    return Published(
        list=ice_list,
        published_on=published_on,
        half_day=line["half_day"],
        order=int(line["order"]),
        file_name=line["file"],
        sha256=line["sha256"],
    )
