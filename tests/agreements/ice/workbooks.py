"""Small workbooks with the layout, and the faults, of ICE's."""

import csv
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

PENDING = ("STATE", "LAW ENFORCEMENT AGENCY", "TYPE", "COUNTY", "SUPPORT TYPE")
PARTICIPATING = (*PENDING, "SIGNED", "MOA", "ADDENDUM")
#: The table that stood on ICE's page until February 2025.
TABLE = ("State", "Law Enforcement Agency", "Support Type", "Signed", "MOA", "Addendum")
SHEET = "xl/worksheets/sheet1.xml"


def workbook(
    *rows: Sequence[object],
    header: Sequence[object] = PARTICIPATING,
    links: Mapping[str, str] | None = None,
    second_sheet: bool = False,
) -> bytes:
    """An .xlsx workbook of `header` and `rows`, with `links` by cell ("G2")."""
    book = Workbook()
    sheet = book.active
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    for cell, address in (links or {}).items():
        sheet[cell].hyperlink = address
        sheet[cell].value = sheet[cell].value if sheet[cell].value != address else "link"
    if second_sheet:
        book.create_sheet("Sheet2").append(["stray"])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same workbook with the part `name` put in or replaced."""
    stream = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(stream, "w", ZIP_DEFLATED) as new:
        for item in old.infolist():
            if item.filename != name:
                new.writestr(item, old.read(item.filename))
        new.writestr(name, part)
    return stream.getvalue()


def with_sheet(rows: str | bytes, *, root: str = "worksheet") -> bytes:
    """A workbook whose sheet has `rows` as its XML; bytes stand for the whole part."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    part = rows if isinstance(rows, bytes) else f'<{root} xmlns="{namespace}">{rows}</{root}>'.encode()
    return with_part(workbook(), SHEET, part)


def sheet_part(content: bytes) -> bytes:
    """The XML of a workbook's first sheet."""
    with ZipFile(BytesIO(content)) as archive:
        return archive.read(SHEET)


def csv_list(*rows: Sequence[object], header: Sequence[object] = TABLE, encoding: str = "utf-8") -> bytes:
    """The same rows as a CSV, as a spreadsheet saves it."""
    stream = StringIO(newline="")
    csv.writer(stream).writerows([header, *rows])
    return stream.getvalue().encode(encoding)
