"""The timeline as its readers use it: drawn, pointed at, filtered, and followed to the event."""

import re

import pytest
from playwright.sync_api import expect

ASKED_A_COURT = "asked a state court to declare"


def test_timeline_link_leads_to_the_event_on_its_own_page(visit):
    page = visit.open("/timeline/?county=12086&from=2025-03-27&to=2025-03-27")
    link = page.locator("ol.events li", has_text=ASKED_A_COURT).get_by_text("Link to this event")
    link.click()
    page.wait_for_url(re.compile(r"/agreements/A\d+/#e\d+$"))
    target = page.locator("li:target")
    expect(target).to_contain_text(ASKED_A_COURT)
    expect(target).to_be_in_viewport()
    plain = page.locator("ol.events li:not(:target)").first
    colour = "element => getComputedStyle(element).backgroundColor"
    assert target.evaluate(colour) != plain.evaluate(colour)


def test_timeline_without_script_leads_to_the_event_too(visit_without_script):
    page = visit_without_script.open("/timeline/?county=12086&from=2025-03-27&to=2025-03-27")
    expect(page.locator("svg.static-time.narrow")).to_be_visible()
    expect(page.locator("svg.static-time.wide")).to_be_hidden()
    expect(page.get_by_text("Point at a mark")).to_be_hidden()
    page.locator("ol.events li", has_text=ASKED_A_COURT).get_by_text("Link to this event").click()
    expect(page.locator("li:target")).to_contain_text(ASKED_A_COURT)


def test_timeline_drawing_shows_a_mark_for_each_status_of_its_key(visit_without_script):
    page = visit_without_script.open("/timeline/?county=12086")
    drawn = page.evaluate(
        """() => [...document.querySelectorAll('svg.static-time.narrow > path[d][marker-mid]')]
            .map((path) => [path.getAttribute('marker-mid').match(/#narrow-(\\w+)/)[1],
                            !!document.getElementById(path.getAttribute('marker-mid').slice(5, -1))])"""
    )
    key = page.locator(".figure-time .chips .ico").evaluate_all(
        "all => all.map((ico) => ico.getAttribute('class').match(/st-(\\w+)/)[1])"
    )
    assert sorted(status for status, _ in drawn) == sorted(key)
    assert all(has_shape for _, has_shape in drawn)


def test_timeline_is_taken_over_by_plotly_without_a_jump(visit):
    page = visit.open("/timeline/?county=12086")
    chart = page.locator(".chart-time")
    chart.scroll_into_view_if_needed()
    before = chart.bounding_box()
    expect(page.locator(".chart-time.is-drawn")).to_be_visible(timeout=15_000)
    after = chart.bounding_box()
    assert (before["width"], before["height"]) == (after["width"], after["height"])
    # One point for every mark of the drawing of this width.
    marks = page.evaluate(
        """() => [...document.querySelectorAll('svg.static-time path[marker-mid]')]
            .filter((path) => path.closest('svg').checkVisibility({ contentVisibilityAuto: true }))
            .reduce((sum, path) => sum + path.getAttribute('d').match(/[Mv]/g).length, 0)"""
    )
    assert page.locator(".chart-time .plot path.point").count() == marks > 30
    assert visit.complaints == []
    assert visit.strangers == []


def test_timeline_mark_tells_its_event_and_does_not_leave(visit):
    page = visit.open("/timeline/?county=12087&from=2025-06-30&to=2025-06-30")
    page.locator(".chart-time").scroll_into_view_if_needed()
    expect(page.locator(".chart-time.is-drawn")).to_be_visible(timeout=15_000)
    page.locator(".chart-time .plot path.point").first.click(force=True)
    line = page.locator("#timeline-selection")
    expect(line).to_have_text("Key West: Voided or rescinded, June 30, 2025.")
    assert "/timeline/" in page.url
    line.get_by_role("link").click()
    expect(page.locator("li:target")).to_contain_text("void")


@pytest.mark.parametrize("width", [320, 360, 700, 1280])
def test_timeline_words_are_large_enough_and_fit(visit_without_script, width):
    page = visit_without_script.page
    page.set_viewport_size({"width": width, "height": 800})
    visit_without_script.open("/timeline/?state=FL")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    heights = page.evaluate(
        """() => [...document.querySelectorAll('svg.static-time text')].filter((text) => text.checkVisibility())
            .map((text) => parseFloat(getComputedStyle(text).fontSize)
                * text.ownerSVGElement.getBoundingClientRect().width / text.ownerSVGElement.viewBox.baseVal.width)"""
    )
    assert heights
    assert min(heights) >= 12
    assert max(heights) < 17
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('svg.static-time text')].filter((text) => text.checkVisibility())
            .map((text) => text.getBoundingClientRect()).map((box) => [box.left, box.top, box.right, box.bottom])"""
    )
    for i, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert right <= width
        for other_left, other_top, other_right, other_bottom in boxes[i + 1 :]:
            # The line boxes of two lines of words may touch; the words may not.
            apart = right <= other_left or other_right <= left or bottom <= other_top + 3 or other_bottom <= top + 3
            assert apart


def test_timeline_filtered_in_place_answers_anew(visit):
    page = visit.open("/timeline/?state=FL")
    answer = page.locator("#answer .standfirst")
    before = answer.inner_text()
    page.locator(".active-filters a", has_text="Remove").first.click()
    page.wait_for_url("**/timeline/")
    expect(answer).not_to_have_text(before)
    expect(answer).to_contain_text("in the United States")
    assert page.locator(".chart-time").get_attribute("data-figure-url") == "/figures/timeline/"
