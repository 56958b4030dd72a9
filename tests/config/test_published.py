"""The layer between gunicorn and Django, with a Django and a data version that the tests make up, but for one."""

import gzip
import threading
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from whitenoise.base import WhiteNoise

from config.middleware import DOWN, KEPT, OUTCOME, PRIVATE, UNREACHABLE
from config.published import Published
from config.published_encoding import chosen
from config.published_store import Bounds, Store, key_of
from config.published_version import Unreachable

TEXT = ("Where agencies stand. " * 100).encode()
HTML = ("Content-Type", "text/html; charset=utf-8")
CACHED = ("Cache-Control", "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400")
DECODE: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


class Django:
    """Answers as told, and notes every request that reaches it."""

    def __init__(self):
        self.requests = []
        self.body, self.status, self.outcome = TEXT, "200 OK", KEPT
        self.headers = [HTML, CACHED, ("Vary", "Accept-Encoding"), ("X-Frame-Options", "DENY")]
        self.etag = '"abc"'
        self.ends = 0
        self.meanwhile = lambda: None

    def __call__(self, environ, start_response):
        self.requests.append(environ)
        self.meanwhile()
        if self.outcome:
            environ[OUTCOME] = self.outcome
        start_response(self.status, [*self.headers, ("ETag", self.etag), ("Content-Length", str(len(self.body)))])
        return Body(self)


class Body:
    def __init__(self, django):
        self._django, self._parts = django, [django.body[:10], django.body[10:]]

    def __iter__(self):
        return iter(self._parts)

    def close(self):
        self._django.ends += 1


class Version:
    """The data version as the tests set it."""

    def __init__(self):
        self.now = "1-a"
        self.is_down = False

    def __call__(self):
        if self.is_down:
            raise Unreachable
        return self.now


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.body = int(status.split()[0]), body
        self.headers = {name.lower(): value for name, value in headers}
        assert len(self.headers) == len(headers), "A header is sent twice."


class Site:
    """A `Published` on a made-up Django, with a client."""

    def __init__(self, root: Path):
        self.root = root
        self.django, self.version = Django(), Version()
        self.start()

    def start(self, release="one", files=None, **bounds):
        """As a new process starts: with an empty memory."""
        self.app = Published(self.django, Store(self.root, release, **bounds), self.version, files)
        return self

    def get(self, path="/", query="", method="GET", **headers):
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "localhost",
            "wsgi.url_scheme": "http",
            **{name if "." in name else name.upper(): value for name, value in headers.items()},
        }
        head = []
        response = self.app(environ, lambda status, headers, exc_info=None: head.extend((status, headers)))
        body = b"".join(response)
        getattr(response, "close", lambda: None)()
        return Answer(*head, body)

    @property
    def made(self):
        return len(self.django.requests)


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "pages")


# What is kept


def test_page_is_made_once_for_a_version(site):
    assert site.get().body == TEXT
    again = site.get()

    assert (again.status, again.body, site.made) == (200, TEXT, 1)
    assert again.headers["cache-control"] == CACHED[1]
    assert again.headers["x-frame-options"] == "DENY"
    assert again.headers["content-length"] == str(len(TEXT))
    assert site.django.ends == 1


def test_page_of_a_new_version_is_made_at_once(site):
    site.get()
    site.version.now = "2-b"
    site.django.body = b"Another."

    assert site.get().body == b"Another."
    assert site.get().body == b"Another."
    assert site.made == 2


def test_page_follows_from_its_query(site):
    site.get(query="page=1")
    site.get(query="page=2")
    site.get(path="/page=1")
    site.get(path="/?page=1")  # the client sent %3F
    site.get(path="/\npage=1")

    assert site.made == 5


def test_page_outlives_the_process_and_is_shared(site):
    site.get()

    assert site.start().get().body == TEXT
    assert site.made == 1


def test_page_of_another_release_is_not_served(site):
    site.get()

    site.start(release="two").get()

    assert site.made == 2


def test_page_whose_data_changed_while_it_was_made_is_made_again(site):
    site.django.meanwhile = lambda: setattr(site.version, "now", "2-b")
    site.get()
    site.django.meanwhile = lambda: None

    site.get()
    site.get()

    assert site.made == 2


@pytest.mark.parametrize("content", [b"", b"{}\n", b"[]\n", b"no json", b'{"form": 1}\n'])
def test_page_whose_file_is_damaged_is_made_again(site, content):
    site.get()
    [file] = [path for path in site.root.rglob("*") if path.is_file()]
    whole = file.read_bytes()

    file.write_bytes(content)
    assert site.start().get().body == TEXT
    file.write_bytes(whole[:-1])
    assert site.start().get().body == TEXT
    file.write_bytes(whole[:-1] + b"?")
    assert site.start().get().body == TEXT
    assert site.made == 4


@pytest.mark.parametrize("outcome", [None, PRIVATE])
def test_answer_that_is_not_marked_is_not_kept(site, outcome):
    site.django.outcome = outcome
    site.django.status = "404 Not Found"

    assert site.get().status == 404
    assert site.get().body == TEXT
    assert site.made == 2
    assert site.django.ends == 2
    assert not list(site.root.rglob("*"))


def test_redirect_is_kept(site):
    site.django.status, site.django.body, site.django.etag = "301 Moved Permanently", b"", ""
    site.django.headers.append(("Location", "/us/fl/"))

    first, second = site.get(), site.get()

    assert (first.status, second.status, site.made) == (301, 301, 1)
    assert second.headers["location"] == "/us/fl/"
    assert site.start().get().headers["location"] == "/us/fl/"


def test_post_goes_to_django(site):
    site.get()

    site.get(method="POST")

    assert site.made == 2


def test_page_under_another_root_is_not_kept(site):
    site.get("/us/fl/", script_name="/evil")

    site.get("/us/fl/")

    assert site.made == 2


def test_data_without_a_version_is_made_anew_each_time(site):
    site.version.now = None

    site.get()
    site.get()

    assert site.made == 2


def test_endless_address_is_not_kept(site):
    site.get(query="q=" + "x" * 3000)
    site.get(query="q=" + "x" * 3000)

    assert site.made == 2


# How it is sent


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("x-gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.2", "gzip"),
        ("BR;Q=0.1", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("gzip;q=0.5, identity", ""),
        ("gzip;q=0.5, identity;q=0.5", "gzip"),
        ("identity;q=0, br;q=0", ""),
        ("br;q=much", ""),
        ("zstd", ""),
        (", ;q=1,", ""),
    ],
)
def test_encoding_is_what_the_client_rates_highest(site, accept, encoding):
    assert chosen(accept) == encoding

    for kept in (site.get(http_accept_encoding=accept), site.get(http_accept_encoding=accept)):
        assert kept.headers.get("content-encoding", "") == encoding
        assert DECODE[encoding](kept.body) == TEXT
        assert kept.headers["content-length"] == str(len(kept.body))
        assert kept.headers["etag"] == (f'"abc-{encoding}"' if encoding else '"abc"')
        assert kept.headers["vary"] == "Accept-Encoding"
    assert site.made == 1


@pytest.mark.parametrize("first", ["", "gzip", "br"])
def test_encoding_is_made_from_whatever_is_kept(site, first):
    site.get(http_accept_encoding=first)
    site.start()

    for encoding, decode in DECODE.items():
        assert decode(site.get(http_accept_encoding=encoding).body) == TEXT
    assert site.made == 1


@pytest.mark.parametrize(("kind", "body"), [("text/html", b"Too short to gain."), ("image/png", TEXT)])
def test_encoding_that_gains_nothing_is_left_out(site, kind, body):
    site.django.body, site.django.headers[0] = body, ("Content-Type", kind)

    sent = site.get(http_accept_encoding="br, gzip")

    assert "content-encoding" not in sent.headers
    assert (sent.body, sent.headers["etag"]) == (body, '"abc"')


@pytest.mark.parametrize("tags", ['"abc-br"', 'W/"abc-br"', '"x", "abc-br"', "*"])
def test_page_that_the_client_has_is_not_sent_again(site, tags):
    site.get()

    known = site.get(http_accept_encoding="br", http_if_none_match=tags)

    assert (known.status, known.body) == (304, b"")
    assert known.headers == {"cache-control": CACHED[1], "vary": "Accept-Encoding", "etag": '"abc-br"'}


@pytest.mark.parametrize("tags", ['"abc"', '"abc-gzip"', "", "abc-br"])
def test_page_that_the_client_has_otherwise_is_sent(site, tags):
    site.get()

    assert site.get(http_accept_encoding="br", http_if_none_match=tags).status == 200


def test_page_is_made_whole_for_a_client_that_has_it(site):
    known = site.get(http_if_none_match='"abc"', http_range="bytes=0-1", http_if_modified_since="today")

    assert known.status == 304
    assert not {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"} & site.django.requests[0].keys()
    assert site.get().body == TEXT


@pytest.mark.parametrize("is_kept", [True, False])
def test_head_has_the_headers_of_get_and_no_body(site, is_kept):
    site.django.outcome = KEPT if is_kept else None

    head = site.get(method="HEAD")
    get = site.get()

    assert head.body == b""
    assert head.headers == get.headers
    assert get.body == TEXT
    assert site.made == (1 if is_kept else 2)
    assert site.django.ends == site.made


# Who may be answered


def test_host_that_is_not_ours_never_gets_a_page(site):
    site.get()
    site.django.status, site.django.outcome = "400 Bad Request", None

    assert site.get(http_host="evil.example").status == 400
    assert site.get(http_host="localhost:80@evil.example").status == 400
    assert site.get(http_host="localhost:8000").status == 200


def test_plain_http_never_gets_a_page_where_all_is_tls(site, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    site.get(http_x_forwarded_proto="https")
    site.django.status, site.django.outcome = "301 Moved Permanently", None

    assert site.get(http_x_forwarded_proto="https").status == 200
    assert site.get().status == 301
    assert site.get(http_x_forwarded_proto="http").status == 301
    site.version.is_down = True
    assert site.get().status == 301


def test_tls_without_a_proxy_is_told_by_the_server(site, settings):
    settings.SECURE_SSL_REDIRECT = True
    secure = {"wsgi.url_scheme": "https"}
    site.get(**secure)
    site.django.status, site.django.outcome = "301 Moved Permanently", None

    assert site.get(**secure).status == 200
    assert site.get().status == 301


# While the database is down


def test_page_while_down_is_sent_and_marked(site):
    site.get()
    site.version.is_down = True

    stale = site.get()

    assert (stale.status, stale.body, site.made) == (200, TEXT, 1)
    assert stale.headers["x-record-stale"] == "true"
    assert stale.headers["warning"] == '110 - "Response is Stale"'
    assert stale.headers["cache-control"] == "public, max-age=0, stale-if-error=86400"
    assert stale.headers["etag"] == '"abc"'


def test_page_while_down_is_the_last_that_any_process_made(site):
    other = Site(site.root)
    site.get()
    other.version.now = "2-b"
    other.django.body = b"Newer."
    other.get()
    site.version.is_down = True

    assert site.get().body == b"Newer."
    assert site.start().get().body == b"Newer."


def test_page_while_down_that_the_client_has_is_not_marked_for_good(site):
    site.get()
    site.version.is_down = True

    known = site.get(http_if_none_match='"abc"')

    assert known.status == 304
    assert known.headers["warning"].startswith("110")
    assert "x-record-stale" not in known.headers


def test_page_after_the_database_is_back_has_no_mark(site):
    site.get()
    site.version.is_down = True
    site.get()
    site.version.is_down = False

    fresh = site.get()

    assert not {"x-record-stale", "warning"} & fresh.headers.keys()
    assert fresh.headers["cache-control"] == CACHED[1]
    assert site.made == 1


def test_page_that_was_never_made_is_left_to_django_which_is_told(site):
    site.version.is_down = True
    site.django.status, site.django.outcome = "503 Service Unavailable", UNREACHABLE

    assert site.get().status == 503
    assert site.django.requests[0][DOWN]


def test_page_whose_database_fails_while_it_is_made_is_the_last_one(site):
    site.get()
    site.version.now = "2-b"
    site.django.status, site.django.outcome = "503 Service Unavailable", UNREACHABLE

    stale = site.get()

    assert (stale.status, stale.headers["x-record-stale"], site.django.ends) == (200, "true", 2)
    assert site.get(path="/other/").status == 503
    site.django.status, site.django.outcome = "200 OK", KEPT
    assert "x-record-stale" not in site.get().headers


def test_page_that_fails_is_the_last_one_and_noted(site, caplog):
    site.get()
    site.version.now = "2-b"
    site.django.status, site.django.outcome = "500 Internal Server Error", None

    stale = site.get()

    assert (stale.status, stale.body, stale.headers["x-record-stale"]) == (200, TEXT, "true")
    assert "This page failed" in caplog.text
    assert site.get(path="/other/").status == 500


def test_page_of_older_data_does_not_replace_a_newer_one(site):
    site.version.now = "9-b"
    site.get()
    site.version.now = "10-c"
    site.django.body = b"The newest."
    site.get()
    site.version.now = "9-b"
    site.django.body = TEXT
    site.start().get()

    site.version.is_down = True

    assert site.start().get().body == b"The newest."


# Many at once


def at_once(work, times):
    """The results of as many threads."""
    found = []
    threads = [threading.Thread(target=lambda: found.append(work())) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return found


def test_page_that_many_want_is_made_by_one(site):
    site.django.meanwhile = lambda: threading.Event().wait(0.2)

    answers = at_once(site.get, 6)

    assert [one.body for one in answers] == [TEXT] * 6
    assert site.made == 1


def test_private_answer_is_made_for_each_without_waiting_after_the_first(site):
    site.django.outcome = PRIVATE
    site.get("/admin/")
    together = threading.Barrier(3)
    site.django.meanwhile = lambda: together.wait(timeout=10)

    answers = at_once(lambda: site.get("/admin/"), 3)  # none comes through unless all three are in Django at once

    assert len(answers) == 3
    assert site.made == 4


def test_page_waited_for_is_of_the_version_that_stands_afterwards(site):
    begun = threading.Event()

    def change():
        begun.set()
        threading.Event().wait(0.2)
        site.version.now = "2-b"
        site.django.meanwhile = lambda: None

    site.django.meanwhile = change
    first = threading.Thread(target=site.get)
    first.start()
    begun.wait(timeout=10)

    site.get()
    first.join(timeout=10)

    assert site.made == 2


# Bounds


def files_in(root):
    return [path for path in root.rglob("*") if path.is_file()]


def test_files_are_bounded_by_number_and_the_oldest_go(site):
    site.start(plain=Bounds(memory=0, files=256, file_bytes=10**9))  # one a folder

    for number in range(300):
        site.get(f"/{number}/")

    assert 100 <= len(files_in(site.root)) <= 256
    site.get("/299/")
    assert site.made == 300


def test_files_are_bounded_by_bytes(site):
    site.start(plain=Bounds(memory=0, files=10**6, file_bytes=256 * 700))

    for number in range(300):
        site.get(f"/{number}/")

    assert sum(path.stat().st_size for path in files_in(site.root)) <= 256 * 700


def test_memory_is_bounded_and_what_is_used_stays(site, monkeypatch):
    site.start(plain=Bounds(memory=4_000, files=10**6, file_bytes=10**9))  # two pages, nearly
    site.get("/used/", http_accept_encoding="br")
    memory = site.app._store._plain.memory
    for number in range(9):
        site.get(f"/{number}/", http_accept_encoding="br")
        site.get("/used/", http_accept_encoding="br")

    assert memory._size <= 4_000
    assert memory._size == sum(size for _, size in memory._pages.values())
    assert key_of("/used/", "") in memory._pages
    assert key_of("/3/", "") not in memory._pages


def test_invented_queries_push_no_page_of_the_record_out(site):
    tiny = Bounds(memory=4_000, files=256, file_bytes=10**9)
    site.start(plain=tiny, asked=tiny)
    site.get()

    for number in range(300):
        site.get(query=f"x={number}")
    site.start(plain=tiny, asked=tiny).get()

    assert site.made == 301


def test_page_that_is_too_large_is_sent_and_not_kept(site):
    site.django.body, site.django.headers[0] = b"x" * 2_000_001, ("Content-Type", "image/png")

    assert len(site.get().body) == 2_000_001
    assert not files_in(site.root)


def test_folder_that_cannot_be_used_leaves_the_memory(site, caplog):
    site.root.write_text("in the way")

    site.get()
    site.get()

    assert site.made == 1
    said = [record.message for record in caplog.records]
    assert said  # of each part, once
    assert len(said) == len(set(said))


# Static files


def test_static_file_needs_neither_django_nor_the_database(site, tmp_path):
    static = tmp_path / "static"
    static.mkdir()
    (static / "site.css").write_text("body {}")
    site.start(files=WhiteNoise(None, root=static, prefix="static/").files)
    site.version.is_down = True

    served = site.get("/static/site.css")

    assert (served.status, served.body, site.made) == (200, b"body {}", 0)
    assert not site.root.exists()


def test_rehearsal_has_pages_made_and_keeps_none(site):
    assert site.app.rehearse("/", "/agreements/")
    assert [request["PATH_INFO"] for request in site.django.requests] == ["/", "/agreements/"]
    assert site.django.ends == 2

    site.get()
    assert site.made == 3, "The first reader's page must be made from the data that stand then."


@pytest.fixture
def kept_connection(db):
    """A request does not close the connection in which the test is rolled back. Django's client sees to it too."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize("hosts", [["tracker.example"], [".tracker.example"], ["*"]])
@pytest.mark.parametrize("is_tls", [True, False])
def test_rehearsal_is_answered_as_a_reader_is(hosts, is_tls, site, settings, caplog):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "", hosts
    settings.SECURE_SSL_REDIRECT = is_tls
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if is_tls else None
    app = Published(WSGIHandler(), Store(site.root, "one"), site.version)

    assert app.rehearse("/", "/agreements/")
    assert caplog.records == []


def test_rehearsal_ends_with_the_first_failure(site):
    site.django.status = "503 Service Unavailable"

    assert not site.app.rehearse("/", "/agreements/")
    assert site.made == 1
