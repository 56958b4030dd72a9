"""The pages of places, agencies and agreements with none, one and many of what they show."""

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from agreements import pages, places, snapshots, sources
from agreements.addresses import place_url
from agreements.kinds import AgencyKind, EventKind
from agreements.models import Agency, Sheet
from agreements.models.source import ClaimField, Confidence, SourceKind
from municipalities.models import County, Municipality, Policing, State
from tests import factories as make
from tests.counting import queries_of

pytestmark = pytest.mark.django_db


def words(client, url):
    response = client.get(url)
    assert response.status_code == 200, url
    html = re.sub(r"<script.*?</script>", "", response.content.decode())
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def archer():
    """A town of which the record has no agency."""
    place = Municipality.objects.select_related("state", "main_county__state").get(state__code="FL", name="Archer")
    assert not place.agencies.exists()
    return place


def police_of(place, **values):
    agency = make.make_agency(state=place.state, **values)
    agency.municipalities.add(place)
    return agency


def published(kind=EventKind.SIGNED, day=date(2025, 3, 7), *, source=None, confidence=Confidence.HIGH, **values):
    event = make.make_event(kind=kind, earliest=day, latest=day, publication="published", **values)
    make.make_citation(event=event, confidence=confidence, **({"source": source} if source else {}))
    return event


def test_municipality_with_nothing_says_what_ice_prints(client):
    said = words(client, place_url(archer()))
    assert "As of May 18, 2026, Archer has not yet been checked by name; this is not a “no”." in said
    assert "What ICE prints: no row of ICE’s participating list of May 18, 2026 or of ICE’s pending list" in said
    assert "Agency None in this record" in said
    assert "No dated event is recorded up to this day." in said
    assert "Numbers point to" not in said
    assert "Where sources differ" not in said


def test_municipality_that_the_sheriff_polices_says_so_first(client):
    place = archer()
    Municipality.objects.filter(pk=place.pk).update(policing=Policing.SHERIFF)
    said = words(client, place_url(place))
    assert "the Alachua County Sheriff’s Office, which polices Archer, has 2 signed 287(g) agreements with ICE" in said
    assert "Archer has no agreement of its own that we know of." in said


def test_municipality_declined(client):
    place = archer()
    published(EventKind.DECLINED, agreement=make.make_agreement(agency=police_of(place)))
    assert "Archer decided not to sign a 287(g) agreement on March 7, 2025." in words(client, place_url(place))


@pytest.mark.parametrize(("agreements", "agency_rows"), [(1, 0), (3, 3)])
def test_municipality_lists_its_agreements_where_they_are_several(client, agreements, agency_rows):
    place = archer()
    for _ in range(agreements):
        published(agreement=make.make_agreement(agency=police_of(place)))
    response = client.get(place_url(place))
    assert response.context["stands"].own.total == agreements
    assert ("Agreements of its own agencies" in response.content.decode()) == bool(agency_rows)


def test_municipality_names_few_of_many_agencies_and_counts_the_rest(client):
    place = archer()
    for number in range(places.AGENCIES_SHOWN + 2):
        published(agreement=make.make_agreement(agency=police_of(place, name=f"Archer Force {number}")))
    said = words(client, place_url(place))
    assert "Archer Force 4 and 2 more" in said


def test_municipality_numbers_its_sources_once_each(client):
    place = archer()
    agreement = make.make_agreement(agency=police_of(place))
    shared = make.make_source(publisher="The Ledger", title="The vote.")
    first = published(EventKind.VOTE_APPROVED, date(2025, 3, 7), agreement=agreement, source=shared)
    second = published(EventKind.SIGNED, date(2025, 4, 2), agreement=agreement, source=shared)
    make.make_citation(event=second, is_used=False)
    context = client.get(place_url(place)).context
    assert [one.number for one in context["sources"]] == [1, 2]
    by_event = {event.pk: event.source_numbers for event in context["events"]}
    assert by_event == {first.pk: [1], second.pk: [1, 2]}
    said = words(client, place_url(place))
    assert "The Ledger. “The vote.” No date shown. News report" in said


def test_municipality_page_of_a_list_source_leads_to_our_copy(client):
    response = client.get("/us/fl/miami-dade/hialeah/")
    assert 'href="/sheets/pending/' in response.content.decode()
    assert any(one.sheets for one in response.context["sources"])


def test_municipality_page_notes_what_is_being_checked_with_its_source(client):
    response = client.get("/us/fl/miami-dade/south-miami/")
    [event] = response.context["being_checked"]
    html = response.content.decode()
    assert f'<p id="{event.anchor}">' in html
    [number] = event.source_numbers
    assert f'<a href="#s{number}">{number}</a>' in html
    assert not response.context["sources"][number - 1].is_confirmed
    assert "so it changes no status" in words(client, "/us/fl/miami-dade/south-miami/")


def difference(used, other, used_kind=SourceKind.NEWS, other_kind=SourceKind.NEWS, **values):
    """The difference of an event whose two sources have these confidences and kinds."""
    event = make.make_event(kind=EventKind.SIGNED, publication="draft", **values)
    make.make_citation(event=event, source=make.make_source(kind=used_kind), confidence=used)
    beside = make.make_citation(
        event=event, source=make.make_source(kind=other_kind), confidence=other, is_used=False, says="It was in April."
    )
    make.make_claim(citation=beside, field=ClaimField.DAY, value="", earliest=date(2025, 4, 1), latest=date(2025, 4, 1))
    [found] = sources.differences([event], sources.number_sources([event]))
    return found


@pytest.mark.parametrize(
    ("used", "other", "kinds", "is_from_list", "reason"),
    [
        (Confidence.HIGH, Confidence.MEDIUM, ("news", "news"), False, "the more reliable source"),
        (Confidence.HIGH, Confidence.HIGH, ("news", "news"), False, "by our editors"),
        (Confidence.HIGH, Confidence.HIGH, ("memorandum", "news"), False, "a document, before reports"),
        (Confidence.HIGH, Confidence.HIGH, ("ice_list", "news"), True, "ICE’s own list, before other sources"),
        (Confidence.HIGH, Confidence.HIGH, ("ice_list", "ice_list"), True, "the newest of ICE’s lists"),
    ],
)
def test_difference_gives_the_reason_for_the_source_used_first(used, other, kinds, is_from_list, reason):
    found = difference(used, other, *kinds, is_from_list=is_from_list)
    assert found.question == "When was the agreement signed?"
    first, second = found.positions
    assert (first.value, first.number, first.is_used) == ("March 7, 2025", 1, True)
    assert reason in first.reason
    assert (second.value, second.number, second.reason) == ("April 1, 2025", 2, "")


def test_difference_is_asked_for_each_field_that_a_source_states_otherwise():
    event = make.make_event(votes_for=6, votes_against=1)
    make.make_citation(event=event)
    for field, value in ((ClaimField.VOTES, "5–2"), (ClaimField.EXISTENCE, "no such vote")):
        make.make_claim(citation=make.make_citation(event=event, is_used=False), field=field, value=value)
    found = sources.differences([event])
    assert [one.question for one in found] == [
        "Vote to approve: how many voted for it and against it?",
        "Vote to approve: did it happen?",
    ]
    assert [one.positions[0].value for one in found] == ["6–1", "It happened"]
    assert found[1].positions[1].value == "No such vote"


def test_difference_of_a_later_event_is_none_by_the_day():
    event = published(agreement=make.make_agreement())
    beside = make.make_citation(event=event, is_used=False)
    make.make_claim(citation=beside, field=ClaimField.DAY, value="", earliest=date(2025, 4, 1), latest=date(2025, 4, 1))
    assert sources.differs_on([event.agreement_id], date(2025, 3, 6)) == {}
    assert sources.differs_on([event.agreement_id], date(2025, 3, 7)) == {event.agreement_id: "the date"}


def test_municipality_does_not_say_that_someone_looked_for_a_sheriff(client):
    county = make_county_without_agencies()
    place = county.municipalities.select_related("state", "main_county__state").first()
    said = words(client, place_url(place))
    assert "County sheriff No agreement in this record" in said
    assert "No such agency has an agreement in this record." in said
    assert "No agreement known" not in said


def make_county_without_agencies():
    """A county of one municipality without any agency in the record."""
    silent = County.objects.filter(agencies=None, is_current=True, municipalities__agencies=None)
    return silent.filter(municipalities__counties__agencies=None, municipalities__isnull=False).first()


def test_record_without_an_agreement_is_not_called_one_and_stands_since_no_day(client):
    place = archer()
    agreement = make.make_agreement(agency=police_of(place), program="")
    published(kind=EventKind.LISTED_PENDING, day=date(2025, 3, 7), agreement=agreement)
    published(kind=EventKind.PENDING_LAPSED, day=date(2025, 4, 7), agreement=agreement)
    said = words(client, place_url(place))
    assert f"Record {agreement.public_id}" in said
    said = words(client, agreement.agency.get_absolute_url())
    assert f"No agreement known {agreement.public_id}" in said


def test_agreement_shows_of_another_day_what_was_known_then(client):
    agreement = make.make_agreement(program="tfm")
    published(day=date(2025, 3, 7), agreement=agreement)
    published(day=date(2025, 4, 7), agreement=make.make_agreement(agency=agreement.agency, program="jem"))
    before, after = (
        words(client, f"{agreement.get_absolute_url()}?as_of={day}") for day in ("2025-04-06", "2025-04-07")
    )
    assert "Its other agreement" not in before
    assert "Its other agreement Jail Enforcement Model" in after
    assert "Memorandum" not in words(client, "/agreements/A0284/?as_of=2025-03-01")
    assert "Memorandum Signed agreement" in words(client, "/agreements/A0284/")


def test_difference_is_none_where_sources_agree():
    event = make.make_event()
    make.make_citation(event=event)
    make.make_citation(event=event, is_used=False)
    assert sources.differences([event]) == []


def test_county_without_a_municipality_says_so(client):
    county = County.objects.filter(municipalities=None, state__code="PR").select_related("state").first()
    said = words(client, reverse("county", args=[county.state.slug, county.slug]))
    assert f"no municipality of {county.full_name} is in this record." in said
    assert f"No agency of {county.full_name} itself has one that we know of." in said
    assert "No agreement in this record. No such agency is on ICE’s participating list" in said
    assert "municipalities Places with something" not in said


def test_county_says_once_what_its_sheriff_has(client):
    said = words(client, "/us/fl/miami-dade/")
    assert "The Miami-Dade Sheriff’s Office and Miami-Dade Corrections" in said
    assert "signed on February 26, 2025." in said


def test_county_of_a_consolidated_government_says_so(client):
    said = words(client, "/us/fl/duval/")
    assert "The Jacksonville Sheriff’s Office, which serves city and county alike, has 2:" in said
    said = words(client, "/us/fl/duval/jacksonville/")
    assert "The agreement is of the Jacksonville Sheriff’s Office, which serves city and county alike." in said


def test_county_notes_beneath_a_name_what_is_in_question(client):
    rows = {row.municipality.name: row for row in client.get("/us/fl/miami-dade/").context["rows"]}
    assert rows["South Miami"].notes[0] == "A report is being checked"
    assert rows["Hialeah"].notes == ("Sources differ on the date",)
    assert rows["Doral"].notes == ()
    assert list(rows).index("South Miami") < list(rows).index("Aventura")


def test_county_shows_the_first_of_many_agencies_and_leads_to_the_rest(client):
    county = County.objects.select_related("state").get(geoid="12086")
    before = client.get("/us/fl/miami-dade/").context["beside"].total
    for number in range(places.SHOWN):
        agency = make.make_agency(state=county.state, kind=AgencyKind.CAMPUS, name=f"Campus {number:03}")
        agency.counties.add(county)
        published(agreement=make.make_agreement(agency=agency))
    response = client.get("/us/fl/miami-dade/")
    table = response.context["beside"]
    assert (len(table.rows), table.total) == (places.SHOWN, before + places.SHOWN)
    assert table.rows[0].agency.kind == AgencyKind.SHERIFF
    assert f'<a href="/agreements/?county=12086">All {table.total}</a>' in response.content.decode()


def test_link_to_the_list_keeps_the_day(client):
    context = client.get("/us/fl/miami-dade/?as_of=2025-08-01").context
    assert context["list_url"] == "/agreements/?county=12086&as_of=2025-08-01"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("pr", "no agency of Puerto Rico’s 78 municipios has a signed 287(g) agreement"),
        ("la", "of its 64 parishes"),
        ("gu", "of Guam’s one county equivalent"),
    ],
)
def test_state_calls_its_counties_by_their_name(client, state, said):
    assert said in words(client, f"/us/{state}/")


def test_state_counts_its_statewide_agencies_once_each(client):
    said = words(client, "/us/fl/")
    count = int(re.search(r"(\d+) agencies that work across the state have one", said)[1])
    agency = make.make_agency(state=make.florida(), kind=AgencyKind.STATE_POLICE)
    for program in ("tfm", "jem"):
        published(agreement=make.make_agreement(agency=agency, program=program))
    assert f"{count + 1} agencies that work across the state have one" in words(client, "/us/fl/")


def test_agency_without_an_agreement(client):
    agency = make.make_agency(name="Archer Police Department")
    said = words(client, agency.get_absolute_url())
    assert "the Archer Police Department has no signed 287(g) agreement with ICE that we know of." in said
    assert "Agreements None in this record." in said
    assert "Statewide" in said


def test_agency_names_some_of_its_places_and_counts_the_rest(client):
    agency = make.make_agency(kind=AgencyKind.REGIONAL_POLICE)
    agency.municipalities.set(Municipality.objects.filter(state__code="FL")[: places.PLACES_SHOWN + 3])
    assert len(places.served(agency).shown) == places.PLACES_SHOWN
    assert "and 3 more" in words(client, agency.get_absolute_url())


def test_agency_of_counties_only_names_them():
    agency = make.make_agency(kind=AgencyKind.SHERIFF)
    agency.counties.add(County.objects.get(geoid="12086"))
    assert [county.name for county in places.served(agency).shown] == ["Miami-Dade"]
    assert places.served(agency).more == 0


def test_agreement_in_litigation_stays_signed_and_says_so(client):
    agreement = make.make_agreement()
    published(agreement=agreement)
    suit = make.make_suit(is_about_duty_to_sign=True)
    published(EventKind.LAWSUIT_FILED, date(2025, 4, 1), agreement=agreement, suit=suit)
    said = words(client, agreement.get_absolute_url())
    assert "A lawsuit about the duty to sign is open." in said
    assert "Signed As of May 18, 2026, the" not in said or "has had a signed" in said


def test_agreement_page_keeps_its_dates_apart(client):
    context = client.get("/agreements/A0284/").context
    found = {one.label: [day.words for day in one.days] for one in context["milestones"]}
    assert found == {
        "Local vote": ["March 11, 2025"],
        "First on ICE’s pending list": ["April 3, 2025"],
        "Last on ICE’s pending list": ["July 1, 2025"],
        "Signed by both": ["July 2, 2025"],
        "Signed, as ICE prints it": ["July 2, 2025"],
        "First on ICE’s participating list": ["July 3, 2025"],
        "Last seen there": ["May 18, 2026"],
    }


def test_agreement_page_gives_every_day_that_ice_printed(client):
    agreement = make.make_agreement()
    sheets = list(Sheet.objects.filter(list="participating").in_time())
    for first, last, day in ((0, 3, date(2025, 2, 14)), (4, len(sheets) - 1, date(2025, 2, 18))):
        make.make_listing(agreement=agreement, first_sheet=sheets[first], last_sheet=sheets[last], signed_on=day)
    [signed] = [
        one
        for one in client.get(agreement.get_absolute_url()).context["milestones"]
        if one.label == "Signed, as ICE prints it"
    ]
    assert [day.words for day in signed.days] == ["February 18, 2025", "February 14, 2025"]
    assert "newest list" in signed.meaning


def test_agreement_without_any_event_has_no_dates(client):
    agreement = make.make_agreement(program="")
    said = words(client, agreement.get_absolute_url())
    assert "Its dates" not in said
    assert "(program not stated) has" not in said
    assert "has not yet been checked by name" in said


def test_agreement_page_of_a_day_before_a_departure_does_not_tell_it(client):
    agreement = make.make_agreement()
    published(agreement=agreement)
    published(EventKind.DEPARTED, date(2026, 3, 1), agreement=agreement)
    assert "left ICE’s list" in words(client, agreement.get_absolute_url())
    assert "left ICE’s list" not in words(client, f"{agreement.get_absolute_url()}?as_of=2026-02-01")


def test_may_have_happened_leaves_out_what_sets_no_status():
    days = {"earliest": date(2025, 9, 5), "latest": date(2025, 10, 21)}
    agreement = make.make_agreement()
    told = [
        make.make_event(agreement=agreement, kind=EventKind.ENDED, **days),
        make.make_event(agreement=agreement, kind=EventKind.STATEMENT, **days),
        make.make_event(agreement=agreement, kind=EventKind.ENDED, is_being_checked=True, **days),
        make.make_event(agreement=agreement, kind=EventKind.SUIT_ENDED, suit=make.make_suit(), **days),
        make.make_event(agreement=agreement, kind=EventKind.DECLINED, **days),
    ]
    for event, confidence in zip(told, ["high", "high", "high", "high", "low"], strict=True):
        make.make_citation(event=event, confidence=confidence)
    assert places.may_have_happened(told, date(2025, 10, 1)) == told[:1]
    assert places.may_have_happened(told, date(2025, 10, 21)) == []


def test_lists_of_a_day_are_the_newest_that_count():
    newest = Sheet.objects.newest("participating")
    held = make.make_sheet(published_on=date(2026, 5, 18), half_day="pm", held_because="Too much is gone.")
    found = pages.newest_lists()
    assert found["participating"] == newest != held
    assert found["participating"].record_begins == Sheet.objects.that_count().order_by("published_on")[0].published_on
    assert pages.newest_lists(date(2025, 2, 20)) == {}


def test_crumbs_of_a_city_in_two_counties_lead_through_its_main_one_first(client):
    place = Municipality.objects.select_related("state", "main_county__state").get(
        state__code="FL", name="Longboat Key"
    )
    crumbs = [name for name, _ in client.get(place_url(place)).context["meta"].crumbs]
    assert crumbs[:3] == ["United States", "Florida", place.main_county.full_name]
    assert len(crumbs) == 5


def test_agency_and_agreement_pages_run_no_query_for_each_row(client):
    agency = make.make_agency()
    published(agreement=make.make_agreement(agency=agency))
    url = agency.get_absolute_url()
    before, _ = queries_of(client, url)
    for program in ("jem", "wso"):
        published(agreement=make.make_agreement(agency=agency, program=program))
    assert queries_of(client, url)[0] == before


def test_municipality_page_runs_no_query_for_each_event(client):
    place = archer()
    agreement = make.make_agreement(agency=police_of(place))
    published(agreement=agreement)
    before, _ = queries_of(client, place_url(place))
    for day in range(1, 20):
        published(EventKind.STATEMENT, date(2025, 4, day), agreement=agreement)
    assert queries_of(client, place_url(place))[0] == before


def test_sheet_is_compared_by_what_differs_only():
    sheets = list(Sheet.objects.filter(list="participating").in_time())
    agreement = make.make_agreement()
    make.make_listing(agreement=agreement, first_sheet=sheets[10], last_sheet=sheets[20], signed_on=date(2025, 2, 1))
    lists = snapshots.Lists()
    found = {place: lists.of_sheet(sheets[place]) for place in (10, 15, 21)}
    kinds = {place: [one.kind for one in several if one.key == agreement.pk] for place, several in found.items()}
    assert kinds == {10: ["new"], 15: [], 21: ["absent"]}
    assert lists.of_sheet(sheets[0]) == []


def test_every_state_has_a_page(client):
    assert State.objects.count() == 56
    assert client.get("/us/hi/").status_code == 200
    assert Agency.objects.exists()
