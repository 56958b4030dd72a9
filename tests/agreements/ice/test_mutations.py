"""Sheets as nobody should make them: whatever they hold, SheetError or a reading in which no row is lost."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from math import isfinite
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from agreements.ice.parse import ParsedSheet, SheetError, read_workbook
from tests.agreements.ice.workbooks import PARTICIPATING, TABLE, csv_list, sheet_part, with_sheet, workbook

DAY = date(2026, 5, 18)
GOOD = ["FLORIDA", "Doral Police Department", "Municipality", "Miami-Dade", "Task Force Model", "1/7/2026", "link", ""]

repeatable = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", " ", "\xa0", "\n", "#N/A", "link", "=1+1", "a_x000D_b", "\x00\x07", "x" * 5_000, "\u202e", '"']
    ),
    st.sampled_from(["05/082025", "7/72025", "20255", "2-Jul-25", "July 2, 2025", "1/1/5025", "2025-07-02T10:00"]),
    st.sampled_from(["https://x.test/@", "http:/www.ice.gov/a", "x-extension://a/https%3A%2F%2Fb", "://[", "a@b.gov"]),
)
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    texts,
    st.datetimes(min_value=datetime(1900, 3, 1)),
    st.dates(min_value=date(1900, 3, 1)),
    st.sampled_from([time(1, 2), timedelta(days=45_785), 10**18, 1e308, -1, 45_785, 7_072_025, datetime(9999, 12, 31)]),
)
headings = st.one_of(st.none(), st.sampled_from([*PARTICIPATING, "SIGNE", "Adendum", "NOTE", ""]), texts)
rows = st.lists(st.one_of(st.just([]), st.just([None, " "]), st.lists(cells, max_size=10), st.just(GOOD)), max_size=8)
headers = st.one_of(
    st.just(list(PARTICIPATING)),
    st.permutations(PARTICIPATING),
    st.lists(headings, max_size=12),
    st.builds(lambda names, more: [*names, *more], st.permutations(PARTICIPATING), st.lists(headings, max_size=4)),
)


def read(content: bytes) -> ParsedSheet | None:
    """The sheet, None where it is refused; any other error fails the test."""
    try:
        return read_workbook(content, published_on=DAY)
    except SheetError:
        return None


def as_written(value: object, is_workbook: bool) -> object:
    """A value as the maker of the file writes it: openpyxl takes no control characters and leaves NaN and inf out."""
    if isinstance(value, float) and is_workbook:
        return value if isfinite(value) else None
    if isinstance(value, str):
        kept = value.encode("utf-8", "replace").decode()
        return ILLEGAL_CHARACTERS_RE.sub("", kept).replace("\ufffe", "").replace("\uffff", "") if is_workbook else kept
    return value


def is_blank(row: Sequence[object]) -> bool:
    return not any(str(value).strip() for value in row if value is not None)


def assert_nothing_lost(sheet: ParsedSheet, written: Sequence[Sequence[object]]) -> None:
    """Each of the rows below the header, which stands in the first, was read or is named by a problem."""
    told = {row.number for row in sheet.rows} | {problem.row for problem in sheet.problems}
    filled = {number for number, row in enumerate(written, start=1) if number > 1 and not is_blank(row)}
    assert filled <= told


@repeatable
@given(headers, rows)
def test_workbook_of_any_cells_is_read_whole_or_refused(header: list[object], body: list[list[object]]) -> None:
    written = [[as_written(value, is_workbook=True) for value in row] for row in [header, *body]]

    sheet = read(workbook(*written[1:], header=written[0]))

    if sheet is not None:
        assert_nothing_lost(sheet, written)


@repeatable
@given(st.lists(cells, min_size=1, max_size=8))
def test_row_of_any_cells_below_a_good_header_is_read(row: list[object]) -> None:
    row = [as_written(value, is_workbook=True) for value in row]

    sheet = read(workbook(row, GOOD))

    assert sheet is not None
    assert [read_row.number for read_row in sheet.rows][-1] == 3
    assert_nothing_lost(sheet, [PARTICIPATING, row, GOOD])


@repeatable
@given(st.permutations(TABLE), rows, st.sampled_from(["utf-8", "utf-8-sig"]))
def test_csv_of_any_cells_is_read_whole_or_refused(header: list[str], body: list[list[object]], encoding: str) -> None:
    written = [[as_written(value, is_workbook=False) for value in row] for row in [header, *body]]

    sheet = read(csv_list(*written[1:], header=written[0], encoding=encoding))

    if sheet is not None:
        assert_nothing_lost(sheet, written)


def assert_refused_or_whole(content: bytes) -> None:
    """A file that is not refused gives rows of which each names an agency, once a number, and no day that cannot be."""
    sheet = read(content)
    if sheet is None:
        return
    numbers = [row.number for row in sheet.rows]
    assert numbers == sorted(set(numbers))
    assert all(row.agency and row.printed for row in sheet.rows)
    assert all(row.signed_on is None or date(1996, 1, 1) <= row.signed_on <= DAY for row in sheet.rows)
    assert {problem for row in sheet.rows for problem in row.problems} <= set(sheet.problems)


def damaged(content: bytes, cut: int, flips: list[tuple[int, int]]) -> bytes:
    """The bytes with some of them changed, and cut short."""
    changed = bytearray(content)
    for place, value in flips:
        changed[place % len(changed)] ^= value
    return bytes(changed[: len(changed) - cut % len(changed)])


WORKBOOK = workbook(GOOD, [*GOOD[:5], datetime(2026, 1, 7), "link"], links={"G2": "https://www.ice.gov/a.pdf"})
flips = st.lists(st.tuples(st.integers(0, 2**32), st.integers(1, 255)), max_size=12)
cuts = st.one_of(st.just(0), st.integers(0, 2**32))


@repeatable
@given(cuts, flips)
@pytest.mark.parametrize("content", [WORKBOOK, csv_list(GOOD, GOOD)], ids=["workbook", "csv"])
def test_damaged_bytes_are_refused_or_read(content: bytes, cut: int, flips: list[tuple[int, int]]) -> None:
    assert_refused_or_whole(damaged(content, cut, flips))


@repeatable
@given(cuts, flips)
def test_damaged_xml_is_refused_or_read(cut: int, flips: list[tuple[int, int]]) -> None:
    assert_refused_or_whole(with_sheet(damaged(sheet_part(WORKBOOK), cut, flips)))


@repeatable
@given(st.binary(max_size=300))
def test_any_bytes_are_refused(content: bytes) -> None:
    assert read(content) is None


positions = st.one_of(
    st.sampled_from(["A1", "B7", "XFD1048576", "AN20001", "a1", "1A", "", "A0", "ZZZZ9", "A99999999999", "\u0661"]),
    st.from_regex(r"[A-Z]{1,2}[0-9]{1,6}", fullmatch=True),
)
kinds = st.sampled_from(["", "s", "b", "e", "d", "n", "str", "inlineStr", "z"])
contents = st.sampled_from(
    ["", "<v/>", "<v>0</v>", "<v>-1</v>", "<v>99</v>", "<v>1e999</v>", "<v>NaN</v>", "<v>#N/A</v>", "<v>45785</v>"]
    + ["<f>1</f>", "<f t='shared' si='0'/>", "<is><t>a</t></is>", "<is/>", "<v>1</v><v>2</v>", "<c r='A9'><v>1</v></c>"]
)
xml_cells = st.builds("<c r='{}' t='{}'>{}</c>".format, positions, kinds, contents)
bare_cells = st.builds("<c t='{}'>{}</c>".format, kinds, contents)
xml_rows = st.builds(
    lambda number, cells: f"<row{number}>{''.join(cells)}</row>",
    st.one_of(st.just(""), st.builds(" r='{}'".format, st.sampled_from([0, 1, 2, 20_001, 1_048_576, 2**32, "x", -1]))),
    st.lists(st.one_of(xml_cells, bare_cells), max_size=4),
)


@repeatable
@given(st.lists(xml_rows, max_size=4))
def test_any_cell_references_are_refused_or_read(rows: list[str]) -> None:
    with ZipFile(BytesIO(WORKBOOK)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml").decode()

    assert_refused_or_whole(with_sheet(part.replace("</sheetData>", f"{''.join(rows)}</sheetData>").encode()))
