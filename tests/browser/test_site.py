"""The public site as its readers use it."""

import re

import pytest
from playwright.sync_api import expect

PAGES = [
    "/",
    "/agreements/",
    "/agreements/?county=12086&status=signed",
    "/agreements/?county=99999",
    "/timeline/",
    "/us/fl/",
    "/us/fl/miami-dade/",
    "/us/fl/miami-dade/south-miami/",
    "/changes/",
    "/changes/?from=2025-02-21&to=2026-05-18",
    "/changes/?from=2025-09-01&to=2025-08-01",
    "/sheets/",
    "/sheets/participating/396/",
    "/sheets/pending/396/",
    "/agreements/A0284/",
    "/methodology/",
    "/find/?q=Hialea",
    "/nowhere/",
]
REFUSED = {
    "/nowhere/",
    "/agreements/?county=99999",
    "/changes/?from=2025-09-01&to=2025-08-01",
    "/sheets/pending/396/",
}


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_the_screen_and_asks_nobody_else(visit, path):
    page = visit.open(path)
    page.wait_for_load_state("networkidle")
    assert visit.strangers == []
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(visit.complaints) == (path in REFUSED), visit.complaints  # the browser logs a 4xx answer itself


def test_home_draws_map_and_timeline_with_plotly(visit):
    page = visit.open("/?state=FL")
    for chart in (".chart-map", ".chart-time"):
        page.locator(chart).scroll_into_view_if_needed()
        expect(page.locator(f"{chart}.is-drawn")).to_be_visible(timeout=15_000)
        assert page.locator(f"{chart} .plot svg").count() > 0
    assert page.locator(".chart-map .plot .scattergeo path.point").count() > 100
    assert visit.complaints == []
    assert visit.strangers == []


def test_home_map_tells_what_is_under_the_pointer_and_does_not_leave(visit):
    page = visit.open("/us/fl/miami-dade/")
    page.locator(".chart-map").scroll_into_view_if_needed()
    expect(page.locator(".chart-map.is-drawn")).to_be_visible(timeout=15_000)
    page.locator(".chart-map .plot .scattergeo path.point").last.click(force=True)
    expect(page.locator("#map-selection a")).to_have_attribute("href", re.compile(r"^/us/fl/"))
    assert page.url.endswith("/us/fl/miami-dade/")


def test_list_filtered_by_county_and_status(visit):
    page = visit.open("/agreements/")
    page.locator(".filters summary").click()
    page.get_by_label("State", exact=True).select_option("FL")
    page.get_by_role("button", name="Apply").click()
    page.get_by_label("County in Florida").select_option("12086")
    page.get_by_label("Signed", exact=True).check()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**county=12086**")
    assert "status=signed" in page.url
    rows = page.locator("table.table tbody tr")
    expect(rows).to_have_count(13)
    page.get_by_role("link", name="Remove Status: Signed").click()
    expect(rows).to_have_count(17)


def test_record_as_of_another_day(visit):
    page = visit.open("/us/fl/monroe/key-west/")
    page.get_by_label("Show the record as of").fill("2025-07-01")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".verdict strong")).to_have_text("Ended")
    expect(page.get_by_text("ICE’s list still shows it.")).to_be_visible()


def test_look_up_finds_a_misspelt_city(visit):
    page = visit.open("/")
    page.get_by_label("Find your city or county").fill("Hialea")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Hialeah", exact=True).click()
    expect(page.locator("h1")).to_have_text("Hialeah")


def test_event_link_leads_to_the_event(visit):
    page = visit.open("/timeline/?county=12086")
    link = page.locator("ol.events li", has_text="asked a state court to declare").get_by_text("Link to this event")
    link.click()
    target = page.locator("li:target")
    expect(target).to_contain_text("asked a state court to declare")


def test_site_without_script_leads_from_the_map_to_the_sources(visit_without_script):
    page = visit_without_script.open("/?state=FL")
    assert page.locator("svg.static-map a[href='/us/fl/miami-dade/']").count() == 1
    page.locator("svg.static-map a[href='/us/fl/miami-dade/'] path").click(position={"x": 12, "y": 12}, force=True)
    page.wait_for_url("**/us/fl/miami-dade/")
    page.get_by_role("link", name="South Miami", exact=True).click()
    expect(page.locator(".verdict strong")).to_have_text("No agreement known")
    expect(page.get_by_text("after September 4 and before October 22, 2025").first).to_be_visible()
    assert page.locator(".refs a[href^='http']").count() >= 10


@pytest.mark.parametrize("path", ["/changes/?from=2025-02-21&to=2026-05-18", "/sheets/", "/sheets/participating/396/"])
def test_page_of_the_lists_fits_the_narrowest_screen_in_the_dark(visit_without_script, path):
    page = visit_without_script.page
    page.set_viewport_size({"width": 320, "height": 800})
    page.emulate_media(color_scheme="dark")
    visit_without_script.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 22, 24)"


def test_changes_between_two_days_of_a_county_without_script(visit_without_script):
    page = visit_without_script.open("/changes/")
    page.locator(".filters summary").click()
    page.get_by_label("From", exact=True).fill("2025-08-01")
    page.get_by_label("To", exact=True).fill("2025-09-01")
    page.get_by_label("State", exact=True).select_option("FL")
    page.get_by_role("button", name="Apply").click()
    page.get_by_label("County in Florida").select_option("12086")
    page.get_by_label("Another name").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("table.differences tbody tr")).to_have_count(2)
    page.get_by_role("link", name="August 29, 2025").first.click()
    expect(page.locator("h1")).to_have_text("ICE’s participating list of August 29, 2025")
    page.get_by_role("link", name="Previous:").click()
    expect(page.locator("h1")).to_contain_text("ICE’s participating list of August 2")


def test_sheets_by_keyboard_lead_to_what_differs(visit):
    page = visit.open("/sheets/")
    page.locator(".filters summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("List", exact=True)).to_be_focused()
    page.locator("table tbody a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#differs")).to_be_visible()
    assert visit.complaints == []


def test_site_by_keyboard_skips_to_the_content(visit):
    page = visit.open("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
