"""Addresses of sources that do not answer any more, and the archive copies that were found."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agreements.admin.base import ReadAdmin
from agreements.groups import PUBLISH
from agreements.models import LinkCheck
from agreements.models.link import accept_copies


class DeadFilter(admin.SimpleListFilter):
    title = "dead"
    parameter_name = "dead"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "Dead")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.dead() if self.value() == "1" else queryset


@admin.register(LinkCheck)
class LinkCheckAdmin(ReadAdmin):
    """Written by the command check_links alone: editors mend the source, or take the copy that was found."""

    list_display = ("source", "outcome", "status", "failures", "checked_at", "address", "copy")
    list_filter = (DeadFilter, "outcome", ("moved_to", admin.EmptyFieldListFilter))
    list_select_related = ("source",)
    search_fields = ("source__title", "source__publisher", "source__url", "error")
    actions = ("accept",)

    def has_sources_permission(self, request: HttpRequest) -> bool:
        """Whether the sources that readers see are this editor's to change: Django asks where an action needs it."""
        return request.user.has_perm(PUBLISH)

    @admin.action(description="Give the sources the archive copies that were found", permissions=["sources"])
    def accept(self, request: HttpRequest, queryset: QuerySet[LinkCheck]) -> None:
        accepted = accept_copies(queryset)
        messages.info(request, f"{accepted} {'source has' if accepted == 1 else 'sources have'} an archive copy now.")

    @admin.display(description="Address")
    def address(self, check: LinkCheck) -> SafeString:
        return _link(check.source.url)

    @admin.display(description="Archive copy found")
    def copy(self, check: LinkCheck) -> SafeString | str:
        return _link(check.suggested_copy) if check.suggested_copy else ""


def _link(url: str) -> SafeString:
    return format_html('<a href="{}" rel="noreferrer">{}</a>', url, url)
