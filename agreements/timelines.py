"""The timeline drawn and answered: events counted by day and kind in the database, then stacked; never a row an event
for the drawing in the page, whose cost is that of the days and not of the events.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import (
    Count,
    DateField,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Greatest, Least
from django.http import QueryDict
from django.urls import reverse

from agreements import chronicle
from agreements.dates import in_words
from agreements.figures import timeline
from agreements.figures.calendar import short
from agreements.happenings import Day, key_words, mark_of, note_of, worth_noting
from agreements.kinds import MUNICIPAL_KINDS, EventKind, Status
from agreements.models import Agency, Event
from agreements.queries import query_string
from agreements.typesetting import curly

#: The day from which on the timeline is drawn unless another is asked for: what is older is too little and too far off.
START = date(2025, 2, 1)
#: How many events are told one by one where a mark is pointed at; of more, only their number and their days.
MOST_NAMED = 1_000
#: How many events are counted and drawn. Of more, a page says so and lists the newest.
MOST_DRAWN = 20_000


@dataclass(frozen=True)
class Span:
    """The days of a timeline: those asked for, as far as the record reaches. None: from the first event on."""

    first: date | None
    last: date
    is_asked: bool = False

    @classmethod
    def of(cls, on: date, first: date | None = None, last: date | None = None) -> "Span":
        end = min(last or on, on)
        if first or last:
            return cls(first, end, is_asked=True)
        return cls(START if end >= START + timedelta(weeks=4) else None, end)


@dataclass
class Timeline:
    """What the page shows of some happenings: the drawing and its words. events: those that `chronicle` found.

    query: the page's own, for the addresses of the figure and of what a mark stands for.
    """

    events: QuerySet[Event]
    span: Span
    query: QueryDict

    @cached_property
    def is_too_long(self) -> bool:
        """Whether there are more events than are drawn. One query."""
        return self.events.order_by()[: MOST_DRAWN + 1].count() > MOST_DRAWN

    @cached_property
    def days(self) -> list[Day]:
        """The events by day and kind, in order of day; none where they are too many. Two queries."""
        if self.is_too_long:
            return []
        inexact = Q(earliest__isnull=True) | ~Q(earliest=F("latest"))
        rows = self._standing.values_list("stands_on", "kind").annotate(
            Count("pk"), Min("pk"), inexact=Count("pk", filter=inexact)
        )
        return [Day(day, kind, count, one, not vague) for day, kind, count, one, vague in rows.order_by("stands_on")]

    @property
    def _standing(self) -> QuerySet[Any]:
        """The events, each with the day it stands at."""
        bare: QuerySet[Any] = self.events.select_related(None).prefetch_related(None).order_by()
        return bare.annotate(stands_on=_middle(self.span))

    @cached_property
    def within(self) -> list[Day]:
        """Those that the drawing's days hold."""
        return [day for day in self.days if self.span.first is None or day.day >= self.span.first]

    @property
    def count(self) -> int:
        """How many events there are within the days, with a mark or without."""
        return sum(day.count for day in self.within)

    @property
    def total(self) -> int:
        """How many there are in all, as the list beneath has them: of too many, as many as are listed."""
        return MOST_DRAWN if self.is_too_long else sum(day.count for day in self.days)

    @property
    def older(self) -> int:
        """How many are older than what is drawn."""
        return sum(day.count for day in self.days) - self.count

    @property
    def listed(self) -> "Listed":
        """The events as a list prints them, newest first; a part of it costs what it holds."""
        return Listed(self)

    @cached_property
    def agencies(self) -> int:
        """How many agencies the events within the days are about. One query."""
        if self.is_too_long:
            return 0
        found = self._standing
        if self.span.first:
            found = found.filter(stands_on__gte=self.span.first)
        whose = Coalesce("agreement__agency", "agency")
        return int(found.aggregate(agencies=Count(whose, distinct=True))["agencies"])

    @cached_property
    def drawing(self) -> timeline.SvgTimeline | None:
        """Marks by week and by month; None where nothing bears a mark."""
        return timeline.svg(self._tallies, self._notes, start=self._start, end=self.span.last)

    @property
    def _start(self) -> date | None:
        """Where the axis begins: at the day asked for, but not before the first event where that is long ago."""
        first = self.span.first
        if first is None or first >= START:
            return first
        return max(first, min([START, *(day.day for day in self.within)]))

    @property
    def _marked(self) -> list[Day]:
        return [day for day in self.within if mark_of(day.kind)]

    @property
    def _tallies(self) -> list[timeline.Point]:
        words = key_words(day.kind for day in self._marked)
        return [
            timeline.Point(day.day, day.day, "", mark, "", words[mark], count=day.count)
            for day in self._marked
            if (mark := mark_of(day.kind))
        ]

    @cached_property
    def _notes(self) -> list[timeline.Note]:
        """A few events in words. One query."""
        chosen = worth_noting(self.within)
        named = {point.id: point for point in named_points(Event.objects.filter(pk__in=[day.one for day in chosen]))}
        notes = []
        for day in chosen:
            one = named[day.one]
            text = f"{note_of(day, curly(one.label))}, {short(day.day)}"
            url = one.url if day.count == 1 else self.link(day.day, day.day)
            if len(text) <= 60:
                notes.append(timeline.Note(day.day, text, url))
        return notes

    @property
    def key(self) -> list[tuple[str, str, int]]:
        """Which marks occur: slug, what each stands for, how many events."""
        if self.drawing is None:
            return []
        words = key_words(day.kind for day in self._marked)
        counts = self.drawing.statuses
        return [(status, words[status], counts[status]) for status in Status.values if status in counts]

    @property
    def is_vague(self) -> bool:
        """Whether an event is drawn whose day is not known."""
        return not all(day.is_exact for day in self._marked)

    @property
    def unmarked(self) -> int:
        """How many within the days bear no mark."""
        return sum(day.count for day in self.within if not mark_of(day.kind))

    @property
    def label(self) -> str:
        """The name of the picture."""
        marked = self.count - self.unmarked
        until = in_words(self.span.last, self.span.last)
        begin = f"from {in_words(self.span.first, self.span.first)} to {until}" if self.span.first else f"up to {until}"
        return f"Timeline of {marked:,} event{'' if marked == 1 else 's'} {begin}. The list below says the same."

    @property
    def figure_url(self) -> str:
        """The address of the Plotly figure of the same query."""
        return _with(reverse("timeline-figure"), query_string(self.query, {"page": []}))

    def link(self, first: date, last: date) -> str:
        """The timeline of the same query from one day to another."""
        bounded = {"from": [max(first, self.span.first or first).isoformat()], "to": [last.isoformat()], "page": []}
        return _with(reverse("timeline"), query_string(self.query, bounded))

    def figure(self) -> dict[str, Any]:
        """The Plotly figure: with each event's name where they are not too many; empty where they are not drawn."""
        if self.is_too_long:
            return {"data": [], "layout": {}}
        points: Sequence[timeline.Point] = self._tallies
        if self.count <= MOST_NAMED:
            kinds = [kind for kind in EventKind.values if mark_of(kind)]
            points = [one.on_axis(self.span) for one in named_points(self.events.filter(kind__in=kinds))]
        drawn = timeline.figure(points, self._notes, start=self._start, end=self.span.last, link=self.link)
        return drawn or {"data": [], "layout": {}}


@dataclass(frozen=True)
class Listed(Sequence[Event]):
    """The events of a timeline, to be cut into pages: which ones first, then all that is printed of these."""

    timeline: Timeline

    def __len__(self) -> int:
        return self.timeline.total

    def __getitem__(self, part: Any) -> Any:
        bare = self.timeline.events.select_related(None).prefetch_related(None)
        ids = list(bare.values_list("pk", flat=True)[part])
        found = {event.pk: event for event in chronicle.events(pk__in=ids)}
        return [found[pk] for pk in ids]


def _with(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _middle(span: Span) -> Func:
    """The day at which an event stands: the middle of the days on which it can have happened, of those asked for."""
    last: Func | F = Least("latest", Value(span.last, DateField())) if span.is_asked else F("latest")
    first: Func = Coalesce("earliest", last)
    if span.is_asked and span.first:
        first = Greatest(first, Value(span.first, DateField()))
    apart = Func(last, first, template="((%(expressions)s) / 2)", arg_joiner=" - ", output_field=IntegerField())
    return Func(first, apart, template="(%(expressions)s)", arg_joiner=" + ", output_field=DateField())


@dataclass(frozen=True)
class NamedPoint:
    """An event by itself: whom it is about, what happened, when, and its permalink."""

    id: int
    kind: str
    earliest: date | None
    latest: date
    label: str
    url: str

    def on_axis(self, span: Span) -> timeline.Point:
        """The same as the figure has it, its days cut to those asked for."""
        first, last = self.earliest or self.latest, self.latest
        if span.is_asked:
            last = min(last, span.last)
            first = min(max(first, span.first or first), last)
        return timeline.Point(
            first,
            last,
            curly(self.label),
            mark_of(self.kind),
            self.url,
            EventKind(self.kind).label,
            in_words(self.earliest, self.latest),
        )


_COLUMNS = (
    "pk",
    "kind",
    "earliest",
    "latest",
    "agreement__public_id",
    "agreement__agency__name",
    "agreement__agency__kind",
    "agency__name",
    "agency__slug",
    "agency__state__slug",
    "municipality__name",
    "municipality__slug",
    "municipality__main_county__slug",
    "municipality__state__slug",
    "county__full_name",
    "county__slug",
    "county__state__slug",
    "state__name",
    "state__slug",
    "town",
)


def named_points(events: QuerySet[Event]) -> list[NamedPoint]:
    """These events with names and addresses, as plain values: see `chronicle.event_subject`. One query."""
    served: QuerySet[Any] = Agency.municipalities.through.objects.filter(
        agency=OuterRef("agreement__agency")
    ).order_by()
    # The town that an agency serves, where it serves one.
    only = served.values("agency").annotate(towns=Count("pk"), town=Min("municipality__name")).filter(towns=1)
    bare = events.select_related(None).prefetch_related(None).order_by("latest", "pk")
    rows = bare.annotate(town=Subquery(only.values("town"))).values(*_COLUMNS)
    return [NamedPoint(row["pk"], row["kind"], row["earliest"], row["latest"], *_whose(row)) for row in rows]


def _whose(row: dict[str, Any]) -> tuple[str, str]:
    """Whom an event is about, and its permalink: see `addresses.event_url`."""
    if row["agreement__public_id"]:
        is_own = row["town"] and row["agreement__agency__kind"] in MUNICIPAL_KINDS
        name = row["town"] if is_own else row["agreement__agency__name"]
        page = reverse("agreement", args=[row["agreement__public_id"]])
    elif name := row["agency__name"]:
        page = reverse("agency", args=[row["agency__state__slug"], row["agency__slug"]])
    elif name := row["municipality__name"]:
        where = ("municipality__state__slug", "municipality__main_county__slug", "municipality__slug")
        page = reverse("municipality", args=[row[column] for column in where])
    elif name := row["county__full_name"]:
        page = reverse("county", args=[row["county__state__slug"], row["county__slug"]])
    else:
        name, page = row["state__name"], reverse("state", args=[row["state__slug"]])
    return name, f"{page}#e{row['pk']}"
