"""The pages of places and agreements as their readers use them."""

import re

import pytest
from playwright.sync_api import expect

SOUTH_MIAMI = "/us/fl/miami-dade/south-miami/"
PAGES = [
    SOUTH_MIAMI,
    "/us/fl/miami-dade/",
    "/us/fl/",
    "/us/fl/alachua/archer/",
    "/us/fl/duval/jacksonville/",
    "/us/pr/",
    "/agreements/A0284/",
    "/agencies/fl/hialeah-police-department/",
    "/sheets/participating/396/",
]


@pytest.fixture
def narrow(browser, site):
    """The narrowest screen that the pages must fit."""
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    yield lambda path: page.goto(site + path) and page
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_page_does_not_scroll_sideways_at_320(narrow, path):
    assert narrow(path).evaluate("document.documentElement.scrollWidth") <= 320


def test_south_miami_is_readable_without_script(visit_without_script):
    page = visit_without_script.open(SOUTH_MIAMI)
    verdict = page.locator(".verdict")
    expect(verdict.locator("strong")).to_have_text("No agreement known")
    expect(verdict).to_contain_text("South Miami has no 287(g) agreement that we know of")
    expect(page.locator(".notice").first).to_contain_text("report is being checked")
    expect(page.locator(".events > li").nth(1)).to_contain_text("The suit was dismissed")
    expect(page.locator(".facts")).to_contain_text("This can apply inside South Miami")
    expect(page.get_by_role("heading", name="Where sources differ")).to_be_visible()
    assert page.locator(".refs > li").count() > 10


def test_number_of_a_source_leads_to_it_and_shows_which(visit_without_script):
    page = visit_without_script.open(SOUTH_MIAMI)
    link = page.locator(".events .src a[href^='#s']").first
    number = link.inner_text()
    link.click()
    source = page.locator(f".refs > li#s{number}")
    expect(source).to_be_in_viewport()
    assert page.url.endswith(f"#s{number}")
    other = page.locator(f".refs > li:not(#s{number})").first
    assert background(source) != background(other)


def test_permalink_of_an_event_shows_which_it_is(visit):
    page = visit.open("/agreements/A0284/")
    anchor = page.locator(".events > li").nth(3).get_attribute("id")
    page = visit.open(f"/agreements/A0284/#{anchor}")
    event = page.locator(f"#{anchor}")
    expect(event).to_be_in_viewport()
    assert background(event) != background(page.locator(".events > li").first)
    assert visit.complaints == []


def test_agreement_page_shows_each_of_its_dates_with_its_document(visit):
    page = visit.open("/agreements/A0284/")
    dates = page.locator(".dates")
    expect(dates).to_contain_text("Signed, as ICE prints it")
    dates.get_by_role("link", name="April 3, 2025").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"pending list of April\s3, 2025"))


def test_facts_stand_beside_the_events_on_a_desk_and_above_them_on_a_phone(visit):
    page = visit.open(SOUTH_MIAMI)
    facts = page.locator("aside").bounding_box()
    events = page.locator(".events").first.bounding_box()
    if page.viewport_size["width"] == 360:
        assert facts["y"] + facts["height"] <= events["y"]
    else:
        assert facts["x"] >= events["x"] + events["width"]


def background(locator):
    return locator.evaluate("element => getComputedStyle(element).backgroundColor")
