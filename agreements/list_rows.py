"""The lines of a list of agreements: read together, in one query, with no more than a line prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from agreements.kinds import MUNICIPAL_KINDS, EventKind
from agreements.models import Period
from agreements.models.event import Publication
from agreements.paths import path_to
from agreements.row_notes import Told, notes
from agreements.sources import in_words
from agreements.status import Standing

#: Of some agreements: what names them, the places of their agencies, the fields on which their sources differ, and the
#: events of which a note tells. Written out, since building the same with models took longer than all else on the page.
_READ = """
    SELECT agreement.id, agreement.public_id, agency.kind, state.code,
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
            WHERE event.agreement_id = agreement.id AND event.publication = %(published)s
                AND coalesce(event.earliest, event.latest, %(on)s) <= %(on)s),
        (SELECT array_agg(ARRAY[event.kind, event.is_being_checked::text, event.earliest::text, event.latest::text])
            FROM agreements_event AS event
            WHERE event.agreement_id = agreement.id AND event.publication = %(published)s
                AND (event.is_being_checked OR event.kind = %(rescinded)s)
                AND coalesce(event.earliest, event.latest, %(on)s) <= %(on)s)
    FROM agreements_agreement AS agreement
    JOIN agreements_agency AS agency ON agency.id = agreement.agency_id
    JOIN municipalities_state AS state ON state.id = agency.state_id
    WHERE agreement.id = ANY(%(agreements)s)
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
    public_id: str
    agency: str
    kind: str
    state_code: str
    program: str
    standing: Standing
    places: list[Place]
    notes: list[str]

    @property
    def url(self) -> str:
        return path_to("agreement", self.public_id)

    @property
    def is_municipal(self) -> bool:
        return self.kind in MUNICIPAL_KINDS


def read_rows(periods: Sequence[Period], on: date) -> list[Row]:
    """The lines of these periods, in their order. One query."""
    asked: dict[str, Any] = {
        "agreements": [period.agreement_id for period in periods],
        "published": Publication.PUBLISHED,
        "rescinded": EventKind.VOTE_RESCINDED,
        "on": on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_READ, asked)
        found = {pk: rest for pk, *rest in cursor.fetchall()}
    # One that was deleted in between is gone.
    there = (period for period in periods if period.agreement_id in found)
    return [_row(period, period.standing(on), *found[period.agreement_id]) for period in there]


def _row(
    period: Period, standing: Standing, public_id: str, kind: str, state: str, towns: Any, around: Any, *told: Any
) -> Row:
    differs, events = told
    places = [
        Place(name, path_to("municipality", home, county_slug, slug), county)
        for name, slug, county, county_slug, home in towns or ()
    ]
    places = places or [Place(name, path_to("county", home, slug)) for name, slug, home in around or ()]
    said = notes(in_words(differs or ()), [_told(*event) for event in events or ()], standing)
    return Row(period.agreement_id, public_id, period.agency_name, kind, state, period.program, standing, places, said)


def _told(kind: str, is_being_checked: str, earliest: str | None, latest: str | None) -> Told:
    first, last = (date.fromisoformat(day) if day else None for day in (earliest, latest))
    return Told(is_being_checked == "true", first, last)
