"""What the full history of ICE's lists says in the record itself: cases that other trackers got wrong."""

from datetime import date

import pytest

from agreements.kinds import EventKind, Status
from agreements.models import Agreement, Event, Listing, Proposal, Sheet
from agreements.record import facts_by_agreement, record_end
from agreements.status import standing

pytestmark = pytest.mark.django_db

LISTS = (EventKind.LISTED_PENDING, EventKind.SIGNED, EventKind.OFF_LIST, EventKind.RELISTED, EventKind.DEPARTED)


def agreement(name: str, program: str = "tfm", state: str = "FL") -> Agreement:
    return Agreement.objects.get(agency__name=name, agency__state__code=state, program=program)


def told(one: Agreement) -> list[tuple[str, str, str]]:
    """What the lists tell of an agreement, in order: kind, first and last day."""
    events = one.events.published().filter(kind__in=LISTS).order_by("latest", "pk")
    return [(event.kind, str(event.earliest), str(event.latest)) for event in events]


def printed(one: Agreement, ice_list: str = "participating") -> tuple[date, date]:
    """The days of the first and the last sheet of a list that show it."""
    runs = one.listings.filter(first_sheet__list=ice_list).select_related("first_sheet", "last_sheet")
    return min(run.first_sheet.published_on for run in runs), max(run.last_sheet.published_on for run in runs)


def sheets_between(one: Agreement) -> list[int]:
    """How many participating sheets lack it between those that show it."""
    place = {
        pk: n for n, pk in enumerate(Sheet.objects.filter(list="participating").in_time().values_list("pk", flat=True))
    }
    runs = one.listings.filter(first_sheet__list="participating")
    shown = {n for run in runs for n in range(place[run.first_sheet_id], place[run.last_sheet_id] + 1)}
    return [n for n in range(min(shown), max(shown)) if n not in shown]


def test_every_sheet_counts_and_none_is_held():
    assert Sheet.objects.count() == Sheet.objects.that_count().count() == 396
    assert sum(Sheet.objects.values_list("rows", flat=True)) == 204_034
    assert not Listing.objects.filter(agreement=None).exists()


def test_hialeah_was_pending_until_july_1_and_signed_on_july_2():
    one = agreement("Hialeah Police Department")

    assert told(one) == [("listed_pending", "2025-04-03", "2025-04-03"), ("signed", "2025-07-02", "2025-07-02")]
    assert printed(one, "pending") == (date(2025, 4, 3), date(2025, 7, 1))
    assert printed(one) == (date(2025, 7, 3), record_end())


def test_miami_is_one_agency_whatever_type_ice_prints():
    one = agreement("City of Miami Police Department")

    types = {run.cells["type"].strip() for run in one.listings.all()}
    assert types == {"State", "State Agency", "Municipality"}
    assert printed(one, "pending") == (date(2025, 8, 27), date(2025, 8, 28))
    assert one.agency.kind == "municipal_police"


def test_key_west_has_no_gap_on_ices_list_while_its_commission_voided_and_restored():
    one = agreement("Key West Police Department")

    assert sheets_between(one) == []
    kinds = [event.kind for event in one.events.published().order_by("latest") if event.kind.startswith("vote_re")]
    assert kinds == ["vote_rescinded", "vote_reinstated"]


def test_fort_walton_beach_has_a_gap_and_a_new_signing():
    one = agreement("Fort Walton Beach Police Department")

    assert told(one) == [
        ("signed", "2025-02-28", "2025-02-28"),
        ("off_list", "2025-07-30", "2025-08-01"),
        ("signed", "2025-08-04", "2025-08-04"),
    ]
    assert len(sheets_between(one)) == 1


def test_butler_county_changed_its_program():
    old, new = (agreement("Butler County Sheriff's Office", program, "PA") for program in ("wso", "tfm"))

    assert told(old)[-1] == ("departed", "2025-06-04", "2025-06-05")
    assert "The list of June 12, 2025 is the first with the agency's Task Force Model agreement." in (
        old.events.get(kind=EventKind.DEPARTED).summary
    )
    assert told(new)[-1] == ("signed", "2025-06-12", "2025-06-12")


def test_longboat_key_stood_on_both_lists():
    one = agreement("Longboat Key Police Department")

    (_, last_pending), (first_signed, _) = printed(one, "pending"), printed(one)
    assert first_signed < last_pending
    assert [kind for kind, *_ in told(one)] == ["signed", "listed_pending"]


def test_zephyrhills_was_printed_twice_and_is_one_agreement():
    one = agreement("Zephyrhills Police Department")

    twice = [run for run in one.listings.select_related("first_sheet") if run.first_sheet.list == "participating"]
    days = [(run.first_sheet.order, run.last_sheet_id) for run in twice]
    assert len(days) > 1
    assert [kind for kind, *_ in told(one)] == ["listed_pending", "signed"]


def test_pennslyvania_took_no_agency_of_pennsylvania_away():
    sheet = Sheet.objects.get(list="participating", published_on=date(2026, 2, 27))

    misprinted = Listing.objects.filter(first_sheet=sheet, printed__STATE__startswith="PENNSLYVANIA")
    assert misprinted.count() == 68
    assert set(misprinted.values_list("agreement__agency__state__code", flat=True)) == {"PA"}
    left = Event.objects.published().filter(kind=EventKind.DEPARTED, latest=date(2026, 2, 27))
    assert not left.filter(agreement__agency__state__code="PA").exists()


def test_what_ice_lists_as_participating_stands_signed_on_that_day():
    """On the day of every sheet. Only Key West's commission, which had voided its agreement, says otherwise."""
    sheets = list(Sheet.objects.that_count().filter(list="participating").in_time())
    last_of_day = {sheet.published_on: place for place, sheet in enumerate(sheets)}
    place = {sheet.pk: number for number, sheet in enumerate(sheets)}
    facts = facts_by_agreement()
    wrong = set()
    for run in Listing.objects.filter(first_sheet__list="participating"):
        for day, number in last_of_day.items():
            if place[run.first_sheet_id] <= number <= place[run.last_sheet_id]:
                status = standing(facts.get(run.agreement_id or 0, ()), day).status
                if status not in (Status.SIGNED, Status.ACTIVE):
                    wrong.add((run.agreement_id, day))

    key_west = agreement("Key West Police Department").pk
    assert {pk for pk, _ in wrong} == {key_west}
    assert {day for _, day in wrong} <= {date(2025, 6, 30), date(2025, 7, 1), date(2025, 7, 3), date(2025, 7, 7)}


def test_departures_have_both_lists_as_sources():
    departures = Event.objects.published().filter(kind=EventKind.DEPARTED)

    assert departures.count() == 65
    for event in departures.prefetch_related("citations__source"):
        titles = {citation.source.title for citation in event.citations.all()}
        assert len(titles) == (1 if event.earliest == event.latest else 2), event


def test_open_questions_are_of_the_kinds_that_only_an_editor_can_answer():
    kinds = sorted(Proposal.objects.open().values_list("kind", flat=True))

    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"departure": 19, "signed_again": 10, "place": 11}
