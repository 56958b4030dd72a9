"""Agencies, the names under which they are printed, and their agreements."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from agreements.admin.base import DeskAdmin
from agreements.admin.choices import DeskTabularInline
from agreements.admin.desk import unplaced
from agreements.admin.kept import KeptAdmin, StandingForm, editor, say_what_followed
from agreements.ice import answering
from agreements.ice.agencies import STATE_KINDS
from agreements.ice.apply import Rules, settle
from agreements.ice.evidence import lock_imports
from agreements.ice.writer import last_number, public_id
from agreements.models import Agency, AgencyAlias, Agreement, Listing

IS_MERGED = ("merged_into", admin.EmptyFieldListFilter)
#: What the importer goes by in an alias: a change of it settles the record anew.
NAMING = frozenset({"agency", "state", "printed_name", "program", "is_answer"})
PLACES = ("municipalities", "counties")


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
        if (NAMING - {"is_answer"}) & set(self.changed_data):
            cleaned["is_answer"] = True
        # One that was left out by mistake would be an answer that does nothing: nothing in a row's state is empty.
        if cleaned.get("state") is None and (self.instance.pk is None or "state" in self.changed_data):
            self.add_error("state", "Choose the state. Whose a row without one is, is said on the review of its sheet.")
        return cleaned


class AliasInline(DeskTabularInline):
    model = AgencyAlias
    form = AliasForm
    fk_name = "agency"
    extra = 0
    autocomplete_fields = ("state",)


class AgencyForm(StandingForm):
    """An agency whose places are all of its own state: the fields offer those of every state."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        state = cleaned.get("state") or getattr(self.instance, "state", None)
        for name in PLACES:
            try:
                if state and cleaned.get(name):
                    answering.refuse_other_states(state, list(cleaned[name].select_related("state")))
            except ValidationError as error:
                self.add_error(name, error)
        return cleaned


@admin.register(Agency)
class AgencyAdmin(KeptAdmin):
    form = AgencyForm
    kept = frozenset({"name", "kind", "municipalities", "counties", "placing_note"})
    list_display = ("name", "state", "kind", "placing_note", "is_from_list", "merged_into")
    list_filter = (PlacedFilter, "kind", "is_from_list", IS_MERGED, "state")
    list_select_related = ("state", "merged_into__state")
    search_fields = ("name", "aliases__printed_name", "municipalities__name", "counties__name")
    autocomplete_fields = ("state", "municipalities", "counties")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (AliasInline,)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """What an editor says of an agency's names and places holds at once: the record is brought to it."""
        super().save_related(request, form, formsets, change)
        agency = form.instance
        changed = set(form.changed_data)
        has_moved = bool({*PLACES, "kind"} & changed)
        if changed & set(PLACES) or (has_moved and agency.kind in STATE_KINDS):
            answering.placed(agency=agency, by=editor(request))
        is_renamed = any(_names(each) for formset in formsets if formset.model is AgencyAlias for each in formset.forms)
        if is_renamed or (has_moved and _is_listed(agency)):
            say_what_followed(request, settle(Rules.load()))


def _names(form: forms.ModelForm) -> bool:
    """Whether the row of a formset changes whose a name is; an empty row that was added changes nothing."""
    return form.has_changed() and bool(NAMING & set(form.changed_data) or form.cleaned_data.get("DELETE"))


def _is_listed(agency: Agency) -> bool:
    """Whether ICE's lists print it, so that something can follow from where it is."""
    return Listing.objects.filter(agreement__agency=agency).exists()


@admin.register(AgencyAlias)
class AgencyAliasAdmin(DeskAdmin):
    form = AliasForm
    list_display = ("printed_name", "state", "program", "agency", "is_answer")
    list_filter = ("is_answer", "program", "state")
    list_select_related = ("state", "agency__state")
    search_fields = ("printed_name", "agency__name")
    autocomplete_fields = ("agency", "state")

    def save_model(self, request: HttpRequest, obj: AgencyAlias, form: forms.ModelForm, change: bool) -> None:
        """Whose a name is holds at once: the record is brought to it in the same transaction."""
        lock_imports()
        super().save_model(request, obj, form, change)
        if NAMING & set(form.changed_data):
            say_what_followed(request, settle(Rules.load()))

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: AgencyAlias) -> None:
        lock_imports()
        super().delete_model(request, obj)
        say_what_followed(request, settle(Rules.load()))

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[AgencyAlias]) -> None:
        lock_imports()
        super().delete_queryset(request, queryset)
        say_what_followed(request, settle(Rules.load()))


@admin.register(Agreement)
class AgreementAdmin(KeptAdmin):
    kept = frozenset({"moa_url", "addendum_urls"})
    form = StandingForm
    list_display = ("public_id", "agency", "program", "is_from_list", "merged_into")
    list_filter = ("program", "is_from_list", IS_MERGED, "agency__kind", "agency__state")
    list_select_related = ("agency__state", "merged_into__agency")
    search_fields = ("public_id", "agency__name", "agency__aliases__printed_name", "agency__municipalities__name")
    autocomplete_fields = ("agency",)

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        """Its address never changes; of one that the importer keeps neither does whose it is, which the lists say."""
        fixed: tuple[str, ...] = ()
        if isinstance(obj, Agreement):
            fixed = ("public_id", "agency", "program") if obj.is_from_list else ("public_id",)
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The next public id, for one that is added."""
        return {"public_id": public_id(last_number() + 1), **super().get_changeform_initial_data(request)}
