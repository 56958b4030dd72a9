"""Every public page follows from its address and the data: not from who asks, by which name, or when."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from config.middleware import CACHED

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
BEHIND = ("ice", "admin", "management", "migrations")


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
