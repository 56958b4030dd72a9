"""The settings of production: what Django's own check says of them, and what cookies they make."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

PRODUCTION = {
    "DATABASE_URL": "postgres://checked-only/none",
    "SITE_URL": "https://tracker.example.org",
    "ALLOWED_HOSTS": "tracker.example.org",
    "SECRET_KEY": "0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ",
}
#: What a browser must be told of the desk's cookies, and by whom a client's address is said.
TOLD = (
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_PATH",
    "CSRF_COOKIE_SECURE",
    "CSRF_COOKIE_SAMESITE",
    "CSRF_COOKIE_PATH",
    "SECURE_SSL_REDIRECT",
    "PROXIES",
)
_SAY = f"""
import json
from django.conf import settings
print(json.dumps({{name: getattr(settings, name) for name in {TOLD}}}))
"""


def _run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if name not in ("DEBUG", "HTTPS", "PROXIES")}
    ours = {"DJANGO_SETTINGS_MODULE": "config.settings", **PRODUCTION, **environment}
    return subprocess.run(
        [sys.executable, *command], cwd=settings.BASE_DIR, env={**known, **ours}, capture_output=True, text=True
    )


def test_production_settings_pass_the_deployment_check() -> None:
    done = _run("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    ("environment", "expected"),
    [({}, (True, 1)), ({"PROXIES": "2"}, (True, 2)), ({"HTTPS": "0"}, (False, 0))],
)
def test_cookies_are_the_desks_alone_and_go_over_tls_only(
    environment: dict[str, str], expected: tuple[bool, int]
) -> None:
    done = _run("-c", _SAY, **environment)
    told: dict[str, Any] = json.loads(done.stdout)
    is_secure, proxies = expected

    assert told == {
        "SESSION_COOKIE_SECURE": is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/admin/",
        "CSRF_COOKIE_SECURE": is_secure,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_PATH": "/admin/",
        "SECURE_SSL_REDIRECT": is_secure,
        "PROXIES": proxies,
    }
