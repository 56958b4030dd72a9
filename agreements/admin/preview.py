"""How an event that is being typed will be printed, and what it will do to a status. Writes nothing.

The sentence is printed by the pages' own template, the status worked out by the pages' own rules, from the facts of the
record with this event among them.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction

from agreements.admin.plain_words import Hint, hints
from agreements.consequences import Change, changes_of, fact_of
from agreements.dates import day_in_words
from agreements.deciding import record_end
from agreements.kinds import NEEDS_SECOND_EDITOR, EventKind
from agreements.models import Citation, Event, Source
from agreements.models.source import Confidence
from agreements.opening import government_name, moves_a_status
from agreements.status import RULES
from municipalities.models import County, Municipality, State

#: The name of the button that asks for a preview where no script does.
PREVIEW = "_preview"
_TRUSTED = {Confidence.HIGH, Confidence.MEDIUM}


@contextmanager
def looked_at() -> Iterator[None]:
    """Within it nothing can be written: the database refuses it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


class Problem(NamedTuple):
    """What is wrong with a field. id: that of the element to go to; is_missing: whether nothing is there yet."""

    label: str
    words: str
    id: str
    is_missing: bool


@dataclass(frozen=True)
class Preview:
    """What the page beside the form says.

    event: as the template of events prints it, None where there is a problem. notes: what else an editor should know.
    changes: by day, in words, each place and agreement before and after.
    """

    problems: list[Problem]
    hints: list[Hint]
    notes: list[str] = field(default_factory=list)
    event: Event | None = None
    sources: list[str] = field(default_factory=list)
    changes: list[tuple[str, list[Change]]] = field(default_factory=list)

    @property
    def missing(self) -> list[Problem]:
        return [one for one in self.problems if one.is_missing]

    @property
    def wrong(self) -> list[Problem]:
        return [one for one in self.problems if not one.is_missing]


def problems_of(form: Any, formsets: Iterable[Any]) -> list[Problem]:
    """Everything that is wrong with the form and its sources, field by field, in the order of the page."""
    found = list(_problems(form, ""))
    for formset in formsets:
        group = f"{formset.prefix}-group"
        found += [Problem("Sources", words, group, False) for words in formset.non_form_errors()]
        for number, inner in enumerate(formset.forms, start=1):
            if not formset._should_delete_form(inner):
                found += _problems(inner, f"Source {number}: ")
    return found


def _problems(form: Any, before: str) -> Iterator[Problem]:
    errors = form.errors.as_data()
    place = {name: number for number, name in enumerate(form.fields)}
    for name in sorted(errors, key=lambda name: place.get(name, -1)):
        own = form.fields.get(name)
        label = f"{before}{form[name].label}" if own else before.removesuffix(": ")
        id_of = form[name].id_for_label if own else ""
        for error in errors[name]:
            yield from (Problem(label, words, id_of, error.code == "required") for words in error.messages)


def preview_of(form: Any, formsets: Sequence[Any]) -> Preview:
    """What a bound form would publish: its sentence and what follows from it, or what is wrong with it."""
    cited = [inner for formset in formsets for inner in formset.kept] if _are_read(form, formsets) else []
    problems = problems_of(form, formsets)
    wording = hints(str(form["summary"].value() or "")) if "summary" in form.fields else []
    if problems:
        return Preview(problems, wording)
    event: Event = form.instance
    is_trusted = any(
        inner.cleaned_data.get("is_used") and inner.cleaned_data.get("confidence") in _TRUSTED for inner in cited
    )
    counts = is_trusted and not event.is_being_checked and moves_a_status(event.kind, event.suit)
    is_of_agreement = form.opens is not None or event.agreement is not None
    fact = fact_of(event) if counts and is_of_agreement else None
    return Preview(
        [],
        wording,
        notes=list(_notes(event, form.opens, is_trusted)),
        event=_as_printed(event, cited),
        sources=[_rated(inner) for inner in cited],
        changes=[(words, changes_of(event, form.opens, fact, on)) for words, on in _days(event)],
    )


def _are_read(form: Any, formsets: Sequence[Any]) -> bool:
    """Whether all of it can be read. All are asked, so that each says what is wrong with it."""
    are_valid = [formset.is_valid() for formset in formsets]
    return not form.errors and all(are_valid)


def _days(event: Event) -> list[tuple[str, date]]:
    """On which days the status is told: the last of the record, and a later one on which the event counts."""
    end = record_end()
    days = [(f"On the record’s last day, {day_in_words(end)}", end)] if end else []
    if event.latest and (end is None or event.latest > end):
        days.append((f"On {day_in_words(event.latest)}", event.latest))
    return days


def _as_printed(event: Event, cited: Sequence[Any]) -> Event:
    """An event like it, with the sources of the form as the pages read them: in memory alone."""
    columns = [one.attname for one in Event._meta.concrete_fields if not one.generated]
    shown = Event(**{name: getattr(event, name) for name in columns})
    shown.pk, shown.suit = event.pk or 0, event.suit
    citations = [_citation(shown, inner, -number) for number, inner in enumerate(cited, start=1)]
    # As prefetch_related leaves them. The order is that of Citation.
    vars(shown)["_prefetched_objects_cache"] = {"citations": sorted(citations, key=lambda one: not one.is_used)}
    return shown


def _citation(event: Event, inner: Any, number: int) -> Citation:
    said = inner.cleaned_data
    citation = Citation(
        pk=number,
        source=inner.source,
        is_used=said.get("is_used", False),
        confidence=said.get("confidence", ""),
        says=said.get("says", ""),
    )
    removed = set(said.get("remove_claims", ()))
    claims = [one for one in inner.instance.claims.all() if str(one.pk) not in removed] if inner.instance.pk else []
    vars(citation)["_prefetched_objects_cache"] = {"claims": [*claims, *filter(None, [inner.new_claim])]}
    return citation


def _rated(inner: Any) -> str:
    source: Source = inner.source
    rating = Confidence(inner.cleaned_data["confidence"]).label.partition(":")[0].lower()
    is_new = "" if source.pk else ", new"
    return f"{source.publisher}: {source.get_kind_display().lower()}, rated {rating}{is_new}"


def _notes(event: Event, opens: Any, is_trusted: bool) -> Iterator[str]:
    """What it opens, why it moves no status where one might expect it to, and who publishes it."""
    kind = EventKind(event.kind)
    if opens is not None:
        name = government_name(opens) if isinstance(opens, Municipality) else opens.name
        yield f"This will open a record for the {name}: an agreement whose program is not stated."
    if kind not in RULES:
        yield f"“{kind.label}” moves no status."
    elif not moves_a_status(kind, event.suit):
        yield "Only a lawsuit about the duty to sign moves a status."
    elif event.is_being_checked:
        yield "It is being checked: until it is established it moves no status."
    elif isinstance(event.subject, County | State):
        yield f"It is about {event.subject}, not about an agreement: it moves no status."
    elif not is_trusted:
        yield "No source that is used first is rated high or medium: it moves no status."
    elif event.latest is None:
        yield "Without a last day on which it can have happened it never counts for a status."
    if kind in NEEDS_SECOND_EDITOR:
        yield "Events of this kind are published by a second editor."
