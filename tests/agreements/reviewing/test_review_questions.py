"""The questions that a sheet raises, answered on its review."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.ice.fingerprint import fingerprint
from agreements.models import Agency, AgencyAlias, Event, Listing, Proposal, Review
from municipalities.models import County
from tests import factories as make
from tests.agreements.ice.sheets import read, row, sheet
from tests.agreements.reviewing.pages import (
    DAY,
    HIALEAH,
    SIGNED,
    SOUTH,
    answered,
    at,
    bring_in,
    reviewed,
    text_of,
)
from tests.signing_in import who_may

pytestmark = pytest.mark.django_db


# Questions


def asks_departure(client: Client) -> tuple[Review, Proposal]:
    """A sheet from which one agreement is gone: whether it has ended is asked."""
    read(sheet(DAY, SOUTH, HIALEAH))
    review = reviewed(client, HIALEAH)
    bring_in(client, review)
    review.refresh_from_db()
    return review, Proposal.objects.get(kind="departure")


def test_question_is_answered_on_the_review_with_its_evidence(ana):
    review, asked = asks_departure(ana)
    page = text_of(ana.get(at(review)))
    assert "0 of 1 answered" in page
    for sentence in asked.evidence:
        assert sentence.replace("'", "&#x27;") in page
    assert '<td class="printed">South Miami Police Department</td>' in page

    page = text_of(answered(ana, review, asked, "yes", note="The chief told us."))

    assert "1 of 1 answered" in page
    assert "ana answered yes on " in page
    asked.refresh_from_db()
    assert (asked.answer, asked.note) == ("yes", "The chief told us.")
    assert Event.objects.filter(kind="departed", publication="published").exists()


def test_question_that_another_has_answered_says_who_and_writes_nothing(ana, ben):
    review, asked = asks_departure(ana)
    answered(ben, review, asked, "no")
    before = fingerprint()

    page = text_of(answered(ana, review, asked, "yes"))

    assert "ben answered no on " in page
    assert "Nothing was written." in page
    assert fingerprint() == before


def test_question_is_answered_once_on_its_own_page_too(ana, ben):
    _, asked = asks_departure(ana)
    client = who_may("change_proposal", "view_proposal", name="carl")
    url = reverse("admin:agreements_proposal_change", args=[asked.pk])
    opened = client.get(url).context
    form = {"seen": opened["adminform"].form.initial["seen"], "_seen": opened["seen"]}
    client.post(url, {"pressed": "no", **form})

    page = text_of(client.post(url, {"pressed": "yes", **form}))
    assert "carl answered no on " in page
    assert Proposal.objects.get(pk=asked.pk).answer == "no"

    again = client.get(url).context
    form = {"seen": again["adminform"].form.initial["seen"], "_seen": again["seen"]}
    assert client.post(url, {"pressed": "yes", **form}).status_code == 302
    assert Proposal.objects.get(pk=asked.pk).answer == "yes"


def test_question_of_another_review_is_not_found(ana):
    review, _ = asks_departure(ana)

    response = answered(ana, review, make.make_proposal(), "yes")

    assert response.status_code == 404


QWERTZ = row("Qwertzville Police Department", SIGNED)


def asks_place(client: Client) -> tuple[Review, Proposal]:
    read(sheet(DAY, SOUTH))
    review = reviewed(client, SOUTH, QWERTZ)
    bring_in(client, review)
    review.refresh_from_db()
    return review, Proposal.objects.get(kind="place")


def test_unmatched_agency_becomes_a_name_of_the_one_that_is_chosen(ana):
    review, asked = asks_place(ana)
    south = Agency.objects.get(name__startswith="South")

    page = text_of(answered(ana, review, asked, "agency", agency=south.pk))

    assert "1 of 1 answered" in page
    alias = AgencyAlias.objects.get(printed_name="Qwertzville Police Department")
    assert (alias.agency, alias.is_answer) == (south, True)
    assert Listing.objects.filter(agreement__agency=south).count() == 2
    assert Agency.objects.get(name__startswith="Qwertz").merged_into == south
    asked.refresh_from_db()
    assert (asked.answer, asked.note) == ("yes", "It is South Miami Police Department, FL.")
    assert not Proposal.objects.open().exists()


def test_unmatched_agency_is_given_its_place(ana):
    review, asked = asks_place(ana)
    county = County.objects.get(geoid="12086")

    answered(ana, review, asked, "place", counties=[county.pk])

    agency = Agency.objects.get(name__startswith="Qwertz")
    assert (list(agency.counties.all()), agency.is_from_list, agency.placing_note) == ([county], False, "")
    asked.refresh_from_db()
    assert (asked.answer, asked.note) == ("yes", "It belongs to Miami-Dade County, FL.")
    assert not Proposal.objects.open().exists()
    read(sheet(DAY + timedelta(days=3), SOUTH, QWERTZ))
    assert not Proposal.objects.open().exists()


@pytest.mark.parametrize(
    ("pressed", "values", "message"),
    [
        ("place", {}, "Choose a municipality or a county"),
        ("agency", {}, "Choose first"),
        ("agency", {"agency": "0"}, "Select a valid choice"),
        ("agency", {"agency": "itself"}, "choose another"),
        ("place", {"counties": "elsewhere"}, "Autauga County, AL is in Alabama"),
        ("yes", {}, "This question has no yes or no"),
        ("", {}, "Choose first"),
    ],
)
def test_place_that_cannot_be_is_refused_with_why(pressed, values, message, ana):
    review, asked = asks_place(ana)
    means = {
        "itself": Agency.objects.get(name__startswith="Qwertz").pk,
        "elsewhere": County.objects.get(geoid="01001").pk,
    }
    before = fingerprint()

    page = text_of(answered(ana, review, asked, pressed, **{name: means.get(one, one) for name, one in values.items()}))

    assert message in page
    assert fingerprint() == before


def test_vanished_agency_is_yet_another(ana):
    old, new = row("Qwertzville Police Department", SIGNED), row("Qwerzville Police Department", SIGNED)
    read(sheet(DAY, old, HIALEAH))
    review = reviewed(ana, new, HIALEAH)
    bring_in(ana, review)
    review.refresh_from_db()
    asked = Proposal.objects.get(kind="same_agency")
    hialeah = Agency.objects.get(name__startswith="Hialeah")
    assert text_of(ana.get(at(review))).count('<td class="printed">Qwer') == 2 * 2  # both rows, here and of the place

    answered(ana, review, asked, "agency", agency=hialeah.pk)

    asked.refresh_from_db()
    assert (asked.answer, asked.note) == ("no", "It is Hialeah Police Department, FL.")
    assert Agency.objects.get(name__startswith="Qwertz").merged_into == hialeah
    assert not Proposal.objects.open().filter(kind="same_agency").exists()


def test_row_whose_state_cannot_be_read_is_given_its_agency(ana):
    read(sheet(DAY, SOUTH))
    review = reviewed(ana, SOUTH, row("Hialeah Police Department", SIGNED, state="??"))
    assert "once the sheet is in, you can say whose" in text_of(ana.get(at(review)))
    bring_in(ana, review)
    assert "Rows without an agency" in text_of(ana.get(at(review)))
    lost = Listing.objects.get(agreement=None)
    hialeah = make.make_agency(name="Hialeah Police Department")
    url = reverse("admin:name_row", args=[review.pk, lost.pk])

    assert "Choose the agency first." in text_of(ana.post(url, {}, follow=True))
    ana.post(url, {"agency": hialeah.pk})

    lost.refresh_from_db()
    assert getattr(lost.agreement, "agency", None) == hialeah
    assert "Rows without an agency" not in text_of(ana.get(at(review)))
    assert ana.post(url, {"agency": hialeah.pk}).status_code == 404


def test_questions_that_an_answer_raises_are_asked_on_the_same_page(ana):
    read(sheet(DAY, row("Qwertzville Police Department", SIGNED), HIALEAH))
    review = reviewed(ana, row("Qwerzville Police Department", date(2025, 7, 8)), HIALEAH)
    bring_in(ana, review)
    review.refresh_from_db()
    first = set(review.questions)

    answered(ana, review, Proposal.objects.get(kind="same_agency"), "yes")

    review.refresh_from_db()
    new = set(review.questions) - first
    assert [key.split("/")[0] for key in new] == ["signed_again"]
    page = text_of(ana.get(at(review)))
    assert '<td class="printed">2025-06-20</td>' in page
    assert '<td class="printed">2025-07-08</td>' in page


def test_questions_take_as_many_queries_for_many_as_for_one(ana):
    counts = []
    for number in (1, 12):
        make.delete_record()
        read(sheet(DAY, SOUTH))
        names = [f"{'Qy' * (one + 3)}ville Police Department" for one in range(number)]
        review = reviewed(ana, SOUTH, *(row(name, SIGNED) for name in names))
        bring_in(ana, review)
        review.refresh_from_db()
        assert len(review.questions) == number
        with CaptureQueriesContext(connection) as queries:
            ana.get(at(review))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 25
