"""Writing planned events: made, brought up to date, or set beside what an editor already says."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from agreements.dates import day_in_words
from agreements.ice.plan import Plan
from agreements.ice.planned import AgreementKey, PlannedEvent
from agreements.kinds import EventKind
from agreements.models import Agreement, Citation, Claim, Event, Sheet, Source
from agreements.models.event import Publication
from agreements.models.source import ClaimField, Confidence

#: An editor's event of the same kind within this time of the one that a list states is the same event.
SAME_EVENT = timedelta(days=60)
#: Kinds, besides its own, by which an editor may have told what a list states: planned kind → an editor's.
TOLD_AS: Mapping[str, frozenset[str]] = {
    EventKind.DEPARTED: frozenset({EventKind.OFF_LIST, EventKind.ENDED}),
    EventKind.OFF_LIST: frozenset({EventKind.DEPARTED, EventKind.ENDED}),
}
#: Kinds between which the importer's reading of one row may change as more sheets are read.
RETOLD = ({EventKind.OFF_LIST, EventKind.DEPARTED}, {EventKind.LISTED, EventKind.LISTED_PENDING})


@dataclass
class EventWriter:
    """The events of all agreements of a plan. Writes only what differs from what the record holds."""

    plan: Plan
    agreements: Mapping[AgreementKey, Agreement]
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.sheets = {sheet.pk: sheet for sheet in Sheet.objects.select_related("source")}
        self.have: dict[int, list[Event]] = defaultdict(list)
        events = Event.objects.filter(agreement__isnull=False).order_by("pk")
        for event in events.prefetch_related("citations__claims", "citations__source"):
            self.have[event.agreement_id or 0].append(event)

    def write(self) -> None:
        stated: set[int] = set()
        for key in sorted(self.plan.agreements, key=lambda key: self.agreements[key].pk):
            stated |= self._write(self.agreements[key], self.plan.agreements[key].events)
        for events in self.have.values():
            for event in events:
                if event.is_from_list and event.pk not in stated and event.publication == Publication.PUBLISHED:
                    event.publication = Publication.DRAFT
                    event.save(update_fields=["publication"])
                    self.counts["events withdrawn"] += 1

    def _write(self, agreement: Agreement, planned: Sequence[PlannedEvent]) -> set[int]:
        """Write one agreement's events; returns the ids of those of the importer's that stand."""
        have = self.have[agreement.pk]
        told = [event for event in have if not event.is_from_list]
        own = [event for event in have if event.is_from_list]
        told_by = _told(planned, told)
        for number, teller in told_by.items():
            if teller.publication == Publication.PUBLISHED:
                self._set_beside(teller, planned[number])
        rest = [wanted for number, wanted in enumerate(planned) if number not in told_by]
        stated = set()
        for wanted, event in _paired(rest, own):
            stated.add(self._state(agreement, wanted, event))
        return stated

    def _state(self, agreement: Agreement, wanted: PlannedEvent, event: Event | None) -> int:
        values = {
            "kind": wanted.kind,
            "earliest": wanted.earliest,
            "latest": wanted.latest,
            "summary": wanted.summary,
            "publication": Publication.PUBLISHED,
        }
        if event is None:
            event = Event.objects.create(agreement=agreement, is_from_list=True, **values)
            self.counts["events added"] += 1
        elif any(getattr(event, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(event, name, value)
            event.save()
            self.counts["events changed"] += 1
        used, *others = dict.fromkeys(self.sheets[sheet].source for sheet in wanted.sheets)
        wished: dict[Source, tuple[bool, str, set[date]]] = {used: (True, "", set())}
        for source in others:
            wished[source] = (False, "", set())
        for other in wanted.otherwise:
            source = self.sheets[other.sheet].source
            if source != used:
                days = wished.get(source, (False, "", set()))[2] | {other.day}
                wished[source] = (False, _says(wanted, self.sheets[other.sheet], min(days)), {min(days)})
        self._cite(event, wished)
        return event.pk

    def _set_beside(self, event: Event, wanted: PlannedEvent) -> None:
        """What the lists say of an event that an editor keeps: sources beside it, and claims where the day differs."""
        wished: dict[Source, tuple[bool, str, set[date]]] = {}
        used = {one.source for one in event.citations.all() if not one.is_from_list}
        stated = [(wanted.sheets[0], wanted.latest if wanted.earliest else None)]
        stated += [(other.sheet, other.day) for other in wanted.otherwise]
        for sheet_id, day in stated:
            source = self.sheets[sheet_id].source
            if source in used or source in wished:
                continue
            says = _says(wanted, self.sheets[sheet_id], day) if wanted.kind == EventKind.SIGNED else ""
            differs = day is not None and not _within(day, event)
            wished[source] = (False, says, {day} if differs and day else set())
        self._cite(event, wished)

    def _cite(self, event: Event, wished: Mapping[Source, tuple[bool, str, set[date]]]) -> None:
        """Bring the importer's citations of an event to what is wished.

        An editor's are left alone, and so is the list that an editor's event rests on: without a source that is used
        it would say nothing of a status.
        """
        have = {one.source_id: one for one in event.citations.all()}
        is_used_by_editor = any(one.is_used and not one.is_from_list for one in have.values())
        rests_on_list = not event.is_from_list and not is_used_by_editor
        own = {pk for pk, one in have.items() if one.is_from_list and not (rests_on_list and one.is_used)}
        for pk in own:
            if have[pk].source not in wished:
                have[pk].delete()
        for source, (is_used, says, days) in wished.items():
            known = have.get(source.pk)
            if known and source.pk not in own:
                continue
            citation = known or Citation(event=event, source=source, confidence=Confidence.HIGH, is_from_list=True)
            if known is None or (citation.is_used, citation.says) != (is_used, says[:280]):
                citation.is_used, citation.says = is_used, says[:280]
                citation.save()
            claims = citation.claims.all() if known else []
            if {one.earliest for one in claims if one.field == ClaimField.DAY} != days:
                citation.claims.filter(field=ClaimField.DAY).delete()
                for day in days:
                    Claim.objects.create(citation=citation, field=ClaimField.DAY, earliest=day, latest=day)


def _says(wanted: PlannedEvent, sheet: Sheet, day: date | None) -> str:
    if day is None:
        return f"ICE's list of {day_in_words(sheet.published_on)} shows it as signed, without a day."
    return f"ICE's list of {day_in_words(sheet.published_on)} gives {day_in_words(day)} as the date it was signed."


def _within(day: date, event: Event) -> bool:
    return (event.earliest is None or event.earliest <= day) and (event.latest is None or day <= event.latest)


def _distance(wanted: PlannedEvent, event: Event) -> timedelta:
    """How far apart in time two events are; none where their days overlap."""
    first, last = event.earliest or date.min, event.latest or date.max
    return max(first - wanted.latest, (wanted.earliest or date.min) - last, timedelta(0))


def _told(planned: Sequence[PlannedEvent], told: Sequence[Event]) -> dict[int, Event]:
    """Which editor's event tells what the list states, by the planned event's number: the nearest pairs first.

    The only signing that either knows is the same one, however far apart. A draft tells one only if it has the very
    days: then an editor took the importer's event back.
    """
    pairs = []
    for number, wanted in enumerate(planned):
        kinds = {wanted.kind, *TOLD_AS.get(wanted.kind, ())}
        for event in told:
            distance = _distance(wanted, event)
            is_same = (event.earliest, event.latest) == (wanted.earliest, wanted.latest)
            is_near = event.publication == Publication.PUBLISHED and distance <= SAME_EVENT
            if event.kind in kinds and (is_same or is_near):
                pairs.append((not is_same, event.kind != wanted.kind, distance, number, event.pk, event))
    found: dict[int, Event] = {}
    for *_, number, _pk, event in sorted(pairs, key=lambda pair: pair[:5]):
        if number not in found and event not in found.values():
            found[number] = event
    signings = [number for number, wanted in enumerate(planned) if wanted.kind == EventKind.SIGNED]
    of_editor = [one for one in told if (one.kind, one.publication) == (EventKind.SIGNED, Publication.PUBLISHED)]
    if len(signings) == len(of_editor) == 1:
        found.setdefault(signings[0], of_editor[0])
    return found


def _paired(planned: Sequence[PlannedEvent], own: Sequence[Event]) -> list[tuple[PlannedEvent, Event | None]]:
    """Each planned event with the importer's event that stated it before: the same days first, then the same kind."""
    free = list(own)
    found: dict[int, Event] = {}
    tests = (
        lambda wanted, event: (
            (event.kind, event.earliest, event.latest) == (wanted.kind, wanted.earliest, wanted.latest)
        ),
        lambda wanted, event: event.kind == wanted.kind and event.publication == Publication.PUBLISHED,
        lambda wanted, event: {event.kind, wanted.kind} in RETOLD and event.earliest == wanted.earliest,
    )
    for test in tests:
        for number, wanted in enumerate(planned):
            if number not in found:
                event = next((one for one in free if test(wanted, one)), None)
                if event is not None:
                    found[number] = event
                    free.remove(event)
    return [(wanted, found.get(number)) for number, wanted in enumerate(planned)]
