"""The look-up."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from agreements.finding import Looked, look_up
from agreements.meta import Meta
from agreements.views.base import RecordView


class FindView(RecordView):
    """The look-up: a place's own page where the words are one place's name, else the places that they may mean."""

    template_name = "agreements/find.html"
    parameters = ("q",)

    @cached_property
    def words(self) -> str:
        return " ".join(self.request.GET.get("q", "").replace("\0", " ").split())

    @cached_property
    def looked(self) -> Looked:
        return look_up(self.words, self.record())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs) if self.words else redirect("home")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        meta = Meta(title="Find a city or county", is_indexed=False)
        return super().get_context_data(words=self.words, looked=self.looked, meta=meta, **kwargs)

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        if self.looked.url:
            day = f"?as_of={self.asked.day}" if self.asked.day != self.end else ""
            return redirect(f"{self.looked.url}{day}")
        return super().render_to_response(context, **response_kwargs)
