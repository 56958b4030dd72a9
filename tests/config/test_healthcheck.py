"""The container's health check, against a server that, as Django, refuses a Host it does not know."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from config.healthcheck import is_healthy, own_host


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.headers["Host"] == "example.org" and self.path == "/healthz" else 400)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Nothing: what was answered is what the tests ask for."""


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/healthz"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("hosts", ["example.org", "example.org, other.example.org", ".example.org"])
def test_is_healthy_asks_for_the_first_allowed_host(address: str, monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)

    assert is_healthy(address)


def test_where_any_host_is_allowed_this_machine_asks_by_its_own() -> None:
    assert own_host(["*"]) == "localhost"
    assert own_host([]) == "localhost"


def test_is_healthy_of_a_refused_request_is_false(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "elsewhere.example.org")

    assert not is_healthy(address)


def test_is_healthy_without_a_server_is_false() -> None:
    assert not is_healthy("http://127.0.0.1:9/healthz")
