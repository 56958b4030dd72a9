"""The pages between the password and the desk, and those of one's own second factor."""

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST
from django_otp import login as remember_device
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.util import random_hex

from agreements.sign_in import factor, session
from agreements.sign_in.address import client_address
from agreements.sign_in.forms import CodeForm, ConfirmForm, SetUpForm

#: In the session: the key that is offered to an app, until its first code is given.
_KEY = "set_up_key"
_KEY_BYTES = 20
#: In the request's environment: which accounts must give a code. Asked several times a request, and signing in to
#: another account changes whose request it is.
_MUST = "tracker.must_verify"


def owner(request: HttpRequest) -> User | None:
    """Whose session it is: an active account of the desk, whether or not a code was given. None for anybody else."""
    user = request.user
    if not isinstance(user, User) or not user.is_active or not user.is_staff or session.is_over(request):
        return None
    return user


def pending(request: HttpRequest) -> str | None:
    """The address of what a session owes before it may reach the desk: a code, or an app's set-up. None: nothing."""
    user = owner(request)
    if user is None or factor.is_verified(user):
        return None
    must = request.META.setdefault(_MUST, {})
    if user.pk not in must:
        must[user.pk] = factor.must_verify(user)
    if not must[user.pk]:
        return None
    return reverse("admin:enter_code" if factor.is_set_up(user) else "admin:set_up_code")


def onward(request: HttpRequest) -> str:
    """Where to go when all is given: the address in `next` if it is one of ours, else the desk."""
    asked = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else reverse("admin:index")


def by_way_of(address: str, then: str) -> HttpResponseRedirect:
    """To one of these pages, and from there to `then`."""
    return HttpResponseRedirect(f"{address}?{urlencode({'next': then})}")


def confirmed_first(request: HttpRequest, then: str = "") -> HttpResponse | None:
    """What to answer instead where password and code were not given lately: the way to do so, and back. Else None."""
    if session.is_proven(request, with_code=factor.is_verified(request.user)):
        return None
    return by_way_of(reverse("admin:confirm"), then or request.get_full_path())


def signed_in(request: HttpRequest) -> None:
    """The password was right just now. Failures before it are forgotten once nothing more is owed."""
    session.note_password(request)
    if (user := owner(request)) and not pending(request):
        _forgive(request, user)


def end_if_over(request: HttpRequest) -> None:
    """Signs out of a session that has lasted too long."""
    if request.user.is_authenticated and session.is_over(request):
        logout(request)


def between(view: Callable[[HttpRequest, User], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A page for whoever has given the password; nobody else sees it, and nobody who failed too often sends it."""

    @never_cache
    @csrf_protect
    @functools.wraps(view)
    def page(request: HttpRequest) -> HttpResponse:
        end_if_over(request)
        user = owner(request)
        if user is None:
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if request.method == "POST" and not AxesProxyHandler.is_allowed(request, {"username": user.get_username()}):
            return locked_out(request, None, None)
        return view(request, user)

    return page


@between
def enter_code(request: HttpRequest, user: User) -> HttpResponse:
    """Asks for a code of the second factor."""
    if factor.is_verified(user):
        return HttpResponseRedirect(onward(request))
    if not factor.is_set_up(user):
        return by_way_of(reverse("admin:set_up_code"), onward(request))
    form = CodeForm(request, user, request.POST or None)
    if not form.is_valid():
        return _page(request, "code", "Enter a code", form=form)
    _let_in(request, user, form.device)
    _warn(request, user, form)
    return HttpResponseRedirect(onward(request))


@between
def set_up_code(request: HttpRequest, user: User) -> HttpResponse:
    """Offers a key to an app, and takes its first code. Then, or where another phone takes over, recovery codes."""
    if factor.is_set_up(user) and not factor.is_verified(user):
        return by_way_of(reverse("admin:enter_code"), onward(request))
    if elsewhere := confirmed_first(request):
        return elsewhere
    key = request.session.setdefault(_KEY, random_hex(_KEY_BYTES))
    form = SetUpForm(user, key, request.POST or None)
    if form.is_valid():
        del request.session[_KEY]
        _let_in(request, user, form.device)
        return _show(request, form.recovery_codes, is_new=True)
    device = factor.new_device(user, key)
    shown = {"picture": factor.qr_code(device), "key": factor.key_in_words(key), "device": device}
    return _page(request, "set_up", "Set up the second factor", form=form, **shown)


@between
def confirm(request: HttpRequest, user: User) -> HttpResponse:
    """Asks again for what a thief of the session would not know, before rights are given or a factor is changed."""
    if not factor.is_verified(user) and factor.is_set_up(user):
        return by_way_of(reverse("admin:enter_code"), onward(request))
    form = ConfirmForm(request, user, request.POST or None)
    if not form.is_valid():
        return _page(request, "confirm", "Confirm that it is you", form=form)
    session.note_password(request)
    if form.device:
        session.note_code(request)
    _forgive(request, user)
    return HttpResponseRedirect(onward(request))


def second_factor(request: HttpRequest) -> HttpResponse:
    """What second factor one has, and the ways to change it."""
    assert isinstance(request.user, User)
    is_with_app = factor.is_set_up(request.user)
    context = {"is_set_up": is_with_app, "recovery_codes_left": factor.recovery_codes_left(request.user)}
    return _page(request, "second_factor", "Second factor", **admin.site.each_context(request), **context)


@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes, shown this once."""
    assert isinstance(request.user, User)
    if not factor.is_verified(request.user):
        return HttpResponseRedirect(reverse("admin:second_factor"))
    if elsewhere := confirmed_first(request, then=reverse("admin:second_factor")):
        return elsewhere
    return _show(request, factor.renew_recovery_codes(user=request.user), is_new=False)


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: Any) -> HttpResponse:
    """The answer to whoever failed too often: 429, with when to come again. django-axes asks for it."""
    cool_off = settings.AXES_COOLOFF_TIME
    page = _page(request, "locked_out", "Too many failed attempts", minutes=int(cool_off.total_seconds() // 60))
    page.status_code = 429
    page["Retry-After"] = str(int(cool_off.total_seconds()))
    page["Cache-Control"] = "no-store"
    return page.render()


def _let_in(request: HttpRequest, user: User, device: Device | None) -> None:
    """The rest of this session counts as verified; under another key, as after each step up."""
    remember_device(request, device)
    request.session.cycle_key()
    session.note_code(request)
    _forgive(request, user)


def _forgive(request: HttpRequest, user: User) -> None:
    """Failures of this account from this address no longer count."""
    AxesProxyHandler.reset_attempts(username=user.get_username(), ip_address=client_address(request))


def _warn(request: HttpRequest, user: User, form: CodeForm) -> None:
    if failures := form.answer.failures:
        wrong = "1 wrong code was" if failures == 1 else f"{failures} wrong codes were"
        messages.warning(request, f"{wrong} given before yours. If not by you, somebody has your password: change it.")
    if isinstance(form.device, StaticDevice):
        left = factor.recovery_codes_left(user)
        messages.warning(
            request, f"Recovery codes left: {left}. If your phone is gone, set up another under “Second factor”."
        )


def _show(request: HttpRequest, codes: list[str], *, is_new: bool) -> HttpResponse:
    """The recovery codes, this once. is_new: whether an app was set up with them."""
    return _page(request, "recovery_codes", "Recovery codes", codes=codes, is_new=is_new, onward=onward(request))


def _page(request: HttpRequest, name: str, title: str, **context: Any) -> TemplateResponse:
    """A page of the desk's looks without its navigation, unless `context` brings that."""
    desk = {"site_title": admin.site.site_title, "site_header": admin.site.site_header, "title": title}
    return TemplateResponse(request, f"admin/sign_in/{name}.html", {**desk, **context, "title": title})
