"""The list and the look-up as their readers use them: with a script and without, on a phone and on a desk."""

import re

from playwright.sync_api import expect

ROWS = "table.agreements tbody tr"


def filter_by_county(page):
    """From the whole list to Miami-Dade's signed agreements: the state first, since it brings its counties."""
    page.locator(".filters summary").click()
    page.get_by_label("State", exact=True).select_option("FL")
    page.get_by_role("button", name="Apply").click()
    page.get_by_label("County in Florida").select_option("12086")
    page.get_by_label("Signed", exact=True).check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("h1")).to_have_text("287(g) agreements in Miami-Dade County, Florida")


def test_list_filtered_by_county_in_place(visit):
    page = visit.open("/agreements/")
    page.evaluate("window.isSamePage = true")
    filter_by_county(page)
    assert page.evaluate("window.isSamePage === true")  # swapped, not loaded
    assert "county=12086" in page.url
    assert "status=signed" in page.url
    expect(page.locator("#announce")).to_contain_text("agreements in Miami-Dade County, Florida, are signed")
    signed = page.locator(ROWS).count()
    page.get_by_role("link", name="Remove Status: Signed").click()
    expect(page.locator(".active-filters")).not_to_contain_text("Status")
    assert page.locator(ROWS).count() > signed
    page.go_back()
    expect(page.locator(ROWS)).to_have_count(signed)
    assert visit.complaints == []


def test_list_filtered_by_county_without_script(visit_without_script):
    page = visit_without_script.open("/agreements/")
    expect(page.get_by_text("Choose a state first")).to_be_hidden()
    filter_by_county(page)
    expect(page.locator("details.filters")).to_have_attribute("open", "")
    signed = page.locator(ROWS).count()
    page.get_by_role("link", name="Remove Status: Signed").click()
    assert page.locator(ROWS).count() > signed
    page.get_by_role("link", name="Clear all").first.click()
    expect(page.locator("h1")).to_have_text("287(g) agreements in the United States")


def test_bad_filter_leads_from_its_message_to_its_field(visit):
    page = visit.open("/agreements/?from=2025-07-01&to=2025-03-01")
    summary = page.locator("#filter-errors")
    expect(summary).to_contain_text("What is shown below is not filtered.")
    summary.get_by_role("link", name="Events to").click()
    field = page.get_by_label("Events to")
    expect(field).to_be_focused()
    expect(field).to_have_value("2025-03-01")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("before the one in “Events from”"))


def test_list_is_sorted_by_its_heads(visit):
    page = visit.open("/agreements/?county=12086")
    page.get_by_role("link", name="Since").first.click()
    expect(page.locator("#results")).to_contain_text("sorted by day, the newest first")
    days = page.locator(f"{ROWS} time").evaluate_all("all => all.map(one => one.dateTime)")
    exact = [day for day in days if len(day) == 10]
    assert len(exact) > 5
    assert exact == sorted(exact, reverse=True)
    link = page.get_by_role("link", name="Since").first
    expect(link).to_be_visible()  # on a phone too, where the heads of a table are hidden
    link.click()
    expect(page.locator("#results")).to_contain_text("the earliest first")


def test_list_without_results_leads_on(visit):
    page = visit.open("/agreements/?county=12087&status=court")
    notice = page.locator(".notice")
    expect(notice).to_contain_text("No agreement passes these filters")
    notice.get_by_role("link", name="agreements in Monroe County").click()
    expect(page.locator(ROWS).first).to_be_visible()


def test_look_up_leads_to_the_place_and_its_county(visit):
    page = visit.open("/find/?q=coral+gabels")
    expect(page.locator(".hits li").first).to_contain_text("Coral Gables")
    page.locator(".hits li").first.get_by_role("link", name="Miami-Dade County").click()
    expect(page.locator("h1")).to_have_text(re.compile("Miami-Dade County"))


def test_look_up_again_without_script(visit_without_script):
    page = visit_without_script.open("/find/?q=qqqq")
    page.get_by_label("City, town, county or ZIP code").fill("coconut grove")
    page.get_by_role("button", name="Find").click()
    expect(page.locator(".standfirst")).to_have_text("Coconut Grove is a neighborhood of Miami.")
    page.get_by_role("link", name="Miami", exact=True).click()
    expect(page.locator("h1")).to_have_text(re.compile("^Miami"))
