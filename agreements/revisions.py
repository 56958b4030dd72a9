"""Publishing and correcting events: every state that the public reads is a revision, and each may be restored.

A draft becomes public by `publish_new`. What is public is changed by `propose`, which keeps the wished state beside the
event, and `publish`, which makes it the public one. Of kinds in NEEDS_SECOND_EDITOR nobody publishes what he wrote: the
database refuses it too (models/revision.py).

The importer and mergers write without a revision. What they wrote is kept as one, without a writer, when an editor
corrects it: so each correction follows a revision, and is published only where the event still reads as that.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils import timezone

from agreements.dates import from_iso
from agreements.ice.evidence import lock_imports
from agreements.kinds import NEEDS_SECOND_EDITOR
from agreements.models import Agency, Agreement, Claim, Event, Revision, Source, Suit
from agreements.models.event import SUBJECTS, Publication
from agreements.models.revision import PREVIEW, writes_as
from agreements.opening import agreements_of, moves_a_status, open_record
from municipalities import models as places

PUBLISHED = Revision.Standing.PUBLISHED
#: What a revision names by its id, besides its sources.
NAMED: Mapping[str, type[models.Model]] = {
    "suit_id": Suit,
    "agreement_id": Agreement,
    "agency_id": Agency,
    "municipality_id": places.Municipality,
    "county_id": places.County,
    "state_id": places.State,
}
_STATE = "SELECT agreements_public_columns(event) FROM agreements_event AS event WHERE id = %s"
_SAID = ("is_used", "confidence", "says")
_CITED = (*_SAID, "is_from_list", "note")
_DAYS = ("earliest", "latest", "scheduled_for")
_CLAIMED = ("field", "value", "earliest", "latest")
#: By these columns an event is about an agreement or not.
_ABOUT = ("kind", "suit_id", *(f"{name}_id" for name in SUBJECTS))

Sources = list[dict[str, Any]]


class State(NamedTuple):
    """What the public read of an event: its columns, and its sources with what they state otherwise. All JSON."""

    columns: dict[str, Any]
    sources: Sources

    def reads_as(self, other: "State") -> bool:
        """Whether the public reads the same in both: the editors' notes, and who keeps a source, do not count."""
        return self.columns == other.columns and _said(self.sources) == _said(other.sources)


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
    newest = _newest(event)
    revision = Revision(
        event=event,
        follows=newest.number if newest else None,
        columns={**columns, "publication": Publication.PUBLISHED},
        sources=sources,
        reason="Published again." if newest else "",
        written_by=writer,
    )
    _open_record(revision)
    return _made_public(revision, event, by)


@transaction.atomic
def propose(*, event: Event, state: State, reason: str, by: User) -> Revision:
    """Keep what an event that is public should say instead.

    Raises ValidationError where it says so already, or the state names what is no longer in the record.
    """
    event = _locked(event)
    if event.publication != Publication.PUBLISHED:
        raise ValidationError("Only what is published is corrected by a revision: change the draft itself.")
    now = state_of(event)
    if state.reads_as(now):
        raise ValidationError("Nothing is changed: this is what the public reads now.")
    _refuse_deleted(state)
    revision = Revision(
        event=event,
        follows=_recorded(event, now),
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

    What was merged since is what it became, and what the importer keeps beside the event stays as it has it now. Raises
    ValidationError where the event has changed otherwise since this was proposed, where a second editor has to do it,
    or where it names what is no longer in the record.
    """
    event = _locked(revision.event)
    revision = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    if revision.standing != Revision.Standing.PROPOSED:
        raise ValidationError(f"This correction is {revision.get_standing_display().lower()} already.")
    followed = Revision.objects.get(event=event, number=revision.follows)
    before, now = State(_as_merged(followed.columns), followed.sources), state_of(event)
    if not _of_editors(before).reads_as(_of_editors(now)):
        raise ValidationError("The event has changed since this was proposed. Discard it, and propose it anew.")
    if needs_second_editor(event.kind, revision.columns["kind"]) and revision.written_by in (None, by):
        raise ValidationError("This correction needs a second editor: you wrote it, so somebody else publishes it.")
    revision.columns = _as_merged(revision.columns)
    revision.sources = _with_importers(revision.sources, before.sources, now.sources)
    _refuse_deleted(State(revision.columns, revision.sources))
    if any(revision.columns[name] != now.columns[name] for name in _ABOUT):
        _open_record(revision)
    revision.follows = _recorded(event, now)
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
    """Propose a state that was public once. Its subject, where that was merged since, is what it has become.

    Raises ValidationError where it never was public, and as `propose` does.
    """
    if revision.standing != PUBLISHED or revision.columns["publication"] != Publication.PUBLISHED:
        raise ValidationError("Only what the public has read is restored.")
    state = State(_as_merged(revision.columns), revision.sources)
    return propose(event=revision.event, state=state, reason=reason, by=by)


@transaction.atomic
def withdraw(*, event: Event, reason: str, by: User) -> Revision:
    """Propose that the public reads it no more. It becomes a draft; all that was public of it stays in the log."""
    columns, sources = state_of(_locked(event))
    return propose(
        event=event, state=State({**columns, "publication": Publication.DRAFT}, sources), reason=reason, by=by
    )


def _locked(event: Event) -> Event:
    # An importer at work has read the event already, and would write over this: it comes first.
    lock_imports()
    return Event.objects.select_for_update(of=("self",)).get(pk=event.pk)


def _newest(event: Event) -> Revision | None:
    return Revision.objects.filter(event=event, standing=PUBLISHED).order_by("-number").first()


def _recorded(event: Event, now: State) -> int | None:
    """The number of the newest revision, which holds this state: it is kept first where none does."""
    newest = _newest(event)
    if newest is None or not State(newest.columns, newest.sources).reads_as(now):
        newest = Revision.objects.create(
            event=event,
            number=_next(newest.number if newest else None, first=0),
            standing=PUBLISHED,
            published_at=timezone.now(),
            columns=now.columns,
            sources=now.sources,
        )
    return newest.number


def _next(number: int | None, first: int) -> int:
    return first if number is None else number + 1


def _as_merged(columns: dict[str, Any]) -> dict[str, Any]:
    """The columns, about what their agreement or agency was merged into."""
    columns = {**columns}
    for name, model in (("agreement_id", Agreement), ("agency_id", Agency)):
        merged: Any = model.objects.filter(pk=columns[name]).values_list("merged_into", flat=True).first()
        columns[name] = merged or columns[name]
    return columns


def _said(sources: Sources) -> dict[int, Any]:
    return {cited["source"]: [*(cited[name] for name in _SAID), cited["claims"]] for cited in sources}


def _is_importers(cited: dict[str, Any]) -> bool:
    """Whether the importer keeps it beside the event. What is used first is the editor's with the event."""
    return bool(cited["is_from_list"] and not cited["is_used"])


def _of_editors(state: State) -> State:
    return State(state.columns, [cited for cited in state.sources if not _is_importers(cited)])


def _with_importers(wished: Sources, before: Sources, now: Sources) -> Sources:
    """The sources that are wished; those that the importer keeps as it has them now, but for what is to be removed."""
    had = {cited["source"] for cited in before if _is_importers(cited)}
    has = {cited["source"]: cited for cited in now if _is_importers(cited)}
    told = [
        has.get(cited["source"], cited) if _is_importers(cited) else cited
        for cited in wished
        if not _is_importers(cited) or cited["source"] in has or cited["source"] not in had
    ]
    named = {cited["source"] for cited in wished}
    return told + [cited for source, cited in has.items() if source not in had | named]


def _refuse_deleted(state: State) -> None:
    """Raise ValidationError for what was deleted since: ids in a revision hold no row."""
    named: list[tuple[type[models.Model], set[int]]] = [(Source, {cited["source"] for cited in state.sources})]
    named += [(model, {state.columns[name]} - {None}) for name, model in NAMED.items()]
    for model, ids in named:
        if model._default_manager.filter(pk__in=ids).count() < len(ids):
            raise ValidationError(f"The {model._meta.verbose_name} that it names was deleted since.")


def _open_record(revision: Revision) -> None:
    """Let what can move a status be about an agreement: the one of its agency or municipality, opened if there is none.

    Raises ValidationError where there are several by now.
    """
    told = revision.columns
    if not moves_a_status(told["kind"], Suit.objects.filter(pk=told["suit_id"]).first()):
        return
    agency = Agency.objects.filter(pk=told["agency_id"]).first()
    subject = agency or places.Municipality.objects.filter(pk=told["municipality_id"]).first()
    if subject is None:
        return
    known = agreements_of(subject)
    if len(known) > 1:
        raise ValidationError(f"{subject} has {len(known)} agreements by now: choose the one that it is about.")
    if not known:
        revision.opened = open_record(subject=subject)
    agreement = revision.opened or known[0]
    revision.columns = {**told, "agency_id": None, "municipality_id": None, "agreement_id": agreement.pk}


def _made_public(revision: Revision, event: Event, by: User) -> Revision:
    """The revision first, then the event: a trigger on the event compares the two."""
    revision.number = _next(revision.follows, first=1)
    revision.standing, revision.published_at = PUBLISHED, timezone.now()
    revision.checked_by = by if by != revision.written_by else None
    revision.sources = [{**cited, "is_from_list": _is_importers(cited)} for cited in revision.sources]
    revision.save()
    for name, value in revision.columns.items():
        setattr(event, name, from_iso(value) if name in _DAYS else value)
    event.is_from_list = False  # from now on it stands as an editor put it
    event.written_by = None
    if revision.follows is not None:
        event.corrected_on = revision.published_at.date()
    event.save()
    _write_sources(event, revision.sources)
    return revision


def _write_sources(event: Event, sources: Sources) -> None:
    """Make the citations and claims of an event these. The editors' notes of citations that stand are left alone."""
    event.citations.exclude(source__in={cited["source"] for cited in sources}).delete()
    for cited in sources:
        public = {name: cited[name] for name in (*_SAID, "is_from_list")}
        citation, _ = event.citations.update_or_create(
            source_id=cited["source"], defaults=public, create_defaults={**public, "note": cited["note"]}
        )
        citation.claims.exclude(field__in=[claim["field"] for claim in cited["claims"]]).delete()
        for claim in cited["claims"]:
            days = {name: from_iso(claim[name]) for name in ("earliest", "latest")}
            Claim.objects.update_or_create(
                citation=citation, field=claim["field"], defaults={"value": claim["value"], **days}
            )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
