"""The record's fixture: one CSV a model, in fixtures/record, with keys that mean the same in every database.

Columns are explicit. References are written by natural key (a county's GEOID, an agreement's public id), so that the
files can be read, compared and loaded anywhere; ids of events are kept, since pages cite them (#e45).
"""

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import IntegrityError, connection, models, transaction

from agreements.ice.evidence import form_of
from agreements.ice.parse import COLUMNS as PRINTED
from agreements.models import (
    Agency,
    AgencyAlias,
    Agreement,
    Check,
    Citation,
    Claim,
    Event,
    Listing,
    Proposal,
    Sheet,
    Source,
    Suit,
)
from agreements.models.revision import RECORD, writes_as
from municipalities.models import County, Municipality, State

FOLDER = settings.BASE_DIR / "fixtures" / "record"


#: The ids of the rows in the database, by model and key.
Known: TypeAlias = dict[type[models.Model], dict[str, int]]


class FixtureError(ValueError):
    """A row of the fixture cannot be loaded. The message names file, line, column and value."""


@dataclass(frozen=True)
class Table:
    """How a model stands in its file: its columns, a model among them as a reference to it by key.

    packed: a field that holds a mapping of these keys only, written as the list of its values. worked_out: fields that
    follow from the others, and are not written.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    many: tuple[str, ...] = ()
    keeps_id: bool = False
    packed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    worked_out: Mapping[str, Callable[[Any], object]] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        return f"{self.model._meta.verbose_name_plural}.csv".replace(" ", "_")


TABLES = (
    Table(
        Agency,
        ("state", "slug", "name", "kind", "placing_note", "is_from_list", "merged_into"),
        many=("municipalities", "counties"),
    ),
    Table(AgencyAlias, ("agency", "state", "printed_name", "program", "is_answer", "reason")),
    Table(
        Agreement,
        ("public_id", "agency", "program", "moa_url", "addendum_urls", "is_from_list", "merged_into"),
    ),
    Table(Suit, ("key", "name", "court", "docket", "is_about_duty_to_sign")),
    Table(
        Source,
        (
            "url",
            "title",
            "publisher",
            "kind",
            "published_earliest",
            "published_latest",
            "archived_url",
        ),
        keeps_id=True,
    ),
    Table(
        Event,
        (
            "kind",
            "earliest",
            "latest",
            "sequence",
            "scheduled_for",
            "summary",
            "votes_for",
            "votes_against",
            "votes_absent",
            "suit",
            "is_being_checked",
            "is_from_list",
            "publication",
            "agreement",
            "agency",
            "municipality",
            "county",
            "state",
        ),
        keeps_id=True,
    ),
    Table(
        Citation,
        ("event", "source", "is_used", "is_from_list", "confidence", "says", "note"),
        keeps_id=True,
    ),
    Table(Claim, ("citation", "field", "value", "earliest", "latest")),
    Table(Check, ("municipality", "day", "covers_from", "source", "result")),
    Table(
        Sheet,
        (
            "list",
            "order",
            "published_on",
            "half_day",
            "file_name",
            "sha256",
            "rows",
            "layout",
            "problems",
            "is_settled",
            "held_because",
            "ruling",
            "source",
        ),
    ),
    Table(
        Listing,
        (
            "agreement",
            "first_sheet",
            "last_sheet",
            "row",
            "occurrence",
            "signed_on",
            "printed",
            "moa_url",
            "addendum_url",
            "problems",
        ),
        packed={"printed": PRINTED},
        worked_out={"form": form_of},
    ),
    Table(
        Proposal,
        (
            "key",
            "kind",
            "sentence",
            "evidence",
            "agreement",
            "agency",
            "other_agency",
            "sheet",
            "is_current",
            "answer",
            "note",
        ),
    ),
)

#: How a reference is written: these fields, joined by "/". Sources, events and citations have no natural key short
#: enough: their ids are kept.
KEYS: dict[type[models.Model], tuple[str, ...]] = {
    State: ("code",),
    County: ("geoid",),
    Municipality: ("key",),
    Agency: ("state__code", "slug"),
    Agreement: ("public_id",),
    Suit: ("key",),
    Sheet: ("list", "order"),
    Source: ("pk",),
    Event: ("pk",),
    Citation: ("pk",),
}


def dump(folder: Path = FOLDER) -> dict[str, int]:
    """Write the whole record; returns rows by file. The same record gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    return {table.file_name: _dump_table(table, folder / table.file_name) for table in TABLES}


def _dump_table(table: Table, path: Path) -> int:
    targets = {target for name in (*table.columns, *table.many) if (target := _target(table.model, name))}
    keys = {model: _keys_by_id(model) for model in targets}
    rows = []
    for obj in table.model._default_manager.order_by("pk").prefetch_related(*table.many):
        row = {"id": obj.pk} if table.keeps_id else {}
        for name in table.columns:
            target = _target(table.model, name)
            value = getattr(obj, f"{name}_id" if target else name)
            if name in table.packed:
                value = _packed(value, table.packed[name])
            row[name] = keys[target].get(value, "") if target else written(value)
        for name in table.many:
            others = getattr(obj, name).all()
            row[name] = " ".join(sorted(keys[type(other)][other.pk] for other in others))
        rows.append(row)
    if not table.keeps_id:
        rows.sort(key=lambda row: [str(value) for value in row.values()])
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, _header(table), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def load(folder: Path = FOLDER) -> dict[str, int]:
    """Load the whole record into a database that has the places and no record; returns rows by file.

    All or nothing: FixtureError names the first row that cannot be loaded, and nothing is written.
    """
    if Agency.objects.exists() or Event.objects.exists():
        raise FixtureError("There is a record in this database already: loading would mix the two.")
    counts = {}
    with transaction.atomic(), writes_as(RECORD):
        known: Known = {model: _ids_by_key(model) for model in (State, County, Municipality)}
        for table in TABLES:
            counts[table.file_name] = _load_table(table, folder / table.file_name, known)
            if table.model in KEYS:
                known[table.model] = _ids_by_key(table.model)
        with connection.cursor() as cursor:
            # Ids were given, not drawn: the next event must not meet one of them.
            for sql in connection.ops.sequence_reset_sql(no_style(), [t.model for t in TABLES if t.keeps_id]):
                cursor.execute(sql)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return counts


def _load_table(table: Table, path: Path, known: Known) -> int:
    objects: list[models.Model] = []
    own = [name for name in table.columns if _target(table.model, name) is table.model]
    own_links: list[tuple[models.Model, str, str, str]] = []
    links: dict[str, list[tuple[models.Model, int]]] = {name: [] for name in table.many}
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != _header(table):
            raise FixtureError(f"{path.name}, line 1: expected the columns {_header(table)}, found {reader.fieldnames}")
        for row in reader:
            where = f"{path.name}, line {reader.line_num}"
            if None in row or None in row.values():
                raise FixtureError(f"{where}: there are not as many cells as columns")
            obj = _object(table, row, where, known)
            objects.append(obj)
            own_links += [(obj, name, row[name], where) for name in own if row[name]]
            for name, pairs in links.items():
                pairs += [(obj, _reference(table, name, key, where, known)) for key in row[name].split()]
    try:
        table.model._default_manager.bulk_create(objects, batch_size=2000)
    except IntegrityError as error:
        raise FixtureError(f"{path.name}: {error}") from error
    if own_links:  # rows of this very table, which have ids only now
        ids = {**known, table.model: _ids_by_key(table.model)}
        for obj, name, key, where in own_links:
            setattr(obj, f"{name}_id", _reference(table, name, key, where, ids))
        table.model._default_manager.bulk_update([obj for obj, *_ in own_links], own)
    for name, pairs in links.items():
        many: Any = table.model._meta.get_field(name)
        ours, theirs = f"{many.m2m_field_name()}_id", f"{many.m2m_reverse_field_name()}_id"
        through = many.remote_field.through
        through.objects.bulk_create(
            (through(**{ours: obj.pk, theirs: other_id}) for obj, other_id in pairs), batch_size=5000
        )
    return len(objects)


def _object(table: Table, row: dict[str, str], where: str, known: Known) -> models.Model:
    """The row as an object that is not saved yet."""
    obj = table.model()
    for name in ("id", *table.columns) if table.keeps_id else table.columns:
        column: Any = table.model._meta.get_field(name)
        target = _target(table.model, name)
        if target:
            is_empty = target is table.model or (row[name] == "" and column.null)
            setattr(obj, f"{name}_id", None if is_empty else _reference(table, name, row[name], where, known))
            continue
        try:
            value = _read(column, row[name])
            if name in table.packed:
                value = _unpacked(value, table.packed[name])
            # Whatever a form would refuse is refused here too: a kind that is none, a text too long for its column.
            setattr(obj, name, column.clean(value, obj))
        except (ValueError, ValidationError) as error:
            why = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise FixtureError(f"{where}, {name}: cannot read {row[name]!r}: {why}") from error
    for name, work_out in table.worked_out.items():
        setattr(obj, name, work_out(obj))
    return obj


def _reference(table: Table, name: str, key: str, where: str, known: Known) -> int:
    """The id of the row that a key stands for."""
    target = _target(table.model, name)
    if target is None or key not in known[target]:
        raise FixtureError(f"{where}, {name}: no row has the key {key!r}")
    return known[target][key]


def _header(table: Table) -> list[str]:
    return [*(["id"] if table.keeps_id else []), *table.columns, *table.many]


def _target(model: type[models.Model], name: str) -> type[models.Model] | None:
    """The model that a column refers to; None for a plain value."""
    related = model._meta.get_field(name).related_model
    return related if isinstance(related, type) else None


def _keys_by_id(model: type[models.Model]) -> dict[int, str]:
    rows = model._default_manager.order_by().values_list("pk", *KEYS[model])
    return {pk: "/".join(map(str, parts)) for pk, *parts in rows}


def _ids_by_key(model: type[models.Model]) -> dict[str, int]:
    return {key: pk for pk, key in _keys_by_id(model).items()}


def _packed(value: Mapping[str, object], keys: tuple[str, ...]) -> list[object]:
    """The values of a mapping in the order of keys, "" where it has none; empty ones at the end are left out."""
    if unknown := value.keys() - set(keys):
        raise FixtureError(f"cannot write the keys {', '.join(sorted(unknown))}")
    values = [value.get(key, "") for key in keys]
    while values and values[-1] == "":
        values.pop()
    return values


def _unpacked(value: object, keys: tuple[str, ...]) -> dict[str, object]:
    if not isinstance(value, list) or len(value) > len(keys):
        raise ValueError(f"expected at most {len(keys)} values")
    return {key: each for key, each in zip(keys, value, strict=False) if each != ""}


def written(value: object) -> str:
    """A cell: empty for unknown, 1 or empty for yes or no, JSON for lists and mappings."""
    if value is None or value is False or value == [] or value == {}:
        return ""
    if value is True:
        return "1"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value.isoformat() if isinstance(value, date) else str(value)


def _read(field: models.Field, cell: str) -> object:
    if isinstance(field, models.BooleanField):
        return cell == "1"
    if field.get_internal_type() in {"ArrayField", "JSONField"}:
        return json.loads(cell) if cell else field.get_default()
    if cell == "" and field.null:
        return None
    return field.to_python(cell)
