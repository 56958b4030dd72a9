"""The pure parts of bench/site, and that what it invents says so."""

import http.server
import json
import threading
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F

from agreements.models import Agency, Agreement, Citation, Event, Listing
from bench.site import client, desk, invented, report
from bench.site.__main__ import only
from bench.site.figures import Bar, milliseconds, percentile, spread, table
from bench.site.measuring import Measured


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([7], 95, 7), ([4, 1, 3, 2], 50, 2), (range(1, 21), 95, 19), (range(1, 101), 95, 95), ([1, 2], 0, 1)],
)
def test_percentile_is_by_nearest_rank(values, share, expected):
    assert percentile(list(values), share) == expected


def test_spread_is_in_milliseconds():
    found = spread([0.001, 0.002, 0.006])

    assert (found.n, found.p50, found.p95) == (3, 2, 6)
    assert found.mean == pytest.approx(3)


def test_table_sets_words_to_the_left_and_figures_to_the_right():
    assert table(("page", "ms"), [["home", "1.5"], ["a", "10.25"]]) == (
        "page     ms\n----  -----\nhome    1.5\na     10.25"
    )


@pytest.mark.parametrize(("value", "words"), [(0.423, "0.42"), (4.23, "4.2"), (1234.5, "1,234")])
def test_milliseconds_show_what_means_something(value, words):
    assert milliseconds(value) == words


@pytest.mark.parametrize(("found", "is_least", "is_met"), [(30, True, True), (29.9, True, False), (30.1, False, False)])
def test_bar_is_met_at_its_very_value(found, is_least, is_met):
    assert Bar("warm", found, 30, is_least).is_met is is_met


def test_bars_compare_scales_and_datasette():
    def measured(cold_ms: float, warm_ms: float, rate: float) -> Measured:
        times = [spread([ms / 1000] * 20) for ms in (cold_ms, warm_ms)]
        return Measured(cold=times[0], warm=times[1], rate_1=rate, rate_4=rate)

    pages = {("list", 1): measured(10, 1, 1000), ("list", 100): measured(30, 1.5, 700)}
    for scale in (1, 100):
        pages["Datasette, HTML", scale] = Measured(warm=spread([0.05]), rate_1=20, rate_4=25)
    weight = {"page": {"/": 40_000}, "styles": {"a.css": 21_000}, "fonts": {}, "scripts": {}}

    results = {"pages": pages, "sizes": {1: {}, 100: {}}, "weight": weight, "shows_at_once": {1: True, 100: False}}

    bars = {bar.name: bar for bar in report.bars(results)}

    assert bars["warm list, times Datasette, 1 connection, 1 ×"].found == 50
    assert not bars["warm list, times Datasette, 4 connections, 100 ×"].is_met
    assert bars["cold list, times Datasette, 1 connection, 100 ×"].found == pytest.approx(1000 / 30 / 20)
    assert bars["list, cold p95 at 100 × for 1 ×"].found == pytest.approx(3)
    assert bars["list, warm p95 at 100 × for 1 ×"].is_met
    assert bars["publications that show at once, 1 ×"].is_met
    assert not bars["publications that show at once, 100 ×"].is_met
    assert not bars["home page, kB without fonts"].is_met


def test_pages_asked_for_may_have_a_comma_and_bring_the_list():
    assert only("list, page 20,county") == {"list, page 20", "county", "list"}
    assert only("") == set()


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers /length with a length, /chunked in chunks; closes after /close."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("ETag", '"one"')
        if self.path == "/chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n")
            return
        self.send_header("Content-Length", "4")
        if self.path == "/close":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"abcd")

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    """A server of its own for the client to ask."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize("path", ["/length", "/chunked", "/close"])
def test_client_reads_a_whole_answer(port, path):
    answer, seconds = client.get(port, path)

    assert (answer.status, answer.body, answer.etag) == (200, b"abcd", '"one"')
    assert seconds > 0


@pytest.mark.parametrize("path", ["/length", "/close"])
@pytest.mark.parametrize("connections", [1, 3])
def test_client_loops_as_often_as_asked(port, path, connections):
    found = client.loop(port, path, connections=connections, requests=12, seconds=30)

    assert len(found.seconds) == 12
    assert found.errors == 0
    assert found.rate > 0


def test_invented_rows_say_what_they_are(db):
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in (Agency, Agreement, Event, Listing)}

    with connection.cursor() as cursor:
        invented.add(cursor, 1)

    agencies = Agency.objects.exclude(pk__in=before[Agency])
    agreements = Agreement.objects.exclude(pk__in=before[Agreement])
    events = Event.objects.exclude(pk__in=before[Event])
    assert agencies.count() == Agency.objects.filter(pk__in=before[Agency]).standing_alone().count()
    assert {name.split()[0] for name in agencies.values_list("name", flat=True)} == {"Invented"}
    assert {slug.split("-")[0] for slug in agencies.values_list("slug", flat=True)} == {"invented"}
    assert min(agreements.values_list("public_id", flat=True)) == "A900000"
    assert set(agreements.values_list("agency", flat=True)) <= set(agencies.values_list("pk", flat=True))
    assert set(events.values_list("summary", flat=True)) == {invented.SUMMARY}
    cited = Citation.objects.filter(event__in=events).values_list("source__publisher", flat=True)
    assert set(cited) == {"Invented"}
    assert not events.filter(citations=None).exists()
    listings = Listing.objects.exclude(pk__in=before[Listing]).values_list("printed", flat=True)
    assert all(row["LAW ENFORCEMENT AGENCY"].startswith("Invented ") for row in listings.iterator())


def test_invented_agencies_stand_where_their_kind_does(db):
    known = Agency.objects.values_list("pk", flat=True).order_by("pk").last()

    with connection.cursor() as cursor:
        invented.add(cursor, 1)

    made = Agency.objects.filter(pk__gt=known)
    assert made.filter(kind="sheriff").exclude(counties=None).count() == made.filter(kind="sheriff").count()
    towns = made.filter(kind="municipal_police").exclude(municipalities=None)
    assert not towns.exclude(municipalities__state=F("state")).exists()
    assert towns.values("state").distinct().count() > 30
    assert Agreement.objects.filter(agency__in=made).count() == Agreement.objects.filter(agency__pk__lte=known).count()


def test_bars_of_the_desk_are_of_its_slowest_page():
    opened = [("events: list", 20, 310.0, 150.0, 160.0), ("the desk", 30, 200.0, 180.0, 400.0)]

    assert [(bar.name, bar.found, bar.is_met) for bar in report.desk_bars(opened)] == [
        ("the desk's slowest page, first opened (events: list), ms", 310.0, False),
        ("the desk's slowest page after that (the desk), ms", 180.0, True),
    ]


@pytest.mark.django_db
def test_desk_is_opened_page_by_page_and_its_account_taken_back(monkeypatch, capsys):
    monkeypatch.setattr(desk, "TIMES", 1)
    desk.main("event")

    opened = {name: queries for name, queries, *_ in json.loads(capsys.readouterr().out)}
    assert {"the desk", "events: list", "events: search", "events: new", "events: last row"} <= set(opened)
    assert min(opened.values()) > 0
    assert not User.objects.filter(username="measured").exists()
