"""The rows of a table of agreements, written here and not in a template: fifty of them took most of a page's time."""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from django import template
from django.utils.safestring import SafeString, mark_safe

from agreements import dates
from agreements.kinds import AgencyKind, Program, Status
from agreements.list_rows import Place, Row
from agreements.status import Standing

register = template.Library()

_KINDS = dict(AgencyKind.choices)
_PROGRAMS = dict(Program.choices)


@register.simple_tag
def table_rows(rows: Iterable[Row], with_kind: bool = False) -> SafeString:
    """The rows of includes/agreement_table.html; with_kind: each says of which kind its agency is."""
    # Every value in them is escaped where it is put in.
    return mark_safe("\n".join(_row(row, with_kind) for row in rows))


@register.simple_tag
def by_agency(rows: Iterable[Row]) -> list[tuple[bool, list[Row]]]:
    """The rows as they come, those of municipalities' own agencies (True) and the others apart."""
    return [(is_municipal, list(several)) for is_municipal, several in groupby(rows, key=lambda row: row.is_municipal)]


@register.simple_tag
def standing_cells(standing: Standing) -> SafeString:
    """How an agreement stands and since when: two cells of any table of agreements."""
    return mark_safe(_standing(standing))


def _row(row: Row, with_kind: bool) -> str:
    notes = [_KINDS[row.kind], *row.notes] if with_kind else row.notes
    return (
        f'<tr><th scope="row"><a href="{escape(row.url)}">{escape(row.agency)}</a>{_notes(notes)}</th>'
        f"{_standing(row.standing)}"
        f'<td data-label="Place" data-minor>{_places(row.places)}, {escape(row.state_code)}</td>'
        f'<td data-label="Program" data-minor>{escape(_PROGRAMS[row.program])}</td></tr>'
    )


def _standing(standing: Standing) -> str:
    return (
        f'<td data-label="Status">{_status(standing.status)}{_notes(_flags(standing))}</td>'
        f'<td data-label="Since" data-minor>{_since(standing)}</td>'
    )


def _notes(notes: Iterable[str]) -> str:
    return "".join(f'<span class="note">{escape(note)}</span>' for note in notes)


def _status(status: Status) -> str:
    """As includes/status.html."""
    return (
        f'<span class="st st-{status}"><svg class="ico" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        f'<use href="#mark-{status}"/></svg>{escape(status.label)}</span>'
    )


def _flags(standing: Standing) -> Iterator[str]:
    if standing.in_court and standing.status != Status.COURT:
        yield "In litigation"
    if standing.failed_vote:
        yield "A motion to join failed"
    if standing.quiet:
        yield "No later step known"


def _since(standing: Standing) -> str:
    fact = standing.since
    if fact is None or standing.status in {Status.NONE, Status.UNCHECKED}:
        return ""
    words = escape(dates.in_words(fact.earliest, fact.latest))
    machine = dates.machine_date(fact.earliest, fact.latest)
    return f'<time datetime="{escape(machine)}">{words}</time>' if machine else words


def _places(places: Iterable[Place]) -> str:
    return "; ".join(map(_place, places)) or "Statewide or not placed"


def _place(place: Place) -> str:
    county = f", {escape(place.county)}" if place.county else ""
    return f'<a href="{escape(place.url)}">{escape(place.name)}</a>{county}'
