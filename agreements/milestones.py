"""The dates of an agreement that must not be confused, each by its own name: votes, signatures, and ICE's lists."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.urls import reverse

from agreements.dates import day_in_words, in_words, machine_date
from agreements.kinds import EventKind
from agreements.models import Event, Sheet
from agreements.models.sheet import IceList
from agreements.printed import OnList, Printed, Run


class Day(NamedTuple):
    """One date in words, for machines ("" where HTML has no form for it), and where it is documented."""

    words: str
    machine: str
    url: str


class Milestone(NamedTuple):
    """A kind of date, what it means, and when: several where it happened or was printed more than once."""

    label: str
    days: list[Day]
    meaning: str = ""


#: Kinds of event in the order in which they come about, with their name here and what they mean.
_BEFORE: dict[str, tuple[str, str]] = {
    EventKind.VOTE_APPROVED: ("Local vote", "The governing body approved."),
    EventKind.APPROVED_BY_STAFF: ("Local approval", "By an official, without a vote."),
    EventKind.SIGNED_LOCALLY: ("Local signature", "The agency signed; ICE signs apart."),
}
_AFTER: dict[str, tuple[str, str]] = {
    EventKind.ACTIVE: ("Seen in use", "A source shows officers using it."),
    EventKind.VOTE_RESCINDED: ("Voided or rescinded", ""),
    EventKind.VOTE_REINSTATED: ("Reinstated", ""),
    EventKind.DECLINED: ("Decided not to sign", ""),
    EventKind.ENDED: ("Ended", ""),
    EventKind.DEPARTED: ("Left ICE’s list, confirmed", "Gone from ICE’s list for long, or by an editor’s word."),
}


def milestones(events: Sequence[Event], printed: Printed) -> list[Milestone]:
    """The dates that are known of an agreement, in the order in which they come about."""
    found = [_of_events(events, kind, *words) for kind, words in _BEFORE.items()]
    pending, participating, runs = printed.pending, printed.participating, printed.runs
    found.append(_on_list("First on ICE’s pending list", pending.first if pending else None))
    if pending and not pending.is_listed:
        found.append(_on_list("Last on ICE’s pending list", pending.last))
    found += _signed(events, runs)
    found.append(_on_list("First on ICE’s participating list", participating.first if participating else None))
    found.append(_last_seen(participating, printed))
    found += [_of_events(events, kind, *words) for kind, words in _AFTER.items()]
    return [one for one in found if one.days]


def _of_events(events: Iterable[Event], kind: str, label: str, meaning: str) -> Milestone:
    here = [event for event in events if event.kind == kind]
    return Milestone(label, [_day(event) for event in reversed(here)], meaning)


def _day(event: Event) -> Day:
    return Day(event.when, event.machine_date, f"#{event.anchor}")


def _signed(events: Sequence[Event], runs: Sequence[Run]) -> list[Milestone]:
    """The day of signing that we use, and every day that ICE's lists printed, the newest first."""
    printed: dict[date, Day] = {}
    for run in reversed(runs):
        day = run.listing.signed_on
        if day and run.last.list == IceList.PARTICIPATING:
            printed.setdefault(day, Day(day_in_words(day), day.isoformat(), _sheet_url(run.listing.first_sheet)))
    several = "The newest list that prints another day comes first."
    meaning = several if len(printed) > 1 else "In the column SIGNED of its list."
    used = _of_events(events, EventKind.SIGNED, "Signed by both", "The day that this record uses.")
    return [used, Milestone("Signed, as ICE prints it", list(printed.values()), meaning)]


def _on_list(label: str, sheet: Sheet | None, meaning: str = "") -> Milestone:
    if sheet is None:
        return Milestone(label, [])
    day = sheet.published_on
    return Milestone(label, [Day(in_words(day, day), machine_date(day, day), _sheet_url(sheet))], meaning)


def _last_seen(place: OnList | None, printed: Printed) -> Milestone:
    if place is None:
        return Milestone("Last seen there", [])
    newest = printed.newest[IceList.PARTICIPATING]
    meaning = "Still listed." if place.is_listed else f"Not on the list of {day_in_words(newest.published_on)}."
    return _on_list("Last seen there", place.last, meaning)


def _sheet_url(sheet: Sheet) -> str:
    return reverse("sheet", args=[sheet.list, sheet.order])
