"""The frame around every page as its readers use it: print, errors, what machines read, and the pages of text."""

import json
import re

import pytest
from playwright.sync_api import expect

PLACE = "/us/fl/miami-dade/south-miami/"
TEXT_PAGES = ["/about/", "/methodology/", "/glossary/", "/corrections/", "/accessibility/"]


def test_print_leaves_out_what_paper_cannot_use_and_gives_the_address(visit):
    page = visit.open(PLACE)
    expect(page.locator(".print-only")).to_be_hidden()

    page.emulate_media(media="print")

    for useless in (".nav", ".skip", "form.asof", ".event-link", ".foot a"):
        for one in page.locator(useless).all():
            expect(one).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    address = page.locator(".print-only")
    expect(address).to_be_visible()
    assert re.search(
        r"Record as of May 18, 2026\. This page: .*/us/fl/miami-dade/south-miami/\?as_of=2026-05-18",
        address.inner_text(),
    )


@pytest.mark.parametrize("visit", [360], indirect=True)
def test_print_shows_a_table_with_its_headings(visit):
    """Paper is narrower than the screens on which a table is one; on it a table is one all the same."""
    page = visit.open("/agreements/")
    header = page.locator(".table thead").first

    page.emulate_media(media="print")

    assert header.bounding_box()["height"] > 10
    assert header.evaluate("one => getComputedStyle(one).display") == "table-header-group"


def test_print_gives_the_address_of_each_source(visit):
    page = visit.open(PLACE)
    page.emulate_media(media="print")
    sources = page.locator(":is(.refs, .src, .claims) a[href^=http]:not(.of-list)")

    assert sources.count() > 0
    for source in sources.all():
        shown = source.evaluate("one => getComputedStyle(one, '::after').content")
        assert "http" in shown, source.get_attribute("href")


def test_not_found_leads_on(visit):
    page = visit.open("/nowhere/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    page.get_by_label("Find your city or county").fill("Hialeah")
    page.get_by_role("button", name="Find").click()

    expect(page).to_have_url(re.compile("/us/fl/miami-dade/hialeah/$"))


@pytest.mark.parametrize(("path", "kinds"), [("/about/", ["Dataset"]), (PLACE, ["BreadcrumbList"])])
def test_data_for_machines_can_be_read_and_breaks_no_policy(visit, path, kinds):
    page = visit.open(path)
    page.wait_for_load_state("networkidle")

    blocks = [json.loads(one.text_content()) for one in page.locator('script[type="application/ld+json"]').all()]

    assert [block["@type"] for block in blocks] == kinds
    assert visit.complaints == []


def test_icons_are_there_and_ours(visit):
    page = visit.open("/about/")

    addresses = page.eval_on_selector_all("link[rel*=icon]", "links => links.map(link => link.href)")

    assert len(addresses) == 3
    for address in addresses:
        assert address.startswith(visit.site)
        assert page.request.get(address).ok


@pytest.mark.parametrize("path", TEXT_PAGES)
def test_text_fits_the_narrowest_screen(browser, site, path):
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(site + path)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_masthead_keeps_to_two_lines_on_a_phone(browser, site):
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(site + "/about/")

    tops = {round(link.bounding_box()["y"]) for link in page.locator(".nav a").all()}

    assert len(tops) == 1
    context.close()
