import csv
import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from agreements.ice import fetch
from agreements.ice.fetch import FetchError, Limits, Site, addresses, sheet_link, suggest
from agreements.management.commands.fetch_sheets import Command
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


@pytest.fixture
def ice() -> Iterator[Ice]:
    site = Ice()
    with Server(("127.0.0.1", 0), handler_of(site)) as server:
        site.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        site.link(PARTICIPATING, ON_PENDING)
        site.serve(PARTICIPATING, Reply(body=SHEET))
        site.serve(ON_PENDING, Reply(body=PENDING_SHEET))
        yield site
        site.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that would have been made; none is."""
    made: list[float] = []
    monkeypatch.setattr(fetch, "sleep", made.append)
    monkeypatch.setattr(
        fetch, "now_in_washington", lambda: datetime(2026, 5, 18, 9, 30, tzinfo=ZoneInfo("America/New_York"))
    )
    return made


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Other limits than the command's own."""
    return lambda **limits: monkeypatch.setattr(Command, "limits", Limits(**limits))


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


# File names


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("participatingAgencies05182026am.xlsx", ("participating", TODAY, "am")),
        ("pendingAgencies07112025pm.xlsx", ("pending", date(2025, 7, 11), "pm")),
        ("pendingAgencies09292025mid.xlsx", ("pending", date(2025, 9, 29), "mid")),
        ("pendingAgencies11122025.xlsx", ("pending", date(2025, 11, 12), None)),
        ("pendingAgencies12042025pm2.xlsx", ("pending", date(2025, 12, 4), "pm")),
        ("participatingAgencies05122025amB.xlsx", ("participating", date(2025, 5, 12), "am")),
        ("participatingAgencies04212026am 12.15.07 AM.xlsx", ("participating", date(2026, 4, 21), "am")),
        ("participatingAgencies06112025pm-1a2b3c4d.xlsx", ("participating", date(2025, 6, 11), "pm")),
        ("PARTICIPATINGAGENCIES06112025PM.XLSX", ("participating", date(2025, 6, 11), "pm")),
        ("participatingAgencies-20250221214937.xlsx", ("participating", date(2025, 2, 21), "pm")),
        ("pendingAgencies-20250221091500.xlsx", ("pending", date(2025, 2, 21), "am")),
    ],
)
def test_suggest_reads_the_names_that_ice_gives(name: str, said: tuple[object, ...]) -> None:
    found = suggest(name, TODAY)

    assert (found.list, found.day, found.half_day, found.doubts) == (*said, ())


@pytest.mark.parametrize(
    ("name", "said", "doubt"),
    [
        ("participatingAgencies05192026am.xlsx", ("participating", None, "am"), "is in the future"),
        ("participatingAgencies05182024am.xlsx", ("participating", None, "am"), "before the record's first"),
        ("pendingAgencies02302026pm.xlsx", ("pending", None, "pm"), "02302026 in the name is no date"),
        ("pendingAgencies0711202pm.xlsx", ("pending", None, "pm"), "0711202 in the name is no date"),
        ("pendingAgencies-20250221256199.xlsx", ("pending", None, None), "is no date"),
        ("pendingAgencies.xlsx", ("pending", None, None), "has no date"),
        ("detentionStats05182026am.xlsx", (None, None, None), "none that ICE gives"),
        ("participatingAgencies05182026am.pdf", (None, None, None), "none that ICE gives"),
    ],
)
def test_suggest_doubts_what_cannot_be(name: str, said: tuple[object, ...], doubt: str) -> None:
    found = suggest(name, TODAY)

    assert (found.list, found.day, found.half_day) == said
    assert doubt in found.doubts[0]


# The page

LINKED = "https://www.ice.gov/doclib/a/participatingAgencies05182026am.xlsx"


@pytest.mark.parametrize(
    "href",
    [
        LINKED,
        "/doclib/a/participatingAgencies05182026am.xlsx",
        "../doclib/a/participatingAgencies05182026am.xlsx#sheet",
        "\n   /doclib/a/participating\n\tAgencies05182026am.xlsx ",
        "HTTPS://www.ice.gov/doclib/a/participatingAgencies05182026am.xlsx",
        "https:/www.ice.gov/doclib/a/participatingAgencies05182026am.xlsx",
        f"https://x.safelinks.protection.outlook.com/?url={quote(LINKED, safe='')}&amp;data=05%7Csomeone%40example.org",
    ],
)
def test_addresses_are_absolute_and_unwrapped(href: str) -> None:
    found = addresses(f'<a href="{href}">', "https://www.ice.gov/identify/287g")

    assert [address.lower() for address in found] == [LINKED.lower()]


def test_addresses_heed_the_base_and_leave_out_what_is_no_web_address() -> None:
    html = (
        '<base href="/doclib/"><a href="a.xlsx"><a href="a.xlsx"><a href="mailto:a@example.org"><a href="http://["><a>'
    )

    assert addresses(html, "https://www.ice.gov/x/y") == ["https://www.ice.gov/doclib/a.xlsx"]


def test_sheet_link_takes_the_name_from_the_path_and_makes_it_fit_for_a_folder() -> None:
    link = sheet_link("https://www.ice.gov/d/PendingAgencies05182026pm%20%3Cnew%3E.XLSX?v=3")

    assert link
    assert (link.list, link.file_name) == ("pending", "PendingAgencies05182026pm _new_.XLSX")
    assert sheet_link("https://www.ice.gov/d/detention.xlsx?f=pendingAgencies.xlsx") is None


# The command


def test_fetch_sheets_keeps_and_indexes_both_lists(ice: Ice, tmp_path: Path, waits: list[float]) -> None:
    folder = tmp_path / "sheets"

    out = run(ice, folder)

    assert (folder / "participatingAgencies05182026am.xlsx").read_bytes() == SHEET
    assert [list(row.values()) for row in index(folder)] == [
        ["1", "participatingAgencies05182026am.xlsx", "participating", "2026-05-18", "am", "1", sha256(SHEET)],
        ["2", "pendingAgencies05152026pm.xlsx", "pending", "2026-05-15", "pm", "1", sha256(PENDING_SHEET)],
    ]
    assert "new, order 1, 1 rows, 2026-05-18 (by its name), am (by its name)" in out
    assert "import_sheet" in out
    assert "replay" in out
    assert ice.asked() == ["/robots.txt", "/page", PARTICIPATING, ON_PENDING]
    assert len(waits) == 3
    assert all(1.5 < wait <= 2 for wait in waits)
    assert kept(folder) == {
        "INDEX.csv",
        "fetch-state.json",
        "participatingAgencies05182026am.xlsx",
        "pendingAgencies05152026pm.xlsx",
    }
    state = json.loads((folder / "fetch-state.json").read_text())
    assert state["files"]["pendingAgencies05152026pm.xlsx"]["downloaded_at"] == "2026-05-18T09:30:00-04:00"


@pytest.mark.parametrize(
    ("site_url", "agent"),
    [("", "287g-Tracker/1.0"), ("https://tracker.example", "287g-Tracker/1.0 (+https://tracker.example)")],
)
def test_fetch_sheets_says_who_asks(
    ice: Ice, tmp_path: Path, settings: LazySettings, site_url: str, agent: str
) -> None:
    settings.SITE_URL = site_url

    run(ice, tmp_path)

    assert {headers["User-Agent"] for _, headers in ice.requests} == {agent}


def test_fetch_sheets_takes_no_proxy_from_the_environment(
    ice: Ice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert "new" in run(ice, tmp_path)


def test_fetch_sheets_reports_for_machines(ice: Ice, tmp_path: Path) -> None:
    ice.link(PARTICIPATING)

    report = json.loads(run(ice, tmp_path, "--json"))

    assert report["notes"] == ["The page links no pending list."]
    (sheet,) = report["sheets"]
    assert (sheet["result"], sheet["order"], sheet["rows"]) == ("new", 1, 1)
    assert (sheet["list"], sheet["file"]) == ("participating", "participatingAgencies05182026am.xlsx")
    assert (sheet["published_on"], sheet["day_from"]) == ("2026-05-18", "its name")


@pytest.mark.parametrize(
    ("name", "day", "half_day", "said"),
    [
        ("pendingAgencies05112026pm.xlsx", "2026-05-11", "pm", "(by its name)"),
        (
            "pendingAgencies05102026pm.xlsx",
            "2026-05-18",
            "pm",
            "by the download; the name's day, 2026-05-10, is over 7",
        ),
        (
            "pendingAgencies05192026.xlsx",
            "2026-05-18",
            "am",
            "by the download; the name's day, 2026-05-19, is in the fu",
        ),
    ],
)
def test_fetch_sheets_takes_the_day_of_a_name_only_within_a_week(
    ice: Ice, tmp_path: Path, name: str, day: str, half_day: str, said: str
) -> None:
    ice.link(name)
    ice.serve(f"/{name}", Reply(body=PENDING_SHEET))

    out = run(ice, tmp_path)

    assert [(row["published_on"], row["half_day"]) for row in index(tmp_path)] == [(day, half_day)]
    assert said in out


def test_fetch_sheets_takes_the_newest_of_several_links(ice: Ice, tmp_path: Path) -> None:
    ice.link("/old/participatingAgencies05172026pm.xlsx", PARTICIPATING, PARTICIPATING, ON_PENDING)

    out = run(ice, tmp_path)

    assert PARTICIPATING in ice.asked()
    assert f"not fetched: {ice.url}/old/participatingAgencies05172026pm.xlsx" in out


def test_fetch_sheets_adds_to_an_index_that_is_there(ice: Ice, tmp_path: Path) -> None:
    before = "order,file,list,published_on,half_day,rows,sha256\r\n396,a.xlsx,pending,2026-05-17,am,1," + "0" * 64
    (tmp_path / "INDEX.csv").write_text(before, newline="")

    run(ice, tmp_path)

    assert (tmp_path / "INDEX.csv").read_bytes().startswith(before.encode() + b"\r\n397,participatingAgencies")
    assert [row["order"] for row in index(tmp_path)] == ["396", "397", "398"]


@pytest.mark.parametrize("text", ["order,file\n1,a\n", "order,file,list,published_on,half_day,rows,sha256\nx,,,,,,\n"])
def test_fetch_sheets_leaves_a_folder_with_another_index_alone(ice: Ice, tmp_path: Path, text: str) -> None:
    (tmp_path / "INDEX.csv").write_text(text)

    assert "nothing was fetched" in refusal(ice, tmp_path)
    assert ice.requests == []
    assert (tmp_path / "INDEX.csv").read_text() == text


# Again


def test_fetch_sheets_asks_only_for_what_changed(ice: Ice, tmp_path: Path) -> None:
    ice.link(PARTICIPATING, ON_PENDING, ETag='"page"')
    ice.serve(PARTICIPATING, Reply(body=SHEET, headers=(("ETag", '"1"'), ("Last-Modified", "Mon, 18 May 2026"))))
    run(ice, tmp_path)
    ice.requests.clear()
    before = (tmp_path / "INDEX.csv").read_bytes()

    out = run(ice, tmp_path)

    sent = dict(ice.requests)
    assert sent["/page"]["If-None-Match"] == '"page"'
    assert sent[PARTICIPATING]["If-None-Match"] == '"1"'
    assert sent[PARTICIPATING]["If-Modified-Since"] == "Mon, 18 May 2026"
    assert "participatingAgencies05182026am.xlsx: unchanged" in out
    assert "pendingAgencies05152026pm.xlsx: unchanged" in out  # sent whole again, the same bytes
    assert (tmp_path / "INDEX.csv").read_bytes() == before
    assert len(kept(tmp_path)) == 4


def test_fetch_sheets_asks_anew_for_a_file_that_is_gone(ice: Ice, tmp_path: Path) -> None:
    ice.serve(PARTICIPATING, Reply(body=SHEET, headers=(("ETag", '"1"'),)))
    run(ice, tmp_path)
    path = tmp_path / "participatingAgencies05182026am.xlsx"
    path.unlink()

    run(ice, tmp_path)

    assert path.read_bytes() == SHEET


def test_fetch_sheets_keeps_both_files_of_one_name(ice: Ice, tmp_path: Path) -> None:
    changed = workbook(ROW, ("FLORIDA", "Doral PD", *ROW[2:]))
    ice.serve(PARTICIPATING, Reply(body=SHEET), Reply(body=changed), Reply(body=SHEET))
    run(ice, tmp_path)

    run(ice, tmp_path)
    name = f"participatingAgencies05182026am-{sha256(changed)[:8]}.xlsx"

    assert (tmp_path / "participatingAgencies05182026am.xlsx").read_bytes() == SHEET
    assert (tmp_path / name).read_bytes() == changed
    assert [(row["order"], row["file"], row["published_on"]) for row in index(tmp_path)][2:] == [
        ("3", name, "2026-05-18")
    ]
    assert f"unchanged: served again after {name}" in run(ice, tmp_path)
    assert len(index(tmp_path)) == 3


def test_fetch_sheets_indexes_a_file_that_a_broken_run_left(ice: Ice, tmp_path: Path) -> None:
    (tmp_path / "participatingAgencies05182026am.xlsx").write_bytes(SHEET)
    (tmp_path / ".fetch-1.part").write_bytes(b"half")

    run(ice, tmp_path)

    assert index(tmp_path)[0]["file"] == "participatingAgencies05182026am.xlsx"
    assert ".fetch-1.part" not in kept(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"pages": {"a": 1}}', '{"addresses": {"a": {"file": 1}}}'])
def test_fetch_sheets_puts_a_damaged_state_aside(ice: Ice, tmp_path: Path, text: str) -> None:
    (tmp_path / "fetch-state.json").write_text(text)

    assert "put aside" in run(ice, tmp_path)
    assert (tmp_path / "fetch-state.damaged.json").read_text() == text


def test_fetch_sheets_says_when_the_folder_is_locked(ice: Ice, tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)

    said = refusal(ice, tmp_path)
    os.close(handle)

    assert "is locked: another fetch_sheets" in said
    assert ice.requests == []
    assert "new" in run(ice, tmp_path)


# What goes wrong


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"%PDF-1.7", "found a PDF"), (PENDING_SHEET, "Expected the participating list; found the pending list's")],
)
def test_fetch_sheets_sets_aside_what_the_reader_refuses(ice: Ice, tmp_path: Path, content: bytes, reason: str) -> None:
    ice.serve(PARTICIPATING, Reply(body=content, headers=(("ETag", '"1"'),)))

    said = [refusal(ice, tmp_path), refusal(ice, tmp_path)]

    assert all("refused/participatingAgencies05182026am.xlsx: refused: Expected" in each for each in said)
    assert all(reason in each for each in said)
    assert [path.read_bytes() for path in (tmp_path / "refused").iterdir()] == [content]
    assert [row["list"] for row in index(tmp_path)] == ["pending"]


def test_fetch_sheets_waits_as_long_as_it_is_asked_to(ice: Ice, tmp_path: Path, waits: list[float]) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    ice.serve(
        PARTICIPATING,
        Reply(500, headers=(("Retry-After", "7"),)),
        Reply(429, headers=(("Retry-After", soon),)),
        Reply(503),
        Reply(body=SHEET),
    )

    run(ice, tmp_path)

    assert len(index(tmp_path)) == 2
    first, second, third = (wait for wait in waits if wait > Limits().pause)
    assert (first, third) == (7, 20)
    assert 37 < second <= 40


def test_fetch_sheets_leaves_a_site_alone_that_asks_for_more(ice: Ice, tmp_path: Path) -> None:
    ice.serve("/page", Reply(503, headers=(("Retry-After", "3600"),)))

    assert "answered 503, to be asked again in 3600 seconds" in refusal(ice, tmp_path)
    assert ice.asked() == ["/robots.txt", "/page"]
    assert kept(tmp_path) == set()


def test_fetch_sheets_gives_up_and_keeps_the_other_list(ice: Ice, tmp_path: Path) -> None:
    ice.serve(PARTICIPATING, Reply(502))

    assert "answered 502 Bad Gateway, 4 times" in refusal(ice, tmp_path)
    assert ice.asked().count(PARTICIPATING) == 4
    assert [row["list"] for row in index(tmp_path)] == ["pending"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(403), "answered 403 Forbidden"),
        (Reply(304), "answered 304"),
        (Reply(kind="slow"), "cannot be reached: no answer in time"),
        (Reply(kind="drip"), "not read within the 0.3 seconds set for everything"),
        (Reply(kind="short", body=b"<p>"), "broke off after 3 bytes"),
        (Reply(body=b"." * 2_001), "larger than the 0.002 MB"),
        (Reply(body=b".", headers=(("Content-Encoding", "gzip"),)), "sent compressed"),
        (Reply(302), "redirects more than 5 times"),
        (Reply(302, headers=(("Location", "http://example.com/page"),)), "leads away from 127.0.0.1; not followed"),
        (Reply(302, headers=(("Location", "http://127.0.0.1:1/page"),)), "leads away from 127.0.0.1; not followed"),
        (Reply(302, headers=(("Location", "file:///etc/hostname"),)), "leads away from 127.0.0.1; not followed"),
        (Reply(302, headers=(("Location", "http://["),)), "redirects to no address"),
    ],
)
def test_fetch_sheets_says_why_the_page_cannot_be_had(
    ice: Ice, tmp_path: Path, limit: Callable[..., None], reply: Reply, said: str
) -> None:
    limit(read=0.1, deadline=0.3, pause=0, page_bytes=2_000)
    ice.serve("/page", reply)

    assert said in refusal(ice, tmp_path)
    assert kept(tmp_path) == set()


def test_fetch_sheets_reads_no_workbook_that_is_too_large(ice: Ice, tmp_path: Path, limit: Callable[..., None]) -> None:
    limit(workbook_bytes=100)

    assert "larger than the 0.0001 MB" in refusal(ice, tmp_path)
    assert kept(tmp_path) == {"fetch-state.json"}


def test_fetch_sheets_follows_a_redirect_within_the_site(ice: Ice, tmp_path: Path) -> None:
    ice.serve(PARTICIPATING, Reply(301, headers=(("Location", "/moved/it.xlsx"),)))
    ice.serve("/moved/it.xlsx", Reply(body=SHEET))

    run(ice, tmp_path)

    assert (tmp_path / "participatingAgencies05182026am.xlsx").read_bytes() == SHEET


def test_fetch_sheets_says_when_nobody_answers(tmp_path: Path) -> None:
    nobody = Ice()
    with Server(("127.0.0.1", 0), handler_of(nobody)) as server:
        nobody.url = f"http://127.0.0.1:{server.server_port}"

    assert "/robots.txt cannot be reached" in refusal(nobody, tmp_path)


@pytest.mark.parametrize("reply", [Reply(body=b"User-agent: *\nDisallow: /page"), Reply(403)])
def test_fetch_sheets_heeds_robots(ice: Ice, tmp_path: Path, reply: Reply) -> None:
    ice.serve("/robots.txt", reply)

    assert "robots.txt does not let us read" in refusal(ice, tmp_path)
    assert ice.asked() == ["/robots.txt"]
    assert kept(tmp_path) == set()


def test_fetch_sheets_heeds_robots_for_each_file_and_its_pause(ice: Ice, tmp_path: Path, waits: list[float]) -> None:
    ice.serve("/robots.txt", Reply(body=b"User-agent: 287g-tracker\nCrawl-delay: 10\nDisallow: " + ON_PENDING.encode()))

    assert "robots.txt does not let us read" in refusal(ice, tmp_path)
    assert ON_PENDING not in ice.asked()
    assert [row["list"] for row in index(tmp_path)] == ["participating"]
    assert max(waits) > 9


def test_fetch_sheets_says_what_the_page_links_instead(ice: Ice, tmp_path: Path) -> None:
    ice.link("/a.pdf", "/detention.xlsx")

    said = refusal(ice, tmp_path)

    assert "links neither of ICE's lists" in said
    assert "found 2 links" in said
    assert said.endswith(f"among them: {ice.url}/detention.xlsx")
    assert kept(tmp_path) == set()


@pytest.mark.parametrize("page", ["ftp://ice.gov/x", "file:///etc/hostname", "ice.gov", "http://", "http://a:x/"])
def test_fetch_sheets_takes_web_pages_only(tmp_path: Path, page: str) -> None:
    with pytest.raises(CommandError, match="address"):
        call_command("fetch_sheets", "--to", str(tmp_path / "new"), "--page", page)
    assert not (tmp_path / "new").exists()


def test_fetch_sheets_says_when_the_folder_cannot_be_used(ice: Ice, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert "cannot be used" in refusal(ice, tmp_path / "file")


# The site


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("https://www.ice.gov/a b#c", "https://www.ice.gov/a%20b"),
        ("https://ICE.gov/a", "https://ICE.gov/a"),
        ("https://files.ice.gov:443/a", "https://files.ice.gov:443/a"),
        ("http://www.ice.gov:80/a?b=%20", "https://www.ice.gov/a?b=%20"),
    ],
)
def test_own_takes_the_site_and_what_is_below_it_and_stays_encrypted(address: str, own: str) -> None:
    assert Site("https://www.ice.gov/page").own(address) == own


@pytest.mark.parametrize(
    "address",
    [
        "https://notice.gov/",
        "https://ice.gov.example.org/",
        "https://ice.gov@example.org/",
        "https://a@ice.gov/",
        "https://ice.gov:8443/",
        "https://ice.gov:x/",
        "http://ice.gov:443/",
        "//ice.gov/",
        "javascript:alert(1)",
    ],
)
def test_own_refuses_all_else(address: str) -> None:
    with pytest.raises(FetchError):
        Site("https://www.ice.gov/page").own(address)
