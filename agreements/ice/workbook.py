"""The cells of an .xlsx workbook, read as from a stranger: bounded in memory, nothing run, nothing fetched.

What the file is comes from its bytes, never from its name. We unpack the few parts that hold a list, bounded, and look
through the sheet's XML ourselves: for the hyperlinks, formulas and error values, which calamine leaves out, and for
where its cells stand. Only then is calamine given those parts, in an archive of our own making, to read the values.
"""

import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineWorkbook

from agreements.ice.sheet_xml import (
    SheetError,
    SheetLook,
    check,
    elements,
    has_document_type,
    said,
    too_many_columns,
    too_many_rows,
)

__all__ = ["MAX_COLUMNS", "MAX_ROWS", "MAX_TEXT", "Cell", "RawSheet", "SheetError", "content_of", "read_sheets"]

# ICE's largest workbook so far: 0.4 MB, 1.5 MB unpacked, 23 parts, 1,854 rows, 13 columns.
MAX_BYTES = 20_000_000
MAX_UNPACKED = 30_000_000
MAX_PARTS = 300
MAX_ROWS = 20_000  # from the first row with a value to the last
MAX_COLUMNS = 40
MAX_TEXT = 2_000  # characters in one cell

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TRUE = ("1", "true")

# What calamine needs around the parts to find them.
_TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_ROOT = f"""<Relationships xmlns="{_RELATIONS}">
<Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>""".encode()
_BOOK = f"""<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr date1904="{{}}"/>
<sheets><sheet name="S" sheetId="1" r:id="r"/></sheets></workbook>"""
_BOOK_RELATIONS = f"""<Relationships xmlns="{_RELATIONS}">
<Relationship Id="r" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""".encode()

Scalar = object  # str, int, float, bool, datetime, date, time, timedelta or None


class Cell(NamedTuple):
    """A cell's value as typed, and its hyperlink's address, "" where it has none. A formula's value is its text."""

    value: Scalar
    link: str = ""
    is_formula: bool = False


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A worksheet's rows that are not blank, by their number (from 1), each a list of cells from column A on."""

    title: str
    rows: dict[int, list[Cell]]


def read_sheets(source: Path | bytes) -> Iterator[RawSheet]:
    """The worksheets of a workbook in their order, each read when it is asked for.

    Raises SheetError where `source` is no .xlsx workbook, is encrypted, holds macros, is too large (see the limits
    above) or is damaged, and OSError where a path cannot be read.
    """
    with _archive(content_of(source)) as archive:
        book = elements(_part(archive, "xl/workbook.xml"), "xl/workbook.xml")
        relations = _relations(archive, "xl/workbook.xml")
        system = any(kind == "workbookPr" and found.get("date1904", "") in _TRUE for kind, found in book)
        shared = {"xl/workbook.xml": _BOOK.format(int(system)).encode()}
        for name in ("sharedStrings", "styles"):
            path = next((target for kind, target in relations.values() if kind.endswith(f"/{name}")), f"xl/{name}.xml")
            if content := _part(archive, path):
                check(content, path)
                shared[f"xl/{name}.xml"] = content
        for kind, found in book:
            if kind == "sheet":
                relation, path = relations.get(found.get(f"{_OFFICE} id", ""), ("", ""))
                if not relation.endswith("/chartsheet"):
                    yield RawSheet(found.get("name", ""), _rows(archive, path, shared))


def content_of(source: Path | bytes) -> bytes:
    """The bytes of a file, which may not be larger than any list of ICE's could be."""
    if isinstance(source, bytes):
        content = source
    else:
        with source.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise SheetError(f"Expected a workbook of at most {MAX_BYTES // 1_000_000} MB; this file is larger.")
    return content


def _archive(content: bytes) -> zipfile.ZipFile:
    """The workbook as an open archive, its parts counted and weighed before one is unpacked."""
    expected = "Expected an .xlsx workbook; found "
    if not content:
        raise SheetError(f"{expected}an empty file.")
    if content.startswith(b"%PDF"):
        raise SheetError(f"{expected}a PDF.")
    if content.startswith(_OLD_OFFICE):
        raise SheetError(f"{expected}an encrypted workbook or one of the old .xls form.")
    if content.lstrip()[:1] == b"<":
        raise SheetError(f"{expected}a web page or other markup.")
    if not content.startswith(b"PK"):
        raise SheetError(f"{expected}a file of another kind.")
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except Exception as error:  # zipfile's own, and struct's and the codecs' for a directory that was changed
        raise SheetError(f"{expected}a damaged archive ({said(error)}).") from error
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
        raise SheetError(
            f"Expected at most {MAX_PARTS} parts and {MAX_UNPACKED // 1_000_000} MB unpacked; "
            f"found {len(parts)} parts and {unpacked / 1_000_000:.0f} MB."
        )
    if any(part.flag_bits & 1 for part in parts):
        raise SheetError(f"{expected}an encrypted archive.")
    if "xl/workbook.xml" not in names:
        raise SheetError(f"{expected}an archive without a workbook in it.")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise SheetError(f"{expected}one with macros, which ICE's do not have.")
    return archive


def _part(archive: zipfile.ZipFile, path: str) -> bytes:
    """The bytes of one part, b"" where there is none: UTF-8, without a document type, as a workbook's parts are."""
    try:
        part = archive.getinfo(path)
    except KeyError:
        return b""
    # Of the other methods zipfile unpacks a block of any size at once.
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SheetError(f"Expected an .xlsx workbook; its part {path} is packed in a way that none is.")
    try:
        with archive.open(part) as stream:
            content = stream.read(part.file_size + 1)  # a size bounds what is unpacked, whatever the part holds
    except Exception as error:  # zlib's and zipfile's own errors
        raise SheetError(f"Expected an .xlsx workbook; found a damaged part {path} ({said(error)}).") from error
    if b"<!DOCTYPE" in content[:4_096]:
        raise has_document_type(path)
    if b"\0" in content:
        raise SheetError(f"Expected an .xlsx workbook; its part {path} is not in UTF-8.")
    return content


def _relations(archive: zipfile.ZipFile, path: str) -> dict[str, tuple[str, str]]:
    """The kind and target of the relationships of the part `path`, by their id: a path in the archive or an address."""
    folder, name = posixpath.split(path)
    part = f"{folder}/_rels/{name}.rels"
    content = _part(archive, part)
    found = {}
    for kind, item in elements(content, part) if content else ():
        target = item.get("Target", "")
        if item.get("TargetMode", "") != "External":
            inside = posixpath.normpath(posixpath.join(folder, target))
            target = target.lstrip("/") if target.startswith("/") else inside
        if kind == "Relationship":
            found[item.get("Id", "")] = (item.get("Type", ""), target)
    return found


def _rows(archive: zipfile.ZipFile, path: str, shared: dict[str, bytes]) -> dict[int, list[Cell]]:
    content = _part(archive, path)
    if not content:
        raise SheetError(f"Expected an .xlsx workbook; found no part {path} for a sheet that it names.")
    look = SheetLook(content, path, MAX_ROWS, MAX_COLUMNS)
    relations = _relations(archive, path) if look.links else {}
    links = {place: relations.get(key, ("", ""))[1] for place, key in look.links.items()}
    rows: dict[int, list[Cell]] = {}
    if look.first:
        (top, left), values = _values({**shared, "xl/worksheets/sheet1.xml": content})
        blank = [""] * len(values[0] if values else "")
        margin = [Cell(None)] * left
        for number, printed in enumerate(values, start=top + 1):
            if printed != blank:
                rows[number] = [*margin, *map(_cell, printed)]
    for (number, column), text in look.errors.items():
        _put(rows, number, column, _cell(text))
    for (number, column), text in look.formulas.items():
        _put(rows, number, column, Cell(f"={text}"[:MAX_TEXT], is_formula=True))
    for (number, column), address in links.items():
        if address:
            _put(rows, number, column, None, address[:MAX_TEXT])
    for row in rows.values():
        while row and row[-1].value is None and not row[-1].link:
            row.pop()
    return {number: rows[number] for number in sorted(rows) if rows[number]}


def _put(rows: dict[int, list[Cell]], number: int, column: int, cell: Cell | None, link: str = "") -> None:
    """Sets a cell, or only the link of the one that is there; the row grows to it."""
    row = rows.setdefault(number, [])
    if column > MAX_COLUMNS:
        raise too_many_columns(number, MAX_COLUMNS)
    if len(rows) > MAX_ROWS:
        raise too_many_rows(MAX_ROWS)
    row.extend([Cell(None)] * (column - len(row)))
    row[column - 1] = cell or row[column - 1]._replace(link=link)


def _cell(value: object) -> Cell:
    """A cell of what calamine gives: "" is an empty one."""
    if type(value) is str:
        # An escaped NUL (_x0000_) is no text, and no database keeps it.
        return Cell(value[:MAX_TEXT].replace("\0", "\ufffd") or None)
    return Cell(value)


def _values(parts: dict[str, bytes]) -> tuple[tuple[int, int], Sequence[Sequence[object]]]:
    """The values of the one sheet among `parts`, and the row and column (from 0) where they start."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _ROOT)
        archive.writestr("xl/_rels/workbook.xml.rels", _BOOK_RELATIONS)
        for name, content in parts.items():
            archive.writestr(name, content)
    stream.seek(0)
    try:
        with CalamineWorkbook.from_filelike(stream) as book:
            sheet = book.get_sheet_by_index(0)
            return sheet.start or (0, 0), sheet.to_python()
    except Exception as error:
        raise SheetError(f"Expected an .xlsx workbook; found a damaged sheet ({said(error)}).") from error
    except BaseException as error:
        # A panic of the Rust library is no Exception, and its class is importable from nowhere.
        if type(error).__name__ != "PanicException":
            raise
        raise SheetError("Expected an .xlsx workbook; found a sheet that stopped its reader.") from error
