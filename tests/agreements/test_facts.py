import csv
from datetime import date
from pathlib import Path

import pytest

from agreements.facts import FactsError, import_facts
from agreements.ice.evidence import ice_list_source
from agreements.kinds import AgencyKind, EventKind, Program
from agreements.models import Agency, Check, Citation, Claim, Event, Source, Suit
from agreements.models.event import Publication
from agreements.models.sheet import IceList
from tests import factories as make

pytestmark = pytest.mark.django_db

EVENTS = (
    "event,place,county,agency,kind,role,earliest,latest,scheduled_for,suit,summary,votes_for,votes_against,"
    "votes_absent,source_title,source_publisher,source_url,source_copy,source_published_on,confidence,note"
)
SIGNATURES = (
    "agency_as_on_ice_list,local_signature_date_as_printed,ice_signature_date,ice_list_signed,ice_dates_agree,"
    "moa_url,note"
)
PLACES = "municipality,county,has_own_police,police_source,latest_position,position_date,position_source,events_rows"
#: A vote of South Miami's, as one newspaper tells it.
VOTE = {
    "event": "vote",
    "place": "South Miami",
    "county": "Miami-Dade",
    "agency": "South Miami Police Department",
    "kind": "vote_approved",
    "role": "used",
    "earliest": "2025-04-15",
    "latest": "2025-04-15",
    "summary": "The commission voted to join.",
    "votes_for": "4",
    "votes_against": "1",
    "source_title": "Commission votes",
    "source_publisher": "The Gazette",
    "source_url": "https://gazette.example/vote",
    "source_published_on": "2025-04-16",
    "confidence": "high",
}
CLAIM = {**VOTE, "role": "claim", "source_publisher": "The Herald", "source_url": "https://herald.example/vote"}
SIGNATURE = {
    "agency_as_on_ice_list": "South Miami Police Department",
    "ice_signature_date": "2025-03-05",
    "local_signature_date_as_printed": "2025-02-28",
    "moa_url": "https://ice.example/moa.pdf",
}
PLACE = {
    "municipality": "South Miami",
    "county": "Miami-Dade",
    "latest_position": "Not on ICE list",
    "position_date": "2026-05-18",
    "position_source": "ICE list 2026-05-18",
}


@pytest.fixture(autouse=True)
def no_record(db):
    """Facts are read once a database, into what ICE's lists gave."""
    make.delete_record()


@pytest.fixture
def facts(tmp_path):
    """Writes rows into the three files and imports them."""

    def write(*events: dict[str, str], signatures: tuple = (), places: tuple = ()) -> dict[str, int]:
        _write(tmp_path / "events.csv", EVENTS, events)
        _write(tmp_path / "moa_signatures.csv", SIGNATURES, signatures)
        _write(tmp_path / "places.csv", PLACES, places)
        return import_facts(folder=tmp_path)

    return write


def _write(path: Path, header: str, rows: tuple[dict[str, str], ...]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header.split(","), restval="")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def listed() -> Event:
    """South Miami as ICE's list has it: signed on March 7, 2025."""
    agency = make.make_agency(name="South Miami Police Department")
    agreement = make.make_agreement(agency=agency)
    source = ice_list_source(IceList.PARTICIPATING, date(2026, 5, 18))
    sheet = make.make_sheet(source=source)
    make.make_listing(agreement=agreement, first_sheet=sheet, signed_on=date(2025, 3, 7))
    event = make.make_event(agreement=agreement, kind=EventKind.SIGNED, publication=Publication.PUBLISHED)
    make.make_citation(event=event, source=source)
    return event


def _claims() -> list[tuple[str, str]]:
    return [(claim.field, claim.in_words) for claim in Claim.objects.order_by("pk")]


def test_used_row_is_the_event_and_its_source(facts):
    counts = facts({**VOTE, "note": "By phone."})

    event = Event.objects.get()
    assert (event.kind, event.when, event.votes, event.summary) == (
        "vote_approved",
        "April 15, 2025",
        "4–1",
        "The commission voted to join.",
    )
    assert (event.publication, event.is_being_checked) == (Publication.PUBLISHED, False)
    assert (event.agreement.program, event.agreement.agency.kind) == (Program.NOT_STATED, AgencyKind.MUNICIPAL_POLICE)
    assert list(event.agreement.agency.municipalities.all()) == [make.south_miami()]
    citation = Citation.objects.get()
    assert (citation.is_used, citation.confidence, citation.note, citation.says) == (True, "high", "By phone.", "")
    assert (citation.source.publisher, citation.source.kind, citation.source.published) == (
        "The Gazette",
        "news",
        "April 16, 2025",
    )
    assert counts == {"events": 1, "citations": 1, "claims": 0, "checks": 0}


def test_claim_that_agrees_stands_beside_it_without_a_claim(facts):
    # First in the file, and without a count: neither makes it the used one or a contradiction.
    facts({**CLAIM, "summary": "It passed.", "votes_for": "", "votes_against": ""}, VOTE)

    used, beside = Event.objects.get().citations.all()
    assert (used.is_used, beside.is_used, beside.says) == (True, False, "It passed.")
    assert _claims() == []


def test_unconfirmed_row_is_being_checked(facts):
    facts({**VOTE, "role": "unconfirmed", "confidence": "low"})

    assert Event.objects.get().is_being_checked
    assert not Event.objects.established().exists()


def test_background_row_of_a_city_without_agency_is_the_citys(facts):
    facts({**VOTE, "role": "background", "kind": "context", "agency": ""})

    assert Event.objects.get().municipality == make.south_miami()
    assert not Agency.objects.exists()


def test_row_of_the_state_and_of_a_county(facts):
    county = {"event": "county", "place": "Miami-Dade County", "agency": "", "kind": "context"}
    facts({**VOTE, "place": "Florida", "kind": "state_warning"}, {**VOTE, **county})

    state, county = Event.objects.order_by("pk")
    assert state.state == make.florida()
    assert county.county.geoid == "12086"


def test_vote_without_police_is_the_governments(facts):
    facts({**VOTE, "agency": ""})

    agency = Agency.objects.get()
    assert (agency.name, agency.kind) == ("City of South Miami", AgencyKind.MUNICIPAL_GOVERNMENT)


def test_month_is_its_first_and_last_day(facts):
    facts({**VOTE, "earliest": "2024-02-01", "latest": "2024-02-29", "source_published_on": "2024-02"})

    assert Event.objects.get().when == "February 2024, day not confirmed"
    assert Source.objects.get().published == "February 2024, day not confirmed"


@pytest.mark.parametrize(
    ("used", "claimed", "claims"),
    [
        (("2025-04-15", "2025-04-15"), ("2025-04-16", "2025-04-16"), [("day", "April 16, 2025")]),
        (("2025-04-15", "2025-04-15"), ("2025-04-01", "2025-04-30"), []),
        (("2025-04-01", "2025-04-30"), ("2025-04-30", "2025-04-30"), []),
        (("2025-04-01", "2025-04-30"), ("2025-05-01", "2025-05-01"), [("day", "May 1, 2025")]),
        (("", "2025-04-15"), ("2025-04-16", ""), [("day", "on or after April 16, 2025")]),
        (("", "2025-04-15"), ("2025-04-15", ""), []),
        (("2025-04-15", "2025-04-15"), ("", ""), []),
    ],
)
def test_day_is_claimed_only_where_days_do_not_overlap(used, claimed, claims, facts):
    facts(
        {**VOTE, "earliest": used[0], "latest": used[1]},
        {**CLAIM, "earliest": claimed[0], "latest": claimed[1]},
    )

    assert _claims() == claims


def test_votes_and_kind_stated_otherwise_are_claims(facts):
    counts = facts(VOTE, {**CLAIM, "votes_for": "5", "votes_against": "0", "kind": "discussed"})

    assert _claims() == [("votes", "5–0"), ("kind", "Discussed")]
    assert counts["claims"] == 2


def test_suit_is_named_and_its_facts_belong_to_it(facts):
    facts(
        {**VOTE, "kind": "lawsuit_filed", "suit": "south-miami-v-desantis-2025", "votes_for": "", "votes_against": ""}
    )

    event = Event.objects.get()
    assert event.suit == Suit.objects.get(key="south-miami-v-desantis-2025")
    assert event.suit.is_about_duty_to_sign


def test_event_enriches_the_signed_event_of_ices_list(facts, listed):
    signed = {"kind": "signed", "votes_for": "", "votes_against": "", "summary": "Both signed."}
    facts({**VOTE, **signed, "earliest": "2025-03-05", "latest": "2025-03-05"})

    event = Event.objects.get()
    assert (event.pk, event.when, event.summary) == (listed.pk, "March 5, 2025", "Both signed.")
    used, beside = event.citations.all()
    assert (used.source.publisher, beside.is_used) == ("The Gazette", False)
    # It is ours now: what the list says beside it is written when the lists are next settled (test_apply.py).
    assert not event.is_from_list


def test_ices_day_within_the_month_of_the_event_is_no_claim(facts, listed):
    facts({**VOTE, "kind": "signed", "earliest": "2025-03-01", "latest": "2025-03-31"})

    assert _claims() == []


def test_ices_day_of_signing_says_nothing_of_the_pending_list(facts, listed):
    pending = make.make_event(
        agreement=listed.agreement, kind=EventKind.LISTED_PENDING, publication=Publication.PUBLISHED
    )
    make.make_citation(event=pending, source=ice_list_source(IceList.PENDING, date(2025, 2, 27)))

    facts({**VOTE, "kind": "listed_pending", "earliest": "2025-02-26", "latest": "2025-02-26"})

    assert _claims() == []
    assert pending.citations.get(is_used=False).says == ""


def test_second_signing_is_another_event(facts, listed):
    signed = {**VOTE, "kind": "signed"}
    again = {"event": "again", "earliest": "2025-09-01", "latest": "2025-09-01"}
    facts(signed, {**signed, **again, "source_url": "https://gazette.example/again"})

    assert [event.when for event in Event.objects.order_by("pk")] == ["April 15, 2025", "September 1, 2025"]


def test_signature_block_merges_into_the_lists_signed_event(facts, listed):
    facts(signatures=(SIGNATURE,))

    signed, local = listed.agreement.events.order_by("pk")
    assert (signed.pk, signed.when) == (listed.pk, "March 5, 2025")
    assert signed.citations.get(is_used=True).source.kind == "memorandum"
    assert not signed.is_from_list
    assert (local.kind, local.when, local.summary) == (
        "signed_locally",
        "February 28, 2025",
        "The local signature on the agreement is dated February 28, 2025.",
    )
    assert local.citations.get().is_used


def test_signature_block_that_agrees_with_the_list_is_no_claim(facts, listed):
    facts(signatures=({**SIGNATURE, "ice_signature_date": "2025-03-07"},))

    assert _claims() == []


def test_signature_block_told_by_the_events_already_is_not_told_twice(facts, listed):
    told = {
        "source_url": SIGNATURE["moa_url"],
        "source_title": f"287(g) memorandum of agreement, {listed.agreement.agency.name}",
        "source_publisher": "U.S. Immigration and Customs Enforcement",
        "votes_for": "",
        "votes_against": "",
    }
    local = {"event": "local", "kind": "signed_locally", "earliest": "2025-02-28", "latest": "2025-02-28"}
    facts({**VOTE, **told, "kind": "signed"}, {**VOTE, **told, **local}, signatures=(SIGNATURE,))

    assert sorted(event.kind for event in Event.objects.all()) == ["signed", "signed_locally"]


def test_evident_typing_error_in_a_local_date_is_dated_nowhere(facts, listed):
    facts(signatures=({**SIGNATURE, "local_signature_date_as_printed": "2028-02-28"},))

    local = Event.objects.get(kind=EventKind.SIGNED_LOCALLY)
    assert (local.earliest, local.latest) == (None, None)
    assert "February 28, 2028" in local.summary
    assert "an evident error" in local.summary


def test_local_signature_without_ices_keeps_its_day(facts, listed):
    facts(signatures=({**SIGNATURE, "ice_signature_date": ""},))

    assert Event.objects.get(kind=EventKind.SIGNED_LOCALLY).when == "February 28, 2025"
    assert Event.objects.get(kind=EventKind.SIGNED).when == "March 7, 2025"


def test_place_looked_up_is_a_check(facts):
    listed = {"municipality": "Doral", "latest_position": "On ICE list as a signed agreement"}
    elsewhere = {"municipality": "Hialeah", "position_source": "The Herald"}
    counts = facts(places=(PLACE, {**PLACE, **listed}, {**PLACE, **elsewhere}))

    assert {check.municipality.name: check.result for check in Check.objects.all()} == {
        "South Miami": "none_found",
        "Doral": "found",
    }
    check = Check.objects.first()
    assert (check.day, check.covers_from) == (date(2026, 5, 18), date(2025, 2, 21))
    assert counts["checks"] == 2


def test_facts_are_imported_once(facts):
    facts(VOTE)

    with pytest.raises(FactsError, match="in the record already"):
        facts(VOTE)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"earliest": "2025-02-30"}, "events.csv, line 3, earliest: '2025-02-30' is not a day"),
        ({"latest": "April"}, "events.csv, line 3, latest: 'April' is not a day"),
        ({"earliest": "2025-04-16"}, "events.csv, line 3, .*The earliest day is after the latest"),
        ({"earliest": "1987-04-15"}, "events.csv, line 3, .*Section 287.g. dates from 1996"),
        ({"scheduled_for": "soon"}, "events.csv, line 3, scheduled_for: 'soon' is not a day"),
        ({"scheduled_for": "2025-05-01"}, "events.csv, line 3, .*Only a scheduled vote has a day"),
        ({"summary": "x" * 281}, "events.csv, line 3, summary: .*280"),
        ({"kind": "voted"}, "events.csv, line 3, kind: 'voted' is none of discussed, "),
        ({"kind": "lawsuit_filed"}, "events.csv, line 3, .*Name the lawsuit"),
        ({"role": "maybe"}, "events.csv, line 3, role: 'maybe' is none of used"),
        ({"role": "claim"}, "events.csv, line 3, role: no row of event 'other' is used"),
        ({"event": "vote"}, "events.csv, line 3, role: a second row of event 'vote' is used"),
        ({"event": "vote", "role": "claim"}, "events.csv, line 3, source_url: .* is the event's used source already"),
        ({"suit": "a-v-b"}, "events.csv, line 3, suit: 'a-v-b' is none of"),
        ({"votes_for": "-1"}, "events.csv, line 3, votes_for: '-1' is not a number of votes"),
        ({"confidence": "total"}, "events.csv, line 3, confidence: 'total' is none of high"),
        ({"county": "Dade"}, "events.csv, line 3, county: no county 'Dade'"),
        ({"place": "Smallville"}, "events.csv, line 3, place: no municipality 'Smallville'"),
        ({"source_url": "gazette.example"}, "events.csv, line 3, source_url: 'gazette.example' is not a web address"),
        ({"source_published_on": "2025-13"}, "events.csv, line 3, source_published_on: '2025-13-01' is not a day"),
    ],
)
def test_bad_event_names_line_and_column_and_nothing_is_written(cells, message, facts):
    with pytest.raises(FactsError, match=message):
        facts(VOTE, {**VOTE, "event": "other", **cells})

    assert not Event.objects.exists()
    assert not Suit.objects.exists()
    assert not Agency.objects.exists()


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"agency_as_on_ice_list": "Nowhere PD"}, "line 2, agency_as_on_ice_list: no 'Nowhere PD' on ICE's list"),
        ({"ice_signature_date": "?"}, r"line 2, ice_signature_date: '\?' is not a day"),
        ({"local_signature_date_as_printed": "?"}, r"line 2, local_signature_date_as_printed: '\?' is not a day"),
    ],
)
def test_bad_signature_names_line_and_column(cells, message, facts, listed):
    with pytest.raises(FactsError, match=f"moa_signatures.csv, {message}"):
        facts(signatures=({**SIGNATURE, **cells},))

    assert list(Event.objects.all()) == [listed]


def test_signature_of_an_agency_without_task_force_agreement(facts, listed):
    listed.agreement.program = Program.JAIL
    listed.agreement.save()

    with pytest.raises(FactsError, match="line 2, agency_as_on_ice_list: .* has no task force agreement"):
        facts(signatures=(SIGNATURE,))


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"municipality": "Smallville"}, "line 2, municipality: no 'Smallville'"),
        ({"county": "Dade"}, "line 2, county: no county 'Dade'"),
        ({"position_date": "May"}, "line 2, position_date: 'May' is not a day"),
    ],
)
def test_bad_place_names_line_and_column(cells, message, facts):
    with pytest.raises(FactsError, match=f"places.csv, {message}"):
        facts(places=({**PLACE, **cells},))

    assert not Check.objects.exists()


def test_missing_column_is_named(tmp_path):
    _write(tmp_path / "events.csv", EVENTS.replace("role,", ""), ())

    with pytest.raises(FactsError, match="events.csv, line 1: no column role"):
        import_facts(folder=tmp_path)
