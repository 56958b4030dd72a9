"""Days as an editor types them."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agreements.dates import in_words
from agreements.models import Event
from agreements.typed_days import DaysError, read


def day(text):
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("typed", "earliest", "latest"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("March 2025", "2025-03-01", "2025-03-31"),
        ("march, 2025", "2025-03-01", "2025-03-31"),
        ("Feb. 2024", "2024-02-01", "2024-02-29"),
        ("2025-02", "2025-02-01", "2025-02-28"),
        ("3/2025", "2025-03-01", "2025-03-31"),
        ("3/11/2025", "2025-03-11", "2025-03-11"),
        ("2025-03-11", "2025-03-11", "2025-03-11"),
        ("  2025-3-1 ", "2025-03-01", "2025-03-01"),
        ("March 11, 2025", "2025-03-11", "2025-03-11"),
        ("Mar 11th 2025", "2025-03-11", "2025-03-11"),
        ("11 March 2025", "2025-03-11", "2025-03-11"),
        ("Sept. 5, 2025", "2025-09-05", "2025-09-05"),
        ("between 2025-09-05 and 2025-10-21", "2025-09-05", "2025-10-21"),
        ("Between March 2025 and May 2025", "2025-03-01", "2025-05-31"),
        ("from March 1, 2025 through 3/9/2025", "2025-03-01", "2025-03-09"),
        ("3/1/2025 – 3/9/2025", "2025-03-01", "2025-03-09"),
        ("after September 4 2025 and before October 22, 2025", "2025-09-05", "2025-10-21"),
        ("between March 1 and March 9, 2025", "2025-03-01", "2025-03-09"),
        ("after September 4 and before October 22, 2025", "2025-09-05", "2025-10-21"),
        ("on or before July 1, 2025", None, "2025-07-01"),
        ("by 7/1/2025", None, "2025-07-01"),
        ("before 2025", None, "2024-12-31"),
        ("on or after March 2025", "2025-03-01", None),
        ("after March 2025", "2025-04-01", None),
        ("March 2025, day not confirmed", "2025-03-01", "2025-03-31"),
        ("date not known", None, None),
    ],
)
def test_typed_days_are_read(typed, earliest, latest):
    assert read(typed) == (day(earliest), day(latest))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type a day"),
        ("   ", "Type a day"),
        ("13/2/2025", "there is no month 13. The month stands first"),
        ("2025-00-03", "there is no month 0"),
        ("2/30/2025", "February 2025 has days 1 to 28"),
        ("February 29, 2025", "February 2025 has days 1 to 28"),
        ("March 0, 2025", "March 2025 has days 1 to 31"),
        ("3/11/25", "no year of four digits"),
        ("March 11", "no year of four digits"),
        ("0000", "0 is no year of this record"),
        ("before 20250", "is no day that we can read"),
        ("March 1, 0202", "202 is no year of this record"),
        ("between December 20 and January 5, 2026", "ends before it begins"),
        ("March 11, 2025, day not confirmed", "names the day: is it confirmed or not?"),
        ("last Tuesday", "“last Tuesday” is no day that we can read"),
        ("between 2025-10-21 and 2025-09-05", "ends before it begins"),
        ("after 2025-03-01 and before 2025-03-02", "ends before it begins"),
        ("<b>2025</b>", "is no day that we can read"),
        ("٢٠٢٥", "is no day that we can read"),
    ],
)
def test_what_is_no_day_is_refused_with_a_reason(typed, said):
    with pytest.raises(DaysError, match=said.replace("(", r"\(")):
        read(typed)


days = st.dates(date(1996, 1, 1), date(2030, 12, 31))
#: Within a year or two, where what is printed leaves something out.
near = st.builds(lambda first, more: (first, first + timedelta(more)), days, st.integers(0, 800))


@settings(max_examples=1_000)
@given(near | st.tuples(st.none() | days, st.none() | days))
@example((date(2000, 1, 2), date(2000, 1, 3)))
def test_what_is_printed_is_read_back_as_the_same_days(pair):
    earliest, latest = pair
    if earliest and latest and earliest > latest:
        earliest, latest = latest, earliest

    assert read(in_words(earliest, latest)) == (earliest, latest)


@pytest.mark.django_db
def test_days_of_every_event_are_read_back_as_they_are_printed():
    pairs = set(Event.objects.values_list("earliest", "latest"))

    assert len(pairs) > 300
    assert {pair: read(in_words(*pair)) for pair in pairs} == {pair: pair for pair in pairs}


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    with suppress(DaysError):
        found = read(text)
        assert found.earliest is None or found.latest is None or found.earliest <= found.latest
