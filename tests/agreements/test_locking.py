"""Saving over somebody's newer change: refused, both shown, and done knowingly the second time."""

from datetime import date

import pytest
from django.contrib.admin.sites import site
from django.contrib.auth.models import User
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from agreements.admin.base import DeskAdmin
from agreements.admin.locking import Seen, renumber
from agreements.dates import in_words
from agreements.models import AgencyAlias, Agreement, Citation, Source
from tests import factories as make
from tests.desk_forms import form_of, url
from tests.signing_in import sign_in, who_may

pytestmark = pytest.mark.django_db

REFUSED = "Somebody changed this since you opened the page. Nothing was saved"


@pytest.fixture
def other(db) -> Client:
    """A second editor, with a name of her own."""
    editor = User.objects.create_superuser("ana", first_name="Ana", last_name="Pérez")
    client = Client()
    sign_in(client, editor)
    return client


def _save(client, row, form):
    return client.post(url(type(row), "change", row.pk), form)


def _by_sql(sql: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _differences(response) -> dict[str, tuple[str, str, str]]:
    return {one.label: (one.now, one.typed, one.by) for one in response.context["differences"]}


def test_every_change_page_of_the_record_is_locked():
    for model, admin in site._registry.items():
        if model._meta.app_label in {"agreements", "municipalities"}:
            assert isinstance(admin, DeskAdmin), model
            assert admin.list_editable == (), model


def test_two_editors_the_second_is_refused_and_sees_both(admin_client, other):
    source = make.make_source(title="As it was", publisher="The Gazette")
    mine = form_of(admin_client, source, title="My title")

    hers = form_of(other, source, title="Her title")
    assert _save(other, source, hers).status_code == 302
    response = _save(admin_client, source, mine)

    source.refresh_from_db()
    assert (response.status_code, source.title) == (200, "Her title")
    assert REFUSED in response.content.decode()
    (label, (now, typed, by)) = next(iter(_differences(response).items()))
    assert (label, now, typed) == ("Title", "Her title", "My title")
    assert by.startswith("Ana Pérez, ")
    assert by.endswith(" UTC")
    assert 'value="My title"' in response.content.decode()


def test_saved_knowingly_the_second_time(admin_client, other):
    source = make.make_source()
    mine = form_of(admin_client, source, title="My title")
    _save(other, source, form_of(other, source, title="Her title"))

    refused = _save(admin_client, source, mine)
    response = _save(admin_client, source, {**mine, "_seen": refused.context["seen"]})

    source.refresh_from_db()
    assert (response.status_code, source.title) == (302, "My title")


def test_changed_again_after_it_was_refused_is_refused_again(admin_client, other):
    source = make.make_source()
    mine = form_of(admin_client, source, title="My title")
    _save(other, source, form_of(other, source, title="Her title"))
    seen = _save(admin_client, source, mine).context["seen"]
    _save(other, source, form_of(other, source, title="Her second title"))

    response = _save(admin_client, source, {**mine, "_seen": seen})

    source.refresh_from_db()
    assert source.title == "Her second title"
    assert _differences(response)["Title"][0] == "Her second title"


def test_change_by_sql_in_between_is_refused_and_said(admin_client):
    event = make.make_event(summary="As it was.")
    mine = form_of(admin_client, event, summary="As I say.")
    _by_sql("UPDATE agreements_event SET latest = '2025-03-09' WHERE id = %s", event.pk)

    response = _save(admin_client, event, mine)

    event.refresh_from_db()
    assert (event.summary, event.latest) == ("As it was.", date(2025, 3, 9))
    found = _differences(response)
    assert found["What happened"] == ("As it was.", "As I say.", "")
    assert found["When"][:2] == (in_words(date(2025, 3, 7), date(2025, 3, 9)), "March 7, 2025")
    assert found["When"][2].startswith("a command or SQL, ")


def test_an_untouched_form_over_a_newer_change_undoes_nothing(admin_client):
    source = make.make_source(title="As it was")
    mine = form_of(admin_client, source)
    _by_sql("UPDATE agreements_source SET title = 'By SQL' WHERE id = %s", source.pk)

    _save(admin_client, source, mine)

    source.refresh_from_db()
    assert source.title == "By SQL"


def test_changed_and_changed_back_is_no_conflict(admin_client):
    source = make.make_source(title="As it was")
    mine = form_of(admin_client, source, title="My title")
    _by_sql("UPDATE agreements_source SET title = 'By SQL' WHERE id = %s", source.pk)
    _by_sql("UPDATE agreements_source SET title = 'As it was' WHERE id = %s", source.pk)

    assert _save(admin_client, source, mine).status_code == 302


@pytest.mark.parametrize("seen", [None, "", "nothing", "a-b-c", "0123-1", "-" * 50, "x-99999999999999999999"])
def test_form_that_does_not_say_what_it_was_made_from_is_refused(seen, admin_client):
    source = make.make_source(title="As it was")
    form = form_of(admin_client, source, title="My title")
    del form["_seen"]

    response = _save(admin_client, source, form if seen is None else {**form, "_seen": seen})

    source.refresh_from_db()
    assert (response.status_code, source.title) == (200, "As it was")
    assert REFUSED in response.content.decode()


def test_what_else_is_wrong_is_said_as_well(admin_client):
    source = make.make_source()
    mine = form_of(admin_client, source, title="")
    _by_sql("UPDATE agreements_source SET publisher = 'By SQL' WHERE id = %s", source.pk)

    page = _save(admin_client, source, mine).content.decode()

    assert REFUSED in page
    assert "This field is required." in page


def test_change_of_links_is_a_conflict(admin_client):
    agency = make.make_agency()
    mine = form_of(admin_client, agency, name="My name")
    agency.municipalities.add(make.south_miami())

    response = _save(admin_client, agency, mine)

    agency.refresh_from_db()
    assert (agency.name != "My name", agency.municipalities.count()) == (True, 1)
    now, typed, by = _differences(response)["Municipalities"]
    assert (now, typed) == ("South Miami, FL", "(empty)")
    assert by.startswith("a command or SQL, ")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE agreements_citation SET says = 'By SQL' WHERE event_id = %s",
        "DELETE FROM agreements_citation WHERE event_id = %s",
    ],
)
def test_change_of_a_row_of_an_inline_is_a_conflict(sql, admin_client):
    citation = make.make_citation(says="As it was")
    mine = form_of(admin_client, citation.event, summary="As I say.")
    _by_sql(sql, citation.event_id)

    response = _save(admin_client, citation.event, mine)

    assert response.status_code == 200
    citation.event.refresh_from_db()
    assert citation.event.summary != "As I say."


def test_row_added_meanwhile_stays_when_saved_over(admin_client):
    citation = make.make_citation()
    mine = form_of(admin_client, citation.event, summary="As I say.")
    added = make.make_citation(event=citation.event)

    refused = _save(admin_client, citation.event, mine)
    _save(admin_client, citation.event, {**mine, "_seen": refused.context["seen"]})

    assert set(citation.event.citations.all()) == {citation, added}
    assert any(one.done == "Added" and "citation" in one.about for one in refused.context["conflict"].changes)


def test_row_deleted_meanwhile_is_kept_as_typed_and_comes_back_when_saved_over(admin_client):
    gone, stays = make.make_citation(), make.make_citation()
    Citation.objects.filter(pk=stays.pk).update(event=gone.event)
    mine = form_of(admin_client, gone.event, **{"citations-0-says": "What I typed"})
    Citation.objects.filter(pk=gone.pk).delete()

    refused = _save(admin_client, gone.event, mine)
    page = refused.content.decode()
    assert "What I typed" in page
    again = {}
    for form in [refused.context["adminform"].form, *_inline_forms(refused)]:
        again |= {one.html_name: one.value() for one in form if one.value() not in (None, False)}
    response = _save(admin_client, gone.event, {**again, "_seen": refused.context["seen"]})

    assert response.status_code == 302
    says = set(gone.event.citations.values_list("source", "says"))
    assert says == {(gone.source_id, "What I typed"), (stays.source_id, "")}


def _inline_forms(response):
    for inline in response.context["inline_admin_formsets"]:
        yield inline.formset.management_form
        yield from inline.formset.forms


def test_alias_of_an_agency_is_seen_by_its_page(admin_client):
    alias = make.make_agency_alias(printed_name="As it was")
    mine = form_of(admin_client, alias.agency, **{"aliases-0-printed_name": "My name"})
    AgencyAlias.objects.filter(pk=alias.pk).update(printed_name="Another")

    response = _save(admin_client, alias.agency, mine)

    assert _differences(response)["agency alias 1: Printed name"][:2] == ("Another", "My name")


def test_who_may_not_change_is_refused_before_anything_is_asked():
    client = who_may("view_agreement")
    agreement = make.make_agreement()

    assert client.post(url(Agreement, "change", agreement.pk), {"program": "jem"}).status_code == 403


def test_row_that_is_no_more_is_said(admin_client):
    gone = reverse("admin:agreements_source_change", args=[999_999])

    assert admin_client.get(gone).status_code == 302
    assert admin_client.post(gone, {}).status_code == 302
    assert admin_client.get(reverse("admin:agreements_source_change", args=["x"])).status_code == 302


def test_two_transactions_at_once_the_later_waits_and_is_refused(admin_client, editors):
    """The row is locked and then compared: what another transaction commits meanwhile is seen."""
    one, _ = editors
    source = Source.objects.order_by("pk").first()
    mine = form_of(admin_client, source, title="My title")

    # The other has the row: ours may not get it.
    one.execute("SELECT 1 FROM agreements_source WHERE id = %s FOR UPDATE", [source.pk])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
    admin_client.raise_request_exception = False
    response = _save(admin_client, source, mine)
    one.rollback()

    assert response.status_code == 500  # it waited for the row until the test's own time was out


def test_seen_is_read_back_as_written():
    seen = Seen("0a" * 16, (0, 12, 3))

    assert Seen.parse(str(seen), 3) == seen
    assert Seen.parse(str(seen), 2).digest == ""


def test_renumber_keeps_what_stands_and_makes_the_rest_new():
    posted = QueryDict(mutable=True)
    posted.update({"c-INITIAL_FORMS": "3", "c-TOTAL_FORMS": "4", "other": "1"})
    for number, key in enumerate(("7", "8", "9", "")):
        posted.update({f"c-{number}-id": key, f"c-{number}-says": f"says {key}"})
    posted["c-2-DELETE"] = "on"

    renumber(posted, "c", "id", {"8"})

    assert posted.dict() == {
        "other": "1",
        "c-INITIAL_FORMS": "1",
        "c-TOTAL_FORMS": "3",
        "c-0-id": "8",
        "c-0-says": "says 8",
        "c-1-id": "",
        "c-1-says": "says 7",
        "c-2-id": "",
        "c-2-says": "says ",
    }


@pytest.mark.parametrize("initial", ["", "x", "-1", "²"])
def test_renumber_leaves_alone_what_no_browser_sends(initial):
    posted = QueryDict(mutable=True)
    posted.update({"c-INITIAL_FORMS": initial, "c-0-id": "7"})

    renumber(posted, "c", "id", set())

    assert posted["c-0-id"] == "7"
