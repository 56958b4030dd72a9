"""Every public page follows from its address and the data: not from who asks, by which name, or when."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.dates import day_in_words
from agreements.days import record_begin
from agreements.models import Agency, Sheet
from agreements.revisions import publish
from agreements.urls import urlpatterns
from config.middleware import CACHED
from tests.factories import make_revision, make_user

PAGES = [
    "/",
    "/agreements/",
    "/agreements/?county=12086&status=signed",
    "/agreements/A0284/",
    "/us/fl/",
    "/us/fl/miami-dade/",
    "/us/fl/miami-dade/south-miami/",
    "/timeline/",
    "/changes/",
    "/sheets/",
    "/methodology/",
    "/find/?q=Hialea",
]
#: Code that no page runs, or that only editors and importers do.
BEHIND = ("ice", "admin", "sign_in", "management", "migrations", "revisions.py")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.django_db
def test_page_is_public_and_the_same_for_everybody(path: str, settings) -> None:
    settings.ALLOWED_HOSTS = ["one.example", "other.example"]
    visitor, editor = Client(headers={"host": "one.example"}), Client(headers={"host": "other.example"})
    editor.cookies["sessionid"] = "somebody's"

    ours = visitor.get(path)
    theirs = editor.get(path, secure=True, headers={"accept-language": "es", "x-requested-with": "XMLHttpRequest"})

    assert ours.status_code == 200
    assert ours.content == theirs.content
    assert ours["Cache-Control"] == theirs["Cache-Control"] == CACHED
    assert ours["ETag"] == theirs["ETag"]
    assert ours["Vary"] == "Accept-Encoding"
    assert not ours.cookies
    assert visitor.get(path, headers={"if-none-match": ours["ETag"]}).status_code == 304
    assert visitor.head(path).headers["ETag"] == ours["ETag"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.django_db
def test_page_asks_nothing_of_an_editors_session(path: str, admin_client: Client) -> None:
    admin_client.get(path)
    with CaptureQueriesContext(connection) as queries:
        response = admin_client.get(path)

    asked = [query["sql"] for query in queries if re.search("session|auth_|otp_|axes_", query["sql"])]
    assert (asked, response["Vary"], len(response.cookies)) == ([], "Accept-Encoding", 0)


#: The parts of the addresses that have some, by the names of the addresses.
PLACE = ("fl", "miami-dade", "south-miami")
PARTS = {
    "state": PLACE[:1],
    "county": PLACE[:2],
    "municipality": PLACE,
    "state-card": PLACE[:1],
    "county-card": PLACE[:2],
    "municipality-card": PLACE,
    "agreement": ("A0284",),
    "agreement-card": ("A0284",),
    "sitemap-state": ("fl", "places", 1),
}
NAMES = [str(pattern.name) for pattern in urlpatterns if pattern.name != "healthz"]
#: Those that have something to say only where the site knows its address.
SITEMAPS = {"sitemap", "sitemap-site", "sitemap-state"}


def address(name: str) -> str:
    if name == "agency":
        agency = Agency.objects.standing_alone().select_related("state").earliest("pk")
        return reverse(name, args=[agency.state.slug, agency.slug])
    if name == "event-corrections":
        revision = make_revision()
        publish(revision=revision, by=make_user())
        return reverse(name, args=[revision.event_id])
    if name == "sheet":
        sheet = Sheet.objects.earliest("pk")
        return reverse(name, args=[sheet.list, sheet.order])
    return reverse(name, args=PARTS.get(name, ()))


@pytest.mark.parametrize("site_url", ["", "https://tracker.example.org"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.django_db
def test_no_page_reads_the_host(name: str, site_url: str, settings) -> None:
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["one.example", "other.example"], site_url
    path = address(name)

    ours, theirs = (Client().get(path, headers={"host": host}) for host in settings.ALLOWED_HOSTS)

    without = 404 if name in SITEMAPS and not site_url else 200
    assert ours.status_code == (302 if name == "find" else without)
    assert ours.content == theirs.content
    assert ours.headers.get("Location") == theirs.headers.get("Location")
    assert b"one.example" not in ours.content


NUL_QUERIES = ("q=a%00b", "state=%00", "county=%00", "status=%00&program=%00&from=%00&sort=%00&page=%00&list=%00")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.django_db
def test_no_page_fails_of_a_nul(name: str) -> None:
    path = address(name)
    for query in NUL_QUERIES:
        assert Client().get(f"{path}?{query}").status_code in {200, 302, 400, 404}, query


@pytest.mark.parametrize("path", ["/agreements/%00/", "/agreements/A%00/card.png", "/agreements/A12345678901234/"])
@pytest.mark.django_db
def test_agreement_of_no_public_id_is_not_found(path: str) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("name", ["home", "card", "state-card", "timeline-figure", "map-figure", "agreement", "find"])
@pytest.mark.django_db
def test_page_of_an_empty_record_is_503(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agreements.pages.newest_lists", dict)

    assert Client().get(address(name)).status_code == 503


@pytest.mark.parametrize("path", ["/", "/us/fl/", "/agreements/", "/figures/map/", "/figures/timeline/", "/card.png"])
@pytest.mark.django_db
def test_page_of_a_day_before_the_record_is_that_of_its_first(path: str) -> None:
    begin = record_begin()
    assert begin is not None

    early, first = (Client().get(path, {"as_of": day}, follow=True) for day in ("2010-01-01", begin.isoformat()))

    assert early.status_code == first.status_code == 200
    if early.context is None:
        # Its links keep the day that was asked for, and lead to the same page.
        assert early.content.replace(b"2010-01-01", begin.isoformat().encode()) == first.content
    else:
        assert early.context["on"] == begin
    if path == "/":
        assert f"The record begins {day_in_words(begin)}" in early.text.replace("\xa0", " ")
        assert f'min="{begin}"' in early.text
        assert "The record begins" not in first.text


@pytest.mark.django_db
def test_page_that_moved_is_public() -> None:
    response = Client().get("/agreements")

    assert (response.status_code, response["Location"]) == (301, "/agreements/")
    assert response["Cache-Control"] == CACHED


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/"])
@pytest.mark.django_db
def test_editors_pages_are_kept_by_nobody(path: str) -> None:
    response = Client().get(path)

    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
    assert "ETag" not in response


@pytest.mark.django_db
def test_health_says_the_version_and_is_kept_by_nobody() -> None:
    from agreements.models.edition import current_edition

    response = Client().get(reverse("healthz"))

    assert response.text == f"ok {current_edition()}"
    assert response["Cache-Control"] == "no-store"


def test_no_page_reads_the_clock() -> None:
    read = []
    for app in ("agreements", "municipalities"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            if set(path.parts) & set(BEHIND):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in {"today", "now", "localdate", "localtime"}:
                    read.append(f"{path}:{node.lineno}")
    read += [
        str(path)
        for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        if "admin" not in path.parts and "{% now" in path.read_text(encoding="utf-8")
    ]

    assert read == []
