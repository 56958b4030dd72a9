"""The admin's pages for what the lists ask: proposals, and sheets that are held."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from agreements.ice.apply import Rules
from agreements.ice.holds import Limits
from agreements.models import Agency, Event, Proposal, Sheet
from tests import factories as make
from tests.agreements.ice.sheets import RULES, read, row, sheet
from tests.signing_in import who_may

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_rules")]

SIGNED = date(2025, 2, 20)
DAYS = [date(2025, 3, day) for day in (3, 4, 5)]
OTHER = row("Hialeah Police Department", SIGNED)
STRICT = replace(RULES, limits=Limits(hold_rows=0, hold_share=0.0))


def _url(row, page: str = "change") -> str:
    return reverse(f"admin:agreements_{row._meta.model_name}_{page}", args=[row.pk] if page == "change" else [])


def _post(client, row, values: dict[str, str], **options):
    """Sends a change page as a browser would: with the state that it was made from."""
    seen = client.get(_url(row)).context["seen"]
    return client.post(_url(row), {"_seen": seen, **values}, **options)


def _departure() -> Proposal:
    read(sheet(DAYS[0], row(signed=SIGNED), OTHER), sheet(DAYS[1], OTHER))
    return Proposal.objects.get()


def test_proposal_page_shows_the_evidence_and_where_to_look(admin_client):
    proposal = _departure()

    page = admin_client.get(_url(proposal)).content.decode()

    for sentence in proposal.evidence:
        assert f"<li>{sentence}</li>".replace("'", "&#x27;") in page
    assert f'href="{proposal.agreement.get_absolute_url()}"' in page
    assert f'href="{_url(proposal.agency)}"' in page
    assert page.count('name="pressed"') == 2
    assert 'name="evidence"' not in page
    assert 'name="_save"' not in page


def test_proposal_is_answered_by_a_button_and_the_record_follows(client):
    proposal = _departure()
    client = who_may("change_proposal", "view_proposal")

    response = _post(client, proposal, {"pressed": "yes", "note": "The chief told us."}, follow=True)

    assert "The record follows the answer: 1 event changed" in response.content.decode()
    proposal.refresh_from_db()
    assert (proposal.answer, proposal.answered_by.username, proposal.note) == ("yes", "editor", "The chief told us.")
    assert Event.objects.filter(kind="departed", publication="published").exists()


def test_proposal_form_changes_nothing_but_the_answer(admin_client):
    proposal = _departure()

    _post(admin_client, proposal, {"pressed": "no", "note": "", "evidence": "[]", "key": "x", "sentence": "x"})

    after = Proposal.objects.get()
    assert (after.key, after.evidence, after.answer) == (proposal.key, proposal.evidence, "no")


def test_proposal_saved_without_a_button_is_a_form_error(admin_client):
    proposal = _departure()

    response = _post(admin_client, proposal, {"note": "Only a note."})

    assert "Answer Yes or No." in response.content.decode()
    assert Proposal.objects.get().note == ""


def test_proposal_that_cannot_be_answered_so_is_a_form_error(admin_client):
    old, new = make.make_agency(name="Old PD"), make.make_agency(name="New PD")
    proposal = make.make_proposal(kind="same_agency", agency=old, other_agency=new, answer="yes")

    response = _post(admin_client, proposal, {"pressed": "no"})

    assert "a no cannot part them again" in response.content.decode()
    assert Proposal.objects.get().answer == "yes"


def test_proposal_about_a_place_has_no_buttons(admin_client):
    read(sheet(DAYS[0], row("Qwertzville Police Department", SIGNED)))
    proposal = Proposal.objects.get(kind="place")

    page = admin_client.get(_url(proposal)).content.decode()
    response = _post(admin_client, proposal, {"pressed": "yes"})

    assert 'name="pressed"' not in page
    assert f'href="{_url(Agency.objects.get())}"' in page
    assert "by its municipalities or counties" in response.content.decode()


def test_proposal_is_only_read_without_the_permission_to_change_it(client):
    proposal = _departure()
    client = who_may("view_proposal")

    page = client.get(_url(proposal)).content.decode()

    assert 'name="pressed"' not in page
    assert client.post(_url(proposal), {"pressed": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [("open", ["b"]), ("answered", ["c"]), ("settled", ["a"]), (None, ["b", "c", "a"])],
)
def test_proposals_are_listed_open_first_and_filtered(chosen, expected, admin_client):
    make.make_proposal(key="a", is_current=False)
    make.make_proposal(key="b")
    make.make_proposal(key="c", answer="yes")

    url = reverse("admin:agreements_proposal_changelist")
    response = admin_client.get(url, {"standing": chosen} if chosen else {})

    assert [one.key for one in response.context["cl"].result_list] == expected


def test_proposals_are_filtered_by_kind_and_state_and_found_by_agency(admin_client):
    mine = make.make_proposal(agency=make.make_agency(name="Quite Another Name"))
    make.make_proposal(kind="sheet", agreement=None, sheet=make.make_sheet())
    values = {"q": "quite another", "kind": "departure", "agency__state__id__exact": mine.agency.state.pk}

    response = admin_client.get(reverse("admin:agreements_proposal_changelist"), values)

    assert list(response.context["cl"].result_list) == [mine]


def _held(monkeypatch) -> Sheet:
    monkeypatch.setattr(Rules, "load", lambda: STRICT)
    read(sheet(DAYS[0], row(signed=SIGNED), OTHER), sheet(DAYS[1], OTHER), rules=STRICT)
    return Sheet.objects.exclude(held_because="").get()


def test_held_sheets_are_listed_with_why(admin_client, monkeypatch):
    held = _held(monkeypatch)

    response = admin_client.get(_url(held, "changelist"), {"held_because__isempty": "0"})

    assert list(response.context["cl"].result_list) == [held]
    assert "are not on it" in response.content.decode()


def test_held_sheet_is_ruled_on_from_its_own_page_alone(monkeypatch):
    held = _held(monkeypatch)
    client = who_may("change_sheet", "view_sheet", "review_sheet", "change_proposal", "view_proposal")
    asked = Proposal.objects.get(kind="sheet")

    page = client.get(_url(held)).content.decode()
    question = client.get(_url(asked)).content.decode()

    assert f'href="{reverse("admin:rule_on_sheet", args=[held.pk])}"' in page
    assert 'name="ruling"' not in page
    assert client.post(_url(held), {"ruling": "use"}).status_code == 403
    assert 'name="pressed"' not in question
    assert "see what would follow, and use the sheet or set it aside" in question
    assert "see what would follow" in _post(client, asked, {"pressed": "yes"}).content.decode()
    held.refresh_from_db()
    assert (held.ruling, Proposal.objects.get(kind="sheet").answer) == ("", "")
