from datetime import date

import pytest

from agreements.dates import day_in_words, edtf, in_words, machine_date

CASES = {
    "day": (date(2025, 3, 7), date(2025, 3, 7), "March 7, 2025", "2025-03-07"),
    "month": (date(2025, 3, 1), date(2025, 3, 31), "March 2025, day not confirmed", "2025-03"),
    "leap february": (date(2024, 2, 1), date(2024, 2, 29), "February 2024, day not confirmed", "2024-02"),
    "december": (date(2025, 12, 1), date(2025, 12, 31), "December 2025, day not confirmed", "2025-12"),
    "year": (date(2022, 1, 1), date(2022, 12, 31), "2022, month not confirmed", "2022"),
    "from a day on": (date(2025, 7, 1), None, "on or after July 1, 2025", "[2025-07-01..]"),
    "up to a day": (None, date(2025, 7, 1), "on or before July 1, 2025", "[..2025-07-01]"),
    "unknown": (None, None, "date not known", ""),
    "window": (
        date(2025, 9, 5),
        date(2025, 10, 21),
        "after September 4 and before October 22, 2025",
        "[2025-09-05..2025-10-21]",
    ),
    "window over a year's end": (
        date(2025, 12, 20),
        date(2026, 1, 9),
        "after December 19, 2025 and before January 10, 2026",
        "[2025-12-20..2026-01-09]",
    ),
    # The day after the last of the year bounds it: that year has to be said too.
    "window up to a year's end": (
        date(2025, 11, 3),
        date(2025, 12, 31),
        "after November 2, 2025 and before January 1, 2026",
        "[2025-11-03..2025-12-31]",
    ),
    "short february is no month": (
        date(2024, 2, 1),
        date(2024, 2, 28),
        "after January 31 and before February 29, 2024",
        "[2024-02-01..2024-02-28]",
    ),
    "two whole months": (
        date(2025, 3, 1),
        date(2025, 4, 30),
        "after February 28 and before May 1, 2025",
        "[2025-03-01..2025-04-30]",
    ),
    "two whole years": (
        date(2022, 1, 1),
        date(2023, 12, 31),
        "after December 31, 2021 and before January 1, 2024",
        "[2022-01-01..2023-12-31]",
    ),
}


@pytest.mark.parametrize(("earliest", "latest", "words", "form"), CASES.values(), ids=CASES)
def test_in_words_says_what_is_not_known(earliest, latest, words, form):
    assert in_words(earliest, latest) == words


@pytest.mark.parametrize(("earliest", "latest", "words", "form"), CASES.values(), ids=CASES)
def test_edtf(earliest, latest, words, form):
    assert edtf(earliest, latest) == form


@pytest.mark.parametrize(("earliest", "latest", "words", "form"), CASES.values(), ids=CASES)
def test_machine_date_only_where_html_has_a_form(earliest, latest, words, form):
    assert machine_date(earliest, latest) == ("" if form.startswith("[") else form)


def test_day_in_words_does_not_pad():
    assert day_in_words(date(2025, 5, 1)) == "May 1, 2025"
