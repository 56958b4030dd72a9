"""Query strings of the pages' own links: one order of parameters and no empty ones, so that a view has one address."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.http import QueryDict

#: The order of the filter's form, so that a form and a link write the same address. Parameters of other pages follow.
ORDER = ("state", "county", "status", "program", "from", "to", "q", "as_of", "sort", "page")


def query_string(asked: QueryDict, changed: Mapping[str, Sequence[str]] | None = None) -> str:
    """The query with these parameters changed, an empty sequence to drop one. "" where nothing is left."""
    values = {**dict(asked.lists()), **(changed or {})}
    names = sorted(values, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    return urlencode([(name, value) for name in names for value in values[name] if value])


def address(path: str, asked: QueryDict, changed: Mapping[str, Sequence[str]] | None = None) -> str:
    """The address of a view of the page at `path`, for a link on that page: "?state=FL", else the path itself."""
    query = query_string(asked, changed)
    return f"?{query}" if query else path
