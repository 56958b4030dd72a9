"""The public pages on the real record: what they say, and that nobody is left out."""

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from agreements.listing import PAGE_SIZE
from agreements.models import Agreement, Check, Event, Listing, Sheet
from agreements.record import Record
from municipalities.models import County, Municipality
from tests import factories as make
from tests.counting import queries_of

pytestmark = pytest.mark.django_db


def page(client, url, status=200):
    response = client.get(url)
    assert response.status_code == status, url
    return re.sub(r"\s+", " ", response.content.decode())


def text_of(html):
    """The words of a page, without its tags and scripts."""
    html = re.sub(r"<script.*?</script>", "", html)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_home_says_its_counts_with_denominators_and_its_day(client):
    words = text_of(page(client, "/"))
    said = re.search(
        r"As of May 18, 2026, \d{3} of 19,479 cities, towns and villages .* 3,233 counties, .* in (\d\d) of 56 states",
        words,
    )
    # An agreement that ICE's newest list lacks stays in force until its absence is an ending, so its state counts too.
    in_force = [one for one in Record(date(2026, 5, 18)).agreements if one.standing.is_in_force]
    assert said
    assert int(said[1]) == len({one.agency.state_id for one in in_force})


def test_home_never_counts_a_campus_or_a_sheriff_as_a_city(client):
    counts = client.get("/").context["counts"]
    assert counts["cities_signed"] < 664
    assert counts["cities"] == Municipality.objects.filter(is_subdivision=False).count()
    assert counts["counties"] == County.objects.filter(is_current=True).count()


def test_home_draws_map_timeline_and_list_without_script(client):
    html = page(client, "/")
    assert 'class="static-map"' in html
    assert 'class="static-time' in html
    assert 'href="/us/fl/"' in html
    assert '<th scope="row"><a href="/agreements/A' in html
    assert "style=" not in re.sub(r"<svg.*?</svg>|<script.*?</script>", "", html)


def test_home_does_not_list_a_report_that_is_being_checked(client):
    assert all(not event.is_being_checked for event in client.get("/").context["events"])


def test_home_of_another_state_shows_that_state(client):
    assert "Where: Texas" in page(client, "/?state=TX")


def test_county_page_answers_in_its_first_sentence(client):
    words = text_of(page(client, "/us/fl/miami-dade/"))
    assert "As of May 18, 2026, 10 of 34 municipalities in Miami-Dade County have a signed 287(g) agreement" in words
    assert "Homestead approved one on April 16, 2025; we have no source" in words
    assert "All 34 municipalities" in words


def test_county_page_names_every_municipality_once_and_no_neighbour(client):
    rows = [row.municipality.name for row in client.get("/us/fl/miami-dade/").context["rows"]]
    assert len(rows) == len(set(rows)) == 34
    assert "South Miami" in rows
    assert "Dade City" not in rows


def test_county_page_lists_the_agencies_beside_apart(client):
    beside = {one.agency.name for one in client.get("/us/fl/miami-dade/").context["beside"].rows}
    assert beside == {
        "Florida International University Police Department",
        "Miami-Dade Corrections and Rehabilitation",
        "Miami-Dade Sheriff's Office",
    }


@pytest.mark.parametrize("county", ["12086", "12001", "01001", "09001", "09110", "48301", "72001", "60010"])
def test_county_page_opens_for_every_sort_of_county(client, county):
    found = County.objects.select_related("state").get(geoid=county)
    assert found.full_name in page(client, reverse("county", args=[found.state.slug, found.slug]))


@pytest.mark.parametrize("state", ["fl", "pa", "ct", "pr", "as", "dc", "ak", "ny"])
def test_state_page_opens_with_and_without_agreements(client, state):
    words = text_of(page(client, f"/us/{state}/"))
    assert "As of May 18, 2026, " in words
    assert "a signed 287(g) agreement" in words or "has no signed 287(g) agreement" in words


def test_municipality_page_shows_the_dismissal_between_its_two_days(client):
    html = page(client, "/us/fl/miami-dade/south-miami/")
    words = text_of(html)
    assert "As of May 18, 2026, South Miami has no 287(g) agreement that we know of" in words
    assert "after September 4 and before October 22, 2025" in words
    assert "South Miami asked a state court to declare" in words
    assert "Where sources differ" in words
    assert "Not on any list" in words
    assert "Neither ICE’s participating list of May 18, 2026 nor ICE’s pending list of February 27, 2026" in words


def test_municipality_page_keeps_what_is_being_checked_apart(client):
    context = client.get("/us/fl/miami-dade/south-miami/").context
    assert [event.kind for event in context["being_checked"]] == ["declined"]
    assert all(not event.is_being_checked for event in context["events"])


def test_municipality_page_before_a_court_says_that_it_may_have_ended(client):
    words = text_of(page(client, "/us/fl/miami-dade/south-miami/?as_of=2025-10-01"))
    assert "Before a court" in words
    assert "Something may already have changed by this day" in words
    assert "see the event dated after September 4 and before October 22, 2025" in words


def test_municipality_page_ended_says_that_ice_s_list_still_shows_it(client):
    words = text_of(page(client, "/us/fl/monroe/key-west/?as_of=2025-07-01"))
    assert "Ended" in words
    assert "ICE’s list still shows it." in words
    assert "ICE’s list still shows it." not in text_of(page(client, "/us/fl/monroe/key-west/"))


def test_municipality_page_lists_the_sheriff_that_reaches_into_it(client):
    words = text_of(page(client, "/us/fl/miami-dade/south-miami/"))
    assert "County sheriff Signed Miami-Dade Sheriff’s Office : Task Force Model, February 26, 2025." in words
    assert "This can apply inside South Miami." in words


def test_municipality_in_two_counties_redirects_from_the_other(client):
    longboat = Municipality.objects.get(state__code="FL", name="Longboat Key")
    assert {county.name for county in longboat.counties.all()} == {"Manatee", "Sarasota"}
    other = longboat.counties.exclude(pk=longboat.main_county_id).get()
    response = client.get(f"/us/fl/{other.slug}/longboat-key/")
    assert (response.status_code, response["Location"]) == (
        301,
        f"/us/fl/{longboat.main_county.slug}/longboat-key/",
    )


@pytest.mark.parametrize("name", ["Hialeah", "Apopka", "Winter Springs", "West Miami", "Jacksonville", "Gainesville"])
def test_municipality_page_opens(client, name):
    place = Municipality.objects.select_related("main_county").get(state__code="FL", name=name)
    assert name in page(client, f"/us/fl/{place.main_county.slug}/{place.slug}/")


def test_agreement_page_shows_sources_claims_and_what_ice_printed(client):
    hialeah = Agreement.objects.get(agency__name="Hialeah Police Department")
    words = text_of(page(client, hialeah.get_absolute_url()))
    assert "When was the agreement signed? July 2, 2025 Used here: ICE’s own list, before other sources." in words
    assert "March 11, 2025 NBC6 reported that Hialeah entered the agreement on this Tuesday." in words
    assert "What ICE printed" in words
    assert "2025-07-02" in words
    assert hialeah.moa_url in page(client, hialeah.get_absolute_url())


def test_agreement_page_not_on_a_list_says_of_which_day(client):
    homestead = Agreement.objects.get(agency__name="Homestead Police Department")
    words = text_of(page(client, homestead.get_absolute_url()))
    assert "On neither ICE’s participating list of May 18, 2026 nor ICE’s pending list of February 27, 2026" in words


def test_editors_notes_are_never_published(client):
    for url in ("/us/fl/miami-dade/south-miami/", "/us/fl/monroe/key-west/", "/us/fl/lee/fort-myers/"):
        html = page(client, url)
        assert "CONFLICT" not in html
        assert "SEED ARTICLE" not in html


@pytest.mark.parametrize("asked", ["2027-01-01", "2026-05-19"])
def test_day_after_the_record_is_answered_with_its_end(client, asked):
    words = text_of(page(client, f"/us/fl/miami-dade/?as_of={asked}"))
    assert "The record ends May 18, 2026" in words
    assert "As of May 18, 2026, 10 of 34" in words


def test_day_that_cannot_be_read_is_said(client):
    words = text_of(page(client, "/us/fl/miami-dade/?as_of=yesterday", status=400))
    assert "The day asked for cannot be read" in words


def test_list_of_a_county_at_a_status_sets_cities_and_others_apart(client):
    context = client.get("/agreements/?county=12086&status=signed").context
    assert context["municipal_count"] == 10
    apart = {row.agency for row in context["rows"] if not row.is_municipal}
    assert len(apart) == 3
    assert [row.is_municipal for row in context["rows"]] == [True] * 10 + [False] * 3


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("county=12086&status=approved", ["Homestead Police Department"]),
        ("county=12086&status=approved&status=discussion", None),
        ("county=12086&program=wso", ["Miami-Dade Corrections and Rehabilitation"]),
        ("county=12086&from=2025-08-25&to=2025-08-31", ["City of Miami Police Department"]),
        ("q=hialeah", ["Hialeah Police Department"]),
        ("q=city%20of%20HIALEAH", ["Hialeah Police Department"]),
        ("q=miami%20dade%20corrections", ["Miami-Dade Corrections and Rehabilitation"]),
        ("county=12086&status=court&as_of=2025-04-01", ["South Miami Police Department"]),
        ("q=nowhere%20at%20all", []),
    ],
)
def test_list_filters(client, query, names):
    rows = [row.agency for row in client.get(f"/agreements/?{query}").context["rows"]]
    if names is None:
        assert rows == [
            "Homestead Police Department",
            "Key Biscayne Police Department",
            "Miami Shores Police Department",
        ]
    else:
        assert rows == names


def test_list_shows_a_city_in_two_counties_once_in_each(client):
    for geoid in ("12115", "12081"):
        rows = [row.agency for row in client.get(f"/agreements/?county={geoid}&q=longboat").context["rows"]]
        assert rows == ["Longboat Key Police Department"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("county=99999", "There is no county 99999"),
        ("state=ZZ", "ZZ"),
        ("status=undecided", "undecided"),
        ("from=2025-13-01", "Enter a valid date"),
        ("from=2025-06-01&to=2025-01-01", "before the one in"),
        ("state=%00", "There is no state"),
        ("county=%00", "county"),
    ],
)
def test_list_with_a_bad_filter_says_which_and_keeps_the_results(client, query, words):
    response = client.get(f"/agreements/?{query}")
    assert response.status_code == 400
    html = response.content.decode()
    assert "Some filters could not be used" in html
    assert words in html
    assert response.context["total"] == Agreement.objects.count()


def test_municipality_page_names_only_the_list_that_prints_it(client):
    words = text_of(page(client, "/us/fl/miami-dade/hialeah/"))
    assert "Yes ICE’s participating list of May 18, 2026 Last checked" in words


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        ("2025-05-01", "On ICE’s list On the pending list ICE’s pending list of April 29, 2025 "),
        ("2025-08-01", "On ICE’s list Yes ICE’s participating list of August 1, 2025 "),
        (
            "2025-03-20",
            "Not on any list Neither ICE’s participating list of March 18, 2025 nor ICE’s pending list of March 17,",
        ),
        ("2025-02-21", "On ICE’s list Not on any list "),
    ],
)
def test_municipality_page_of_an_earlier_day_speaks_of_the_lists_of_that_day(client, day, answer):
    assert answer in text_of(page(client, f"/us/fl/miami-dade/hialeah/?as_of={day}"))


def test_municipality_page_does_not_say_of_a_row_that_is_gone_that_it_is_still_listed(client):
    """A place whose agency left the list has Ended, and the list of that day does not show it."""
    gone = Event.objects.filter(
        kind="departed", agreement__agency__kind="municipal_police", agreement__agency__municipalities__isnull=False
    ).first()
    place = gone.agreement.agency.municipalities.select_related("state", "main_county").first()
    words = text_of(page(client, reverse("municipality", args=[place.state.slug, place.main_county.slug, place.slug])))
    assert "has no 287(g) agreement in force" in words
    assert "ICE’s list still shows it." not in words


def test_municipality_page_before_any_check_does_not_show_a_later_one(client):
    Check.objects.filter(municipality__slug="doral").update(covers_from="2025-08-01")
    words = text_of(page(client, "/us/fl/miami-dade/doral/?as_of=2025-07-01"))
    assert "Not checked by name for this day" in words


def test_consolidated_force_stands_under_its_city_once_and_beside_its_county(client):
    jacksonville = client.get("/us/fl/duval/jacksonville/").context
    stands = jacksonville["stands"]
    assert stands.own.rows
    assert not set(stands.own.rows) & set(stands.beside.rows)
    clark = {one.agency.name for one in client.get("/us/nv/clark/").context["beside"].rows}
    assert "Las Vegas Metropolitan Police Department" in clark


def test_connecticut_is_told_by_its_counties(client):
    context = client.get("/us/ct/").context
    assert len(context["counties"]) == 8
    assert sum(places for _, _, places, _, _ in context["counties"]) == context["map_total"]


@pytest.mark.parametrize("query", ["county=12086", "state=FL"])
def test_count_of_events_is_that_of_the_page_it_leads_to(client, query):
    total = client.get(f"/timeline/?{query}").context["page"].paginator.count
    if query.startswith("county"):
        assert client.get("/us/fl/miami-dade/").context["event_count"] == total
    else:
        assert client.get(f"/?{query}").context["timeline"].total == total


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/us/dc/", "the District of Columbia’s one municipality has no signed 287(g) agreement that we know of"),
        ("/us/fl/liberty/", "the one municipality in Liberty County has no signed 287(g) agreement"),
        (
            "/us/fl/miami-dade/homestead/",
            "Homestead approved a 287(g) agreement on April 16, 2025; we have no source",
        ),
        ("/us/fl/monroe/key-west/", "It was declared void on June 30 and restored on July 8, 2025."),
    ],
)
def test_first_sentence_is_right_for_its_number_and_day(client, url, words):
    assert words in text_of(page(client, url))


def test_list_applied_filters_can_be_removed(client):
    html = page(client, "/agreements/?county=12086&status=signed&status=approved")
    assert 'href="?status=signed&amp;status=approved"' in html
    assert 'href="?county=12086&amp;status=approved"' in html


def test_list_pages_keep_the_filters(client):
    assert 'href="?state=FL&amp;page=2"' in page(client, "/agreements/?state=FL")


@pytest.mark.parametrize(
    ("few", "many"),
    [("q=hialeah%20police", "q=police"), ("program=wso&state=FL&q=miami%20dade", "program=wso&state=FL")],
)
def test_list_runs_the_same_queries_for_one_row_and_a_full_page(client, few, many):
    (one, context), (full, full_context) = (queries_of(client, f"/agreements/?{query}") for query in (few, many))
    assert (len(context["rows"]), len(full_context["rows"])) == (1, PAGE_SIZE)
    assert one == full


def test_timeline_runs_the_same_queries_for_few_events_and_a_full_page(client):
    (few, context), (full, full_context) = (
        queries_of(client, f"/timeline/?q={words}") for words in ("hialeah%20police", "police")
    )
    assert len(context["page"]) == 5
    assert len(full_context["page"]) == PAGE_SIZE
    assert few == full


@pytest.mark.parametrize(
    "url", ["/us/fl/", "/us/fl/miami-dade/", "/us/fl/miami-dade/south-miami/", "/agreements/?county=12086"]
)
def test_page_runs_no_further_query_for_each_agreement_beside(client, url):
    """With thirty more agreements on the page it runs the queries that it ran before."""
    make.make_source()  # nothing is kept in a transaction that has written: so before, too
    before, _ = queries_of(client, url)
    county = County.objects.get(geoid="12086")
    for number in range(30):
        kind = "state_police" if url == "/us/fl/" else "campus"
        agency = make.make_agency(state=county.state, kind=kind, name=f"Made {number}", slug=f"made-{number}")
        if kind == "campus":  # state police serve no county of their own
            agency.counties.add(county)
        signed = make.make_event(agreement=make.make_agreement(agency=agency), publication="published", kind="signed")
        make.make_citation(event=signed)
    after, _ = queries_of(client, url)
    assert after == before


def test_timeline_lists_events_with_their_permalinks(client):
    html = page(client, "/timeline/?county=12086")
    event = Event.objects.get(kind="lawsuit_filed", suit__is_about_duty_to_sign=True)
    assert f"/agreements/{event.agreement.public_id}/#e{event.pk}" in html


def test_permalink_of_an_event_is_on_the_page_that_it_names(client):
    event = Event.objects.get(kind="lawsuit_filed", suit__is_about_duty_to_sign=True)
    assert f'id="e{event.pk}"' in page(client, event.agreement.get_absolute_url())


def test_find_goes_straight_to_the_one_place_of_that_name(client):
    response = client.get("/find/?q=South Miami")
    assert (response.status_code, response["Location"]) == (302, "/us/fl/miami-dade/south-miami/")


def test_find_offers_the_nearest_names(client):
    assert 'href="/us/fl/miami-dade/hialeah/"' in page(client, "/find/?q=Hialea")


def test_find_of_nothing_like_it_says_so(client):
    assert "We found no city or county" in page(client, "/find/?q=qqqqzzzz")


def test_methodology_prints_the_rules_and_every_agency_not_placed(client):
    response = client.get("/methodology/")
    html = response.content.decode()
    assert len(response.context["unplaced"]) == min(50, response.context["unplaced_count"]) > 0
    assert "Gives back the stage that the last rescission took." in html
    for agency in response.context["unplaced"]:
        assert agency.placing_note
        assert agency.get_absolute_url() in html


@pytest.mark.parametrize(
    "url", ["/nowhere/", "/us/zz/", "/us/fl/nowhere/", "/us/fl/lee/nowhere/", "/agreements/A9999/"]
)
def test_unknown_address_is_a_page_that_says_so(client, url):
    assert "Page not found" in page(client, url, status=404)


def test_healthz_answers(client):
    response = client.get("/healthz")
    assert response.status_code == 200
    assert re.fullmatch(rb"ok \S+", response.content)  # and the version of the data


def test_empty_record_says_so(client):
    Listing.objects.all().delete()
    Sheet.objects.all().delete()
    assert "The record is empty" in page(client, "/", status=503)


def test_pages_send_the_strict_policy(client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_record_has_no_day_later_than_its_end():
    assert not Event.objects.filter(latest__gt=date(2026, 5, 18)).exists()


def test_names_have_typographic_apostrophes_in_the_text_of_a_page_and_of_its_figure(client):
    html = page(client, "/us/md/prince-georges/")
    assert re.search(r"<h1>Prince George’s County</h1>", html)
    assert "&#x27;" not in re.sub(r"<[^>]*>", "", re.search(r"<main.*</main>", html)[0])
    assert "<title>Prince George&#x27;s County, Maryland" in html

    figure = client.get("/figures/map/?state=MD").content.decode()
    assert "Prince George\\u2019s County" in figure
    assert "Prince George's" not in figure


def test_what_ice_printed_keeps_its_apostrophes(client):
    agreement = Agreement.objects.filter(agency__name="Miami-Dade Sheriff's Office").first()
    words = text_of(page(client, agreement.get_absolute_url()))

    assert "agency Miami-Dade Sheriff’s Office" in words or "the Miami-Dade Sheriff’s Office" in words
    assert re.search(r"What ICE printed .*Sheriff's Office", words)


def test_answer_does_not_part_a_month_from_its_day(client):
    assert "As of May\xa018, 2026," in client.get("/us/fl/").content.decode()
