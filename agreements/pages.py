"""What the public pages show, gathered from the record: maps, timelines, tables. Views only choose and render."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.staticfiles.storage import staticfiles_storage
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from agreements.dates import day_in_words, in_words
from agreements.figures import geometry, timeline
from agreements.figures import map as maps
from agreements.kinds import MUNICIPAL_KINDS, STATUS_MEANINGS, AgencyKind, EventKind, Status
from agreements.models import Agency, Agreement, Claim, Event, Listing, Sheet
from agreements.models.sheet import IceList
from agreements.record import IN_FORCE, PlaceStanding, Record
from agreements.status import RULES, STATUS_OF_STAGE, Rule, Stage
from municipalities.models import County, Municipality, Policing, State

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


@dataclass(frozen=True)
class PlaceRow:
    """A municipality in a table, with where it stands."""

    municipality: Municipality
    place: PlaceStanding

    @property
    def status(self) -> str:
        return self.place.status

    @property
    def label(self) -> str:
        return Status(self.place.status).label

    @property
    def since(self) -> str:
        """Since when, in words; "" where nothing brought it there."""
        fact = self.place.standing.since if self.place.standing else None
        return in_words(fact.earliest, fact.latest) if fact else ""


def place_url(municipality: Municipality) -> str:
    """The page of a municipality; main_county and state must be loaded with it."""
    county = municipality.main_county
    return reverse("municipality", args=[municipality.state.slug, county.slug, municipality.slug])


def county_url(county: County) -> str:
    return reverse("county", args=[county.state.slug, county.slug])


def url_of(place: Municipality | County) -> str:
    return place_url(place) if isinstance(place, Municipality) else county_url(place)


def place_rows(record: Record, municipalities: Iterable[Municipality]) -> list[PlaceRow]:
    """Rows of a table of municipalities: those with something to report first, then by name."""
    rows = [PlaceRow(municipality, record.place(municipality.pk)) for municipality in municipalities]
    quiet = {Status.NONE, Status.UNCHECKED}
    order: dict[str, int] = {status: position for position, status in enumerate(_REPORT_ORDER)}
    rows.sort(key=lambda row: (row.status in quiet, order[row.status], row.municipality.name))
    return rows


#: What is in motion before what is settled.
_REPORT_ORDER = [
    Status.COURT,
    Status.PENDING,
    Status.APPROVED,
    Status.DISCUSSION,
    Status.DECLINED,
    Status.ENDED,
    Status.ACTIVE,
    Status.SIGNED,
    Status.NONE,
    Status.UNCHECKED,
]


def status_key(rows: Sequence[PlaceRow]) -> list[tuple[str, str, int, str]]:
    """The key of a map: (slug, word, count, meaning) of each status that occurs, in the order of the statuses."""
    counts: Counter[str] = Counter(row.status for row in rows)
    return [
        (status.value, status.label, counts[status], STATUS_MEANINGS[status]) for status in Status if counts[status]
    ]


def map_context(
    record: Record, state: State, rows: Sequence[PlaceRow], focus: County | None = None
) -> dict[str, object]:
    """The context of includes/map_svg.html: one state's counties, shaded, and the marks of these rows.

    {} where the record has no outlines of that state.
    """
    if not geometry.has_geometry(state.code):
        return {}
    fills = [
        maps.CountyFill(county.geoid, county.full_name, signed, total, county_url(county))
        for county, signed, total in _county_counts(record, state)
    ]
    marks = [
        maps.Mark(
            key=row.municipality.key,
            label=row.municipality.name,
            status=row.status,
            latitude=row.municipality.latitude,
            longitude=row.municipality.longitude,
            url=place_url(row.municipality),
            county=row.municipality.main_county.full_name,
            since_text=row.since,
            status_label=row.label,
            is_labelled=row.status in {Status.COURT, Status.APPROVED, Status.PENDING}
            or (focus is not None and row.status in IN_FORCE),
        )
        for row in rows
        if row.municipality.latitude is not None and row.municipality.longitude is not None
    ]
    name = focus.geoid if focus else ""
    geojson = staticfiles_storage.url(f"geo/{state.slug}.json")
    return {
        "map": maps.svg(geometry.load(state.code), fills, marks, focus=name),
        "map_figure": maps.figure(state.code, fills, marks, geojson, focus=name),
        "map_label": f"Map of {focus or state}: municipalities by agreement status. The lists below say the same.",
    }


def _county_counts(record: Record, state: State) -> list[tuple[County, int, int]]:
    """Each county of the state, the number of its municipalities in force, and the number of all of them."""
    signed = record.places_with(*IN_FORCE)
    counts: Counter[int] = Counter(
        Municipality.counties.through.objects.filter(municipality__in=signed).values_list("county_id", flat=True)
    )
    totals = dict(state.counties.annotate(n=Count("municipalities")).order_by().values_list("pk", "n"))
    return [(county, counts[county.pk], totals[county.pk]) for county in state.counties.select_related("state")]


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


def event_url(event: Event) -> str:
    """The permalink of an event: its place on the page of what it is about."""
    subject = event.subject
    if isinstance(subject, Municipality):
        page = place_url(subject)
    elif isinstance(subject, County):
        page = county_url(subject)
    elif isinstance(subject, State):
        page = reverse("state", args=[subject.slug])
    else:
        page = subject.get_absolute_url()
    return f"{page}#{event.anchor}"


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
    """Those that may have happened by the end of that day; one without a first day may, and so stays."""
    return queryset.filter(Q(earliest__lte=on) | Q(earliest__isnull=True))


def with_disputes(agreements: list[Agreement]) -> list[Agreement]:
    """The same agreements, each with .differs: the words for what its sources differ on, "" where they agree."""
    fields: dict[int, set[str]] = defaultdict(set)
    claims = Claim.objects.filter(
        citation__event__agreement__in=agreements, citation__event__publication="published"
    ).values_list("citation__event__agreement_id", "field")
    for agreement_id, field in claims:
        fields[agreement_id].add(field)
    for agreement in agreements:
        words = [label for value, label in _CLAIM_WORDS if value in fields[agreement.pk]]
        agreement.differs = " and ".join(words)
    return agreements


_CLAIM_WORDS = [
    ("day", "the date"),
    ("kind", "what happened"),
    ("votes", "the count of votes"),
    ("program", "the program"),
    ("court", "the court"),
    ("existence", "whether it happened"),
]


def newest_lists() -> dict[str, Sheet]:
    """The newest sheet of each of ICE's two lists, by list; what "not on any list" is said of."""
    found = {ice_list: Sheet.objects.newest(ice_list) for ice_list in IceList.values}
    return {ice_list: sheet for ice_list, sheet in found.items() if sheet}


def county_table(record: Record, state: State) -> list[tuple[County, int, int, str, bool]]:
    """Rows of a table of counties: county, municipalities in force, all of them, address, sheriff or jail in force."""
    county_level = record.counties_with(*IN_FORCE)
    return [
        (county, signed, total, county_url(county), county.pk in county_level)
        for county, signed, total in _county_counts(record, state)
    ]


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


def event_lists(found: QuerySet[Event], on: date) -> dict[str, list[Event]]:
    """Events up to that day as a page lists them: what is established, and apart what is being checked."""
    known = list(until(found.distinct(), on))
    return {
        "events": [event for event in known if not event.is_being_checked],
        "being_checked": [event for event in known if event.is_being_checked],
    }


def unsettled(rows: Sequence[PlaceRow]) -> list[PlaceRow]:
    """The municipalities that a county's first sentences name one by one: neither signed nor silent."""
    return [row for row in rows if row.status not in {*IN_FORCE, Status.NONE, Status.UNCHECKED}]


def sheriff_in_force(place: Municipality, beside: Sequence[Agreement]) -> Agreement | None:
    """The sheriff's agreement that reaches into a municipality which the sheriff polices; None where not so."""
    if place.policing != Policing.SHERIFF:
        return None
    in_force = (one for one in beside if one.agency.kind == AgencyKind.SHERIFF and one.standing.status in IN_FORCE)
    return next(in_force, None)


def rule_rows(rules: Mapping[str, Rule]) -> list[tuple[str, str, str, str]]:
    """The table of rules as a page or a document prints it: kind, what it reaches, what it clears, in words."""
    return [
        (
            EventKind(kind).label,
            STATUS_OF_STAGE[rule.reaches].label if rule.reaches else "",
            "everything"
            if len(rule.clears) == len(Stage) - 1
            else ", ".join(each.name.lower() for each in rule.clears),
            rule.words,
        )
        for kind, rule in rules.items()
    ]


def is_listed(place: Municipality, on: date) -> bool:
    """Whether a list that ICE published prints an agreement of the municipality's own agencies, at that day or later.

    The record holds one sheet of each list, so a SIGNED day up to the day asked for speaks for the days before it.
    """
    listings = Listing.objects.filter(agreement__agency__municipalities=place, last_sheet__published_on__gte=on)
    return listings.filter(Q(signed_on__lte=on) | Q(first_sheet__published_on__lte=on)).exists()


def unplaced() -> QuerySet[Agency]:
    """The agencies that lack the place their kind calls for, each with the reason: published, and hidden nowhere."""
    lacking = Q(counties=None) | Q(kind__in=MUNICIPAL_KINDS)
    found = Agency.objects.exclude(placing_note="").filter(lacking, municipalities=None)
    return found.select_related("state").order_by("state__name", "name")
