"""What happened, as the pages list it: which events, in what order, about whom. Timelines are in `timelines`."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from agreements.filters import AgreementFilter
from agreements.happenings import UNTOLD
from agreements.models import Agency, Agreement, Event
from municipalities.models import County, Municipality, State
from municipalities.names import squash

#: The most events that a page of one subject lists; the timeline has the rest.
MOST_LISTED = 200


def event_subject(event: Event) -> str:
    """Whom an event is about, as a reader would say it: the municipality where there is one, else the agency."""
    subject = event.subject
    if isinstance(subject, Agreement):
        agency = subject.agency
        places = list(agency.municipalities.all()) if agency.is_municipal else []
        return places[0].name if len(places) == 1 else agency.name
    return subject.full_name if isinstance(subject, County) else subject.name


def events(**about: object) -> QuerySet[Event]:
    """Published events about something, newest first, with all that a list prints, in a fixed number of queries."""
    return (
        Event.objects.published()
        .filter(**about)
        .with_sources()
        .select_related(
            "agreement__agency__state",
            "agency__state",
            "municipality__main_county__state",
            "municipality__state",
            "county__state",
            "state",
        )
        .prefetch_related("agreement__agency__municipalities")
    )


def happenings() -> QuerySet[Event]:
    """The events that a timeline tells: dated, established, and of the world; the rest is on the subjects' pages."""
    told = events(is_being_checked=False, latest__isnull=False).exclude(kind__in=UNTOLD)
    # As every event, but in an order that an index has: each of these has a last day.
    return told.order_by("-latest", "-sequence", "-pk")


def _any_of(*conditions: Q) -> Q:
    """The events of which one of these holds. Each is looked up by itself, through an index; joined by OR, every event
    of the record would be read. One query, here and now: what is asked of them afterwards reads only these.
    """
    bare = Event.objects.order_by()
    first, *others = (bare.filter(condition).values_list("pk", flat=True) for condition in conditions)
    return Q(pk__in=list(first.union(*others)))


def _of_agencies(agencies: QuerySet[Any]) -> tuple[Q, Q]:
    """About these agencies or their agreements. agencies: their ids."""
    return Q(agency__in=agencies), Q(agreement__in=Agreement.objects.filter(agency__in=agencies).values("pk"))


def events_of_place(municipality: Municipality) -> QuerySet[Event]:
    """Everything that happened about a municipality: itself, its own agencies and their agreements."""
    own = Agency.municipalities.through.objects.filter(municipality=municipality).values("agency")
    return events().filter(_any_of(Q(municipality=municipality), *_of_agencies(own)))


def until(queryset: QuerySet[Event], on: date) -> QuerySet[Event]:
    """Those that have begun to be possible by that day; one without a first day counts from its last."""
    has_no_day = Q(earliest__isnull=True, latest__isnull=True)
    return queryset.filter(Q(earliest__lte=on) | Q(earliest__isnull=True, latest__lte=on) | has_no_day)


def _in_county(county: County) -> Q:
    """About the county, its municipalities, and the agencies that serve or stand in it."""
    serving = Agency.counties.through.objects.filter(county=county).values("agency")
    within = Agency.municipalities.through.objects.filter(municipality__counties=county).values("agency")
    places = Municipality.counties.through.objects.filter(county=county).values("municipality")
    about = Q(county=county), Q(municipality__in=places)
    return _any_of(*about, *_of_agencies(serving), *_of_agencies(within))


def event_lists(found: QuerySet[Event], on: date) -> dict[str, Any]:
    """Events up to that day as the page of one subject lists them: what is established, and what is being checked.

    `is_later` says whether a report that is being checked is of a later day than all that is established.
    """
    known = list(until(found, on)[:MOST_LISTED])
    established = [event for event in known if not event.is_being_checked]
    return {"events": established, **_being_checked([event for event in known if event.is_being_checked], established)}


def county_lists(county: County, on: date, most: int) -> dict[str, Any]:
    """The same of a county, whose events may be very many: the newest happenings and, because their permalinks lead to
    this page, all that is about the county itself. `event_count` is that of its timeline.
    """
    inside = _in_county(county)
    told = until(happenings().filter(inside), on)
    shown = {
        *told.values_list("pk", flat=True)[:most],
        *Event.objects.filter(county=county).values_list("pk", flat=True),
    }
    found = until(events(is_being_checked=False, pk__in=shown), on)
    checked = until(events(is_being_checked=True).filter(inside), on)[:most]
    established = list(found[:MOST_LISTED])
    return {
        "events": established,
        "event_count": told.count(),
        **_being_checked(list(checked), established),
    }


def _being_checked(reports: list[Event], established: Iterable[Event]) -> dict[str, Any]:
    last = max((event.latest for event in established if event.latest), default=date.min)
    days = [event.earliest or event.latest for event in reports]
    return {"being_checked": reports, "is_later": bool(days) and all(day is not None and day > last for day in days)}


#: The filters that choose events by their agreement, or by the name of whom they are about.
NARROWING = frozenset({"status", "program", "q"})


def events_shown(
    listing: AgreementFilter, state: State | None, on: date, without: Collection[str] = ()
) -> QuerySet[Event]:
    """The happenings that pass the filter up to that day, newest first; of one state, or of the country.

    Days asked for choose among events: those that can have happened on one of them. Where statuses or programs are
    asked for, only events of such agreements pass; else also those about places and agencies themselves. With values
    that cannot be read the filter is left aside. without: filters to be left aside too.
    """
    given = listing.values
    asked = {name: value for name, value in given.items() if value and name not in without}
    found = until(happenings(), on)
    if first := asked.get("from"):
        found = found.filter(latest__gte=first)
    if last := asked.get("to"):
        found = found.filter(Q(earliest__lte=last) | Q(earliest__isnull=True))
    if county := asked.get("county"):
        found = found.filter(_in_county(county))
    if state := asked.get("state") or state:
        found = found.filter(_in_state(state))
    if asked.get("status") or asked.get("program"):
        return found.filter(agreement__in=_agreements(listing))
    if words := squash(asked.get("q", "")):
        return found.filter(Q(agreement__in=_agreements(listing)) | Q(pk__in=_named(words)))
    return found


def _agreements(listing: AgreementFilter) -> QuerySet[Any]:
    """The agreements that pass, whatever days are asked for: these choose among events."""
    return listing.periods(without={"from", "to"}).values("agreement")


def _in_state(state: State) -> Q:
    agencies = Agency.objects.filter(state=state).values("pk")
    return _any_of(Q(state=state), Q(municipality__state=state), Q(county__state=state), *_of_agencies(agencies))


def _named(words: str) -> list[int]:
    """Ids of the events about an agency or a place itself that has these squashed words in its name."""
    names = ("agency__name", "municipality__name", "county__full_name", "state__name")
    rows = Event.objects.published().filter(agreement__isnull=True).order_by().values_list("pk", *names)
    return [pk for pk, *found in rows if any(words in squash(name) for name in found if name)]
