"""The map as a Plotly figure, fetched by the page's script where the drawing nears the screen."""

from typing import Any

from django.http import HttpResponse, JsonResponse

from agreements import maps
from agreements.filters import AgreementFilter
from agreements.views.base import RecordView


class MapFigureView(RecordView):
    """The figure of the map that the same query shows on the home page: data and layout as JSON; 400 with the errors.

    A state or county without outlines has no figure: 404.
    """

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        return JsonResponse(context["figure"], status=context["status"], json_dumps_params={"separators": (",", ":")})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listing = AgreementFilter(self.request.GET, record=self.record())
        errors = {} if listing.is_valid() else {name: list(words) for name, words in listing.errors.items()}
        if self.asked.trouble == "unreadable":
            errors["as_of"] = ["This is not a day: give it as 2025-03-07."]
        if errors:
            return {"status": 400, "figure": {"errors": errors}}
        figure = maps.map_figure(maps.scene_of(listing))
        return {"status": 200, "figure": figure} if figure else {"status": 404, "figure": {"errors": {}}}
