"""What Django says of its answers: which are public and for how long, and what is said while the database is down.

Whether an answer is public is decided here alone; config/published.py keeps the ones that are marked. Django itself
keeps nothing: asked directly (by runserver, by a test) it makes every page anew.
"""

import hashlib
import logging
import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.defaults import bad_request, server_error

log = logging.getLogger(__name__)

#: In the request's environment: the database is down, so no view may wait for it.
DOWN = "tracker.database_is_down"
#: In the environment, for who called Django: how the answer came about.
OUTCOME = "tracker.outcome"
KEPT, PRIVATE, UNREACHABLE = "kept", "private", "unreachable"

#: Fresh for a minute; then ten minutes in which a cache may answer at once and ask behind it; a day if we are down.
CACHED = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"
#: What is not there may be there soon.
CACHED_SHORTLY = "public, max-age=60"
RETRY_SECONDS = "30"
PAGES = {200, 301, 302}
REFUSALS = {400, 404}
#: SQLSTATE of a server that is not there, or not any more: connection exceptions, and its shutdown, crash or start.
OUTAGES = ("08", "57P")


class PublishedPages:
    """Marks public answers with Cache-Control and ETag and answers 304; turns a database that is down into a 503."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.META.get(DOWN):
            return unreachable(request)
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and is_public(request, response):
            return _published(request, response)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        if response.status_code in PAGES:
            request.META.setdefault(OUTCOME, PRIVATE)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return unreachable(request) if is_outage(error) else None


def is_outage(error: BaseException | None) -> bool:
    """Whether the database cannot be reached. It can where a statement took too long or met a deadlock: a failure."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    # Without a connection, libpq gives no SQLSTATE.
    state = getattr(error.__cause__, "sqlstate", None)
    if state is not None and not state.startswith(OUTAGES):
        return False
    log.warning("The database cannot be reached: %s", error)
    return True


def is_public(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether everybody may see this answer: it follows from the address and the data, and from nobody's cookie."""
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return (
        request.method in ("GET", "HEAD")
        and response.status_code in PAGES | REFUSALS
        and not response.cookies
        and not response.has_header("Cache-Control")
        and varies <= {"accept-encoding"}
        and not request.path_info.startswith(reverse("admin:index"))
    )


def _published(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    patch_vary_headers(response, ("Accept-Encoding",))
    if response.status_code in REFUSALS:
        response["Cache-Control"] = CACHED_SHORTLY
        return response
    request.META[OUTCOME] = KEPT
    response["Cache-Control"] = CACHED
    if response.status_code != 200:
        return response
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def unreachable(request: HttpRequest) -> HttpResponse:
    """503, in plain words and without a look at the database."""
    request.META[OUTCOME] = UNREACHABLE
    headers = {"Retry-After": RETRY_SECONDS, "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: what is refused for how it was asked, such as by another host name, is kept by nobody."""
    response = bad_request(request, exception)
    response["Cache-Control"] = "no-store"
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler500: a database that failed outside of a view, in a session or a login, is no bug either."""
    if is_outage(sys.exception()):
        return unreachable(request)
    return server_error(request)
