"""What every page of the record stands on: the day that it shows."""

from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.generic import TemplateView

from agreements import pages
from agreements.filters import Asked, asked_day
from agreements.meta import Meta, view_query
from agreements.models import Sheet
from agreements.models.sheet import IceList
from agreements.record import Record
from municipalities.models import State

EVENTS_SHOWN = 20


class RecordView(TemplateView):
    """A page of the record as of a day: `as_of` in the query, else the day on which the record ends; 503 without one.

    has_card: whether it has a share card of its own. parameters: those that make it another page, if it has no filter.
    """

    has_card = False
    parameters: tuple[str, ...] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if IceList.PARTICIPATING not in self.lists:
            return HttpResponse("The record is empty: load it first.", status=503, content_type="text/plain")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def lists(self) -> dict[str, Sheet]:
        """The newest sheet of each of ICE's lists, read once a page."""
        return pages.newest_lists()

    @cached_property
    def end(self) -> date:
        """The day on which the record ends: that of ICE's newest participating list."""
        return self.lists[IceList.PARTICIPATING].published_on

    @cached_property
    def begin(self) -> date:
        """The day on which the record begins: that of ICE's first participating list."""
        return self.lists[IceList.PARTICIPATING].record_begins

    @cached_property
    def asked(self) -> Asked:
        return asked_day(self.request.GET.get("as_of", ""), self.begin, self.end)

    def record(self, state: State | None = None) -> Record:
        return Record(self.asked.day, state.pk if state else None, self.end)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listing = kwargs.get("filter")
        names = listing.filters if listing and listing.is_valid() else self.parameters
        meta: Meta = kwargs.pop("meta", Meta())
        query = view_query(self.request.GET, names)
        return super().get_context_data(
            on=self.asked.day,
            trouble=self.asked.trouble,
            record_begin=self.begin,
            record_end=self.end,
            lists=self.lists,
            meta=meta.of_view(self.request.path, query, self.asked.day, self.end, self.has_card),
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        """400 where a filter's value or the day cannot be read: the page says which, and shows what it can."""
        is_filtered = "filter" not in context or context["filter"].is_valid()
        if self.asked.trouble == "unreadable" or not is_filtered:
            response_kwargs["status"] = 400
        return super().render_to_response(context, **response_kwargs)
