"""A site on this machine in the place of ICE's, and the command run against it."""

import csv
import hashlib
import threading
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import CommandError, call_command

from tests.agreements.ice.workbooks import PENDING, workbook

TODAY = date(2026, 5, 18)
FILES = "/doclib/about/offices/ero/287g"
PARTICIPATING = f"{FILES}/participatingAgencies05182026am.xlsx"
ON_PENDING = f"{FILES}/pendingAgencies05152026pm.xlsx"
ROW = ("FLORIDA", "Coral Gables PD", "Municipality", "Miami-Dade", "Task Force Model", datetime(2025, 3, 7), "link")
SHEET = workbook(ROW)
PENDING_SHEET = workbook(ROW[:5], header=PENDING)


class Reply(NamedTuple):
    """An answer of the site; a 200 with an ETag is a 304 to whoever sends it back."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = ""  # slow: answers when the test is over; drip: a byte at a time; short: breaks off


class Ice:
    """A site on this machine: replies by path, the last of several for good, and the requests that came."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.over = threading.Event()
        self.url = ""

    def serve(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)

    def link(self, *hrefs: str, **headers: str) -> None:
        body = "".join(f'<p><A class="x" HREF="{href}">list</A>' for href in hrefs).encode()
        self.serve("/page", Reply(body=b"<!doctype html><a name=top>" + body, headers=tuple(headers.items())))

    def asked(self) -> list[str]:
        return [path for path, _ in self.requests]


def handler_of(site: Ice) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.requests.append((self.path, dict(self.headers)))
            replies = site.replies.get(self.path.partition("?")[0], [Reply(404)])
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
            if reply.kind == "slow":
                site.over.wait(5)
                return
            status, body = reply.status, reply.body
            etag = dict(reply.headers).get("ETag")
            if status == 200 and etag and self.headers["If-None-Match"] == etag:
                status, body = 304, b""
            self.send_response(status)
            for name, value in reply.headers:
                self.send_header(name, value)
            if reply.kind != "drip":
                self.send_header("Content-Length", str(len(body) + 9 * (reply.kind == "short")))
            self.end_headers()
            while reply.kind == "drip" and not site.over.wait(0.02):
                try:
                    self.wfile.write(b".")
                except OSError:
                    return
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some tests are about."""


def run(site: Ice, folder: Path, *options: str) -> str:
    out = StringIO()
    call_command("fetch_sheets", "--to", str(folder), "--page", f"{site.url}/page", *options, stdout=out)
    return out.getvalue()


def refusal(site: Ice, folder: Path) -> str:
    with pytest.raises(CommandError) as error:
        run(site, folder)
    assert error.value.returncode == 1
    return str(error.value)


def index(folder: Path) -> list[dict[str, str]]:
    with (folder / "INDEX.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def kept(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
