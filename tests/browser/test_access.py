"""The site by the rules of axe-core, by keyboard alone, and on the narrowest screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.axe_rules import broken

PLACE = "/us/fl/miami-dade/south-miami/"
#: One of each kind of page, and what goes wrong on some.
PAGES = [
    "/",
    "/?state=FL",
    "/agreements/?county=12086&sort=-since",
    "/agreements/?county=12087&status=declined",
    "/agreements/?county=99999&from=2025-13-01",
    "/timeline/",
    "/us/fl/",
    "/us/fl/miami-dade/",
    PLACE,
    "/us/tx/loving/",
    "/agencies/fl/hialeah-police-department/",
    "/agreements/A0284/",
    "/changes/",
    "/sheets/participating/396/",
    "/sheets/pending/396/",
    "/find/?q=Hialea",
    "/methodology/",
    "/glossary/",
    "/sheets/",
    "/about/",
    "/corrections/",
    "/accessibility/",
    "/nowhere/",
]


def open_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


def draw_charts(page: Page) -> bool:
    """Have each chart drawn by Plotly; returns whether there is one."""
    charts = page.locator(".chart[data-figure-url]").all()
    for chart in charts:
        chart.scroll_into_view_if_needed()
        expect(chart).to_have_class(re.compile(r"\bis-drawn\b"), timeout=15_000)
    return bool(charts)


def narrowed_to(page: Page) -> int:
    """The width that the page takes on a screen of 320, once the charts that are drawn have followed."""
    for _ in range(40):
        width = page.evaluate("document.documentElement.scrollWidth")
        if width <= 320:
            break
        page.wait_for_timeout(250)
    return width


@pytest.mark.parametrize("path", PAGES)
def test_page_passes_the_rules_of_axe_in_both_schemes_and_fits_the_narrowest_screen(browser, site, path):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(site + path)
    has_charts = draw_charts(page)
    open_details(page)

    found = {}
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(300 if has_charts else 0)  # a chart that is drawn follows
            if violations := broken(page, scheme, is_strict=True):
                found[width, scheme] = violations

    assert found == {}
    page.set_viewport_size({"width": 320, "height": 640})
    assert narrowed_to(page) <= 320
    page.close()


def tab_to(page: Page, target: Locator, most: int = 150) -> None:
    """Press Tab until the target has the focus, and see that the focus can be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("(each) => each === document.activeElement"):
            assert target.evaluate("(each) => getComputedStyle(each).outlineStyle") != "none"
            return
    raise AssertionError(f"Not reached in {most} presses of Tab: {target}")


def changes(page: Page, act: Callable[[], None]) -> None:
    """Do it, and wait until the page has said what it shows now."""
    said = page.locator("#announce")
    before = said.text_content()
    act()
    expect(said).not_to_have_text(before or "")


def test_keyboard_alone_filters_zooms_sets_the_day_and_opens_an_agreement(visit):
    page = visit.open("/")
    tab_to(page, page.locator(".filters > summary"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("input[name=status][value=signed]"))
    page.keyboard.press("Space")
    tab_to(page, page.locator(".filters button[type=submit]"))
    changes(page, lambda: page.keyboard.press("Enter"))
    assert "status=signed" in page.url

    tab_to(page, page.locator("#map-jump a", has_text="Florida").first)
    changes(page, lambda: page.keyboard.press("Enter"))
    assert "state=FL" in page.url
    assert "status=signed" in page.url

    tab_to(page, page.locator("#as-of-range"))
    changes(page, lambda: page.keyboard.press("ArrowLeft"))
    page.wait_for_url("**as_of=20*")
    expect(page.locator("#as-of-range")).to_be_focused()

    tab_to(page, page.locator("#results tbody th a").first, most=250)
    page.keyboard.press("Enter")
    page.wait_for_url("**/agreements/A*/**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert visit.complaints == []
    assert visit.strangers == []
