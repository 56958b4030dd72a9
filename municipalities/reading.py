"""The reference places as files: the rows of fixtures/places, read with every fault named, and written back the same.

states.csv, counties.csv, policing.csv and one file of municipalities a state (fl.csv). UTF-8, comma-separated, one
header, sorted by first column. Degrees are WGS 84, empty for unknown. Pure but for the files themselves.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

COUNTY_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class StateRow:
    """A state, DC or a territory: `code` such as FL, `fips` such as 12."""

    code: str
    name: str
    fips: str


@dataclass(frozen=True, slots=True)
class CountyRow:
    """A county or equivalent: `geoid` of five digits; `slug` unique in its state, `population` of July 1, 2022."""

    geoid: str
    state: str
    name: str
    full_name: str
    slug: str
    latitude: float | None
    longitude: float | None
    population: int | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class MunicipalityRow:
    """A municipality: `counties` are GEOIDs of its own state, main one first; `population` of July 1, 2024.

    `key` is the GEOID (7 digits for a place, 10 for a county subdivision), else state and name ("tx-peaster-town").
    `slug` is unique in the main county.
    """

    key: str
    name: str
    full_name: str
    kind: str
    counties: tuple[str, ...]
    slug: str
    latitude: float | None
    longitude: float | None
    population: int | None

    @property
    def geoid(self) -> str | None:
        return self.key if self.key.isdigit() else None

    @property
    def is_subdivision(self) -> bool:
        return len(self.key) == 10 and self.key.isdigit()


@dataclass(frozen=True, slots=True)
class PolicingRow:
    """Who polices the municipality `key`: own, sheriff or other, and the publisher that says so."""

    key: str
    policing: str
    source: str


@dataclass(frozen=True, slots=True)
class Places:
    """Everything in one folder, each list in file order."""

    states: list[StateRow]
    counties: list[CountyRow]
    municipalities: list[MunicipalityRow]
    policing: list[PolicingRow]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: `line` counts from 1, the header's; `column` is empty where the whole line is at fault."""

    file: str
    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{where}: {self.value!r} {self.reason}"


class FixtureError(ValueError):
    """The files cannot be loaded; `problems` holds every fault found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty")
    if value != value.strip():
        raise ValueError("has blanks around it")
    return value


def _matching(pattern: str, wanted: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError(f"is not {wanted}")
        return value

    return parse


def _degrees(limit: int) -> Callable[[str], float | None]:
    def parse(value: str) -> float | None:
        if not value:
            return None
        try:
            degrees = float(value)
        except ValueError:
            raise ValueError("is not a number") from None
        if not -limit <= degrees <= limit:
            raise ValueError(f"is not between -{limit} and {limit} degrees")
        return degrees

    return parse


def _count(value: str) -> int | None:
    if value and not re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
        raise ValueError("is not a whole number of people")
    return int(value) if value else None


def _flag(value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValueError("is neither yes nor no")
    return value == "yes"


_county = _matching(r"[0-9]{5}", "five digits")


def _counties(value: str) -> tuple[str, ...]:
    geoids = tuple(map(_county, value.split(COUNTY_SEPARATOR)))
    if len(set(geoids)) != len(geoids):
        raise ValueError("names a county twice")
    return geoids


_slug = _matching(r"[a-z0-9]+(-[a-z0-9]+)*", "lower-case letters and digits joined by hyphens")
_key = _matching(r"[0-9]{7}|[0-9]{10}|[a-z]{2}-[a-z0-9-]+", "seven or ten digits, or a state and a name")

Parser = Callable[[str], object]
Fault = Callable[[str, str, str], None]  # column, value, reason
_POINT: dict[str, Parser] = {"latitude": _degrees(90), "longitude": _degrees(180)}
_STATE: dict[str, Parser] = {
    "code": _matching(r"[A-Z]{2}", "two capital letters"),
    "name": _text,
    "fips": _matching(r"[0-9]{2}", "two digits"),
}
_COUNTY: dict[str, Parser] = {
    "geoid": _county,
    "state": _STATE["code"],
    "name": _text,
    "full_name": _text,
    "slug": _slug,
    **_POINT,
    "population": _count,
    "is_current": _flag,
}
_MUNICIPALITY: dict[str, Parser] = {
    "key": _key,
    "name": _text,
    "full_name": _text,
    "kind": _text,
    "counties": _counties,
    "slug": _slug,
    **_POINT,
    "population": _count,
}
_POLICING: dict[str, Parser] = {
    "key": _key,
    "policing": _matching(r"own|sheriff|other", "own, sheriff or other"),
    "source": _text,
}


Row = TypeVar("Row", StateRow, CountyRow, MunicipalityRow, PolicingRow)


class _Reader:
    """Reads tables of one folder and collects what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []

    def table(self, name: str, row_type: type[Row], parsers: dict[str, Parser]) -> Iterator[tuple[Row, Fault]]:
        """The good rows of `name`, each with a function that reports a fault of it found later."""
        path = self.folder / name
        if not path.is_file():
            self.problems.append(Problem(name, 1, "", "", "is missing"))
            return
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            header = next(lines, [])
            if header != list(parsers):
                self.problems.append(Problem(name, 1, "", ",".join(header), f"is not the header {','.join(parsers)}"))
                return
            seen: dict[str, int] = {}
            for cells in lines:
                fault = self._fault(name, lines.line_num)
                if len(cells) != len(parsers):
                    fault("", ",".join(cells), f"has {len(cells)} cells, not {len(parsers)}")
                    continue
                if cells[0] in seen:
                    fault(header[0], cells[0], f"stands in line {seen[cells[0]]} already")
                    continue
                seen[cells[0]] = lines.line_num
                row = self._row(row_type, parsers, cells, fault)
                if row is not None:
                    yield row, fault

    def _fault(self, name: str, line: int) -> Fault:
        return lambda column, value, reason: self.problems.append(Problem(name, line, column, value, reason))

    @staticmethod
    def _row(row_type: type[Row], parsers: dict[str, Parser], cells: list[str], fault: Fault) -> Row | None:
        values: dict[str, Any] = {}
        for (column, parse), cell in zip(parsers.items(), cells, strict=True):
            try:
                values[column] = parse(cell)
            except ValueError as error:
                fault(column, cell, str(error))
        if len(values) < len(parsers):
            return None
        if "latitude" in values and (values["latitude"] is None) != (values["longitude"] is None):
            fault("longitude", str(values["longitude"] or ""), "stands without its other half")
            return None
        return row_type(**values)


def read(folder: Path) -> Places:
    """The places of `folder`, checked row by row and against each other.

    Raises FixtureError, with every problem found, when a file or a cell is wrong, a county or state is not among those
    listed, a key or code stands twice, or two places would have one address.
    """
    reader = _Reader(folder)
    states = {row.code: row for row, _ in reader.table("states.csv", StateRow, _STATE)}
    counties: dict[str, CountyRow] = {}
    addresses: dict[tuple[str, str], str] = {}

    def claim(parent: str, slug: str, owner: str, fault: Fault) -> None:
        if (other := addresses.setdefault((parent, slug), owner)) != owner:
            fault("slug", slug, f"is the address of {other} already")

    for county, fault in reader.table("counties.csv", CountyRow, _COUNTY):
        if county.state not in states:
            fault("state", county.state, "is no state of states.csv")
        claim(county.state, county.slug, county.geoid, fault)
        counties[county.geoid] = county

    municipalities: dict[str, MunicipalityRow] = {}
    for path in sorted(folder.glob("[a-z][a-z].csv")):
        state = path.stem.upper()
        if state not in states:
            reader.problems.append(Problem(path.name, 1, "", state, "is no state of states.csv"))
        for row, fault in reader.table(path.name, MunicipalityRow, _MUNICIPALITY):
            for geoid in row.counties:
                if geoid not in counties or counties[geoid].state != state:
                    fault("counties", geoid, f"is no county of {state} in counties.csv")
            if municipalities.setdefault(row.key, row) is not row:
                fault("key", row.key, "is the key of another municipality")
            claim(row.counties[0], row.slug, row.key, fault)

    policing = []
    for known, fault in reader.table("policing.csv", PolicingRow, _POLICING):
        if known.key not in municipalities:
            fault("key", known.key, "is no municipality")
        policing.append(known)
    if reader.problems:
        raise FixtureError(reader.problems)
    return Places(list(states.values()), list(counties.values()), list(municipalities.values()), policing)


def write(folder: Path, places: Places) -> None:
    """Writes `places` as the files that `read` reads, sorted, so that the same places give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    state_of = {county.geoid: county.state for county in places.counties}
    by_state: dict[str, list[MunicipalityRow]] = {}
    for municipality in places.municipalities:
        by_state.setdefault(state_of[municipality.counties[0]], []).append(municipality)
    _write_table(folder / "states.csv", list(_STATE), places.states)
    _write_table(folder / "counties.csv", list(_COUNTY), places.counties)
    _write_table(folder / "policing.csv", list(_POLICING), places.policing)
    for state, rows in by_state.items():
        _write_table(folder / f"{state.lower()}.csv", list(_MUNICIPALITY), rows)


def _write_table(
    path: Path, header: list[str], rows: Sequence[StateRow | CountyRow | MunicipalityRow | PolicingRow]
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(header)
        lines.writerows(sorted([_cell(getattr(row, column)) for column in header] for row in rows))


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return COUNTY_SEPARATOR.join(value)
        case float():
            return f"{value:.4f}"  # eleven metres
        case _:
            return str(value)
