"""Any list of the admin as CSV: the rows that its filters and search leave, in the columns of the record's fixture.

References are written as there, by keys that mean the same in every database. What is for editors alone (their notes,
who answered) has no column. A cell that a spreadsheet would run as a formula begins with an apostrophe instead.
"""

import csv
from collections.abc import Iterable, Iterator
from contextlib import closing
from io import StringIO
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import ManyToManyField, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone

from agreements.fixture import KEYS, TABLES, written
from agreements.models import Citation, LinkCheck, Proposal, Revision
from municipalities.models import County, Municipality, State

#: What the fixture keeps and nobody but editors is to see.
PRIVATE: dict[type[Model], frozenset[str]] = {Citation: frozenset({"note"}), Proposal: frozenset({"note"})}
#: Those of lists that the record's fixture does not have.
_PLACES = ("latitude", "longitude", "population")
OTHERS: dict[type[Model], tuple[str, ...]] = {
    State: ("code", "name", "fips", "slug"),
    County: ("geoid", "name", "full_name", "state", "slug", *_PLACES, "is_current"),
    Municipality: (
        *("key", "geoid", "name", "full_name", "kind", "is_subdivision", "state", "main_county", "slug", *_PLACES),
        *("policing", "policing_source", "counties"),
    ),
    Revision: ("id", "event", "number", "standing", "reason", "columns", "published_at"),
    LinkCheck: ("source", "checked_at", "outcome", "status", "error", "failures", "moved_to", "suggested_copy"),
}
#: What spreadsheets take for the beginning of a formula, the wide forms of East Asian keyboards included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
CHUNK = 1_000


class CsvAdmin(admin.ModelAdmin):
    """Its list can be downloaded by whoever may see it."""

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_csv"
        return [path("csv/", self.admin_site.admin_view(self.csv_view), name=name), *super().get_urls()]

    def csv_view(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """All rows that the list shows under this query, over all of its pages, in its order."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        response = StreamingHttpResponse(lines(self.model, rows), content_type="text/csv; charset=utf-8")
        file_name = f"{self.opts.verbose_name_plural}-{timezone.localdate()}.csv".replace(" ", "_")
        response["Content-Disposition"] = f'attachment; filename="{file_name}"'
        return response

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        query = request.GET.copy()
        query.pop(PAGE_VAR, None)
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_csv")
        link = {"csv_url": f"{address}?{query.urlencode()}" if query else address}
        return super().changelist_view(request, {**link, **(extra_context or {})})


def columns(model: type[Model]) -> tuple[str, ...]:
    """The columns of a model's CSV, in order. Raises KeyError for a model that has none."""
    if model in OTHERS:
        return OTHERS[model]
    table = {one.model: one for one in TABLES}[model]
    own = (*(["id"] if table.keeps_id else []), *table.columns, *table.many)
    return tuple(name for name in own if name not in PRIVATE.get(model, ()))


def lines(model: type[Model], rows: QuerySet[Any]) -> Iterator[str]:
    """The CSV of these rows, line by line, as they are read."""
    names = columns(model)
    read = [_paths(model, name) for name in names]
    # Asked for anew by their ids: a list that had to be made DISTINCT would lose rows that are alike in these columns.
    own = model._base_manager.filter(pk__in=rows.order_by().values("pk")).order_by(*rows.query.order_by)
    yield _line(names)
    found: Any = own.values_list(*(each for paths in read for each in paths)).iterator(chunk_size=CHUNK)
    # Closed where a reader goes away in the middle: left to the collector of garbage, the cursor may be closed while
    # the connection is in use, and wait for it forever.
    with closing(found):
        for values in found:
            left = iter(values)
            yield _line(cell(_joined([next(left) for _ in paths])) for paths in read)


def _paths(model: type[Model], name: str) -> list[Any]:
    """What a column is read from: its field, the key of the row that it refers to, or the keys of all of these."""
    column: Any = model._meta.get_field(name)
    if isinstance(column, ManyToManyField):
        target, back = column.related_model, column.related_query_name()
        (key,) = KEYS[target]
        return [ArraySubquery(target._base_manager.filter(**{back: OuterRef("pk")}).order_by(key).values(key))]
    if column.related_model:
        return [f"{name}__{part}" for part in KEYS[column.related_model]]
    return [name]


def _joined(parts: list[Any]) -> Any:
    """One value as it is; the parts of a key as the fixture writes them."""
    if len(parts) == 1:
        return parts[0]
    return "/".join(map(str, parts)) if None not in parts else None


def cell(value: Any) -> str:
    """A value as the fixture writes it, with keys by a space between them, and nothing in it that would be run."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = " ".join(value)
    text = written(value)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, int | float) else text


def _line(cells: Iterable[str]) -> str:
    """A line of CSV, with its end."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
