"""Whether the addresses of sources answer: asked of a server of the test's own, and never of this machine otherwise."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from ipaddress import ip_address

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from agreements import link_asking
from agreements.link_asking import Asker, Limits, is_public
from agreements.management.commands import check_links
from agreements.models import LinkCheck, Source
from agreements.models.link import LinkOutcome, accept_copies, note_link
from tests import factories as make
from tests.desk_forms import form_of, url_of

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
FAST = Limits(timeout=1, deadline=2, pause=0)


class Site(BaseHTTPRequestHandler):
    """Answers by path: /<status>, /to?<location> for good, /for-now?<location>, /only-get, /slow, /robots.txt.

    /garbled answers with bytes that are no HTTP, as a port for TLS does.
    """

    def do_GET(self) -> None:
        self.server.asked.append((self.command, self.path, self.headers["User-Agent"]))
        path, _, query = self.path.partition("?")
        status = {"/robots.txt": self.server.robots_status, "/to": 301, "/for-now": 302, "/round": 302}.get(path)
        if path == "/slow":
            self.server.hang.wait(5)
        if path == "/garbled":
            self.wfile.write(b"\x15\x03\x01\x00\x02\x02\x16\n")
            self.close_connection = True
            return
        if status is None:
            is_status = path[1:].isdigit()
            status = int(path[1:]) if is_status else 405 if path == "/only-get" and self.command == "HEAD" else 200
        body = self.server.robots.encode() if path == "/robots.txt" else self.server.archive.encode()
        self.send_response(status)
        if path in {"/to", "/for-now", "/round"}:
            self.send_header("Location", query or path)
        if path == "/503" and query == "challenge":
            self.send_header("cf-mitigated", "challenge")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *args: object) -> None:
        """Quiet."""


@contextmanager
def _serving() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked, server.robots, server.robots_status, server.archive = [], "", 404, "{}"
    server.hang = threading.Event()
    server.root = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.hang.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def web() -> Iterator[ThreadingHTTPServer]:
    with _serving() as server:
        yield server


@pytest.fixture
def asker() -> Asker:
    return Asker(site_url="https://tracker.example", limits=FAST, allow_loopback=True)


def _pages(web) -> list[tuple[str, str]]:
    return [(method, path) for method, path, _ in web.asked if path != "/robots.txt"]


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/200", LinkOutcome.WORKS),
        ("/only-get", LinkOutcome.WORKS),
        ("/401", LinkOutcome.REFUSED),
        ("/403", LinkOutcome.REFUSED),
        ("/429", LinkOutcome.REFUSED),
        ("/451", LinkOutcome.REFUSED),
        ("/999", LinkOutcome.REFUSED),
        ("/503?challenge", LinkOutcome.REFUSED),
        ("/404", LinkOutcome.FAILED),
        ("/410", LinkOutcome.FAILED),
        ("/500", LinkOutcome.FAILED),
        ("/503", LinkOutcome.FAILED),
    ],
)
def test_answers_are_judged(path, outcome, web, asker):
    answer = asker.ask(web.root + path)

    assert (answer.outcome, answer.is_reached) == (outcome, True)


def test_head_is_enough_where_it_is_answered_and_get_follows_where_not(web, asker):
    asker.ask(f"{web.root}/200")
    asker.ask(f"{web.root}/only-get")

    assert _pages(web) == [("HEAD", "/200"), ("HEAD", "/only-get"), ("GET", "/only-get")]


def test_we_say_who_we_are(web, asker):
    asker.ask(f"{web.root}/200")

    assert {agent for *_, agent in web.asked} == {"287g-Tracker/1.0 (+https://tracker.example) link check"}


def test_fragment_is_not_sent_and_letters_are_escaped(web, asker):
    asker.ask(f"{web.root}/200?q=é#part")

    assert _pages(web) == [("HEAD", "/200?q=%C3%A9")]


def test_moved_for_good_says_where(web, asker):
    assert asker.ask(f"{web.root}/to?/200").moved_to == f"{web.root}/200"
    assert asker.ask(f"{web.root}/for-now?/200").moved_to == ""
    assert asker.ask(f"{web.root}/to?/for-now?/200").moved_to == ""
    assert asker.ask(f"{web.root}/to?/404") == link_asking.Answer(LinkOutcome.FAILED, 404, is_reached=True)


def test_redirects_without_end(web, asker):
    answer = asker.ask(f"{web.root}/round")

    assert (answer.outcome, len(_pages(web))) == (LinkOutcome.FAILED, 6)
    assert answer.error == "It redirects without end."


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:alert(1)", "http://u:p@127.0.0.1/", "http://[x/"],
)
def test_redirect_to_another_scheme_is_not_followed(location, web, asker):
    answer = asker.ask(f"{web.root}/to?{location}")

    assert answer.outcome in {LinkOutcome.NOT_ASKED, LinkOutcome.FAILED}
    assert len(_pages(web)) == 1


def test_redirect_from_https_to_http_is_not_followed():
    with pytest.raises(link_asking._NotAskedError, match="not encrypted"):
        link_asking._followed("https://news.example/a", "http://news.example/a")
    assert link_asking._followed("http://news.example/a", "https://news.example/b") == "https://news.example/b"


NO_ADDRESSES = [
    "ftp://news.example/",
    "file:///etc/passwd",
    "http://u:p@news.example/",
    "http://x:99999/",
    "http://[x",
    "http://a\0b.example/",
    "x",
]


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_web_address_is_not_asked(url, asker):
    assert asker.ask(url).outcome == LinkOutcome.NOT_ASKED
    assert asker.waits(url) == 0


def test_this_machine_is_not_asked(web):
    asker = Asker(limits=FAST)

    for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433"):
        answer = asker.ask(f"http://{host}:{web.server_port}/200")
        assert answer.outcome == LinkOutcome.NOT_ASKED, host
    assert web.asked == []


def test_name_that_resolves_to_this_machine_is_not_asked(web, monkeypatch):
    found = link_asking.socket.getaddrinfo("127.0.0.1", web.server_port, type=link_asking.socket.SOCK_STREAM)
    monkeypatch.setattr(link_asking.socket, "getaddrinfo", lambda *args, **kwargs: found)

    answer = Asker(limits=FAST).ask(f"http://news.example:{web.server_port}/200")

    assert (answer.outcome, web.asked) == (LinkOutcome.NOT_ASKED, [])
    assert answer.error == "news.example is no address of the public web."


def test_connection_goes_to_the_address_that_was_judged(web, monkeypatch):
    """A name that resolves otherwise a moment later leads nowhere else: it is resolved once for each request."""
    asker, resolved = Asker(limits=FAST, allow_loopback=True), []
    found = link_asking.socket.getaddrinfo("127.0.0.1", web.server_port, type=link_asking.socket.SOCK_STREAM)
    monkeypatch.setattr(link_asking.socket, "getaddrinfo", lambda host, *a, **k: resolved.append(host) or found)

    assert asker.ask(f"http://news.example:{web.server_port}/200").outcome == LinkOutcome.WORKS
    assert [host for host in resolved if host == "news.example"] == ["news.example"] * 2  # robots.txt and the page


@pytest.mark.parametrize(
    ("address", "is_it"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("::127.0.0.1", False),
        ("2001:0:7f00:1::", False),
    ],
)
def test_public_addresses(address, is_it):
    assert is_public(ip_address(address)) is is_it


def test_robots_txt_is_heeded(web, asker):
    web.robots, web.robots_status = "User-agent: 287g-Tracker\nDisallow: /private\n", 200

    assert asker.ask(f"{web.root}/private").outcome == LinkOutcome.NOT_ASKED
    assert asker.ask(f"{web.root}/200").outcome == LinkOutcome.WORKS
    assert _pages(web) == [("HEAD", "/200")]
    assert [path for _, path, _ in web.asked].count("/robots.txt") == 1


@pytest.mark.parametrize(
    "line", ["Disallow: //[x", "Allow: http://[x/y", "Crawl-delay: ²", f"Crawl-delay: {'9' * 400}", "Request-rate: ²/1"]
)
def test_line_of_robots_txt_that_cannot_be_read_is_left_out(line, web, asker):
    web.robots, web.robots_status = f"User-agent: *\n{line}\nDisallow: /private\n", 200

    assert asker.ask(f"{web.root}/private").outcome == LinkOutcome.NOT_ASKED
    assert asker.ask(f"{web.root}/200").outcome == LinkOutcome.WORKS


def test_site_that_wants_long_pauses_is_left_alone(web, asker):
    web.robots, web.robots_status = "User-agent: *\nCrawl-delay: 3600\n", 200

    answer = asker.ask(f"{web.root}/200")

    assert (answer.outcome, answer.is_reached) == (LinkOutcome.NOT_ASKED, True)
    assert _pages(web) == []


def test_pause_that_a_site_asks_for_is_kept(web, asker, monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr(link_asking.time, "sleep", waits.append)
    web.robots, web.robots_status = "User-agent: *\nCrawl-delay: 20\n", 200

    asker.ask(f"{web.root}/200")

    before_robots_txt, before_the_page = waits
    assert before_robots_txt == 0
    assert 19 < before_the_page <= 20
    assert 19 < asker.waits(f"{web.root}/404") <= 20


def test_site_that_is_broken_fails(web, asker):
    web.robots_status = 500

    assert asker.ask(f"{web.root}/200").outcome == LinkOutcome.FAILED
    assert _pages(web) == []


def test_slow_site_is_not_waited_for(web, asker):
    answer = asker.ask(f"{web.root}/slow")

    assert (answer.outcome, answer.error) == (LinkOutcome.FAILED, "127.0.0.1: no answer in time")


def test_what_is_no_http_is_said_without_what_cannot_be_kept(web, asker):
    answer = asker.ask(f"{web.root}/garbled")

    assert (answer.outcome, answer.error) == (LinkOutcome.FAILED, "127.0.0.1: BadStatusLine")


def test_name_that_is_unknown_fails(asker, monkeypatch):
    def unknown(*args: object, **kwargs: object) -> None:
        raise link_asking.socket.gaierror("unknown")

    monkeypatch.setattr(link_asking.socket, "getaddrinfo", unknown)

    answer = asker.ask("https://gone.example/")

    assert (answer.outcome, answer.error, answer.is_reached) == (
        LinkOutcome.FAILED,
        "gone.example: the name is not known.",
        False,
    )


ARCHIVED = "http://web.archive.org/web/2025/http://a/"


def _archive_says(url: str, *, available: bool = True) -> str:
    return json.dumps({"archived_snapshots": {"closest": {"available": available, "url": url}}})


@pytest.mark.parametrize(
    ("answer", "copy"),
    [
        (_archive_says(ARCHIVED), "https://web.archive.org/web/2025/http://a/"),
        (_archive_says(ARCHIVED, available=False), ""),
        (_archive_says("https://evil.example/"), ""),
        (_archive_says("javascript:alert(1)"), ""),
        (_archive_says("javascript://web.archive.org/%0aalert(1)"), ""),
        (_archive_says("https://web.archive.org.evil.example/"), ""),
        (_archive_says("https://web.archive.org/a\0b"), "https://web.archive.org/a%00b"),
        ('{"archived_snapshots": {}}', ""),
        ('{"archived_snapshots": []}', ""),
        ("[]", ""),
        ("not json", ""),
    ],
)
def test_copy_in_the_archive(answer, copy, web, asker):
    web.archive = answer

    assert asker.archive_copy(f"{web.root}/available", "https://news.example/a?b=c") == copy
    assert _pages(web) == [("GET", "/available?url=https%3A%2F%2Fnews.example%2Fa%3Fb%3Dc")]


# What is kept


def _noted(source: Source, *outcomes: LinkOutcome, hours: int = 24) -> LinkCheck:
    for number, outcome in enumerate(outcomes):
        check = note_link(source=source, at=NOW + timedelta(hours=hours * number), outcome=outcome)
    return check


F, W, R, N = LinkOutcome.FAILED, LinkOutcome.WORKS, LinkOutcome.REFUSED, LinkOutcome.NOT_ASKED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("outcomes", "failures", "is_dead"),
    [
        ([F], 1, False),
        ([F, F], 2, False),
        ([F, F, F], 3, True),
        ([F, F, W], 0, False),
        ([F, F, R], 0, False),
        ([F, F, W, F], 1, False),
        ([F, F, N, F], 3, True),
        ([R, R, R, R], 0, False),
        ([N, N, N], 0, False),
    ],
)
def test_address_is_dead_after_failing_on_three_days(outcomes, failures, is_dead):
    check = _noted(make.make_source(), *outcomes)

    dead = LinkCheck.objects.dead().filter(pk=check.pk).exists()
    assert (check.failures, dead) == (failures, is_dead)


@pytest.mark.django_db
def test_failures_of_one_day_count_once():
    assert _noted(make.make_source(), F, F, F, F, hours=2).failures == 1


@pytest.mark.django_db
def test_nothing_is_noted_of_an_address_that_was_corrected_or_is_gone():
    corrected, gone = make.make_source(), make.make_source()
    Source.objects.filter(pk=corrected.pk).update(url="https://elsewhere.example/")
    Source.objects.filter(pk=gone.pk).delete()

    assert [note_link(source=one, at=NOW, outcome=F) for one in (corrected, gone)] == [None, None]
    assert not LinkCheck.objects.exists()


# The command


@pytest.fixture
def sources(db, settings, web) -> list[Source]:
    """An empty record with a source that works, one that is gone and two at one address."""
    make.delete_record()
    settings.LINK_CHECK_LOOPBACK, settings.SITE_URL = True, "https://tracker.example"
    settings.LINK_CHECK_ARCHIVE = f"{web.root}/available"
    paths = ["/200", "/404", "/200?twice", "/200?twice"]
    return [make.make_source(url=web.root + path, title=f"Title {number}") for number, path in enumerate(paths)]


def _check(*options: str) -> str:
    out = StringIO()
    call_command("check_links", "--pause", "0", *options, stdout=out)
    return out.getvalue()


def test_command_asks_each_address_once_and_keeps_what_it_says(sources, web):
    said = _check("--no-archive")

    assert said == "2 It answers\n1 It does not answer, or has no such page\n"
    assert [one.link_check.status for one in Source.objects.order_by("pk")] == [200, 404, 200, 200]
    assert _pages(web).count(("HEAD", "/200?twice")) == 1
    assert not any(path.startswith("/available") for _, path in _pages(web))


def test_command_asks_those_first_that_were_not_asked_for_longest(sources, web):
    for number, source in enumerate(sources):
        note_link(source=source, at=NOW - timedelta(days=number), outcome=W)
    never = make.make_source(url=f"{web.root}/200?never")

    _check("--limit", "2", "--no-archive")

    assert {path for _, path in _pages(web)} == {"/200?never", "/200?twice"}
    assert never.link_check.outcome == W


def test_command_suggests_a_copy_and_leaves_the_source_as_it_is(sources, web):
    copy = "https://web.archive.org/web/2025/http://a/"
    web.archive = _archive_says(copy)
    Source.objects.filter(pk=sources[0].pk).update(archived_url="https://archive.example/kept")

    _check()
    _check()

    checks = {one.source_id: one.suggested_copy for one in LinkCheck.objects.all()}
    assert [checks[one.pk] for one in sources] == ["", copy, copy, copy]
    assert list(Source.objects.order_by("pk").values_list("archived_url", flat=True))[1:] == ["", "", ""]
    assert sum(path.startswith("/available") for _, path in _pages(web)) == 2  # once an address, and not again


def test_command_notes_nothing_where_nothing_answers_at_all(sources, monkeypatch):
    def unreachable(*args: object, **kwargs: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(link_asking.socket, "create_connection", unreachable)

    with pytest.raises(CommandError, match="Nothing answered at all"):
        _check()
    assert not LinkCheck.objects.exists()


def test_command_notes_what_failed_before_the_first_answer(sources, web, settings):
    sources[0].url = "http://127.0.0.1:1/"  # nobody listens there
    sources[0].save()

    _check("--no-archive")

    assert sources[0].link_check.outcome == F
    assert LinkCheck.objects.count() == 4


def test_command_asks_nobody_of_this_machine_by_default(sources, settings, web):
    settings.LINK_CHECK_LOOPBACK = False

    _check()

    assert (set(LinkCheck.objects.values_list("outcome", flat=True)), web.asked) == ({"not_asked"}, [])


def test_command_runs_once_at_a_time(sources, editors):
    one, _ = editors
    one.execute("SELECT pg_advisory_lock(%s)", [check_links.LOCK])

    with pytest.raises(CommandError, match="Another check"):
        _check()
    one.execute("SELECT pg_advisory_unlock(%s)", [check_links.LOCK])
    assert "It answers" in _check("--no-archive")


@pytest.mark.parametrize("options", [("--limit", "0"), ("--pause", "-1")])
def test_command_refuses_numbers_that_make_no_sense(options, db):
    with pytest.raises(CommandError, match="or more"):
        call_command("check_links", *options)


# The editors' list


@pytest.mark.django_db
def test_editors_take_the_copies_that_were_found(admin_client):
    copy = "https://web.archive.org/web/2025/https://news.example/"
    found = make.make_link_check(suggested_copy=copy)
    has_one = make.make_link_check(suggested_copy=copy, source=make.make_source(archived_url="https://kept.example/"))
    none = make.make_link_check()
    rows = [one.pk for one in (found, has_one, none)]

    page = admin_client.post(
        reverse("admin:agreements_linkcheck_changelist"), {"action": "accept", "_selected_action": rows}, follow=True
    )

    urls = [Source.objects.get(pk=one.source_id).archived_url for one in (found, has_one, none)]
    assert urls == [copy, "https://kept.example/", ""]
    assert "1 source has an archive copy now." in page.content.decode()


@pytest.mark.django_db
def test_corrected_address_is_not_dead_and_has_no_copy_of_the_one_before(admin_client):
    dead = make.make_link_check(
        outcome=F, failures=3, suggested_copy="https://web.archive.org/web/2025/https://a.example/"
    )
    source = dead.source
    chosen = LinkCheck.objects.filter(pk=dead.pk)

    assert "Web address:" in admin_client.get(url_of(source)).text
    admin_client.post(url_of(source), form_of(admin_client, source, title="Another title"))
    assert LinkCheck.objects.dead().count() == 1
    admin_client.post(url_of(source), form_of(admin_client, source, url="https://b.example/"))

    assert not LinkCheck.objects.exists()
    assert accept_copies(chosen) == 0
    assert note_link(source=Source.objects.get(pk=source.pk), at=NOW, outcome=F).failures == 1


@pytest.mark.django_db
def test_list_of_dead_links(admin_client):
    dead = make.make_link_check(outcome=F, failures=3, status=404)
    make.make_link_check(outcome=F, failures=2, status=404)
    url = reverse("admin:agreements_linkcheck_changelist")

    assert list(admin_client.get(url, {"dead": "1"}).context["cl"].result_list) == [dead]
    assert admin_client.get(reverse("admin:agreements_linkcheck_add")).status_code == 403
    change = reverse("admin:agreements_linkcheck_change", args=[dead.pk])
    assert (admin_client.get(change).status_code, admin_client.post(change, {}).status_code) == (200, 403)
