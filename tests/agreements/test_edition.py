"""The data version: another after every committed change, whoever makes it and however transactions overlap."""

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction
from pghistory.models import Event as History

from agreements.models import Agency, Edition
from agreements.models.edition import current_edition
from municipalities.models import State
from tests.factories import make_agency

#: Tables of the two apps whose change is no change of the data, and why.
NOT_WATCHED = {
    "agreements_edition": "the version itself",
    "agreements_period": "derived from what is watched",
    "agreements_tally": "derived from what is watched",
    "agreements_changeday": "derived from what is watched",
    "agreements_shift": "derived from what is watched",
    "agreements_reckoning": "derived from what is watched",
    "agreements_stale": "derived from what is watched",
    "agreements_linkcheck": "no page reads it",
    "agreements_review": "what editors have in hand: no page reads it",
}
#: Changes nothing, and is a change all the same: what other tests read stays as it is.
SAME_AGAIN = "UPDATE municipalities_state SET name = name WHERE code = 'FL'"
TRIGGERS = {"edition_on_insert", "edition_on_update", "edition_on_delete", "edition_on_truncate"}


@pytest.mark.django_db
def test_every_table_that_pages_read_is_watched() -> None:
    models = [
        model
        for app in ("agreements", "municipalities")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]
    tables = {model._meta.db_table for model in models if not issubclass(model, History)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'edition_on_%'")
        found = set(cursor.fetchall())

    assert found == {(table, trigger) for table in tables - set(NOT_WATCHED) for trigger in TRIGGERS}
    assert set(NOT_WATCHED) <= tables


@pytest.mark.django_db
def test_edition_without_a_change_stays() -> None:
    before = current_edition()

    Agency.objects.filter(name="There is no such agency").update(slug="none")
    list(State.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO agreements_claim SELECT * FROM agreements_claim LIMIT 0")
        cursor.execute("DELETE FROM agreements_claim WHERE false")

    assert current_edition() == before


@pytest.mark.parametrize(
    "sql",
    [
        SAME_AGAIN,
        "DELETE FROM agreements_listing WHERE id = (SELECT min(id) FROM agreements_listing)",
        "TRUNCATE agreements_claim",
    ],
)
@pytest.mark.django_db
def test_edition_after_raw_sql_is_another(sql: str) -> None:
    before = current_edition()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)

    assert current_edition() != before


@pytest.mark.django_db
def test_edition_of_many_changes_in_a_transaction_is_one() -> None:
    rows = Edition.objects.count()
    make_agency()
    make_agency()

    assert Edition.objects.count() == rows + 1


@pytest.mark.django_db
def test_edition_after_a_rollback_to_a_savepoint_is_what_it_was_and_a_later_change_counts() -> None:
    before = current_edition()
    with transaction.atomic():
        make_agency()
        assert current_edition() != before
        transaction.set_rollback(True)
    assert current_edition() == before

    make_agency()

    assert current_edition() != before


def test_edition_of_a_rollback_is_never_seen(editors) -> None:
    one, _ = editors
    before = current_edition()

    one.execute(SAME_AGAIN)
    assert current_edition() == before
    one.rollback()

    assert current_edition() == before


def test_edition_of_overlapping_transactions_changes_with_each_commit(editors) -> None:
    one, other = editors
    seen = [current_edition()]

    one.execute(SAME_AGAIN)
    other.execute(SAME_AGAIN.replace("FL", "GA"))  # begun later, and waits for nobody
    other.commit()
    seen.append(current_edition())
    one.commit()
    seen.append(current_edition())

    numbers = [int(edition.partition("-")[0]) for edition in seen]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
    assert len({edition.partition("-")[2] for edition in seen}) == 3


def tables() -> int:
    """How many tables have rows: when these are folded, as many rows are left."""
    return Edition.objects.values("watched").distinct().count()


def test_edition_does_not_change_when_rows_are_folded(editors) -> None:
    one, other = editors
    number = int(current_edition().partition("-")[0])
    counts = []
    other.execute(SAME_AGAIN.replace("FL", "GA"))  # open all the while: its row is not there to be folded

    for _ in range(110):
        one.execute(SAME_AGAIN)
        one.commit()
        counts.append(Edition.objects.count())
    other.commit()

    assert max(counts) <= 101
    assert min(counts) <= tables() + 1
    assert int(current_edition().partition("-")[0]) == number + 111


def test_edition_is_not_folded_in_a_transaction_that_sees_the_past(editors) -> None:
    one, other = editors
    other.execute("SELECT pg_advisory_xact_lock(287005)")  # so that rows pile up
    for _ in range(110):
        one.execute(SAME_AGAIN)
        one.commit()
    assert Edition.objects.count() > 100
    one.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    one.execute("SELECT FROM agreements_edition")
    other.commit()
    other.execute(SAME_AGAIN.replace("FL", "GA"))
    other.commit()
    assert Edition.objects.count() <= tables() + 1
    before = current_edition()

    one.execute(SAME_AGAIN)  # had it tried to fold what is folded, PostgreSQL would refuse it
    one.commit()

    assert current_edition() != before
