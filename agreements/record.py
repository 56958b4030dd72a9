"""Reading the record as of a day: where each agreement and each place stands.

What is read are periods (models/standing.py), so that a page costs what it shows and not what the record holds.
Everything here runs a fixed number of queries, whatever the number of rows.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from agreements.deciding import attach_standings, checks_on, facts_by_agreement, record_end
from agreements.kinds import COUNTY_KINDS, MUNICIPAL_KINDS, AgencyKind, Status
from agreements.models import Agency, Agreement, Period
from agreements.standings import bring_up_to_date
from agreements.statements import rows
from agreements.status import Standing
from agreements.tallies import FURTHEST
from municipalities.models import Municipality

__all__ = ["IN_FORCE", "PlaceStanding", "Record", "attach_standings", "facts_by_agreement", "record_end"]

#: In force, in the words of the home page: ICE and the agency both signed.
IN_FORCE = (Status.ACTIVE, Status.SIGNED)
#: Agencies of a state, and others that serve no county or city of their own.
STATEWIDE_KINDS = (
    AgencyKind.STATE_POLICE,
    AgencyKind.STATE_CORRECTIONS,
    AgencyKind.STATE_OTHER,
    AgencyKind.TRIBAL,
)


#: How many agreements stand how, of one state's agencies or all: on the record's last day, and on another.
_COUNTS = "SELECT status, is_beside, program, sum(count) FROM {} WHERE {} GROUP BY status, is_beside, program"
_COUNTS_NOW = _COUNTS.format(
    "agreements_tally", "of = 'agreement' AND (%(state)s::bigint IS NULL OR state_id = %(state)s)"
)
_COUNTS_OF_A_DAY = _COUNTS.format(
    "agreements_shift",
    "day <= %(on)s AND (state_id = %(state)s OR %(state)s::bigint IS NULL AND state_id IS NULL)",
)
#: A further condition of `_furthest`.
_OF_A_SHERIFF = f"""
    period.status <> '{Status.UNCHECKED}' AND EXISTS (
        SELECT FROM agreements_agency AS of WHERE of.id = agreement.agency_id AND of.kind = '{AgencyKind.SHERIFF}')
"""


@dataclass(slots=True)
class PlaceStanding:
    """Where a municipality stands on a day: by its own agencies, else by whether anyone looked.

    agreement_id: the agreement that speaks for it. is_shared: that one's agency serves other municipalities too.
    """

    status: Status
    standing: Standing | None = None
    agreement_id: int | None = None
    checked_on: date | None = None
    is_shared: bool = False


@dataclass
class Record:
    """The record as of a day, read as it is asked for.

    state_id: limit it to one state's agencies; None for the country. end: the day on which the record ends, if known.
    """

    on: date
    state_id: int | None = None
    end: date | None = None
    _places: dict[int, PlaceStanding] = field(default_factory=dict, init=False, repr=False)
    _counts: dict[int | None, dict[tuple[str, bool, str], int]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def is_current(self) -> bool:
        """Whether the day is the one on which the record ends, for which sums and orders are kept."""
        return bring_up_to_date(self.end) == self.on

    @property
    def periods(self) -> QuerySet[Period]:
        """How each agreement stands on the day: one period an agreement."""
        found = Period.objects.filter(is_current=True) if self.is_current else Period.objects.that_hold(self.on)
        return found if self.state_id is None else found.filter(state=self.state_id)

    def counts(self, state_id: int | None = None) -> dict[tuple[str, bool, str], int]:
        """How many agreements stand at each status, unread, of a state's agencies if one is given.

        By status, whether the agency stands beside the municipalities, and program.
        """
        state_id = state_id or self.state_id
        if self.state_id not in (None, state_id):
            return {}
        if state_id not in self._counts:
            statement = _COUNTS_NOW if self.is_current else _COUNTS_OF_A_DAY
            found = rows(statement, {"state": state_id, "on": self.on})
            self._counts[state_id] = {(status, is_beside, program): int(n) for status, is_beside, program, n in found}
        return self._counts[state_id]

    @property
    def agreements(self) -> list[Agreement]:
        """Every agreement, with .standing. For few: the country's are many."""
        return self.read(self.periods)

    def read(self, periods: QuerySet[Period]) -> list[Agreement]:
        """The agreements of some of `.periods`, with .standing, by their public id."""
        found = periods.select_related("agreement__agency__state").order_by("agreement__public_id")
        return [self._agreement(period) for period in found]

    def _agreement(self, period: Period) -> Agreement:
        agreement = period.agreement
        agreement.standing = period.standing(self.on)
        return agreement

    @cached_property
    def checks(self) -> dict[int, date]:
        """Municipality id → day of the last check that speaks of the day, of all that have one."""
        return checks_on(self.on)

    def place(self, municipality_id: int) -> PlaceStanding:
        """Where that municipality stands; `read_places` beforehand spares a query for each."""
        if municipality_id not in self._places:
            self.read_places([municipality_id])
        return self._places[municipality_id]

    def read_places(self, municipality_ids: Collection[int]) -> None:
        """Read where these municipalities stand, all at once, each once a record."""
        municipality_ids = [pk for pk in municipality_ids if pk not in self._places]
        own: dict[int, tuple[int, int]] = {}
        if municipality_ids:
            found = self._furthest("agreements_agency_municipalities", "municipality_id", municipality_ids)
            own = {place: (period, agreement) for place, period, _, agreement in found}
        checks = checks_on(self.on, municipality_ids)
        periods = Period.objects.in_bulk([period for period, _ in own.values()])
        shared = self._shared(agreement for _, agreement in own.values())
        for place in municipality_ids:
            period_id, agreement_id = own.get(place, (None, None))
            standing = periods[period_id].standing(self.on) if period_id else None
            checked_on = checks.get(place)
            if standing is None or standing.is_silent or standing.status == Status.UNCHECKED:
                status = Status.NONE if checked_on else Status.UNCHECKED
                self._places[place] = PlaceStanding(status, standing, agreement_id, checked_on)
            else:
                is_shared = agreement_id in shared
                self._places[place] = PlaceStanding(standing.status, standing, agreement_id, checked_on, is_shared)

    def _furthest(
        self, links: str, column: str, places: Collection[int], only: str = "true"
    ) -> list[tuple[int, int, str, int]]:
        """(place, period, status, agreement) of each of these places that has any; only: a condition, in SQL."""
        holds = (
            "period.is_current"
            if self.is_current
            else "period.first <= %(on)s AND (period.until IS NULL OR period.until > %(on)s)"
        )
        where = f"link.{column} = ANY(%(places)s) AND {holds} AND {only}"
        with connection.cursor() as cursor:
            cursor.execute(
                FURTHEST.format(links=links, place=column, where=where), {"places": list(places), "on": self.on}
            )
            return cursor.fetchall()

    def sheriffs(self, county_ids: Collection[int]) -> dict[int, Status]:
        """County id → how its sheriff's agreements stand: the furthest of them; only of counties that have any."""
        found = self._furthest("agreements_agency_counties", "county_id", county_ids, _OF_A_SHERIFF)
        return {county: Status(status) for county, _, status, _ in found}

    def _shared(self, agreement_ids: Iterable[int]) -> set[int]:
        """Those of these agreements whose agency serves several municipalities."""
        links = Agency.municipalities.through.objects.filter(agency=OuterRef("agency"))
        first = links.order_by("municipality_id").values("municipality_id")[:1]
        others = links.exclude(municipality_id=first)
        found = Agreement.objects.filter(Exists(others), pk__in=set(agreement_ids))
        return set(found.values_list("pk", flat=True))

    def named(self) -> QuerySet[Municipality]:
        """The municipalities of which the record says anything: those with an agreement of their own agencies."""
        # Every agreement that was not merged into another stands some way on every day.
        own = Agency.municipalities.through.objects.filter(
            municipality=OuterRef("pk"), agency__agreements__isnull=False, agency__agreements__merged_into=None
        )
        places = Municipality.objects.filter(Exists(own))
        return places if self.state_id is None else places.filter(state=self.state_id)

    def places_with(self, *statuses: Status) -> set[int]:
        """Ids of the municipalities whose own status is one of these; never asked for None or Unchecked."""
        named = set(self.named().values_list("pk", flat=True))
        self.read_places(named)
        return {pk for pk in named if self._places[pk].status in statuses}

    def counties_with(self, *statuses: Status) -> set[int]:
        """Ids of the counties of which the sheriff, jail or another county agency stands at one of these.

        The force of a consolidated government, of city and county alike, is a county's own agency too.
        """
        within = Agency.municipalities.through.objects.filter(agency=OuterRef("agreement__agency"))
        is_of_county = Q(agreement__agency__kind__in=COUNTY_KINDS) | (
            Q(agreement__agency__kind__in=MUNICIPAL_KINDS) & Exists(within)
        )
        found = self.periods.filter(is_of_county, status__in=statuses, agreement__agency__counties__isnull=False)
        return set(found.values_list("agreement__agency__counties", flat=True))

    def own(self, municipality: Municipality) -> list[Agreement]:
        """The agreements of the municipality's own agencies (and of a consolidated government's force)."""
        return self.read(self.periods.filter(agreement__agency__municipalities=municipality))

    def beside(self, *county_ids: int) -> list[Agreement]:
        """Agreements that stand beside the municipalities of some counties: sheriff and jail, campuses, airports…

        A regional department whose towns are not established stands beside them too, and a consolidated force.
        """
        serves = Agency.counties.through.objects.filter(agency=OuterRef("agreement__agency"), county__in=county_ids)
        return self.read(self.periods.filter(Exists(serves)))

    @property
    def statewide(self) -> QuerySet[Period]:
        """Those of `.periods` of state agencies and of others that serve no county or city of their own."""
        found = self.periods.filter(agreement__agency__kind__in=STATEWIDE_KINDS)
        # A period's state is its agency's. Said twice, the few agencies are looked for first, and not every period.
        return found if self.state_id is None else found.filter(agreement__agency__state=self.state_id)
