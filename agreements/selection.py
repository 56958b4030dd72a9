"""Choosing agreements by where they are, how they stand, what happened and what they are called, for a day."""

from collections import Counter
from datetime import date
from typing import Any, TypedDict

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Exists, OuterRef, QuerySet

from agreements.models import Agency, Event, Period
from agreements.record import Record
from municipalities.models import County, State
from municipalities.names import squash

#: The functional form: one key is a word that Python keeps for itself.
Wanted = TypedDict(
    "Wanted",
    {
        "state": State | None,
        "county": County | None,
        "status": list[str],
        "program": list[str],
        "from": date | None,
        "to": date | None,
        "q": str,
    },
    total=False,
)
"""What is asked for; an empty or a missing value asks for nothing. program: "" is "not stated"."""


def select(record: Record, wanted: Wanted) -> QuerySet[Period]:
    """How each agreement stands on the record's day, of those that are wanted: one period an agreement."""
    found = record.periods
    if state := wanted.get("state"):
        found = found.filter(state=state)
    if county := wanted.get("county"):
        found = found.filter(agreement__agency__in=serving(county))
    if statuses := wanted.get("status"):
        found = found.filter(status__in=statuses)
    if programs := wanted.get("program"):
        found = found.filter(program__in=programs)
    if words := squash(wanted.get("q") or ""):
        found = found.filter(search__contains=words)
    if wanted.get("from") or wanted.get("to"):
        # Something happened to it that may fall on one of these days, both ends included.
        days = DateRange(wanted.get("from"), wanted.get("to"), "[]")
        events = Event.objects.published().filter(days__overlap=days, is_being_checked=False)
        found = found.filter(Exists(events.filter(agreement=OuterRef("agreement"))))
    return found


def counted(record: Record, wanted: Wanted) -> tuple[int, int]:
    """How many of these are municipal agencies', and how many there are in all: unread, where counts are kept."""
    if {name for name, value in wanted.items() if value} <= {"state", "status", "program"}:
        by_kind = _known(record, wanted)
    else:
        found = select(record, wanted).order_by().values_list("is_beside").annotate(n=Count("pk"))
        by_kind = Counter(dict(found))
    return by_kind[False], by_kind.total()


def _known(record: Record, wanted: Wanted) -> Counter[bool]:
    """How many stand so, by whether their agency stands beside the municipalities."""
    state, statuses, programs = wanted.get("state"), wanted.get("status"), wanted.get("program")
    found: Counter[bool] = Counter()
    for (status, is_beside, program), count in record.counts(state.pk if state else None).items():
        if (not statuses or status in statuses) and (not programs or program in programs):
            found[is_beside] += count
    return found


def serving(county: County) -> QuerySet[Agency, Any]:
    """The agencies that serve the county, or a municipality any part of which lies in it."""
    serves = Agency.counties.through.objects.filter(county=county).values("agency")
    within = Agency.municipalities.through.objects.filter(municipality__counties=county).values("agency")
    return Agency.objects.filter(pk__in=serves.union(within)).values("pk")
