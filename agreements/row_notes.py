"""The small notes beneath the name in a list: what sources differ on, what is being checked, what was undone."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from agreements.chronicle import until
from agreements.dates import day_in_words, in_words
from agreements.kinds import EventKind
from agreements.models import Agreement, Event
from agreements.status import Fact


def with_notes(agreements: Sequence[Agreement], on: date) -> Sequence[Agreement]:
    """The same agreements, each with `.notes`; they have `.standing` and `.differs`. One query for all of them."""
    checked: dict[int, list[Event]] = defaultdict(list)
    voided: dict[int, list[Event]] = defaultdict(list)
    told = Event.objects.published().filter(agreement__in=[agreement.pk for agreement in agreements])
    for event in until(told.filter(is_being_checked=True) | told.filter(kind=EventKind.VOTE_RESCINDED), on):
        (checked if event.is_being_checked else voided)[event.agreement_id or 0].append(event)
    for agreement in agreements:
        agreement.notes = [
            *([f"Sources differ on {agreement.differs}"] if agreement.differs else []),
            *_undone(voided[agreement.pk], agreement.standing.restored),
            *_being_checked(checked[agreement.pk], agreement.standing.since),
        ]
    return agreements


def _undone(voided: Sequence[Event], restored: Fact | None) -> list[str]:
    """ "Voided June 30, restored July 8, 2025", of the last that was undone before it was given back."""
    before = [event for event in voided if restored and event.latest and event.latest <= (restored.latest or date.max)]
    if not restored or not before:
        return []
    last = max(before, key=lambda event: event.latest or date.min)
    when, then = in_words(last.earliest, last.latest), in_words(restored.earliest, restored.latest)
    if last.earliest == last.latest and last.latest and restored.latest and last.latest.year == restored.latest.year:
        when = day_in_words(last.latest).rsplit(",", 1)[0]
    return [f"Voided {when}, restored {then}"]


def _being_checked(events: Sequence[Event], since: Fact | None) -> list[str]:
    """That a report is being checked; "later" where it is of something after what the status rests on."""
    if not events:
        return []
    is_later = since and since.latest and any(event.latest and event.latest > since.latest for event in events)
    return ["Later report being checked" if is_later else "Report being checked"]
