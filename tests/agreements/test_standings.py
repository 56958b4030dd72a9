"""The table of periods says what the rules say, and follows whatever changes the record."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import factories as make
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.counts import national
from agreements.days import change_days
from agreements.deciding import attach_standings, record_end
from agreements.filters import AgreementFilter
from agreements.kinds import AgencyKind, EventKind, Status
from agreements.list_rows import ordered, read_rows
from agreements.listing import agreement_rows
from agreements.models import Agency, Agreement, Citation, Event, Period, Sheet, Stale, Tally
from agreements.models.revision import RECORD, writes_as
from agreements.models.standing import SORTS
from agreements.record import Record
from agreements.selection import counted
from agreements.standings import bring_up_to_date
from agreements.status import RULES, Fact, Standing, periods, standing
from agreements.tallies import count_again
from municipalities.models import Municipality

BEGINNING = date(2025, 1, 1)
DAYS = st.dates(BEGINNING, BEGINNING + timedelta(days=60))


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    made = []
    for pk in range(draw(st.integers(0, 6))):
        days = sorted(draw(st.tuples(DAYS, DAYS)))
        earliest, latest = draw(
            st.sampled_from([(days[0], days[1]), (days[0], days[0]), (None, days[1]), (days[0], None)])
        )
        kind = draw(st.sampled_from(sorted(RULES)))
        made.append(Fact(pk, kind, earliest, latest, draw(st.integers(0, 2)), draw(st.sampled_from([None, 1])), True))
    return made


def _without_day(one: Standing) -> Standing:
    return replace(one, on=BEGINNING, maybe=())


@settings(max_examples=300, deadline=None)
@given(facts(), st.integers(0, 400))
def test_periods_say_what_the_rules_say_of_each_day(events, after):
    day = BEGINNING + timedelta(days=after)

    found = [
        one for one in periods(events, BEGINNING, BEGINNING) if one.first <= day and (not one.until or day < one.until)
    ]

    assert len(found) == 1
    assert _without_day(found[0].standing) == _without_day(standing(events, day))


@settings(deadline=None)
@given(facts())
def test_periods_follow_each_other_without_a_gap_and_differ(events):
    found = periods(events, BEGINNING, BEGINNING)

    assert found[0].first == BEGINNING
    assert found[-1].until is None
    for one, following in zip(found, found[1:], strict=False):
        assert one.until == following.first
        assert _without_day(one.standing) != _without_day(following.standing)


def test_period_of_what_nothing_moved_is_unchecked_until_someone_looked():
    looked = BEGINNING + timedelta(days=10)

    found = periods([], BEGINNING, looked)

    assert [(one.first, one.standing.status) for one in found] == [
        (BEGINNING, Status.UNCHECKED),
        (looked, Status.NONE),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(2025, 2, 1), date(2025, 7, 3), date(2026, 1, 1), date(2026, 5, 18)])
def test_record_stands_as_the_rules_say(day):
    by_rule = attach_standings(list(Agreement.objects.standing_alone()), day)

    read = {one.pk: one.standing for one in Record(day).agreements}

    assert len(read) == len(by_rule) > 1_000
    for one in by_rule:
        assert (read[one.pk].status, read[one.pk].since and read[one.pk].since.id) == (
            one.standing.status,
            one.standing.since and one.standing.since.id,
        ), one


@pytest.fixture
def signed(db: None) -> Agreement:
    """An agreement of South Miami's police, signed on March 1, 2025 and nothing else."""
    agency = make.make_agency(kind=AgencyKind.MUNICIPAL_POLICE)
    agency.municipalities.add(make.south_miami())
    agreement = make.make_agreement(agency=agency)
    happens(agreement, EventKind.SIGNED, date(2025, 3, 1))
    return agreement


def happens(agreement: Agreement, kind: str, day: date) -> None:
    """A published event of that day, with a source."""
    values = {"kind": kind, "earliest": day, "latest": day, "publication": "published"}
    make.make_citation(event=make.make_event(agreement=agreement, **values), is_used=True)


def _status(agreement: Agreement, day: date | None = None) -> str:
    record = Record(day or record_end())
    return record.read(record.periods.filter(agreement=agreement))[0].standing.status


def test_record_follows_an_event(signed):
    assert _status(signed) == Status.SIGNED
    assert _status(signed, date(2025, 2, 28)) != Status.SIGNED
    happens(signed, EventKind.ENDED, date(2025, 4, 1))

    assert _status(signed) == Status.ENDED
    assert _status(signed, date(2025, 3, 31)) == Status.SIGNED


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agreements_citation SET confidence = 'low' WHERE event_id = %s",
        "UPDATE agreements_citation SET is_used = false WHERE event_id = %s",
        "UPDATE agreements_event SET publication = 'draft' WHERE id = %s",
        "UPDATE agreements_event SET kind = 'statement' WHERE id = %s",
        "UPDATE agreements_event SET earliest = '2030-01-01', latest = '2030-01-01' WHERE id = %s",
    ],
)
def test_record_follows_raw_sql(signed, statement):
    assert _status(signed) == Status.SIGNED

    with writes_as(RECORD), connection.cursor() as cursor:
        cursor.execute(statement, [signed.events.get().pk])

    assert _status(signed) != Status.SIGNED


def test_record_follows_a_name_and_a_place(signed):
    bring_up_to_date()
    signed.agency.name = "Zebra Police Department"
    signed.agency.save()
    signed.agency.municipalities.set([Municipality.objects.get(name="Hialeah", state__code="FL")])

    bring_up_to_date()

    period = Period.objects.get(agreement=signed, is_current=True)
    assert (period.agency_name, period.place_name) == ("Zebra Police Department", "Hialeah")
    assert "hialeah" in period.search


def test_record_has_no_period_of_a_merged_agreement(signed):
    bring_up_to_date()
    other = make.make_agreement(agency=signed.agency, program="wso")
    signed.merged_into = other
    signed.save()

    bring_up_to_date()

    assert not Period.objects.filter(agreement=signed).exists()


def test_summary_makes_nothing_stale(signed):
    bring_up_to_date()

    make.rewrite(Event.objects.filter(agreement=signed), summary="In other words.")
    Citation.objects.filter(event__agreement=signed).update(says="In other words.")

    assert not Stale.objects.exists()


def test_record_follows_its_new_end(signed):
    later = date(2027, 1, 1)
    happens(signed, EventKind.ENDED, later)
    assert _status(signed) == Status.SIGNED
    newest = Sheet.objects.newest("participating")
    make.make_sheet(list="participating", published_on=later, order=newest.order + 1, is_settled=True)

    assert record_end() == later
    assert Period.objects.get(agreement=signed, is_current=True).status == Status.SIGNED
    assert _status(signed) == Status.ENDED
    assert Period.objects.get(agreement=signed, is_current=True).status == Status.ENDED


def test_tallies_count_what_the_record_says(signed):
    record = Record(record_end())
    assert record.is_current
    kept = national(record)
    by_hand = national(Record(record_end() + timedelta(days=1)))

    assert kept == by_hand
    agreements = Counter()
    for one in record.agreements:
        agreements[one.standing.status] += 1
    for status, count in agreements.items():
        rows = Tally.objects.filter(of=Tally.Of.AGREEMENT, status=status)
        assert sum(row.count for row in rows) == count


def test_tallies_follow_a_status(signed):
    before = national(Record(record_end()))
    make.rewrite(Event.objects.filter(agreement=signed), publication="draft")

    after = national(Record(record_end()))

    assert after["agreements"] == before["agreements"] - 1
    assert after["cities_signed"] == before["cities_signed"] - 1


@pytest.mark.django_db
def test_reading_an_unchanged_record_writes_nothing():
    bring_up_to_date()

    with CaptureQueriesContext(connection) as queries:
        bring_up_to_date()

    assert len(queries) == 2
    assert all(query["sql"].lstrip("(").startswith("SELECT") for query in queries)


@pytest.mark.django_db
@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS if name), "banana"])
def test_list_in_any_order_has_every_agreement_once(sort):
    record = Record(record_end())

    rows = list(ordered(record.periods, sort).values_list("agreement", flat=True))

    assert sorted(rows) == sorted(record.periods.values_list("agreement", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize(("sort", "is_descending"), [("since", False), ("-since", True)])
def test_list_by_day_puts_what_has_none_last(sort, is_descending):
    make.make_agreement()
    days = list(ordered(Record(record_end()).periods, sort).values_list("since_latest", flat=True))

    known = [day for day in days if day]
    assert None in days
    assert days[len(known) :] == [None] * (len(days) - len(known))
    assert known == sorted(known, reverse=is_descending)


@pytest.mark.django_db
def test_list_counts_without_reading_all_and_counts_what_is_chosen():
    record = Record(record_end())
    signed = record.periods.filter(status=Status.SIGNED)
    every = agreement_rows(AgreementFilter(QueryDict(), record=record), "2")
    chosen = agreement_rows(AgreementFilter(QueryDict("status=signed"), record=record), "9999")

    assert every["total"] == record.periods.count()
    assert every["page"].number == 2
    assert len(every["rows"]) == 50
    assert chosen["total"] == signed.count()
    assert chosen["municipal_count"] == signed.filter(is_beside=False).count()
    assert chosen["page"].number == chosen["page"].paginator.num_pages


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    ["", "state=FL", "status=signed&status=ended", "program=not-stated", "state=TX&program=wso"]
    + ["county=12086", "q=miami", "from=2025-03-01", "state=FL&q=sheriff"],
)
@pytest.mark.parametrize("day", [None, date(2025, 2, 21), date(2025, 6, 30), date(2025, 9, 5), date(2026, 2, 27)])
def test_tallies_count_as_the_periods_do(query, day):
    listing = AgreementFilter(QueryDict(query), record=Record(day or record_end()))

    by_hand = Counter(listing.periods().values_list("is_beside", flat=True))

    assert counted(listing.record, listing.wanted()) == (by_hand[False], by_hand.total())
    assert by_hand.total() > 0


def test_tallies_of_a_past_day_follow_an_event(signed):
    day = date(2025, 3, 5)
    before, eve = _signed_on(day), _signed_on(day - timedelta(days=1))

    happens(signed, EventKind.ENDED, day)

    assert _signed_on(day) == before - 1
    assert _signed_on(day - timedelta(days=1)) == eve


def _signed_on(day: date) -> int:
    """How many agreements are Signed on a day, by what is kept."""
    listing = AgreementFilter(QueryDict("status=signed"), record=Record(day))
    return counted(listing.record, listing.wanted())[1]


def test_slider_stops_follow_an_event(signed):
    record = Record(record_end(), signed.agency.state_id)
    assert date(2025, 2, 23) not in change_days(record, record_end())

    happens(signed, EventKind.DISCUSSED, date(2025, 2, 23))

    assert date(2025, 2, 23) in change_days(record, record_end())
    assert date(2025, 2, 23) in change_days(Record(record_end()), record_end())


def _tallies() -> set[tuple[object, ...]]:
    return set(Tally.objects.values_list("state", "of", "status", "is_beside", "program", "count"))


def _in_another_kind(agreement: Agreement) -> None:
    Agency.objects.filter(name="Monroe County Sheriff's Office", state__code="FL").update(kind=AgencyKind.CAMPUS)


def _a_city_becomes_a_township(agreement: Agreement) -> None:
    Municipality.objects.filter(pk=make.south_miami().pk).update(is_subdivision=True)


def _its_place_is_another_of_that_name(agreement: Agreement) -> None:
    twin = Municipality.objects.get(pk=make.south_miami().pk)
    twin.pk, twin.key, twin.geoid, twin.slug, twin.is_subdivision = None, "twin", None, "south-miami-twin", True
    twin.save()
    agreement.agency.municipalities.set([twin])


def _deleted(agreement: Agreement) -> None:
    Citation.objects.filter(event__agreement=agreement).delete()
    with writes_as(RECORD):
        agreement.events.all().delete()
    agreement.delete()


@pytest.mark.parametrize(
    "change", [_in_another_kind, _a_city_becomes_a_township, _its_place_is_another_of_that_name, _deleted]
)
def test_tallies_follow_what_no_period_shows(signed, change):
    bring_up_to_date()
    before = _tallies()
    change(signed)

    bring_up_to_date()
    kept = _tallies()

    assert kept != before
    count_again()
    assert _tallies() == kept


def test_list_of_a_day_tells_of_differing_sources_only_what_had_happened(signed):
    event = make.make_event(
        agreement=signed,
        kind=EventKind.STATEMENT,
        earliest=date(2025, 6, 1),
        latest=date(2025, 6, 1),
        publication="published",
    )
    make.make_claim(citation=make.make_citation(event=event))

    def notes(day: date) -> list[str]:
        (row,) = read_rows(Record(day).periods.filter(agreement=signed), day)
        return row.notes

    assert notes(date(2025, 5, 31)) == []
    assert notes(date(2025, 6, 1)) == ["Sources differ on the count of votes"]
