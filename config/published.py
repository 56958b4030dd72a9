"""Public pages from their published bytes: the layer between gunicorn and Django.

A public page follows from its address, the language of the release and the version of the data. So a page that was made
for the version that stands now is sent as it is, in the encoding that the client wants; one question to the database,
which version stands, is all that is asked. Anything else goes to Django, whose answer is kept if Django marked it as
public (config/middleware.py). While the database is down, pages are sent as they were last made, and marked.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from whitenoise.base import WhiteNoise
from whitenoise.responders import StaticFile

from config.healthcheck import own_host
from config.middleware import DOWN, KEPT, OUTCOME, PRIVATE, UNREACHABLE
from config.published_encoding import chosen
from config.published_page import Headers, Page
from config.published_store import Store, key_of
from config.published_version import Unreachable

log = logging.getLogger(__name__)

#: An address longer than this is made anew each time.
MOST_KEY_CHARACTERS = 2_000
#: How long one who asks for a page that another thread is making waits for it before making it himself, in seconds.
WAIT_SECONDS = 10.0
#: So many paths are remembered as private, so that nobody waits for another's page there.
MOST_PRIVATE = 1_000
#: A page that may be out of date is not to be kept for a minute, but a cache may hold on to it if we go down as well.
CACHED_WHILE_DOWN = "public, max-age=0, stale-if-error=86400"
WARNING = ("Warning", '110 - "Response is Stale"')
STALE = ("X-Record-Stale", "true")
#: Of a request, what makes Django answer with less than the page.
_CONDITIONS = {f"HTTP_IF_{name}" for name in ("NONE_MATCH", "MODIFIED_SINCE", "MATCH", "UNMODIFIED_SINCE", "RANGE")}


class Address(HttpRequest):
    """A request's host and scheme, told by Django's own rules, without the rest of a request."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self.META = environ

    def _get_scheme(self) -> str:
        return str(self.META["wsgi.url_scheme"])

    def may_be_answered(self) -> bool:
        """False for a host that is not ours, and for plain HTTP where all is TLS: Django refuses or redirects these."""
        try:
            self.get_host()
        except DisallowedHost:
            return False
        return not settings.SECURE_SSL_REDIRECT or self.is_secure()


class Turns:
    """One thread at a time for each page that is being made; the others wait for what it makes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[str, threading.Event] = {}

    def take(self, key: str) -> threading.Event | None:
        """None if the turn is ours, to be given back with `end`; else what is set when the other's has ended."""
        with self._lock:
            if key in self._made:
                return self._made[key]
            self._made[key] = threading.Event()
            return None

    def end(self, key: str) -> None:
        with self._lock:
            self._made.pop(key).set()


class Published:
    """The WSGI application: static files, published pages, and Django for the rest.

    `version` says which version of the data stands (None: none can be told), or raises Unreachable. `files` are
    WhiteNoise's, by address.
    """

    def __init__(
        self,
        application: WSGIApplication,
        store: Store,
        version: Callable[[], str | None],
        files: dict[str, StaticFile] | None = None,
    ) -> None:
        self._application = application
        self._store = store
        self._version = version
        self._files = files or {}
        self._turns = Turns()
        self._private: set[str] = set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not Address(environ).may_be_answered():
            return self._application(environ, start_response)
        path = environ.get("PATH_INFO", "")
        if path in self._files:
            return WhiteNoise.serve(self._files[path], environ, start_response)
        if environ.get("SCRIPT_NAME"):
            # All addresses in the page would begin with it, and a client next to us can set it.
            return self._application(environ, start_response)
        key = key_of(path, environ.get("QUERY_STRING", ""))
        try:
            version = self._version()
        except Unreachable:
            return self._answer_while_down(key, environ, start_response)
        if version is None or len(key) > MOST_KEY_CHARACTERS:
            return self._application(environ, start_response)
        page = self._store.find(key, version)
        if page is not None:
            return answer(page, environ, start_response)
        if path in self._private:
            return self._make(key, version, environ, start_response)
        return self._make_in_turn(key, version, environ, start_response)

    def rehearse(self, *paths: str) -> bool:
        """Has Django make these pages as for a reader, and keeps none; False, and no more, after one that fails."""
        scheme = "https" if settings.SECURE_SSL_REDIRECT else "http"
        for path in paths:
            environ: WSGIEnvironment = {
                "PATH_INFO": path,
                "HTTP_HOST": own_host(settings.ALLOWED_HOSTS),
                "HTTP_X_FORWARDED_PROTO": scheme,
                "wsgi.url_scheme": scheme,
            }
            setup_testing_defaults(environ)
            head = Head()
            _end(self._application(environ, head))
            if head.status != "200 OK":
                return False
        return True

    def _make_in_turn(
        self, key: str, version: str, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        others = self._turns.take(key)
        if others is None:
            try:
                return self._make(key, version, environ, start_response)
            finally:
                self._turns.end(key)
        others.wait(WAIT_SECONDS)
        # The data may have changed while we waited: the page must be of the version that stands now.
        try:
            version = self._version() or version
        except Unreachable:
            return self._answer_while_down(key, environ, start_response)
        page = self._store.find(key, version)
        if page is None:
            return self._make(key, version, environ, start_response)
        return answer(page, environ, start_response)

    def _make(self, key: str, version: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The page from Django, whole, and kept if it is public.

        `version` was read before Django reads the data: what is committed meanwhile makes it old, and the next request
        has it made again.
        """
        whole = {name: value for name, value in environ.items() if name not in _CONDITIONS}
        whole["REQUEST_METHOD"] = "GET"
        head = Head()
        response = self._application(whole, head)
        outcome = whole.get(OUTCOME)
        has_failed = head.status.startswith("500")
        if (has_failed or outcome == UNREACHABLE) and (page := self._store.newest(key)):
            _end(response)
            if has_failed:
                log.error("This page failed and is served as it was last made: %s", key)
            return answer(page, environ, start_response, is_stale=True)
        if outcome != KEPT:
            if outcome == PRIVATE:
                self._remember_as_private(environ["PATH_INFO"])
            start_response(head.status, head.headers)
            return response if environ["REQUEST_METHOD"] == "GET" else Headless(response)
        try:
            body = b"".join(response)
        finally:
            _end(response)
        etag = next((value for name, value in head.headers if name == "ETag"), "")
        page = Page(version, head.status, head.headers, etag, {"": body})
        page.sent(_encoding(environ))  # first, so that it is kept in the encoding that is made anyway
        return Afterwards(answer(page, environ, start_response), self._store.put(key, page))

    def _answer_while_down(self, key: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        page = self._store.newest(key)
        if page is not None:
            return answer(page, environ, start_response, is_stale=True)
        return self._application({**environ, DOWN: True}, start_response)

    def _remember_as_private(self, path: str) -> None:
        if len(self._private) >= MOST_PRIVATE:
            self._private.clear()
        self._private.add(path)


class Head:
    """A start_response that keeps what it is given."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: Headers = []

    def __call__(self, status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
        self.status, self.headers = status, headers
        return self._write

    def _write(self, _body: bytes) -> None:
        # WSGI asks for it, for applications of before it; a body written so would be missing in the stored page.
        raise RuntimeError("The application behind this layer returns its body, and never writes it.")


class Afterwards:
    """An answer after which something is done: the server closes it once it is sent."""

    def __init__(self, response: Iterable[bytes], do: Callable[[], None]) -> None:
        self._response = response
        self.close = do

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._response)


class Headless:
    """An answer of which only the headers are sent; its end is still told to Django."""

    def __init__(self, response: Iterable[bytes]) -> None:
        self._response = response

    def __iter__(self) -> Any:
        return iter(())

    def close(self) -> None:
        _end(self._response)


def answer(
    page: Page, environ: WSGIEnvironment, start_response: StartResponse, is_stale: bool = False
) -> Iterable[bytes]:
    """The page as the request wants it: encoded, without a body for HEAD, and 304 if the client has it already."""
    sent = page.sent(_encoding(environ))
    if sent.etag and "HTTP_IF_NONE_MATCH" in environ and is_among(sent.etag, environ["HTTP_IF_NONE_MATCH"]):
        # A cache would keep the mark of ours with its copy when it is told later that the copy is good; `Warning` with
        # a number from 100 to 199 it drops then.
        start_response("304 Not Modified", marked(sent.headers_304, WARNING) if is_stale else sent.headers_304)
        return []
    start_response(page.status, marked(sent.headers, WARNING, STALE) if is_stale else sent.headers)
    return [sent.body] if environ["REQUEST_METHOD"] == "GET" else []


def is_among(etag: str, tags: str) -> bool:
    """Whether If-None-Match names the tag. The comparison is the weak one, as RFC 9110 has it there."""
    return tags.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))


def marked(headers: Headers, *marks: tuple[str, str]) -> Headers:
    """The headers of a page that may be out of date."""
    kept = [(name, value) for name, value in headers if name.lower() != "cache-control"]
    return [*kept, ("Cache-Control", CACHED_WHILE_DOWN), *marks]


def _encoding(environ: WSGIEnvironment) -> str:
    return chosen(environ.get("HTTP_ACCEPT_ENCODING", ""))


def _end(response: Iterable[bytes]) -> None:
    """Tells Django that its answer was read: it then gives its database connection back."""
    close = getattr(response, "close", None)
    if close is not None:
        close()
