"""The table that stood on ICE's page until February 2025, saved as CSV: the participating list without TYPE and COUNTY.

It is known by its header, never by its name. Every cell of it is text.
"""

import csv
import io

from agreements.ice.workbook import MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Cell, RawSheet, SheetError

REQUIRED = ("STATE", "LAW ENFORCEMENT AGENCY", "SUPPORT TYPE")
#: How far into the file its header is looked for.
HEAD = 8_192
HEADER_WITHIN = 10


def is_list(content: bytes) -> bool:
    """Whether the bytes are text with a line that holds the columns of ICE's table."""
    head = content[:HEAD]
    if b"\0" in head or head.startswith((b"PK", b"%PDF", b"<")):
        return False
    lines = head.decode("utf-8-sig", errors="replace").splitlines()[:HEADER_WITHIN]
    return any(not set(REQUIRED) - {" ".join(text.split()).upper() for text in row} for row in csv.reader(lines))


def read(content: bytes) -> RawSheet:
    """The rows that are not blank, by the number that a spreadsheet gives them.

    Raises SheetError where the content is not text in UTF-8, a quotation mark is left open, or there are too many rows
    or columns.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetError(f"Expected a CSV list in UTF-8; found another encoding at byte {error.start:,}.") from error
    if "\0" in text:
        raise SheetError("Expected a CSV list; found bytes in it that are no text.")
    rows: dict[int, list[Cell]] = {}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise SheetError(f"Expected a CSV list; its line {reader.line_num:,} is damaged ({error}).") from error
        if row is None:
            return RawSheet("", rows)
        number += 1
        while row and not row[-1]:
            row.pop()
        if len(row) > MAX_COLUMNS:
            raise SheetError(f"Expected at most {MAX_COLUMNS} columns; row {number} has more.")
        if row and len(rows) == MAX_ROWS:
            raise SheetError(f"Expected at most {MAX_ROWS:,} rows; the list has more.")
        if row:
            # A spreadsheet that saved or opened the file would run it.
            rows[number] = [Cell(cell[:MAX_TEXT] or None, is_formula=cell.startswith("=")) for cell in row]
