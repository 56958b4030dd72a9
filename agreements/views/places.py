"""The pages of states, counties and municipalities."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode

from agreements import addresses, chronicle, maps, pages, places, sources
from agreements.counties import county_words
from agreements.meta import Meta
from agreements.models import Check, Event
from agreements.record import IN_FORCE, Record
from agreements.sentences import Answer, county_answer, state_answer, statewide_sentence
from agreements.views.base import EVENTS_SHOWN, RecordView
from municipalities.models import County, Municipality, State

COUNTRY = ("United States", "/")


class StateView(RecordView):
    """A state: its counties, each with its count, its statewide agencies, and its laws and boards."""

    template_name = "agreements/state.html"
    has_card = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = get_object_or_404(State, slug=kwargs.pop("state"))
        record = self.record(state)
        list_url = _list_url(record, self.end, state=state.code)
        return super().get_context_data(state=state, list_url=list_url, **context_of_state(record, state), **kwargs)


def context_of_state(record: Record, state: State) -> dict[str, Any]:
    """What the page of a state shows."""
    rows = pages.place_rows(record, record.named().select_related("state", "main_county__state"))
    counties = pages.county_table(record, state)
    answer = answer_of_state(record, state, rows, counties)
    return {
        "answer": answer,
        "counties": counties,
        "county_words": county_words(state)[1],
        "beside": places.statewide_table(record),
        "meta": Meta(state.name, answer.text, (COUNTRY, (state.name, reverse("state", args=[state.slug])))),
        **chronicle.event_lists(chronicle.events(state=state), record.on),
        **maps.map_context(record, state, rows),
    }


def answer_of_state(
    record: Record, state: State, rows: Sequence[pages.PlaceRow], counties: Sequence[tuple[Any, ...]]
) -> Answer:
    """The state page's first sentences."""
    answer = state_answer(
        state.name,
        record.on,
        signed=sum(row.status in IN_FORCE for row in rows),
        total=state.municipalities.count(),
        counties_signed=sum(is_signed for *_, is_signed in counties),
        counties=len(counties),
        kinds=county_words(state),
    )
    statewide = statewide_sentence(places.statewide_signers(record))
    return replace(answer, more=(*answer.more, *filter(None, [statewide])))


class CountyView(RecordView):
    """A county: how many of its municipalities signed, who stands beside them, and all of them."""

    template_name = "agreements/county.html"
    has_card = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        county = get_object_or_404(
            County.objects.select_related("state"), state__slug=kwargs.pop("state"), slug=kwargs.pop("county")
        )
        record = self.record(county.state)
        list_url = _list_url(record, self.end, county=county.geoid)
        return super().get_context_data(county=county, list_url=list_url, **context_of_county(record, county), **kwargs)


def context_of_county(record: Record, county: County) -> dict[str, Any]:
    """What the page of a county shows."""
    rows = pages.place_rows(record, county.municipalities.select_related("state", "main_county__state"))
    beside = places.beside_table(record, [county.pk])
    answer = answer_of_county(record, county, rows, beside)
    found = chronicle.county_lists(county, record.on, EVENTS_SHOWN)
    return {
        "answer": answer,
        "rows": places.with_notes(rows, found["being_checked"], record.on),
        "beside": beside,
        "meta": Meta(f"{county.full_name}, {county.state.name}", answer.text, crumbs_of(county)),
        **found,
        **maps.map_context(record, county.state, rows, focus=county),
    }


def answer_of_county(record: Record, county: County, rows: Sequence[pages.PlaceRow], beside: places.Table) -> Answer:
    """The county page's first sentences."""
    return county_answer(
        county.full_name,
        record.on,
        signed=sum(row.status in IN_FORCE for row in rows),
        total=len(rows),
        unsettled=pages.unsettled(rows),
        signers=places.county_signers(beside.rows),
    )


class MunicipalityView(RecordView):
    """A municipality: where it stands in one sentence, its events, and the county agencies that reach into it."""

    template_name = "agreements/municipality.html"
    has_card = True
    municipality: Municipality

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = Municipality.objects.select_related("state", "main_county__state").prefetch_related("counties__state")
        where = {"state__slug": kwargs["state"], "slug": kwargs["municipality"]}
        place = found.filter(main_county__slug=kwargs["county"], **where).first()
        if place is None:
            # A city in two counties lives under its main one; the other's address leads there.
            place = get_object_or_404(found.filter(counties__slug=kwargs["county"], **where).distinct())
            return HttpResponsePermanentRedirect(addresses.place_url(place))
        self.municipality = place
        return super().get(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place = self.municipality
        record = self.record(place.state)
        beside_url = _list_url(record, self.end, county=place.main_county.geoid)
        return super().get_context_data(beside_url=beside_url, **context_of_municipality(record, place), **kwargs)


def context_of_municipality(record: Record, place: Municipality) -> dict[str, Any]:
    """What the page of a municipality shows."""
    stands = places.stands_of(record, place)
    # The check that the sentence speaks of, so that both say one day.
    day = stands.place.checked_on
    checks = place.checks.filter(covers_from__lte=record.on).select_related("source")
    check = checks.filter(day=day).first() if day else None
    found = chronicle.event_lists(chronicle.events_of_place(place), record.on)
    sentences = stands.sentences(record.on, found["events"])
    return {
        "municipality": place,
        "row": pages.PlaceRow(place, stands.place),
        "stands": stands,
        "sentences": sentences,
        "check": check,
        "maybe": places.may_have_happened(found["events"], record.on),
        "meta": Meta(f"{place.name}, {place.state.name}", " ".join(sentences), crumbs_of(place)),
        **sourced(found, check),
        **found,
    }


def sourced(found: dict[str, Any], check: Check | None = None) -> dict[str, Any]:
    """The numbered sources of a page's events, and where they differ."""
    events: list[Event] = [*found["being_checked"], *found["events"]]
    numbered = sources.number_sources(events, *([check.source] if check else []))
    return {"sources": numbered, "differences": sources.differences(events, numbered)}


def crumbs_of(place: County | Municipality) -> tuple[tuple[str, str], ...]:
    """The way from the country to a county or a municipality; one in two counties has both above it."""
    state = (place.state.name, reverse("state", args=[place.state.slug]))
    if isinstance(place, County):
        return (COUNTRY, state, (place.full_name, addresses.county_url(place)))
    main = sorted(place.counties.all(), key=lambda county: county.pk != place.main_county_id)
    counties = [(county.full_name, addresses.county_url(county)) for county in main]
    return (COUNTRY, state, *counties, (place.name, addresses.place_url(place)))


def _list_url(record: Record, end: Any, **where: str) -> str:
    """The list of agreements of a place, on the same day."""
    day = {} if record.on == end else {"as_of": record.on.isoformat()}
    return f"{reverse('agreements')}?{urlencode({**where, **day})}"
