"""The container's health check, against the site itself and against an address where nothing listens."""

import pytest
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from config.healthcheck import is_healthy


@pytest.mark.parametrize("hosts", ["tracker.example.org,other.example.org", ".example.org"])
def test_is_healthy_asks_for_an_allowed_host(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, settings: Settings, hosts: str
) -> None:
    settings.ALLOWED_HOSTS = hosts.split(",")
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)

    assert is_healthy(f"{live_server.url}/healthz")


def test_is_healthy_of_a_refused_host_is_false(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "elsewhere.example.org")

    assert not is_healthy(f"{live_server.url}/healthz")


def test_is_healthy_without_a_server_is_false() -> None:
    assert not is_healthy("http://127.0.0.1:9/healthz")
