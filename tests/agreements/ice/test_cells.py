import csv
from datetime import date, datetime, time, timedelta

import pytest
from django.conf import settings

from agreements.ice import cells

DAY = date(2026, 5, 18)


@pytest.mark.parametrize(
    ("text", "code"), [("FLORIDA", "FL"), ("TEXAS ", "TX"), ("AlABAMA", "AL"), ("WESt VIRGINIA", "WV"), ("fl", "FL")]
)
def test_state_spellings_read_without_a_word(text: str, code: str) -> None:
    assert cells.read_state(text) == (code, "")


@pytest.mark.parametrize(
    ("text", "code"),
    [("PENNSLYVANIA", "PA"), ("UTAHJ", "UT"), ("MCHIGAN", "MI"), ("WEST VIRIGINA", "WV"), ("NORTH CAROLNA", "NC")],
)
def test_state_slips_are_read_and_said(text: str, code: str) -> None:
    assert cells.read_state(text)[0] == code
    assert "read as" in cells.read_state(text)[1]


@pytest.mark.parametrize("text", ["", "CAROLINA", "DAKOTA", "GONDOR"])
def test_state_that_cannot_be_made_out_is_empty_and_said(text: str) -> None:
    code, fault = cells.read_state(text)

    assert code == ""
    assert fault


def test_state_names_are_those_of_the_reference_places() -> None:
    with (settings.BASE_DIR / "fixtures" / "places" / "states.csv").open(encoding="utf-8") as file:
        names = {row["code"]: row["name"] for row in csv.DictReader(file)}

    assert dict(cells.STATE_NAMES) == names


@pytest.mark.parametrize(
    ("text", "program", "is_said"),
    [
        ("Task Force Model", "tfm", False),
        ("Task Force Officer ", "tfm", False),
        ("Warrant Services Officer ", "wso", False),
        ("Warrant Service Office", "wso", False),
        ("Jail Enforcment Model ", "jem", True),
        ("Tribal Task Force Model", "ttfm", False),
        ("Tribl Task Force Model", "ttfm", True),
        ("Hybrid", "", True),
        ("", "", True),
    ],
)
def test_program_spellings(text: str, program: str, is_said: bool) -> None:
    value, fault = cells.read_program(text)

    assert (value, bool(fault)) == (program, is_said)


@pytest.mark.parametrize(
    ("text", "value", "is_said"),
    [
        ("County ", "county", False),
        ("Municipal", "municipality", False),
        ("Muncipality ", "municipality", True),
        ("State", "state", False),
        ("#NA", "", False),
        ("Federal", "", True),
    ],
)
def test_type_spellings(text: str, value: str, is_said: bool) -> None:
    read, fault = cells.read_type(text)

    assert (read, bool(fault)) == (value, is_said)


@pytest.mark.parametrize("text", ["", "#N/A", "#NA", "N/A", "#n?A", " n/a\n"])
def test_county_not_available_is_empty(text: str) -> None:
    assert cells.read_county(text) == ""


def test_county_is_kept_as_printed_but_tidied() -> None:
    assert cells.read_county("\nLake  Conty ") == "Lake Conty"


@pytest.mark.parametrize(
    "value",
    [
        datetime(2025, 5, 8),
        date(2025, 5, 8),
        "5/8/2025",
        "05/08/2025",
        "5-8-2025",
        "5.8.2025",
        "2025-05-08",
        "2025-05-08 00:00:00",
        "2025-05-08T00:00:00.000Z",
        "5/8/2025 0:00",
        "5/8/2025 12:00:00 AM",
    ],
)
def test_signed_whole_dates_read_without_a_word(value: object) -> None:
    assert cells.read_signed(value, DAY) == (date(2025, 5, 8), "")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("05/082025", date(2025, 5, 8)),
        ("7/72025", date(2025, 7, 7)),
        ("8/282025", date(2025, 8, 28)),
        ("828/2025", date(2025, 8, 28)),
        ("08282025", date(2025, 8, 28)),
        ("8/28/25", date(2025, 8, 28)),
        (45785, date(2025, 5, 8)),
        (45785.0, date(2025, 5, 8)),
        (45785.75, date(2025, 5, 8)),
        ("45785", date(2025, 5, 8)),
        ("45785.0", date(2025, 5, 8)),
        (8282025, date(2025, 8, 28)),
        (772025.0, date(2025, 7, 7)),
        (20250702, date(2025, 7, 2)),
        ("20250702", date(2025, 7, 2)),
        ("2025/7/2", date(2025, 7, 2)),
        ("2025.07.02", date(2025, 7, 2)),
        (datetime(2025, 7, 2, 9, 30), date(2025, 7, 2)),
        ("2025-07-02T14:30:00Z", date(2025, 7, 2)),
        ("2025-07-02 14:30:00.5+00:00", date(2025, 7, 2)),
        ("7/2/2025 2:30 PM", date(2025, 7, 2)),
        ("7/2/25", date(2025, 7, 2)),
        ("7/2/99", date(1999, 7, 2)),
        ("July 2, 2025", date(2025, 7, 2)),
        ("JULY 2ND 2025", date(2025, 7, 2)),
        ("Wednesday, July 2, 2025", date(2025, 7, 2)),
        ("Jul. 2, '25", date(2025, 7, 2)),
        ("Sept 2 2025", date(2025, 9, 2)),
        ("2-Jul-25", date(2025, 7, 2)),
        ("2 July 2025", date(2025, 7, 2)),
        ("2nd of July, 2025", date(2025, 7, 2)),
        ("7 / 2 / 2025", date(2025, 7, 2)),
        ("7 2 2025", date(2025, 7, 2)),
        ("11 2 2025", date(2025, 11, 2)),
        ("1 1/2/2025", date(2025, 11, 2)),
        ("05/08 2025", date(2025, 5, 8)),
        ("7//2/2025", date(2025, 7, 2)),
        ("7/2,2025", date(2025, 7, 2)),
        ("7\\2\\2025", date(2025, 7, 2)),
        ("7/2/2025.", date(2025, 7, 2)),
        ("7/2/2025,", date(2025, 7, 2)),
        ("'7/2/2025", date(2025, 7, 2)),
        ("\xa07/2/2025;", date(2025, 7, 2)),
    ],
)
def test_signed_with_one_reading_is_read_and_said(value: object, day: date) -> None:
    read, fault = cells.read_signed(value, DAY)

    assert read == day
    assert day.isoformat() in fault


@pytest.mark.parametrize(
    "value",
    [
        datetime(5025, 7, 7),
        datetime(2026, 5, 19),
        date(1995, 12, 31),
        "7/7/5025",
        "8/28/20255",
        "20255",  # as a serial number, June 15, 1955
        "7/7/2028",
        datetime(2028, 1, 7),
        772028,
        "July 2, 2028",
        "July 2",
        "Jul-25",
        "Juyl 2, 2025",
        "February 30, 2025",
        "July 22025",
        "2028-01-07T00:00:00",
        "2025-13-01",
        "20251301",
        "41225",  # a serial number, November 12, 2012, or April 12, 2025
        "1/1/1995",
        "7/2/0025",
        "7/2/25 or 7/3/25",
        "25:00 7/2/2025",
        "9" * 2_000,
        "1 " * 1_000,
        "1112025",  # January 11 or November 1
        "13/45/2025",
        "2025-02-30",
        "link pending",
        "",
        0,
        True,
        float("nan"),
        float("inf"),
        -3,
        1e300,
        time(0, 0),
        timedelta(days=45785),
        10**12,
    ],
)
def test_signed_that_cannot_be_known_is_empty_and_said(value: object) -> None:
    read, fault = cells.read_signed(value, DAY)

    assert read is None
    assert fault


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("1112025", "can be read as 2025-01-11 or 2025-11-01"),
        (1112025, "can be read as 2025-01-11 or 2025-11-01"),
        ("41225", "can be read as 2025-04-12 or 2012-11-12"),
    ],
)
def test_signed_two_readings_are_both_named(value: object, fault: str) -> None:
    assert cells.read_signed(value, DAY) == (None, fault)


def test_signed_that_could_be_only_one_day_by_then_is_read() -> None:
    assert cells.read_signed("1112025", date(2025, 5, 18))[0] == date(2025, 1, 11)


@pytest.mark.parametrize("value", ["7/7/5025", datetime(5025, 7, 7), "July 7, 2028", "2028-01-07", 47000])
def test_signed_fault_is_the_same_on_every_sheet(value: object) -> None:
    faults = {cells.read_signed(value, day)[1] for day in (date(2025, 5, 18), DAY)}

    (fault,) = faults
    assert fault.endswith(" is after the day of the sheet")


@pytest.mark.parametrize(("text", "program"), [("Jail Enforcement", "jem"), ("Task Force", "tfm")])
def test_program_names_of_the_old_table(text: str, program: str) -> None:
    assert cells.read_program(text) == (program, "")
