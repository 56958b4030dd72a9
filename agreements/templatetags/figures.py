"""Template tags of the figures."""

from typing import Any

from django import template
from django.urls import reverse

from agreements.figures.picture import RAMP
from agreements.queries import query_string

register = template.Library()


@register.simple_tag
def ramp_classes() -> list[tuple[str, str]]:
    """The classes of shading on the map: CSS class and words."""
    return [(f"r{i}", words) for i, words in enumerate(RAMP)]


@register.simple_tag(takes_context=True)
def newest_url(context: dict[str, Any]) -> str:
    """The address of this view on the day on which the record ends."""
    request = context["request"]
    return _address(request.path, query_string(request.GET, {"as_of": [], "page": []}))


@register.simple_tag(takes_context=True)
def here_at(context: dict[str, Any], name: str) -> str:
    """The address of another page with the filters and the day of this one."""
    return _address(reverse(name), query_string(context["request"].GET, {"sort": [], "page": []}))


def _address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
