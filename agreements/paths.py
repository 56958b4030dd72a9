"""Paths of pages, quickly: a map or a list prints hundreds of them, and a page is no slower for its links."""

from collections.abc import Callable
from functools import cache

from django.urls import get_script_prefix, reverse
from django.urls.converters import StringConverter


class PublicId(StringConverter):
    """The public id of an agreement in a path: no other text can be one, so none reaches the database."""

    regex = "A[0-9]{4,11}"


def path_to(name: str, *parts: str) -> str:
    """The path of a named page with these parts (slugs or public ids), as `reverse` gives it."""
    return paths_to(name, len(parts))(*parts)


def paths_to(name: str, count: int) -> Callable[..., str]:
    """The same for many pages of one name, of so many parts: what it returns is called with the parts of each."""
    return _pattern(name, count, get_script_prefix()).format


@cache
def _pattern(name: str, count: int, prefix: str) -> str:
    # Each can stand for a slug and for a public id, and no address has one in it.
    marks = [f"A{number:010}" for number in range(count)]
    path = reverse(name, args=marks).replace("{", "{{").replace("}", "}}")
    for number, mark in enumerate(marks):
        path = path.replace(mark, f"{{{number}}}")
    return path
