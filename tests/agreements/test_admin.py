from itertools import count

import pytest
from django.contrib.admin.sites import site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import Agency, Citation, Event, Listing, Sheet, Source
from agreements.models.event import Publication
from tests import factories as make

pytestmark = pytest.mark.django_db

REGISTERED = [model for model in site._registry if model._meta.app_label == "agreements"]
#: Session, user, two counts and the rows; the years of a date hierarchy, and the states and sheets to filter by.
CHANGELIST_QUERIES = 12
CHANGE_QUERIES = 20

by_model = pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)


def _url(model, page: str, *args) -> str:
    return reverse(f"admin:agreements_{model._meta.model_name}_{page}", args=args)


def _queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_every_model_of_the_record_is_registered():
    assert set(REGISTERED) == set(make.FACTORIES)


@by_model
def test_changelist_of_the_real_record_opens(model, admin_client):
    assert _queries(admin_client, _url(model, "changelist")) <= CHANGELIST_QUERIES


@by_model
def test_changelist_takes_as_many_queries_for_many_rows_as_for_one(model, admin_client):
    make.delete_record()
    make.FACTORIES[model]()
    one = _queries(admin_client, _url(model, "changelist"))
    for _ in range(4):
        make.FACTORIES[model](**({"day": f"2026-05-{next(_days)}"} if model.__name__ == "Check" else {}))

    assert _queries(admin_client, _url(model, "changelist")) == one


_days = count(10)


@by_model
def test_changelist_is_searched(model, admin_client):
    response = admin_client.get(_url(model, "changelist"), {"q": "zzz no such words"})

    assert response.context["cl"].result_count == 0


@by_model
def test_change_page_opens(model, admin_client):
    row = make.FACTORIES[model]()

    assert _queries(admin_client, _url(model, "change", row.pk)) <= CHANGE_QUERIES


@by_model
def test_add_page_opens_where_editors_may_add(model, admin_client):
    expected = 403 if model in {Sheet, Listing} else 200

    assert admin_client.get(_url(model, "add")).status_code == expected


@pytest.mark.parametrize("model", [Sheet, Listing])
def test_what_ice_printed_is_changed_by_nobody(model, admin_client):
    row = make.FACTORIES[model]()

    assert admin_client.post(_url(model, "change", row.pk), {}).status_code == 403
    assert admin_client.post(_url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def _event_form(*sources: Source, **values) -> dict[str, object]:
    """What an editor sends to add an event of South Miami's with these sources."""
    form = {
        "kind": "discussed",
        "summary": "The commission debated it.",
        "earliest": "2025-03-07",
        "latest": "2025-03-07",
        "sequence": "0",
        "municipality": make.south_miami().pk,
        "publication": "published",
        "citations-TOTAL_FORMS": len(sources),
        "citations-INITIAL_FORMS": 0,
    }
    for number, source in enumerate(sources):
        form |= {f"citations-{number}-source": source.pk, f"citations-{number}-confidence": "high"}
    return {**form, **values}


def _mine():
    return Event.objects.filter(summary="The commission debated it.")


def test_add_event_published_without_source_is_a_form_error(admin_client):
    response = admin_client.post(_url(Event, "add"), _event_form())

    assert response.status_code == 200
    assert "An event needs a source to be published." in response.content.decode()
    assert not _mine().exists()


def test_add_event_published_with_source(admin_client):
    response = admin_client.post(_url(Event, "add"), _event_form(make.make_source()))

    assert response.status_code == 302
    event = _mine().get()
    assert (event.publication, event.municipality, event.citations.count()) == (
        Publication.PUBLISHED,
        make.south_miami(),
        1,
    )


def test_add_event_draft_without_source(admin_client):
    response = admin_client.post(_url(Event, "add"), _event_form(publication="draft"))

    assert response.status_code == 302
    assert _mine().get().publication == Publication.DRAFT


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"municipality": ""}, "An event is about exactly one agreement"),
        ({"state": "FL"}, "An event is about exactly one agreement"),
        ({"earliest": "2025-03-08"}, "The earliest day is after the latest."),
        ({"earliest": "1955-03-07"}, "Section 287(g) dates from 1996"),
        ({"scheduled_for": "2025-04-01"}, "Only a scheduled vote has a day of meeting."),
        ({"kind": "suit_ended"}, "Name the lawsuit that was filed or ended."),
    ],
)
def test_add_event_says_once_what_is_wrong(values, message, admin_client):
    if "state" in values:
        values = {"state": make.florida().pk}

    response = admin_client.post(_url(Event, "add"), _event_form(make.make_source(), **values))

    assert response.status_code == 200
    assert response.content.decode().count(message) == 1
    assert not _mine().exists()


def _published(*, sources: int) -> tuple[Event, list[Citation]]:
    event = make.make_event(
        agreement=None, municipality=make.south_miami(), publication=Publication.PUBLISHED, summary="Published."
    )
    return event, [make.make_citation(event=event) for _ in range(sources)]


def _with_first_deleted(citations: list[Citation]) -> dict[str, object]:
    form = _event_form(*(citation.source for citation in citations))
    for number, citation in enumerate(citations):
        form |= {f"citations-{number}-id": citation.pk, f"citations-{number}-event": citation.event_id}
    return {**form, "citations-INITIAL_FORMS": len(citations), "citations-0-DELETE": "on"}


def test_change_event_its_last_source_stays(admin_client):
    event, citations = _published(sources=1)

    response = admin_client.post(_url(Event, "change", event.pk), _with_first_deleted(citations))

    assert "An event needs a source to be published." in response.content.decode()
    assert event.citations.count() == 1


def test_change_event_one_of_two_sources_may_go(admin_client):
    event, citations = _published(sources=2)

    response = admin_client.post(_url(Event, "change", event.pk), _with_first_deleted(citations))

    assert response.status_code == 302
    assert list(event.citations.all()) == citations[1:]


def test_source_of_a_published_event_is_not_taken_away_elsewhere(admin_client):
    event, (citation,) = _published(sources=1)

    response = admin_client.post(_url(Citation, "delete", citation.pk), {"post": "yes"})
    form = admin_client.get(_url(Citation, "change", citation.pk)).context["adminform"].form

    assert response.status_code == 403
    assert "event" not in form.fields
    assert event.citations.exists()


def test_delete_event_only_as_a_draft(admin_client):
    event, _ = _published(sources=1)
    url = _url(Event, "delete", event.pk)
    assert admin_client.post(url, {"post": "yes"}).status_code == 403

    Event.objects.filter(pk=event.pk).update(publication=Publication.DRAFT)
    admin_client.post(url, {"post": "yes"})

    assert not Event.objects.filter(pk=event.pk).exists()


def test_delete_selected_events_leaves_published_ones(admin_client):
    event, _ = _published(sources=1)

    admin_client.post(
        _url(Event, "changelist"),
        {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"},
    )

    assert Event.objects.filter(pk=event.pk).exists()


def test_agency_is_found_by_alias_and_place(admin_client):
    agency = make.make_agency(name="Quite Another Name")
    make.make_agency_alias(agency=agency, printed_name="Qwertz PD")

    response = admin_client.get(_url(Agency, "changelist"), {"q": "qwertz"})

    assert list(response.context["cl"].result_list) == [agency]


def test_address_without_scheme_is_https(admin_client):
    values = {"url": "gazette.example/a", "title": "A title of its own", "publisher": "The Gazette", "kind": "news"}

    admin_client.post(_url(Source, "add"), values)

    assert Source.objects.get(title="A title of its own").url == "https://gazette.example/a"


def test_change_by_an_editor_is_in_the_history_with_its_name(admin_client, admin_user):
    source = make.make_source()
    values = {"url": source.url, "title": "Another title", "publisher": source.publisher, "kind": source.kind}

    admin_client.post(_url(Source, "change", source.pk), values)

    update = source.history.select_related("pgh_context").get(pgh_label="update")
    assert update.title == "Another title"
    assert update.pgh_context.metadata["user"] == admin_user.pk
