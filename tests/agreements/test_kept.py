"""Values that are kept: the same until a table that they follow from changes, and no other table is read for them."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import agreements
from agreements import counts, filters, filtersets, finding, lists, maps, pages
from agreements.kept import kept
from agreements.models import Sheet
from agreements.views import sitemaps
from municipalities.models import County, State

pytestmark = pytest.mark.django_db


@kept(State, County)
def numbers(*codes: str) -> dict[str, int]:
    return {code: State.objects.filter(code=code).count() for code in codes}


def test_value_is_worked_out_once_for_each_argument():
    first = numbers("FL")

    with CaptureQueriesContext(connection) as captured:
        assert numbers("FL") is first
        assert numbers("FL", "TX") == {"FL": 1, "TX": 1}

    assert sum('FROM "municipalities_state"' in one["sql"] for one in captured) == 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE municipalities_state SET name = name WHERE code = 'FL'",
        "UPDATE municipalities_county SET name = name WHERE geoid = '12086'",
    ],
)
def test_value_is_worked_out_again_after_a_change_of_its_tables(change, editors):
    editor, _ = editors
    first = numbers("FL")

    editor.execute(change)
    assert numbers("FL") is first
    editor.commit()

    again = numbers("FL")
    assert again is not first
    assert numbers("FL") is again


def test_value_stays_after_a_change_of_another_table_and_after_one_that_was_rolled_back(editors):
    editor, other = editors
    first = numbers("FL")

    editor.execute("UPDATE agreements_agency SET name = name WHERE id = (SELECT min(id) FROM agreements_agency)")
    editor.commit()
    other.execute("UPDATE municipalities_state SET name = 'Nowhere' WHERE code = 'FL'")
    other.rollback()

    assert numbers("FL") is first


def test_value_worked_out_between_two_writes_of_a_transaction_is_not_kept():
    State.objects.filter(code="FL").update(name="Before")
    between = numbers("FL")

    State.objects.filter(code="GA").update(name="After")

    assert numbers("FL") is not between


def test_so_many_values_are_kept_and_the_one_longest_unasked_goes_first():
    asked = []

    @kept(State, most=2)
    def note(name: str) -> str:
        asked.append(name)
        return name

    for name in ("a", "b", "a", "c", "a", "b"):
        note(name)

    assert asked == ["a", "b", "c", "b"]


def newest() -> Sheet:
    found = Sheet.objects.newest("participating")
    assert found
    return found


#: Every function whose value is kept, and the arguments with which the record's pages call it.
CASES = {
    filters._states: lambda: (),
    filtersets._blank_fields: lambda: (filters.AgreementListFilter,),
    filters._counties_of: lambda: (florida().pk,),
    counts._cities_and_townships: lambda: (),
    counts.municipalities_by_state: lambda: (),
    counts.counties_by_state: lambda: (),
    maps._municipalities_by_county: lambda: (florida().pk,),
    finding._found: lambda: ("springfield, il",),
    sitemaps._parts: lambda: (sitemaps.SITEMAP_SIZE,),
    pages.unplaced: lambda: (),
    pages.newest_lists: lambda: (),
    lists.every: lambda: (),
    lists.differences_between: lambda: (date(2025, 3, 1), newest().published_on),
    lists.differences_of: lambda: (newest().pk,),
}


def florida() -> State:
    return State.objects.get(code="FL")


@pytest.mark.parametrize("function", CASES, ids=lambda one: one.__qualname__)
def test_value_follows_from_the_tables_that_are_named_and_from_no_other(function):
    arguments = CASES[function]()
    lists.every()

    with CaptureQueriesContext(connection) as captured:
        assert function.function(*arguments)

    read = set(re.findall(r"\b(?:agreements|municipalities)_[a-z_]+", " ".join(one["sql"] for one in captured)))
    assert read - {"agreements_edition"} <= set(function.tables)
    assert read


def test_every_function_whose_value_is_kept_is_looked_at_here():
    source = Path(agreements.__file__).parent
    found = [path for path in source.rglob("*.py") for _ in re.findall(r"^@kept\(", path.read_text(), re.MULTILINE)]

    assert len(found) == len(CASES)
