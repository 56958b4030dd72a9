"""The history of a row in the admin: every change, whoever made it, field by field."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.admin import changes
from agreements.models import Agency, Citation, Event, Listing, Proposal, Source
from municipalities.models import County, Municipality
from tests import factories as make
from tests.agreements.test_admin import REGISTERED
from tests.desk_forms import form_of, url
from tests.signing_in import who_may

pytestmark = pytest.mark.django_db


def _history(client, row, model=None, **query):
    return client.get(url(model or type(row), "history", getattr(row, "pk", row)), query)


def _sql(text: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def test_change_by_an_editor_says_who_and_what(admin_client, admin_user):
    User.objects.filter(pk=admin_user.pk).update(first_name="Ana", last_name="Pérez")
    source = make.make_source(title="As it was")
    admin_client.post(url(Source, "change", source.pk), form_of(admin_client, source, title="As it is", kind="court"))

    newest, oldest = _history(admin_client, source).context["changes"]

    assert (newest.who, newest.done, newest.about) == ("Ana Pérez", "Changed", "")
    assert {(one.label, one.before, one.after) for one in newest.fields} == {
        ("Title", "As it was", "As it is"),
        ("Kind", "News report", "Court document"),
    }
    assert (oldest.done, oldest.who) == ("Added", "a command or SQL")
    assert ("Title", "(empty)", "As it was") in {(one.label, one.before, one.after) for one in oldest.fields}


def test_change_by_sql_is_in_it(admin_client):
    event = make.make_event()
    _sql("UPDATE agreements_event SET latest = '2025-03-09', is_being_checked = true WHERE id = %s", event.pk)

    response = _history(admin_client, event)

    change = response.context["changes"][0]
    assert change.who == "a command or SQL"
    assert {(one.label, one.before, one.after) for one in change.fields} == {
        ("Latest", "March 7, 2025", "March 9, 2025"),
        ("Being checked", "No", "Yes"),
    }
    page = response.content.decode()
    assert "a command or SQL" in page
    assert "<td>March 9, 2025</td>" in page


def test_sources_and_places_of_a_row_are_in_its_history(admin_client):
    citation = make.make_citation()
    Citation.objects.filter(pk=citation.pk).update(confidence="low")
    agency = make.make_agency()
    agency.municipalities.add(make.south_miami())
    agency.municipalities.clear()

    cited = _history(admin_client, citation.event).context["changes"]
    placed = _history(admin_client, agency).context["changes"]

    assert sorted(one.about for one in cited) == ["", *[f"citation: {citation}"] * 2]
    linked = [(one.done, one.about, one.fields[0].before, one.fields[0].after) for one in placed if one.about]
    # A test is one transaction, and so all have one moment: those of one table follow each other by their ids.
    assert linked == [
        ("Deleted", "municipalities", "South Miami, FL", "(empty)"),
        ("Added", "municipalities", "(empty)", "South Miami, FL"),
    ]


def test_references_are_named_and_those_deleted_said_so(admin_client):
    citation = make.make_citation()
    other = make.make_source()
    Citation.objects.filter(pk=citation.pk).update(source=other)
    gone = citation.source_id
    Source.objects.filter(pk=gone).delete()

    field = _history(admin_client, citation).context["changes"][0].fields[0]

    assert (field.before, field.after) == (f"source {gone}, deleted", str(other))


def test_earlier_state_that_is_not_kept_is_said(admin_client):
    source = make.make_source(title="As it was")
    _sql("DELETE FROM agreements_sourcehistory WHERE pgh_obj_id = %s", source.pk)
    _sql("UPDATE agreements_source SET title = 'As it is' WHERE id = %s", source.pk)

    (change,) = _history(admin_client, source).context["changes"]

    assert ("Title", "(not kept)", "As it is") in {(one.label, one.before, one.after) for one in change.fields}


def test_user_who_is_no_more(admin_client, admin_user):
    source = make.make_source()
    admin_client.post(url(Source, "change", source.pk), form_of(admin_client, source, title="As it is"))
    context = source.history.get(pgh_label="update").pgh_context
    context.metadata["user"] = 999_999
    context.save()

    assert _history(admin_client, source).context["changes"][0].who == "user 999999, deleted since"


def test_newest_first_and_paged(admin_client):
    source = make.make_source()
    for number in range(30):
        Source.objects.filter(pk=source.pk).update(title=f"Title {number}")

    first, second = (_history(admin_client, source, p=page) for page in (1, 2))

    assert first.context["changes"][0].fields[0].after == "Title 29"
    assert (len(first.context["changes"]), len(second.context["changes"])) == (25, 6)
    assert second.context["changes"][-1].done == "Added"
    assert "Page 1 of 2" in first.content.decode()


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_history_of_every_model_opens(model, admin_client):
    row = make.FACTORIES[model]()

    response = _history(admin_client, row)

    assert response.status_code == 200
    assert bool(response.context["changes"]) == (model is not Listing)


@pytest.mark.parametrize("row", [make.south_miami, lambda: County.objects.get(geoid="12086"), make.florida])
def test_history_of_places_opens(row, admin_client, places):
    page = admin_client.get(reverse(f"admin:municipalities_{row()._meta.model_name}_history", args=[row().pk]))

    assert page.context["changes"]


def test_as_many_queries_for_many_entries_as_for_few(admin_client):
    agency = make.make_agency()
    agency.municipalities.add(make.south_miami())
    make.make_agency_alias(agency=agency)
    with CaptureQueriesContext(connection) as few:
        _history(admin_client, agency)

    agency.municipalities.add(*Municipality.objects.filter(state__code="FL")[:6])
    for _ in range(5):
        make.make_agency_alias(agency=agency)
    with CaptureQueriesContext(connection) as many:
        _history(admin_client, agency)

    assert len(few) == len(many)


def test_deleted_row_is_found_by_administrators(admin_client):
    source = make.make_source(title="It was there")
    pk = source.pk
    source.delete()

    listed = admin_client.get(url(Source, "deleted"))
    (address, change), *_ = listed.context["rows"]
    page = admin_client.get(address)

    assert address == url(Source, "history", pk)
    assert change.done == "Deleted"
    assert "It was there" in listed.content.decode()
    assert [one.done for one in page.context["changes"]] == ["Deleted", "Added"]
    assert url(Source, "deleted") in admin_client.get(url(Source, "changelist")).content.decode()


def test_deleted_row_is_shown_to_nobody_who_may_not_delete(client):
    source = make.make_source()
    pk = source.pk
    source.delete()
    client = who_may("view_source", "change_source")

    assert client.get(url(Source, "deleted")).status_code == 403
    assert client.get(url(Source, "history", pk)).status_code == 404
    assert url(Source, "deleted") not in client.get(url(Source, "changelist")).content.decode()


def test_history_is_shown_to_those_who_may_see_the_row(client):
    source, agency = make.make_source(), make.make_agency()
    client = who_may("view_source")

    assert _history(client, source).status_code == 200
    assert _history(client, agency).status_code == 403


@pytest.mark.parametrize("pk", ["999999", "x"])
def test_history_of_nothing_is_not_found(pk, admin_client):
    assert admin_client.get(url(Event, "history", pk)).status_code == 404


def test_none_was_deleted(admin_client):
    _sql("DELETE FROM agreements_proposalhistory WHERE pgh_label = 'delete'")
    User.objects.filter(is_superuser=True).update(is_staff=True)

    response = admin_client.get(url(Agency, "deleted"))

    assert response.status_code == 200
    assert admin_client.get(url(Proposal, "deleted")).status_code == 403  # deleted by nobody, superusers included


def test_text_of_a_change_is_escaped(admin_client):
    source = make.make_source(title="<script>alert(1)</script>")

    page = _history(admin_client, source).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "(empty)"),
        ("", "(empty)"),
        ([], "(empty)"),
        (True, "Yes"),
        (date(2025, 3, 7), "March 7, 2025"),
        (["a", "b"], "a, b"),
        ([{"row": 1}], '[{"row": 1}]'),
        ({"STATE": "FLORIDA"}, '{"STATE": "FLORIDA"}'),
        (0, "0"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_values_in_words(value, words):
    assert changes.in_words(value) == words
