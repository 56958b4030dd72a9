"""Publishing and correcting: revisions, the second editor, and what the database refuses whoever asks."""

from contextlib import contextmanager
from datetime import date

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction

from agreements import revisions
from agreements.kinds import NEEDS_SECOND_EDITOR, EventKind
from agreements.models import Citation, Event, Revision
from agreements.models.event import Publication
from agreements.models.source import ClaimField
from tests import factories as make

pytestmark = pytest.mark.django_db

SECOND = sorted(NEEDS_SECOND_EDITOR)


@contextmanager
def refused(rule: str):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert caught.value.__cause__.diag.constraint_name == rule


def draft(kind=EventKind.DISCUSSED, **values) -> Event:
    """A draft with a source, written by an editor of its own."""
    if kind in (EventKind.LAWSUIT_FILED, EventKind.SUIT_ENDED):
        values.setdefault("suit", make.make_suit())
    event = make.make_event(kind=kind, written_by=make.make_user(), **values)
    make.make_citation(event=event)
    return event


def published(**values) -> Event:
    """As it came with the record: without a revision."""
    event = make.make_event(publication=Publication.PUBLISHED, **values)
    make.make_citation(event=event)
    return event


def _sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def changed(event: Event, **columns: object) -> revisions.State:
    now = revisions.state_of(event)
    return revisions.State({**now.columns, **columns}, now.sources)


# What the database refuses


def test_columns_that_the_public_reads_are_those_of_an_event():
    state = revisions.state_of(draft())
    kept_by_us = {"id", "days", "is_from_list", "written_by_id", "corrected_on"}

    assert {field.attname for field in Event._meta.concrete_fields} - kept_by_us == set(state.columns)


def test_sql_cannot_publish_adraft():
    event = draft()

    with refused("event_reads_as_its_revision"):
        _sql("UPDATE agreements_event SET publication = 'published' WHERE id = %s", event.pk)


def test_sql_cannot_add_what_ispublished():
    event = draft()

    with refused("event_reads_as_its_revision"):
        _sql(
            "INSERT INTO agreements_event (kind, sequence, summary, is_from_list, is_being_checked, publication,"
            " municipality_id) SELECT kind, 0, summary, false, false, 'published', %s FROM agreements_event"
            " WHERE id = %s",
            make.south_miami().pk,
            event.pk,
        )


@pytest.mark.parametrize(
    "change",
    [
        "summary = 'Something else.'",
        "latest = latest + 1, earliest = earliest + 1",
        "votes_for = 9",
        "kind = 'signed'",
        "publication = 'draft'",
        "is_being_checked = true",
    ],
)
def test_sql_cannot_change_what_ispublished(change):
    event = published()

    with refused("event_reads_as_its_revision"):
        _sql(f"UPDATE agreements_event SET {change} WHERE id = %s", event.pk)


def test_sql_cannot_delete_what_ispublished():
    event = published()

    with refused("published_event_stays"):
        _sql("DELETE FROM agreements_event WHERE id = %s", event.pk)


def test_sql_may_change_what_no_reader_sees():
    event = published()
    _sql("UPDATE agreements_event SET is_from_list = true WHERE id = %s", event.pk)

    event.refresh_from_db()
    assert event.is_from_list


@pytest.mark.parametrize("kind", SECOND)
def test_sql_cannot_publish_without_a_second_editor(kind):
    event = draft(kind)
    columns = {**revisions.state_of(event).columns, "publication": "published"}
    Revision.objects.create(
        event=event,
        number=1,
        standing="published",
        columns=columns,
        sources=[],
        written_by=event.written_by,
        published_at="2026-11-26T00:00Z",
    )

    with refused("event_needs_a_second_editor"):
        _sql("UPDATE agreements_event SET publication = 'published' WHERE id = %s", event.pk)


def test_nobody_is_his_own_second_editor():
    revision = make.make_revision()

    with refused("revision_checked_by_another"):
        Revision.objects.filter(pk=revision.pk).update(checked_by=revision.written_by)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"number": 1}, "revision_published_has_its_number"),
        ({"standing": "published"}, "revision_published_has_its_number"),
        ({"reason": ""}, "revision_says_why"),
        ({"number": 0, "standing": "published", "published_at": "2026-11-26T00:00Z"}, "revision_number_once"),
    ],
)
def test_revision_is_whole(wrong, rule):
    revision = make.make_revision()

    with refused(rule):
        Revision.objects.filter(pk=revision.pk).update(**wrong)


def test_published_revision_is_neither_changed_nor_deleted():
    event = draft()
    revision = revisions.publish_new(event=event, by=make.make_user())

    with refused("published_revision_stays"):
        _sql("UPDATE agreements_revision SET reason = 'Another.' WHERE id = %s", revision.pk)
    with refused("published_revision_stays"):
        _sql("DELETE FROM agreements_revision WHERE id = %s", revision.pk)


# From draft to published


def test_draft_is_published_by_its_first_revision():
    event, by = draft(), make.make_user()
    revision = revisions.publish_new(event=event, by=by)

    event.refresh_from_db()
    assert (event.publication, event.corrected_on) == (Publication.PUBLISHED, None)
    assert (revision.number, revision.reason, revision.checked_by) == (1, "", by)
    assert revision.columns == revisions.state_of(event).columns


def test_draft_without_a_source_stays_one():
    event = make.make_event(written_by=make.make_user())

    with pytest.raises(ValidationError, match="needs a source"):
        revisions.publish_new(event=event, by=make.make_user())
    assert not event.revisions.exists()


@pytest.mark.parametrize("kind", SECOND)
def test_kind_that_needs_it_is_published_by_a_second_editor(kind):
    event = draft(kind)

    with pytest.raises(ValidationError, match="needs a second editor"):
        revisions.publish_new(event=event, by=event.written_by)
    revisions.publish_new(event=event, by=make.make_user())

    event.refresh_from_db()
    assert event.publication == Publication.PUBLISHED


def test_other_kinds_are_published_by_who_wrote_them():
    event = draft(EventKind.VOTE_APPROVED)

    assert revisions.publish_new(event=event, by=event.written_by).checked_by is None


def test_what_is_published_already_is_not_published_twice():
    event = draft()
    revisions.publish_new(event=event, by=make.make_user())

    with pytest.raises(ValidationError, match="published already"):
        revisions.publish_new(event=event, by=make.make_user())
    assert event.revisions.count() == 1


# Corrections


def test_correction_keeps_what_stood_before():
    event, by = published(), make.make_user()
    before = revisions.state_of(event)
    wish = revisions.propose(event=event, state=changed(event, summary="It voted 5–2."), reason="The count.", by=by)
    event.refresh_from_db()
    assert event.summary != "It voted 5–2.", "A proposal changes nothing that the public reads."
    revisions.publish(revision=wish, by=by)

    event.refresh_from_db()
    assert (event.summary, event.is_from_list) == ("It voted 5–2.", False)
    assert event.corrected_on == wish.written_at.date()
    first, second = event.revisions.order_by("number")
    assert (first.number, first.columns, first.sources) == (0, before.columns, before.sources)
    assert (second.number, second.reason) == (1, "The count.")


def test_correction_needs_a_reason_and_a_change():
    event, by = published(), make.make_user()

    with pytest.raises(ValidationError, match="Say why"):
        revisions.propose(event=event, state=changed(event, summary="Other."), reason="", by=by)
    with pytest.raises(ValidationError, match="Nothing is changed"):
        revisions.propose(event=event, state=revisions.state_of(event), reason="None.", by=by)


@pytest.mark.parametrize(("before", "after"), [(EventKind.SIGNED, EventKind.DISCUSSED), (EventKind.DISCUSSED, "ended")])
def test_correction_from_or_to_a_kind_that_needs_it_has_a_second_editor(before, after):
    event, by = published(kind=before), make.make_user()
    wish = revisions.propose(event=event, state=changed(event, kind=after), reason="Wrong kind.", by=by)

    with pytest.raises(ValidationError, match="needs a second editor"):
        revisions.publish(revision=wish, by=by)
    revisions.publish(revision=wish, by=make.make_user())

    event.refresh_from_db()
    assert event.kind == after


def test_correction_of_what_was_corrected_meanwhile_is_refused():
    event, by = published(), make.make_user()
    one = revisions.propose(event=event, state=changed(event, summary="One."), reason="One.", by=by)
    other = revisions.propose(event=event, state=changed(event, summary="Other."), reason="Other.", by=by)
    revisions.publish(revision=one, by=by)

    with pytest.raises(ValidationError, match="changed since"):
        revisions.publish(revision=other, by=by)
    revisions.discard(revision=other)
    with pytest.raises(ValidationError, match="discarded already"):
        revisions.publish(revision=other, by=by)


def test_undo_restores_columns_sources_and_claims():
    event, by = published(), make.make_user()
    beside = make.make_citation(event=event, is_used=False, says="It voted 4–3.")
    make.make_claim(citation=beside, value="4–3")
    make.make_claim(citation=beside, field=ClaimField.DAY, value="", earliest=date(2025, 3, 1), latest=date(2025, 3, 4))
    before = revisions.state_of(event)
    only = revisions.State({**before.columns, "earliest": None}, before.sources[:1])
    revisions.publish(revision=revisions.propose(event=event, state=only, reason="One source.", by=by), by=by)
    assert Citation.objects.filter(event=event).count() == 1

    first = event.revisions.get(number=0)
    wish = revisions.restore(revision=first, reason="It was right.", by=by)
    revisions.publish(revision=wish, by=by)

    assert revisions.state_of(event) == before


def test_undo_after_a_merger_stays_with_what_it_became():
    event, by = published(), make.make_user()
    wish = revisions.propose(event=event, state=changed(event, summary="Other."), reason="Other.", by=by)
    revisions.publish(revision=wish, by=by)
    kept = make.make_agreement()
    event.agreement.merged_into = kept
    event.agreement.save()

    wish = revisions.restore(revision=event.revisions.get(number=0), reason="Back.", by=by)

    assert wish.columns["agreement_id"] == kept.pk


def test_withdrawn_event_is_a_draft_with_its_history():
    event, by = published(), make.make_user()
    revisions.publish(revision=revisions.withdraw(event=event, reason="Not about it.", by=by), by=by)

    event.refresh_from_db()
    assert (event.publication, event.revisions.count()) == (Publication.DRAFT, 2)
    assert not Event.objects.published().filter(pk=event.pk).exists()


def test_what_is_tried_out_is_taken_back():
    event = published()
    with revisions.tried_out():
        Event.objects.filter(pk=event.pk).update(summary="Tried.")
        assert revisions.state_of(event).columns["summary"] == "Tried."

    event.refresh_from_db()
    assert event.summary != "Tried."
    with refused("event_reads_as_its_revision"):
        Event.objects.filter(pk=event.pk).update(summary="Tried.")


# Two at once


def test_who_comes_second_waits_for_the_first(editors):
    """And then meets what the first has done, which the tests above refuse."""
    event = Event.objects.published().first()
    one, _ = editors
    one.execute("SELECT FROM agreements_event WHERE id = %s FOR UPDATE", [event.pk])
    _sql("SET LOCAL lock_timeout = '100ms'")

    wishes = [
        lambda: revisions.propose(event=event, state=changed(event, summary="Mine."), reason="Mine.", by=None),
        lambda: revisions.publish_new(event=event, by=None),
    ]
    for wish in wishes:
        with pytest.raises(OperationalError) as caught, transaction.atomic():
            wish()
        assert isinstance(caught.value.__cause__, psycopg.errors.LockNotAvailable)
