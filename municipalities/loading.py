"""Putting the reference places into the database: what is new is added, what differs changed, nothing deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Model

from municipalities.models import County, Municipality, Policing, State
from municipalities.reading import Places

# Any number will do, so long as no other lock of ours has it: two loads at once take turns.
LOCK = 287_001
BATCH = 2_000

Values = dict[str, Any]
AnyModel = TypeVar("AnyModel", bound=Model)


@dataclass(slots=True)
class Tally:
    """What became of the rows of one model."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@transaction.atomic
def load(*, places: Places, only_if_empty: bool = False) -> dict[str, Tally] | None:
    """Writes `places`; returns a tally for each of states, counties and municipalities, or None if it did nothing.

    Only rows that differ are written, so loading the same files again leaves no trace in the history. Rows that the
    files do not have stay. Who polices a place is filled where unknown and never overwritten, for editors know better.
    Raises IntegrityError, with nothing written, where a row added by hand holds a code or address that the files need.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if only_if_empty and Municipality.objects.exists():
        return None
    import contextlib

    with contextlib.nullcontext():
        return {
            "states": _load_states(places),
            "counties": _load_counties(places),
            "municipalities": _load_municipalities(places),
        }


def _load_states(places: Places) -> Tally:
    wanted = {
        row.code: {"name": row.name, "fips": row.fips, "slug": row.code.lower()}  # the address is /us/fl/
        for row in places.states
    }
    return _sync(State, "code", wanted)[0]


def _load_counties(places: Places) -> Tally:
    states = dict(State.objects.values_list("code", "id"))
    wanted = {
        row.geoid: {
            "name": row.name,
            "full_name": row.full_name,
            "state_id": states[row.state],
            "slug": row.slug,
            "latitude": row.latitude,
            "longitude": row.longitude,
            "population": row.population,
            "is_current": row.is_current,
        }
        for row in places.counties
    }
    return _sync(County, "geoid", wanted)[0]


def _load_municipalities(places: Places) -> Tally:
    counties = {geoid: (pk, state) for pk, geoid, state in County.objects.values_list("id", "geoid", "state_id")}
    policing = {row.key: (row.policing, row.source) for row in places.policing}
    known = {
        key: (value, source)
        for key, value, source in Municipality.objects.exclude(policing=Policing.UNKNOWN).values_list(
            "key", "policing", "policing_source"
        )
    }
    wanted = {}
    for row in places.municipalities:
        county, state = counties[row.counties[0]]
        values: Values = {
            "geoid": row.geoid,
            "name": row.name,
            "full_name": row.full_name,
            "kind": row.kind,
            "is_subdivision": row.is_subdivision,
            "state_id": state,
            "main_county_id": county,
            "slug": row.slug,
            "latitude": row.latitude,
            "longitude": row.longitude,
            "population": row.population,
        }
        if found := known.get(row.key) or policing.get(row.key):
            values["policing"], values["policing_source"] = found
        wanted[row.key] = values
    tally, written = _sync(Municipality, "key", wanted)

    ids = dict(Municipality.objects.filter(key__in=list(wanted)).values_list("key", "id"))
    links = {ids[row.key]: {counties[geoid][0] for geoid in row.counties} for row in places.municipalities}
    relinked = _sync_links(links) - {ids[key] for key in written}
    tally.changed += len(relinked)
    tally.unchanged -= len(relinked)
    return tally


def _sync(model: type[AnyModel], key: str, wanted: Mapping[str, Values]) -> tuple[Tally, set[str]]:
    """Makes the rows of `model` have the values of `wanted`; the tally, and the keys that were written."""
    existing = model._default_manager.in_bulk(list(wanted), field_name=key)
    added, changed = [], []
    fields: set[str] = set()
    written: set[str] = set()
    for value, values in wanted.items():
        row = existing.get(value)
        if row is None:
            added.append(model(**{key: value}, **values))
            written.add(value)
            continue
        differing = {name: new for name, new in values.items() if getattr(row, name) != new}
        if differing:
            for name, new in differing.items():
                setattr(row, name, new)
            fields |= differing.keys()
            changed.append(row)
            written.add(value)
    model._default_manager.bulk_create(added, batch_size=BATCH)
    if changed:
        model._default_manager.bulk_update(changed, sorted(fields), batch_size=BATCH // 4)
    return Tally(len(added), len(changed), len(wanted) - len(added) - len(changed)), written


def _sync_links(wanted: Mapping[int, set[int]]) -> set[int]:
    """Makes each municipality (by id) lie in just those counties; the ids of those whose counties changed."""
    through = Municipality.counties.through
    existing: dict[int, set[int]] = {pk: set() for pk in wanted}
    links = through.objects.filter(municipality_id__in=list(wanted)).values_list("municipality_id", "county_id")
    for municipality, county in links:
        existing[municipality].add(county)
    changed = {pk for pk, counties in wanted.items() if counties != existing[pk]}
    through.objects.bulk_create(
        [
            through(municipality_id=pk, county_id=county)
            for pk in sorted(changed)
            for county in sorted(wanted[pk] - existing[pk])
        ],
        batch_size=BATCH,
    )
    for pk in changed:
        if gone := existing[pk] - wanted[pk]:
            through.objects.filter(municipality_id=pk, county_id__in=gone).delete()
    return changed
