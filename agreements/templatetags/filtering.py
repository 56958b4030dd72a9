"""Template tags of filters and lists: the fields of a form, the heads of a sorted table, the links between pages."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms, template
from django.core.paginator import Page
from django.http import HttpRequest

from agreements.formfields import FieldLook, looks
from agreements.queries import address

register = template.Library()

#: The heads of a table of agreements, by the order that they ask for; the first click on a day asks for the newest.
_HEADS = {"agency": "Agency", "status": "Status", "since": "Since", "place": "Place", "program": "Program"}
_FIRST = {"since": "-since"}


@register.simple_tag
def form_fields(form: forms.Form) -> Iterator[FieldLook]:
    """The fields of a form as a page shows them."""
    return looks(form)


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], *dropped: str) -> str:
    """The address of this view without these parameters."""
    request: HttpRequest = context["request"]
    return address(request.path, request.GET, {name: [] for name in dropped})


class Head(NamedTuple):
    """A column's head: its word, where a click leads, and how the column is sorted now ("" if it is not)."""

    label: str
    url: str
    sorted: str

    @property
    def arrow(self) -> str:
        return {"ascending": "↑", "descending": "↓"}.get(self.sorted, "")


@register.simple_tag
def plain_heads() -> list[Head]:
    """The same for a table that cannot be sorted."""
    return [Head(label, "", "") for label in _HEADS.values()]


@register.simple_tag(takes_context=True)
def sort_heads(context: dict[str, Any]) -> list[Head]:
    """The heads of a table of agreements; a click on one that is sorted turns it round. The pages begin anew."""
    request: HttpRequest = context["request"]
    now = context.get("sort", "")
    heads = []
    for name, label in _HEADS.items():
        turned = name if now == f"-{name}" else f"-{name}" if now == name else _FIRST.get(name, name)
        url = address(request.path, request.GET, {"sort": [turned], "page": []})
        heads.append(Head(label, url, {name: "ascending", f"-{name}": "descending"}.get(now, "")))
    return heads


class PageLinks(NamedTuple):
    """Where the pages of a list lead: "" where there is no such page."""

    first: str
    previous: str
    next: str
    last: str


@register.simple_tag(takes_context=True)
def page_links(context: dict[str, Any], page: "Page[Any]") -> PageLinks:
    request: HttpRequest = context["request"]
    last = page.paginator.num_pages

    def to(number: int) -> str:
        # The first page is the list itself: it has no second address.
        return address(request.path, request.GET, {"page": [str(number)] if number > 1 else []})

    back, on = page.number > 1, page.number < last
    return PageLinks(
        to(1) if page.number > 2 else "",
        to(page.number - 1) if back else "",
        to(page.number + 1) if on else "",
        to(last) if page.number < last - 1 else "",
    )
