"""The timeline."""

from typing import Any

from django.core.paginator import Paginator

from agreements import chronicle
from agreements.filters import AgreementFilter
from agreements.listing import PAGE_SIZE
from agreements.views.base import RecordView
from municipalities.models import State


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
