"""The editors' admin: every model of the record, searchable, with its sources beside it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from agreements.models import (
    Agency,
    AgencyAlias,
    Agreement,
    Check,
    Citation,
    Claim,
    Event,
    Listing,
    Sheet,
    Source,
    Suit,
)
from agreements.models.event import SUBJECTS, Publication

admin.site.site_header = "287(g) Tracker: editors"
admin.site.site_title = "287(g) Tracker"


class AliasInline(admin.TabularInline):
    model = AgencyAlias
    extra = 0
    autocomplete_fields = ("state",)


@admin.register(Agency)
class AgencyAdmin(admin.ModelAdmin):
    list_display = ("name", "state", "kind", "placing_note")
    list_filter = ("kind", "state")
    list_select_related = ("state",)
    search_fields = ("name", "aliases__printed_name", "municipalities__name", "counties__name")
    autocomplete_fields = ("state", "municipalities", "counties")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (AliasInline,)


@admin.register(AgencyAlias)
class AgencyAliasAdmin(admin.ModelAdmin):
    list_display = ("printed_name", "state", "agency")
    list_filter = ("state",)
    list_select_related = ("state", "agency__state")
    search_fields = ("printed_name", "agency__name")
    autocomplete_fields = ("agency", "state")


@admin.register(Agreement)
class AgreementAdmin(admin.ModelAdmin):
    list_display = ("public_id", "agency", "program")
    list_filter = ("program", "agency__kind", "agency__state")
    list_select_related = ("agency__state",)
    search_fields = ("public_id", "agency__name", "agency__aliases__printed_name", "agency__municipalities__name")
    autocomplete_fields = ("agency",)


@admin.register(Suit)
class SuitAdmin(admin.ModelAdmin):
    list_display = ("name", "court", "docket", "is_about_duty_to_sign")
    list_filter = ("is_about_duty_to_sign",)
    search_fields = ("name", "docket", "court")
    prepopulated_fields = {"key": ("name",)}


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


class CitationInline(admin.StackedInline):
    model = Citation
    formset = CitationInlineFormSet
    extra = 0
    autocomplete_fields = ("source",)


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    list_display = ("when", "kind", "about", "summary", "publication", "is_being_checked")
    list_filter = ("publication", "is_being_checked", "kind")
    list_select_related = (
        "agreement__agency__state",
        "agency__state",
        "municipality__state",
        "county__state",
        "state",
    )
    search_fields = ("summary", "agreement__public_id", "agreement__agency__name", "agency__name", "municipality__name")
    autocomplete_fields = (*SUBJECTS, "suit")
    readonly_fields = ("when",)
    date_hierarchy = "latest"
    inlines = (CitationInline,)
    fieldsets = (
        ("What happened", {"fields": ("kind", "summary", ("earliest", "latest", "sequence"), "when", "scheduled_for")}),
        ("About exactly one of", {"fields": SUBJECTS}),
        ("Votes and court", {"fields": (("votes_for", "votes_against", "votes_absent"), "suit")}),
        ("Standing", {"fields": ("is_being_checked", "publication")}),
    )

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


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ("title", "publisher", "kind", "published")
    list_filter = ("kind",)
    search_fields = ("title", "publisher", "url")

    @admin.display(description="Published", ordering="published_latest")
    def published(self, source: Source) -> str:
        return source.published


class ClaimInline(admin.TabularInline):
    model = Claim
    extra = 0


@admin.register(Citation)
class CitationAdmin(admin.ModelAdmin):
    list_display = ("event", "source", "is_used", "confidence")
    list_filter = ("is_used", "confidence")
    list_select_related = ("event", "source")
    search_fields = ("event__summary", "source__title", "source__publisher")
    autocomplete_fields = ("event", "source")
    inlines = (ClaimInline,)

    # A published event keeps a source: its sources come and go on its own page, which sees them all.
    def get_readonly_fields(self, request: HttpRequest, obj: Citation | None = None) -> tuple[str, ...]:
        return () if obj is None else ("event",)

    def has_delete_permission(self, request: HttpRequest, obj: Citation | None = None) -> bool:
        is_published = obj is not None and obj.event.publication == Publication.PUBLISHED
        return super().has_delete_permission(request, obj) and not is_published


@admin.register(Claim)
class ClaimAdmin(admin.ModelAdmin):
    list_display = ("citation", "field", "in_words")
    list_filter = ("field",)
    list_select_related = ("citation__source",)
    search_fields = ("value", "citation__source__title", "citation__event__summary")
    autocomplete_fields = ("citation",)

    @admin.display(description="Claimed")
    def in_words(self, claim: Claim) -> str:
        return claim.in_words


@admin.register(Check)
class CheckAdmin(admin.ModelAdmin):
    list_display = ("municipality", "day", "result", "source")
    list_filter = ("result", "day")
    list_select_related = ("municipality__state", "source")
    search_fields = ("municipality__name", "source__title")
    autocomplete_fields = ("municipality", "source")


class AsPrintedAdmin(admin.ModelAdmin):
    """What ICE printed is evidence: it is read here, and changed by nobody."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Sheet)
class SheetAdmin(AsPrintedAdmin):
    list_display = ("published_on", "half_day", "list", "rows", "file_name")
    list_filter = ("list",)
    search_fields = ("file_name", "sha256")


@admin.register(Listing)
class ListingAdmin(AsPrintedAdmin):
    list_display = ("row", "first_sheet", "last_sheet", "agreement", "signed_on")
    list_filter = ("first_sheet__list", "agreement__agency__state")
    list_select_related = ("first_sheet", "last_sheet", "agreement__agency__state")
    search_fields = ("agreement__public_id", "agreement__agency__name")
