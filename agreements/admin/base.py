"""What every page of the record in the admin can do: the base of all its admins."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal

from agreements.admin.choices import NamesChoices
from agreements.admin.export import CsvAdmin
from agreements.admin.history import HistoryAdmin
from agreements.admin.locking import LockedAdmin

#: So many rows that a search finds are named to the next queries one by one; of more, the search itself is repeated.
MOST_IDS = 2_000
_PREFIXES = {"^": "istartswith", "=": "iexact"}
_LOOKUPS = {"exact", "iexact", "icontains", "istartswith"}


class DeskAdmin(LockedAdmin, HistoryAdmin, CsvAdmin, NamesChoices):
    """Saves over nobody's change unseen, shows the whole history, gives CSV, and asks a fixed number of queries."""

    list_per_page = 50
    show_full_result_count = False  # "3 of 31,000" would count all rows for each search

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        may = {"may_see_deleted": self.may_see_deleted(request)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """The rows in which each word is found in one of the search fields.

        Each field is searched by itself and the ids are united: over a join of all their tables each row would be read
        many times, had to be made DISTINCT, and again for the count and the years of the list.
        """
        fields = self.get_search_fields(request)
        for word in smart_split(search_term) if fields else ():
            if word[:1] in "\"'" and word[:1] == word[-1:] and len(word) > 1:
                word = unescape_string_literal(word)
            first, *rest = [
                self.model._base_manager.order_by().filter(**{_lookup(name): word}).values_list("pk") for name in fields
            ]
            ids = first.union(*rest) if rest else first
            found = [pk for (pk,) in ids[: MOST_IDS + 1]]
            queryset = queryset.filter(pk__in=found if len(found) <= MOST_IDS else ids)
        return queryset, False


class ToldAdmin(DeskAdmin):
    """Of rows that come by a command or by another page: here they are neither added nor deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadAdmin(ToldAdmin):
    """Of such rows that are only read."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _lookup(name: str) -> str:
    """A search field as Django's admin writes it, as a lookup."""
    if name[0] in _PREFIXES:
        return f"{name[1:]}{LOOKUP_SEP}{_PREFIXES[name[0]]}"
    return name if name.rsplit(LOOKUP_SEP, 1)[-1] in _LOOKUPS else f"{name}{LOOKUP_SEP}icontains"
