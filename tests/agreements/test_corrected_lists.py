"""Corrections of what the importer and mergers write as well: nobody's work is lost, and no status with it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from agreements import revisions
from agreements.ice.writer import merge_agreement
from agreements.kinds import EventKind
from agreements.models import Agreement, Citation, Event, Source
from agreements.models.event import Publication
from tests import factories as make
from tests.agreements.ice.sheets import read, row, sheet
from tests.agreements.test_corrections import cited, told
from tests.agreements.test_publishing import Editor
from tests.agreements.test_revisions import changed

pytestmark = pytest.mark.django_db

SIGNED = date(2025, 3, 7)
DAY = date(2025, 7, 1)


def import_of(day: int) -> None:
    """ICE's list so many days after the first, with the same row."""
    read(sheet(DAY + timedelta(days=day), row(signed=SIGNED)))


@pytest.fixture
def signed() -> Event:
    """The event that the first list brought, with the importer's citation of it."""
    make.delete_record()
    import_of(0)
    event = Event.objects.get(kind=EventKind.SIGNED)
    assert event.citations.get(is_used=True).is_from_list
    return event


def propose(event: Event, sources: list[dict] | None = None, **columns: object):
    wish = changed(event, **columns)
    wish = revisions.State(wish.columns, wish.sources if sources is None else sources)
    return revisions.propose(event=event, state=wish, reason="Wrong.", by=make.make_user())


def publish(revision) -> None:
    revisions.publish(revision=revision, by=make.make_user())


def is_established(event: Event) -> bool:
    return Event.objects.established().filter(pk=event.pk).exists()


def test_correction_by_the_form_keeps_the_status_when_the_next_list_comes(signed):
    writer, second = Editor(), Editor()
    writer.change(signed, "_propose", summary="It was signed, says ICE.", reason="Plainer.")
    second.press(signed, signed.revisions.get(standing="proposed"), "publish")
    assert not signed.citations.get().is_from_list
    assert not signed.revisions.get(number=1).sources[0]["is_from_list"]

    import_of(1)

    signed.refresh_from_db()
    assert signed.summary == "It was signed, says ICE."
    assert (is_established(signed), signed.citations.get(is_used=True).source.title[:4]) == (True, "List")


def test_restored_state_of_the_list_keeps_the_status_when_the_next_list_comes(signed):
    publish(propose(signed, summary="Other."))
    by = make.make_user()
    publish(revisions.restore(revision=signed.revisions.get(number=0), reason="It was right.", by=by))

    import_of(1)

    assert is_established(signed)


def test_importer_leaves_what_an_editors_event_uses_whoever_cited_it(signed):
    make.rewrite(Event.objects.filter(pk=signed.pk), is_from_list=False)

    import_of(1)

    assert is_established(signed)
    assert Citation.objects.get(event=signed, is_used=True).says == ""


def test_importers_source_is_removed_by_a_correction_and_set_beside_by_the_next_list(signed):
    memorandum = make.make_source()
    publish(propose(signed, [cited(memorandum)]))
    assert signed.citations.get().source == memorandum

    import_of(1)

    assert signed.citations.get(is_used=True).source == memorandum
    assert signed.citations.filter(is_used=False).exists()


def test_what_the_importer_set_beside_it_meanwhile_stays_and_is_not_the_editors_work(signed):
    wish = propose(signed, summary="Other.")
    citation = make.make_citation(event=signed, is_used=False, is_from_list=True, says="A later list.")

    publish(wish)

    assert set(signed.citations.values_list("source", "is_from_list")) >= {(citation.source_id, True)}
    assert [label for label, *_ in told(signed)] == ["Summary"]


@pytest.mark.parametrize("is_removed", [False, True])
def test_source_that_the_importer_keeps_stays_as_it_has_it_unless_removed(signed, is_removed):
    beside = make.make_citation(event=signed, is_used=False, is_from_list=True, says="Before.")
    kept = [each for each in revisions.state_of(signed).sources if each["source"] != beside.source_id]
    wish = propose(signed, kept if is_removed else None, summary="Other.")
    Citation.objects.filter(pk=beside.pk).update(says="Now.")

    publish(wish)

    now = [] if is_removed else ["Now."]
    assert list(signed.citations.filter(source=beside.source).values_list("says", flat=True)) == now


def test_source_that_the_importer_took_back_is_not_cited_again(signed):
    beside = make.make_citation(event=signed, is_used=False, is_from_list=True)
    wish = propose(signed, summary="Other.")
    beside.delete()

    publish(wish)

    assert signed.citations.count() == 1


def test_correction_of_what_was_merged_meanwhile_is_of_what_it_became(signed):
    wish = propose(signed, summary="Other.")
    kept = make.make_agreement()
    merge_agreement(kept.agency, signed.agreement)

    publish(wish)

    signed.refresh_from_db()
    assert (signed.agreement, signed.summary) == (kept, "Other.")
    assert [label for label, *_ in told(signed)] == ["Summary"]


@pytest.mark.parametrize("change", [{"publication": Publication.DRAFT}, {"summary": "The list says otherwise."}])
def test_correction_of_what_the_importer_changed_meanwhile_is_refused(signed, change):
    wish = propose(signed, is_being_checked=True)
    make.rewrite(Event.objects.filter(pk=signed.pk), **change)

    with pytest.raises(ValidationError, match="changed since"):
        publish(wish)

    signed.refresh_from_db()
    assert {name: getattr(signed, name) for name in change} == change


def test_used_source_that_was_changed_meanwhile_is_a_change(signed):
    wish = propose(signed, summary="Other.")
    signed.citations.update(says="Otherwise.")

    with pytest.raises(ValidationError, match="changed since"):
        publish(wish)


def test_what_the_importer_wrote_after_a_discarded_proposal_is_what_is_corrected_and_restored(signed):
    revisions.discard(revision=propose(signed, summary="Discarded."))
    make.rewrite(Event.objects.filter(pk=signed.pk), summary="As the list has it now.")

    publish(propose(signed, summary="Corrected."))

    assert told(signed) == [("Summary", "As the list has it now.", "Corrected.")]
    publish(revisions.restore(revision=signed.revisions.get(number=1), reason="Back.", by=make.make_user()))
    signed.refresh_from_db()
    assert signed.summary == "As the list has it now."


@pytest.mark.parametrize("model", [Source, Agreement])
def test_what_names_something_deleted_is_neither_published_nor_restored(signed, model):
    gone = make.make_source() if model is Source else make.make_agreement()
    columns = {"agreement_id": gone.pk} if model is Agreement else {}
    wish = propose(signed, [cited(gone)] if model is Source else None, **columns)
    gone.delete()

    with pytest.raises(ValidationError, match="deleted since"):
        publish(wish)
    with pytest.raises(ValidationError, match="deleted since"):
        propose(signed, wish.sources, **columns)
