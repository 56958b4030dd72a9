"""Any list of the admin as CSV."""

import csv
from io import StringIO
from itertools import islice

import pytest
from django.contrib.admin.sites import site
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agreements import fixture
from agreements.admin.export import FORMULA, cell, columns
from agreements.models import Agency, Agreement, Citation, Event, LinkCheck, Listing, Proposal, Revision, Source
from municipalities.models import Municipality
from tests import factories as make
from tests.desk_forms import url
from tests.signing_in import who_may

pytestmark = pytest.mark.django_db

LISTS = [model for model in site._registry if model._meta.app_label in {"agreements", "municipalities"}]


def _csv_url(model, **query) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_csv", query=query)


def _rows(client, model, **query) -> list[dict[str, str]]:
    response = client.get(_csv_url(model, **query))
    assert response.status_code == 200
    assert response.streaming
    return list(csv.DictReader(StringIO(b"".join(response.streaming_content).decode())))


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_every_list_can_be_downloaded(model, admin_client):
    if model in (LinkCheck, Revision):
        {LinkCheck: make.make_link_check, Revision: make.make_revision}[model]()
    response = admin_client.get(_csv_url(model))

    header, first = (line.decode().strip() for line in islice(response.streaming_content, 2))
    response.close()

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith(f'attachment; filename="{model._meta.verbose_name_plural}'[:25])
    assert header.split(",") == list(columns(model))
    assert first


def test_columns_are_those_of_the_fixture_but_for_what_is_private():
    for table in fixture.TABLES:
        private = {"note"} if table.model in {Citation, Proposal} else set()
        assert set(columns(table.model)) == {*(["id"] if table.keeps_id else []), *table.columns, *table.many} - private


def test_rows_are_written_as_in_the_fixture(admin_client):
    agency = make.make_agency(name="Only This One")
    agency.municipalities.add(make.south_miami())
    agreement = make.make_agreement(agency=agency, addendum_urls=["https://ice.example/a", "https://ice.example/b"])

    (row,) = _rows(admin_client, Agency, q="Only This One")
    (agreed,) = _rows(admin_client, Agreement, q=agreement.public_id)

    assert (row["state"], row["slug"], row["is_from_list"], row["merged_into"]) == ("FL", agency.slug, "", "")
    assert row["municipalities"] == "1267550"
    assert (agreed["agency"], agreed["program"]) == (f"FL/{agency.slug}", "tfm")
    assert agreed["addendum_urls"] == "https://ice.example/a https://ice.example/b"


def test_filters_search_and_order_are_those_of_the_list(admin_client):
    asked = {"publication__exact": "draft", "q": "quite unlike"}
    drafts = [make.make_event(summary=f"Quite unlike {number}.") for number in range(3)]
    published = make.make_citation(event=make.make_event(summary="Quite unlike 4.")).event
    make.rewrite(Event.objects.filter(pk=published.pk), publication="published")

    rows = _rows(admin_client, Event, **asked)
    listed = admin_client.get(url(Event, "changelist"), asked)

    assert [int(row["id"]) for row in rows] == [one.pk for one in listed.context["cl"].result_list]
    assert {int(row["id"]) for row in rows} == {one.pk for one in drafts}
    link = listed.context["csv_url"]
    assert len(b"".join(admin_client.get(link).streaming_content).splitlines()) == 4


def test_search_is_made_once(admin_client):
    make.make_agency_alias(printed_name="Unlike PD")

    with CaptureQueriesContext(connection) as asked:
        assert len(_rows(admin_client, Agency, q="unlike")) == 1

    assert sum("UNION" in one["sql"] for one in asked) == 1


def test_all_pages_of_the_list_are_in_it(admin_client):
    page = admin_client.get(url(Source, "changelist"), {"p": "2"})

    assert "p=" not in page.context["csv_url"]
    assert len(_rows(admin_client, Source)) == Source.objects.count() > page.context["cl"].list_per_page


def test_row_found_in_two_ways_is_there_once(admin_client):
    agency = make.make_agency(name="Found Twice")
    for name in ("Found Twice PD", "Found Twice Police"):
        make.make_agency_alias(agency=agency, printed_name=name)

    assert len(_rows(admin_client, Agency, q="found twice")) == 1


@pytest.mark.parametrize("start", FORMULA)
def test_cell_that_would_be_run_begins_with_an_apostrophe(start, admin_client):
    source = make.make_source(title=f"{start}HYPERLINK(1)")

    rows = {row["id"]: row for row in _rows(admin_client, Source, q="HYPERLINK(1)")}

    assert rows[str(source.pk)]["title"] == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize(
    ("value", "text"),
    [(-1, "-1"), (-80.29, "-80.29"), (True, "1"), (False, ""), (None, ""), ("=1", "'=1"), (["+a", "b"], "'+a b")],
)
def test_cells(value, text):
    assert cell(value) == text


def test_nothing_for_editors_alone_is_in_it(admin_client, admin_user):
    make.delete_record()
    make.make_citation(note="Only for us: call the clerk.")
    make.make_proposal(
        note="Only for us: call the clerk.", answer="no", answered_by=admin_user, answered_at=timezone.now()
    )
    User.objects.filter(pk=admin_user.pk).update(username="secretname", email="secret@mail.example")

    for model in (one for one in LISTS if one._meta.app_label == "agreements"):
        text = b"".join(admin_client.get(_csv_url(model)).streaming_content).decode()
        assert "Only for us" not in text, model
        assert "secret" not in text, model


def test_who_may_not_see_the_list_may_not_download_it(client):
    assert client.get(_csv_url(Source)).status_code == 302
    client = who_may("view_source")

    assert client.get(_csv_url(Source)).status_code == 200
    assert client.get(_csv_url(Agency)).status_code == 403


def test_filter_that_is_none_leads_back_to_the_list(admin_client):
    response = admin_client.get(_csv_url(Event, publication__exact="draft", latest__year="x"))

    assert (response.status_code, response["Location"]) == (302, url(Event, "changelist"))


def test_lists_link_it(admin_client):
    page = admin_client.get(url(Listing, "changelist")).content.decode()

    assert f'href="{_csv_url(Listing)}"' in page
    places = admin_client.get(reverse("admin:municipalities_municipality_changelist")).content.decode()
    assert _csv_url(Municipality) in places
