"""Template tags of the record: dates and marks, in the words of the record."""

from datetime import date
from html import escape

from django import template
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from agreements import addresses, chronicle, dates, happenings
from agreements.kinds import STATUS_MEANINGS
from agreements.models import Event
from agreements.status import Fact
from municipalities.models import County, Municipality

register = template.Library()


@register.filter
def day(value: date) -> str:
    """A calendar day in the US style."""
    return dates.day_in_words(value)


@register.filter
def as_printed(text: str) -> SafeString:
    """What ICE printed, with its own apostrophes: written so that the page's typesetting leaves them."""
    return mark_safe(escape(text).replace("&#x27;", "&#39;"))


@register.filter
def when(fact: Fact) -> str:
    """When a deciding event happened, with what is not known of it."""
    return dates.in_words(fact.earliest, fact.latest)


@register.filter
def machine_date(fact: Fact) -> str:
    """The same for <time datetime>; "" where HTML has no form for it."""
    return dates.machine_date(fact.earliest, fact.latest)


@register.filter
def mark(event: Event) -> str:
    """The slug of the mark that stands for an event; "" where none does."""
    return happenings.mark_of(event.kind)


@register.filter
def subject(event: Event) -> str:
    """Whom an event is about."""
    return chronicle.event_subject(event)


@register.filter
def permalink(event: Event) -> str:
    return addresses.event_url(event)


@register.filter
def url(place: Municipality | County) -> str:
    """The page of a municipality or county."""
    return addresses.url_of(place)


@register.filter
def place_name(place: Municipality | County) -> str:
    """A place as a list names it: Hialeah, but Indian River County."""
    return place.full_name if isinstance(place, County) else place.name


@register.filter
def meaning(status: str) -> str:
    return STATUS_MEANINGS[status]


@register.simple_tag
def without(query: QueryDict, *names: str) -> str:
    """The query string without these parameters, ready to have one added."""
    rest = query.copy()
    for name in names:
        rest.pop(name, None)
    return f"{rest.urlencode()}&" if rest else ""
