"""The public log: what our editors added, corrected or withdrew, with the words before and after, and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import models
from django.db.models import F, QuerySet

from agreements.chronicle import event_subject
from agreements.dates import day_in_words, from_iso, in_words
from agreements.kinds import EventKind
from agreements.models import Agency, Agreement, Event, Revision, Source
from agreements.models.event import SUBJECTS, Publication
from agreements.models.source import ClaimField
from agreements.revisions import NAMED
from municipalities.models import County, Municipality

#: Stands for the name of what was deleted since.
DELETED = "(deleted since)"
_VOTES = ("votes_for", "votes_against", "votes_absent")
#: What is read with an event, so that its subject can be said and linked to.
_WITH = (
    "event__agreement__agency__state",
    "event__agency__state",
    "event__municipality__main_county__state",
    "event__municipality__state",
    "event__county__state",
    "event__state",
)


class Difference(NamedTuple):
    """One thing that reads otherwise since: "" where there was or is nothing."""

    label: str
    before: str
    after: str


@dataclass
class Entry:
    """One revision in words. what: "Added", "Corrected", "Withdrawn" or "Published again".

    is_told: whether readers are told the words. Those of before a withdrawal were taken back, perhaps for a person's
    sake.
    """

    revision: Revision
    what: str
    differences: list[Difference]
    is_newest: bool = False
    is_told: bool = True

    @property
    def event(self) -> Event:
        return self.revision.event

    @property
    def is_public(self) -> bool:
        return self.event.publication == Publication.PUBLISHED

    @property
    def subject(self) -> str:
        return event_subject(self.event)

    @property
    def day(self) -> date | None:
        return self.revision.published_at.date() if self.revision.published_at else None


def log() -> QuerySet[Revision]:
    """What was made public by an editor, the newest first. What a correction was made of is no entry."""
    shown = Revision.objects.filter(standing=Revision.Standing.PUBLISHED, written_by__isnull=False)
    return shown.select_related(*_WITH).prefetch_related("event__agreement__agency__municipalities")


def entries(revisions: Iterable[Revision]) -> list[Entry]:
    """These revisions in words, each beside the one before it of its event; in a fixed number of queries."""
    revisions = list(revisions)
    published = Revision.objects.filter(
        event__in={one.event_id for one in revisions}, standing=Revision.Standing.PUBLISHED
    ).order_by("number")
    by_number = {(one.event_id, one.number): one for one in published}
    withdrawn = {one.event_id: one.number for one in by_number.values() if not _is_public(one)}  # the last of each
    before = {one.pk: by_number[key] for one in revisions if (key := (one.event_id, one.follows)) in by_number}
    names = _names([*revisions, *before.values()])
    told = []
    for one in revisions:
        earlier, until = before.get(one.pk), withdrawn.get(one.event_id)
        is_told = until is None or one.number is None or one.number > until
        if is_told and until is not None and one.follows == until:
            earlier = None  # what it said before was taken back
        told.append(Entry(one, _what(one, before.get(one.pk)), _differences(one, earlier, names), is_told=is_told))
    return told


def of_event(event: Event) -> list[Entry]:
    """All that was published or proposed of an event, for its editors: what is proposed first, then the newest."""
    found = Revision.objects.filter(event=event).exclude(standing=Revision.Standing.DISCARDED)
    read = found.select_related("written_by", "checked_by").order_by(F("number").desc(nulls_first=True))
    told = entries(read)
    for entry in [entry for entry in told if entry.revision.number is not None][:1]:
        entry.is_newest = True
    return told


def _is_public(revision: Revision) -> bool:
    return bool(revision.columns["publication"] == Publication.PUBLISHED)


def _what(revision: Revision, before: Revision | None) -> str:
    if not _is_public(revision):
        return "Withdrawn"
    if before is None:
        return "Added"
    return "Corrected" if _is_public(before) else "Published again"


Names = Mapping[str, Mapping[int, str]]


def _names(revisions: Sequence[Revision]) -> Names:
    """What the ids in these revisions stand for, by the column or "source"."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in revisions:
        for name in NAMED:
            if pk := one.columns[name]:
                wanted[name].add(pk)
        wanted["source"] |= {cited["source"] for cited in one.sources}
    found: dict[str, Mapping[int, str]] = {}
    named: dict[str, type[models.Model]] = {**NAMED, "source": Source}
    for name, model in named.items():
        rows = model._default_manager.filter(pk__in=wanted[name])
        if model in (Agency, Municipality, County):
            rows = rows.select_related("state")
        elif model is Agreement:
            rows = rows.select_related("agency__state")
        found[name] = {**dict.fromkeys(wanted[name], DELETED), **{row.pk: str(row) for row in rows}}
    return found


def _differences(after: Revision, before: Revision | None, names: Names) -> list[Difference]:
    """None for what is read for the first time: the event itself says it."""
    if before is None:
        return []
    old, new = _in_words(before, names), _in_words(after, names)
    differences = []
    for key in dict.fromkeys([*old, *new]):
        was, became = old.get(key, ""), new.get(key, "")
        label = key if isinstance(key, str) else f"Source: {names['source'][key]}"
        differences += [Difference(label, was, became)] if was != became else []
    return differences


def _in_words(revision: Revision, names: Names) -> dict[str | int, str]:
    """What a reader was told, by what it is about: a label, or the id of a source, since two may have one name."""
    told = revision.columns
    kinds = dict(EventKind.choices)
    words: dict[str | int, str] = {
        "What happened": kinds.get(told["kind"], told["kind"]),
        "About": next((names[f"{name}_id"][pk] for name in SUBJECTS if (pk := told[f"{name}_id"])), ""),
        "Date": in_words(from_iso(told["earliest"]), from_iso(told["latest"])),
        "Order within the day": str(told["sequence"]) if told["sequence"] else "",
        "Summary": told["summary"],
        "Day of the meeting": day_in_words(day) if (day := from_iso(told["scheduled_for"])) else "",
        "Votes": Event(**{name: told[name] for name in _VOTES}).votes,
        "Lawsuit": names["suit_id"].get(told["suit_id"], ""),
        "Being checked": "yes" if told["is_being_checked"] else "",
    }
    return words | {cited["source"]: "; ".join(_cited(cited)) for cited in revision.sources}


def _cited(cited: dict[str, Any]) -> list[str]:
    """How a source stands beside an event."""
    labels = dict(ClaimField.choices)
    said = ["used first" if cited["is_used"] else "beside it", f"confidence {cited['confidence']}"]
    said += [f"says: {cited['says']}"] if cited["says"] else []
    for claim in cited["claims"]:
        otherwise = claim["value"] or in_words(from_iso(claim["earliest"]), from_iso(claim["latest"]))
        said.append(f"states {labels.get(claim['field'], claim['field'])} otherwise: {otherwise}")
    return said
