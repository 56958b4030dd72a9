"""Accounts of the desk, and their sessions with password and code given."""

import time
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from agreements import groups

_numbers = count(1)


def make_account(*names: str, **values: Any) -> User:
    """An account of the desk in the groups of these names. Without a password unless one is given."""
    if not Group.objects.filter(name__in=groups.NAMES).exists():
        groups.settle()  # a test with transactions of its own has emptied all tables
    account = User.objects.create_user(**{"username": f"account-{next(_numbers)}", "is_staff": True, **values})
    account.groups.set(Group.objects.filter(name__in=names))
    return account


def who_may(*permissions: str, name: str = "editor") -> Client:
    """The session of somebody at the desk who may do these things and nothing else."""
    user = make_account(username=name)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return signed_in(user)


def signed_in(user: User, *, with_code: bool = True, seconds_ago: float = 0, **options: Any) -> Client:
    """A session of the user's, in which password and, unless told otherwise, code were given so long ago.

    options: those of a test client.
    """
    return sign_in(Client(**options), user, with_code=with_code, seconds_ago=seconds_ago)


def sign_in(client: Client, user: User, *, with_code: bool = True, seconds_ago: float = 0) -> Client:
    """The same for a client that is there."""
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["password_at"] = session["renewed_at"] = time.time() - seconds_ago
    if with_code:
        session["code_at"] = time.time() - seconds_ago
        session[DEVICE_ID_SESSION_KEY] = make_device(user).persistent_id
    session.save()
    return client


def make_device(user: User) -> TOTPDevice:
    """An app that is the user's second factor: the one that is there, else a new one."""
    return TOTPDevice.objects.filter(user=user).first() or TOTPDevice.objects.create(user=user, name="App")


def code_of(user: User) -> str:
    """A code of the user's app that is good now, though one of now was used already."""
    TOTPDevice.objects.filter(user=user).update(last_t=-1, drift=0)
    return f"{TOTP(make_device(user).bin_key).token():06}"
