"""Reading the record as of a day: where each agreement and each place stands. The one place that asks the rules.

Everything here runs a fixed number of queries, whatever the number of rows.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from agreements.kinds import AgencyKind, Status
from agreements.models import Agency, Agreement, Check, Event, Sheet
from agreements.models.event import CheckResult
from agreements.models.sheet import IceList
from agreements.status import RULES, Fact, Standing, furthest, standing


def record_end() -> date | None:
    """The day on which the record ends: that of ICE's newest participating list, whatever the clock says."""
    sheet = Sheet.objects.newest(IceList.PARTICIPATING)
    return sheet.published_on if sheet else None


def facts_by_agreement(
    agreement_ids: Sequence[int] | None = None,
) -> dict[int, list[Fact]]:
    """The established events that can move a status, by agreement; of all agreements where none are named."""
    events = Event.objects.established().filter(agreement__isnull=False, kind__in=list(RULES))
    if agreement_ids is not None:
        events = events.filter(agreement__in=agreement_ids)
    facts: dict[int, list[Fact]] = defaultdict(list)
    rows = events.order_by().values_list(
        "agreement_id",
        "pk",
        "kind",
        "earliest",
        "latest",
        "sequence",
        "suit_id",
        "suit__is_about_duty_to_sign",
    )
    for agreement_id, pk, kind, earliest, latest, sequence, suit, about_duty in rows:
        facts[agreement_id].append(Fact(pk, kind, earliest, latest, sequence, suit, bool(about_duty)))
    return facts


def attach_standings(agreements: list[Agreement], on: date) -> list[Agreement]:
    """The same agreements, each with `.standing` on that day. "None known" is said only of places that were checked."""
    facts = facts_by_agreement([agreement.pk for agreement in agreements])
    for agreement in agreements:
        agreement.standing = standing(facts.get(agreement.pk, ()), on)
    nothing = {agreement.agency_id for agreement in agreements if _is_silent(agreement.standing)}
    if nothing:
        checked = checks_on(on)
        places = defaultdict(set)
        for agency_id, municipality_id in Agency.municipalities.through.objects.filter(agency__in=nothing).values_list(
            "agency_id", "municipality_id"
        ):
            places[agency_id].add(municipality_id)
        for agreement in agreements:
            if _is_silent(agreement.standing) and not places[agreement.agency_id] & checked.keys():
                agreement.standing = Standing(Status.UNCHECKED, on, maybe=agreement.standing.maybe)
    return agreements


def _is_silent(one: Standing) -> bool:
    """Whether nothing ever moved it: then only a check tells "none known" from "not yet checked"."""
    return one.status == Status.NONE and one.since is None


def checks_on(on: date) -> dict[int, date]:
    """Municipality id → day of the last check that speaks of that day."""
    # One that found an agreement speaks only where the record has that agreement: else "none known" would be false.
    known = Agreement.objects.standing_alone().filter(agency__municipalities=OuterRef("municipality"))
    speaks = Q(result=CheckResult.NONE_FOUND) | Exists(known)
    checks = Check.objects.filter(speaks, covers_from__lte=on).order_by("day")
    return dict(checks.values_list("municipality_id", "day"))


@dataclass(slots=True)
class PlaceStanding:
    """Where a municipality stands on a day: by its own agencies, else by whether anyone looked."""

    status: Status
    standing: Standing | None = None
    agreement: Agreement | None = None
    checked_on: date | None = None
    is_shared: bool = False


@dataclass
class Record:
    """The whole record as of a day. Seven queries at most, made as they are needed.

    state: limit it to one state's agencies by its id; None for the country.
    """

    on: date
    state_id: int | None = None
    _by_place: dict[int, list[Agreement]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def agreements(self) -> list[Agreement]:
        """Every agreement, with .standing and its agency's municipality_ids and county_ids."""
        agreements = Agreement.objects.standing_alone().select_related("agency__state").order_by("public_id")
        if self.state_id is not None:
            agreements = agreements.filter(agency__state=self.state_id)
        return attach_standings(list(agreements), self.on)

    @cached_property
    def municipalities_of(self) -> dict[int, set[int]]:
        """Agency id → ids of the municipalities it serves."""
        return self._links(Agency.municipalities.through.objects.all(), "municipality_id")

    @cached_property
    def counties_of(self) -> dict[int, set[int]]:
        """Agency id → ids of the counties it serves or, for a campus or an airport, stands in."""
        return self._links(Agency.counties.through.objects.all(), "county_id")

    def _links(self, links: QuerySet[Any], column: str) -> dict[int, set[int]]:
        if self.state_id is not None:
            links = links.filter(agency__state=self.state_id)
        found: dict[int, set[int]] = defaultdict(set)
        for agency_id, other_id in links.values_list("agency_id", column):
            found[agency_id].add(other_id)
        return found

    @cached_property
    def checks(self) -> dict[int, date]:
        return checks_on(self.on)

    @cached_property
    def agreements_by_municipality(self) -> dict[int, list[Agreement]]:
        """Municipality id → the agreements of its own agencies (and of a consolidated government's force)."""
        by_place: dict[int, list[Agreement]] = defaultdict(list)
        for agreement in self.agreements:
            for municipality_id in self.municipalities_of.get(agreement.agency_id, ()):
                by_place[municipality_id].append(agreement)
        return by_place

    def place(self, municipality_id: int) -> PlaceStanding:
        """Where that municipality stands."""
        own = self.agreements_by_municipality.get(municipality_id, [])
        best = furthest(agreement.standing for agreement in own)
        checked_on = self.checks.get(municipality_id)
        if best is not None and not _is_silent(best) and best.status != Status.UNCHECKED:
            agreement = next(one for one in own if one.standing is best)
            shared = len(self.municipalities_of.get(agreement.agency_id, ())) > 1
            return PlaceStanding(best.status, best, agreement, checked_on, shared)
        status = Status.NONE if checked_on else Status.UNCHECKED
        return PlaceStanding(status, best, own[0] if own else None, checked_on)

    def places_with(self, *statuses: Status) -> set[int]:
        """Ids of the municipalities whose own status is one of these; never asked for None or Unchecked."""
        return {pk for pk in self.agreements_by_municipality if self.place(pk).status in statuses}

    def counties_with(self, *statuses: Status) -> set[int]:
        """Ids of the counties of which the sheriff, jail or another county agency stands at one of these."""
        return {
            county_id
            for agreement in self.agreements
            if self._is_of_county(agreement.agency) and agreement.standing.status in statuses
            for county_id in self.counties_of.get(agreement.agency_id, ())
        }

    def _is_of_county(self, agency: Agency) -> bool:
        """Whether it is a county's own agency, or the force of a consolidated government, of city and county alike."""
        is_consolidated = (
            agency.is_municipal and self.municipalities_of.get(agency.pk) and self.counties_of.get(agency.pk)
        )
        return agency.is_county or bool(is_consolidated)

    def beside(self, county_id: int) -> Iterator[Agreement]:
        """Agreements that stand beside a county's municipalities: its sheriff and jail, campuses, airports…

        A regional department whose towns are not established stands beside them too, and a consolidated force.
        """
        for agreement in self.agreements:
            if county_id in self.counties_of.get(agreement.agency_id, ()):
                yield agreement

    def statewide(self) -> Iterator[Agreement]:
        """Agreements of state agencies and of others that serve no county or city of their own."""
        kinds = {
            AgencyKind.STATE_POLICE,
            AgencyKind.STATE_CORRECTIONS,
            AgencyKind.STATE_OTHER,
            AgencyKind.TRIBAL,
        }
        return (agreement for agreement in self.agreements if agreement.agency.kind in kinds)


#: In force, in the words of the home page: ICE and the agency both signed.
IN_FORCE = (Status.ACTIVE, Status.SIGNED)
