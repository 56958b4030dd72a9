"""What sheets in a row write into the record, and what they leave alone."""

import itertools
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from agreements.ice import apply
from agreements.ice.agencies import plain
from agreements.ice.apply import Rules
from agreements.ice.evidence import EvidenceError, store
from agreements.ice.fingerprint import fingerprint
from agreements.ice.identify import Answer
from agreements.ice.writer import AgencyWriter
from agreements.kinds import AgencyKind, EventKind, Program
from agreements.models import Agency, AgencyAlias, Agreement, Citation, Claim, Event, Listing, Proposal, Sheet
from agreements.models.sheet import IceList
from agreements.record import record_end
from tests import factories as make
from tests.agreements.ice.sheets import MADE, RULES, WSO, read, row, sheet

pytestmark = pytest.mark.django_db

SIGNED = date(2025, 3, 7)
DAY = date(2025, 7, 1)


@pytest.fixture(autouse=True)
def no_record(db):
    """ICE's sheets are the first thing that this record holds."""
    make.delete_record()


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def other() -> list[object]:
    return row("Hialeah Police Department", SIGNED)


def test_settle_writes_agency_agreement_listing_and_event():
    written = read(sheet(DAY, row(signed=SIGNED, moa="https://www.ice.gov/doclib/moa.pdf")))

    agency = Agency.objects.get()
    assert (agency.name, agency.kind, agency.slug) == (
        "South Miami Police Department",
        AgencyKind.MUNICIPAL_POLICE,
        "south-miami-police-department",
    )
    assert list(agency.municipalities.all()) == [make.south_miami()]
    agreement = agency.agreements.get()
    assert (agreement.public_id, agreement.program) == ("A0001", Program.TASK_FORCE)
    assert agreement.moa_url == "https://www.ice.gov/doclib/moa.pdf"
    listing = agreement.listings.get()
    assert listing.first_sheet == listing.last_sheet == Sheet.objects.get()
    assert (listing.row, listing.signed_on, listing.printed["TYPE"]) == (2, SIGNED, "Municipality")
    event = agreement.events.get()
    assert (event.kind, event.earliest, event.latest, event.publication) == ("signed", SIGNED, SIGNED, "published")
    assert event.summary == "ICE's list gives March 7, 2025 as the date the Task Force Model agreement was signed."
    citation = event.citations.get()
    assert (citation.is_used, citation.confidence) == (True, "high")
    assert citation.source.title == "List of participating 287(g) agencies, July 1, 2025"
    assert (written["agencies added"], written["events added"], written["sheets settled"]) == (1, 1, 1)


def test_settle_municipal_agency_has_no_county_of_its_own_a_sheriff_has():
    read(sheet(DAY, row(signed=SIGNED), row("Miami-Dade Sheriff's Office", SIGNED, type_="County")))

    police = Agency.objects.get(kind=AgencyKind.MUNICIPAL_POLICE)
    sheriff = Agency.objects.get(kind=AgencyKind.SHERIFF)
    assert not police.counties.exists()
    assert [county.geoid for county in sheriff.counties.all()] == ["12086"]
    assert not sheriff.municipalities.exists()


def test_settle_agency_without_place_says_why_and_asks():
    read(sheet(DAY, row("Nowhereville Police Department", SIGNED)))

    assert not Agency.objects.get().municipalities.exists()
    assert "Nowhereville" in Agency.objects.get().placing_note
    assert Proposal.objects.open().get().agency == Agency.objects.get()


def test_settle_places_an_agency_once_a_later_sheet_tells_where():
    read(sheet(DAY, row("Ward 1 Constable", SIGNED)))
    assert Agency.objects.get().placing_note

    read(sheet(day(1), row("Ward 1 Constable", SIGNED, county="Lake County")))

    assert [county.geoid for county in Agency.objects.get().counties.all()] == ["12069"]
    assert not Proposal.objects.open().exists()


def test_settle_row_printed_twice_is_one_agreement_with_two_listings():
    read(sheet(DAY, row(signed=SIGNED), row(signed=SIGNED)))

    assert [one.occurrence for one in Agreement.objects.get().listings.order_by("occurrence")] == [1, 2]
    assert Event.objects.count() == 1


def test_settle_row_without_a_known_state_is_kept():
    read(sheet(DAY, row(signed=SIGNED, state="ATLANTIS")))

    listing = Listing.objects.get()
    assert listing.agreement is None
    assert listing.problems[0]["column"] == "STATE"
    assert Sheet.objects.get().problems[0]["row"] == 2
    assert not Agency.objects.exists()


def test_settle_takes_the_agency_of_an_editors_alias():
    agency = make.make_agency(name="South Miami Police")
    make.make_agency_alias(agency=agency, printed_name="S Miami Public Safety Bureau")

    read(sheet(DAY, row("S MIAMI PUBLIC SAFETY BUREAU", SIGNED)))

    assert Agency.objects.get() == agency
    assert agency.agreements.exists()


def test_settle_first_program_stated_takes_over_what_was_not_stated():
    agency = make.make_agency(name="South Miami Police Department")
    voted = make.make_agreement(agency=agency, program=Program.NOT_STATED, public_id="A0042")

    read(sheet(DAY, row(signed=SIGNED)), sheet(day(1), row(signed=SIGNED), row(signed=SIGNED, program=WSO)))

    voted.refresh_from_db()
    assert (voted.program, voted.public_id) == (Program.TASK_FORCE, "A0042")
    assert agency.agreements.get(program="wso").public_id == "A0043"


def test_settle_runs_of_one_form_are_one_listing():
    read(
        sheet(DAY, row(signed=SIGNED)),
        sheet(day(1), row(signed=SIGNED)),
        sheet(day(2), row("City of South Miami PD", SIGNED)),
    )

    first, second = Agreement.objects.get().listings.order_by("first_sheet__published_on")
    assert (first.first_sheet.published_on, first.last_sheet.published_on) == (DAY, day(1))
    assert second.first_sheet == second.last_sheet
    assert {one.printed_name for one in AgencyAlias.objects.all()} == {
        "South Miami Police Department",
        "City of South Miami PD",
    }


def test_settle_link_that_vanishes_stays_and_a_new_one_replaces():
    first, later = "https://www.ice.gov/a.pdf", "https://www.ice.gov/b.pdf"
    read(sheet(DAY, row(signed=SIGNED, moa=first)), sheet(day(1), row(signed=SIGNED)))
    assert Agreement.objects.get().moa_url == first

    read(sheet(day(2), row(signed=SIGNED, moa=later)))

    assert Agreement.objects.get().moa_url == later


def test_settle_newest_sheet_is_by_day_and_half_day():
    read(sheet(day(1), row(signed=SIGNED), half_day="pm", order=2), sheet(day(1), row(signed=SIGNED), order=9))

    newest = Sheet.objects.newest(IceList.PARTICIPATING)
    assert newest is not None
    assert (newest.half_day, record_end()) == ("pm", day(1))


def test_settle_twice_changes_nothing():
    sheets = [sheet(DAY, row(signed=SIGNED), other()), sheet(day(1), other()), sheet(day(40), other())]
    read(*sheets)
    before = fingerprint(), list(Event.objects.order_by("pk").values_list("pk", "kind"))

    assert not any(read(*sheets).values())

    assert (fingerprint(), list(Event.objects.order_by("pk").values_list("pk", "kind"))) == before


def history() -> list[MADE]:
    """Sheets with all that moves: a gap, a departure, a correction, a slip, an application, a second spelling."""
    return [
        sheet(DAY, row(signed=SIGNED), other(), row("Lake County Jail", SIGNED, program=WSO, type_="County")),
        sheet(DAY, row("Ward 1 Constable"), row("Ward 2 Constable"), listed="pending"),
        sheet(day(1), other(), row("Lake County Jail", SIGNED, program=WSO, type_="County")),
        sheet(day(2), row("City of South Miami PD", SIGNED), other(), row("Lake County Jail", SIGNED, program=WSO)),
        sheet(day(3), row("Ward 2 Constable", county="Lake County"), listed="pending"),
        sheet(day(4), row(signed=SIGNED - timedelta(days=1)), other(), row("Ward 1 Constable", day(3))),
        sheet(day(9), row(signed=SIGNED - timedelta(days=1)), other(), row("Ward 1 Constable", day(3))),
        sheet(day(20), row(signed=day(19)), other(), row("Ward 1 Constable", day(3), county="Lake County")),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_settle_after_each_sheet_in_any_order_gives_the_same_record(seed):
    read(*history())
    expected = fingerprint()
    make.delete_record()
    shuffled = history()
    random.Random(seed).shuffle(shuffled)

    for one in shuffled:
        read(one)

    assert fingerprint() == expected
    assert any(event.kind == EventKind.DEPARTED for event in Event.objects.published())


def test_store_splits_and_joins_runs_as_sheets_arrive():
    first, between, last = (
        sheet(DAY, row(signed=SIGNED)),
        sheet(day(1), other()),
        sheet(day(2), row(signed=SIGNED)),
    )
    for order in itertools.permutations([first, between, last]):
        make.delete_record()
        for parsed, published in order:
            store(parsed, published)
        runs = Listing.objects.order_by("first_sheet__published_on")
        assert [(one.first_sheet.published_on, one.last_sheet.published_on) for one in runs] == [
            (DAY, DAY),
            (day(1), day(1)),
            (day(2), day(2)),
        ]


def test_store_another_file_in_the_same_place_is_refused():
    read(sheet(DAY, row(signed=SIGNED), order=7))

    with pytest.raises(EvidenceError, match="order 7: participatingAgencies07012025am.xlsx of 2025-07-01 am"):
        read(sheet(DAY, other(), order=7))

    assert Sheet.objects.count() == 1


def test_settle_crash_leaves_nothing_half_written(monkeypatch):
    read(sheet(DAY, row(signed=SIGNED)))
    before = fingerprint()
    made = sheet(day(1), row(signed=SIGNED), other())
    store(*made)

    def crash(self: object) -> None:
        raise RuntimeError("the power is out")

    with monkeypatch.context() as patch:
        patch.setattr(apply.EventWriter, "write", crash)
        with pytest.raises(RuntimeError):
            apply.settle(RULES)

    assert not Agency.objects.filter(name__startswith="Hialeah").exists()
    assert record_end() == DAY  # the sheet is stored, and counts only once it is settled
    assert fingerprint() != before
    apply.settle(RULES)
    resumed = fingerprint()
    make.delete_record()
    read(sheet(DAY, row(signed=SIGNED)), made)
    assert fingerprint() == resumed


def test_settle_leaves_an_editors_event_and_sets_the_list_beside_it():
    read(sheet(DAY, row(signed=SIGNED)))
    event = Event.objects.get()
    dated = {"earliest": date(2025, 3, 5), "latest": date(2025, 3, 5)}
    summary = "The memorandum is dated March 5, 2025."
    make.rewrite(Event.objects.filter(pk=event.pk), summary=summary, is_from_list=False, **dated)
    event.citations.update(is_from_list=False, source=make.make_source())

    read(sheet(day(1), row(signed=SIGNED)), sheet(day(2), row(signed=date(2025, 3, 6))))

    event.refresh_from_db()
    assert (event.latest, event.summary) == (date(2025, 3, 5), "The memorandum is dated March 5, 2025.")
    assert Event.objects.count() == 1
    assert {claim.earliest for claim in Claim.objects.filter(citation__event=event)} == {SIGNED, date(2025, 3, 6)}


def test_settle_leaves_an_agency_that_an_editor_took_over():
    read(sheet(DAY, row(signed=SIGNED)))
    Agency.objects.update(name="Police of South Miami", is_from_list=False)

    read(sheet(day(1), row("City of South Miami PD", SIGNED)))

    assert Agency.objects.get().name == "Police of South Miami"


def test_settle_takes_back_a_departure_when_the_row_returns():
    gone = [sheet(DAY, row(signed=SIGNED), other()), *(sheet(day(number), other()) for number in (1, 2, 12))]
    read(*gone)
    departed = Event.objects.get(kind=EventKind.DEPARTED)

    read(sheet(day(13), row(signed=SIGNED), other()))

    departed.refresh_from_db()
    assert departed.kind == EventKind.OFF_LIST
    assert Event.objects.published().filter(kind=EventKind.RELISTED).exists()


def test_settle_event_that_nothing_bears_out_any_more_is_a_draft():
    read(sheet(DAY, row(), listed="pending"), sheet(day(40), other()))
    assert not Event.objects.filter(kind=EventKind.PENDING_LAPSED).exists()
    read(sheet(day(1), listed="pending"))
    lapsed = Event.objects.get(kind=EventKind.PENDING_LAPSED)

    read(sheet(day(2), row(), listed="pending"))

    lapsed.refresh_from_db()
    assert lapsed.publication == "draft"


def test_settle_held_sheet_is_stored_asked_about_and_not_used():
    rows = [row(f"Ward {number} Constable", SIGNED, county="Lake County") for number in range(20)]
    read(sheet(DAY, *rows), sheet(day(1), *rows[:2]))

    held = Sheet.objects.get(published_on=day(1))
    assert held.held_because.startswith("18 of the 20 agreements")
    assert record_end() == DAY
    assert Proposal.objects.open().get().sheet == held
    assert not Event.objects.filter(kind__in=[EventKind.OFF_LIST, EventKind.DEPARTED]).exists()


OLD, NEW = "Qwertzville Police Department", "Qwerzville Police Department"


def answered(printed: str, stands_for: str) -> Rules:
    return replace(RULES, answers={("FL", plain(printed, "FL"), ""): Answer("FL", stands_for)})


def test_settle_two_agencies_of_one_name_on_one_sheet_stay_two():
    counties = ("Burlington County", "Gloucester County")
    rows = [row("Washington Township Police", SIGNED, state="NEW JERSEY", county=county) for county in counties]

    read(sheet(DAY, *rows))
    read(sheet(day(1), *rows))

    assert [agency.municipalities.count() for agency in Agency.objects.all()] == [1, 1]
    assert Agreement.objects.count() == Event.objects.count() == 2
    assert not any(apply.settle(RULES).values())


def test_settle_answer_given_later_makes_two_agencies_one():
    read(
        sheet(DAY, row(NEW, SIGNED), row(NEW, SIGNED, program=WSO), other()),
        sheet(day(1), row(OLD, SIGNED), other()),
    )
    assert Agency.objects.count() == 3

    apply.settle(answered(NEW, OLD))

    kept = Agency.objects.standing_alone().get(name__startswith="Qwe")
    assert Agency.objects.exclude(pk=kept.pk).get(name__startswith="Qwe").merged_into == kept
    standing = Agreement.objects.standing_alone().filter(agency=kept)
    assert sorted(standing.values_list("program", flat=True)) == ["tfm", "wso"]
    assert (
        not Agreement.objects.exclude(agency=kept).exclude(agency__name__startswith="Hialeah").filter(merged_into=None)
    )


def test_settle_editors_alias_makes_two_agencies_one_even_after_a_rename():
    read(sheet(DAY, row(OLD, SIGNED), other()), *(sheet(day(n), row(NEW, SIGNED), other()) for n in (1, 2, 3, 20)))
    new = Agency.objects.get(name=NEW)
    Agency.objects.filter(pk=new.pk).update(name="Qwerz Police", is_from_list=False)
    AgencyAlias.objects.filter(printed_name=OLD).update(agency=new, is_answer=True)

    apply.settle(RULES)

    assert Agency.objects.get(name=OLD).merged_into == new
    assert [event.kind for event in Event.objects.published().filter(agreement__agency=new)] == ["signed"]


def test_settle_follows_answers_from_name_to_name():
    answers = {("FL", plain("Qw. PD", "FL"), ""): Answer("FL", OLD), ("FL", plain(OLD, "FL"), ""): Answer("FL", NEW)}
    for made in (
        sheet(DAY, row("Qw. PD", SIGNED), other()),
        sheet(day(1), row(OLD, SIGNED), other()),
        sheet(day(2), row(NEW, SIGNED), other()),
    ):
        store(*made)

    apply.settle(replace(RULES, answers=answers))

    assert Agency.objects.filter(name__startswith="Q").get().name == NEW


@pytest.mark.parametrize("kind", [EventKind.OFF_LIST, EventKind.RELISTED, EventKind.PENDING_LAPSED])
def test_settle_says_nothing_twice_that_an_editor_took_over(kind):
    read(
        sheet(DAY, row(signed=SIGNED), other()),
        sheet(DAY, row("Ward 1 Constable", county="Lake County"), listed="pending"),
        sheet(day(1), other()),
        sheet(day(1), listed="pending"),
        sheet(day(40), row(signed=SIGNED), other()),
    )
    make.rewrite(Event.objects.filter(kind=kind), is_from_list=False, summary="In our words.")
    assert Event.objects.filter(kind=kind).count() == 1

    apply.settle(RULES)

    assert Event.objects.get(kind=kind).summary == "In our words."


@pytest.mark.parametrize("kind", [EventKind.OFF_LIST, EventKind.ENDED])
def test_settle_says_no_departure_where_an_editor_says_otherwise(kind):
    read(sheet(DAY, row(signed=SIGNED), other()), *(sheet(day(n), other()) for n in (1, 2, 12)))
    make.rewrite(Event.objects.filter(kind=EventKind.DEPARTED), kind=kind, is_from_list=False)

    apply.settle(RULES)

    assert not Event.objects.published().filter(kind=EventKind.DEPARTED).exists()
    assert Event.objects.published().filter(kind=kind).count() == 1


def test_settle_off_list_that_an_editor_withdrew_does_not_come_back_as_a_departure():
    read(sheet(DAY, row(signed=SIGNED), other()), sheet(day(1), other()))
    make.rewrite(Event.objects.filter(kind=EventKind.OFF_LIST), is_from_list=False, publication="draft")

    read(*(sheet(day(n), other()) for n in (2, 12)))

    assert not Event.objects.published().filter(kind=EventKind.DEPARTED).exists()


def test_settle_rescission_that_was_taken_back_does_not_tell_a_later_departure():
    read(sheet(DAY, row(signed=SIGNED), other()))
    agreement = Agreement.objects.get(agency__name__startswith="South")
    for kind, on in ((EventKind.VOTE_RESCINDED, day(1)), (EventKind.VOTE_REINSTATED, day(2))):
        made = make.make_event(agreement=agreement, kind=kind, earliest=on, latest=on, publication="published")
        make.make_citation(event=made)

    read(sheet(day(3), row(signed=SIGNED), other()), *(sheet(day(n), other()) for n in (4, 5, 30)))

    assert agreement.events.published().filter(kind=EventKind.DEPARTED).exists()
    assert not Claim.objects.exists()


def test_settle_second_signing_of_an_editor_is_not_taken_for_the_first():
    read(sheet(DAY, row(signed=SIGNED), other()))
    agreement = Agreement.objects.get(agency__name__startswith="South")
    again = make.make_event(agreement=agreement, kind="signed", earliest=day(3), latest=day(3), publication="published")
    make.make_citation(event=again)

    read(sheet(day(1), other()), sheet(day(4), row(signed=day(3)), other()))

    signings = agreement.events.published().filter(kind="signed").order_by("latest")
    assert [event.latest for event in signings] == [SIGNED, day(3)]
    assert not Claim.objects.exists()


@pytest.mark.parametrize("length", [150, 400, 1_900])
def test_settle_takes_names_of_any_length(length):
    long = "Ward " + "x" * length + " Constable"

    read(sheet(DAY, row(long, SIGNED), other()), sheet(day(1), row(long + "s", SIGNED), other()))

    assert Agency.objects.filter(name__startswith="Ward").exists()
    assert Proposal.objects.open().exists()


def test_find_knows_a_sheet_that_was_imported_by_hand():
    parsed, published = sheet(DAY, row(signed=SIGNED), order=2025070101)
    store(parsed, published)

    again, is_new = store(parsed, replace(published, order=7))

    assert (again.order, is_new) == (2025070101, False)


def test_settle_leaves_withdrawn_what_an_editor_withdrew():
    read(sheet(DAY, row(signed=SIGNED)))
    make.rewrite(Event.objects.all(), is_from_list=False, publication="draft")

    apply.settle(RULES)

    assert not Event.objects.published().exists()


def test_settle_only_signing_is_the_editors_however_far_its_day_was_moved():
    read(sheet(DAY, row(signed=SIGNED)))
    moved = date(2024, 3, 7)
    make.rewrite(Event.objects.all(), is_from_list=False, earliest=moved, latest=moved)
    Citation.objects.update(is_from_list=False, source=make.make_source())

    apply.settle(RULES)

    assert Event.objects.get().latest == moved
    assert Claim.objects.get().earliest == SIGNED


def test_writer_gives_each_agency_of_a_state_its_own_address():
    writer = AgencyWriter()
    values = {"state": make.florida(), "kind": AgencyKind.CONSTABLE, "municipalities": [], "counties": []}

    slugs = [writer.create(name=name, **values).slug for name in ("Ward 1", "Ward-1", "Ward 1!", "?")]

    assert slugs == ["ward-1", "ward-1-2", "ward-1-3", "agency"]
