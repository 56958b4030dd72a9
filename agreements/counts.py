"""How many of how many: what a page says of the country, as of a day."""

from collections import Counter
from typing import Any, TypedDict, cast

from django.db.models import Count, Q, QuerySet, Sum

from agreements.kept import kept
from agreements.models import Tally
from agreements.record import IN_FORCE, Record
from municipalities.models import County, Municipality


class National(TypedDict):
    """In force: cities of cities, townships of townships, counties of counties, states with any agreement of all."""

    cities_signed: int
    cities: int
    townships_signed: int
    townships: int
    counties_signed: int
    counties: int
    states: int
    agreements: int


def national(record: Record) -> National:
    """What the home page can stand behind."""
    in_force = _tallied() if record.is_current else _read(record)
    return cast(National, {**_cities_and_townships(), **in_force, "counties": counties_by_state().total()})


@kept(Municipality)
def _cities_and_townships() -> dict[str, int]:
    return Municipality.objects.aggregate(
        cities=Count("pk", filter=Q(is_subdivision=False)), townships=Count("pk", filter=Q(is_subdivision=True))
    )


@kept(Municipality)
def municipalities_by_state() -> Counter[int]:
    """How many municipalities each state has, by its id."""
    return by_state(Municipality.objects.all())


@kept(County)
def counties_by_state() -> Counter[int]:
    """How many counties each state has today, by its id."""
    return by_state(County.objects.filter(is_current=True))


def by_state(rows: QuerySet[Any], state: str = "state") -> Counter[Any]:
    """How many rows each state has, by what they name it with: its id, or another field by its path."""
    return Counter(dict(rows.order_by().values_list(state).annotate(n=Count("pk"))))


def _tallied() -> dict[str, int]:
    """The counts that are kept for the day on which the record ends."""
    in_force = Tally.objects.filter(status__in=IN_FORCE)
    found = in_force.values_list("of").annotate(sum=Sum("count"), states=Count("state", distinct=True))
    counts = {of: (count, states) for of, count, states in found}
    signed = {of: counts.get(of, (0, 0))[0] for of in Tally.Of.values}
    return {
        "cities_signed": signed[Tally.Of.CITY],
        "townships_signed": signed[Tally.Of.TOWNSHIP],
        "counties_signed": signed[Tally.Of.COUNTY],
        "agreements": signed[Tally.Of.AGREEMENT],
        "states": counts.get(Tally.Of.AGREEMENT, (0, 0))[1],
    }


def _read(record: Record) -> dict[str, int]:
    """The same of any other day, by reading all of it."""
    signed = record.places_with(*IN_FORCE)
    in_force = record.periods.filter(status__in=IN_FORCE)
    townships = Municipality.objects.filter(pk__in=signed, is_subdivision=True).count()
    return {
        "cities_signed": len(signed) - townships,
        "townships_signed": townships,
        "counties_signed": len(record.counties_with(*IN_FORCE)),
        "agreements": in_force.count(),
        "states": in_force.values("state").distinct().count(),
    }
