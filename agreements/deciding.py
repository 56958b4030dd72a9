"""What a standing is worked out from, read from the database: events, checks, and the day on which the record ends."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from agreements.kinds import Status
from agreements.models import Agency, Agreement, Check, Event, Sheet
from agreements.models.event import CheckResult
from agreements.models.sheet import IceList
from agreements.status import RULES, Fact, Standing, standing


def record_end() -> date | None:
    """The day on which the record ends: that of ICE's newest participating list, whatever the clock says."""
    counted = Sheet.objects.that_count().filter(list=IceList.PARTICIPATING).order_by("-published_on")
    return counted.values_list("published_on", flat=True).first()


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
    nothing = {agreement.agency_id for agreement in agreements if agreement.standing.is_silent}
    if nothing:
        places = defaultdict(set)
        links = Agency.municipalities.through.objects.filter(agency__in=nothing)
        for agency_id, municipality_id in links.values_list("agency_id", "municipality_id"):
            places[agency_id].add(municipality_id)
        checked = checks_on(on, set().union(*places.values()))
        for agreement in agreements:
            if agreement.standing.is_silent and not places[agreement.agency_id] & checked.keys():
                agreement.standing = Standing(Status.UNCHECKED, on, maybe=agreement.standing.maybe)
    return agreements


def checks_on(on: date, municipality_ids: Collection[int] | None = None) -> dict[int, date]:
    """Municipality id → day of the last check that speaks of that day, of these municipalities or of all."""
    checks = _checks().filter(covers_from__lte=on)
    if municipality_ids is not None:
        checks = checks.filter(municipality__in=municipality_ids)
    return dict(checks.order_by("day").values_list("municipality_id", "day"))


def checks_from() -> dict[int, date]:
    """Municipality id → first day of which a check speaks."""
    return dict(_checks().order_by("-covers_from").values_list("municipality_id", "covers_from"))


def _checks() -> QuerySet[Check]:
    # One that found an agreement speaks only where the record has that agreement: else "none known" would be false.
    known = Agreement.objects.standing_alone().filter(agency__municipalities=OuterRef("municipality"))
    return Check.objects.filter(Q(result=CheckResult.NONE_FOUND) | Exists(known))
