"""Events with their sources, and the lawsuits that group them."""

from django.contrib import admin
from django.db.models import Q

from agreements.admin.base import DeskAdmin
from agreements.admin.days import DaysAdmin
from agreements.admin.entering import EnteringAdmin, EnteringForm
from agreements.admin.kept import KeptAdmin
from agreements.admin.published import ShownAdmin
from agreements.admin.publishing import PublishingAdmin, PublishingForm
from agreements.models import Event, Suit
from agreements.models.event import Publication


@admin.register(Suit)
class SuitAdmin(ShownAdmin, DeskAdmin):
    shown = Q(events__publication=Publication.PUBLISHED)
    list_display = ("name", "court", "docket", "is_about_duty_to_sign")
    list_filter = ("is_about_duty_to_sign",)
    search_fields = ("name", "docket", "court")
    prepopulated_fields = {"key": ("name",)}


class EventForm(PublishingForm, EnteringForm):
    """An event as it is typed, and what is to become of it."""


@admin.register(Event)
class EventAdmin(PublishingAdmin, EnteringAdmin, DaysAdmin, KeptAdmin):
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
    date_hierarchy = "latest"

    @admin.display(description="When")
    def when(self, event: Event) -> str:
        return event.when

    @admin.display(description="About")
    def about(self, event: Event) -> str:
        return str(event.subject)
