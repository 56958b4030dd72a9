"""The cells of an .xlsx workbook, read as from a stranger: bounded in memory, nothing run, nothing fetched.

What the file is comes from its bytes, never from its name. Values are streamed by openpyxl in its read-only mode,
whose memory does not grow with the sizes that a sheet claims; hyperlinks, which that mode leaves out, are read from
the sheet's own part and its relationships.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_from_string, get_column_letter

# ICE's largest workbook so far: 0.4 MB, 1.5 MB unpacked, 23 parts, 1,854 rows, 13 columns.
MAX_BYTES = 20_000_000
MAX_UNPACKED = 30_000_000
MAX_PARTS = 300
MAX_ROWS = 20_000
MAX_COLUMNS = 40
MAX_TEXT = 2_000  # characters in one cell

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LETTERS = [get_column_letter(number) for number in range(1, MAX_COLUMNS + 2)]
_RANGE = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]{1,7}")

Scalar = object  # str, int, float, bool, datetime, date, time or None


class SheetError(ValueError):
    """The file is no sheet of ICE's that can be read; the message says what was expected and what was found."""


@dataclass(frozen=True, slots=True)
class Cell:
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
    content = _content(source)
    with _archive(content) as archive:
        paths = _sheet_paths(archive)
        try:
            book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        except Exception as error:  # openpyxl raises whatever a damaged part makes it raise
            raise SheetError(
                f"Expected an .xlsx workbook; found one that cannot be opened ({_said(error)})."
            ) from error
        try:
            for sheet, path in zip(book.worksheets, paths, strict=False):
                links = _links(archive, path)
                sheet.reset_dimensions()  # a claim of the file's, often wrong
                yield RawSheet(sheet.title, _rows(sheet.iter_rows(max_col=MAX_COLUMNS + 1), links))
        finally:
            book.close()


def _content(source: Path | bytes) -> bytes:
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
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise SheetError(f"{expected}a damaged archive ({_said(error)}).") from error
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
    """The bytes of one part; b"" where there is none. No part of a workbook declares a document type."""
    try:
        content = archive.read(path)
    except KeyError:
        return b""
    except Exception as error:  # zlib's, lzma's and zipfile's own errors
        raise SheetError(f"Expected an .xlsx workbook; found a damaged part {path} ({_said(error)}).") from error
    if b"<!DOCTYPE" in content[:4_096]:
        raise SheetError(f"Expected an .xlsx workbook; its part {path} declares a document type, which none does.")
    return content


def _tree(archive: zipfile.ZipFile, path: str) -> ElementTree.Element | None:
    content = _part(archive, path)
    if not content:
        return None
    try:
        return ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise SheetError(f"Expected an .xlsx workbook; its part {path} is damaged ({error}).") from error


def _targets(archive: zipfile.ZipFile, path: str) -> dict[str, str]:
    """What the relationships of the part `path` lead to, by their id."""
    folder, name = posixpath.split(path)
    tree = _tree(archive, f"{folder}/_rels/{name}.rels")
    if tree is None:
        return {}
    return {item.get("Id", ""): item.get("Target", "") for item in tree.iter(f"{_RELATIONS}Relationship")}


def _sheet_paths(archive: zipfile.ZipFile) -> list[str]:
    """The parts of the worksheets, in the order of their tabs; chart sheets are none."""
    tree = _tree(archive, "xl/workbook.xml")
    targets = _targets(archive, "xl/workbook.xml")
    _part(archive, "xl/sharedStrings.xml")
    paths = []
    for sheet in tree.iter(f"{_MAIN}sheet") if tree is not None else ():
        target = targets.get(sheet.get(_ID, ""), "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if "chartsheet" not in path:
            paths.append(path)
    return paths


def _links(archive: zipfile.ZipFile, path: str) -> dict[tuple[int, str], str]:
    """The addresses of the sheet's hyperlinks by row and column letters; of a linked range, its first cell."""
    content = _part(archive, path)
    targets = _targets(archive, path)
    found: dict[tuple[int, str], str] = {}
    try:
        for _, element in ElementTree.iterparse(BytesIO(content)):
            if element.tag == f"{_MAIN}hyperlink" and (first := _RANGE.match(element.get("ref", ""))):
                column, row = coordinate_from_string(first[0])
                found[row, column] = targets.get(element.get(_ID, ""), "")
            elif element.tag == f"{_MAIN}row":
                element.clear()
    except ElementTree.ParseError as error:
        raise SheetError(f"Expected an .xlsx workbook; its part {path} is damaged ({error}).") from error
    return found


def _rows(stream: Iterator[tuple[object, ...]], links: dict[tuple[int, str], str]) -> dict[int, list[Cell]]:
    rows: dict[int, list[Cell]] = {}
    cells = enumerate(stream, start=1)
    while True:
        try:
            number, row = next(cells, (0, ()))
        except Exception as error:  # whatever a damaged part makes openpyxl raise
            raise SheetError(f"Expected an .xlsx workbook; found a damaged sheet ({_said(error)}).") from error
        if not number:
            return rows
        read = [_cell(cell, links.get((number, letter), "")) for cell, letter in zip(row, _LETTERS, strict=False)]
        while read and read[-1].value is None and not read[-1].link:
            read.pop()
        if len(read) > MAX_COLUMNS:
            raise SheetError(f"Expected at most {MAX_COLUMNS} columns; row {number} has more.")
        if not read:
            continue
        if len(rows) == MAX_ROWS:
            raise SheetError(f"Expected at most {MAX_ROWS:,} rows; the sheet has more.")
        rows[number] = read


def _cell(cell: object, link: str) -> Cell:
    value = getattr(cell, "value", None)
    if isinstance(value, str):
        value = value[:MAX_TEXT] or None
    return Cell(value, link[:MAX_TEXT], is_formula=getattr(cell, "data_type", "") == "f")


def _said(error: Exception) -> str:
    return str(error)[:120] or type(error).__name__
