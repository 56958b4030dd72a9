"""Agencies, the names under which they are printed, and their agreements."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from agreements.admin.base import DeskAdmin
from agreements.admin.choices import DeskTabularInline
from agreements.admin.desk import unplaced
from agreements.admin.kept import KeptAdmin, StandingForm
from agreements.models import Agency, AgencyAlias, Agreement

IS_MERGED = ("merged_into", admin.EmptyFieldListFilter)


class PlacedFilter(admin.SimpleListFilter):
    title = "place"
    parameter_name = "placed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Has none, and should")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(pk__in=unplaced().order_by().values("pk")) if self.value() == "no" else queryset


class AliasForm(StandingForm):
    """A name that was read from a list becomes an editor's answer where an editor says whose it is."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if {"agency", "state", "printed_name", "program"} & set(self.changed_data):
            cleaned["is_answer"] = True
        return cleaned


class AliasInline(DeskTabularInline):
    model = AgencyAlias
    form = AliasForm
    fk_name = "agency"
    extra = 0
    autocomplete_fields = ("state",)


@admin.register(Agency)
class AgencyAdmin(KeptAdmin):
    kept = frozenset({"name", "kind", "municipalities", "counties", "placing_note"})
    list_display = ("name", "state", "kind", "placing_note", "is_from_list", "merged_into")
    list_filter = (PlacedFilter, "kind", "is_from_list", IS_MERGED, "state")
    list_select_related = ("state", "merged_into__state")
    search_fields = ("name", "aliases__printed_name", "municipalities__name", "counties__name")
    autocomplete_fields = ("state", "municipalities", "counties")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (AliasInline,)


@admin.register(AgencyAlias)
class AgencyAliasAdmin(DeskAdmin):
    form = AliasForm
    list_display = ("printed_name", "state", "program", "agency", "is_answer")
    list_filter = ("is_answer", "program", "state")
    list_select_related = ("state", "agency__state")
    search_fields = ("printed_name", "agency__name")
    autocomplete_fields = ("agency", "state")


@admin.register(Agreement)
class AgreementAdmin(KeptAdmin):
    kept = frozenset({"moa_url", "addendum_urls"})
    form = StandingForm
    list_display = ("public_id", "agency", "program", "is_from_list", "merged_into")
    list_filter = ("program", "is_from_list", IS_MERGED, "agency__kind", "agency__state")
    list_select_related = ("agency__state", "merged_into__agency")
    search_fields = ("public_id", "agency__name", "agency__aliases__printed_name", "agency__municipalities__name")
    autocomplete_fields = ("agency",)
