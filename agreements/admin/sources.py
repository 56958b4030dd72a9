"""Sources, what they say of events, and the days on which someone looked."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from agreements.admin.base import DeskAdmin
from agreements.admin.choices import DeskTabularInline
from agreements.admin.days import DaysAdmin, DaysField, DaysForm
from agreements.admin.kept import KeptAdmin
from agreements.admin.published import BesidePublished, ShownAdmin, refuse_published
from agreements.models import Check, Citation, Claim, LinkCheck, Source
from agreements.models.event import Publication


class SourceForm(DaysForm):
    """A source with the days between which it was published in one field."""

    bounds = ("published_earliest", "published_latest")
    typed = DaysField(label="Published")


@admin.register(Source)
class SourceAdmin(DaysAdmin, ShownAdmin, DeskAdmin):
    shown = Q(citations__event__publication=Publication.PUBLISHED) | Q(checks__isnull=False) | Q(sheets__isnull=False)
    form = SourceForm
    fields = ("url", "title", "publisher", "kind", "typed", "archived_url")
    list_display = ("title", "publisher", "kind", "published")
    list_filter = ("kind",)
    search_fields = ("title", "publisher", "url")

    @admin.display(description="Published", ordering="published_latest")
    def published(self, source: Source) -> str:
        return source.published

    def save_model(self, request: HttpRequest, obj: Source, form: forms.ModelForm, change: bool) -> None:
        """What the address of before answered, and its copy in the archive, say nothing of another."""
        super().save_model(request, obj, form, change)
        if "url" in form.changed_data:
            LinkCheck.objects.filter(source=obj).delete()


def take_over(citation: Citation) -> None:
    """From now on the importer leaves this citation and its claims as an editor has put them."""
    if citation.is_from_list:
        citation.is_from_list = False
        citation.save(update_fields=["is_from_list"])


class CitationPageForm(forms.ModelForm):
    """A citation by itself, of an event that is not published yet."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        refuse_published(self, "event", cleaned.get("event"))
        return cleaned


class ClaimForm(DaysForm):
    """A claim; that of another day has it in one field."""

    typed = DaysField(label="Day claimed")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if citation := cleaned.get("citation"):
            refuse_published(self, "citation", citation.event)
        return cleaned


class ClaimInline(DaysAdmin, DeskTabularInline):
    model = Claim
    form = ClaimForm
    fields = ("field", "value", "typed")
    extra = 0


@admin.register(Citation)
class CitationAdmin(BesidePublished, KeptAdmin):
    form = CitationPageForm
    list_display = ("event", "source", "is_used", "confidence")
    list_filter = ("is_used", "confidence", "is_from_list")
    list_select_related = ("event", "source")
    search_fields = ("event__summary", "source__title", "source__publisher")
    autocomplete_fields = ("event", "source")
    inlines = (ClaimInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        own = super().get_readonly_fields(request, obj)
        return own if obj is None else (*own, "event")

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            take_over(form.instance)


@admin.register(Claim)
class ClaimAdmin(BesidePublished, DaysAdmin, DeskAdmin):
    form = ClaimForm
    fields = ("citation", "field", "value", "typed")
    list_display = ("citation", "field", "in_words")
    list_filter = ("field", "citation__is_used", "citation__event__publication")
    list_select_related = ("citation__source",)
    search_fields = ("value", "citation__source__title", "citation__event__summary")
    autocomplete_fields = ("citation",)

    @admin.display(description="Claimed")
    def in_words(self, claim: Claim) -> str:
        return claim.in_words

    def save_model(self, request: HttpRequest, obj: Claim, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data:
            take_over(obj.citation)

    def delete_model(self, request: HttpRequest, obj: Claim) -> None:
        take_over(obj.citation)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> None:
        for claim in queryset:
            take_over(claim.citation)
        super().delete_queryset(request, queryset)


@admin.register(Check)
class CheckAdmin(DeskAdmin):
    list_display = ("municipality", "day", "result", "source")
    list_filter = ("result", "day")
    list_select_related = ("municipality__state", "source")
    search_fields = ("municipality__name", "source__title")
    autocomplete_fields = ("municipality", "source")
