import csv
from datetime import date, datetime

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
    "value", [datetime(2025, 5, 8), date(2025, 5, 8), "5/8/2025", "05/08/2025", "2025-05-08", "2025-05-08 00:00:00"]
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
        "1112025",  # January 11 or November 1
        "13/45/2025",
        "2025-02-30",
        "link pending",
        "",
        0,
        True,
        float("nan"),
        10**12,
    ],
)
def test_signed_that_cannot_be_known_is_empty_and_said(value: object) -> None:
    read, fault = cells.read_signed(value, DAY)

    assert read is None
    assert fault


def test_signed_two_readings_are_both_named() -> None:
    assert cells.read_signed("1112025", DAY)[1] == "can be read as 2025-01-11 or 2025-11-01"
