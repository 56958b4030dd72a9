"""The site while PostgreSQL is away: gunicorn on the test database, through a wire that the test cuts and mends."""

import contextlib
import http.client
import select
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.serving import served

KEPT = ["/us/fl/", "/agreements/?page=2"]


class Wire:
    """A socket in a folder of its own that passes on what is said to PostgreSQL's, until it is cut or falls silent."""

    def __init__(self, folder: Path, server: str) -> None:
        self.folder, self._path, self._server = folder, folder / Path(server).name, server
        self._talks: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.is_silent = False
        self.mend()

    def mend(self) -> None:
        self.is_silent = False
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen(64)
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def cut(self) -> None:
        assert self._listener
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._path.unlink()
        for talk in self._talks:
            with contextlib.suppress(OSError):
                talk.shutdown(socket.SHUT_RDWR)
        self._talks.clear()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                self._talks += [client, server]
                threading.Thread(target=self._pass_on, args=[client, server], daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with client, server, contextlib.suppress(OSError):
            while True:
                for one in select.select([client, server], [], [])[0]:
                    said = one.recv(65_536)
                    if not said:
                        return
                    if not self.is_silent:
                        (server if one is client else client).sendall(said)


class Site:
    def __init__(self, port: int) -> None:
        self._port = port

    def get(self, path: str, method: str = "GET") -> tuple[int, http.client.HTTPMessage, str]:
        talk = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        with contextlib.closing(talk):
            talk.request(method, path)
            answer = talk.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def is_back(self, path: str) -> bool:
        """Whether it answers 200 from the record, soon."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            status, headers, _ = self.get(path)
            if status == 200 and "X-Record-Stale" not in headers:
                return True
            time.sleep(0.1)
        return False


@pytest.fixture(scope="module")
def wire(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    given = connection.settings_dict
    if not given["HOST"].startswith("/"):
        pytest.skip("The test database is not on a unix socket.")
    made = Wire(tmp_path_factory.mktemp("wire"), f"{given['HOST']}/.s.PGSQL.{given['PORT'] or 5432}")
    yield made
    made.cut()


@pytest.fixture(scope="module")
def site(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("site"), host=str(wire.folder)) as port:
        made = Site(port)
        for path in KEPT:
            assert made.get(path)[0] == 200
        yield made


def is_plain_refusal(answer: tuple[int, http.client.HTTPMessage, str]) -> bool:
    status, headers, body = answer
    return (
        status == 503
        and "The record cannot be reached just now" in body
        and "Traceback" not in body
        and headers["Cache-Control"] == "no-store"
        and int(headers["Retry-After"]) > 0
        and "default-src 'none'" in headers["Content-Security-Policy"]
    )


def test_connection_that_was_cut_while_idle_is_made_anew_by_the_next_reader(wire: Wire, site: Site) -> None:
    for state in ("de", "ri"):
        assert site.get(f"/us/{state}/")[0] == 200
    wire.cut()
    wire.mend()

    for state in ("wy", "vt", "nh", "me", "mt", "nd"):  # of both workers
        status, headers, _ = site.get(f"/us/{state}/")
        assert (status, headers["X-Record-Stale"]) == (200, None)


def test_published_pages_outlive_the_database_and_all_recovers(wire: Wire, site: Site) -> None:
    _, headers, body = site.get(KEPT[0])
    assert "X-Record-Stale" not in headers

    wire.cut()
    for path in KEPT:
        for _ in range(4):  # of both workers
            status, stale, said = site.get(path)
            assert (status, stale["X-Record-Stale"]) == (200, "true")
            assert stale["Warning"].startswith("110 ")
    assert site.get(KEPT[0])[1]["ETag"] == headers["ETag"]
    assert site.get(KEPT[0])[2] == body
    for path in ("/admin/", "/admin/login/", "/us/ga/", "/agreements/?page=3", "/nowhere/"):
        assert is_plain_refusal(site.get(path)), path
    assert site.get("/admin/login/", "POST")[0] in (403, 503)
    assert site.get("/healthz")[0] == 503
    style = site.get("/us/al/")[2].partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert site.get(style)[0] == 200

    wire.mend()
    assert site.is_back(KEPT[0])
    for path in (*KEPT, "/us/ga/", "/admin/login/", "/healthz"):
        for _ in range(4):
            assert site.is_back(path), path
    assert site.get(KEPT[0])[1]["Cache-Control"].startswith("public, max-age=60")


def test_published_pages_are_quick_while_the_database_hangs(wire: Wire, site: Site) -> None:
    assert site.is_back(KEPT[0])
    wire.is_silent = True
    slow = 0

    began = time.monotonic()
    for _ in range(20):
        one = time.monotonic()
        assert site.get(KEPT[0])[:1] == (200,)
        slow += time.monotonic() - one > 0.5

    assert slow <= 2  # each worker has to find out
    assert time.monotonic() - began < 10
    wire.cut()
    wire.mend()
    assert site.is_back(KEPT[0])
