"""Events with their sources, and the lawsuits that group them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import path

from agreements.admin.base import DeskAdmin
from agreements.admin.choices import DeskStackedInline
from agreements.admin.days import DaysAdmin, DaysForm, read_days
from agreements.admin.kept import KeptAdmin, StandingForm
from agreements.models import Citation, Event, Suit
from agreements.models.event import SUBJECTS, Publication


@admin.register(Suit)
class SuitAdmin(DeskAdmin):
    list_display = ("name", "court", "docket", "is_about_duty_to_sign")
    list_filter = ("is_about_duty_to_sign",)
    search_fields = ("name", "docket", "court")
    prepopulated_fields = {"key": ("name",)}


class CitationForm(forms.ModelForm):
    """A citation that the importer set is the editor's once an editor has changed it."""

    def save(self, commit: bool = True) -> Any:
        self.instance.is_from_list = self.instance.is_from_list and not self.has_changed()
        return super().save(commit)


class CitationInlineFormSet(forms.BaseInlineFormSet):
    """The sources of an event: to be published it needs one. The database holds the same at commit."""

    def clean(self) -> None:
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("source") and not form.cleaned_data.get("DELETE")
        ]
        if self.instance.publication == Publication.PUBLISHED and not kept:
            raise ValidationError("An event needs a source to be published. Add one, or keep it a draft.")


class CitationInline(DeskStackedInline):
    model = Citation
    form = CitationForm
    formset = CitationInlineFormSet
    extra = 0
    autocomplete_fields = ("source",)
    readonly_fields = ("is_from_list",)


class EventForm(DaysForm, StandingForm):
    """An event with its days in one field."""


@admin.register(Event)
class EventAdmin(DaysAdmin, KeptAdmin):
    form = EventForm
    list_display = ("when", "kind", "about", "summary", "publication", "is_being_checked", "is_from_list")
    list_filter = ("publication", "is_being_checked", "is_from_list", "kind")
    list_select_related = (
        "agreement__agency__state",
        "agency__state",
        "municipality__state",
        "county__state",
        "state",
    )
    search_fields = ("summary", "agreement__public_id", "agreement__agency__name", "agency__name", "municipality__name")
    autocomplete_fields = (*SUBJECTS, "suit")
    date_hierarchy = "latest"
    inlines = (CitationInline,)
    fieldsets = (
        ("What happened", {"fields": ("kind", "summary", ("typed", "sequence"), "scheduled_for")}),
        ("About exactly one of", {"fields": SUBJECTS}),
        ("Votes and court", {"fields": (("votes_for", "votes_against", "votes_absent"), "suit")}),
        ("Standing", {"fields": ("is_being_checked", "publication", "is_from_list")}),
    )

    def get_urls(self) -> list[Any]:
        return [path("read-days/", self.admin_site.admin_view(read_days), name="read_days"), *super().get_urls()]

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """Pages are cited by their events: a published one is taken back to a draft before it may go."""
        is_published = obj is not None and obj.publication == Publication.PUBLISHED
        return super().has_delete_permission(request, obj) and not is_published

    @admin.display(description="When")
    def when(self, event: Event) -> str:
        return event.when

    @admin.display(description="About")
    def about(self, event: Event) -> str:
        return str(event.subject)
