"""The lines of a list of agreements: read together, in one query, with no more than a line prints."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, OrderBy, QuerySet

from agreements.kinds import MUNICIPAL_KINDS, EventKind
from agreements.models import Period
from agreements.models.event import Publication
from agreements.models.standing import SORTS, STANDING, standing_of
from agreements.paths import paths_to
from agreements.row_notes import Told, notes
from agreements.sources import in_words
from agreements.statements import rows
from agreements.status import Standing

_COLUMNS = ("agreement_id", "agency_name", "program", *STANDING)
#: Of a page of periods: what names their agreements, the places of the agencies, the fields on which sources differ,
#: and the events of which a note tells. Written out: building the same with models took longer than all else.
_READ = f"""
    WITH page ({", ".join(_COLUMNS)}) AS MATERIALIZED ({{page}}),
    numbered AS (SELECT row_number() OVER () AS place, page.* FROM page)
    SELECT agreement.public_id, agency.kind, state.code,
        (SELECT json_agg(json_build_array(town.name, town.slug, county.name, county.slug, home.slug) ORDER BY town.name)
            FROM agreements_agency_municipalities AS link
            JOIN municipalities_municipality AS town ON town.id = link.municipality_id
            JOIN municipalities_county AS county ON county.id = town.main_county_id
            JOIN municipalities_state AS home ON home.id = town.state_id
            WHERE link.agency_id = agency.id),
        (SELECT json_agg(json_build_array(county.full_name, county.slug, home.slug) ORDER BY county.full_name)
            FROM agreements_agency_counties AS link
            JOIN municipalities_county AS county ON county.id = link.county_id
            JOIN municipalities_state AS home ON home.id = county.state_id
            WHERE link.agency_id = agency.id),
        (SELECT array_agg(DISTINCT claim.field)
            FROM agreements_event AS event
            JOIN agreements_citation AS citation ON citation.event_id = event.id
            JOIN agreements_claim AS claim ON claim.citation_id = citation.id
            WHERE event.agreement_id = agreement.id AND event.publication = '{Publication.PUBLISHED}'
                AND (coalesce(event.earliest, event.latest) <= %s) IS NOT FALSE),
        (SELECT array_agg(ARRAY[event.kind, event.is_being_checked::text, event.earliest::text, event.latest::text])
            FROM agreements_event AS event
            WHERE event.agreement_id = agreement.id AND event.publication = '{Publication.PUBLISHED}'
                AND (event.is_being_checked OR event.kind = '{EventKind.VOTE_RESCINDED}')
                AND (coalesce(event.earliest, event.latest) <= %s) IS NOT FALSE),
        {", ".join(f"numbered.{column}" for column in _COLUMNS)}
    FROM numbered
    JOIN agreements_agreement AS agreement ON agreement.id = numbered.agreement_id
    JOIN agreements_agency AS agency ON agency.id = agreement.agency_id
    JOIN municipalities_state AS state ON state.id = agency.state_id
    ORDER BY numbered.place
"""


class Place(NamedTuple):
    """A place of an agency in a list: its name, its page, and of a municipality its main county's name."""

    name: str
    url: str
    county: str = ""


@dataclass(frozen=True)
class Row:
    """A line of a list of agreements. kind and program are values, not words; pk is the agreement's."""

    pk: int
    url: str
    agency: str
    kind: str
    state_code: str
    program: str
    standing: Standing
    places: list[Place]
    notes: list[str]

    @property
    def is_municipal(self) -> bool:
        return self.kind in MUNICIPAL_KINDS


def ordered(periods: QuerySet[Period], sort: str) -> QuerySet[Period]:
    """The periods by one of SORTS, "-" before it for descending; by the default where it is none of them.

    What has no day comes last either way. The columns and their directions are those of the table's indexes.
    """
    name = sort.removeprefix("-")
    is_descending = sort.startswith("-") and name in SORTS
    columns = SORTS.get(name, SORTS[""])
    by = [OrderBy(F(one), descending=is_descending, nulls_last=is_descending or None) for one in columns]
    return periods.order_by(*by, "agreement_id")


def read_rows(periods: QuerySet[Period], on: date) -> list[Row]:
    """The lines of these periods, a page of them, in their order. One query."""
    try:
        page, values = periods.values_list(*_COLUMNS).query.sql_with_params()
    except EmptyResultSet:  # Django saw by itself that there can be none
        return []
    with connection.cursor() as cursor:
        cursor.execute(_READ.format(page=page), (*values, on, on))
        return _lines(cursor.fetchall(), on)


def read_first_rows(sort: str, size: int, on: date) -> list[Row]:
    """The first so many lines of all agreements on the record's last day: what most readers of a list ask for."""
    return _lines(rows(_reading_first(sort, size), (on, on)), on)


@cache
def _reading_first(sort: str, size: int) -> str:
    """What reads them: always the same, so that Django writes it once, and PostgreSQL plans it once a connection."""
    periods = ordered(Period.objects.filter(is_current=True), sort)[:size]
    page, _ = periods.values_list(*_COLUMNS).query.sql_with_params()
    return _READ.format(page=page)


def _lines(found: Iterable[tuple[Any, ...]], on: date) -> list[Row]:
    line = Line(on, paths_to("agreement", 1), paths_to("municipality", 3), paths_to("county", 2))
    return [line.of(*row) for row in found]


class Line(NamedTuple):
    """What makes lines of rows: the day, and the paths of agreements, municipalities and counties."""

    on: date
    agreement: Callable[..., str]
    municipality: Callable[..., str]
    county: Callable[..., str]

    def of(
        self,
        public_id: str,
        kind: str,
        state: str,
        towns: Any,
        around: Any,
        differs: Any,
        events: Any,
        pk: int,
        agency: str,
        program: str,
        *columns: Any,
    ) -> Row:
        standing = standing_of(self.on, *columns)
        places = [
            Place(name, self.municipality(home, county_slug, slug), county)
            for name, slug, county, county_slug, home in towns or ()
        ]
        places = places or [Place(name, self.county(home, slug)) for name, slug, home in around or ()]
        said = notes(in_words(differs or ()), [_told(*event) for event in events or ()], standing)
        return Row(pk, self.agreement(public_id), agency, kind, state, program, standing, places, said)


def _told(kind: str, is_being_checked: str, earliest: str | None, latest: str | None) -> Told:
    first, last = (date.fromisoformat(day) if day else None for day in (earliest, latest))
    return Told(is_being_checked == "true", first, last)
