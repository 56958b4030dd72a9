"""Whether the site answers."""

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from agreements.models.edition import current_edition


def healthz(request: HttpRequest) -> HttpResponse:
    """200 and the version of the data where the database answers, else 503. Never from a cache."""
    try:
        said, status = f"ok {current_edition()}", 200
    except (OperationalError, InterfaceError):
        said, status = "the database does not answer", 503
    return HttpResponse(said, status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})
