"""The second factor of an account: codes from an app (TOTP, RFC 6238), and recovery codes for when it is lost."""

import math
import time
from base64 import b32encode
from binascii import unhexlify
from dataclasses import dataclass

import segno
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists
from django.utils import timezone
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from agreements.groups import CONTRIBUTOR

RECOVERY_CODES = 10
_DIGITS = 6


@dataclass(frozen=True)
class Answer:
    """What became of a code: the device that took it, or None; then how long until another is looked at, in seconds.

    failures: how many codes before it were wrong.
    """

    device: Device | None
    wait_seconds: int = 0
    failures: int = 0


def must_verify(user: User) -> bool:
    """Whether the account reaches the desk with a second factor only: it may more than a Contributor, or has one.

    One query. What its groups may is not asked: any but the Contributors' counts, so that a new one is safe.
    """
    account = User.objects.filter(pk=user.pk)
    reasons = (
        Exists(User.groups.through.objects.filter(user=user).exclude(group__name=CONTRIBUTOR))
        | Exists(User.user_permissions.through.objects.filter(user=user))
        | Exists(TOTPDevice.objects.filter(user=user, confirmed=True))
    )
    return user.is_superuser or account.filter(reasons).exists()


def is_verified(user: object) -> bool:
    """Whether this session's owner has given a code."""
    return getattr(user, "otp_device", None) is not None


def is_set_up(user: User) -> bool:
    """Whether there is anything that a code could be checked against."""
    is_with_app = TOTPDevice.objects.filter(user=user, confirmed=True).exists()
    return is_with_app or StaticToken.objects.filter(device__user=user).exists()


def recovery_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


def as_typed(code: str) -> str:
    """A code as it is compared: without the spaces and hyphens that people put into it."""
    return "".join(code.lower().replace("-", "").split())


@transaction.atomic
def check_code(*, user: User, code: str) -> Answer:
    """Looks at a code: six digits are the app's, anything else is a recovery code, which is used up.

    A wrong one makes the next wait, twice as long each time. Of two requests with one code, one is refused.
    """
    model = TOTPDevice if len(code) == _DIGITS and code.isdecimal() else StaticDevice
    device = model.objects.select_for_update().filter(user=user, confirmed=True).order_by("pk").first()
    if device is None:
        return Answer(None)
    is_allowed, refusal = device.verify_is_allowed()
    failures = device.throttling_failure_count
    if not is_allowed:
        seconds = (refusal["locked_until"] - timezone.now()).total_seconds()
        return Answer(None, max(1, math.ceil(seconds)), failures)
    return Answer(device if device.verify_token(code) else None, 0, failures)


def new_device(user: User, key: str) -> TOTPDevice:
    """The app's key (hexadecimal) for this account, not kept yet."""
    return TOTPDevice(user=user, key=key, name="App")


def key_in_words(key: str) -> str:
    """The key as it is typed into an app, in groups of four: "JBSW Y3DP EHPK 3PXP ..."."""
    text = b32encode(unhexlify(key)).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def qr_code(device: TOTPDevice) -> str:
    """The key for an app's camera: a picture as a data: address, black on white whatever the page's colors."""
    return str(segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=4, light="#fff"))


@transaction.atomic
def set_up(*, user: User, key: str, code: str) -> tuple[TOTPDevice, list[str]] | None:
    """Makes the app with this key the account's second factor, in the place of any before, with new recovery codes.

    None, and nothing is changed, where the code is not the app's of now.
    """
    clock = TOTP(unhexlify(key))
    clock.time = time.time()
    if not (len(code) == _DIGITS and code.isdecimal() and clock.verify(int(code), tolerance=1)):
        return None
    User.objects.select_for_update().get(pk=user.pk)  # one at a time, or two would stay
    forget(user=user)
    device = new_device(user, key)
    device.last_t, device.drift = clock.t(), clock.drift  # this code is used up
    device.save()
    return device, renew_recovery_codes(user=user)


@transaction.atomic
def renew_recovery_codes(*, user: User) -> list[str]:
    """Ten new recovery codes; those of before are void. They are not shown again."""
    User.objects.select_for_update().get(pk=user.pk)
    holder = StaticDevice.objects.filter(user=user).order_by("pk").first()
    if holder is None:
        holder = StaticDevice.objects.create(user=user, name="Recovery codes")
    StaticToken.objects.filter(device__user=user).delete()
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=holder, token=code) for code in codes)
    return codes


@transaction.atomic
def forget(*, user: User) -> None:
    """Takes the second factor away. Sessions that gave a code of it are asked for a new one at once."""
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).delete()


@transaction.atomic
def lift_locks(*, user: User) -> None:
    """Forgets failed passwords and codes of this account, from wherever they came."""
    AxesProxyHandler.reset_attempts(username=user.get_username())
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).update(throttling_failure_count=0, throttling_failure_timestamp=None)
