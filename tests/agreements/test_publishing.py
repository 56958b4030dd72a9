"""An event's page on the desk: which button does what, for whom, and what a second editor sees."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from agreements import revisions
from agreements.admin.publishing import CORRECTED, NOTED, PROPOSED
from agreements.groups import CONTRIBUTOR, EDITOR
from agreements.models import Agreement, Event, Revision
from agreements.models.event import Publication
from municipalities.models import Municipality
from tests import factories as make
from tests.desk_forms import event_form, form_of, url, url_of
from tests.signing_in import make_account, signed_in

pytestmark = pytest.mark.django_db


class Editor:
    """Somebody of a group, at the desk."""

    def __init__(self, group=EDITOR):
        self.user = make_account(group)
        self.client = signed_in(self.user)

    def add(self, button, **values):
        return self.client.post(url(Event, "add"), event_form(make.make_source(), **values, **{button: "1"}))

    def change(self, event, button, **values):
        """Sends the form as the page shows it, but for these values."""
        sent = form_of(self.client, event, **values, **{button: "1"})
        return self.client.post(url_of(event), sent, follow=True)

    def press(self, event, revision, what, **values):
        return self.client.post(
            reverse("admin:decide_revision", args=[event.pk, revision.pk, what]), values, follow=True
        )


def _mine():
    return Event.objects.get(summary="The commission debated it.")


@pytest.fixture
def editor():
    return Editor()


@pytest.fixture
def contributor():
    return Editor(CONTRIBUTOR)


def test_draft_is_saved_as_one(editor):
    assert editor.add("_draft").status_code == 302
    event = _mine()
    assert (event.publication, event.written_by) == (Publication.DRAFT, editor.user)


def test_form_without_a_button_saves_a_draft(editor):
    """As Enter does without a script."""
    assert editor.add("_save").status_code == 302
    assert _mine().publication == Publication.DRAFT


def test_editor_publishes_what_needs_no_second(editor):
    assert editor.add("_publish").status_code == 302
    event = _mine()
    assert event.publication == Publication.PUBLISHED
    assert (event.revisions.get().written_by, event.revisions.get().checked_by) == (editor.user, None)


def test_contributor_cannot_publish(contributor):
    response = contributor.add("_publish")
    assert "an Editor does that" in response.content.decode()
    assert not Event.objects.filter(summary="The commission debated it.").exists()


def test_publishing_without_a_source_is_an_error_of_the_form(editor):
    response = editor.add("_publish", **{"citations-TOTAL_FORMS": 0})
    assert "An event needs a source to be published." in response.content.decode()
    assert not Event.objects.filter(summary="The commission debated it.").exists()


def test_signed_is_published_by_a_second_editor(editor):
    response = editor.add("_publish", kind="signed")
    assert "A second editor publishes an event of this kind" in response.content.decode()
    editor.add("_ready", kind="signed")
    event = _mine()
    assert event.publication == Publication.READY

    assert "A second editor publishes" in editor.change(event, "_publish").content.decode()
    second = Editor()
    second.change(event, "_publish")
    event.refresh_from_db()
    assert event.publication == Publication.PUBLISHED
    assert (event.revisions.get().written_by, event.revisions.get().checked_by) == (editor.user, second.user)


def test_second_editor_who_changes_it_is_its_writer(editor):
    editor.add("_ready", kind="signed")
    event, second = _mine(), Editor()
    second.change(event, "_publish", summary="Changed by the second.")
    event.refresh_from_db()
    assert (event.publication, event.summary) == (Publication.READY, "The commission debated it.")

    second.change(event, "_publish", **{"citations-0-says": "Changed by the second."})
    event.refresh_from_db()
    assert (event.publication, event.written_by) == (Publication.READY, second.user)


def test_correction_without_a_reason_is_refused(editor):
    editor.add("_publish")
    response = editor.change(_mine(), "_publish", summary="The commission debated it twice.")
    assert "Say in a sentence why" in response.content.decode()
    assert _mine().revisions.count() == 1


def test_correction_is_published_with_its_reason(editor):
    editor.add("_publish")
    event = _mine()
    said = editor.change(event, "_publish", summary="It was debated twice.", reason="The minutes name two meetings.")
    event.refresh_from_db()
    assert event.summary == "It was debated twice."
    assert [str(each) for each in said.context["messages"]] == [CORRECTED]
    assert event.revisions.get(number=2).reason == "The minutes name two meetings."


def test_correction_of_sources_alone_is_one_too(editor):
    editor.add("_publish")
    event = _mine()
    editor.change(event, "_publish", **{"citations-0-says": "Twice."}, reason="What the source says.")
    assert event.citations.get().says == "Twice."
    assert event.revisions.get(number=2).sources[0]["says"] == "Twice."


def test_contributor_proposes_and_an_editor_publishes(editor, contributor):
    editor.add("_publish")
    event = _mine()
    refused = contributor.change(event, "_publish", summary="It was debated twice.", reason="The minutes.")
    assert "an Editor does that" in refused.content.decode()
    proposed = contributor.change(event, "_propose", summary="It was debated twice.", reason="The minutes.")
    event.refresh_from_db()
    assert event.summary == "The commission debated it."
    assert [str(each) for each in proposed.context["messages"]] == [PROPOSED]

    revision = event.revisions.get(standing="proposed")
    assert "It was debated twice." in editor.client.get(url_of(event)).content.decode()
    assert contributor.press(event, revision, "publish").status_code == 403
    editor.press(event, revision, "publish")
    event.refresh_from_db()
    assert event.summary == "It was debated twice."


def test_proposal_is_discarded_by_an_editor_or_its_writer(editor, contributor):
    revision = make.make_revision()
    assert contributor.press(revision.event, revision, "discard").status_code == 403
    editor.press(revision.event, revision, "discard")
    revision.refresh_from_db()
    assert revision.standing == Revision.Standing.DISCARDED

    own = make.make_revision(event=revision.event, by=contributor.user)
    contributor.press(own.event, own, "discard")
    own.refresh_from_db()
    assert own.standing == Revision.Standing.DISCARDED


def test_earlier_state_is_restored(editor):
    editor.add("_publish")
    event = _mine()
    editor.change(event, "_publish", summary="It was debated twice.", reason="The minutes.")
    editor.press(event, event.revisions.get(number=1), "restore", reason="They were of another year.")
    event.refresh_from_db()
    assert event.summary == "The commission debated it."
    assert event.revisions.get(number=3).reason == "They were of another year."


def test_restoring_needs_a_reason(editor):
    editor.add("_publish")
    event = _mine()
    editor.change(event, "_publish", summary="It was debated twice.", reason="The minutes.")
    response = editor.press(event, event.revisions.get(number=1), "restore", reason=" ")
    assert "Say why" in response.content.decode()
    assert event.revisions.count() == 2


def test_event_is_withdrawn_and_stays_in_the_log(editor, client):
    editor.add("_publish")
    event = _mine()
    editor.client.post(reverse("admin:withdraw_event", args=[event.pk]), {"reason": "It was about another city."})
    event.refresh_from_db()
    assert event.publication == Publication.DRAFT
    assert "It was about another city." in client.get("/corrections/").content.decode()
    editor.user.user_permissions.add(Permission.objects.get(codename="delete_event"))
    assert (
        editor.client.post(reverse("admin:agreements_event_delete", args=[event.pk]), {"post": "yes"}).status_code
        == 403
    )


@pytest.mark.parametrize("what", ["publish", "discard", "restore", "nonsense"])
def test_decisions_are_posted(editor, what):
    revision = make.make_revision()
    page = reverse("admin:decide_revision", args=[revision.event_id, revision.pk, what])
    assert editor.client.get(page).status_code == 405
    assert Client().post(page).status_code == 302, "Nobody decides without signing in."
    if what == "nonsense":
        assert editor.client.post(page).status_code == 403


def test_revision_of_another_event_is_not_found(editor):
    revision, other = make.make_revision(), make.make_event()
    assert editor.press(other, revision, "publish").status_code == 404


def test_names_and_summaries_are_escaped(editor):
    editor.add("_publish", summary="<script>alert(1)</script>")
    event = Event.objects.get(summary="<script>alert(1)</script>")
    editor.change(event, "_propose", summary="<img src=x onerror=alert(2)>", reason="<b>bold</b>")
    page = editor.client.get(url_of(event)).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "<b>bold</b>" not in page


def test_sources_of_what_is_published_are_changed_on_its_own_page_alone(admin_client):
    event = make.make_event(publication=Publication.PUBLISHED)
    citation = make.make_citation(event=event)
    claim = make.make_claim(citation=citation)

    for row in (citation, claim):
        name = row._meta.model_name
        assert admin_client.post(reverse(f"admin:agreements_{name}_change", args=[row.pk]), {}).status_code == 403
        assert (
            admin_client.post(reverse(f"admin:agreements_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code
            == 403
        )
    added = [
        ("citation", {"event": event.pk, "source": make.make_source().pk, "confidence": "high"}),
        ("claim", {"citation": citation.pk, "field": "court", "value": "Another."}),
    ]
    for name, form in added:
        empty = {"claims-TOTAL_FORMS": 0, "claims-INITIAL_FORMS": 0}
        response = admin_client.post(reverse(f"admin:agreements_{name}_add"), {**form, **empty})
        assert "correct it on its own page" in response.content.decode()
    assert (event.citations.count(), citation.claims.count()) == (1, 1)


# What is opened with a publication


@pytest.fixture
def town():
    """A city of whose agencies nothing is recorded, and a published statement about it."""
    city = Municipality.objects.filter(state__code="FL", agencies=None, kind="city").order_by("name").first()
    make.make_citation(event=make.make_event(municipality=city, kind="statement", publication=Publication.PUBLISHED))
    return city


def test_proposal_opens_no_record_and_its_publication_does(town, editor, contributor):
    event = town.events.get()
    contributor.change(event, "_propose", kind="vote_approved", reason="It was a vote.")
    assert not town.agencies.exists()

    said = editor.press(event, event.revisions.get(standing="proposed"), "publish")
    event.refresh_from_db()
    assert list(event.agreement.agency.municipalities.all()) == [town]
    assert event.municipality is None
    assert f"A record was opened: {event.agreement}." in said.content.decode()


def test_proposal_is_published_about_the_one_agreement_that_there_is_by_then(town, editor):
    event = town.events.get()
    editor.change(event, "_propose", kind="vote_approved", reason="It was a vote.")
    agreement = make.make_agreement()
    agreement.agency.municipalities.add(town)
    other = make.make_agreement(agency=agreement.agency, program="jem")

    refused = editor.press(event, event.revisions.get(standing="proposed"), "publish")
    assert "has 2 agreements by now" in refused.content.decode()
    other.delete()
    editor.press(event, event.revisions.get(standing="proposed"), "publish")
    event.refresh_from_db()
    assert event.agreement == agreement


def test_draft_that_is_not_published_opens_no_record(town, editor):
    """A second editor has to publish it."""
    agreements = Agreement.objects.count()
    event = make.make_event(municipality=town, kind="vote_rescinded", written_by=editor.user)
    make.make_citation(event=event)
    with pytest.raises(ValidationError, match="needs a second editor"):
        revisions.publish_new(event=event, by=editor.user)
    assert Agreement.objects.count() == agreements

    Editor().change(event, "_publish")
    event.refresh_from_db()
    assert (event.publication, list(event.agreement.agency.municipalities.all())) == (Publication.PUBLISHED, [town])


def test_correction_of_the_wording_opens_no_record(town, editor):
    """An older event about a city, of a kind that moves a status, stays with it."""
    vote = make.make_event(municipality=town, kind="vote_approved", publication=Publication.PUBLISHED)
    make.make_citation(event=vote)
    editor.change(vote, "_publish", summary="It was voted on.", reason="Plainer.")
    vote.refresh_from_db()
    assert (vote.summary, vote.municipality) == ("It was voted on.", town)


# Editors' notes


def test_note_of_a_published_events_source_is_saved_without_a_correction(editor):
    event = make.make_event(publication=Publication.PUBLISHED, kind="signed")
    citation = make.make_citation(event=event, is_from_list=True)
    said = editor.change(event, "_propose", **{"citations-0-note": "Ask the clerk."})
    citation.refresh_from_db()
    assert [str(each) for each in said.context["messages"]] == [NOTED]
    assert (citation.note, citation.is_from_list, event.revisions.count()) == ("Ask the clerk.", True, 0)


def test_note_is_saved_at_once_beside_a_proposal_and_not_overwritten_by_it(editor):
    editor.add("_publish")
    event = _mine()
    editor.change(event, "_propose", summary="Other.", reason="Why.", **{"citations-0-note": "First."})
    assert event.citations.get().note == "First."
    event.citations.update(note="Second.")
    editor.press(event, event.revisions.get(standing="proposed"), "publish")
    event.refresh_from_db()
    assert (event.citations.get().note, event.summary) == ("Second.", "Other.")


def test_correction_of_sources_without_a_reason_is_refused(editor):
    editor.add("_publish")
    response = editor.change(_mine(), "_publish", **{"citations-0-says": "Twice."})
    assert "Say in a sentence why" in response.content.decode()
    assert _mine().citations.get().says == ""


# What is not restored


def test_withdrawal_is_not_restored(editor):
    editor.add("_publish")
    event = _mine()
    editor.client.post(reverse("admin:withdraw_event", args=[event.pk]), {"reason": "Another city."})
    editor.change(event, "_publish")
    first, withdrawal = event.revisions.get(number=1), event.revisions.get(number=2)
    page = editor.client.get(url_of(event)).content.decode()
    assert reverse("admin:decide_revision", args=[event.pk, first.pk, "restore"]) in page
    assert reverse("admin:decide_revision", args=[event.pk, withdrawal.pk, "restore"]) not in page

    said = editor.press(event, withdrawal, "restore", reason="Again.")
    event.refresh_from_db()
    assert "Only what the public has read is restored." in said.content.decode()
    assert event.publication == Publication.PUBLISHED


def test_what_was_discarded_is_not_restored(editor):
    revision = make.make_revision()
    editor.press(revision.event, revision, "discard")
    said = editor.press(revision.event, revision, "restore", reason="Again.")
    assert "Only what the public has read is restored." in said.content.decode()


def test_source_that_was_deleted_since_is_a_message(editor):
    editor.add("_publish")
    event = _mine()
    source = event.citations.get().source
    editor.change(event, "_publish", **{"citations-0-source": make.make_source().pk}, reason="A better one.")
    source.delete()
    said = editor.press(event, event.revisions.get(number=1), "restore", reason="Back.")
    assert "The source that it names was deleted since." in said.content.decode()
