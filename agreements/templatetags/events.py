"""Template filters of the lists of events: dates in two lines, sources by their short names, what sources differ on."""

import re

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


#: A score as a source may write it: "4-2", with any dash; no part of a day or of a longer number.
_SCORE = re.compile(r"(?<![\d–—-])(\d{1,2})[-‐‑‒–—−](\d{1,2})(?![\d–—-])")


@register.filter
def told(event: Event) -> str:
    """What an event's summary says, scores with an en dash."""
    return _SCORE.sub(r"\1–\2", event.summary)


@register.filter
def votes_untold(event: Event) -> bool:
    """Whether a count of votes is known that the summary does not give."""
    score = (str(event.votes_for), str(event.votes_against))
    return bool(event.votes) and score not in _SCORE.findall(event.summary)


@register.filter
def meeting_untold(event: Event) -> bool:
    """Whether the day of a meeting is known that the summary does not name, with its year or without."""
    day = event.scheduled_for
    return day is not None and not re.search(rf"\b{day:%B} {day.day}\b", event.summary)


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
