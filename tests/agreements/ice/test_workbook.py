from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from agreements.ice import workbook as reading
from agreements.ice.workbook import SheetError, read_sheets
from tests.agreements.ice.workbooks import with_part, workbook


def refusal(source: bytes | Path) -> str:
    with pytest.raises(SheetError) as error:
        list(read_sheets(source))
    return str(error.value)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted"),
        (b"\n<!DOCTYPE html><title>287(g)</title>", "a web page"),
        (b"STATE,TYPE\n", "another kind"),
        (b"PK\x03\x04 cut short", "damaged"),
    ],
)
def test_read_sheets_names_what_is_no_workbook(content: bytes, found: str) -> None:
    message = refusal(content)

    assert message.startswith("Expected an .xlsx workbook; found ")
    assert found in message


def test_read_sheets_refuses_another_archive() -> None:
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")

    assert "without a workbook" in refusal(stream.getvalue())


def test_read_sheets_refuses_a_zip_bomb_before_unpacking_it() -> None:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(reading.MAX_UNPACKED + 1))

    assert "unpacked" in refusal(stream.getvalue())


def test_read_sheets_refuses_too_many_parts() -> None:
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for number in range(reading.MAX_PARTS + 1):
            archive.writestr(f"part{number}", b"")

    assert f"{reading.MAX_PARTS + 1} parts" in refusal(stream.getvalue())


def test_read_sheets_refuses_too_large_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook())
    monkeypatch.setattr(reading, "MAX_BYTES", 1_000)

    assert "larger" in refusal(path)


def test_read_sheets_refuses_macros() -> None:
    assert "macros" in refusal(with_part(workbook(), "xl/vbaProject.bin", b"x"))


def test_read_sheets_refuses_a_document_type() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><sst>&b;</sst>'

    assert "document type" in refusal(with_part(workbook(), "xl/sharedStrings.xml", bomb))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_read_sheets_refuses_a_damaged_part(part: str) -> None:
    assert "Expected an .xlsx workbook" in refusal(with_part(workbook(), part, b"<broken"))


def test_read_sheets_refuses_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 3)

    assert "at most 3 rows" in refusal(workbook(["a"], ["b"], ["c"]))


def test_read_sheets_refuses_too_many_columns() -> None:
    assert "columns" in refusal(workbook(header=["x"] * (reading.MAX_COLUMNS + 1)))


def test_read_sheets_is_not_led_by_claimed_sizes() -> None:
    content = workbook(["FLORIDA"])
    with ZipFile(BytesIO(content)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml").replace(b'ref="A1:H2"', b'ref="A1:XFD1048576"')
    merged = part.replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')

    sheet = next(read_sheets(with_part(content, "xl/worksheets/sheet1.xml", merged)))

    assert b"XFD1048576" in part
    assert list(sheet.rows) == [1, 2]


def test_read_sheets_keeps_row_numbers_and_leaves_blank_rows_out() -> None:
    sheet = next(read_sheets(workbook([], ["FLORIDA"], [None, None], ["TEXAS"])))

    assert list(sheet.rows) == [1, 3, 5]
    assert sheet.rows[5][0].value == "TEXAS"


def test_read_sheets_gives_links_and_formulas() -> None:
    content = workbook(["=1+1", None, "link"], header=["a"], links={"C2": "https://www.ice.gov/a.pdf"})

    row = next(read_sheets(content)).rows[2]

    assert row[0].is_formula
    assert row[2].link == "https://www.ice.gov/a.pdf"


def test_read_sheets_gives_every_worksheet_in_order() -> None:
    titles = [sheet.title for sheet in read_sheets(workbook(second_sheet=True))]

    assert titles == ["Sheet", "Sheet2"]


def test_read_sheets_refuses_an_encrypted_archive() -> None:
    content = bytearray(workbook())
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert "encrypted archive" in refusal(bytes(content))


def test_read_sheets_refuses_a_part_whose_bytes_were_changed() -> None:
    content = bytearray(workbook())
    start = content.index(b"xl/workbook.xml") + len("xl/workbook.xml")
    content[start : start + 20] = bytes(20)

    assert "damaged part xl/workbook.xml" in refusal(bytes(content))
