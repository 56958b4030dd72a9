"""The home page."""

from typing import Any

from agreements import chronicle, pages
from agreements.filters import FIRST_STATE, AgreementFilter
from agreements.listing import agreement_rows
from agreements.models import Agreement
from agreements.record import IN_FORCE, Record
from agreements.views.base import EVENTS_SHOWN, RecordView
from municipalities.models import County, Municipality, State


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
