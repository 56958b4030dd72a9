"""The look-up."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView

from agreements import addresses
from municipalities import lookup


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
