"""The public pages."""

from datetime import date
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView

from agreements import addresses, chronicle, pages
from agreements.filters import FIRST_STATE, AgreementFilter, Asked, asked_day
from agreements.ice.holds import Limits
from agreements.kinds import MUNICIPAL_KINDS, Status
from agreements.models import Agency, Agreement
from agreements.printed import Printed
from agreements.record import IN_FORCE, Record, attach_standings, record_end
from agreements.status import RULES
from municipalities import lookup
from municipalities.models import County, Municipality, State

PAGE_SIZE = 50
EVENTS_SHOWN = 20


class RecordView(TemplateView):
    """A page of the record as of a day: `as_of` in the query, else the day on which the record ends."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if record_end() is None:
            return HttpResponse("The record is empty: load it first.", status=503, content_type="text/plain")
        return super().get(request, *args, **kwargs)

    @cached_property
    def end(self) -> date:
        end = record_end()
        if end is None:
            raise Http404("The record is empty.")
        return end

    @cached_property
    def asked(self) -> Asked:
        return asked_day(self.request.GET.get("as_of", ""), self.end)

    def record(self, state: State | None = None) -> Record:
        return Record(self.asked.day, state.pk if state else None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            on=self.asked.day, trouble=self.asked.trouble, record_end=self.end, lists=pages.newest_lists(), **kwargs
        )

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        """400 where a filter's value or the day cannot be read: the page says which, and shows what it can."""
        is_filtered = "filter" not in context or context["filter"].is_valid()
        if self.asked.trouble == "unreadable" or not is_filtered:
            response_kwargs["status"] = 400
        return super().render_to_response(context, **response_kwargs)


class HomeView(RecordView):
    """Where the country stands, then one state's map, timeline and list. Florida's first: the record began there."""

    template_name = "agreements/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET.copy()
        if not query.get("state") and not query.get("county"):
            query["state"] = FIRST_STATE
        record = self.record()
        listing = AgreementFilter(query, record=record)
        state = State.objects.get(code=listing.chosen_state())
        places = Municipality.objects.filter(pk__in=record.agreements_by_municipality, state=state)
        rows = pages.place_rows(record, places.select_related("state", "main_county__state"))
        shown = listing.qs if listing.is_valid() else Agreement.objects.filter(agency__state=state)
        events = chronicle.events_shown(listing, state, record.on)
        return super().get_context_data(
            state=state,
            is_filtered=bool(set(self.request.GET) & set(listing.filters)),
            counts=national_counts(record),
            filter=listing,
            key=pages.status_key(rows),
            events=events[:EVENTS_SHOWN],
            event_count=events.count(),
            **agreement_rows(shown, record, self.request.GET.get("page")),
            **pages.map_context(record, state, rows),
            **chronicle.timeline_context(events, record.on),
            **kwargs,
        )


def national_counts(record: Record) -> dict[str, int]:
    """What the home page can stand behind: cities of cities, counties of counties, states of states."""
    signed = Municipality.objects.filter(pk__in=record.places_with(*IN_FORCE), is_subdivision=False)
    townships = Municipality.objects.filter(pk__in=record.places_with(*IN_FORCE), is_subdivision=True)
    in_force = [one for one in record.agreements if one.standing.status in IN_FORCE]
    return {
        "cities_signed": signed.count(),
        "cities": Municipality.objects.filter(is_subdivision=False).count(),
        "townships_signed": townships.count(),
        "townships": Municipality.objects.filter(is_subdivision=True).count(),
        "counties_signed": len(record.counties_with(*IN_FORCE)),
        "counties": County.objects.filter(is_current=True).count(),
        "states": len({one.agency.state_id for one in in_force}),
        "agreements": len(in_force),
    }


def agreement_rows(queryset: Any, record: Record, page: str | None) -> dict[str, Any]:
    """One page of a list of agreements, the municipal ones first, with their standings from the record."""
    standings = {one.pk: one.standing for one in record.agreements}
    listed = sorted(
        queryset.filter(pk__in=standings).values_list("pk", "agency__kind", "agency__state__name", "agency__name"),
        key=lambda row: (row[1] not in MUNICIPAL_KINDS, row[2], row[3]),
    )
    shown = Paginator([row[0] for row in listed], PAGE_SIZE).get_page(page)
    found = {one.pk: one for one in pages.as_rows(list(Agreement.objects.with_places().filter(pk__in=shown)))}
    rows = [found[pk] for pk in shown]
    for row in rows:
        row.standing = standings[row.pk]
    return {
        "page": shown,
        "rows": rows,
        "municipal_count": sum(row[1] in MUNICIPAL_KINDS for row in listed),
        "total": len(listed),
    }


class AgreementListView(RecordView):
    """Every agreement that the filter lets through, the municipalities' first, fifty a page."""

    template_name = "agreements/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record = self.record()
        listing = AgreementFilter(self.request.GET, record=record)
        # With a value that cannot be read, the results stay those of no filter, and the page says so.
        shown = listing.qs if listing.is_valid() else Agreement.objects.all()
        rows = agreement_rows(shown, record, self.request.GET.get("page"))
        return super().get_context_data(filter=listing, is_filtered=bool(listing.applied()), **rows, **kwargs)


class TimelineView(RecordView):
    """Every published event of a state, by the day on which it happened."""

    template_name = "agreements/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listing = AgreementFilter(self.request.GET, record=self.record())
        state = State.objects.get(code=listing.chosen_state())
        events = chronicle.events_shown(listing, state, self.asked.day)
        page = Paginator(events, PAGE_SIZE).get_page(self.request.GET.get("page"))
        timeline = chronicle.timeline_context(events, self.asked.day)
        return super().get_context_data(
            filter=listing,
            is_filtered=bool(listing.applied()),
            state=state,
            events=page,
            page=page,
            **timeline,
            **kwargs,
        )


class StateView(RecordView):
    """A state: its counties, each with its count, its statewide agencies, and its laws and boards."""

    template_name = "agreements/state.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = get_object_or_404(State, slug=kwargs.pop("state"))
        record = self.record(state)
        named = Municipality.objects.filter(pk__in=record.agreements_by_municipality, state=state)
        rows = pages.place_rows(record, named.select_related("state", "main_county__state"))
        total = state.municipalities.count()
        return super().get_context_data(
            state=state,
            total=total,
            signed=sum(row.status in IN_FORCE for row in rows),
            key=pages.status_key(rows),
            counties=pages.county_table(record, state),
            beside=pages.as_rows(list(record.statewide())),
            **chronicle.event_lists(chronicle.events(state=state), record.on),
            **pages.map_context(record, state, rows),
            **kwargs,
        )


class CountyView(RecordView):
    """A county: how many of its municipalities signed, who stands beside them, and all of them."""

    template_name = "agreements/county.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        county = get_object_or_404(
            County.objects.select_related("state"), state__slug=kwargs.pop("state"), slug=kwargs.pop("county")
        )
        record = self.record(county.state)
        rows = pages.place_rows(record, county.municipalities.select_related("state", "main_county__state"))
        found = chronicle.event_lists(chronicle.events_of_county(county), record.on)
        return super().get_context_data(
            county=county,
            rows=rows,
            signed=[row for row in rows if row.status in IN_FORCE],
            unsettled=pages.unsettled(rows),
            key=pages.status_key(rows),
            beside=pages.as_rows(list(record.beside(county.pk))),
            events=found["events"][:EVENTS_SHOWN],
            event_count=sum(event.latest is not None for event in found["events"]),
            being_checked=found["being_checked"],
            **pages.map_context(record, county.state, rows, focus=county),
            **kwargs,
        )


class MunicipalityView(RecordView):
    """A municipality: where it stands in one sentence, its events, and the county agencies that reach into it."""

    template_name = "agreements/municipality.html"
    municipality: Municipality

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        places = Municipality.objects.select_related("state", "main_county__state").prefetch_related("counties__state")
        where = {"state__slug": kwargs["state"], "slug": kwargs["municipality"]}
        found = places.filter(main_county__slug=kwargs["county"], **where).first()
        if found is None:
            # A city in two counties lives under its main one; the other's address leads there.
            found = get_object_or_404(places.filter(counties__slug=kwargs["county"], **where).distinct())
            return HttpResponsePermanentRedirect(addresses.place_url(found))
        self.municipality = found
        return super().get(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place = self.municipality
        record = self.record(place.state)
        own = record.agreements_by_municipality.get(place.pk, [])
        beside = [one for county in place.counties.all() for one in record.beside(county.pk) if one not in own]
        return super().get_context_data(
            municipality=place,
            row=pages.PlaceRow(place, record.place(place.pk)),
            on_lists=pages.on_lists(place, record.on),
            agreements=pages.as_rows(own),
            agencies=place.agencies.standing_alone().select_related("state").prefetch_related("aliases"),
            beside=pages.as_rows(list(dict.fromkeys(beside))),
            sheriff=pages.sheriff_in_force(place, beside),
            checks=place.checks.filter(covers_from__lte=record.on).select_related("source"),
            **chronicle.event_lists(chronicle.events_of_place(place), record.on),
            **kwargs,
        )


class AgencyView(RecordView):
    """One agency and all its agreements. The address of one merged into another leads to that one."""

    template_name = "agreements/agency.html"
    agency: Agency

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        agencies = Agency.objects.select_related("state", "merged_into__state").prefetch_related(
            "municipalities__main_county__state", "municipalities__state", "counties__state", "aliases"
        )
        self.agency = get_object_or_404(agencies, state__slug=kwargs["state"], slug=kwargs["agency"])
        if self.agency.merged_into:
            return HttpResponsePermanentRedirect(self.agency.merged_into.get_absolute_url())
        return super().get(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        agreements = Agreement.objects.standing_alone().with_places().filter(agency=self.agency)
        return super().get_context_data(
            agency=self.agency,
            agreements=pages.as_rows(agreements.with_status(self.asked.day)),
            **chronicle.event_lists(chronicle.events().filter(agency=self.agency), self.asked.day),
            **kwargs,
        )


class AgreementView(RecordView):
    """One agreement: where it stands, its events with their sources, and what ICE printed."""

    template_name = "agreements/agreement.html"
    agreement: Agreement

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        agreements = Agreement.objects.with_places().select_related("merged_into")
        self.agreement = get_object_or_404(agreements, public_id=kwargs["public_id"])
        if self.agreement.merged_into:
            return HttpResponsePermanentRedirect(self.agreement.merged_into.get_absolute_url())
        return super().get(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        [agreement] = pages.as_rows(attach_standings([self.agreement], self.asked.day))
        return super().get_context_data(
            agreement=agreement,
            agency=agreement.agency,
            printed=Printed(agreement.listings.all(), self.asked.day),
            others=agreement.agency.agreements.standing_alone().exclude(pk=agreement.pk),
            **chronicle.event_lists(chronicle.events(agreement=agreement), self.asked.day),
            **kwargs,
        )


class MethodologyView(RecordView):
    """How a status is decided: the table of rules itself, read from the code."""

    template_name = "agreements/methodology.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            rules=pages.rule_rows(RULES),
            statuses=[(status.value, status.label, pages.STATUS_MEANINGS[status]) for status in Status],
            unplaced=pages.unplaced(),
            limits=Limits(),
            hold_percent=round(100 * Limits().hold_share),
            **kwargs,
        )


class FindView(TemplateView):
    """The look-up: a place's own page where the words are one place's name, else the places that they may mean."""

    template_name = "agreements/find.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        words = request.GET.get("q", "").strip()
        if not words:
            return redirect("home")
        found = [(one, addresses.url_of(one.place)) for one in lookup.find(words)]
        exact = [url for one, url in found if one.is_exact]
        if len(exact) == 1:
            return redirect(exact[0])
        return self.render_to_response({"words": words, "found": found, "is_exact": bool(exact)})


def healthz(request: HttpRequest) -> HttpResponse:
    """200 where the database answers; an error is the server's 500, which a health check reads as down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})
