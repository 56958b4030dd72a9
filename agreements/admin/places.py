"""The places as editors change them: the reference lists' own admins, with all that the record's can do."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from agreements.admin.base import DeskAdmin
from agreements.checking import to_check
from agreements.ice.fetch import now_in_washington
from municipalities.admin import CountyAdmin, MunicipalityAdmin, StateAdmin
from municipalities.models import County, Municipality, State

admin.site.unregister([State, County, Municipality])


@admin.register(State)
class DeskStateAdmin(DeskAdmin, StateAdmin):
    """A state."""


@admin.register(County)
class DeskCountyAdmin(DeskAdmin, CountyAdmin):
    """A county."""


class DueFilter(admin.SimpleListFilter):
    title = "last look"
    parameter_name = "to_check"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "Followed, and not checked for 30 days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "1":
            return queryset
        return queryset.filter(pk__in=to_check(now_in_washington().date()).values("pk"))


@admin.register(Municipality)
class DeskMunicipalityAdmin(DeskAdmin, MunicipalityAdmin):
    """A municipality."""

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [DueFilter, *super().get_list_filter(request)]
