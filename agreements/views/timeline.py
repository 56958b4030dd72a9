"""The timeline: its page, and its figure as data."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from agreements.chronicle import NARROWING, events_shown
from agreements.filters import AgreementFilter
from agreements.listing import PAGE_SIZE
from agreements.meta import Meta
from agreements.queries import page_number, query_string
from agreements.timeline_words import Found, answer
from agreements.timelines import MOST_DRAWN, Span, Timeline
from agreements.views.base import RecordView


class TimelineMixin(RecordView):
    """The timeline that a query asks for: of a state or a county, else of the country."""

    def listing(self) -> AgreementFilter:
        return AgreementFilter(self.request.GET, record=self.record())

    def timeline(self, listing: AgreementFilter, without: frozenset[str] = frozenset()) -> Timeline:
        asked = asked_of(listing)
        span = Span.of(self.asked.day, asked.get("from"), asked.get("to"))
        return Timeline(events_shown(listing, None, self.asked.day, without), span, self.request.GET)


class TimelineView(TimelineMixin):
    """The happenings of a place by the day on which they happened, drawn and listed, fifty a page."""

    template_name = "agreements/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listing, number = self.listing(), self.request.GET.get("page", "")
        told = self.timeline(listing)
        page = Paginator(told.listed, PAGE_SIZE).get_page(page_number(number))
        return super().get_context_data(
            filter=listing,
            is_filtered=bool(listing.applied()),
            timeline=told,
            events=page,
            page=page,
            page_missing=number[:20] if number not in {"", str(page.number)} else "",
            nearest=[] if told.total else self.nearest(asked_of(listing)),
            **(self.words(listing, told) | kwargs),
        )

    def words(self, listing: AgreementFilter, told: Timeline) -> dict[str, Any]:
        """The first sentence, the place that it names, and the page's head."""
        asked = asked_of(listing)
        place = place_of(asked)
        of = self.timeline(listing, NARROWING).count if any(asked.get(name) for name in NARROWING) else None
        said = answer(found(told, place, of))
        meta = Meta(f"What happened, and when: {place}", f"{said.before} {said.count} {said.rest}")
        return {"place": place, "answer": said, "meta": meta}

    def nearest(self, asked: dict[str, Any]) -> list[tuple[str, str, int]]:
        """Other views that have events, the nearest first: words, address, how many events."""
        views: list[tuple[str, str, int]] = []
        for words, names in WIDER:
            query = self.request.GET.copy()
            for name in [*names, "page"]:
                query.pop(name, None)
            count = 0
            if any(asked.get(name) for name in names):
                count = events_shown(AgreementFilter(query, record=self.record()), None, self.asked.day).count()
            if count > (views[-1][2] if views else 0):
                views.append((words, f"{reverse('timeline')}?{query_string(query)}".rstrip("?"), count))
        return views


#: What an empty timeline offers instead: in words, and the filters that it does without.
WIDER: Sequence[tuple[str, tuple[str, ...]]] = (
    ("on other days", ("from", "to")),
    ("of any status, program and name", ("status", "program", "q")),
    ("on all days, of any status, program and name", ("from", "to", "status", "program", "q")),
    ("in the whole country", ("state", "county")),
    ("in the whole record", ("from", "to", "status", "program", "q", "state", "county")),
)


def asked_of(listing: AgreementFilter) -> dict[str, Any]:
    """What the query asks for; nothing where it cannot be read."""
    return listing.values


def place_of(asked: dict[str, Any]) -> str:
    """The place that is asked for, as it follows "in"."""
    county, state = asked.get("county"), asked.get("state")
    if county:
        return f"{county.full_name}, {county.state.name}"
    if state:
        return "the District of Columbia" if state.code == "DC" else str(state.name)
    return "the United States"


def found(told: Timeline, place: str, of: int | None) -> Found:
    more_than = MOST_DRAWN if told.is_too_long else 0
    return Found(place, told.span.first, told.span.last, told.count, told.agencies, of, told.older, more_than)


class TimelineFigureView(TimelineMixin):
    """The Plotly figure of the same query as JSON: {"data", "layout"}; 400 with {"errors"} where it cannot be read."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        listing = self.listing()
        errors = {} if listing.is_valid() else listing.form.errors.get_json_data()
        if self.asked.trouble == "unreadable":
            errors["as_of"] = [{"message": "Give the day as 2025-03-07.", "code": "invalid"}]
        if errors:
            return JsonResponse({"errors": errors}, status=400)
        compact = {"separators": (",", ":"), "ensure_ascii": False}
        return JsonResponse(self.timeline(listing).figure(), json_dumps_params=compact)
