"""The home page."""

from typing import Any

from agreements import chronicle, maps, pages, places
from agreements.counts import national
from agreements.filters import AgreementFilter
from agreements.listing import agreement_rows
from agreements.meta import Meta
from agreements.models import Sheet
from agreements.sentences import Answer, country_answer
from agreements.timelines import Span, Timeline
from agreements.views.base import RecordView
from agreements.views.places import answer_of_county, answer_of_state
from municipalities.models import State

EVENTS_SHOWN = 6
ROWS_SHOWN = 14
SHEETS_SHOWN = 4


class HomeView(RecordView):
    """Where the country stands, or the state or county that the query asks for: sentence, map, timeline and list."""

    template_name = "agreements/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, query = self.record(), self.request.GET
        listing = AgreementFilter(query, record=record)
        scene = maps.scene_of(listing)
        found = agreement_rows(listing, 1, "-since", ROWS_SHOWN)
        told = timeline_of(listing, record.on)
        answered = answer_of(scene)
        return super().get_context_data(
            filter=listing,
            is_filtered=maps.is_narrowed(query),
            timeline=told,
            events=told.listed[:EVENTS_SHOWN],
            newest_sheets=Sheet.objects.that_count().only("list", "order", "published_on", "rows")[:SHEETS_SHOWN],
            meta=meta_of(scene, answered),
            **answered,
            **maps.scene_context(scene, query),
            **(found | kwargs),
        )


def answer_of(scene: maps.Scene) -> dict[str, Any]:
    """What the first sentences say of the country, a state or a county; counts: those of the country alone."""
    record, state, county = scene.record, scene.area.state, scene.area.county
    if state is None:
        counts = national(record)
        return {"counts": counts, "answer": country_answer(record.on, counts, State.objects.count())}
    answer: Answer
    if county:
        rows = pages.place_rows(record, county.municipalities.select_related("state", "main_county__state"))
        answer = answer_of_county(record, county, rows, places.beside_table(record, [county.pk]))
    else:
        rows = pages.place_rows(record, record.named().select_related("state", "main_county__state"))
        answer = answer_of_state(record, state, rows, pages.county_table(record, state))
    return {"answer": answer}


def meta_of(scene: maps.Scene, answered: dict[str, Any]) -> Meta:
    """The head: of the country with its data set, or of the state or county, described by its answer."""
    heading = "Which cities and counties have signed agreements with ICE"
    place = scene.area.county or scene.area.state
    return Meta(f"{heading}: {place}", answered["answer"].text) if place else Meta(heading, is_dataset=True)


def timeline_of(listing: AgreementFilter, on: Any) -> Timeline:
    """The happenings that pass the filter, by the day on which they happened."""
    asked = listing.values
    span = Span.of(on, asked.get("from"), asked.get("to"))
    return Timeline(chronicle.events_shown(listing, None, on), span, listing.data)
