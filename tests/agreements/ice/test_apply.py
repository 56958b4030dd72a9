from datetime import date

import pytest

from agreements.ice import pending
from agreements.ice.apply import AgencyWriter, Applied, apply_sheet
from agreements.ice.identity import identity
from agreements.ice.parse import ParsedRow, ParsedSheet, Problem
from agreements.ice.places import CountyPlace, PlaceIndex, Town
from agreements.kinds import AgencyKind, EventKind, Program
from agreements.models import Agency, AgencyAlias, Agreement, Citation, Event, Listing, Sheet
from agreements.models.sheet import HalfDay, IceList
from tests import factories as make

pytestmark = pytest.mark.django_db

SIGNED = date(2025, 3, 7)
PUBLISHED = date(2026, 5, 18)
SOUTH_MIAMI = Town("1267550", "South Miami", "South Miami city", "city", "FL", ("12086",))
INDEX = PlaceIndex([SOUTH_MIAMI], [CountyPlace("12086", "Miami-Dade", "Miami-Dade County", "FL")])


@pytest.fixture(autouse=True)
def no_record(db):
    """ICE's sheets are the first thing that this record holds."""
    make.delete_record()


def row(number: int = 2, agency: str = "South Miami Police Department", **values) -> ParsedRow:
    read = {
        "printed": {"STATE": "FLORIDA", "LAW ENFORCEMENT AGENCY": agency, "TYPE": "Municipality "},
        "state": "FL",
        "agency_type": "municipality",
        "county": "Miami-Dade County",
        "program": "tfm",
        "signed_on": SIGNED,
        "moa_url": "",
        "addendum_url": "",
        "problems": (),
    }
    return ParsedRow(number=number, agency=agency, **{**read, **values})


def parsed(*rows: ParsedRow, layout: str = "participating") -> ParsedSheet:
    return ParsedSheet(layout, ("STATE", "LAW ENFORCEMENT AGENCY"), rows, ())


def apply(*rows: ParsedRow, layout: str = "participating", on: date = PUBLISHED, order: int = 1) -> Applied:
    return apply_sheet(
        parsed=parsed(*rows, layout=layout),
        index=INDEX,
        aliases={},
        published_on=on,
        half_day=HalfDay.PM,
        order=order,
        file_name="participatingAgencies05182026pm.xlsx",
        sha256="0" * 64,
    )


def test_apply_sheet_writes_agency_agreement_listing_and_event():
    applied = apply(row(moa_url="https://ice.example/moa.pdf", addendum_url="https://ice.example/addendum.pdf"))

    agency = Agency.objects.get()
    assert (agency.name, agency.kind, agency.slug) == (
        "South Miami Police Department",
        AgencyKind.MUNICIPAL_POLICE,
        "south-miami-police-department",
    )
    assert list(agency.municipalities.all()) == [make.south_miami()]
    agreement = agency.agreements.get()
    assert (agreement.public_id, agreement.program) == ("A0001", Program.TASK_FORCE)
    assert agreement.moa_url == "https://ice.example/moa.pdf"
    assert agreement.addendum_urls == ["https://ice.example/addendum.pdf"]
    listing = agreement.listings.get()
    assert listing.first_sheet == listing.last_sheet == applied.sheet
    assert (listing.row, listing.signed_on, listing.printed["TYPE"]) == (2, SIGNED, "Municipality ")
    event = agreement.events.get()
    assert (event.kind, event.earliest, event.latest, event.publication) == ("signed", SIGNED, SIGNED, "published")
    assert event.summary == "ICE's list gives March 7, 2025 as the date the Task Force Model agreement was signed."
    citation = event.citations.get()
    assert (citation.is_used, citation.confidence, citation.source) == (True, "high", applied.sheet.source)
    assert citation.source.title == "List of participating 287(g) agencies, May 18, 2026"
    assert (applied.sheet.rows, applied.agencies, applied.agreements, applied.events) == (1, 1, 1, 1)


def test_apply_sheet_municipal_agency_has_no_county_of_its_own_a_sheriff_has():
    apply(row(), row(3, "Miami-Dade Sheriff's Office", agency_type="county"))

    police, sheriff = Agency.objects.order_by("pk")
    assert not police.counties.exists()
    assert (sheriff.kind, [county.geoid for county in sheriff.counties.all()]) == (AgencyKind.SHERIFF, ["12086"])
    assert not sheriff.municipalities.exists()


def test_apply_sheet_agency_without_place_says_why():
    apply(row(agency="Nowhereville Police Department", county=""))

    assert not Agency.objects.get().municipalities.exists()
    assert "Nowhereville" in Agency.objects.get().placing_note


def test_apply_sheet_two_programs_of_one_agency():
    applied = apply(row(), row(3, program="wso", signed_on=date(2025, 6, 1)))

    assert (applied.agencies, applied.agreements, applied.events) == (1, 2, 2)
    assert {one.program: one.public_id for one in Agreement.objects.all()} == {"tfm": "A0001", "wso": "A0002"}


def test_apply_sheet_duplicate_rows_are_one_agreement_with_two_listings():
    applied = apply(row(), row(3))

    assert (applied.agreements, applied.events) == (1, 1)
    assert [listing.row for listing in Agreement.objects.get().listings.order_by("row")] == [2, 3]


def test_apply_sheet_two_days_of_one_agreement_are_two_events():
    apply(row(), row(3, signed_on=date(2025, 8, 1)))

    assert [event.latest for event in Agreement.objects.get().events.order_by("latest")] == [SIGNED, date(2025, 8, 1)]


def test_apply_sheet_row_without_a_known_state_is_kept():
    problem = Problem(2, "STATE", "FLORDIA", "is no state")
    applied = apply(row(state="", printed={"STATE": "FLORDIA"}, problems=(problem,)))

    listing = Listing.objects.get()
    assert listing.agreement is None
    assert listing.problems == [{"column": "STATE", "value": "FLORDIA", "reason": "is no state"}]
    assert (applied.sheet.rows, applied.agencies, applied.agreements, applied.events) == (1, 0, 0, 0)


def test_apply_sheet_unread_day_gives_no_event():
    apply(row(signed_on=None))

    assert Agreement.objects.exists()
    assert not Event.objects.exists()


def test_apply_sheet_other_spelling_is_remembered_as_alias():
    apply(row())

    applied = apply(row(agency="City of South Miami PD"), order=2)

    assert applied.agencies == 0
    assert Agency.objects.get().name == "South Miami Police Department"
    assert [alias.printed_name for alias in AgencyAlias.objects.all()] == ["City of South Miami PD"]


def test_apply_sheet_takes_the_agency_of_an_editors_alias():
    agency = make.make_agency(name="South Miami Police")
    make.make_agency_alias(agency=agency, printed_name="S Miami Public Safety Bureau")

    apply(row(agency="S MIAMI PUBLIC SAFETY BUREAU"))

    assert Agency.objects.get() == agency
    assert agency.agreements.exists()


def test_apply_sheet_first_program_stated_takes_over_what_was_not_stated():
    agency = make.make_agency(name="South Miami Police Department")
    voted = make.make_agreement(agency=agency, program=Program.NOT_STATED, public_id="A0042")

    apply(row(), row(3, program="wso"))

    voted.refresh_from_db()
    assert (voted.program, voted.public_id) == (Program.TASK_FORCE, "A0042")
    assert agency.agreements.get(program="wso").public_id == "A0043"


def test_apply_sheet_again_adds_no_event_twice_and_keeps_links():
    first = "https://ice.example/moa.pdf"
    apply(row(moa_url=first, addendum_url="https://ice.example/1"))

    applied = apply(row(moa_url="", addendum_url="https://ice.example/2"), on=date(2026, 5, 19), order=2)

    agreement = Agreement.objects.get()
    assert (applied.agreements, applied.events, Event.objects.count()) == (0, 0, 1)
    assert agreement.moa_url == first
    assert agreement.addendum_urls == ["https://ice.example/1", "https://ice.example/2"]
    assert Sheet.objects.newest(IceList.PARTICIPATING) == applied.sheet


def test_apply_sheet_pending_row_is_on_the_pending_list_of_its_day():
    apply(row(signed_on=None), layout="pending", on=date(2026, 2, 27))

    event = Event.objects.get()
    assert (event.kind, event.latest) == (EventKind.LISTED_PENDING, date(2026, 2, 27))
    assert event.citations.get().source.title == "List of pending 287(g) agencies, February 27, 2026"


def test_apply_sheet_pending_row_without_program():
    apply(row(signed_on=None, program=""), layout="pending")

    assert Agreement.objects.get().program == Program.NOT_STATED
    assert Event.objects.get().summary.endswith("shows the agency as awaiting an agreement.")


def test_apply_sheet_all_or_nothing():
    broken = row(3, agency="Second Police", moa_url="https://ice.example/" + "a" * 600)

    with pytest.raises(Exception, match="too long"):
        apply(row(), broken)

    assert not Agency.objects.exists()
    assert not Sheet.objects.exists()


def test_writer_gives_each_agency_of_a_state_its_own_address():
    writer = AgencyWriter()
    values = {"state": make.florida(), "kind": AgencyKind.CONSTABLE, "municipalities": [], "counties": []}

    slugs = [writer.create(name=name, **values).slug for name in ("Ward 1", "Ward-1", "Ward 1!", "?")]

    assert slugs == ["ward-1", "ward-1-2", "ward-1-3", "agency"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("City of Miami PD", "Miami Police Dept."),
        ("Miami Police Department", "MIAMI POLICE"),
        ("Miami Police Department", "Miami Police Department, FL"),
        ("Lee County Sheriff's Office", "Lee County Sheriffs Department"),
        ("Lee County SO", "Lee County Sheriff’s Office"),
    ],
)
def test_identity_spellings_of_one_agency(one, other):
    assert identity(one, "FL") == identity(other, "FL")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Miami Police Department", "North Miami Police Department"),
        ("Lee Police Department", "Lee County Sheriff's Office"),
        ("Lee Police Department", "Lee Constable"),
        ("Lee Police Department", "Lee Department of Public Safety"),
    ],
)
def test_identity_keeps_agencies_apart(one, other):
    assert identity(one, "FL") != identity(other, "FL")


def test_pending_runs_first_and_last_day_and_sheets_missed():
    days = [date(2025, 3, day) for day in (3, 4, 5, 6)]
    other = row(3, "Doral Police Department")
    sheets = [
        parsed(*rows, layout="pending") for rows in ([row()], [row(), other], [other], [row(agency="S. Miami PD")])
    ]

    south_miami, doral = pending.runs(zip(days, sheets, strict=True))

    assert (south_miami.agency, south_miami.first, south_miami.last, south_miami.missed) == (
        "South Miami Police Department",
        days[0],
        days[3],
        1,
    )
    assert (doral.first, doral.last, doral.missed) == (days[1], days[2], 0)


def _run(**values) -> pending.Run:
    read = {"state": "FL", "agency": "South Miami PD", "program": "tfm", "first": date(2025, 3, 3)}
    since = values.get("first", read["first"])
    return pending.Run(**{**read, "since": since, "last": date(2025, 3, 6), **values})


def test_pending_write_dates_the_first_day():
    apply(row())

    assert pending.write([_run()]) == 1

    event = Event.objects.get(kind=EventKind.LISTED_PENDING)
    assert (event.agreement.public_id, event.earliest, event.latest) == ("A0001", date(2025, 3, 3), date(2025, 3, 3))
    assert "Task Force Model agreement" in event.summary
    assert Citation.objects.get(event=event).source.title == "List of pending 287(g) agencies, March 3, 2025"
    assert pending.write([_run()]) == 0


@pytest.mark.parametrize(
    "values",
    [
        {"missed": 1},
        {"agency": "Doral Police Department"},
        {"program": "wso"},
        {"state": ""},
        {"first": date(2025, 3, 8)},
    ],
    ids=["off the list in between", "agency not in the record", "other program", "unknown state", "signed before"],
)
def test_pending_write_leaves_out(values):
    apply(row())

    assert pending.write([_run(**values)]) == 0

    assert not Event.objects.filter(kind=EventKind.LISTED_PENDING).exists()
