"""ICE's two lists as rows: what was printed, what it says, and every cell that could not be taken at its word.

A sheet has the columns of one of two layouts, found by their names; the participating list is the one with SIGNED. A
row that names an agency is always kept, whatever else is wrong with it: what cannot be read is empty and is a problem.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from agreements.ice import cells, csv_list
from agreements.ice.links import unwrap, without_mailboxes
from agreements.ice.workbook import Cell, RawSheet, SheetError, content_of, read_sheets

__all__ = ["IceList", "ParsedRow", "ParsedSheet", "Problem", "SheetError", "read_workbook"]

IceList: TypeAlias = Literal["participating", "pending"]

REQUIRED = ("STATE", "LAW ENFORCEMENT AGENCY", "TYPE", "SUPPORT TYPE")
SIGNED = "SIGNED"
COLUMNS = (*REQUIRED, "COUNTY", SIGNED, "MOA", "ADDENDUM")
_KNOWN = {name: name for name in COLUMNS}
#: Other names that ICE gave a column, read without a word.
ALSO_CALLED = {"DATE SIGNED": SIGNED, "SIGNED DATE": SIGNED, "MOA SIGNED": SIGNED}
#: The header stands in row 1; a title above it would not throw us.
HEADER_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that was not taken at its word: its sheet row (the header's is 1), column, text and the reason.

    `column` is "" where the whole row is meant.
    """

    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        where = f"row {self.row}" + (f", {self.column}" if self.column else "")
        return f"{where}: {self.value!r} {self.reason}"


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One agency and program as printed and as read.

    `printed` holds the cells that are not empty by column, as typed: blanks, case and slips kept, a true date as
    2025-07-02, a formula as its text; of an address only its target, and no mailbox. What follows is read from them
    and is "" or None where it could not be: `state` a postal code, `agency_type` county, municipality, state or
    tribal, `program` tfm, jem, wso or ttfm. `county` is as printed, tidied, "" for #N/A.
    """

    number: int
    printed: Mapping[str, str]
    state: str
    agency: str
    agency_type: str
    county: str
    program: str
    signed_on: date | None
    moa_url: str
    addendum_url: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ParsedSheet:
    """A sheet of ICE's: the list whose layout it has, the columns found, its rows in order, and all its problems.

    `problems` are those of the rows and, besides, those of the header and of rows that had to be left out.
    """

    layout: IceList
    columns: tuple[str, ...]
    rows: tuple[ParsedRow, ...]
    problems: tuple[Problem, ...]


def read_workbook(source: Path | bytes, *, published_on: date, expected_list: IceList | None = None) -> ParsedSheet:
    """The first worksheet of `source`, published by ICE on `published_on`. A header without rows is an empty list.

    A CSV of the table that stood on ICE's page before February 2025 is read as well; it may lack TYPE.

    Raises SheetError where it is no workbook and no such CSV, has not ICE's columns, or has not the layout of
    `expected_list` (None takes either), and OSError where a path cannot be read.
    """
    content = content_of(source)
    required: Sequence[str] = REQUIRED
    if csv_list.is_list(content):
        sheet: RawSheet | None = csv_list.read(content)
        required = csv_list.REQUIRED
    else:
        sheet = next(iter(read_sheets(content)), None)
    if sheet is None:
        raise SheetError("Expected a workbook with ICE's list on its first sheet; found no worksheet in it.")
    header, columns, problems = _header(sheet, required)
    layout: IceList = "participating" if SIGNED in columns.values() else "pending"
    if expected_list is not None and layout != expected_list:
        raise SheetError(
            f"Expected the {expected_list} list; found the {layout} list's columns: {', '.join(columns.values())}."
        )
    rows = []
    for number, raw in sheet.rows.items():
        if number <= header:
            continue
        named = {columns[place]: cell for place, cell in enumerate(raw) if place in columns}
        row = _row(number, named, layout, published_on)
        strays = [
            Problem(number, "", _text(cell), "stands in a column without a heading; not read")
            for place, cell in enumerate(raw)
            if place not in columns and _text(cell).strip()
        ]
        problems += [*row.problems, *strays]
        if row.agency:
            rows.append(row)
        elif row.printed:
            problems.append(Problem(number, "", " | ".join(row.printed.values()), "names no agency; left out"))
    return ParsedSheet(layout, tuple(columns.values()), tuple(rows), tuple(problems))


def _header(sheet: RawSheet, required: Sequence[str]) -> tuple[int, dict[int, str], list[Problem]]:
    """The header's row, its columns by their place (from 0), and what was wrong with it."""
    first: list[str] = []
    for number, raw in sheet.rows.items():
        if number > HEADER_WITHIN:
            break
        texts = [cells.tidy(_text(cell)) for cell in raw]
        first = first or [text for text in texts if text]
        columns, problems = _columns(number, texts)
        if not set(required) - set(columns.values()):
            return number, columns, problems
    found = ", ".join(first)[:200] or "nothing"
    raise SheetError(f"Expected the columns {', '.join(required)} on the first sheet; found {found}.")


def _columns(number: int, texts: list[str]) -> tuple[dict[int, str], list[Problem]]:
    columns: dict[int, str] = {}
    problems = []
    for place, text in enumerate(texts):
        upper = text.upper()
        name = _KNOWN.get(upper) or ALSO_CALLED.get(upper) or (cells.nearest(upper, _KNOWN) if upper else "")
        if name and name in columns.values():
            problems.append(Problem(number, name, text, "stands twice; the first is read"))
        elif name:
            columns[place] = name
            if name != upper and upper not in ALSO_CALLED:
                problems.append(Problem(number, name, text, f"read as {name}"))
        elif text:
            problems.append(Problem(number, "", text, "is no column known to us; not read"))
    return columns, problems


def _row(number: int, named: Mapping[str, Cell], layout: IceList, published_on: date) -> ParsedRow:
    problems: list[Problem] = []
    texts = {column: _text(cell) for column, cell in named.items()}
    clean = {column: without_mailboxes(text) for column, text in texts.items()}
    printed = {column: clean[column] for column, text in texts.items() if text.strip()}

    def note(column: str, reason: str, value: str | None = None) -> None:
        if reason:
            problems.append(Problem(number, column, printed.get(column, "") if value is None else value, reason))

    for column, cell in named.items():
        if cell.is_formula:
            note(column, "is a formula; only values are read")
            texts[column] = clean[column] = ""
        elif clean[column] != texts[column]:
            note(column, "held a mailbox or a wrapped address, left out")
    agency = cells.tidy(clean.get("LAW ENFORCEMENT AGENCY", ""))
    if not printed or not agency:
        return ParsedRow(number, printed, "", "", "", "", "", None, "", "", ())

    state, fault = cells.read_state(texts.get("STATE", ""))
    note("STATE", fault)
    agency_type, fault = cells.read_type(texts.get("TYPE", ""))
    note("TYPE", fault)
    program, fault = cells.read_program(texts.get("SUPPORT TYPE", ""))
    note("SUPPORT TYPE", fault)
    signed_on = None
    if layout == "participating" and not (SIGNED in named and named[SIGNED].is_formula):
        signed_on, fault = cells.read_signed(named[SIGNED].value if texts.get(SIGNED) else "", published_on)
        note(SIGNED, fault)
    links = {}
    for column in ("MOA", "ADDENDUM"):
        cell = named.get(column, Cell(None))
        address = cell.link or (texts.get(column, "").strip() if "://" in texts.get(column, "") else "")
        link = unwrap(address) if address else None
        links[column] = link.url if link else ""
        note(column, link.fault if link else "", value=link.url if link else "")
    return ParsedRow(
        number=number,
        printed=printed,
        state=state,
        agency=agency,
        agency_type=agency_type,
        county=cells.read_county(clean.get("COUNTY", "")),
        program=program,
        signed_on=signed_on,
        moa_url=links["MOA"],
        addendum_url=links["ADDENDUM"],
        problems=tuple(problems),
    )


def _text(cell: Cell) -> str:
    """The cell as text: a date as 2025-07-02, with its time where it has one; a whole number without a point."""
    match cell.value:
        case None:
            return ""
        case str() as text:
            return text
        case datetime() as moment:
            return (
                moment.date().isoformat()
                if moment == datetime.combine(moment.date(), datetime.min.time())
                else (moment.isoformat(sep=" "))
            )
        case float() as number if number.is_integer():
            return str(int(number))
        case other:
            return str(other)
