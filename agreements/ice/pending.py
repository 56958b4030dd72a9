"""When ICE's pending list first printed an agency: the day on which its application is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agreements.dates import day_in_words
from agreements.ice.apply import AgencyWriter, ice_list_source
from agreements.ice.identity import identity
from agreements.ice.parse import ParsedSheet
from agreements.kinds import EventKind, Program
from agreements.models import Citation, Event
from agreements.models.event import Publication
from agreements.models.sheet import IceList
from agreements.models.source import Confidence
from municipalities.models import State


@dataclass(slots=True)
class Run:
    """An agency's time on the pending list: state code, name as first printed, program, first and last day.

    missed counts the pending sheets in between on which it was not printed; since is the first day after the last such.
    """

    state: str
    agency: str
    program: str
    first: date
    last: date
    since: date
    missed: int = 0
    _absent: int = 0


def runs(sheets: Iterable[tuple[date, ParsedSheet]]) -> list[Run]:
    """The run of every agency and program over pending sheets given in order of publication."""
    found: dict[tuple[str, str, str], Run] = {}
    for day, sheet in sheets:
        printed = {(row.state, identity(row.agency, row.state), row.program): row for row in sheet.rows}
        for key, row in printed.items():
            run = found.setdefault(key, Run(row.state, row.agency, row.program, day, day, day))
            run.since = day if run._absent else run.since
            run.missed, run._absent, run.last = run.missed + run._absent, 0, day
        for key, run in found.items():
            if key not in printed:
                run._absent += 1
    return list(found.values())


def write(pending_runs: Iterable[Run]) -> int:
    """An event "on ICE's pending list" on the first day of each run of an agreement in the record; how many.

    Only agencies that the record has: one that was pending once and is on neither newest list waits for the replay of
    all sheets. One that was off the list in between is left out too, unless it is on the newest: what its absence means
    is for an editor to say. So is one whose agreement bears a day of signing before the run.
    """
    writer = AgencyWriter()
    states = {state.code: state for state in State.objects.all()}
    written = 0
    for run in pending_runs:
        agency = writer.find(states[run.state], run.agency) if run.state in states else None
        agreement = agency.agreements.filter(program=run.program).first() if agency else None
        if agreement is None or agreement.events.filter(kind=EventKind.SIGNED, latest__lt=run.since).exists():
            continue
        known = agreement.events.filter(kind=EventKind.LISTED_PENDING).first()
        if known.earliest == run.since if known else run.missed:
            continue
        event = known or Event(agreement=agreement, kind=EventKind.LISTED_PENDING, publication=Publication.PUBLISHED)
        event.earliest = event.latest = run.since
        event.summary = f"ICE's pending list of {day_in_words(run.since)} shows the agency as awaiting " + (
            f"a {Program(run.program).label} agreement." if run.program else "an agreement."
        )
        event.save()
        Citation.objects.update_or_create(
            event=event,
            is_used=True,
            defaults={"source": ice_list_source(IceList.PENDING, run.since), "confidence": Confidence.HIGH},
        )
        written += 1
    return written
