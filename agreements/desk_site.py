"""The editors' desk: Django's admin, shaped for people who enter updates under deadline.

Outside of agreements.admin, which registers its models with this site while it is imported.
"""

from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from agreements.sign_in import session, views


class DeskSite(admin.AdminSite):
    """The one admin site of the project; `admin.site` is it.

    Whoever must give a code of a second factor reaches nothing of it before, but the pages for doing so.
    """

    site_header = "287(g) Tracker: editors"
    site_title = "287(g) Tracker"
    index_title = "Desk"

    def has_permission(self, request: HttpRequest) -> bool:
        return views.owner(request) is not None and views.pending(request) is None

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """A view of the desk. A session that still owes a code is led to give it, and back."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            views.end_if_over(request)
            if step := views.pending(request):
                return views.by_way_of(step, request.get_full_path())
            if self.has_permission(request):
                session.renew(request)
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, view)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        views.end_if_over(request)
        if request.method == "GET" and (step := views.pending(request)):
            return views.by_way_of(step, views.onward(request))
        response = super().login(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            views.signed_in(request)
        return response

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return views.confirmed_first(request) or super().password_change(request, extra_context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from agreements.admin.checks import check_place

        own = [
            # For whoever owes a code too, which Django's own address of it is not.
            path("logout/", self.logout, name="logout"),
            path("sign-in/code/", views.enter_code, name="enter_code"),
            path("sign-in/set-up/", views.set_up_code, name="set_up_code"),
            path("sign-in/confirm/", views.confirm, name="confirm"),
            path("sign-in/second-factor/", self.admin_view(views.second_factor), name="second_factor"),
            path("sign-in/recovery-codes/", self.admin_view(views.recovery_codes), name="recovery_codes"),
            path("desk/check/<int:place_id>/", self.admin_view(check_place), name="desk_check"),
        ]
        return [*own, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        from agreements.admin import desk

        return super().index(request, {**desk.context(request), **(extra_context or {})})

    def autocomplete_view(self, request: HttpRequest) -> Any:
        from agreements.admin.choices import NamedAutocomplete

        return NamedAutocomplete.as_view(admin_site=self)(request)
