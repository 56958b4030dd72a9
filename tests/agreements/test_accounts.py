"""The accounts of the desk, as those who manage them see and change them."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from agreements.groups import ADMINISTRATOR, CONTRIBUTOR, EDITOR
from agreements.sign_in import factor, session
from tests.signing_in import make_account, make_device, signed_in

pytestmark = pytest.mark.django_db

PASSWORD = "a long one: 9 kiwis"


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _url(page: str, *args: object) -> str:
    return reverse(f"admin:auth_user_{page}", args=args)


def _groups(*names: str) -> list[int]:
    return list(Group.objects.filter(name__in=names).values_list("pk", flat=True))


def _form(account: User, **values: Any) -> dict[str, Any]:
    """What a browser sends back of an account's page, with these values instead."""
    form = {"username": account.username, "first_name": "", "last_name": "", "email": "", "is_active": "on"}
    return {**form, "groups": list(account.groups.values_list("pk", flat=True)), **values}


def _stronger() -> dict[str, User]:
    """Accounts that may what an Administrator may not."""
    group = Group.objects.create(name="Wreckers")
    group.permissions.add(Permission.objects.get(codename="delete_user"))
    by_right = make_account(CONTRIBUTOR)
    by_right.user_permissions.add(Permission.objects.get(codename="delete_user"))
    return {
        "superuser": make_account(is_superuser=True),
        "sleeping superuser": make_account(is_superuser=True, is_active=False),
        "by group": make_account("Wreckers"),
        "by right": by_right,
    }


def test_administrator_adds_an_account_in_its_groups(administrator_client: Client) -> None:
    form = {"username": "new", "password1": PASSWORD, "password2": PASSWORD, "groups": _groups(EDITOR)}
    response = administrator_client.post(_url("add"), {**form, "is_superuser": "on", "usable_password": "true"})
    account = User.objects.get(username="new")

    assert response.status_code == 302
    assert (account.is_staff, account.is_superuser, account.check_password(PASSWORD)) == (True, False, True)
    assert [group.name for group in account.groups.all()] == [EDITOR]


@pytest.mark.parametrize("password", ["short 9 k", "123456789012", "1q2w3e4r5t6y", "account-name-9"])
def test_password_is_long_and_not_easily_guessed(password: str, administrator_client: Client) -> None:
    form = {"username": "account-name", "password1": password, "password2": password, "groups": []}
    response = administrator_client.post(_url("add"), {**form, "usable_password": "true"})

    assert response.status_code == 200
    assert response.context["adminform"].form.errors["password2"]


def test_administrator_moves_an_account_to_another_group_and_switches_it_off(administrator_client: Client) -> None:
    account = make_account(CONTRIBUTOR)
    theirs = signed_in(account)
    administrator_client.post(_url("change", account.pk), _form(account, groups=_groups(ADMINISTRATOR)))
    assert [group.name for group in account.groups.all()] == [ADMINISTRATOR]

    assert theirs.get(reverse("admin:index")).status_code == 200
    administrator_client.post(_url("change", account.pk), _form(account, is_active=""))
    assert theirs.get(reverse("admin:index")).status_code == 302


def test_administrator_makes_nobody_a_superuser(administrator_client: Client) -> None:
    account = make_account(CONTRIBUTOR)
    right = Permission.objects.get(codename="delete_user").pk
    form = _form(account, is_superuser="on", user_permissions=[right], is_staff="")
    assert administrator_client.post(_url("change", account.pk), form).status_code == 302

    account.refresh_from_db()
    assert (account.is_superuser, account.is_staff, account.user_permissions.exists()) == (False, True, False)


def test_administrator_gives_no_group_that_may_what_he_may_not(administrator_client: Client) -> None:
    _stronger()
    account = make_account(CONTRIBUTOR)
    page = administrator_client.get(_url("change", account.pk))
    response = administrator_client.post(_url("change", account.pk), _form(account, groups=_groups("Wreckers")))

    assert "Wreckers" not in page.context["adminform"].form["groups"].as_widget()
    assert "groups" in response.context["adminform"].form.errors
    assert [group.name for group in account.groups.all()] == [CONTRIBUTOR]


@pytest.mark.parametrize("which", ["superuser", "sleeping superuser", "by group", "by right"])
@pytest.mark.parametrize("page", ["change", "password_change", "reset_second_factor", "lift_locks", "delete"])
def test_administrator_touches_no_account_that_may_more(page: str, which: str, administrator_client: Client) -> None:
    account = _stronger()[which]
    device = make_device(account)
    before = User.objects.filter(pk=account.pk).values().get()
    form = {**_form(account, username="mine"), "password1": PASSWORD, "password2": PASSWORD}

    assert administrator_client.post(_url(page, account.pk), form).status_code == 403
    assert User.objects.filter(pk=account.pk).values().get() == before
    assert TOTPDevice.objects.filter(pk=device.pk).exists()


def test_nobody_changes_his_own_rights(admin_client: Client, admin_user: User) -> None:
    own = _form(admin_user, is_active="", groups=_groups(EDITOR), first_name="Ada")
    assert admin_client.post(_url("change", admin_user.pk), own).status_code == 302

    admin_user.refresh_from_db()
    assert (admin_user.first_name, admin_user.is_active, admin_user.is_superuser) == ("Ada", True, True)
    assert not admin_user.groups.exists()


def test_superuser_makes_superusers(admin_client: Client) -> None:
    account = make_account(EDITOR)
    admin_client.post(_url("change", account.pk), _form(account, is_superuser="on", is_staff="on"))

    account.refresh_from_db()
    assert account.is_superuser


def test_account_is_deleted_by_nobody(admin_client: Client) -> None:
    account = make_account(CONTRIBUTOR)

    assert admin_client.post(_url("delete", account.pk), {"post": "yes"}).status_code == 403


def test_lost_phone_is_reset_and_noted(administrator_client: Client) -> None:
    account = make_account(EDITOR)
    theirs = signed_in(account)
    url = _url("reset_second_factor", account.pk)
    page = administrator_client.get(url)
    assert TOTPDevice.objects.filter(user=account).exists()
    done = administrator_client.post(url)

    assert account.username in page.text
    assert "any but a Contributor’s then sets up an app anew" in page.text
    assert re.findall(r'<a href="([^"]+)"', page.text.partition('<div class="breadcrumbs">')[2])[:3] == [
        reverse("admin:index"),
        _url("changelist"),
        _url("change", account.pk),
    ]
    assert done["Location"] == _url("change", account.pk)
    assert not factor.is_set_up(account)
    assert theirs.get(reverse("admin:index"))["Location"].startswith(reverse("admin:set_up_code"))
    assert LogEntry.objects.get(object_id=account.pk).change_message == "Reset the second factor."


def test_locks_are_lifted(administrator_client: Client) -> None:
    account = make_account(EDITOR, password=PASSWORD)
    make_device(account)
    TOTPDevice.objects.filter(user=account).update(throttling_failure_count=20)
    login = reverse("admin:login")
    for _ in range(5):
        Client().post(login, {"username": account.username, "password": "wrong"})
    assert Client().post(login, {"username": account.username, "password": PASSWORD}).status_code == 429

    administrator_client.post(_url("lift_locks", account.pk))

    assert Client().post(login, {"username": account.username, "password": PASSWORD}).status_code == 302
    assert TOTPDevice.objects.get(user=account).throttling_failure_count == 0


@pytest.mark.parametrize("key", ["0", "999999999"])
def test_account_that_is_not_there_is_not_found(key: str, administrator_client: Client) -> None:
    assert administrator_client.get(f"/admin/auth/user/{key}/lift-locks/").status_code == 404


def test_administrator_sees_what_a_group_may_and_changes_it_not(administrator_client: Client) -> None:
    group = Group.objects.get(name=CONTRIBUTOR)
    url = reverse("admin:auth_group_change", args=[group.pk])

    assert administrator_client.get(url).status_code == 200
    assert administrator_client.post(url, {"name": "Mine", "permissions": []}).status_code == 403


def test_second_factors_of_others_are_on_no_page(admin_client: Client) -> None:
    account = make_account(EDITOR)
    device = make_device(account)

    assert device.key not in admin_client.get(_url("change", account.pk)).text
    assert admin_client.get("/admin/otp_totp/totpdevice/").status_code == 404


# Sessions


def test_new_password_ends_the_other_sessions(settings: Any) -> None:
    account = make_account(EDITOR, password=PASSWORD)
    one, other = signed_in(account), signed_in(account)
    url, new = reverse("admin:password_change"), "another: 8 plums"
    refused = one.post(url, {"old_password": PASSWORD, "new_password1": "plum", "new_password2": "plum"})
    done = one.post(url, {"old_password": PASSWORD, "new_password1": new, "new_password2": new})

    assert "at least 12 characters" in refused.text
    assert done.status_code == 302
    assert one.get(reverse("admin:index")).status_code == 200
    assert other.get(reverse("admin:index")).status_code == 302


def test_new_password_by_an_administrator_ends_all_sessions(administrator_client: Client) -> None:
    account = make_account(EDITOR, password=PASSWORD)
    theirs = signed_in(account)
    form = {"password1": "another: 8 plums", "password2": "another: 8 plums", "usable_password": "true"}
    assert administrator_client.post(_url("password_change", account.pk), form).status_code == 302

    assert theirs.get(reverse("admin:index")).status_code == 302


def test_session_in_use_is_renewed_and_one_at_rest_is_not(editor_client: Client) -> None:
    def ends() -> Any:
        return Session.objects.get(session_key=editor_client.session.session_key).expire_date

    first = ends()
    editor_client.get(reverse("admin:index"))
    assert ends() == first

    kept = editor_client.session
    kept["renewed_at"] -= session.RENEW_SECONDS + 1
    kept.save()
    before = ends()
    editor_client.get(reverse("admin:index"))
    assert ends() > before


def test_session_ends_after_a_week_whatever_its_use() -> None:
    account = make_account(EDITOR)
    young = signed_in(account, seconds_ago=session.LONGEST_SECONDS - 60)
    old = signed_in(account, seconds_ago=session.LONGEST_SECONDS + 1)

    assert young.get(reverse("admin:index")).status_code == 200
    answer = old.get(reverse("admin:agreements_event_changelist"))
    assert answer["Location"] == "/admin/login/?next=/admin/agreements/event/"
    assert old.session.is_empty()


def test_session_has_another_key_after_each_step(settings: Any) -> None:
    from tests.signing_in import code_of

    account = make_account(EDITOR, password=PASSWORD)
    make_device(account)
    client, keys = Client(), []
    client.post(reverse("admin:login"), {"username": account.username, "password": PASSWORD})
    keys.append(client.session.session_key)
    done = client.post(reverse("admin:enter_code"), {"code": code_of(account)})
    keys.append(client.session.session_key)

    assert len(set(keys)) == 2
    cookie = done.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/admin/")
    assert cookie["max-age"] == settings.SESSION_COOKIE_AGE == 8 * 60 * 60
