"""The ZIP codes: in which counties one lies, and in which municipality its center does. A ZIP code is not a city.

fixtures/places/zip_codes.csv, sorted: zip, counties (GEOIDs joined by "|", that of most people first), place (GEOID of
the municipality that holds its center, empty where none does). It is searched where it lies: 34,000 rows are much to
keep in memory for the few who ask.
"""

import re
from mmap import ACCESS_READ, mmap
from typing import NamedTuple

from django.conf import settings

TABLE = settings.BASE_DIR / "fixtures" / "places" / "zip_codes.csv"
HEADER = "zip,counties,place"
_ZIP = re.compile(r"^\s*(\d{5})(?:-\d{4})?\s*$", re.ASCII)


class ZipCode(NamedTuple):
    """A ZIP code: GEOIDs of its counties, the main one first, and of the municipality at its center, "" if none."""

    code: str
    counties: tuple[str, ...]
    place: str


def zip_in(query: str) -> str:
    """The five digits of a query that is a ZIP code, with or without its four further ones; "" if it is none."""
    match = _ZIP.match(query)
    return match[1] if match else ""


def find(code: str) -> ZipCode | None:
    """The ZIP code of these five digits; None where the table has none."""
    wanted = code.encode()
    with TABLE.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as lines:
        low, high = lines.find(b"\n") + 1, len(lines)
        while low < high:
            # From the middle back to the beginning of its line.
            start = lines.rfind(b"\n", 0, (low + high) // 2) + 1
            end = lines.find(b"\n", start)
            if lines[start : start + 5] < wanted:
                low = end + 1
            elif lines[start : start + 5] > wanted:
                high = start
            else:
                found, counties, place = lines[start:end].decode().split(",")
                return ZipCode(found, tuple(counties.split("|")), place)
    return None
