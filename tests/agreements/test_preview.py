"""The preview of an event: as it will be printed, what it does to a status, and that it writes nothing."""

import pytest
from django.db import connection
from django.db.utils import InternalError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.admin.kind_choices import GROUPS, kind_choices
from agreements.admin.plain_words import hints
from agreements.admin.preview import looked_at
from agreements.deciding import record_end
from agreements.kinds import NEEDS_SECOND_EDITOR, EventKind, Status
from agreements.models import Agency, Agreement, Citation, Event, Source
from agreements.models.event import Publication
from agreements.record import Record
from municipalities.models import Municipality
from tests import factories as make
from tests.signing_in import who_may


@pytest.fixture
def town() -> Municipality:
    """A city of Florida of whose agencies nothing is recorded, and which nobody looked up."""
    found = Municipality.objects.filter(state__code="FL", agencies=None, checks=None, kind="city")
    return found.order_by("name").first()


def _form(about, **values) -> dict[str, object]:
    return {
        "about": f"{about._meta.model_name}:{about.pk}",
        "kind": "vote_approved",
        "summary": "The council voted 4-1 to join.",
        "typed": "3/4/2025",
        "sequence": "0",
        "_draft": "1",
        "votes_for": "4",
        "votes_against": "1",
        "citations-TOTAL_FORMS": 1,
        "citations-INITIAL_FORMS": 0,
        "citations-0-address": "https://gazette.example/vote",
        "citations-0-title": "Council votes",
        "citations-0-publisher": "The Gazette",
        "citations-0-source_kind": "news",
        "citations-0-published": "3/5/2025",
        "citations-0-is_used": "on",
        **values,
    }


def _preview(client, form, event=None):
    url = reverse("admin:preview_event") + (f"?event={event.pk}" if event else "")
    return client.post(url, form)


def _text(response) -> str:
    return " ".join(response.content.decode().split())


pytest_db = pytest.mark.django_db


@pytest_db
def test_event_is_shown_as_the_pages_print_it_with_before_and_after(town, admin_client):
    response = _preview(admin_client, _form(town))

    preview, text = response.context["preview"], _text(response)
    assert preview.problems == []
    assert '<time datetime="2025-03-04">March 4, 2025</time>' in text
    assert "The council voted 4–1 to join." in text
    assert ">Council votes</a>, The Gazette, March 5, 2025" in text
    assert preview.notes == [
        f"This will open a record for the City of {town.name}: an agreement whose program is not stated."
    ]
    ((words, changes),) = preview.changes
    assert words == "On the record’s last day, May 18, 2026"
    assert [(one.name, one.before, one.after) for one in changes] == [
        (town.name, "Not yet checked", "Approved locally since March 4, 2025"),
        (f"City of {town.name} (program not stated)", "Not yet checked", "Approved locally since March 4, 2025"),
    ]
    assert preview.sources == ["The Gazette: news report, rated medium, new"]


@pytest_db
def test_before_is_what_the_page_of_the_place_says(admin_client):
    place = Municipality.objects.get(name="Hialeah", state__code="FL")
    end = record_end()
    stands = Record(end).place(place.pk)

    preview = _preview(admin_client, _form(place, typed="4/1/2025")).context["preview"]

    change = preview.changes[0][1][0]
    assert change.name == "Hialeah"
    assert change.before.startswith(f"{Status(stands.status).label} since ")
    assert change.is_none  # a vote after a signature is history


@pytest_db
def test_after_is_what_the_page_says_once_it_is_published(town, admin_client):
    said = _preview(admin_client, _form(town)).context["preview"].changes[0][1][0].after

    response = admin_client.post(reverse("admin:agreements_event_add"), _form(town, _publish="1"))

    assert response.status_code == 302
    stands = Record(record_end()).place(town.pk)
    assert (stands.status, said) == (Status.APPROVED, "Approved locally since March 4, 2025")


@pytest_db
def test_day_after_the_end_of_the_record_is_told_too(town, admin_client):
    preview = _preview(admin_client, _form(town, typed="6/1/2026")).context["preview"]

    (end, now), (later, then) = preview.changes
    assert (end, now[0].is_none) == ("On the record’s last day, May 18, 2026", True)
    assert (later, then[0].after) == ("On June 1, 2026", "Approved locally since June 1, 2026")


@pytest_db
def test_change_of_a_published_event_is_told_without_what_it_said_before(town, admin_client):
    agreement = make.make_agreement()
    agreement.agency.municipalities.add(town)
    event = make.make_event(agreement=agreement, publication=Publication.PUBLISHED)
    citation = make.make_citation(event=event)
    form = _form(agreement, kind="declined", **{"citations-INITIAL_FORMS": 1})
    form = {name: value for name, value in form.items() if not name.startswith("citations-0")}
    form |= {"citations-0-id": citation.pk, "citations-0-event": event.pk, "citations-0-source": citation.source_id}
    form |= {"citations-0-is_used": "on", "citations-0-confidence": "high"}

    preview = _preview(admin_client, form, event).context["preview"]

    change = preview.changes[0][1][0]
    assert (change.before, change.after) == (
        "Approved locally since March 7, 2025",
        "Declined since March 4, 2025",
    )
    event.refresh_from_db()
    assert (event.kind, event.publication) == (EventKind.VOTE_APPROVED, Publication.PUBLISHED)


@pytest_db
@pytest.mark.parametrize(
    ("values", "note"),
    [
        ({"kind": "statement"}, "“Statement” moves no status."),
        ({"is_being_checked": "on"}, "It is being checked: until it is established it moves no status."),
        (
            {"citations-0-confidence": "low"},
            "No source that is used first is rated high or medium: it moves no status.",
        ),
        (
            {"typed": "on or after March 1, 2025"},
            "Without a last day on which it can have happened it never counts for a status.",
        ),
        ({"kind": "signed"}, "Events of this kind are published by a second editor."),
    ],
)
def test_preview_says_why_nothing_moves_and_who_publishes(values, note, town, admin_client):
    agreement = make.make_agreement()
    agreement.agency.municipalities.add(town)

    preview = _preview(admin_client, _form(agreement, **values)).context["preview"]

    assert preview.notes == [note]
    assert all(change.is_none for _, changes in preview.changes for change in changes) == (
        "signed" not in values.values()
    )


@pytest_db
def test_event_about_a_county_says_that_it_moves_none(admin_client, town):
    preview = _preview(admin_client, _form(town.main_county)).context["preview"]

    assert preview.notes == [f"It is about {town.main_county}, not about an agreement: it moves no status."]


@pytest_db
def test_what_is_missing_and_what_is_wrong_are_said_field_by_field(town, admin_client):
    response = _preview(admin_client, _form(town, summary="", typed="3/4", **{"citations-0-title": ""}))

    text = _text(response)
    assert "Still missing: What happened, Source 1: Title." in text
    assert "When: “3/4” has no year of four digits." in text
    assert response.context["preview"].event is None


@pytest_db
def test_preview_writes_nothing_and_could_not(town, admin_client):
    tables = (Event, Agency, Agreement, Source, Citation)
    before = [model.objects.count() for model in tables]

    with CaptureQueriesContext(connection) as captured:
        assert _preview(admin_client, _form(town)).context["preview"].event

    assert not [one["sql"] for one in captured if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [model.objects.count() for model in tables] == before
    with pytest.raises(InternalError, match="read-only transaction"), looked_at():
        make.make_source()


@pytest_db
def test_one_can_write_again_after_a_look():
    with looked_at():
        assert Event.objects.exists()

    assert make.make_source().pk


@pytest_db
def test_preview_is_for_whoever_may_add_or_change(client, django_user_model, admin_client, town):
    url = reverse("admin:preview_event")

    assert admin_client.get(url).status_code == 405
    assert admin_client.post(f"{url}?event=999999999", _form(town)).status_code == 404
    assert client.post(url, _form(town)).status_code == 302
    client = who_may()
    assert client.post(url, _form(town)).status_code == 403


@pytest_db
def test_preview_without_a_script_comes_back_with_the_form_and_saves_nothing(town, admin_client):
    response = admin_client.post(reverse("admin:agreements_event_add"), _form(town, _preview="1"))

    text = _text(response)
    assert response.status_code == 200
    assert f"{town.name}: Not yet checked" in text
    assert 'value="https://gazette.example/vote"' in text
    assert "Please correct" not in text
    assert not Event.objects.filter(summary="The council voted 4-1 to join.").exists()


@pytest_db
def test_script_in_what_is_typed_is_text_in_the_preview(town, admin_client):
    bad = "<script>alert(1)</script>"
    agency = make.make_agency(name=f"{bad} Police")
    agency.municipalities.add(town)
    values = {"citations-0-title": bad, "citations-0-publisher": bad, "summary": f"It was decided {bad} by illegals."}
    values |= {"citations-0-says": bad}

    for about, typed in ((agency, "3/4/2025"), (town, f"3/4 {bad}")):
        text = _text(_preview(admin_client, _form(about, typed=typed, **values)))
        assert "<script" not in text
        assert "&lt;script&gt;alert(1)" in text


@pytest_db
def test_save_tells_the_script_that_it_may_forget_what_was_typed(town, admin_client):
    url = reverse("admin:agreements_event_add")

    refused = admin_client.post(url, _form(town, summary="", _kept="ab12"))
    assert "desk_saved" not in refused.cookies
    saved = admin_client.post(url, _form(town, _kept="ab12"))
    assert saved.cookies["desk_saved"].value == "ab12"
    again = admin_client.post(url, _form(town, _kept="a; b"))
    assert "desk_saved" not in again.cookies


def test_every_kind_can_be_chosen_once_with_its_meaning():
    chosen = [kind for kinds in GROUPS.values() for kind in kinds]

    assert sorted(chosen) == sorted(EventKind.values)
    labels = dict(choice for _, group in kind_choices()[1:] for choice in group)
    assert {kind for kind, label in labels.items() if "(second editor)" in label} == set(NEEDS_SECOND_EDITOR)
    assert labels["signed"] == "Signed (second editor): the agency and ICE have both signed"


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("The city council voted 4-1 to authorize the mayor to sign.", []),
        ("It was decided to sign.", ["“It was decided” does not say by whom: name who did it."]),
        ("The agreement was signed by the mayor.", []),
        ("The agreement was signed.", ["“was signed” does not say by whom: name who did it."]),
        (
            "The sheriff spoke of illegals.",
            ["“illegals” takes a side unless quoted: say “people without legal status”."],
        ),
        ("A sanctuary city.", ["“sanctuary city” means many things: say what the city did or refused to do."]),
        ("THE COUNCIL VOTED TO JOIN.", ["Capital letters throughout are hard to read: write it as a sentence."]),
        (" ".join(["word"] * 29), ["A sentence of 29 words: two shorter ones read more easily."]),
        ("ICE and FIU signed.", []),
        ("", []),
    ],
)
def test_hints_on_the_wording_say_why(text, reasons):
    assert [hint.reason for hint in hints(text)] == reasons


def test_hints_name_the_words_in_their_order():
    assert [hint.words for hint in hints("They finally caved.")] == ["finally", "caved"]
