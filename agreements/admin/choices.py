"""The names of what a form's fields refer to, in one query a field however many rows there are."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from agreements.models import Agency, AgencyAlias, Agreement, Check, Citation, Claim, Event, LinkCheck, Listing, Sheet
from municipalities.models import County, Municipality

#: What the name of a row is taken from, beside the row itself: read along with it.
NAMED_BY: dict[type[models.Model], tuple[str, ...]] = {
    Agency: ("state",),
    AgencyAlias: ("state",),
    Agreement: ("agency",),
    Check: ("municipality__state",),
    Citation: ("source",),
    Claim: (),
    County: ("state",),
    Event: (),
    LinkCheck: ("source",),
    Listing: ("first_sheet",),
    Municipality: ("state",),
    Sheet: (),
}


def named(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with all that their names are made of."""
    names = NAMED_BY.get(queryset.model, ())
    return queryset.select_related(*names) if names else queryset


class KnownSelect(AutocompleteSelect):
    """An autocomplete field that has been told the names of what the rows of its formset refer to.

    known is shared by the copies of the field in all forms of one formset: `LoadsChoices` fills it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: dict[str, str] = {}

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        chosen = [one for one in map(str, value) if one]
        if not chosen or not self.known.keys() >= set(chosen):
            return super().optgroups(name, value, attrs) if chosen else self._written(name, [])
        return self._written(name, chosen)

    def _written(self, name: str, chosen: list[str]) -> list[Any]:
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        numbered = enumerate(chosen, len(empty))
        options = [self.create_option(name, key, self.known[key], True, number) for number, key in numbered]
        return [(None, [*empty, *options], 0)]


class LoadsChoices(forms.BaseInlineFormSet):
    """A formset that reads what its rows refer to at once, not once a row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.form.base_fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            if (
                isinstance(widget, KnownSelect)
                and isinstance(field, forms.ModelChoiceField)
                and field.queryset is not None
            ):
                ids = {getattr(row, widget.field.attname) for row in self.get_queryset()} - {None}
                rows = field.queryset.filter(pk__in=ids) if ids else ()
                widget.known.update({str(row.pk): str(field.label_from_instance(row)) for row in rows})


class NamesChoices(BaseModelAdmin):
    """Its fields for other rows read these with their names."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return _named_field(super().formfield_for_foreignkey(db_field, request, **kwargs))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return _named_field(super().formfield_for_manytomany(db_field, request, **kwargs))


def _named_field(field: Any) -> Any:
    if field is not None:
        field.queryset = named(field.queryset)
    return field


class DeskInline(NamesChoices, admin.options.InlineModelAdmin):
    """An inline that takes as many queries for many rows as for one."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KnownSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return named(super().get_queryset(request))

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        return type(formset.__name__, (LoadsChoices, formset), {})


class NamesFields(forms.BaseInlineFormSet):
    """Says of each field in a table's row what its column is: to a screen reader Django's admin does not."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs.setdefault("aria-label", str(field.label))


class DeskTabularInline(DeskInline, admin.TabularInline):
    """The same as a table."""

    formset = NamesFields


class DeskStackedInline(DeskInline, admin.StackedInline):
    """The same, one row beneath another."""


class NamedAutocomplete(AutocompleteJsonView):
    """What an autocomplete field offers, with its names read at once."""

    def get_queryset(self) -> QuerySet[Any]:
        return named(super().get_queryset())
