import struct
import tracemalloc
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest

from agreements.ice import workbook as reading
from agreements.ice.workbook import SheetError, read_sheets
from tests.agreements.ice.workbooks import SHEET, sheet_part, with_part, with_sheet, workbook


def cells(rows: str) -> dict[int, list[object]]:
    """The values by row of a sheet with `rows` as its XML."""
    sheet = next(read_sheets(with_sheet(f"<sheetData>{rows}</sheetData>")))
    return {number: [cell.value for cell in row] for number, row in sheet.rows.items()}


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


def test_read_sheets_unpacks_no_more_than_a_part_claims() -> None:
    content = bytearray(with_part(workbook(), "xl/sharedStrings.xml", b"<sst>" + b" " * 60_000_000))
    name = content.rindex(b"xl/sharedStrings.xml")
    content[name - 46 + 24 : name - 46 + 28] = struct.pack("<I", 100)

    tracemalloc.start()
    message = refusal(bytes(content))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert "damaged part xl/sharedStrings.xml" in message
    assert peak < 20_000_000


def test_read_sheets_refuses_a_part_packed_as_none_is() -> None:
    stream = BytesIO()
    with ZipFile(BytesIO(workbook())) as old, ZipFile(stream, "w", ZIP_LZMA) as new:
        for item in old.infolist():
            new.writestr(item.filename, old.read(item.filename))

    assert "packed in a way" in refusal(stream.getvalue())


@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "xl/worksheets/_rels/sheet1.xml.rels"])
@pytest.mark.parametrize("lead", [0, 10_000])
def test_read_sheets_refuses_a_document_type_anywhere(part: str, lead: int) -> None:
    content = workbook(["a"], links={"A2": "https://www.ice.gov/a.pdf"})
    with ZipFile(BytesIO(content)) as archive:
        old = archive.read(part).partition(b"?>\n")[2] or archive.read(part)
    new = b"<!--" + b"x" * lead + b'--><!DOCTYPE a [<!ENTITY b "c">]>' + old

    assert "document type" in refusal(with_part(content, part, new))


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="B1048576"><v>1</v></c></row>', "20,000 rows"),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "40 columns"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><f>A1</f></c></row>', "40 columns"),
        ('<row r="4294967297"><c><v>1</v></c></row>', "not in order"),
        ('<row r="1048577"><c><v>1</v></c></row>', "not in order"),
        ('<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>', "not in order"),
        ('<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>', "not in order"),
        ('<row r="1"><c r="A1048576"><v>1</v></c></row>', "not in order"),
        ('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', "not in order"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>', "not in order"),
        ('<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>', "not in order"),
        ('<row r="1"><c r="1"><v>1</v></c></row>', "column"),
        ('<row r="1"><c r="ABCD1"><v>1</v></c></row>', "column"),
        ('<row r="1"><c r="A1" t="s"><v>99</v></c></row>', "damaged sheet"),
        ('<row r="1"><c r="A1" t="str"><v><![CDATA[a]]></v></c></row>', "CDATA"),
        ('<x:row xmlns:x="x" r="9"><x:c r="XFD9"><x:v>1</x:v></x:c></x:row>', "40 columns"),
        ('</sheetData><sheetData><row r="1"><c r="A1"><v>1</v></c></row>', "two sets of rows"),
        ('</sheetData><row r="1"><c r="A1"><v>1</v></c></row><sheetData>', "not in order"),
    ],
)
def test_read_sheets_refuses_cells_that_would_be_misread_or_spread_out(rows: str, found: str) -> None:
    assert found in refusal(with_sheet(f"<sheetData>{rows}</sheetData>"))


def test_read_sheets_refuses_another_encoding() -> None:
    part = sheet_part(workbook(["a"])).decode().encode("utf-16")

    assert "not in UTF-8" in refusal(with_sheet(part))


def test_read_sheets_refuses_a_sheet_that_is_not_there() -> None:
    content = workbook()
    with ZipFile(BytesIO(content)) as archive:
        relations = archive.read("xl/_rels/workbook.xml.rels").replace(b"sheet1.xml", b"sheet9.xml")

    assert "no part xl/worksheets/sheet9.xml" in refusal(with_part(content, "xl/_rels/workbook.xml.rels", relations))


def test_read_sheets_takes_a_panic_for_a_damaged_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    panic = type("PanicException", (BaseException,), {})

    def fail(stream: BytesIO) -> None:
        raise panic("index out of bounds")

    monkeypatch.setattr(reading, "CalamineWorkbook", type("Broken", (), {"from_filelike": staticmethod(fail)}))

    assert "stopped its reader" in refusal(workbook(["a"]))


def test_read_sheets_lets_an_interruption_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(stream: BytesIO) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reading, "CalamineWorkbook", type("Slow", (), {"from_filelike": staticmethod(interrupt)}))

    with pytest.raises(KeyboardInterrupt):
        list(read_sheets(workbook(["a"])))


def test_read_sheets_gives_values_as_typed() -> None:
    typed = ["  a\n", 7, 1.5, True, False, 0, datetime(2025, 7, 2), datetime(2025, 7, 2, 9, 30), "#N/A", "x" * 3_000]

    row = next(read_sheets(workbook(typed))).rows[2]

    moments = [date(2025, 7, 2), datetime(2025, 7, 2, 9, 30)]
    assert [cell.value for cell in row] == ["  a\n", 7, 1.5, True, False, 0, *moments, "#N/A", "x" * 2_000]


@pytest.mark.parametrize(("system", "day"), [("0", date(2025, 7, 2)), ("1", date(2029, 7, 3))])
def test_read_sheets_counts_days_as_the_workbook_does(system: str, day: date) -> None:
    content = workbook([datetime(2025, 7, 2)])
    with ZipFile(BytesIO(content)) as archive:
        book = archive.read("xl/workbook.xml").replace(b"<workbookPr ", f'<workbookPr date1904="{system}" '.encode())

    assert next(read_sheets(with_part(content, "xl/workbook.xml", book))).rows[2][0].value == day


def test_read_sheets_gives_every_kind_of_cell() -> None:
    row = (
        '<row><c t="inlineStr"><is><r><t xml:space="preserve">a </t></r><r><t>b</t></r></is></c>'
        '<c t="b"><v>1</v></c><c t="str"><v>x&amp;y</v></c><c t="d"><v>2025-07-02T00:00:00</v></c>'
        '<c t="e"><v>#REF!</v></c><c s="0"/><c><v>NaN</v></c></row>'
    )

    (values,) = cells(row).values()

    assert values[:6] == ["a b", True, "x&y", datetime(2025, 7, 2), "#REF!", None]
    assert values[6] != values[6]


def test_read_sheets_gives_escaped_characters_but_no_nul() -> None:
    row = '<row><c t="inlineStr"><is><t>a_x000D_b_x0000_c</t></is></c></row>'

    assert cells(row) == {1: ["a\rb\ufffdc"]}


def test_read_sheets_keeps_formulas_as_text_whatever_their_value() -> None:
    row = (
        '<row r="3"><c r="B3" t="str"><f>TODAY()</f><v>x</v></c><c r="C3"><f t="shared" si="0" ref="C3:D3">B3</f></c>'
        '<c r="D3" t="e"><f t="shared" si="0"/><v>#N/A</v></c>'
        '<c r="E3"><f t="array" ref="E3">A1:A2</f><v>1</v></c></row>'
    )

    sheet = next(read_sheets(with_sheet(f"<sheetData>{row}</sheetData><extLst><f>1</f></extLst>")))

    assert [cell.value for cell in sheet.rows[3]] == [None, "=TODAY()", "=B3", "=B3", "=A1:A2"]
    assert [cell.is_formula for cell in sheet.rows[3]] == [False, True, True, True, True]


def test_read_sheets_is_not_led_by_prefixes_and_the_order_of_attributes() -> None:
    content = workbook(["link"], links={"A2": "https://www.ice.gov/a.pdf"})
    part = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:q="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><x:sheetData>'
        '<x:row r="2"><x:c t="str" r="A2"><x:v>link</x:v></x:c></x:row></x:sheetData>'
        "<x:hyperlinks><x:hyperlink q:id='rId1' display='A9' ref='$A$2:B3'/></x:hyperlinks></x:worksheet>"
    )

    sheet = next(read_sheets(with_part(content, SHEET, part.encode())))

    assert sheet.rows == {2: [reading.Cell("link", "https://www.ice.gov/a.pdf")]}


def test_read_sheets_takes_far_cells_without_a_value_for_nothing() -> None:
    rows = '<row r="2"><c r="B2"><v>1</v></c><c r="XFD2" s="1"/></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'

    assert cells(rows) == {2: [None, 1]}
