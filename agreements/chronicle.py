"""What happened, as the pages tell it: which events, in what order, about whom, and drawn as a timeline."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from agreements.addresses import event_url
from agreements.dates import day_in_words
from agreements.figures import timeline
from agreements.filters import AgreementFilter
from agreements.kinds import EventKind, Status
from agreements.models import Agency, Agreement, Event
from agreements.status import RULES, STATUS_OF_STAGE
from municipalities.models import County, Municipality, State

#: An event's mark on the timeline, where it does not reach a stage.
MARK_OF_KIND: dict[str, Status] = {
    EventKind.DECLINED: Status.DECLINED,
    EventKind.ENDED: Status.ENDED,
    EventKind.DEPARTED: Status.ENDED,
    EventKind.VOTE_RESCINDED: Status.ENDED,
    EventKind.VOTE_REINSTATED: Status.SIGNED,
    EventKind.LAWSUIT_FILED: Status.COURT,
    EventKind.SUIT_ENDED: Status.COURT,
    EventKind.COURT_FILING: Status.COURT,
    EventKind.COURT_HEARING: Status.COURT,
}


def mark_of(event: Event) -> str:
    """The slug of the mark that stands for this event; "none" for what moves nothing."""
    rule = RULES.get(event.kind)
    if rule and rule.reaches:
        return STATUS_OF_STAGE[rule.reaches]
    return MARK_OF_KIND.get(event.kind, Status.NONE)


def timeline_context(events: Iterable[Event], on: date) -> dict[str, object]:
    """The context of includes/timeline_svg.html for these events, up to that day."""
    points = [
        timeline.Point(
            day_earliest=event.earliest,
            day_latest=event.latest,
            label=event_subject(event),
            status_kind=mark_of(event),
            url=event_url(event),
            detail=event.get_kind_display(),
            when=event.when,
            note=_note(event),
        )
        for event in events
        if event.kind in RULES or event.kind in MARK_OF_KIND
    ]
    start = date(2025, 2, 1)
    drawn = timeline.svg(points, start=start, end=on)
    return {
        "timeline": drawn,
        "timeline_figure": timeline.figure(points, start=start, end=on),
        "timeline_label": "Timeline of dated events. The list below says the same.",
        "timeline_start": day_in_words(start),
    }


#: Kinds rare enough to be worth words beside the mark.
_NOTED: dict[str, str] = {
    EventKind.LAWSUIT_FILED: "goes to court",
    EventKind.SUIT_ENDED: "suit ends",
    EventKind.VOTE_RESCINDED: "voids",
    EventKind.VOTE_FAILED: "vote fails",
}


def _note(event: Event) -> str:
    return f"{event_subject(event)} {_NOTED[event.kind]}" if event.kind in _NOTED else ""


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


def events_of_place(municipality: Municipality) -> QuerySet[Event]:
    """Everything that happened about a municipality: itself, its own agencies and their agreements."""
    return events().filter(
        Q(municipality=municipality)
        | Q(agency__municipalities=municipality)
        | Q(agreement__agency__municipalities=municipality)
    )


def until(queryset: QuerySet[Event], on: date) -> QuerySet[Event]:
    """Those that have begun to be possible by that day; one without a first day counts from its last."""
    has_no_day = Q(earliest__isnull=True, latest__isnull=True)
    return queryset.filter(Q(earliest__lte=on) | Q(earliest__isnull=True, latest__lte=on) | has_no_day)


def events_of_county(county: County) -> QuerySet[Event]:
    """What happened in a county: about it, its municipalities, and the agencies that serve or stand in it."""
    agencies = Agency.objects.filter(Q(counties=county) | Q(municipalities__counties=county)).values("pk")
    return (
        events()
        .filter(
            Q(county=county)
            | Q(municipality__counties=county)
            | Q(agency__in=agencies)
            | Q(agreement__agency__in=agencies)
        )
        .distinct()
    )


def events_shown(listing: AgreementFilter, state: State, on: date) -> QuerySet[Event]:
    """The dated, established events of a state that pass the filter, newest first.

    Where only a state or county is asked for, what happened about its places and agencies themselves belongs too.
    """
    shown = listing.qs if listing.is_valid() else Agreement.objects.all()
    wanted = Q(agreement__in=shown.filter(agency__state=state))
    given = {name for name, value in listing.form.cleaned_data.items() if value} if listing.is_valid() else set()
    if given <= {"state", "county"}:
        county = listing.form.cleaned_data.get("county") if "county" in given else None
        if county:
            return until(events_of_county(county).filter(is_being_checked=False), on).exclude(latest=None)
        wanted |= Q(agency__state=state) | Q(municipality__state=state) | Q(county__state=state) | Q(state=state)
    return until(events().filter(wanted, is_being_checked=False), on).exclude(latest=None)


def event_lists(found: QuerySet[Event], on: date) -> dict[str, list[Event]]:
    """Events up to that day as a page lists them: what is established, and apart what is being checked."""
    known = list(until(found.distinct(), on))
    return {
        "events": [event for event in known if not event.is_being_checked],
        "being_checked": [event for event in known if event.is_being_checked],
    }
