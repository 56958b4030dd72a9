"""Paths of pages, quickly: a map or a list prints hundreds of them, and a page is no slower for its links."""

from functools import cache

from django.urls import get_script_prefix, reverse


def path_to(name: str, *parts: str) -> str:
    """The path of a named page with these parts (slugs or public ids), as `reverse` gives it."""
    return _pattern(name, len(parts), get_script_prefix()).format(*parts)


@cache
def _pattern(name: str, count: int, prefix: str) -> str:
    marks = [f"part-{number}-" for number in range(count)]
    path = reverse(name, args=marks).replace("{", "{{").replace("}", "}}")
    for number, mark in enumerate(marks):
        path = path.replace(mark, f"{{{number}}}")
    return path
