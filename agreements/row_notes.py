"""The small notes beneath the name in a list: what sources differ on, what is being checked, what was undone. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from agreements.dates import day_in_words, in_words
from agreements.status import Fact, Standing


class Told(NamedTuple):
    """An event of which a note may tell: a report that is being checked, else a rescission; and its days."""

    is_being_checked: bool
    earliest: date | None
    latest: date | None


def notes(differs: str, events: Sequence[Told], standing: Standing) -> list[str]:
    """The notes of an agreement. differs: what its sources differ on, in words, "" if on nothing."""
    voided = [event for event in events if not event.is_being_checked]
    checked = [event for event in events if event.is_being_checked]
    return [
        *([f"Sources differ on {differs}"] if differs else []),
        *_undone(voided, standing.restored),
        *_being_checked(checked, standing.since),
    ]


def _undone(voided: Sequence[Told], restored: Fact | None) -> list[str]:
    """ "Voided June 30, restored July 8, 2025", of the last that was undone before it was given back."""
    before = [event for event in voided if restored and event.latest and event.latest <= (restored.latest or date.max)]
    if not restored or not before:
        return []
    last = max(before, key=lambda event: event.latest or date.min)
    when, then = in_words(last.earliest, last.latest), in_words(restored.earliest, restored.latest)
    if last.earliest == last.latest and last.latest and restored.latest and last.latest.year == restored.latest.year:
        when = day_in_words(last.latest).rsplit(",", 1)[0]
    return [f"Voided {when}, restored {then}"]


def _being_checked(events: Sequence[Told], since: Fact | None) -> list[str]:
    """That a report is being checked; "later" where it is of something after what the status rests on."""
    if not events:
        return []
    is_later = since and since.latest and any(event.latest and event.latest > since.latest for event in events)
    return ["Later report being checked" if is_later else "Report being checked"]
