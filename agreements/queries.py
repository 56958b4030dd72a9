"""Query strings of the pages' own links: one order of parameters and no empty ones, so that a view has one address."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.http import QueryDict

#: The order of the filter's form, so that a form and a link write the same address; what else there is stands between.
FIRST = ("state", "county", "status", "program", "from", "to", "q")
LAST = ("as_of", "sort", "page")

#: No list has so many pages; Python refuses to read a number of thousands of digits.
_LONGEST_NUMBER = 9


def query_string(asked: QueryDict, changed: Mapping[str, Sequence[str]] | None = None) -> str:
    """The query with these parameters changed, an empty sequence to drop one. "" where nothing is left."""
    values = {**dict(asked.lists()), **(changed or {})}
    others = [name for name in values if name not in FIRST and name not in LAST]
    names = [name for name in (*FIRST, *others, *LAST) if name in values]
    return urlencode([(name, value) for name in names for value in values[name] if value])


def address(path: str, asked: QueryDict, changed: Mapping[str, Sequence[str]] | None = None) -> str:
    """The address of a view of the page at `path`, for a link on that page: "?state=FL", else the path itself."""
    query = query_string(asked, changed)
    return f"?{query}" if query else path


def page_number(text: str) -> int:
    """The number of the page that is asked for, from 1 on; the first where the text is no number."""
    is_number = text.isascii() and text.isdigit()
    return max(1, int(text[:_LONGEST_NUMBER])) if is_number else 1
