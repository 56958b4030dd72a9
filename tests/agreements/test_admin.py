from datetime import date
from itertools import count

import pytest
from django.contrib.admin.sites import site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import (
    Agency,
    AgencyAlias,
    Agreement,
    Citation,
    Claim,
    Event,
    LinkCheck,
    Listing,
    Proposal,
    Revision,
    Sheet,
    Source,
)
from agreements.models.event import Publication
from tests import factories as make
from tests.desk_forms import event_form, form_of, seen, url

pytestmark = pytest.mark.django_db

#: Of the record's own; what a command notes beside it is in test_links.py.
REGISTERED = [model for model in site._registry if model._meta.app_label == "agreements" and model is not LinkCheck]
#: Session, user, second factor, two counts and the rows; the years of a date hierarchy, and the states and sheets to
#: filter by.
CHANGELIST_QUERIES = 12
CHANGE_QUERIES = 20

by_model = pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)


def _queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_every_model_of_the_record_is_registered():
    assert set(REGISTERED) == set(make.FACTORIES)


@by_model
def test_changelist_of_the_real_record_opens(model, admin_client):
    assert _queries(admin_client, url(model, "changelist")) <= CHANGELIST_QUERIES


@by_model
def test_changelist_takes_as_many_queries_for_many_rows_as_for_one(model, admin_client):
    make.delete_record()
    make.FACTORIES[model]()
    one = _queries(admin_client, url(model, "changelist"))
    for _ in range(4):
        make.FACTORIES[model](**({"day": f"2026-05-{next(_days)}"} if model.__name__ == "Check" else {}))

    assert _queries(admin_client, url(model, "changelist")) == one


_days = count(10)


@by_model
def test_changelist_is_searched(model, admin_client):
    response = admin_client.get(url(model, "changelist"), {"q": "zzz no such words"})

    assert response.context["cl"].result_count == 0


@by_model
def test_change_page_opens(model, admin_client):
    row = make.FACTORIES[model]()

    assert _queries(admin_client, url(model, "change", row.pk)) <= CHANGE_QUERIES


def _more_sources(event: Event) -> None:
    for _ in range(4):
        make.make_citation(event=event)


def _more_of_an_agency(agency: Agency) -> None:
    for place in make.florida().municipalities.select_related("main_county")[10:14]:
        agency.municipalities.add(place)
        agency.counties.add(place.main_county)
        make.make_agency_alias(agency=agency)


def _more_claims(citation: Citation) -> None:
    for field in ("kind", "program", "court"):
        make.make_claim(citation=citation, field=field)


@pytest.mark.parametrize(
    ("make_row", "more"),
    [
        (lambda: make.make_citation().event, _more_sources),
        (lambda: make.make_agency_alias().agency, _more_of_an_agency),
        (lambda: make.make_claim().citation, _more_claims),
    ],
)
def test_change_page_takes_as_many_queries_for_many_related_rows_as_for_one(make_row, more, admin_client):
    row = make_row()
    if isinstance(row, Agency):
        row.municipalities.add(make.south_miami())
        row.counties.add(make.south_miami().main_county)
    page = url(type(row), "change", row.pk)
    one = _queries(admin_client, page)

    more(row)

    assert _queries(admin_client, page) == one


@by_model
def test_add_page_opens_where_editors_may_add(model, admin_client):
    expected = 403 if model in {Sheet, Listing, Proposal, Revision} else 200

    assert admin_client.get(url(model, "add")).status_code == expected


def test_row_as_printed_is_changed_by_nobody(admin_client):
    row = make.make_listing()

    assert admin_client.post(url(Listing, "change", row.pk), {}).status_code == 403


@pytest.mark.parametrize("model", [Sheet, Listing, Proposal, Revision])
def test_what_the_lists_brought_is_deleted_by_nobody(model, admin_client):
    row = make.FACTORIES[model]()

    assert admin_client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def _mine():
    return Event.objects.filter(summary="The commission debated it.")


def test_add_event_published_without_source_is_a_form_error(admin_client):
    response = admin_client.post(url(Event, "add"), event_form(_publish="1"))

    assert response.status_code == 200
    assert "An event needs a source to be published." in response.content.decode()
    assert not _mine().exists()


def test_add_event_published_with_source(admin_client):
    response = admin_client.post(url(Event, "add"), event_form(make.make_source(), _publish="1"))

    assert response.status_code == 302
    event = _mine().get()
    assert (event.publication, event.citations.count()) == (Publication.PUBLISHED, 1)
    # A debate moves a status, so it is about the city's agreement.
    assert list(event.agreement.agency.municipalities.all()) == [make.south_miami()]


@pytest.mark.parametrize(
    ("typed", "earliest", "latest"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("between March 1, 2025 and 2025-03-09", date(2025, 3, 1), date(2025, 3, 9)),
        ("on or before July 1, 2025", None, date(2025, 7, 1)),
        ("", None, None),
    ],
)
def test_add_event_with_days_as_an_editor_types_them(typed, earliest, latest, admin_client):
    admin_client.post(url(Event, "add"), event_form(make.make_source(), typed=typed, _publish="1"))

    event = _mine().get()
    assert (event.earliest, event.latest) == (earliest, latest)


def test_days_are_said_back_as_they_are_read(admin_client, client):
    url = reverse("admin:read_days")

    assert admin_client.get(url, {"q": "mar 2025"}).json() == {"words": "March 2025, day not confirmed"}
    assert "has days 1 to 28" in admin_client.get(url, {"q": "2/30/2025"}).json()["error"]
    assert "“<i>” is no day" in admin_client.get(url, {"q": "<i>"}).json()["error"]
    assert client.get(url, {"q": "2025"}).status_code == 302


def test_the_same_days_in_other_words_leave_an_event_to_the_importer(admin_client):
    event = make.make_event(is_from_list=True, earliest=date(2025, 3, 1), latest=date(2025, 3, 31))

    assert _save(admin_client, event, typed="3/2025").is_from_list
    assert not _save(admin_client, event, typed="3/1/2025").is_from_list
    assert event.latest == date(2025, 3, 1)


def test_source_and_claim_have_their_days_typed(admin_client):
    source = _save(admin_client, make.make_source(), typed="March 2025")
    claim = _save(admin_client, make.make_claim(), field="day", value="", typed="3/8/2025")

    assert (source.published_earliest, source.published_latest) == (date(2025, 3, 1), date(2025, 3, 31))
    assert (claim.earliest, claim.latest) == (date(2025, 3, 8), date(2025, 3, 8))


def test_source_published_on_one_side_of_a_day_is_refused(admin_client):
    source = make.make_source()

    response = admin_client.post(url(Source, "change", source.pk), form_of(admin_client, source, typed="by 2025"))

    assert "Give both days of publication" in response.content.decode()


def test_add_event_draft_without_source(admin_client):
    response = admin_client.post(url(Event, "add"), event_form(_draft="1"))

    assert response.status_code == 302
    assert _mine().get().publication == Publication.DRAFT


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"about": ""}, "Choose what it is about: an agreement, an agency or a place."),
        ({"about": "municipality:999999999"}, "What was chosen is not in the record any more"),
        ({"typed": "3/8/2025 to 3/7/2025"}, "“3/8/2025 to 3/7/2025” ends before it begins."),
        ({"typed": "3/7/1955"}, "Section 287(g) dates from 1996"),
        ({"typed": "last Tuesday"}, "“last Tuesday” is no day that we can read."),
        ({"scheduled_for": "2025-04-01"}, "Only a scheduled vote has a day of meeting."),
        ({"kind": "suit_ended"}, "Name the lawsuit that was filed or ended."),
    ],
)
def test_add_event_says_at_its_field_and_above_the_form_what_is_wrong(values, message, admin_client):
    response = admin_client.post(url(Event, "add"), event_form(make.make_source(), _publish="1", **values))

    assert response.status_code == 200
    assert response.content.decode().count(message) == 2
    assert not _mine().exists()


def _published(*, sources: int) -> tuple[Event, list[Citation]]:
    event = make.make_event(
        agreement=None, municipality=make.south_miami(), publication=Publication.PUBLISHED, summary="Published."
    )
    return event, [make.make_citation(event=event) for _ in range(sources)]


def _with_first_deleted(client, event: Event, citations: list[Citation]) -> dict[str, object]:
    sources = [citation.source for citation in citations]
    form = event_form(*sources, _publish="1", _seen=seen(client, event), reason="It says nothing of it.")
    for number, citation in enumerate(citations):
        form |= {f"citations-{number}-id": citation.pk, f"citations-{number}-event": citation.event_id}
        form |= {f"citations-{number}-is_used": "on"}
    return {**form, "citations-INITIAL_FORMS": len(citations), "citations-0-DELETE": "on"}


def test_change_event_its_last_source_stays(admin_client):
    event, citations = _published(sources=1)

    response = admin_client.post(url(Event, "change", event.pk), _with_first_deleted(admin_client, event, citations))

    assert "An event needs a source to be published." in response.content.decode()
    assert event.citations.count() == 1


def test_change_event_one_of_two_sources_may_go(admin_client):
    event, citations = _published(sources=2)

    response = admin_client.post(url(Event, "change", event.pk), _with_first_deleted(admin_client, event, citations))

    assert response.status_code == 302
    assert list(event.citations.all()) == citations[1:]


def test_source_of_a_published_event_is_not_taken_away_elsewhere(admin_client):
    event, (citation,) = _published(sources=1)

    response = admin_client.post(url(Citation, "delete", citation.pk), {"post": "yes"})
    form = admin_client.get(url(Citation, "change", citation.pk)).context["adminform"].form

    assert response.status_code == 403
    assert "event" not in form.fields
    assert event.citations.exists()


def test_delete_event_only_as_a_draft(admin_client):
    event, _ = _published(sources=1)
    page = url(Event, "delete", event.pk)
    assert admin_client.post(page, {"post": "yes"}).status_code == 403

    make.rewrite(Event.objects.filter(pk=event.pk), publication=Publication.DRAFT)
    admin_client.post(page, {"post": "yes"})

    assert not Event.objects.filter(pk=event.pk).exists()


def test_delete_selected_events_leaves_published_ones(admin_client):
    event, _ = _published(sources=1)

    admin_client.post(
        url(Event, "changelist"),
        {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"},
    )

    assert Event.objects.filter(pk=event.pk).exists()


def test_agency_is_found_by_alias_and_place(admin_client):
    agency = make.make_agency(name="Quite Another Name")
    make.make_agency_alias(agency=agency, printed_name="Qwertz PD")

    response = admin_client.get(url(Agency, "changelist"), {"q": "qwertz"})

    assert list(response.context["cl"].result_list) == [agency]


def test_address_without_scheme_is_https(admin_client):
    values = {"url": "gazette.example/a", "title": "A title of its own", "publisher": "The Gazette", "kind": "news"}

    admin_client.post(url(Source, "add"), values)

    assert Source.objects.get(title="A title of its own").url == "https://gazette.example/a"


def test_change_by_an_editor_is_in_the_history_with_its_name(admin_client, admin_user):
    source = make.make_source()
    values = {"url": source.url, "title": "Another title", "publisher": source.publisher, "kind": source.kind}
    values["_seen"] = seen(admin_client, source)

    admin_client.post(url(Source, "change", source.pk), values)

    update = source.history.select_related("pgh_context").get(pgh_label="update")
    assert update.title == "Another title"
    assert update.pgh_context.metadata["user"] == admin_user.pk


def _save(client, row, **values):
    response = client.post(url(type(row), "change", row.pk), form_of(client, row, **values))
    assert response.status_code == 302, response.context["errors"]
    row.refresh_from_db()
    return row


KEPT = [
    (make.make_agency, Agency, {"name": "Renamed"}),
    (make.make_agency, Agency, {"kind": "sheriff"}),
    (make.make_agency, Agency, {"placing_note": "It moved."}),
    (make.make_agreement, Agreement, {"moa_url": "https://ice.example/other.pdf"}),
    (make.make_agreement, Agreement, {"addendum_urls": "https://ice.example/other.pdf"}),
    (make.make_event, Event, {"summary": "The council did otherwise."}),
    (make.make_event, Event, {"sequence": "2"}),
    (make.make_citation, Citation, {"confidence": "low"}),
]


@pytest.mark.parametrize(("make_row", "model", "change"), KEPT)
def test_change_by_an_editor_takes_a_row_over_from_the_importer(make_row, model, change, admin_client):
    row = make_row(is_from_list=True)

    assert _save(admin_client, row).is_from_list
    assert not _save(admin_client, row, **change).is_from_list


@pytest.mark.parametrize("link", ["municipalities", "counties"])
def test_change_of_places_by_an_editor_takes_an_agency_over(link, admin_client):
    agency = make.make_agency(is_from_list=True)
    place = make.south_miami()
    agency.municipalities.add(place)
    other = {"municipalities": place.state.municipalities.exclude(pk=place.pk)[0], "counties": place.main_county}[link]

    assert _save(admin_client, agency).is_from_list
    assert not _save(admin_client, agency, **{link: [other.pk]}).is_from_list
    assert list(getattr(agency, link).all()) == [other]


def test_change_of_what_the_importer_does_not_keep_leaves_the_row_to_it(admin_client):
    agency = make.make_agency(is_from_list=True)

    assert _save(admin_client, agency, slug="elsewhere").is_from_list


@pytest.mark.parametrize("make_row", [make.make_agency, make.make_agreement, make.make_event])
def test_who_keeps_a_row_is_shown_and_said_but_not_changed(make_row, admin_client):
    row = make_row(is_from_list=True)
    model = type(row)

    page = admin_client.get(url(model, "change", row.pk)).content.decode()

    assert model._meta.get_field("is_from_list").help_text in page
    assert 'name="is_from_list"' not in page
    assert 'name="merged_into"' not in page


def test_change_of_a_source_of_an_event_takes_that_over_and_no_more(admin_client):
    citation = make.make_citation(is_from_list=True, event=make.make_event(is_from_list=True))

    _save(admin_client, citation.event, **{"citations-0-confidence": "medium"})

    citation.refresh_from_db()
    assert (citation.is_from_list, citation.event.is_from_list) == (False, True)


@pytest.mark.parametrize("page", ["citation", "claim", "delete"])
def test_change_of_a_claim_takes_its_citation_over(page, admin_client):
    claim = make.make_claim(citation=make.make_citation(is_from_list=True))

    if page == "citation":
        _save(admin_client, claim.citation, **{"claims-0-value": "4–3"})
    elif page == "claim":
        _save(admin_client, claim, value="4–3")
    else:
        admin_client.post(url(Claim, "delete", claim.pk), {"post": "yes"})

    claim.citation.refresh_from_db()
    assert not claim.citation.is_from_list


def test_alias_of_an_editor_is_an_answer(admin_client):
    make.delete_record()  # there is little to settle then
    agency = make.make_agency()
    values = {"agency": agency.pk, "state": agency.state.pk, "printed_name": "Typo PD", "reason": "The chief says so."}

    admin_client.post(url(AgencyAlias, "add"), {**values, "is_answer": "on"})

    assert AgencyAlias.objects.get(printed_name="Typo PD").is_answer
    assert admin_client.get(url(AgencyAlias, "add")).context["adminform"].form["is_answer"].value() is True


def test_alias_that_was_read_becomes_an_answer_where_an_editor_changes_it(admin_client):
    make.delete_record()
    alias, other = make.make_agency_alias(is_answer=False), make.make_agency()

    assert not _save(admin_client, alias).is_answer
    assert _save(admin_client, alias, agency=other.pk).is_answer


@pytest.mark.parametrize(("make_row", "field"), [(make.make_agency_alias, "agency"), (make.make_agreement, "agency")])
def test_merged_agency_is_not_chosen(make_row, field, admin_client):
    row, kept = make_row(), make.make_agency(name="The one that stands")
    merged = make.make_agency(merged_into=kept)

    form = form_of(admin_client, row, **{field: merged.pk})
    response = admin_client.post(url(type(row), "change", row.pk), form)

    assert "It turned out to be The one that stands, FL: choose that." in response.content.decode()


def test_merged_agency_is_found_and_shows_what_it_is(admin_client):
    merged = make.make_agency(name="Qwertz PD", merged_into=make.make_agency(name="Qwerz PD"))

    response = admin_client.get(url(Agency, "changelist"), {"q": "qwertz", "merged_into__isempty": "0"})

    assert list(response.context["cl"].result_list) == [merged]
    assert "Qwerz PD, FL" in response.content.decode()
