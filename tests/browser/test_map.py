"""The map, the slider and the swapping in place, in a browser."""

import re

from playwright.sync_api import Page, expect

DRAWN = 15_000


def draw(page: Page) -> None:
    page.locator(".chart-map").scroll_into_view_if_needed()
    expect(page.locator(".chart-map.is-drawn")).to_be_visible(timeout=DRAWN)


def test_slider_by_keyboard_changes_day_answer_and_address_and_back_undoes_it(visit):
    page = visit.open("/?state=FL")
    draw(page)
    newest = page.locator("#as-of-words").inner_text()
    answer = page.locator("#answer .standfirst").inner_text()
    page.locator("#as-of-range").focus()

    page.keyboard.press("Home")
    expect(page.locator("#as-of-range")).to_have_attribute("aria-valuetext", re.compile(r"^\w+ \d+, 20(19|2\d)$"))
    first = page.locator("#as-of-range").get_attribute("aria-valuetext")

    page.wait_for_url("**/?state=FL&as_of=20*")
    expect(page.locator("#answer .standfirst")).to_contain_text(f"As of {first}")
    expect(page.locator("#announce")).to_contain_text(f"As of {first}")
    expect(page.locator("#as-of-range")).to_be_focused()
    expect(page.locator("#as-of")).to_have_value(re.search(r"as_of=([\d-]+)", page.url)[1])
    page.go_back()
    expect(page.locator("#answer .standfirst")).to_have_text(answer)
    expect(page.locator("#as-of-words")).to_have_text(newest)
    assert page.locator("#as-of-range").input_value() == page.locator("#as-of-range").get_attribute("max")
    assert visit.complaints == []


def test_slider_s_arrow_goes_to_the_day_before_on_which_something_changed(visit):
    page = visit.open("/?county=12086")
    page.locator("#as-of-range").focus()

    page.keyboard.press("ArrowLeft")

    page.wait_for_url("**as_of=20*")
    shown = page.locator("#as-of-range")
    assert int(shown.get_attribute("max")) - int(shown.input_value()) == 1


def test_map_tap_fills_the_line_and_does_not_leave(visit):
    page = visit.open("/?county=12086")
    draw(page)

    page.locator(".chart-map .plot .scattergeo path.point").last.click(force=True)

    expect(page.locator("#map-selection a")).to_have_attribute("href", re.compile(r"^/us/fl/miami-dade/[\w-]+/$"))
    assert page.url.endswith("/?county=12086")
    assert visit.strangers == []


def test_map_takes_over_from_the_drawing_without_a_shift(visit):
    page = visit.page
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => {"
        " window.shift += entry.value; })).observe({ type: 'layout-shift' });"
    )
    for path in ("/", "/?state=FL", "/?county=12086"):
        visit.open(path)
        page.evaluate("document.fonts.ready")
        page.locator(".chart-map").scroll_into_view_if_needed()
        before, box = page.evaluate("window.shift"), page.locator(".chart-map").bounding_box()
        draw(page)
        page.wait_for_timeout(300)

        assert page.evaluate("window.shift") - before < 0.01
        assert page.locator(".chart-map").bounding_box() == box
        assert page.locator(".chart-map .plot .main-svg").first.bounding_box()["height"] - box["height"] < 1


def test_map_covers_the_drawing_where_it_stands(visit):
    page = visit.open("/?county=12086")
    draw(page)

    drawn = page.locator(".static-map .mark.st-signed use").first.bounding_box()
    points = [each.bounding_box() for each in page.locator(".chart-map .plot .scattergeo path.point").all()]

    middle = (drawn["x"] + drawn["width"] / 2, drawn["y"] + drawn["height"] / 2)
    distances = [
        abs(box["x"] + box["width"] / 2 - middle[0]) + abs(box["y"] + box["height"] / 2 - middle[1]) for box in points
    ]
    assert min(distances) < 2


def test_map_is_not_drawn_anew_by_script_under_save_data(browser, site):
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } });")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/")
    page.locator(".chart-map").scroll_into_view_if_needed()
    page.wait_for_timeout(500)

    assert not [url for url in asked if "plotly" in url or "/figures/" in url or "/geo/" in url]
    expect(page.locator(".static-map")).to_be_visible()
    context.close()


def test_map_zooms_in_place_and_keeps_its_plot(visit):
    page = visit.open("/?state=FL")
    draw(page)
    page.evaluate("document.querySelector('.chart-map .plot').mine = true; window.here = true")

    page.locator("#map-jump").get_by_role("link", name="Miami-Dade", exact=True).first.click()

    page.wait_for_url("**/?county=12086")
    expect(page.locator("h2#map")).to_have_text("Where: Miami-Dade County")
    expect(page.locator(".chart-map.is-drawn")).to_be_visible(timeout=DRAWN)
    assert page.evaluate("window.here && document.querySelector('.chart-map .plot').mine")
    expect(page.locator(".chart-map .plot .scattergeo path.point")).to_have_count(34)
    expect(page.locator("#map-jump [aria-current]").first).to_be_focused()


def test_filter_swaps_the_list_in_place_and_announces_the_answer(visit):
    page = visit.open("/?county=12086")
    page.evaluate("window.here = true")
    page.locator(".filters summary").click()
    page.get_by_label("Signed", exact=True).check()

    page.get_by_role("button", name="Apply").click()

    page.wait_for_url("**status=signed**")
    expect(page.get_by_role("link", name="Remove Status: Signed")).to_be_visible()
    expect(page.locator("#announce")).to_contain_text("As of")
    assert page.evaluate("window.here")
    assert set(page.locator("#results tbody td:nth-child(2) .st").all_inner_texts()) == {"Signed"}
    page.go_back()
    expect(page.get_by_role("link", name="Remove Status: Signed")).to_have_count(0)


def test_swap_that_fails_falls_back_on_the_page_itself(visit):
    page = visit.open("/?state=FL")
    page.evaluate("() => { window.here = true; window.fetch = () => Promise.reject(new Error('offline')); }")

    page.locator("#map-jump").get_by_role("link", name="United States").click()

    page.wait_for_url(re.compile(r"/$"))
    expect(page.locator("h2#map")).to_have_text("Where")
    assert not page.evaluate("window.here")


def test_map_leads_from_country_to_municipality_without_script(visit_without_script):
    page = visit_without_script.open("/")
    for href in ("/us/fl/", "/us/fl/miami-dade/", "/us/fl/miami-dade/south-miami/"):
        # The link of an area is its shape: the first point that is not covered by something else.
        link = page.locator(f"svg.static-map :is(.land, .towns) a[href='{href}'] path").first
        link.dispatch_event("click")
        page.wait_for_url(f"**{href}")
    expect(page.locator("h1")).to_have_text("South Miami")


def test_map_s_links_lead_without_script_by_keyboard(visit_without_script):
    page = visit_without_script.open("/")
    page.locator("#map-jump a").filter(has_text="Florida").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?state=FL")
    page.locator("#map-jump summary").focus()
    page.keyboard.press("Enter")
    page.locator("#map-jump li a").filter(has_text="Monroe").click()
    page.wait_for_url("**/?county=12087")
    expect(page.locator("h2#map")).to_have_text("Where: Monroe County")


def test_day_can_be_chosen_without_script(visit_without_script):
    page = visit_without_script.open("/?state=FL&status=signed")
    expect(page.locator("#as-of-range")).to_be_hidden()
    page.get_by_label("Show the record as of").fill("2025-06-30")
    page.get_by_role("button", name="Show", exact=True).click()
    assert "state=FL" in page.url
    assert "status=signed" in page.url
    expect(page.locator("#answer .standfirst")).to_contain_text("As of June 30, 2025")
