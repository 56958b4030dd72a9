"""Signing in to the desk: password, then a code; what fails is counted; and what must be shown again before more."""

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.core.management import CommandError, call_command
from django.http import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import URLResolver, reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from agreements.groups import ADMINISTRATOR, CONTRIBUTOR, EDITOR
from agreements.sign_in import factor, session
from agreements.sign_in.address import client_address
from tests.signing_in import code_of, make_account, make_device, signed_in

pytestmark = pytest.mark.django_db

PASSWORD = "a long one: 9 kiwis"
LOGIN, DESK = "/admin/login/", "/admin/"
CODE, SET_UP, CONFIRM = "/admin/sign-in/code/", "/admin/sign-in/set-up/", "/admin/sign-in/confirm/"
EVENTS = "/admin/agreements/event/"
FOREIGN = ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "https:///evil.example"]


@pytest.fixture(autouse=True)
def quick_hashes(settings: LazySettings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def editor() -> User:
    """An Editor with a password and an app."""
    user = make_account(EDITOR, password=PASSWORD)
    make_device(user)
    return user


def _password(client: Client, user: User, password: str = PASSWORD, url: str = LOGIN, **options: Any) -> Any:
    return client.post(url, {"username": user.get_username(), "password": password}, **options)


def _code(client: Client, code: str, url: str = CODE, **options: Any) -> Any:
    return client.post(url, {"code": code}, **options)


def _wrong(code: str) -> str:
    return f"{(int(code) + 500_000) % 1_000_000:06}"


def _half_in(user: User) -> Client:
    """A session in which the password was given, and no code."""
    return signed_in(user, with_code=False)


def _is_in(client: Client) -> bool:
    return client.get(EVENTS).status_code == 200


def _leads_to(response: HttpResponseBase, address: str) -> bool:
    return response.status_code == 302 and response["Location"].split("?")[0] == address


# The way in


def test_editor_signs_in_with_password_and_code_and_is_where_he_was_going(client: Client, editor: User) -> None:
    going = f"{EVENTS}?q=vote"
    to_login = client.get(going)
    to_code = _password(client, editor, url=to_login["Location"])
    asked = client.get(to_code["Location"])
    done = _code(client, code_of(editor), url=asked["Location"])

    assert _leads_to(to_login, LOGIN)
    assert _leads_to(asked, CODE)
    assert done["Location"] == going
    assert client.get(going).status_code == 200


def test_contributor_needs_no_code_but_gives_one_once_an_app_is_set_up(client: Client) -> None:
    user = make_account(CONTRIBUTOR, password=PASSWORD)
    _password(client, user)
    assert _is_in(client)

    make_device(user)

    assert _leads_to(client.get(EVENTS), CODE)


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_account(EDITOR),
        lambda: make_account(ADMINISTRATOR),
        lambda: make_account(CONTRIBUTOR, EDITOR),
        lambda: make_account(is_superuser=True),
    ],
)
def test_whoever_may_more_than_a_contributor_sets_up_an_app_first(make: Callable[[], User]) -> None:
    assert _leads_to(_half_in(make()).get(EVENTS), SET_UP)


def test_right_or_group_of_ones_own_asks_for_a_code_too() -> None:
    from django.contrib.auth.models import Group, Permission

    with_right, in_group = make_account(CONTRIBUTOR), make_account(CONTRIBUTOR)
    with_right.user_permissions.add(Permission.objects.first())
    in_group.groups.add(Group.objects.create(name="Others"))

    for user in (with_right, in_group):
        assert _leads_to(_half_in(user).get(DESK), SET_UP)


def test_first_superuser_sets_up_an_app_at_the_first_sign_in(client: Client) -> None:
    user = User.objects.create_superuser("first", password=PASSWORD)
    step = client.get(_password(client, user)["Location"])
    page = client.get(step["Location"])
    key = client.session["set_up_key"]

    assert _leads_to(step, SET_UP)
    assert page.context["key"].replace(" ", "") in page.context["device"].config_url
    assert 'src="data:image/svg+xml' in page.text
    assert page.context["key"] in page.text

    device = factor.new_device(user, key)
    device.save()  # only to work out its code
    code = code_of(user)
    device.delete()
    refused, done = _code(client, _wrong(code), SET_UP), _code(client, code, SET_UP)

    assert "That is not the code of now." in refused.text
    assert len(done.context["codes"]) == factor.RECOVERY_CODES == len(set(done.context["codes"]))
    assert "The second factor is set up." in done.text
    assert _is_in(client)
    assert _code(Client(), code).status_code == 302  # nobody's
    assert not factor.check_code(user=user, code=code).device  # used up


def test_code_works_once(editor: User) -> None:
    code = code_of(editor)

    assert _code(_half_in(editor), code).status_code == 302
    assert "was used before" in _code(_half_in(editor), code).text


def test_recovery_code_works_once_and_is_typed_in_any_way(editor: User) -> None:
    first, second = factor.renew_recovery_codes(user=editor)[:2]
    client = _half_in(editor)
    done = _code(client, f" {first[:4].upper()}-{first[4:]} ")

    assert _is_in(client)
    assert "Recovery codes left: 9." in str([*get_messages(done.wsgi_request)][0])
    assert "was used before" in _code(_half_in(editor), first).text
    StaticToken.objects.get(token=second).device.throttle_reset()
    assert _leads_to(_code(_half_in(editor), second), DESK)


def test_recovery_codes_are_made_anew_and_the_ones_before_are_void(editor: User) -> None:
    before = factor.renew_recovery_codes(user=editor)
    client = signed_in(editor)
    page = client.post(reverse("admin:recovery_codes"))
    codes = page.context["codes"]

    assert len(codes) == 10
    assert "The second factor is set up." not in page.text
    assert not set(codes) & set(before)
    assert all(code in page.text for code in codes)
    assert not any(code in client.get(reverse("admin:second_factor")).text for code in codes)
    assert client.get(reverse("admin:recovery_codes")).status_code == 405
    assert not factor.check_code(user=editor, code=before[0]).device
    factor.lift_locks(user=editor)
    assert factor.check_code(user=editor, code=codes[9]).device


def test_recovery_codes_are_for_who_has_an_app(contributor_client: Client) -> None:
    TOTPDevice.objects.all().delete()

    assert _leads_to(contributor_client.post(reverse("admin:recovery_codes")), reverse("admin:second_factor"))
    assert not StaticToken.objects.exists()


def test_another_phone_takes_the_place_of_the_first(editor: User) -> None:
    client, elsewhere = signed_in(editor), signed_in(editor)
    client.get(SET_UP)
    new = factor.new_device(User(pk=editor.pk, username="x"), client.session["set_up_key"])
    from django_otp.oath import TOTP

    done = _code(client, f"{TOTP(new.bin_key).token():06}", SET_UP)

    assert "Recovery codes" in done.text
    assert [device.key for device in TOTPDevice.objects.filter(user=editor)] == [new.key]
    assert _is_in(client)
    assert _leads_to(elsewhere.get(EVENTS), CODE)


# Nothing is reached before the code


def _routes(patterns: list[Any], before: str = "") -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        route = before + str(pattern.pattern)
        found += _routes(pattern.url_patterns, route) if isinstance(pattern, URLResolver) else [route]
    return found


#: What may be reached between the password and the code.
BETWEEN = {"logout/", "login/", "sign-in/code/", "sign-in/set-up/", "sign-in/confirm/"}


@pytest.mark.parametrize("is_set_up", [True, False], ids=["code", "set-up"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_second_factor_is_skipped_by_no_address(method: str, is_set_up: bool) -> None:
    user = make_account(ADMINISTRATOR)
    if is_set_up:
        make_device(user)
    client = _half_in(user)
    routes = {*_routes(admin.site.get_urls())} - BETWEEN
    assert {"", "jsi18n/", "autocomplete/", "agreements/event/read-days/", "password_change/"} <= routes

    for route in routes:
        path = re.sub(r"<[^>]+>|\(\?P<url>\.\*\)\$", "1", route)
        path = re.sub(r"\^\(\?P<app_label>(\w+).*", r"\1/", path)
        response = getattr(client, method)(f"{DESK}{path}", {"q": "2025"})
        assert _leads_to(response, CODE if is_set_up else SET_UP), route


def test_pages_between_lead_to_what_is_owed(editor: User) -> None:
    new, contributor = make_account(EDITOR), make_account(CONTRIBUTOR)

    assert _leads_to(_half_in(editor).get(LOGIN), CODE)
    assert _leads_to(_half_in(editor).get(SET_UP), CODE)
    assert _leads_to(_half_in(editor).post(SET_UP, {"code": "1"}), CODE)
    assert _leads_to(_half_in(editor).get(CONFIRM), CODE)
    assert _leads_to(_half_in(new).get(CODE), SET_UP)
    assert _leads_to(signed_in(editor).get(CODE), DESK)
    assert _leads_to(signed_in(editor).get(LOGIN), DESK)
    assert _half_in(contributor).get(SET_UP).status_code == 200
    for address in (CODE, SET_UP, CONFIRM):
        assert _leads_to(Client().get(address), LOGIN)
        assert _leads_to(Client().post(address, {"code": "123456"}), LOGIN)


def test_code_of_another_is_no_code(editor: User) -> None:
    other = make_account(EDITOR)
    make_device(other)

    assert "That code is wrong" in _code(_half_in(editor), code_of(other)).text


def test_app_set_up_takes_the_password_of_now(client: Client) -> None:
    stolen = signed_in(make_account(EDITOR), with_code=False, seconds_ago=session.PROOF_SECONDS + 1)

    assert _leads_to(stolen.get(SET_UP), CONFIRM)
    assert _leads_to(stolen.post(SET_UP, {"code": "123456"}), CONFIRM)


def test_half_signed_in_can_leave(editor: User) -> None:
    client = _half_in(editor)

    assert client.post("/admin/logout/").status_code == 200
    assert _leads_to(client.get(DESK), LOGIN)


# Failures are counted


def test_password_is_locked_after_five_failures_for_a_while_and_from_there_alone(editor: User) -> None:
    here, there = {"REMOTE_ADDR": "198.51.100.7"}, {"REMOTE_ADDR": "203.0.113.9"}
    answers = [_password(Client(), editor, "wrong", **here) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert "Try again in 30 minutes" in answers[-1].text
    assert answers[-1]["Retry-After"] == "1800"
    locked = _password(Client(), editor, **here)
    assert (locked.status_code, "sessionid" in locked.cookies) == (429, False)
    assert _password(Client(), editor, **there).status_code == 302
    assert _password(Client(), make_account(CONTRIBUTOR, password=PASSWORD), **here).status_code == 302


def test_lock_ends_by_itself_and_by_hand(editor: User) -> None:
    from datetime import timedelta

    from axes.models import AccessAttempt
    from django.utils import timezone

    for _ in range(5):
        _password(Client(), editor, "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert _password(Client(), editor).status_code == 302

    for _ in range(5):
        _password(Client(), editor, "wrong")
    call_command("axes_reset_username", editor.username, verbosity=0)
    assert _password(Client(), editor).status_code == 302


def test_name_that_nobody_has_is_locked_alike(editor: User) -> None:
    nobody = User(username="nobody-at-all")
    answers = [_password(Client(), nobody, "wrong") for _ in range(5)]

    assert answers[0].text.replace("nobody-at-all", "x").count("errornote") == 1
    assert answers[-1].status_code == 429


@pytest.mark.parametrize("url", [CODE, CONFIRM])
def test_code_is_locked_after_five_failures_though_the_password_is_right(url: str, editor: User) -> None:
    def client() -> Client:
        return _half_in(editor) if url == CODE else signed_in(editor)

    answers = []
    for _ in range(5):
        code = code_of(editor)
        TOTPDevice.objects.update(throttling_failure_count=0)  # the wait is another test's
        answers.append(client().post(url, {"code": _wrong(code), "password": PASSWORD}))
    TOTPDevice.objects.update(throttling_failure_count=0)
    locked = client().post(url, {"code": code_of(editor), "password": PASSWORD})

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert locked.status_code == 429
    assert _password(Client(), editor).status_code == 429


def test_right_password_leaves_the_count_of_wrong_codes(editor: User) -> None:
    for _ in range(2):
        for _ in range(2):
            code = code_of(editor)
            TOTPDevice.objects.update(throttling_failure_count=0)
            assert _code(_half_in(editor), _wrong(code)).status_code == 200
        assert _password(Client(), editor).status_code == 302
    TOTPDevice.objects.update(throttling_failure_count=0)

    assert _code(_half_in(editor), _wrong(code_of(editor))).status_code == 429


def test_right_password_in_a_contributors_session_leaves_the_count_of_wrong_codes(editor: User) -> None:
    for _ in range(4):
        TOTPDevice.objects.update(throttling_failure_count=0)
        assert _code(_half_in(editor), _wrong(code_of(editor))).status_code == 200

    assert _password(signed_in(make_account(CONTRIBUTOR), with_code=False), editor).status_code == 302

    TOTPDevice.objects.update(throttling_failure_count=0)
    assert _code(_half_in(editor), _wrong(code_of(editor))).status_code == 429


def test_signing_in_whole_forgets_the_failures_before(editor: User) -> None:
    for _ in range(3):
        for _ in range(2):
            assert _password(Client(), editor, "wrong").status_code == 200
        client = Client()
        _password(client, editor)
        _code(client, code_of(editor))
        assert _is_in(client)


def test_wrong_code_makes_the_next_wait_from_wherever_it_comes(editor: User) -> None:
    code = code_of(editor)
    for number in range(3):
        TOTPDevice.objects.update(throttling_failure_timestamp=None)
        _code(_half_in(editor), _wrong(code), REMOTE_ADDR=f"198.51.100.{number}")

    refused = _code(_half_in(editor), code, REMOTE_ADDR="203.0.113.9")
    assert "Too many wrong codes. Wait 4 seconds, then try again." in refused.text

    TOTPDevice.objects.update(throttling_failure_timestamp="2026-01-01T00:00:00Z")
    done = _code(_half_in(editor), code, REMOTE_ADDR="203.0.113.9")
    assert _leads_to(done, DESK)
    assert "3 wrong codes were given before yours" in str([*get_messages(done.wsgi_request)][0])


def test_wrong_codes_leave_recovery_codes_usable(editor: User) -> None:
    codes = factor.renew_recovery_codes(user=editor)
    _code(_half_in(editor), _wrong(code_of(editor)))

    assert _leads_to(_code(_half_in(editor), codes[0]), DESK)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "192.0.2.1", "198.51.100.7"),
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "10.0.0.1, 192.0.2.1", "192.0.2.1"),
        (2, "10.0.0.1, 192.0.2.1, 203.0.113.9", "192.0.2.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "::ffff:192.0.2.1", "192.0.2.1"),
        (2, "192.0.2.1", "198.51.100.7"),
        (1, "", "198.51.100.7"),
        (1, "unknown", "198.51.100.7"),
    ],
)
def test_client_is_known_by_its_own_address_behind_proxies(
    proxies: int, forwarded: str, address: str, settings: LazySettings
) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR="198.51.100.7")

    assert client_address(request) == address


def test_address_of_a_socket_is_counted_as_one() -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) == "0.0.0.0"


def test_claimed_address_escapes_no_lock(editor: User, settings: LazySettings) -> None:
    settings.PROXIES = 1
    for number in range(5):
        client = Client(headers={"x-forwarded-for": f"10.0.0.{number}, 192.0.2.1"})
        answer = _password(client, editor, "wrong")

    assert answer.status_code == 429


# Shown again


PROTECTED = ["auth_user_add", "auth_user_change", "auth_user_password_change", "auth_user_reset_second_factor"]


@pytest.mark.parametrize("name", [*PROTECTED, "auth_user_lift_locks", "auth_group_change", "password_change"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_rights_are_given_only_within_minutes_of_password_and_code(method: str, name: str) -> None:
    account = make_account(CONTRIBUTOR)
    superuser = make_account(is_superuser=True, password=PASSWORD)
    client = signed_in(superuser, seconds_ago=session.PROOF_SECONDS + 1)
    args = {"auth_user_add": [], "password_change": [], "auth_group_change": [account.groups.get().pk]}
    url = reverse(f"admin:{name}", args=args.get(name, [account.pk]))

    asked = getattr(client, method)(url)
    assert _leads_to(asked, CONFIRM)
    done = client.post(asked["Location"], {"password": PASSWORD, "code": code_of(superuser)})

    assert done["Location"] == url
    assert client.get(url).status_code == 200


def test_confirming_takes_both(editor: User) -> None:
    client = signed_in(editor, seconds_ago=session.PROOF_SECONDS + 1)

    refusals = [
        client.post(CONFIRM, {"password": "wrong", "code": code_of(editor)}),
        client.post(CONFIRM, {"password": PASSWORD, "code": _wrong(code_of(editor))}),
        client.post(CONFIRM, {"password": PASSWORD}),
    ]

    assert [refusal.status_code for refusal in refusals] == [200, 200, 200]
    assert "That is not the password." in refusals[0].text
    assert not session.is_proven(refusals[2].wsgi_request, with_code=False)


def test_wrong_password_leaves_the_code_unused(editor: User) -> None:
    client = signed_in(editor)
    code = code_of(editor)
    client.post(CONFIRM, {"password": "wrong", "code": code})

    assert _leads_to(client.post(CONFIRM, {"password": PASSWORD, "code": code}), DESK)


def test_contributor_without_an_app_confirms_by_password() -> None:
    user = make_account(CONTRIBUTOR, password=PASSWORD)
    client = signed_in(user, with_code=False, seconds_ago=session.PROOF_SECONDS + 1)

    assert _leads_to(client.get("/admin/password_change/"), CONFIRM)
    assert _leads_to(
        client.post(f"{CONFIRM}?next=/admin/password_change/", {"password": PASSWORD}), "/admin/password_change/"
    )
    assert client.get("/admin/password_change/").status_code == 200


# Where next leads


@pytest.mark.parametrize("target", FOREIGN)
def test_next_leads_to_our_own_pages_only(target: str, editor: User) -> None:
    new = make_account(EDITOR)
    query = {"query_params": {"next": target}}

    answers = [
        _password(Client(), make_account(CONTRIBUTOR, password=PASSWORD), **query),
        Client().post(LOGIN, {"username": editor.username, "password": PASSWORD, "next": target}),
        _half_in(editor).get(LOGIN, {"next": target}),
        _half_in(editor).get(SET_UP, {"next": target}),
        _half_in(new).get(CODE, {"next": target}),
        _code(_half_in(editor), code_of(editor), **query),
        signed_in(editor).get(CODE, {"next": target}),
        signed_in(editor).post(CONFIRM, {"password": PASSWORD, "code": code_of(editor)}, **query),
    ]

    for answer in answers:
        assert answer.status_code == 302
        assert "evil" not in answer["Location"]
        assert answer["Location"].startswith(DESK)


@pytest.mark.parametrize("target", FOREIGN)
def test_link_after_setting_up_leads_to_our_own_pages_only(target: str, editor: User) -> None:
    page = signed_in(editor).post(reverse("admin:recovery_codes"), query_params={"next": target})

    assert page.context["onward"] == DESK


# Requests of others, frames, caches, commands


@pytest.mark.parametrize("url", [LOGIN, CODE, SET_UP, CONFIRM, "/admin/logout/", f"{EVENTS}add/"])
def test_form_of_another_site_is_refused(url: str, editor: User) -> None:
    client = signed_in(editor, enforce_csrf_checks=True)
    if url in (CODE, SET_UP):
        client = signed_in(editor, with_code=False, enforce_csrf_checks=True)
    form = {"username": editor.username, "password": PASSWORD, "code": code_of(editor)}

    assert client.post(url, form).status_code == 403


@pytest.mark.parametrize("url", [LOGIN, CODE, SET_UP, CONFIRM, DESK, f"{EVENTS}add/", "/admin/auth/user/"])
def test_page_of_the_desk_is_framed_by_nobody_and_kept_by_nobody(url: str, editor: User) -> None:
    client = _half_in(make_account(EDITOR)) if url == SET_UP else signed_in(make_account(ADMINISTRATOR))
    if url == CODE:
        client = _half_in(editor)
    response = Client().get(url) if url == LOGIN else client.get(url)

    assert response.status_code == 200
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("url", [LOGIN, CODE, SET_UP, CONFIRM])
def test_pages_of_signing_in_have_nothing_inline(url: str, editor: User) -> None:
    client = {LOGIN: Client(), CODE: _half_in(editor), SET_UP: _half_in(make_account(EDITOR))}.get(
        url, signed_in(editor)
    )
    page = client.get(url).text

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


def test_lost_phone_by_command(editor: User) -> None:
    codes = factor.renew_recovery_codes(user=editor)
    client = signed_in(editor)
    out = StringIO()
    call_command("reset_second_factor", editor.username, stdout=out)

    assert out.getvalue() == f"{editor.username} sets up a second factor at the next sign-in, by password alone.\n"
    assert _leads_to(client.get(EVENTS), SET_UP)
    assert not StaticToken.objects.filter(token__in=codes).exists()
    with pytest.raises(CommandError, match="There is no account 'none'"):
        call_command("reset_second_factor", "none")


def test_contributors_lost_phone_asks_for_no_other() -> None:
    user, out = make_account(CONTRIBUTOR), StringIO()
    make_device(user)
    call_command("reset_second_factor", user.username, stdout=out)

    assert out.getvalue() == f"{user.username} signs in, by password alone.\n"
    assert _half_in(user).get(DESK).status_code == 200


def test_code_by_command_signs_in_once(editor: User, capsys: pytest.CaptureFixture[str]) -> None:
    TOTPDevice.objects.all().delete()
    call_command("addstatictoken", editor.username)
    code = capsys.readouterr().out.strip()
    client = _half_in(editor)

    assert _leads_to(_code(client, code), DESK)
    assert _is_in(client)
    assert _leads_to(_half_in(editor).get(DESK), SET_UP)
