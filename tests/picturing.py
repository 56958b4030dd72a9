"""The pictures of docs/editors.md: an example at the editors' desk, as Chromium shows it, for script/editors_guide.

The example (a made-up city, county, accounts, events and sheet) is written into a copy of the database with the record,
which is dropped at the end. Its times are fixed, so that the same code makes the same pictures.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import psycopg
from django.contrib.auth.models import User
from django.db import connection
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright
from psycopg import sql

from agreements import revisions
from agreements.groups import CONTRIBUTOR, EDITOR
from agreements.ice.parse import read_workbook
from agreements.ice.reviewing import Place, receive
from agreements.kinds import EventKind
from agreements.models import Event, Listing, Review, Sheet
from agreements.models.event import Publication
from agreements.models.sheet import HalfDay, IceList
from agreements.models.source import Confidence
from agreements.opening import open_record
from municipalities.models import County, Municipality
from tests import factories as make
from tests.agreements.ice.workbooks import PENDING, workbook
from tests.browser.conftest import CHROMIUM_FLAGS, chromium
from tests.serving import served
from tests.signing_in import code_of, make_account

COPY = "editors_guide"
NOW = datetime(2026, 5, 19, 15, 0, tzinfo=UTC)
PASSWORD = "for the example alone"
#: In Pillow's terms: text and a few flat colors need no more.
COLORS = 48
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}


class Example(NamedTuple):
    """What the browser needs of it: who signs in, with which code, and the pages that are looked at."""

    account: str
    code: str
    correcting: str
    reviewing: str


@contextlib.contextmanager
def copied() -> Iterator[None]:
    """Within it, Django works in a copy of its database; nothing of it is left at the end."""
    own = connection.settings_dict
    connection.close()
    where = {"host": own["HOST"], "port": own["PORT"], "user": own["USER"], "dbname": "postgres", "autocommit": True}
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(COPY))
    make = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(COPY), sql.Identifier(own["NAME"]))
    with psycopg.connect(**where) as server:
        server.execute(drop)
        server.execute(make)
        own["NAME"] = COPY
        try:
            yield
        finally:
            connection.close()
            server.execute(drop)


def make_example() -> Example:
    """Write what the pictures show."""
    writer = make_account(CONTRIBUTOR, username="example-contributor")
    editor = make_account(EDITOR, username="example-editor", password=PASSWORD)
    city = _city()
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        correcting = _events(city, writer, editor)
        reviewing = _sheet(editor)
    return Example(
        editor.username,
        code_of(editor),
        reverse("admin:agreements_event_change", args=[correcting]),
        reverse("admin:review_sheet", args=[reviewing]),
    )


def _city() -> Municipality:
    named = {"state": make.florida(), "latitude": 28.0, "longitude": -82.0}
    county = County.objects.create(
        geoid="12999", name="Example", full_name="Example County", slug="example-county", **named
    )
    city = Municipality.objects.create(
        key="1299999", name="Example City", full_name="Example City city", kind="city", main_county=county,
        slug="example-city", **named,
    )  # fmt: skip
    city.counties.add(county)
    return city


def _events(city: Municipality, writer: User, editor: User) -> int:
    """A draft, one that waits, and a published one with a proposed correction, whose id is returned."""
    agreement = open_record(subject=city)
    source = make.make_source(
        url="https://gazette.example/1", title="Council votes (example)", publisher="Example Gazette"
    )

    def event(kind: EventKind, day: date, summary: str, publication: Publication) -> Event:
        made = make.make_event(
            agreement=agreement, kind=kind, earliest=day, latest=day, summary=summary, publication=publication,
            written_by=writer,
        )  # fmt: skip
        make.make_citation(event=made, source=source, is_used=True, confidence=Confidence.MEDIUM)
        return made

    event(EventKind.DISCUSSED, date(2026, 5, 12), "Example: the council talked about an agreement.", Publication.DRAFT)
    event(EventKind.SIGNED, date(2026, 5, 15), "Example: the city and ICE both signed.", Publication.READY)
    public = event(
        EventKind.DISCUSSED, date(2026, 4, 7), "Example: the council debated, and did not vote.", Publication.READY
    )
    revisions.publish_new(event=public, by=editor)
    now = revisions.state_of(public)
    wished = {**now.columns, "earliest": "2026-04-14", "latest": "2026-04-14"}
    reason = "Example: the minutes give April 14 as the day of the meeting."
    revisions.propose(event=public, state=revisions.State(wished, now.sources), reason=reason, by=writer)
    return int(public.pk)


def _sheet(brought_by: User) -> int:
    """The last list of pending agencies with two rows more, brought the day after, to be reviewed."""
    last = Sheet.objects.filter(list=IceList.PENDING, held_because="").latest("order")
    found = Listing.objects.filter(last_sheet=last).order_by("row", "pk")
    rows = [[row.printed.get(name) for name in PENDING] for row in found]
    for name, kind in (
        ("Example City Police Department", "Municipality"),
        ("Example County Sheriff's Office", "County"),
    ):
        rows.append(["FLORIDA", name, kind, "Example County", "Task Force Model"])
    content = workbook(*rows, header=PENDING)
    place = Place(IceList.PENDING, NOW.date(), HalfDay.AM)
    parsed = read_workbook(content, published_on=place.published_on)
    name = "example-pendingAgencies05192026am.xlsx"
    review = receive(content=content, parsed=parsed, place=place, file_name=name, by=brought_by)
    # The workbook's bytes hold the time at which it was made.
    Review.objects.filter(pk=review.pk).update(uploaded_at=NOW, seconds=5.0, sha256="0" * 64)
    return int(review.pk)


def take(page: Page, site: str, example: Example, folder: Path) -> None:
    """Sign in, look at each page, and write its picture."""
    page.goto(f"{site}/admin/")
    page.fill("#id_username", example.account)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.fill("#id_code", example.code)
    page.press("#id_code", "Enter")
    expect(page.locator(".desk-add")).to_be_visible()
    _write(page, folder / "desk.png")
    _enter(page, site)
    _write(page, folder / "entering.png")
    page.set_viewport_size(PHONE)
    page.evaluate("scrollTo(0, 0)")
    _write(page, folder / "phone.png")
    page.set_viewport_size(WIDE)
    page.goto(site + example.correcting)
    page.evaluate("document.activeElement.blur(); scrollTo(0, document.body.scrollHeight)")
    _write(page, folder / "correcting.png")
    page.goto(site + example.reviewing)
    _write(page, folder / "reviewing.png")


def _enter(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/agreements/event/add/")
    page.click(".field-about .select2-selection")
    page.keyboard.type("Example City")
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text("Example City")
    page.keyboard.press("Enter")
    page.select_option("#id_kind", "vote_approved")
    page.fill("#id_typed", "5/18/2026")
    page.fill("#id_summary", "Example: the council voted 4–1 to join.")
    page.fill("#id_votes_for", "4")
    page.fill("#id_votes_against", "1")
    page.fill("#id_citations-0-address", "gazette.example/1?utm_source=x")
    page.press("#id_citations-0-address", "Tab")
    expect(page.locator("#preview-shown")).to_contain_text("May 18, 2026", timeout=15_000)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def _write(page: Page, path: Path) -> None:
    """What the window shows, in few colors."""
    page.wait_for_load_state("networkidle")
    shot = Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    shot.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


def take_all(folder: Path) -> None:
    """Write all pictures into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with copied(), tempfile.TemporaryDirectory() as kept:
        example = make_example()
        with served(Path(kept)) as port, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            page = browser.new_page(viewport=WIDE, color_scheme="light", locale="en-US", timezone_id="UTC")
            take(page, f"http://127.0.0.1:{port}", example, folder)
            browser.close()
