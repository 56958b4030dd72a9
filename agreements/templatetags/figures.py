"""Template tags of the figures."""

from collections.abc import Iterable

from django import template

from agreements.figures.map import RAMP
from agreements.figures.marks import MARKS, StatusMark

register = template.Library()


@register.simple_tag
def status_marks() -> Iterable[StatusMark]:
    """Every status mark, to be defined once a page and used by reference."""
    return MARKS.values()


@register.simple_tag
def ramp_classes() -> list[tuple[str, str]]:
    """The classes of shading on the map: CSS class and words."""
    return [(f"r{i}", words) for i, words in enumerate(RAMP)]
