"""Mutated sheets all the way into the record: the documented error with nothing written, or every row kept."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.ice.apply import settle
from agreements.ice.evidence import Published, store
from agreements.ice.fingerprint import fingerprint
from agreements.ice.parse import SheetError, read_workbook
from agreements.models import Listing, Sheet
from tests import factories as make
from tests.agreements.ice.sheets import RULES, read, row, sheet
from tests.agreements.ice.test_mutations import GOOD, as_written, cells, headers
from tests.agreements.ice.workbooks import PARTICIPATING, csv_list, workbook

pytestmark = pytest.mark.django_db

DAY = date(2026, 5, 18)
KEPT, REFUSED = "kept", "refused"
repeatable = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
#: A good row in which some cells are replaced by anything.
mutated = st.builds(
    lambda changes: [changes.get(place, value) for place, value in enumerate(GOOD)],
    st.dictionaries(st.integers(0, 7), cells, max_size=4),
)
bodies = st.lists(st.one_of(mutated, st.just(GOOD)), min_size=1, max_size=6)


@pytest.fixture
def record(db: None) -> None:
    """A small record that a mutated sheet comes upon."""
    make.delete_record()
    read(
        sheet(DAY - timedelta(days=40), row(signed=date(2025, 3, 7)), row("Doral Police Department", date(2026, 1, 7))),
        sheet(DAY - timedelta(days=30), row(), listed="pending"),
    )


def bring(content: bytes) -> list[str]:
    """Read, store and settle a sheet, and take it back: what was found, [KEPT] or [REFUSED] where all is well."""
    before = fingerprint(), Sheet.objects.count()
    with transaction.atomic():
        try:
            parsed = read_workbook(content, published_on=DAY)
        except SheetError:
            return [REFUSED] if (fingerprint(), Sheet.objects.count()) == before else ["refused, and yet written"]
        made = Published("participating", DAY, "am", 90_000, "participatingAgencies05182026am.xlsx", "0" * 64)
        stored, _ = store(parsed, made)
        settle(RULES)
        on_it = Listing.objects.filter(last_sheet=stored)
        again = fingerprint()
        found = [] if on_it.count() == len(parsed.rows) == stored.rows else ["a row is missing"]
        found += ["a row of no agreement does not say why" for one in on_it.filter(agreement=None) if not one.problems]
        settle(RULES)
        found += [] if fingerprint() == again else ["settling again changes it"]
        transaction.set_rollback(True)
    found += [] if (fingerprint(), Sheet.objects.count()) == before else ["it was not taken back"]
    return found or [KEPT]


@repeatable
@given(bodies)
def test_mutated_rows_are_all_kept(record: None, body: list[list[object]]) -> None:
    written = [[as_written(value, is_workbook=True) for value in each] for each in body]
    assert bring(workbook(*written, header=PARTICIPATING)) == [KEPT]


@repeatable
@given(headers, bodies)
def test_mutated_headers_are_refused_or_kept(record: None, header: list[object], body: list[list[object]]) -> None:
    written = [[as_written(value, is_workbook=True) for value in each] for each in [header, *body]]
    assert bring(workbook(*written[1:], header=written[0])) in ([KEPT], [REFUSED])


@repeatable
@given(bodies)
def test_mutated_csv_is_refused_or_kept(record: None, body: list[list[object]]) -> None:
    written = [[as_written(value, is_workbook=False) for value in each] for each in body]
    assert bring(csv_list(*written, header=PARTICIPATING)) in ([KEPT], [REFUSED])
