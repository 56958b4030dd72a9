"""What the pages of states, counties and municipalities show beside their events, gathered from the record, bounded.

A page costs what it shows: at most `SHOWN` agreements of a table, with how many there are in all.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, OuterRef, QuerySet, When

from agreements.kinds import COUNTY_KINDS, MUNICIPAL_KINDS, AgencyKind, EventKind, Status
from agreements.models import Agency, Agreement, Event, Listing, Period, Sheet
from agreements.models.sheet import HalfDay, IceList
from agreements.models.source import Confidence
from agreements.pages import PlaceRow, newest_lists
from agreements.record import IN_FORCE, PlaceStanding, Record
from agreements.sentences import Signer, place_sentences, shared_force
from agreements.sources import differs_on, with_differences
from agreements.status import RULES, SUIT_KINDS, Fact, Standing
from municipalities.models import County, Municipality, Policing

#: How many agreements a table of a page shows at most.
SHOWN = 50
#: How many of its own agencies a municipality's facts name.
AGENCIES_SHOWN = 5
#: How many places an agency's facts name.
PLACES_SHOWN = 20

#: Of these nothing more can be said than that.
SILENT = (Status.NONE, Status.UNCHECKED)

#: In which order agencies stand beside the municipalities: first the county's own.
_BESIDE_ORDER = [*sorted(COUNTY_KINDS, key=list(AgencyKind).index), *MUNICIPAL_KINDS]
_RANK = Case(*(When(agreement__agency__kind=kind, then=rank) for rank, kind in enumerate(_BESIDE_ORDER)), default=99)


def with_notes(rows: Sequence[PlaceRow], being_checked: Iterable[Event], on: date) -> list[PlaceRow]:
    """The same rows of a table of municipalities, each with its notes, those without any news last. One query."""
    checked = {municipality_id for event in being_checked for municipality_id in _about(event)}
    differing = differs_on((row.place.agreement_id for row in rows if row.place.agreement_id), on)
    noted = []
    for row in rows:
        notes = ["A report is being checked"] if row.municipality.pk in checked else []
        if differs := differing.get(row.place.agreement_id or 0):
            notes.append(f"Sources differ on {differs}")
        noted.append(replace(row, notes=tuple(notes)))
    return sorted(noted, key=lambda row: row.status in SILENT and not row.notes)


def _about(event: Event) -> list[int | None]:
    """Ids of the municipalities that an event is about, its own or its agreement's."""
    if event.agreement is None:
        return [event.municipality_id]
    return [one.pk for one in event.agreement.agency.municipalities.all()]


@dataclass(frozen=True)
class Table:
    """The agreements of a table: those it shows, each with .standing and .differs, and how many there are in all."""

    rows: list[Agreement]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


def table(record: Record, periods: QuerySet[Period], *order: Any) -> Table:
    """These agreements in that order, then by name; only the first of many. Four queries."""
    ordered = periods.order_by(*order, "agency_name", "program", "agreement__public_id")
    found = list(ordered.values_list("pk", "agreement_id")[: SHOWN + 1])
    total = len(found) if len(found) <= SHOWN else periods.count()
    place = {agreement: position for position, (_, agreement) in enumerate(found[:SHOWN])}
    rows = record.read(record.periods.filter(pk__in=[period for period, _ in found[:SHOWN]]))
    rows.sort(key=lambda one: place[one.pk])
    return Table(with_differences(rows, record.on), total)


def own_table(record: Record, place: Municipality) -> Table:
    """The agreements of a municipality's own agencies, that which speaks for it first."""
    own = Agency.municipalities.through.objects.filter(agency=OuterRef("agreement__agency"), municipality=place)
    return table(record, record.periods.filter(Exists(own)), "rank")


def beside_table(record: Record, county_ids: Sequence[int], not_of: Municipality | None = None) -> Table:
    """The agreements that stand beside the municipalities of these counties, without a municipality's own."""
    serves = Agency.counties.through.objects.filter(agency=OuterRef("agreement__agency"), county__in=county_ids)
    found = record.periods.filter(Exists(serves))
    if not_of is not None:
        own = Agency.municipalities.through.objects.filter(agency=OuterRef("agreement__agency"), municipality=not_of)
        found = found.exclude(Exists(own))
    return table(record, found, _RANK)


def statewide_table(record: Record) -> Table:
    """The agreements of agencies that work across the record's state."""
    return table(record, record.statewide)


def statewide_signers(record: Record) -> int:
    """How many agencies that work across the state have an agreement in force."""
    found = record.statewide.filter(status__in=IN_FORCE)
    return found.aggregate(n=Count("agreement__agency", distinct=True))["n"]


def signers(rows: Iterable[Agreement], kinds: Iterable[str], both: Collection[int] = ()) -> list[Signer]:
    """The agencies of these kinds that have something in force, each once, with their programs.

    both: ids of those that serve city and county alike, of whatever kind.
    """
    wanted = set(kinds)
    found: dict[int, list[Agreement]] = {}
    for one in rows:
        if (one.agency.kind in wanted or one.agency_id in both) and one.standing.is_in_force:
            found.setdefault(one.agency_id, []).append(one)
    return [
        Signer(several[0].agency.name, tuple((one.program, one.standing) for one in several), pk in both)
        for pk, several in found.items()
    ]


def county_signers(rows: Iterable[Agreement]) -> list[Signer]:
    """A county's own agencies that have something in force; the force of a consolidated government is its own too."""
    of_both = Agency.municipalities.through.objects.filter(agency__in={one.agency_id for one in rows})
    both = set(of_both.values_list("agency_id", flat=True))
    return signers(rows, COUNTY_KINDS, both)


def sheriff_that_polices(place: Municipality, beside: Sequence[Agreement]) -> Signer | None:
    """The sheriff who polices the municipality and has signed; None where not so."""
    if place.policing != Policing.SHERIFF:
        return None
    return next(iter(signers(beside, [AgencyKind.SHERIFF])), None)


class Force(NamedTuple):
    """A force that serves more than one municipality, or city and county alike."""

    name: str
    towns: int
    is_consolidated: bool

    @property
    def words(self) -> str:
        """Whose the agreement is."""
        return shared_force(self.name, towns=self.towns, is_consolidated=self.is_consolidated)


def force_of(place: PlaceStanding, own: Sequence[Agreement]) -> Force | None:
    """Whose the agreement is that speaks for a municipality, where its force serves others too. One query."""
    speaks = next((one for one in own if one.pk == place.agreement_id), None)
    if speaks is None or place.status in SILENT:
        return None
    agency = Agency.objects.annotate(
        towns=Count("municipalities", distinct=True), its_counties=Count("counties", distinct=True)
    ).get(pk=speaks.agency_id)
    is_consolidated = bool(agency.its_counties) and agency.kind != AgencyKind.REGIONAL_POLICE
    return Force(agency.name, agency.towns, is_consolidated) if agency.towns > 1 or is_consolidated else None


def may_have_happened(events: Iterable[Event], on: date) -> list[Event]:
    """The events that can move a status and may already have happened on that day, or not yet."""
    return [
        event
        for event in events
        if event.earliest and event.latest and event.earliest <= on < event.latest and _moves(event)
    ]


def _moves(event: Event) -> bool:
    """Whether it is established, as EventQuerySet.established asks, and of a kind that moves a status."""
    if event.is_being_checked or event.kind not in RULES or event.agreement_id is None:
        return False
    if event.kind in SUIT_KINDS and not (event.suit and event.suit.is_about_duty_to_sign):
        return False
    used = (citation.confidence for citation in event.citations.all() if citation.is_used)
    return any(confidence in {Confidence.HIGH, Confidence.MEDIUM} for confidence in used)


def voided(events: Iterable[Event], agreement_id: int | None, standing: Standing | None) -> Fact | None:
    """The rescission of an agreement that its restoring undid; None where nothing was restored or it is not known."""
    if standing is None or standing.restored is None or standing.restored.latest is None:
        return None
    found = [
        Fact(event.pk, event.kind, event.earliest, event.latest, event.sequence)
        for event in events
        if event.kind == EventKind.VOTE_RESCINDED and event.agreement_id == agreement_id and event.latest
    ]
    before = [fact for fact in found if fact.order < standing.restored.order]
    return max(before, key=lambda fact: fact.order, default=None)


class OnLists(NamedTuple):
    """Whether ICE printed a municipality's own agency on a day. said_of: the lists of which that is said.

    answer: "Yes", "On the pending list", "Not on any list" or "Not known for that day".
    """

    answer: str
    said_of: list[Sheet]
    is_participating: bool = False


def on_lists(place: Municipality, on: date) -> OnLists:
    """What the lists that stood on a day print of a municipality's own agencies. Two queries."""
    newest = list(newest_lists(on).values())
    if not newest:
        return OnLists("Not known for that day", [])
    own = Listing.objects.filter(agreement__agency__municipalities=place, agreement__merged_into=None)
    runs = list(own.select_related("first_sheet", "last_sheet").defer("printed", "first_sheet__problems")[: SHOWN * 20])
    listed = [sheet for sheet in newest if any(_holds(run, sheet) for run in runs)]
    if not listed:
        return OnLists("Not on any list", newest)
    is_signed = any(sheet.list == IceList.PARTICIPATING for sheet in listed)
    return OnLists("Yes" if is_signed else "On the pending list", listed, is_signed)


def _holds(run: Listing, sheet: Sheet) -> bool:
    """Whether the sheet lies in the run."""
    return run.first_sheet.list == sheet.list and _time(run.first_sheet) <= _time(sheet) <= _time(run.last_sheet)


def _time(sheet: Sheet) -> tuple[date, int, int]:
    return (sheet.published_on, HalfDay.values.index(sheet.half_day), sheet.order)


@dataclass(frozen=True)
class Stands:
    """All that a municipality's page says of where it stands, beside its events.

    agencies: its own, the first few. force: whose the agreement is, where it is not simply the city's own.
    """

    municipality: Municipality
    place: PlaceStanding
    own: Table
    beside: Table
    agencies: list[Agency]
    more_agencies: int
    on_lists: OnLists
    force: Force | None

    @property
    def sheriffs(self) -> list[list[Agreement]]:
        """The agreements of each sheriff of its counties, one in force first."""
        found: dict[int, list[Agreement]] = {}
        for one in self.beside.rows:
            if one.agency.kind == AgencyKind.SHERIFF:
                found.setdefault(one.agency_id, []).append(one)
        return [sorted(several, key=lambda one: not one.standing.is_in_force) for several in found.values()]

    def sentences(self, on: date, events: Iterable[Event] = ()) -> list[str]:
        """What answers the page's question. events: of the municipality, by that day."""
        return place_sentences(
            self.municipality.name,
            on,
            self.place.status,
            self.place.standing,
            sheriff=sheriff_that_polices(self.municipality, self.beside.rows),
            force=self.force.words if self.force else "",
            checked_on=self.place.checked_on,
            voided=voided(events, self.place.agreement_id, self.place.standing),
        )


def stands_of(record: Record, municipality: Municipality) -> Stands:
    """Where a municipality stands, as its page says it. In a fixed number of queries."""
    place, own = record.place(municipality.pk), own_table(record, municipality)
    agencies = municipality.agencies.standing_alone().select_related("state").order_by("name", "pk")
    named = list(agencies[: AGENCIES_SHOWN + 1])
    return Stands(
        municipality,
        place,
        own,
        beside_table(record, [county.pk for county in municipality.counties.all()], not_of=municipality),
        named[:AGENCIES_SHOWN],
        agencies.count() - AGENCIES_SHOWN if len(named) > AGENCIES_SHOWN else 0,
        on_lists(municipality, record.on),
        force_of(place, own.rows),
    )


class Served(NamedTuple):
    """The places of an agency: its municipalities, else its counties; the first of many, and how many more."""

    shown: list[Municipality] | list[County]
    more: int


def served(agency: Agency) -> Served:
    """Where an agency works, as a page names it."""
    towns = list(agency.municipalities.select_related("state", "main_county__state")[: PLACES_SHOWN + 1])
    if towns:
        more = agency.municipalities.count() - PLACES_SHOWN if len(towns) > PLACES_SHOWN else 0
        return Served(towns[:PLACES_SHOWN], more)
    counties = list(agency.counties.select_related("state")[: PLACES_SHOWN + 1])
    more = agency.counties.count() - PLACES_SHOWN if len(counties) > PLACES_SHOWN else 0
    return Served(counties[:PLACES_SHOWN], more)
