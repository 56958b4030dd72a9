"""What a session at the desk remembers of its owner: when the password and the code were last given, and last use."""

import time

from django.http import HttpRequest

#: So long after a password and a code were given nobody is asked for them again, in seconds.
PROOF_SECONDS = 10 * 60
#: However much it is used, a session ends so long after its last password.
LONGEST_SECONDS = 7 * 24 * 60 * 60
#: A session in use is renewed this often: its end is moved, which costs a write.
RENEW_SECONDS = 5 * 60

_PASSWORD_AT, _CODE_AT, _RENEWED_AT = "password_at", "code_at", "renewed_at"


def note_password(request: HttpRequest) -> None:
    """The owner has given the password."""
    request.session[_PASSWORD_AT] = request.session[_RENEWED_AT] = time.time()


def note_code(request: HttpRequest) -> None:
    """The owner has given a code of the second factor."""
    request.session[_CODE_AT] = time.time()


def is_proven(request: HttpRequest, with_code: bool) -> bool:
    """Whether the owner has lately given the password, and a code too where the account has a second factor."""
    return _age(request, _PASSWORD_AT) < PROOF_SECONDS and (not with_code or _age(request, _CODE_AT) < PROOF_SECONDS)


def is_over(request: HttpRequest) -> bool:
    """Whether the session is too old, though it was never idle for long."""
    return _age(request, _PASSWORD_AT) > LONGEST_SECONDS


def renew(request: HttpRequest) -> None:
    """Moves the end of a session that is in use to SESSION_COOKIE_AGE from now."""
    if _age(request, _RENEWED_AT) > RENEW_SECONDS:
        request.session[_RENEWED_AT] = time.time()


def _age(request: HttpRequest, what: str) -> float:
    return time.time() - float(request.session.get(what, 0))
