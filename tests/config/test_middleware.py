"""Which answers Django marks as public, and what it says while the database is down."""

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from config.middleware import CACHED, DOWN, KEPT, OUTCOME, PRIVATE, PublishedPages, failed


def answered(response: HttpResponse | StreamingHttpResponse, path: str = "/", **headers: str) -> tuple:
    """What becomes of a view's response: the request and the answer."""
    request = RequestFactory().get(path, headers=headers)
    return request, PublishedPages(lambda _: response)(request)


def test_page_is_public_with_a_strong_tag_of_its_content() -> None:
    request, response = answered(HttpResponse("Where agencies stand."))
    _, same = answered(HttpResponse("Where agencies stand."))
    _, other = answered(HttpResponse("Where agencies stood."))

    assert (
        response["Cache-Control"] == CACHED == ("public, max-age=60, stale-while-revalidate=600, stale-if-error=86400")
    )
    assert response["Vary"] == "Accept-Encoding"
    assert response["ETag"].startswith('"')
    assert response["ETag"] == same["ETag"] != other["ETag"]
    assert request.META[OUTCOME] == KEPT


def test_page_that_the_client_has_is_304() -> None:
    _, response = answered(HttpResponse("Where agencies stand."))
    _, known = answered(HttpResponse("Where agencies stand."), if_none_match=f"W/{response['ETag']}")

    assert (known.status_code, known.content) == (304, b"")
    assert (known["ETag"], known["Cache-Control"]) == (response["ETag"], CACHED)


@pytest.mark.parametrize("status", [400, 404])
def test_refusal_is_public_for_a_minute_and_not_kept(status: int) -> None:
    request, response = answered(HttpResponse("No.", status=status))

    assert response["Cache-Control"] == "public, max-age=60"
    assert OUTCOME not in request.META


@pytest.mark.django_db
def test_refused_host_is_kept_by_nobody(client: Client) -> None:
    response = client.get("/", headers={"host": "evil.example"})

    assert (response.status_code, response["Cache-Control"]) == (400, "no-store")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/admin/", {}),
        ("/", {"Vary": "Cookie"}),
        ("/", {"Vary": "Accept-Encoding, Accept-Language"}),
        ("/", {"Cache-Control": "no-store"}),
    ],
)
def test_answer_for_one_reader_is_private(path: str, headers: dict[str, str]) -> None:
    request, answer = answered(HttpResponse("Yours.", headers=headers), path)

    assert answer["Cache-Control"] == "no-store"
    assert "ETag" not in answer
    assert request.META[OUTCOME] == PRIVATE


def test_answer_that_sets_a_cookie_is_private() -> None:
    response = HttpResponse("Yours.")
    response.set_cookie("sessionid", "1")

    request, answer = answered(response)

    assert answer["Cache-Control"] == "no-store"
    assert request.META[OUTCOME] == PRIVATE


def test_answer_without_an_end_is_private() -> None:
    request, response = answered(StreamingHttpResponse(["a"]))

    assert response["Cache-Control"] == "no-store"
    assert request.META[OUTCOME] == PRIVATE


@pytest.mark.parametrize("status", [403, 405, 500, 503])
def test_failure_is_not_public_and_does_not_make_the_address_private(status: int) -> None:
    request, response = answered(HttpResponse(status=status))

    assert response["Cache-Control"] == "no-store"
    assert OUTCOME not in request.META


def test_answer_to_a_post_is_private() -> None:
    response = PublishedPages(lambda _: HttpResponse("Done."))(RequestFactory().post("/"))

    assert response["Cache-Control"] == "no-store"


def says_that_the_record_cannot_be_reached(response: HttpResponse) -> bool:
    return (
        response.status_code == 503
        and response["Retry-After"] == "30"
        and response["Cache-Control"] == "no-store"
        and "The record cannot be reached just now" in response.text
    )


@pytest.mark.parametrize("error", [OperationalError("server closed"), InterfaceError("closed")])
def test_database_that_fails_in_a_view_is_503(error: Exception) -> None:
    response = PublishedPages(lambda _: HttpResponse()).process_exception(HttpRequest(), error)

    assert response is not None
    assert says_that_the_record_cannot_be_reached(response)


@pytest.mark.parametrize("error", [OperationalError("server closed"), InterfaceError("closed")])
def test_database_that_fails_outside_of_a_view_is_503(error: Exception) -> None:
    try:
        raise error
    except Exception:
        response = failed(RequestFactory().get("/"))

    assert says_that_the_record_cannot_be_reached(response)


def caused_by(error: psycopg.Error) -> OperationalError:
    """As Django raises it."""
    ours = OperationalError(str(error))
    ours.__cause__ = error
    return ours


@pytest.mark.parametrize("error", [psycopg.errors.AdminShutdown(), psycopg.errors.ConnectionFailure()])
def test_database_that_goes_away_is_503_and_noted(error: psycopg.Error, caplog: pytest.LogCaptureFixture) -> None:
    response = PublishedPages(lambda _: HttpResponse()).process_exception(HttpRequest(), caused_by(error))

    assert response is not None
    assert says_that_the_record_cannot_be_reached(response)
    assert "The database cannot be reached" in caplog.text


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError("duplicate"),
        ValueError("a bug"),
        caused_by(psycopg.errors.DeadlockDetected()),
        caused_by(psycopg.errors.QueryCanceled()),
    ],
)
def test_other_error_stays_500(error: Exception) -> None:
    assert PublishedPages(lambda _: HttpResponse()).process_exception(HttpRequest(), error) is None
    try:
        raise error
    except Exception:
        response = failed(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "cannot be reached" not in response.text


def test_database_found_to_be_down_is_503_without_a_view() -> None:
    def view(_: HttpRequest) -> HttpResponse:
        raise AssertionError("A view was asked.")

    response = PublishedPages(view)(RequestFactory().get("/", **{DOWN: True}))

    assert isinstance(response, HttpResponse)
    assert says_that_the_record_cannot_be_reached(response)
