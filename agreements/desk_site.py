"""The editors' desk: Django's admin, shaped for people who enter updates under deadline.

Outside of agreements.admin, which registers its models with this site while it is imported.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path


class DeskSite(admin.AdminSite):
    """The one admin site of the project; `admin.site` is it."""

    site_header = "287(g) Tracker: editors"
    site_title = "287(g) Tracker"
    index_title = "Desk"

    def get_urls(self) -> list[Any]:
        from agreements.admin.checks import check_place

        check = path("desk/check/<int:place_id>/", self.admin_view(check_place), name="desk_check")
        return [check, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        from agreements.admin import desk

        return super().index(request, {**desk.context(request), **(extra_context or {})})

    def autocomplete_view(self, request: HttpRequest) -> Any:
        from agreements.admin.choices import NamedAutocomplete

        return NamedAutocomplete.as_view(admin_site=self)(request)
