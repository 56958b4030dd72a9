"""What became of a row: its history, kept by triggers for whoever changed it, said field by field.

A change page writes several tables: the row's own, its links, and the rows of its inlines. The history of all of them
is the history of that page.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.admin import ModelAdmin
from django.contrib.auth import get_user_model
from django.db.models import Max, Model, OuterRef, QuerySet, Subquery, Value
from django.forms.models import _get_foreign_key
from django.http import HttpRequest
from django.utils.text import Truncator, capfirst
from pghistory.models import Event as HistoryRow

from agreements.admin.choices import named
from agreements.dates import day_in_words

EMPTY = "(empty)"
NOBODY = "a command or SQL"
LONGEST = 300
TRACKED = "pgh_tracked_model"
WORDS = {"insert": "Added", "update": "Changed", "delete": "Deleted"}

Names = dict[tuple[type[Model], Any], str]


@dataclass(frozen=True)
class Track:
    """One table that a change page writes, the rows in it that are the page's, and their history.

    about: what these rows are beside the page's own, "" for that. history is None where none is kept.
    """

    model: type[Model]
    rows: dict[str, Any]
    about: str
    history: Any
    entries: dict[str, Any]

    def newest(self) -> int:
        """The id of the newest entry of its history; 0 where there is none."""
        if self.history is None:
            return 0
        return self.history._base_manager.filter(**self.entries).aggregate(newest=Max("pgh_id"))["newest"] or 0


@dataclass(frozen=True)
class Changed:
    """One field as it was and as it became, in words."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One entry of the history: when, by whom, what was done to which row, and to which of its fields."""

    at: datetime
    who: str
    done: str
    about: str
    fields: list[Changed] = field(default_factory=list)


@cache
def histories() -> dict[type[Model], Any]:
    """The model of the history of each model that has one, links included."""
    return {
        getattr(model, TRACKED)._meta.concrete_model: model
        for model in apps.get_models()
        if issubclass(model, HistoryRow) and hasattr(model, TRACKED)
    }


def tracks(admin: ModelAdmin, request: HttpRequest, pk: Any, obj: Model | None = None) -> list[Track]:
    """The tables that the change page of this row writes: its own first."""
    model = admin.model
    found = [Track(model, {"pk": pk}, "", histories().get(model), {"pgh_obj": pk})]
    for many in model._meta.many_to_many:
        link: Any = many
        where = {f"{link.m2m_field_name()}_id": pk}
        through = link.remote_field.through
        found.append(Track(through, where, str(link.verbose_name), histories().get(through), where))
    for inline in admin.get_inline_instances(request, obj):
        key = _get_foreign_key(model, inline.model, fk_name=inline.fk_name)
        where = {key.attname: pk}
        name = str(inline.model._meta.verbose_name)
        found.append(Track(inline.model, where, name, histories().get(inline.model), where))
    return found


def entries(followed: Sequence[Track], since: Sequence[int] = ()) -> Any:
    """All entries of these tables, newest first: (moment, number of the table, id), to be paged and given to `read`.

    since: only those later than this one of each table.
    """
    parts = [
        track.history._base_manager.filter(**track.entries, pgh_id__gt=since[number] if since else 0)
        .annotate(table_number=Value(number))
        .order_by()
        .values_list("pgh_created_at", "table_number", "pgh_id")
        for number, track in enumerate(followed)
        if track.history is not None
    ]
    if not parts:
        return []
    first, *rest = parts
    joined = first.union(*rest, all=True) if rest else first
    return joined.order_by("-pgh_created_at", "table_number", "-pgh_id")


def read(followed: Sequence[Track], picked: Iterable[tuple[datetime, int, int]]) -> list[Change]:
    """These entries in words, in their order. As many queries for many entries as for one."""
    picked = list(picked)
    by_track: dict[int, list[int]] = defaultdict(list)
    for _, number, pgh_id in picked:
        by_track[number].append(pgh_id)
    rows: dict[tuple[int, int], Any] = {}
    befores: dict[tuple[int, int], Any] = {}
    for number, ids in by_track.items():
        history = followed[number].history
        mine = list(_with_before(history, ids))
        rows |= {(number, row.pgh_id): row for row in mine}
        before_of = {row.pgh_id: before for row in mine if (before := getattr(row, "before_id", None))}
        earlier = history._base_manager.in_bulk(before_of.values())
        befores |= {(number, pgh_id): earlier[before] for pgh_id, before in before_of.items()}
    names = _names(followed, rows, befores)
    who = _people(rows.values())
    return [
        _change(followed[number], rows[number, pgh_id], befores.get((number, pgh_id)), names, who)
        for _, number, pgh_id in picked
    ]


def _with_before(history: Any, ids: list[int]) -> QuerySet[Any]:
    found = history._base_manager.filter(pgh_id__in=ids).select_related("pgh_context")
    if not _has_own_row(history):
        return found
    earlier = history._base_manager.filter(pgh_obj=OuterRef("pgh_obj"), pgh_id__lt=OuterRef("pgh_id")).order_by(
        "-pgh_id"
    )
    return found.annotate(before_id=Subquery(earlier.values("pgh_id")[:1]))


def _has_own_row(history: Any) -> bool:
    """False of links: they are made and cut, never changed."""
    return any(one.name == "pgh_obj" for one in history._meta.fields)


def _columns(track: Track) -> list[Any]:
    """The fields of the table that its history keeps and that say something."""
    kept = {one.name for one in track.history._meta.fields}
    foreign = {one.removesuffix("_id") for one in track.rows}
    return [
        one
        for one in track.model._meta.concrete_fields
        if not one.primary_key and one.name in kept and not (track.about and one.name in foreign)
    ]


def _names(followed: Sequence[Track], rows: dict[tuple[int, int], Any], befores: dict[tuple[int, int], Any]) -> Names:
    """The names of all rows that these entries refer to, and of the inlines' own rows, where they still are."""
    wanted: dict[type[Model], set[Any]] = defaultdict(set)
    for (number, _), row in [*rows.items(), *befores.items()]:
        track = followed[number]
        if track.about and _has_own_row(track.history):
            wanted[track.model].add(row.pgh_obj_id)
        for column in _columns(track):
            if column.related_model and (value := getattr(row, column.attname)) is not None:
                wanted[column.related_model].add(value)
    return {
        (model, one.pk): str(one)
        for model, ids in wanted.items()
        for one in named(model._base_manager.filter(pk__in=ids))
    }


def _people(rows: Iterable[Any]) -> dict[Any, str]:
    """The names of those who are in the context of these entries, by their ids."""
    ids = {user for row in rows if (user := _user_of(row)) is not None}
    if not ids:
        return {}
    people = get_user_model()._default_manager.filter(pk__in=ids)
    return {one.pk: one.get_full_name() or one.get_username() for one in people}


def _user_of(row: Any) -> Any:
    return (row.pgh_context.metadata or {}).get("user") if row.pgh_context else None


def _change(track: Track, row: Any, before: Any, names: Names, who: dict[Any, str]) -> Change:
    user = _user_of(row)
    fields = []
    for column in _columns(track):
        new = _value(column, row, names)
        old = _value(column, before, names) if before else EMPTY
        if row.pgh_label == "delete":
            old, new = new, EMPTY
        # Where no earlier entry is kept, what was changed cannot be told: all that it became is said.
        if old != new:
            is_unknown = row.pgh_label == "update" and before is None
            fields.append(Changed(column.name, capfirst(column.verbose_name), "(not kept)" if is_unknown else old, new))
    about = track.about
    if about and _has_own_row(track.history):
        about = f"{about}: {names.get((track.model, row.pgh_obj_id), row.pgh_obj_id)}"
    said = who.get(user, f"user {user}, deleted since") if user is not None else NOBODY
    return Change(row.pgh_created_at, said, WORDS[row.pgh_label], about, fields)


def _value(column: Any, row: Any, names: Names) -> str:
    """What a column of an entry holds, in words."""
    value = getattr(row, column.attname)
    if column.related_model and value is not None:
        return names.get((column.related_model, value), f"{column.related_model._meta.verbose_name} {value}, deleted")
    return in_words(value, dict(column.flatchoices))


def in_words(value: Any, choices: dict[Any, Any] | None = None) -> str:
    """A value of a field as an editor would say it."""
    if choices and value in choices:
        return str(choices[value]) or EMPTY
    if value is None or value == "" or value == [] or value == {}:
        return EMPTY
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date) and not isinstance(value, datetime):
        return day_in_words(value)
    if isinstance(value, list | dict):
        is_plain = isinstance(value, list) and all(isinstance(one, str) for one in value)
        value = ", ".join(value) if is_plain else json.dumps(value, ensure_ascii=False, default=str)
    return Truncator(str(value)).chars(LONGEST)
