"""Accounts: who may sign in to the desk and in which groups. Changed only by those who have just shown who they are."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from agreements.admin.kept import editor
from agreements.sign_in import factor
from agreements.sign_in.views import confirmed_first

# Keys of a second factor are seen by their owners, once.
admin.site.unregister([TOTPDevice, StaticDevice, User, Group])

#: What may be done to an account besides changing it: address → (title, what does it). act.html says what follows.
ACTS: dict[str, tuple[str, Callable[..., None]]] = {
    "reset-second-factor": ("Reset the second factor", factor.forget),
    "lift-locks": ("Lift the lock", factor.lift_locks),
}


class ConfirmedAdmin(admin.ModelAdmin):
    """Rows that are changed only within minutes of giving password and code again; lists are read without."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return confirmed_first(request) or super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return confirmed_first(request) or super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        elsewhere = confirmed_first(request) if request.method == "POST" else None
        return elsewhere or super().changelist_view(request, *args, **kwargs)


@admin.register(Group)
class GroupsAdmin(ConfirmedAdmin, GroupAdmin):
    """The groups. What one may is for superusers to change: Administrators could give themselves more."""


@admin.register(User)
class AccountAdmin(ConfirmedAdmin, UserAdmin):
    """The accounts. An Administrator changes those that may no more than himself, and gives no more than he has.

    An account is switched off, never deleted: the history names it.
    """

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Name", {"fields": ("first_name", "last_name", "email")}),
        ("What it may", {"fields": ("is_active", "groups")}),
        ("Signing in", {"fields": ("has_second_factor", "last_login", "date_joined")}),
    )
    superusers_fieldsets = ("Superusers’ own", {"fields": ("is_staff", "is_superuser", "user_permissions")})
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "password1", "password2", "groups")}),)
    list_display = ("username", "first_name", "last_name", "is_active", "in_groups", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    readonly_fields = ("has_second_factor", "last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="Groups")
    def in_groups(self, account: User) -> str:
        return ", ".join(group.name for group in account.groups.all()) or ("superuser" if account.is_superuser else "")

    @admin.display(description="Second factor", boolean=True)
    def has_second_factor(self, account: User) -> bool:
        return factor.is_set_up(account)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        own = super().get_fieldsets(request, obj)
        return [*own, self.superusers_fieldsets] if obj and editor(request).is_superuser else own

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Nobody changes his own rights: the last Administrator would lock everybody out."""
        rights = ("is_active", "groups", "is_staff", "is_superuser", "user_permissions")
        return (*super().get_readonly_fields(request, obj), *(rights if obj == request.user else ()))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_change(editor(request), obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = given_by(editor(request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.is_staff = True  # every account is one of the desk
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.act_view)
        own = [path(f"<int:key>/{act}/", view, {"act": act}, name=f"auth_user_{act.replace('-', '_')}") for act in ACTS]
        return [*own, *super().get_urls()]

    def user_change_password(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return confirmed_first(request) or super().user_change_password(request, *args, **kwargs)

    def act_view(self, request: HttpRequest, key: int, act: str) -> HttpResponse:
        """Asks, then does one of ACTS to an account, and notes it in the account's history."""
        account = get_object_or_404(User, pk=key)
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        if elsewhere := confirmed_first(request):
            return elsewhere
        title, do = ACTS[act]
        if request.method != "POST":
            context = {"title": title, "act": act, "account": account, "opts": self.opts}
            desk = self.admin_site.each_context(request)
            return TemplateResponse(request, "admin/sign_in/act.html", {**desk, **context})
        do(user=account)
        self.log_change(request, account, f"{title}.")
        messages.success(request, f"{title} of {account.get_username()}: done.")
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[account.pk]))


def may_change(administrator: User, account: User) -> bool:
    """Whether the account may nothing that the administrator may not. Superusers are changed by superusers."""
    if administrator.is_superuser:
        return True
    more = _rights(account).exclude(pk__in=_rights(administrator))
    return not account.is_superuser and not more.exists()


def given_by(administrator: User) -> models.QuerySet[Group]:
    """The groups into which the administrator may put accounts: those that may nothing that he may not."""
    if administrator.is_superuser:
        return Group.objects.all()
    return Group.objects.exclude(permissions__in=Permission.objects.exclude(pk__in=_rights(administrator)))


def _rights(account: User) -> models.QuerySet[Permission]:
    return Permission.objects.filter(Q(group__user=account) | Q(user=account))
