from datetime import date, datetime
from pathlib import Path

import pytest

from agreements.ice.parse import SheetError, read_workbook
from tests.agreements.ice.workbooks import PARTICIPATING, PENDING, TABLE, csv_list, workbook

DAY = date(2026, 5, 18)
MOA = "https://www.ice.gov/doclib/287gMOA/a.pdf"
HIALEAH = ["FLORIDA ", "  Hialeah  Police\xa0Department ", "Municipality", "#N/A", "Task Force Model ", None, "link"]


def test_row_is_kept_as_printed_and_read() -> None:
    row = [*HIALEAH[:5], datetime(2025, 7, 2), "link\xa0|\xa0addendum", "link"]
    content = workbook(row, links={"G2": MOA, "H2": f"{MOA}?b=1"})

    sheet = read_workbook(content, published_on=DAY, expected_list="participating")

    (parsed,) = sheet.rows
    assert sheet.layout == "participating"
    assert sheet.problems == ()
    assert parsed.printed == {
        "STATE": "FLORIDA ",
        "LAW ENFORCEMENT AGENCY": "  Hialeah  Police\xa0Department ",
        "TYPE": "Municipality",
        "COUNTY": "#N/A",
        "SUPPORT TYPE": "Task Force Model ",
        "SIGNED": "2025-07-02",
        "MOA": "link\xa0|\xa0addendum",
        "ADDENDUM": "link",
    }
    assert (parsed.number, parsed.state, parsed.agency) == (2, "FL", "Hialeah Police Department")
    assert (parsed.agency_type, parsed.county, parsed.program) == ("municipality", "", "tfm")
    assert parsed.signed_on == date(2025, 7, 2)
    assert (parsed.moa_url, parsed.addendum_url) == (MOA, f"{MOA}?b=1")


def test_columns_are_found_by_name_whatever_their_place() -> None:
    header = ["SUPPORT TYPE", None, " law enforcement  agency", "State ", "TYPE", None, None]

    sheet = read_workbook(
        workbook(["Task Force Model", None, "Doral Police Department", "FLORIDA", "Municipality"], header=header),
        published_on=DAY,
    )

    assert sheet.layout == "pending"
    assert sheet.rows[0].agency == "Doral Police Department"
    assert sheet.rows[0].signed_on is None
    assert sheet.problems == ()


def test_misspelt_header_is_read_and_said() -> None:
    header = ["STATE", "LAW ENFORCEMENT AGENCEY", "TYPE", "COUNTY", "SUPPORT TYPE"]

    sheet = read_workbook(workbook(header=header), published_on=DAY)

    assert "LAW ENFORCEMENT AGENCY" in sheet.columns
    assert [(problem.row, problem.reason) for problem in sheet.problems] == [(1, "read as LAW ENFORCEMENT AGENCY")]


def test_second_column_of_a_name_and_unknown_columns_are_said() -> None:
    sheet = read_workbook(
        workbook(["FLORIDA", "Davie PD", "Municipality", "", "TFM", "TEXAS", "x"], header=[*PENDING, "STATE", "NOTE"]),
        published_on=DAY,
    )

    assert sheet.rows[0].state == "FL"
    assert [problem.reason for problem in sheet.problems if problem.row == 1] == [
        "stands twice; the first is read",
        "is no column known to us; not read",
    ]
    assert {problem.value for problem in sheet.problems if problem.row == 2} == {"TEXAS", "x"}


def test_header_without_rows_is_an_empty_list() -> None:
    sheet = read_workbook(workbook(header=PENDING), published_on=DAY, expected_list="pending")

    assert sheet.rows == ()


def test_stray_second_sheet_is_not_read() -> None:
    sheet = read_workbook(workbook(HIALEAH, second_sheet=True), published_on=DAY)

    assert len(sheet.rows) == 1


def test_wrong_columns_are_named() -> None:
    with pytest.raises(SheetError, match="Expected the columns STATE, .* found Name, Age"):
        read_workbook(workbook(["x", 1], header=["Name", "Age"]), published_on=DAY)


def test_title_above_the_header_is_passed_over() -> None:
    sheet = read_workbook(workbook(PENDING, HIALEAH[:5], header=["287(g) agencies"]), published_on=DAY)

    assert [row.number for row in sheet.rows] == [3]


def test_header_far_below_is_not_looked_for() -> None:
    rows = [[f"note {number}"] for number in range(10)]

    with pytest.raises(SheetError, match="found 287"):
        read_workbook(workbook(*rows, PENDING, HIALEAH[:5], header=["287(g) agencies"]), published_on=DAY)


def test_blank_workbook_is_named() -> None:
    with pytest.raises(SheetError, match="found nothing"):
        read_workbook(workbook(header=[]), published_on=DAY)


@pytest.mark.parametrize(("header", "expected"), [(PENDING, "participating"), (PARTICIPATING, "pending")])
def test_layout_of_the_other_list_is_refused(header: tuple[str, ...], expected: str) -> None:
    with pytest.raises(SheetError, match=f"Expected the {expected} list; found"):
        read_workbook(workbook(header=header), published_on=DAY, expected_list=expected)


@pytest.mark.parametrize(
    ("column", "value", "field", "empty"),
    [
        (0, "GONDOR", "state", ""),
        (2, "Federal", "agency_type", ""),
        (4, "Hybrid Model", "program", ""),
        (5, datetime(5025, 7, 7), "signed_on", None),
        (5, "soon", "signed_on", None),
        (5, None, "signed_on", None),
        (5, "=TODAY()", "signed_on", None),
        (3, "=A1", "county", ""),
    ],
)
def test_cell_that_cannot_be_read_is_empty_and_a_problem(column: int, value: object, field: str, empty: object) -> None:
    row = ["FLORIDA", "Doral PD", "Municipality", "#N/A", "Task Force Model", datetime(2026, 1, 7), "link"]
    row[column] = value

    sheet = read_workbook(workbook(row), published_on=DAY)

    (problem,) = sheet.rows[0].problems
    assert getattr(sheet.rows[0], field) == empty
    assert (problem.row, problem.column) == (2, PARTICIPATING[column])
    assert str(problem).startswith(f"row 2, {PARTICIPATING[column]}: ")
    assert sheet.problems == sheet.rows[0].problems


def test_signed_text_with_a_slash_missing_is_read_and_noted() -> None:
    sheet = read_workbook(workbook([*HIALEAH[:5], "05/082025"]), published_on=DAY)

    assert sheet.rows[0].signed_on == date(2025, 5, 8)
    assert sheet.problems[0].value == "05/082025"


def test_row_without_an_agency_is_a_problem_and_left_out() -> None:
    sheet = read_workbook(workbook(["FLORIDA", None, "County"], [None], HIALEAH), published_on=DAY)

    assert [row.number for row in sheet.rows] == [4]
    assert (sheet.problems[0].row, sheet.problems[0].value) == (2, "FLORIDA | County")


def test_value_without_a_heading_is_a_problem() -> None:
    row = [*HIALEAH[:5], datetime(2025, 7, 2), "link", None, "stray"]

    sheet = read_workbook(workbook(row), published_on=DAY)

    assert [(problem.row, problem.value) for problem in sheet.problems] == [(2, "stray")]


def test_wrapped_link_leaves_no_trace_of_its_wrapper() -> None:
    wrapper = (
        "https://gcc02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.ice.gov%2Fdoclib%2F287gMOA%2Fa.pdf"
        "&data=05%7C02%7Coffice%40example.gov%7C1"
    )
    row = [*HIALEAH[:5], datetime(2025, 7, 2), wrapper, "office@example.gov"]

    sheet = read_workbook(workbook(row), published_on=DAY)

    assert sheet.rows[0].moa_url == MOA
    assert sheet.rows[0].printed["MOA"] == MOA
    assert "example.gov" not in repr(sheet)


def test_path_is_read_like_bytes_and_its_extension_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "list.pdf"
    path.write_bytes(workbook(HIALEAH))

    assert len(read_workbook(path, published_on=DAY).rows) == 1


def test_printed_numbers_and_moments() -> None:
    sheet = read_workbook(workbook(["FLORIDA", 911.0, True, 1.5, "JEM", datetime(2025, 7, 2, 9, 30)]), published_on=DAY)

    assert sheet.rows[0].agency == "911"
    assert sheet.rows[0].printed["COUNTY"] == "1.5"
    assert sheet.rows[0].printed["SIGNED"] == "2025-07-02 09:30:00"


OLD_ROW = ["FLORIDA", "Bay County Sheriff\u2019s Office ", "Warrant Service Officer", "2019-10-15", MOA, ""]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_old_table_is_read_from_csv(encoding: str) -> None:
    content = csv_list(
        OLD_ROW, [], ["TEXAS", "Nueces, Sheriff", "Jail Enforcement Model", "6/9/2020", "link"], encoding=encoding
    )

    sheet = read_workbook(content, published_on=date(2024, 12, 10), expected_list="participating")

    first, second = sheet.rows
    assert sheet.problems == ()
    assert sheet.columns == ("STATE", "LAW ENFORCEMENT AGENCY", "SUPPORT TYPE", "SIGNED", "MOA", "ADDENDUM")
    assert (first.number, first.state, first.agency) == (2, "FL", "Bay County Sheriff\u2019s Office")
    assert (first.agency_type, first.county, first.program) == ("", "", "wso")
    assert (first.signed_on, first.moa_url, first.addendum_url) == (date(2019, 10, 15), MOA, "")
    assert first.printed["LAW ENFORCEMENT AGENCY"] == "Bay County Sheriff\u2019s Office "
    assert (second.number, second.agency, second.signed_on) == (4, "Nueces, Sheriff", date(2020, 6, 9))
    assert (second.printed["MOA"], second.moa_url) == ("link", "")


@pytest.mark.parametrize("heading", ["Date Signed", "SIGNED DATE", "MOA Signed "])
def test_old_headings_of_the_day_are_read_without_a_word(heading: str) -> None:
    header = [heading if name == "Signed" else name for name in TABLE]

    sheet = read_workbook(csv_list(OLD_ROW, header=header), published_on=DAY)

    assert sheet.layout == "participating"
    assert sheet.problems == ()


def test_csv_is_known_by_its_header_below_a_title_and_never_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"Participating entities\r\n" + csv_list(OLD_ROW))

    assert [row.number for row in read_workbook(path, published_on=DAY).rows] == [3]


def test_csv_of_a_workbook_is_read_like_it() -> None:
    row = [*HIALEAH[:5], "7/2/2025", "link", ""]
    content = csv_list(row, ["TEXAS", "", "x"], header=PARTICIPATING)

    sheet = read_workbook(content, published_on=DAY)

    assert sheet.rows == read_workbook(workbook(row), published_on=DAY).rows
    assert [problem.row for problem in sheet.problems] == [3]


def test_csv_cells_are_taken_at_their_word_no_more_than_a_workbook_s() -> None:
    sheet = read_workbook(
        csv_list(["FLORIDA**", "Davie PD", "TFM", "05/082025", '=HYPERLINK("a")', "office@example.gov"]),
        published_on=DAY,
    )

    assert sheet.rows[0].signed_on == date(2025, 5, 8)
    assert [problem.column for problem in sheet.problems] == ["MOA", "ADDENDUM", "STATE", "SIGNED"]
    assert "example.gov" not in repr(sheet)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (csv_list(OLD_ROW, encoding="cp1252"), "in UTF-8; found another encoding"),
        (csv_list(OLD_ROW) + b'TEXAS,"left open', "line 3 is damaged"),
        (csv_list(["x"] * 41), "at most 40 columns; row 2"),
        (csv_list(*([OLD_ROW] * 20_000)), "at most 20,000 rows"),
        (csv_list(["x" * 200_000]), "damaged"),
        (csv_list(OLD_ROW, encoding="utf-16"), "another kind"),
        (csv_list(OLD_ROW, header=["Name", "Age"]), "another kind"),
        (csv_list(OLD_ROW) + bytes(3), "another kind"),
        (csv_list(*([OLD_ROW] * 200)) + bytes(3), "no text"),
    ],
)
def test_csv_that_cannot_be_read_whole_is_refused(content: bytes, found: str) -> None:
    with pytest.raises(SheetError, match=found):
        read_workbook(content, published_on=DAY)


def test_workbook_without_types_is_still_no_list() -> None:
    with pytest.raises(SheetError, match="Expected the columns STATE, LAW ENFORCEMENT AGENCY, TYPE, SUPPORT TYPE"):
        read_workbook(workbook(OLD_ROW, header=TABLE), published_on=DAY)
