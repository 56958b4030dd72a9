"""Agencies, their names and agreements in the admin: what an editor says of them holds at once."""

from datetime import date, timedelta
from importlib import import_module

import psycopg
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from agreements.ice.answering import refuse_other_states
from agreements.ice.apply import Rules
from agreements.models import Agency, AgencyAlias, Agreement, Listing, Proposal
from municipalities.models import County, Municipality
from tests import factories as make
from tests.agreements.ice.sheets import read, row, sheet
from tests.desk_forms import form_of, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_rules")]

DAY = date(2025, 7, 7)
SIGNED = date(2025, 6, 20)
SOUTH, QWERTZ = row(signed=SIGNED), row("Qwertzville Police Department", SIGNED)
ALABAMA = "01001"


def listed() -> tuple[Agency, Agency]:
    """Two agencies as the lists print them: one that has its place, and one of which it is asked."""
    read(sheet(DAY, SOUTH, QWERTZ))
    return Agency.objects.get(name__startswith="South"), Agency.objects.get(name__startswith="Qwertz")


def is_one(south: Agency, qwertz: Agency) -> bool:
    qwertz.refresh_from_db()
    return qwertz.merged_into == south and Listing.objects.filter(agreement__agency=south).count() == 2


def test_alias_of_an_editor_settles_at_once(admin_client):
    south, qwertz = listed()
    alias = AgencyAlias.objects.get(printed_name=qwertz.name)

    response = admin_client.post(url_of(alias), form_of(admin_client, alias, agency=south.pk), follow=True)

    assert is_one(south, qwertz)
    assert "The record follows the answer: " in response.content.decode()
    assert not Proposal.objects.open().exists()


def test_alias_beneath_an_agency_settles_at_once(admin_client):
    south, _ = listed()
    values = form_of(admin_client, south)
    number = int(values["aliases-TOTAL_FORMS"])
    new = {"state": south.state.pk, "printed_name": "So. Miami Cops", "is_answer": "on", "agency": south.pk}
    values |= {f"aliases-{number}-{name}": value for name, value in new.items()}

    response = admin_client.post(url_of(south), {**values, "aliases-TOTAL_FORMS": number + 1})
    read(sheet(DAY + timedelta(days=1), SOUTH, row("So. Miami Cops", SIGNED), QWERTZ))

    assert response.status_code == 302
    assert Listing.objects.filter(agreement__agency=south).count() == 2


@pytest.mark.parametrize("page", ["delete", "action"])
def test_alias_that_is_deleted_no_longer_holds(page, admin_client):
    south, qwertz = listed()
    alias = AgencyAlias.objects.get(printed_name=qwertz.name)
    admin_client.post(url_of(alias), form_of(admin_client, alias, agency=south.pk))
    assert is_one(south, qwertz)

    if page == "delete":
        admin_client.post(url_of(alias, "delete"), {"post": "yes"})
    else:
        values = {"action": "delete_selected", "_selected_action": [alias.pk], "post": "yes"}
        admin_client.post(reverse("admin:agreements_agencyalias_changelist"), values)

    assert Listing.objects.filter(agreement__agency=south).count() == 1
    assert not AgencyAlias.objects.filter(printed_name=qwertz.name, is_answer=True).exists()


def test_alias_of_which_only_the_reason_changes_settles_nothing(admin_client, monkeypatch):
    alias = make.make_agency_alias(is_answer=False)
    monkeypatch.setattr(Rules, "load", lambda: pytest.fail("nothing to settle"))

    assert admin_client.post(url_of(alias), form_of(admin_client, alias, reason="So it says.")).status_code == 302


def test_place_of_an_editor_answers_the_question_at_once(admin_client, admin_user):
    _, qwertz = listed()
    asked = Proposal.objects.get(kind="place")
    county = County.objects.get(geoid="12086")

    admin_client.post(url_of(qwertz), form_of(admin_client, qwertz, counties=[county.pk]))

    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by, asked.note) == (
        "yes",
        User.objects.get(pk=admin_user.pk),
        "It belongs to Miami-Dade County, FL.",
    )
    read(sheet(DAY + timedelta(days=1), SOUTH, QWERTZ))
    assert list(qwertz.counties.all()) == [county]
    assert not Proposal.objects.open().exists()


def test_kind_alone_says_nothing_of_the_place_unless_it_needs_none(admin_client):
    _, qwertz = listed()
    asked = Proposal.objects.get(kind="place")

    admin_client.post(url_of(qwertz), form_of(admin_client, qwertz, kind="sheriff"))
    asked.refresh_from_db()
    assert (asked.answer, asked.is_current) == ("", True)

    admin_client.post(url_of(qwertz), form_of(admin_client, qwertz, kind="state_police"))
    asked.refresh_from_db()
    assert (asked.answer, asked.note) == ("yes", "It has no place of its own.")


def test_alias_without_a_state_is_a_form_error_unless_it_was_one(admin_client):
    agency = make.make_agency()
    values = {"agency": agency.pk, "printed_name": "So. Miami Cops", "is_answer": "on", "state": ""}

    page = admin_client.post(reverse("admin:agreements_agencyalias_add"), values).content.decode()
    assert "Choose the state. Whose a row without one is" in page

    alias = AgencyAlias.objects.create(agency=agency, printed_name="So. Miami Cops")
    assert admin_client.post(url_of(agency), form_of(admin_client, agency, name="Another")).status_code == 302
    assert admin_client.post(url_of(alias), form_of(admin_client, alias, reason="So it says.")).status_code == 302


def test_answers_of_before_about_rows_without_a_state_keep_none():
    migration = import_module("agreements.migrations.0012_names_without_a_state")
    reason = {"reason": "ana said whose the row without a readable state is."}
    alabama = County.objects.get(geoid=ALABAMA).state
    one, in_florida, in_alabama, of_florida = (
        make.make_agency_alias(printed_name="So. Miami Cops", **reason),
        make.make_agency_alias(printed_name="Lake PD", **reason),
        make.make_agency_alias(printed_name="Lake PD", state=alabama, **reason),
        make.make_agency_alias(printed_name="Miami Cops", reason="The chief said so."),
    )

    with connection.schema_editor() as editor:
        migration.without_a_state(apps, editor)

    kept = dict(AgencyAlias.objects.values_list("pk", "state__code"))
    assert [kept[alias.pk] for alias in (one, in_florida, in_alabama, of_florida)] == [None, "FL", "AL", "FL"]


@pytest.mark.parametrize("field", ["municipalities", "counties"])
def test_place_of_another_state_is_a_form_error(field, admin_client):
    _, qwertz = listed()
    place = {
        "municipalities": Municipality.objects.filter(state__code="AL").first(),
        "counties": County.objects.get(geoid=ALABAMA),
    }[field]

    response = admin_client.post(url_of(qwertz), form_of(admin_client, qwertz, **{field: [place.pk]}))

    assert f"The agency is Florida&#x27;s, but {place} is in Alabama." in response.content.decode()
    assert not getattr(qwertz, field).exists()


def refused_at_commit() -> str:
    """The name of the rule that a commit would fail on."""
    with pytest.raises(IntegrityError) as caught, connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert isinstance(caught.value.__cause__, psycopg.errors.CheckViolation)
    return str(caught.value.__cause__.diag.constraint_name)


@pytest.mark.parametrize("field", ["municipalities", "counties"])
def test_place_of_another_state_is_refused_by_the_database(field):
    agency, place = make.make_agency(), County.objects.get(geoid=ALABAMA)

    getattr(agency, field).add(place if field == "counties" else Municipality.objects.filter(state=place.state)[0])

    assert refused_at_commit() == "agency_places_of_its_state"


def test_agency_that_moves_without_its_places_is_refused_by_the_database():
    agency, elsewhere = make.make_agency(), County.objects.get(geoid=ALABAMA)
    agency.municipalities.add(make.south_miami())

    Agency.objects.filter(pk=agency.pk).update(state=elsewhere.state)

    assert refused_at_commit() == "agency_places_of_its_state"


def test_agency_that_moves_with_its_places_is_not_refused():
    agency, elsewhere = make.make_agency(), County.objects.get(geoid=ALABAMA)
    agency.municipalities.add(make.south_miami())

    Agency.objects.filter(pk=agency.pk).update(state=elsewhere.state)
    agency.municipalities.clear()
    agency.counties.set([elsewhere])

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # which raises where a place is another state's
    assert list(agency.counties.all()) == [elsewhere]


def test_places_of_its_own_state_are_not_refused():
    refuse_other_states(make.florida(), [make.south_miami(), make.south_miami().main_county])
    with pytest.raises(ValidationError, match="is in Florida"):
        refuse_other_states(County.objects.get(geoid=ALABAMA).state, [make.south_miami()])


@pytest.mark.parametrize("make_row", [make.make_agency, make.make_agreement])
@pytest.mark.parametrize("through", [0, 1, 2])
def test_merging_in_a_circle_is_refused_by_the_database(make_row, through):
    rows = [make_row() for _ in range(through + 2)]
    for one, other in zip(rows, rows[1:], strict=False):
        type(one).objects.filter(pk=one.pk).update(merged_into=other)

    with pytest.raises(IntegrityError, match="cannot take it in"), transaction.atomic():
        type(rows[0]).objects.filter(pk=rows[-1].pk).update(merged_into=rows[0])


def test_agreement_of_the_importer_keeps_its_id_agency_and_program(admin_client):
    agreement = make.make_agreement(is_from_list=True)
    values = form_of(admin_client, agreement)
    sent = {**values, "public_id": "A7777777", "agency": make.make_agency().pk, "program": "jem"}

    assert not {"public_id", "agency", "program"} & set(values)
    assert admin_client.post(url_of(agreement), sent).status_code == 302
    after = Agreement.objects.get(pk=agreement.pk)
    assert (after.public_id, after.agency, after.program) == (
        agreement.public_id,
        agreement.agency,
        agreement.program,
    )


def test_agreement_of_an_editor_keeps_its_id_only(admin_client):
    agreement, other = make.make_agreement(), make.make_agency()
    sent = form_of(admin_client, agreement, public_id="A7777777", agency=other.pk, program="jem")

    admin_client.post(url_of(agreement), sent)

    after = Agreement.objects.get(pk=agreement.pk)
    assert (after.public_id, after.agency, after.program) == (agreement.public_id, other, "jem")


def test_agreement_that_is_added_gets_the_next_id(admin_client):
    make.make_agreement(public_id="A0041")

    form = admin_client.get(reverse("admin:agreements_agreement_add")).context["adminform"].form

    assert form["public_id"].value() == "A0042"
