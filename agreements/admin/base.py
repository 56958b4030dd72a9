"""What every page of the record in the admin can do: the base of all its admins."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from agreements.admin.choices import NamesChoices
from agreements.admin.export import CsvAdmin
from agreements.admin.history import HistoryAdmin
from agreements.admin.locking import LockedAdmin


class DeskAdmin(LockedAdmin, HistoryAdmin, CsvAdmin, NamesChoices):
    """Saves over nobody's change unseen, shows the whole history, is downloaded as CSV, asks a fixed number of queries."""

    show_full_result_count = False  # "3 of 31,000" would count all rows for each search

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        may = {"may_see_deleted": self.may_see_deleted(request)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Found through several rows of another table, a row is found once: asked for by id, not made DISTINCT."""
        found, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        if not may_have_duplicates:
            return found, False
        ids = found.order_by().values("pk")
        return queryset.filter(pk__in=ids), False
