"""How fast the editors' desk opens, asked of the site in this very process: nothing of the desk is cached.

A superuser's, who is shown the most. The account is taken back at the end.
"""

import json
import time
from collections.abc import Iterator
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.site.figures import percentile
from municipalities.models import Municipality
from tests.signing_in import signed_in

#: Openings a page, after the first.
TIMES = 7
#: Words of which some row of nearly every list has one.
WORDS = {"q": "south miami"}


def main(*models: str) -> None:
    """Prints [[page, queries, milliseconds of the first opening, their median after it, the longest]] as JSON.

    models: only those of these names, besides the pages of no model; all where none is named.
    """
    with transaction.atomic():
        request = RequestFactory().get("/")
        request.user = User.objects.create_superuser("measured")
        client = signed_in(request.user, headers={"host": "127.0.0.1"})
        client.get(reverse("admin:index"))
        print(json.dumps([[name, *_opened(client, url)] for name, url in _pages(request, models)]))
        transaction.set_rollback(True)


def _opened(client: Client, url: str) -> tuple[int, float, float, float]:
    with CaptureQueriesContext(connection) as captured:
        first = _milliseconds(client, url)
    queries = len(captured)  # forgotten with the next request
    times = [_milliseconds(client, url) for _ in range(TIMES)]
    return queries, first, percentile(times, 50), max(times)


def _milliseconds(client: Client, url: str) -> float:
    began = time.perf_counter()
    answer = client.get(url)
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{url}: {answer.status_code}")
    return took


def _pages(request: HttpRequest, models: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every list, its search and its form, and three rows of each: the first, the one in the middle, the last."""
    yield "the desk", reverse("admin:index")
    yield "bringing a sheet", reverse("admin:upload_sheet")
    yield "finding a subject", reverse("admin:find_subject") + "?term=south+miami"
    yield "a place checked", reverse("admin:desk_check", args=[Municipality.objects.order_by("pk")[0].pk])
    for model, model_admin in admin.site._registry.items():
        if models and model._meta.model_name not in models:
            continue
        yield from _pages_of(request, str(model._meta.verbose_name_plural), model_admin)


def _pages_of(request: HttpRequest, name: str, model_admin: "ModelAdmin[User]") -> Iterator[tuple[str, str]]:
    meta = model_admin.opts
    address = f"admin:{meta.app_label}_{meta.model_name}"
    listed = reverse(f"{address}_changelist")
    yield f"{name}: list", listed
    if model_admin.search_fields:
        yield f"{name}: search", f"{listed}?{urlencode(WORDS)}"
    if model_admin.has_add_permission(request):
        yield f"{name}: new", reverse(f"{address}_add")
    rows = model_admin.model._default_manager.order_by("pk")
    if not (count := rows.count()):
        return
    for words, place in {"first": 0, "middle": count // 2, "last": count - 1}.items():
        pk = rows.values_list("pk", flat=True)[place]
        yield f"{name}: {words} row", reverse(f"{address}_change", args=[pk])
        yield f"{name}: history of the {words} row", reverse(f"{address}_history", args=[pk])
