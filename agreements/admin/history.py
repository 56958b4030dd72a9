"""The history of a row as its page in the admin: every change by anyone, from the triggers, not Django's own log."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse

from agreements.admin import changes
from agreements.admin.changes import Track

PER_PAGE = 25


class HistoryAdmin(admin.ModelAdmin):
    """Shows what became of each row, and of the links and inlines of its page; and which rows were deleted."""

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_deleted"
        return [path("deleted/", self.admin_site.admin_view(self.deleted_view), name=name), *super().get_urls()]

    def may_see_deleted(self, request: HttpRequest) -> bool:
        """Whoever may delete may see what was."""
        return self.model in changes.histories() and self.has_delete_permission(request)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._history_of_deleted(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        return self._history_page(request, changes.tracks(self, request, obj.pk, obj), {"original": obj})

    def _history_of_deleted(self, request: HttpRequest, object_id: str) -> HttpResponse:
        try:
            pk = self.opts.pk.to_python(object_id)
        except ValidationError:
            pk = None
        followed = changes.tracks(self, request, pk) if pk and self.may_see_deleted(request) else []
        if not followed or not followed[0].newest():
            raise Http404(f"There is no {self.opts.verbose_name} {object_id}.")
        return self._history_page(request, followed, {"deleted": f"{self.opts.verbose_name} {pk}"})

    def _history_page(self, request: HttpRequest, followed: list[Track], found: dict[str, Any]) -> HttpResponse:
        page = _page(request, changes.entries(followed))
        context = {
            **self.admin_site.each_context(request),
            "title": f"History: {found.get('original') or found['deleted']}",
            "opts": self.opts,
            "page": page,
            "changes": changes.read(followed, page.object_list),
            **found,
        }
        return TemplateResponse(request, "admin/desk/history.html", context)

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        """Rows of this model that are no more, the last deleted first; each leads to its history."""
        if not self.may_see_deleted(request):
            raise PermissionDenied
        own = Track(self.model, {}, "", changes.histories()[self.model], {"pgh_label": "delete"})
        page = _page(request, changes.entries([own]))
        picked = list(page.object_list)
        keys = own.history.objects.in_bulk([pgh_id for *_, pgh_id in picked])
        address = f"admin:{self.opts.app_label}_{self.opts.model_name}_history"
        rows = [
            (reverse(address, args=[keys[pgh_id].pgh_obj_id]), one)
            for (*_, pgh_id), one in zip(picked, changes.read([own], picked), strict=True)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": f"Deleted {self.opts.verbose_name_plural}",
            "opts": self.opts,
            "page": page,
            "rows": rows,
        }
        return TemplateResponse(request, "admin/desk/deleted.html", context)


def _page(request: HttpRequest, found: Any) -> Page[Any]:
    return Paginator(found, PER_PAGE).get_page(request.GET.get(PAGE_VAR))


def meanwhile(followed: list[Track], since: list[int]) -> list[changes.Change]:
    """What was changed in these tables later than these entries, the latest first; no more than one page of it."""
    return changes.read(followed, changes.entries(followed, since)[:PER_PAGE])


def change_page(row: Model) -> str:
    """The address at which editors change this row."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
