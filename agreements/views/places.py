"""The pages of states, counties and municipalities."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404

from agreements import addresses, chronicle, pages
from agreements.record import IN_FORCE
from agreements.views.base import EVENTS_SHOWN, RecordView
from municipalities.models import County, Municipality, State


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
