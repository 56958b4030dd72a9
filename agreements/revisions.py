"""Publishing and correcting events: every state that the public reads is a revision, and each may be restored.

A draft becomes public by `publish_new`. What is public is changed by `propose`, which keeps the wished state beside the
event, and `publish`, which makes it the public one. Of kinds in NEEDS_SECOND_EDITOR nobody publishes what he wrote: the
database refuses it too (models/revision.py).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from agreements.kinds import NEEDS_SECOND_EDITOR
from agreements.models import Agency, Agreement, Claim, Event, Revision
from agreements.models.event import Publication
from agreements.models.revision import PREVIEW, writes_as

PUBLISHED = Revision.Standing.PUBLISHED
_STATE = "SELECT agreements_public_columns(event) FROM agreements_event AS event WHERE id = %s"
_CITED = ("is_used", "is_from_list", "confidence", "says", "note")
_DAYS = ("earliest", "latest", "scheduled_for")
_CLAIMED = ("field", "value", "earliest", "latest")


class State(NamedTuple):
    """What the public read of an event: its columns, and its sources with what they state otherwise. All JSON."""

    columns: dict[str, Any]
    sources: list[dict[str, Any]]


def state_of(event: Event) -> State:
    """The state as the database holds it now."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [event.pk])
        columns = cursor.fetchone()[0]
    sources = []
    for citation in event.citations.order_by("pk").prefetch_related("claims"):
        claims = [{name: _plain(getattr(claim, name)) for name in _CLAIMED} for claim in citation.claims.all()]
        cited = {name: getattr(citation, name) for name in _CITED}
        sources.append({"source": citation.source_id, **cited, "claims": claims})
    return State(json.loads(columns), sources)


@contextmanager
def tried_out() -> Iterator[None]:
    """Within it an event can be written as if it were published: all of it is taken back at the end."""
    point = transaction.savepoint()
    try:
        with writes_as(PREVIEW):
            yield
    finally:
        transaction.savepoint_rollback(point)


def needs_second_editor(*kinds: str) -> bool:
    """Whether what is, was or will be of one of these kinds is read by a second editor first."""
    return not NEEDS_SECOND_EDITOR.isdisjoint(kinds)


@transaction.atomic
def publish_new(*, event: Event, by: User) -> Revision:
    """Make a draft public. Raises ValidationError with what is missing: a source, or a second editor."""
    event = _locked(event)
    if event.publication == Publication.PUBLISHED:
        raise ValidationError("It is published already. Look at it again: somebody else was faster.")
    writer = event.written_by or by
    if needs_second_editor(event.kind) and writer == by:
        raise ValidationError(
            f"“{event.get_kind_display()}” needs a second editor: you wrote it, so somebody else publishes it."
        )
    if not event.citations.exists():
        raise ValidationError("An event needs a source to be published.")
    columns, sources = state_of(event)
    revision = Revision(
        event=event,
        follows=_newest_number(event),
        columns={**columns, "publication": Publication.PUBLISHED},
        sources=sources,
        reason="" if _newest_number(event) is None else "Published again.",
        written_by=writer,
    )
    return _made_public(revision, event, by)


@transaction.atomic
def propose(*, event: Event, state: State, reason: str, by: User) -> Revision:
    """Keep what an event that is public should say instead. Raises ValidationError where it says so already."""
    event = _locked(event)
    if event.publication != Publication.PUBLISHED:
        raise ValidationError("Only what is published is corrected by a revision: change the draft itself.")
    now = state_of(event)
    if state == now:
        raise ValidationError("Nothing is changed: this is what the public reads now.")
    if _newest_number(event) is None:
        # What came with the record or from ICE's lists: kept, so that the first correction can be undone as well.
        Revision.objects.create(
            event=event,
            number=0,
            standing=PUBLISHED,
            published_at=timezone.now(),
            columns=now.columns,
            sources=now.sources,
        )
    revision = Revision(
        event=event,
        follows=_newest_number(event),
        columns=state.columns,
        sources=state.sources,
        reason=reason,
        written_by=by,
    )
    revision.full_clean(exclude=["number", "published_at", "checked_by"])
    revision.save()
    return revision


@transaction.atomic
def publish(*, revision: Revision, by: User) -> Revision:
    """Make the proposed state the public one.

    Raises ValidationError where the event has changed since it was proposed, or a second editor has to do it.
    """
    event = _locked(revision.event)
    revision = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    if revision.standing != Revision.Standing.PROPOSED:
        raise ValidationError(f"This correction is {revision.get_standing_display().lower()} already.")
    if revision.follows != _newest_number(event):
        raise ValidationError("The event has been corrected since this was proposed. Discard it, and propose it anew.")
    if needs_second_editor(event.kind, revision.columns["kind"]) and revision.written_by in (None, by):
        raise ValidationError("This correction needs a second editor: you wrote it, so somebody else publishes it.")
    return _made_public(revision, event, by)


@transaction.atomic
def discard(*, revision: Revision) -> None:
    """Put a proposed correction aside; it stays in the history. Raises ValidationError where it is decided already."""
    changed = Revision.objects.filter(pk=revision.pk, standing=Revision.Standing.PROPOSED).update(
        standing=Revision.Standing.DISCARDED
    )
    if not changed:
        raise ValidationError("This correction is published or discarded already.")


@transaction.atomic
def restore(*, revision: Revision, reason: str, by: User) -> Revision:
    """Propose a state that was public once. Its subject, where that was merged since, is what it has become."""
    event = revision.event
    columns = {**revision.columns}
    for name, model in (("agreement_id", Agreement), ("agency_id", Agency)):
        merged: Any = model.objects.filter(pk=columns[name]).values_list("merged_into", flat=True).first()
        columns[name] = merged or columns[name]
    return propose(event=event, state=State(columns, revision.sources), reason=reason, by=by)


@transaction.atomic
def withdraw(*, event: Event, reason: str, by: User) -> Revision:
    """Propose that the public reads it no more. It becomes a draft; all that was public of it stays in the log."""
    columns, sources = state_of(event)
    return propose(
        event=event, state=State({**columns, "publication": Publication.DRAFT}, sources), reason=reason, by=by
    )


def _locked(event: Event) -> Event:
    return Event.objects.select_for_update(of=("self",)).get(pk=event.pk)


def _newest_number(event: Event) -> int | None:
    published = Revision.objects.filter(event=event, standing=PUBLISHED).order_by("-number")
    return published.values_list("number", flat=True).first()


def _made_public(revision: Revision, event: Event, by: User) -> Revision:
    """The revision first, then the event: a trigger on the event compares the two."""
    revision.number = 1 if revision.follows is None else revision.follows + 1
    revision.standing, revision.published_at = PUBLISHED, timezone.now()
    revision.checked_by = by if by != revision.written_by else None
    revision.save()
    for name, value in revision.columns.items():
        setattr(event, name, _day(value) if name in _DAYS else value)
    event.is_from_list = False  # from now on it stands as an editor put it
    event.written_by = None
    if revision.follows is not None:
        event.corrected_on = revision.published_at.date()
    event.save()
    _write_sources(event, revision.sources)
    return revision


def _write_sources(event: Event, sources: list[dict[str, Any]]) -> None:
    """Make the citations and claims of an event these. What the importer set beside it meanwhile stays."""
    named = {cited["source"] for cited in sources}
    event.citations.filter(is_from_list=False).exclude(source__in=named).delete()
    for cited in sources:
        citation, _ = event.citations.update_or_create(
            source_id=cited["source"], defaults={name: cited[name] for name in _CITED}
        )
        citation.claims.exclude(field__in=[claim["field"] for claim in cited["claims"]]).delete()
        for claim in cited["claims"]:
            days = {name: _day(claim[name]) for name in ("earliest", "latest")}
            Claim.objects.update_or_create(
                citation=citation, field=claim["field"], defaults={"value": claim["value"], **days}
            )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
