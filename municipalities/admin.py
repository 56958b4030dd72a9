"""The places in the admin: found and corrected here only where editors know better than the Census."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from municipalities.models import County, Municipality, State


class ReferenceAdmin(admin.ModelAdmin):
    """A row of the reference lists: added freely, but later read-only save for `own_fields`.

    What the Census says is corrected in fixtures/places, or the next load would undo the correction unseen.
    """

    own_fields: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        fields = [*obj._meta.fields, *obj._meta.many_to_many]
        return tuple(field.name for field in fields if field.editable and field.name not in {"id", *self.own_fields})


@admin.register(State)
class StateAdmin(ReferenceAdmin):
    list_display = ("name", "code", "fips")
    search_fields = ("name", "code__iexact", "fips__exact")
    ordering = ("name",)


@admin.register(County)
class CountyAdmin(ReferenceAdmin):
    list_display = ("full_name", "state", "geoid", "population", "is_current")
    list_filter = ("is_current", "state")
    list_select_related = ("state",)
    list_per_page = 50
    search_fields = ("full_name__unaccent", "geoid__exact", "state__code__iexact")  # a full name holds the name
    search_help_text = "Name, GEOID or a state's two letters."
    autocomplete_fields = ("state",)
    ordering = ("state__name", "name", "geoid")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ("name",)}


@admin.register(Municipality)
class MunicipalityAdmin(ReferenceAdmin):
    own_fields = ("policing", "policing_source")
    list_display = ("name", "full_name", "state_code", "main_county_name", "population", "policing")
    list_filter = ("policing", "is_subdivision", "state")
    list_select_related = ("state", "main_county")
    list_per_page = 50
    search_fields = ("full_name__unaccent", "key__exact", "main_county__name", "state__code__iexact")
    search_help_text = "Name, GEOID, county or a state's two letters."
    autocomplete_fields = ("state", "main_county", "counties")
    ordering = ("state__name", "name", "key")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ("name",)}

    @admin.display(description="State", ordering="state__code")
    def state_code(self, place: Municipality) -> str:
        return place.state.code

    @admin.display(description="County", ordering="main_county__name")
    def main_county_name(self, place: Municipality) -> str:
        return place.main_county.name
