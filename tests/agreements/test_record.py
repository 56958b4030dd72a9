"""The real record as of a day: the cities whose history was worked out by hand, and what is counted."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.kinds import AgencyKind, Status
from agreements.models import Agency, Agreement, Citation, Event, Listing, Sheet, Source
from agreements.models.event import Publication
from agreements.record import IN_FORCE, Record, record_end
from municipalities.models import County, Municipality
from tests import factories as make

pytestmark = pytest.mark.django_db

END = date(2026, 5, 18)

#: Day → status by hand, city by city.
BY_HAND = [
    ("Hialeah", "2025-03-20", Status.APPROVED),
    ("Hialeah", "2025-04-10", Status.PENDING),
    ("Hialeah", "2025-07-05", Status.SIGNED),
    ("Coral Gables", "2025-03-06", Status.APPROVED),
    ("Coral Gables", "2025-03-07", Status.SIGNED),
    ("Coral Gables", "2025-03-12", Status.SIGNED),
    ("Coral Gables", "2026-05-18", Status.SIGNED),
    ("South Miami", "2025-03-26", Status.DISCUSSION),
    ("South Miami", "2025-03-27", Status.COURT),
    ("South Miami", "2025-10-20", Status.COURT),
    ("South Miami", "2025-10-21", Status.NONE),
    ("South Miami", "2026-05-18", Status.NONE),
    ("Key West", "2025-03-05", Status.SIGNED),
    ("Key West", "2025-06-29", Status.SIGNED),
    ("Key West", "2025-06-30", Status.ENDED),
    ("Key West", "2025-07-07", Status.ENDED),
    ("Key West", "2025-07-08", Status.SIGNED),
    ("Key West", "2026-05-18", Status.SIGNED),
    ("Fort Myers", "2025-03-18", Status.DISCUSSION),
    ("Fort Myers", "2025-03-21", Status.APPROVED),
    ("Fort Myers", "2025-05-12", Status.PENDING),
    ("Fort Myers", "2025-05-16", Status.SIGNED),
    ("Tallahassee", "2025-03-10", Status.SIGNED),
    ("Tallahassee", "2025-06-30", Status.SIGNED),
    ("Tallahassee", "2025-10-22", Status.SIGNED),
    ("Tallahassee", "2026-05-18", Status.SIGNED),
    ("Homestead", "2025-04-16", Status.APPROVED),
    ("Homestead", "2026-05-18", Status.APPROVED),
    ("Doral", "2025-04-16", Status.APPROVED),
    ("Doral", "2026-01-06", Status.APPROVED),
    ("Doral", "2026-01-07", Status.SIGNED),
    ("Miami", "2025-06-16", Status.DISCUSSION),
    ("Miami", "2025-06-17", Status.APPROVED),
    ("Miami", "2025-08-27", Status.PENDING),
    ("Miami", "2025-08-28", Status.SIGNED),
    ("Apopka", "2025-04-03", Status.PENDING),
    ("Apopka", "2025-07-01", Status.PENDING),
    ("Apopka", "2025-07-02", Status.SIGNED),
    ("Key Biscayne", "2026-05-18", Status.DISCUSSION),
    ("Miami Shores", "2026-05-18", Status.DISCUSSION),
]


def florida(name):
    return Municipality.objects.get(state__code="FL", name=name)


def place_on(name, day):
    return Record(day).place(florida(name).pk)


@pytest.mark.parametrize(("city", "day", "status"), BY_HAND)
def test_place_status_is_the_one_worked_out_by_hand(city, day, status):
    assert place_on(city, date.fromisoformat(day)).status == status


@pytest.mark.parametrize("city", ["Key Biscayne", "Miami Shores", "Homestead"])
def test_place_below_signed_says_that_nothing_later_is_known(city):
    assert place_on(city, END).standing.quiet


def test_record_ends_on_the_day_of_the_newest_participating_list():
    assert record_end() == END


def test_sheet_of_may_18_has_every_row_and_florida_s_348():
    sheet = Sheet.objects.get(list="participating", published_on=END)
    rows = Listing.objects.filter(last_sheet=sheet)
    assert (sheet.rows, rows.count()) == (1843, 1843)
    assert rows.filter(agreement__agency__state__code="FL").count() == 348
    assert not rows.filter(agreement=None).exists()


def test_sheet_of_may_18_tells_florida_s_cities_campuses_and_airports_apart():
    agencies = Agency.objects.filter(
        state__code="FL",
        agreements__listings__last_sheet__published_on=END,
        agreements__listings__printed__TYPE__istartswith="munic",
    ).distinct()
    rows = Listing.objects.filter(
        last_sheet__published_on=END, agreement__agency__in=agencies, printed__TYPE__istartswith="munic"
    )
    by_kind = {kind: rows.filter(agreement__agency__kind=kind).count() for kind in AgencyKind.values}
    assert {kind: n for kind, n in by_kind.items() if n} == {"municipal_police": 172, "campus": 17, "airport_port": 3}
    assert not agencies.filter(kind="municipal_police", municipalities=None).exists()
    assert not agencies.exclude(kind="municipal_police").exclude(municipalities=None).exists()
    assert not agencies.filter(kind__in=["campus", "airport_port"], counties=None).exists()


def test_miami_dade_has_ten_of_34_signed_and_three_agencies_beside():
    county = County.objects.get(geoid="12086")
    record = Record(END)
    signed = {place.name for place in county.municipalities.all() if record.place(place.pk).status in IN_FORCE}
    assert signed == {
        "Coral Gables",
        "Doral",
        "Hialeah",
        "Indian Creek",
        "Miami",
        "Miami Springs",
        "North Bay Village",
        "Sunny Isles Beach",
        "Sweetwater",
        "West Miami",
    }
    assert county.municipalities.count() == 34
    assert {(one.agency.kind, one.program) for one in record.beside(county.pk)} == {
        ("sheriff", "tfm"),
        ("county_jail", "wso"),
        ("campus", "tfm"),
    }


def test_place_never_looked_at_is_not_yet_checked():
    unknown = Municipality.objects.get(key="3825700")
    assert Record(END).place(unknown.pk).status == Status.UNCHECKED


def test_consolidated_government_counts_for_city_and_county():
    record = Record(END)
    jacksonville, duval = florida("Jacksonville"), County.objects.get(geoid="12031")
    assert record.place(jacksonville.pk).status == Status.SIGNED
    assert duval.pk in record.counties_with(*IN_FORCE)


def test_agency_of_a_campus_never_gives_its_city_a_status():
    campus = Agency.objects.get(state__code="FL", name__startswith="University of Florida")
    assert list(campus.municipalities.all()) == []
    assert place_on("Gainesville", END).status == Status.NONE


def make_event(agreement, kind, day, confidence="high", **fields):
    event = make.make_event(
        agreement=agreement,
        kind=kind,
        earliest=day,
        latest=day,
        publication=fields.pop("publication", Publication.PUBLISHED),
        **fields,
    )
    Citation.objects.create(event=event, source=Source.objects.first(), confidence=confidence)
    return event


@pytest.mark.parametrize(
    "fields",
    [{"confidence": "low"}, {"is_being_checked": True}, {"publication": "draft"}, {"publication": "ready"}],
    ids=["low confidence", "being checked", "draft", "ready"],
)
def test_status_is_not_set_by_what_is_not_established(fields):
    agreement = florida("Homestead").agencies.get().agreements.get()
    make_event(agreement, "signed", date(2025, 5, 1), **fields)
    assert place_on("Homestead", END).status == Status.APPROVED


def test_status_is_set_by_a_source_of_medium_confidence():
    agreement = florida("Homestead").agencies.get().agreements.get()
    make_event(agreement, "signed", date(2025, 5, 1), confidence="medium")
    assert place_on("Homestead", END).status == Status.SIGNED


def test_place_with_two_programs_takes_the_furthest():
    agency = florida("Homestead").agencies.get()
    other = Agreement.objects.create(agency=agency, program="wso", public_id="A9001")
    make_event(other, "signed", date(2025, 6, 1))
    place = place_on("Homestead", END)
    assert (place.status, place.agreement_id) == (Status.SIGNED, other.pk)


def test_place_with_two_agencies_takes_the_furthest():
    homestead = florida("Homestead")
    marshal = Agency.objects.create(
        name="Homestead Marshal", slug="homestead-marshal", state=homestead.state, kind="municipal_police"
    )
    marshal.municipalities.add(homestead)
    make_event(
        Agreement.objects.create(agency=marshal, program="tfm", public_id="A9002"), "listed_pending", date(2025, 6, 1)
    )
    assert place_on("Homestead", END).status == Status.PENDING


def test_place_without_known_police_has_the_events_of_its_government():
    pompano = florida("Pompano Beach")
    [agency] = pompano.agencies.all()
    assert agency.kind == AgencyKind.MUNICIPAL_GOVERNMENT
    [event] = Event.objects.filter(agency=agency)
    assert not agency.agreements.exists()
    assert event.is_being_checked
    assert place_on("Pompano Beach", END).status == Status.NONE


def test_record_runs_the_same_queries_for_one_state_and_the_country():
    counts = []
    for state_id in (County.objects.get(geoid="12086").state_id, None):
        with CaptureQueriesContext(connection) as queries:
            record = Record(END, state_id)
            record.places_with(*IN_FORCE)
            record.counties_with(*IN_FORCE)
            list(record.read(record.statewide))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 9
