"""Template filters of the lists of events: dates in two lines, sources by their short names, what sources differ on."""

from django import template

from agreements.models import Event, Source
from agreements.models.source import SourceKind
from agreements.sources import DIFFERS_ON

register = template.Library()

#: Sources that are called by what they are; others by who publishes them.
_KINDS = {
    SourceKind.ICE_LIST: "ICE list",
    SourceKind.MEMORANDUM: "Signed memorandum",
    SourceKind.COURT: "Court document",
}


@register.filter
def date_words(event: Event) -> str:
    """When an event happened, without what is not known of it: "March 2025"."""
    return event.when.partition(", ")[0] if precision(event) else event.when


@register.filter
def precision(event: Event) -> str:
    """What is not known of the date: "day not confirmed"; "" where that is in the words themselves, or nothing is."""
    known, _, unknown = event.when.partition(", ")
    return unknown if unknown.endswith("not confirmed") else ""


@register.filter
def short_name(source: Source) -> str:
    """A source as a list of events names it: "ICE list", "Miami Herald"."""
    return _KINDS.get(SourceKind(source.kind), source.publisher)


@register.filter
def published(source: Source) -> str:
    """When a source was published, as a list of events names it: "February 2026"; "" where not known."""
    day, _, unknown = source.published.partition(", ")
    return day if unknown.endswith("not confirmed") else source.published


@register.filter
def differs_on(event: Event) -> str:
    """What the sources of an event differ on, in words; "" if on nothing."""
    fields = {claim.field for citation in event.citations.all() for claim in citation.claims.all()}
    return " and ".join(words for name, words in DIFFERS_ON if name in fields)
