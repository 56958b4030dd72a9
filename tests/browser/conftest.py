"""A real Chromium on the real server: gunicorn on the test database, with collected static files."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from municipalities.models import Municipality
from tests.serving import served

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """The system's Chromium. script/test has stopped before this where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "These tests need Chromium: install the package chromium."
    return found


@pytest.fixture(scope="session")
def site(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the site, served by gunicorn from the test database until these tests end."""
    with django_db_blocker.unblock():
        # A test with transactions of its own may have emptied the tables before.
        call_command("load_places", "--if-empty", stdout=StringIO())
        call_command("load_record", "--if-empty", stdout=StringIO())
        connection.close()
    with served(tmp_path_factory.mktemp("site")) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def in_database(site: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Work in the served database: in a thread, since Django refuses that of Playwright's event loop."""

    def apart(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connection.close()

    with django_db_blocker.unblock(), ThreadPoolExecutor(1) as thread:
        yield lambda work: thread.submit(apart, work).result()


@pytest.fixture
def town(in_database: Callable[[Callable[[], Any]], Any]) -> Municipality:
    """A city of Florida of whose agencies nothing is recorded."""
    found = Municipality.objects.filter(state__code="FL", agencies=None, checks=None, kind="city")
    return in_database(found.select_related("state", "main_county").order_by("name").first)


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator[Browser]:
    # After the site, and closed with its module: while Playwright's event loop runs, Django refuses this thread.
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        yield started
        started.close()


class Visit:
    """A page in the browser, with what went wrong on it: console messages, and requests to any other host."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self.site, "data:")):
            self.strangers.append(url)

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page


@pytest.fixture(params=[360, 1280], ids=["phone", "desk"])
def visit(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Visit]:
    """A visit on a phone's and on a desk's screen."""
    context = browser.new_context(viewport={"width": request.param, "height": 800})
    yield Visit(context.new_page(), site)
    context.close()


@pytest.fixture
def visit_at_desk(browser: Browser, site: str) -> Iterator[Visit]:
    """For what does not depend on the width."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield Visit(context.new_page(), site)
    context.close()


@pytest.fixture
def visit_without_script(browser: Browser, site: str) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    yield Visit(context.new_page(), site)
    context.close()
