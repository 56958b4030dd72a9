"""The questions that a sheet raises, answered on its review."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.ice.apply import Rules
from agreements.ice.fingerprint import fingerprint
from agreements.models import Agency, AgencyAlias, Event, Listing, Proposal, Review, Sheet
from municipalities.models import County
from tests import factories as make
from tests.agreements.ice.sheets import read, row, sheet
from tests.agreements.reviewing.pages import (
    DAY,
    HIALEAH,
    SIGNED,
    SOUTH,
    STRICT,
    answered,
    at,
    bring_in,
    meanwhile,
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
    form = {"_seen": opened["seen"]}
    client.post(url, {"pressed": "no", **form})

    response = client.post(url, {"pressed": "yes", **form})
    assert response.context["conflict"].changes[0].who == "carl"
    assert "Somebody changed this since you opened the page." in text_of(response)
    assert Proposal.objects.get(pk=asked.pk).answer == "no"

    assert client.post(url, {"pressed": "yes", "_seen": response.context["seen"]}).status_code == 302
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


def stateless(client: Client, *before: list[object], name: str) -> tuple[Review, str]:
    """A review whose sheet prints a name without a readable state, beside these rows; where its agency is said."""
    read(sheet(DAY, *before))
    review = reviewed(client, *before, row(name, SIGNED, state="??"))
    bring_in(client, review)
    return review, reverse("admin:name_row", args=[review.pk, Listing.objects.get(agreement=None).pk])


WASHINGTON = "Washington Police Department"
NAMESAKES = [row(WASHINGTON, SIGNED, state=state) for state in ("FLORIDA", "GEORGIA")]


def states_of_rows() -> list[str]:
    return list(Listing.objects.order_by("pk").values_list("agreement__agency__state__code", flat=True))


def test_answer_about_a_row_without_a_state_moves_no_row_with_one(ana):
    _, url = stateless(ana, *NAMESAKES, name=WASHINGTON)

    ana.post(url, {"agency": Agency.objects.get(state__code="GA").pk})
    read(sheet(date(2025, 7, 9), *NAMESAKES, row(WASHINGTON, date(2025, 7, 9), state="?")))

    assert states_of_rows() == ["FL", "GA", "GA", "GA"]
    assert not AgencyAlias.objects.filter(is_answer=True).exclude(state=None).exists()


def test_answer_about_a_row_without_a_state_that_would_do_nothing_is_refused(ana):
    """Two agencies of one name are told apart by their places: no name can stand for the second."""
    townships = [
        row("Washington Township Police Department", SIGNED, state="NEW JERSEY", county=f"{county} County")
        for county in ("Burlington", "Gloucester")
    ]
    _, url = stateless(ana, *townships, name="Wash. Twp. Police")
    second = Agency.objects.get(counties=None, municipalities__main_county__name="Gloucester")
    before = fingerprint()

    page = text_of(ana.post(url, {"agency": second.pk}, follow=True))

    assert f"The row would not become one of {second} by its name. Nothing was written." in page
    assert fingerprint() == before


def test_answer_about_a_row_without_a_state_is_not_replaced_by_another(ana):
    _, url = stateless(ana, *NAMESAKES, name=WASHINGTON)
    georgia, florida = (Agency.objects.get(state__code=code) for code in ("GA", "FL"))
    AgencyAlias.objects.create(printed_name=WASHINGTON, agency=georgia, reason="Ben asked them.")  # not settled yet

    page = text_of(ana.post(url, {"agency": florida.pk}, follow=True))

    assert "Nothing was written." in page
    alias = AgencyAlias.objects.get(state=None)
    assert (alias.agency, alias.reason) == (georgia, "Ben asked them.")


def test_questions_that_naming_a_row_raises_are_asked_on_the_same_page(ana):
    read(sheet(DAY, SOUTH, HIALEAH))
    review = reviewed(ana, row("So. Miami Cops", date(2025, 7, 8), state="??"), HIALEAH)
    bring_in(ana, review)
    lost = Listing.objects.get(agreement=None)

    url = reverse("admin:name_row", args=[review.pk, lost.pk])
    ana.post(url, {"agency": Agency.objects.get(name__startswith="South").pk})

    review.refresh_from_db()
    assert "signed_again" in [key.split("/")[0] for key in review.questions]


def test_questions_that_a_ruling_raises_are_asked_on_the_sheets_review(ana, monkeypatch):
    monkeypatch.setattr(Rules, "load", lambda: STRICT)
    read(sheet(DAY, SOUTH, HIALEAH), rules=STRICT)
    review = reviewed(ana, HIALEAH, QWERTZ)
    bring_in(ana, review)
    review.refresh_from_db()
    assert [key.split("/")[0] for key in review.questions] == ["sheet"]
    assert not Agency.objects.filter(name__startswith="Qwertz").exists()
    url = reverse("admin:rule_on_sheet", args=[review.sheet.pk])

    shown = ana.post(url, {"ruling": "use"}).context["ruled"].sha256
    review.refresh_from_db()
    assert len(review.questions) == 1
    ana.post(url, {"ruling": "use", "seen": shown})

    review.refresh_from_db()
    assert {key.split("/")[0] for key in review.questions} == {"sheet", "departure", "place", "same_agency"}
    assert "did not come with this sheet" not in text_of(ana.get(at(review)))


def test_questions_that_another_raised_meanwhile_are_not_this_reviews(ana, monkeypatch):
    review, asked = asks_departure(ana)
    theirs = []
    meanwhile(monkeypatch, lambda: theirs.append(make.make_proposal().key))

    answered(ana, review, asked, "yes")

    review.refresh_from_db()
    assert [key in review.questions for key in theirs] == [False]


def test_answer_is_not_kept_where_what_it_raises_is_not(ana, monkeypatch):
    review, asked = asks_departure(ana)

    def broken(*args):
        raise RuntimeError("no database today")

    monkeypatch.setattr("agreements.ice.reviewing._ask", broken)
    with pytest.raises(RuntimeError):
        answered(ana, review, asked, "yes")

    asked.refresh_from_db()
    assert asked.answer == ""


@pytest.mark.parametrize("pressed", ["yes", "no"])
def test_held_sheet_is_not_ruled_on_without_looking(pressed, ana, monkeypatch):
    monkeypatch.setattr(Rules, "load", lambda: STRICT)
    read(sheet(DAY, SOUTH, HIALEAH), rules=STRICT)
    review = reviewed(ana, HIALEAH)
    bring_in(ana, review)
    review.refresh_from_db()

    page = text_of(answered(ana, review, Proposal.objects.get(kind="sheet"), pressed))

    assert "This question has no yes or no: see what would follow" in page
    assert Sheet.objects.latest("pk").ruling == ""


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
