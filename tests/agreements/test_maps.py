"""The maps of the pages, their key, their days, and the figure that the script fetches."""

import re
from collections import Counter
from datetime import date, timedelta
from html import unescape

import brotli
import pytest
from django.http import QueryDict
from django.urls import reverse

from agreements import maps
from agreements.days import change_days, packed, stops
from agreements.filters import AgreementFilter
from agreements.keys import key_context, national_statuses
from agreements.kinds import EventKind, Status
from agreements.models import Sheet
from agreements.models.event import Publication
from agreements.record import IN_FORCE, Record, record_end
from municipalities.models import County, Municipality, State
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def record() -> Record:
    return Record(record_end())


def scene(record: Record, query: str = "") -> maps.Scene:
    return maps.scene_of(AgreementFilter(QueryDict(query), record=record))


def context_of(record: Record, query: str = "") -> dict:
    return maps.scene_context(scene(record, query), QueryDict(query))


def sign(day: date, municipality: Municipality) -> None:
    agency = make.make_agency(state=municipality.state)
    agency.municipalities.add(municipality)
    event = make.make_event(
        agreement=make.make_agreement(agency=agency),
        kind=EventKind.SIGNED,
        earliest=day,
        latest=day,
        publication=Publication.PUBLISHED,
    )
    make.make_citation(event=event)


def test_packed_days_are_the_first_and_the_steps():
    first = date(2025, 3, 7)

    assert packed([first, first + timedelta(1), first + timedelta(101)]) == "2025-03-07 1 2s"
    assert stops([first]) is None
    assert stops([first, date(2025, 3, 8)]) == (first, date(2025, 3, 8), "2025-03-07 1")


def test_change_days_are_those_on_which_an_agreement_came_to_stand_otherwise(record):
    village = Municipality.objects.get(key="1267550")
    before = change_days(record, record.on, village.main_county)
    day = next(day for day in (date(2025, 5, 1) + timedelta(n) for n in range(60)) if day not in before)

    sign(day, village)

    assert change_days(record, record.on, village.main_county) == sorted([*before, day])
    assert day in change_days(Record(record.on, village.state_id), record.on)
    elsewhere = State.objects.get(code="WY")
    assert day not in change_days(Record(record.on, elsewhere.pk), record.on)


def test_change_days_begin_and_end_with_the_record(record):
    days = change_days(record, record.on)

    assert days[0] == Sheet.objects.filter(list="participating").earliest("published_on").published_on
    assert days[-1] == record.on
    assert days == sorted(set(days))


def test_scene_is_the_country_unless_a_place_is_asked_for(record):
    assert scene(record).area == maps.Area()
    assert scene(record, "state=TX").area.name == "Texas"
    assert scene(record, "county=12086").area.state.code == "FL"
    assert scene(record, "county=nonsense").area == maps.Area()


def test_scene_of_a_county_has_all_its_municipalities_and_of_a_state_those_with_an_entry(record):
    assert len(scene(record, "county=12086").places) == 34
    named = {place.pk for place in scene(record, "state=FL").places}
    assert named == set(Record(record.on, State.objects.get(code="FL").pk).named().values_list("pk", flat=True))


def test_scene_marks_only_what_passes_the_filters(record):
    found = scene(record, "county=12086&status=signed")

    statuses = {found.record.place(place.pk).status for place in found.places}
    assert statuses == {Status.SIGNED}
    assert context_of(record, "county=12086&status=signed")["map_is_partial"]


def test_country_fills_count_the_counties_of_which_an_agency_signed(record):
    fills = {fill.short: fill for fill in maps._picture(scene(record)).fills}

    assert len(fills) == 56
    assert sum(fill.signed for fill in fills.values()) == len(record.counties_with(*IN_FORCE))
    assert sum(fill.total for fill in fills.values()) == County.objects.filter(is_current=True).count()
    assert re.fullmatch(
        r"\d+ of 254 counties have an agency that signed; so did \d+ of [\d,]+ municipalities", fills["TX"].sentence
    )


def test_country_of_an_earlier_day_counts_as_that_day_did(record):
    day = date(2025, 6, 30)
    earlier = Record(day)

    fills = maps._picture(scene(earlier)).fills

    assert sum(fill.signed for fill in fills) == len(earlier.counties_with(*IN_FORCE))
    assert sum(fill.signed for fill in fills) < len(record.counties_with(*IN_FORCE))
    assert all(fill.url.endswith("?as_of=2025-06-30") for fill in fills)


@pytest.mark.parametrize("query", ["", "state=FL", "county=12086", "state=FL&status=signed", "state=CT"])
def test_key_adds_up_to_all_municipalities(record, query):
    context = context_of(record, query)

    assert sum(entry.count for entry in context["map_key"]) == context["map_total"]
    assert len(context["map_key"]) + len(context["map_key_rest"]) == len(Status)
    assert not any(entry.count for entry in context["map_key_rest"])


def test_key_of_the_country_is_the_same_kept_and_counted(record):
    counted = Record(record.on)
    counted.__dict__["is_current"] = False

    assert national_statuses(record) == national_statuses(counted)


def test_key_links_to_the_list_of_a_status_on_that_day():
    context = key_context(Counter({"signed": 2, "none": 1}), 5, county="12086", as_of="2025-06-30")

    urls = {entry.slug: (entry.count, entry.url) for entry in [*context["map_key"], *context["map_key_rest"]]}
    assert urls["signed"] == (2, "/agreements/?county=12086&status=signed&as_of=2025-06-30")
    assert urls["none"] == (1, "")
    assert urls["unchecked"] == (2, "")
    assert urls["court"] == (0, "")


def test_links_zoom_in_place_on_the_home_page_and_lead_to_pages_elsewhere(record):
    home = context_of(record, "state=FL&status=signed&page=2&as_of=2026-05-18")
    county = County.objects.get(geoid="12086")
    rows = [type("Row", (), {"municipality": place}) for place in county.municipalities.select_related("state")[:3]]
    page = maps.map_context(Record(record.on, county.state_id), county.state, rows, focus=county)

    assert "/?status=signed&as_of=2026-05-18&county=12086" in {zoom.url for zoom in home["map_all_zooms"]}
    assert [zoom.url for zoom in home["map_up"]] == ["/?status=signed&as_of=2026-05-18"]
    assert next(zoom for zoom in page["map_zooms"] if zoom.is_here).url == "/us/fl/miami-dade/"
    assert page["map_up"] == []
    assert len(page["map_all_zooms"]) == 67


def test_state_marks_only_what_there_is_to_report(record):
    silent = {Status.NONE, Status.UNCHECKED}

    state, county = (maps._picture(scene(record, query)) for query in ("state=FL", "county=12086"))

    assert not {mark.status for mark in state.marks} & silent
    assert {mark.status for mark in county.marks} & silent


def test_map_calls_counties_what_their_state_does_and_leaves_out_empty_counts(record):
    louisiana, islands = (context_of(record, f"state={code}") for code in ("LA", "PR"))

    assert louisiana["map_county_words"] == ("parish", "parishes")
    assert {zoom.count for zoom in islands["map_all_zooms"]} == {""}


def test_connecticut_has_no_map_but_a_key(record):
    context = context_of(record, "state=CT")

    assert "map" not in context
    assert context["map_total"] == State.objects.get(code="CT").municipalities.count()


def test_figure_is_that_of_the_page_s_query(client):
    response = client.get(reverse("map-figure"), {"county": "12086"})

    figure = response.json()
    assert response.status_code == 200
    roles = [trace["meta"]["role"] for trace in figure["data"]]
    assert {"near", "ground", "places", "marks", "labels"} <= set(roles)
    marks = [point for trace in figure["data"] if trace["meta"]["role"] == "marks" for point in trace["customdata"]]
    assert [name for name, *_ in marks if name.startswith("South Miami,")] == ["South Miami, Miami-Dade County"]
    assert len(marks) == 34


def test_figure_of_a_page_is_asked_for_with_its_own_place_filters_and_day(client):
    html = client.get("/", {"state": "FL", "status": "signed", "as_of": "2025-06-30", "page": "3"}).content.decode()
    url = unescape(re.search(r'id="map-chart" data-swap data-figure-url="([^"]+)"', html)[1])

    assert url == "/figures/map/?state=FL&as_of=2025-06-30&status=signed"
    assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [({"county": "99999"}, "county"), ({"status": "maybe"}, "status"), ({"as_of": "yesterday"}, "as_of")],
)
def test_figure_that_cannot_be_read_says_why(client, query, field):
    response = client.get(reverse("map-figure"), query)

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]


def test_figure_without_outlines_is_not_there(client):
    assert client.get(reverse("map-figure"), {"state": "CT"}).status_code == 404


@pytest.mark.parametrize(
    ("query", "links"),
    [
        ({}, {"/us/fl/", "/us/tx/"}),
        ({"state": "FL"}, {"/us/fl/miami-dade/", "/us/fl/monroe/"}),
        ({"county": "12086"}, {"/us/fl/miami-dade/south-miami/", "/us/fl/broward/"}),
        ({"state": "FL", "as_of": "2025-06-30"}, {"/us/fl/miami-dade/?as_of=2025-06-30"}),
    ],
)
def test_home_map_links_from_country_to_state_to_county_to_municipality(client, query, links):
    html = client.get("/", query).content.decode()

    drawing = html[html.index('class="static-map"') : html.index('class="plot"')]
    assert links <= set(re.findall(r'<a href="([^"]+)" tabindex="-1">', drawing))


def test_home_answers_for_the_place_that_is_asked_for(client):
    state = client.get("/", {"state": "FL"}).content.decode()
    county = client.get("/", {"county": "12086"}).content.decode()

    assert re.search(r"<b>\d+ of Florida’s 411 municipalities</b>", state)
    assert re.search(r"<b>\d+ of 34 municipalities</b> in Miami-Dade County", county)
    assert "Municipal boundaries of 2018" in county
    assert "Municipal boundaries" not in state


def test_home_swaps_its_parts_by_ids_that_every_view_has(client):
    views = [client.get("/", query).content.decode() for query in ({}, {"state": "FL"}, {"county": "12086"})]

    ids = [set(re.findall(r'id="([\w-]+)" data-swap', html)) for html in views]
    assert ids[0] == ids[1] == ids[2]
    assert {"answer", "map-chart", "map-notes", "key", "when", "results"} <= ids[0]
    assert all(html.count("data-announce") == 1 for html in views)


@pytest.mark.parametrize("query", [{}, {"state": "FL"}, {"state": "TX"}])
def test_home_stays_within_its_weight(client, query):
    html = client.get("/", query).content

    assert len(brotli.compress(html, quality=11)) < 45_000


def test_slider_needs_two_days(client):
    html = client.get("/", {"as_of": "2025-06-30"}).content.decode()

    assert re.search(r'id="as-of-slide" data-days="20\d\d-\d\d-\d\d [0-9a-z ]+"', html)
    assert 'value="2025-06-30"' in html
    assert "The record goes on to" in html


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/us/fl/", "Marks sit at town centers"),
        ("/us/fl/miami-dade/", "Municipal boundaries of 2018"),
        ("/us/tx/dallas/", "Marks sit at town centers"),
    ],
)
def test_page_of_a_place_says_what_its_map_rests_on(client, url, words):
    assert words in client.get(url).content.decode()
