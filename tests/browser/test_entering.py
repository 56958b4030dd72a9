"""Adding what happened in the browser: by keyboard alone, with a preview, and nothing typed is lost."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from agreements.groups import CONTRIBUTOR
from agreements.models import Agency, Agreement, Event, Source
from municipalities.models import Municipality
from tests.axe_rules import broken
from tests.signing_in import code_of, make_account, make_device

ADD = "/admin/agreements/event/add/"
NAME, PASSWORD = "desk-editor", "only-for-tests-5"
SUMMARY = "The council voted 4-1 to join, in a test."


def _forget() -> None:
    """Take away what was entered, and who did it: the changes of a served site are committed."""
    events = Event.objects.filter(summary=SUMMARY)
    agencies = list(events.filter(agreement__is_from_list=False).values_list("agreement__agency", flat=True))
    events.delete()
    Agreement.objects.filter(agency__in=agencies, events=None).delete()
    Agency.objects.filter(pk__in=agencies, agreements=None).delete()
    Source.objects.filter(url__startswith="https://gazette.example/").delete()
    User.objects.filter(username=NAME).delete()


@pytest.fixture
def editor(in_database):
    """An editor's account."""
    in_database(_forget)
    in_database(lambda: make_account(CONTRIBUTOR, username=NAME, password=PASSWORD))
    yield NAME
    in_database(_forget)


def sign_in(page: Page, code: str = "") -> None:
    page.fill("#id_username", NAME)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    if code:
        page.fill("#id_code", code)
        page.press("#id_code", "Enter")
    page.wait_for_load_state()


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    for _ in range(most):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Not reached in {most} presses of Tab: {selector}")


def type_vote(page: Page, town: Municipality) -> None:
    """All that a council vote with a new source needs, by keyboard alone."""
    expect(page.locator(".field-about .select2-selection")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type(f"{town.name}, FL")
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text(f"{town.name}, ")
    page.keyboard.press("Enter")
    tab_to(page, "#id_kind")
    page.keyboard.type("Vote to approve")
    tab_to(page, "#id_typed")
    page.keyboard.type("3/4/2025")
    tab_to(page, "#id_summary")
    page.keyboard.type(SUMMARY)
    tab_to(page, "#id_votes_for")
    page.keyboard.type("4")
    tab_to(page, "#id_votes_against")
    page.keyboard.type("1")
    tab_to(page, "#id_citations-0-address")
    page.keyboard.type("gazette.example/vote?utm_source=x")
    tab_to(page, "#id_citations-0-title")
    page.keyboard.type("Council votes")
    tab_to(page, "#id_citations-0-publisher")
    page.keyboard.type("The Gazette")
    tab_to(page, "#id_citations-0-source_kind")
    page.keyboard.type("News")


def test_keyboard_alone_enters_a_council_vote_with_a_new_source(visit, editor, town):
    page = visit.open(ADD)
    sign_in(page)
    type_vote(page, town)

    shown = page.locator("#preview-shown")
    expect(shown).to_contain_text("Approved locally since March 4, 2025", timeout=15_000)
    expect(shown).to_contain_text(f"This will open a record for the City of {town.name}")
    expect(page.locator(".known-source")).to_contain_text("New: give its title")
    assert page.locator("#id_citations-0-address").input_value() == "https://gazette.example/vote"
    tab_to(page, "input[name=_save], .submit-row [type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist .success")).to_be_visible(timeout=30_000)
    page.goto(visit.site + ADD)
    expect(page.locator("#keep")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).filter((each) => each.startsWith('desk:'))") == []
    # The browser asks for an icon, which the admin has not.
    assert [one for one in visit.complaints if "404" not in one] == []
    assert visit.strangers == []


def test_fields_of_other_kinds_are_hidden_and_the_letters_counted(visit, editor):
    page = visit.open(ADD)
    sign_in(page)

    page.select_option("#id_kind", "statement")
    expect(page.locator("#id_votes_for")).to_be_hidden()
    expect(page.locator("#id_suit")).to_be_hidden()
    page.select_option("#id_kind", "lawsuit_filed")
    expect(page.locator("#id_suit")).to_be_visible()
    page.select_option("#id_kind", "vote_approved")
    expect(page.locator("#id_votes_for")).to_be_visible()
    page.fill("#id_summary", "It was decided by nobody we know of, said illegals.")
    expect(page.locator("#id_summary_left")).to_have_text("229 of 280 characters left")
    expect(page.locator("#summary-hints")).to_contain_text("takes a side", timeout=15_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize("has_app", [False, True], ids=["password", "password-and-code"])
def test_expired_login_leads_back_to_what_was_typed(has_app, visit_at_desk, editor, in_database, town):
    def code() -> str:
        return in_database(lambda: code_of(User.objects.get(username=NAME))) if has_app else ""

    if has_app:
        in_database(lambda: make_device(User.objects.get(username=NAME)))
    page = visit_at_desk.open(ADD)
    sign_in(page, code())
    expect(page.locator("#event_form")).to_be_visible()
    type_vote(page, town)
    cookies = [each for each in page.context.cookies() if each["name"] != "sessionid"]
    page.context.clear_cookies()
    page.context.add_cookies(cookies)
    page.click("input[name=_save], .submit-row [type=submit] >> nth=0")
    page.wait_for_url("**/login/**")
    sign_in(page, code())

    expect(page.locator("#keep")).to_contain_text("You were signed out. What you had typed at")
    assert page.locator("#id_summary").input_value() == SUMMARY
    assert page.locator("#id_citations-0-title").input_value() == "Council votes"
    expect(page.locator(".field-about .select2-selection")).to_contain_text(town.name)


def test_closed_tab_is_offered_back_and_can_be_discarded(visit_at_desk, editor):
    page = visit_at_desk.open(ADD)
    sign_in(page)
    page.fill("#id_summary", "Half a sentence")
    page.wait_for_timeout(500)
    page.goto("about:blank")
    page.goto(visit_at_desk.site + ADD)

    expect(page.locator("#keep")).to_contain_text("You had typed something here at")
    page.click("#keep >> text=Restore")
    assert page.locator("#id_summary").input_value() == "Half a sentence"
    page.wait_for_timeout(500)
    page.goto(visit_at_desk.site + ADD)
    page.click("#keep >> text=Discard")
    page.goto(visit_at_desk.site + ADD)
    expect(page.locator("#keep")).to_be_hidden()


def test_signing_out_forgets_what_was_typed(visit_at_desk, editor):
    page = visit_at_desk.open(ADD)
    sign_in(page)
    page.fill("#id_summary", "Half a sentence")
    page.wait_for_timeout(500)
    page.goto(visit_at_desk.site + "/admin/")
    page.click("#logout-form button")
    page.wait_for_load_state()

    assert page.evaluate("Object.keys(localStorage).filter((each) => each.startsWith('desk:'))") == []


def test_without_a_script_the_preview_comes_by_its_button(visit_without_script, editor, town):
    page = visit_without_script.open(ADD)
    sign_in(page)
    page.fill("[name=about_words]", f"{town.name}, FL")
    page.select_option("#id_kind", "statement")
    page.fill("#id_typed", "3/4/2025")
    page.fill("#id_summary", SUMMARY)
    page.click("button[name=_preview]")
    page.wait_for_load_state()

    if page.locator("#problems").count():
        page.select_option("#id_about", label=f"{town.name}, {town.main_county.full_name}, FL (city)")
        page.fill("[name=about_words]", "")
        page.click("button[name=_preview]")
        page.wait_for_load_state()
    expect(page.locator("#preview-shown")).to_contain_text("“Statement” moves no status.")
    assert page.locator("#id_summary").input_value() == SUMMARY


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_passes_the_rules_of_axe_empty_refused_and_with_a_preview(scheme, browser, site, editor, town):
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page.goto(site + ADD)
    sign_in(page)
    found = {"empty": broken(page, scheme)}
    type_vote(page, town)
    expect(page.locator("#preview-shown")).to_contain_text("Approved locally", timeout=15_000)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found["preview"] = broken(page, scheme)
    page.fill("#id_summary", "")
    page.click("input[name=_save], .submit-row [type=submit] >> nth=0")
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator(".errornote")).to_be_hidden()
    page.set_viewport_size({"width": 360, "height": 800})
    found["refused"] = broken(page, scheme)
    page.close()

    assert found == {"empty": [], "preview": [], "refused": []}
