"""The desk in the browser: its pages pass the rules of axe in both schemes, and fit a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import Page

from agreements.groups import ADMINISTRATOR
from agreements.models import Agency, Event, Source
from tests.signing_in import make_account, signed_in

NAME = "desk-reader"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    "resultTypes": ["violations"],
}
PAGES = {
    "the desk": "/admin/",
    "adding": "/admin/agreements/event/add/",
    "events": "/admin/agreements/event/",
    "a published event": "/admin/agreements/event/{event}/change/",
    "its history": "/admin/agreements/event/{event}/history/",
    "a source": "/admin/agreements/source/{source}/change/",
    "an agency": "/admin/agreements/agency/{agency}/change/",
    "bringing a sheet": "/admin/agreements/sheet/upload/",
    "sheets": "/admin/agreements/sheet/",
    "accounts": "/admin/auth/user/",
    "the second factor": "/admin/sign-in/second-factor/",
}


@pytest.fixture
def session(in_database):
    """The cookie of an Administrator who has signed in, and the rows that the pages are about."""

    def forget() -> None:
        User.objects.filter(username=NAME).delete()

    def begin() -> tuple[str, dict[str, int]]:
        client = signed_in(make_account(ADMINISTRATOR, username=NAME))
        event = Event.objects.published().filter(is_from_list=False, agreement__isnull=False).order_by("pk").first()
        return client.cookies["sessionid"].value, {
            "event": event.pk,
            "source": Source.objects.order_by("pk").first().pk,
            "agency": Agency.objects.order_by("pk").first().pk,
        }

    in_database(forget)
    yield in_database(begin)
    in_database(forget)


def _broken(page: Page) -> list[tuple[str, list[object]]]:
    violations = Axe().run(page, options=RULES).response["violations"]
    serious = [one for one in violations if one["impact"] in {"serious", "critical"}]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in serious]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_the_desk_pass_the_rules_of_axe(scheme, browser, site, session):
    cookie, rows = session
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": f"{site}/admin/"}])
    page, found = context.new_page(), {}
    for name, path in PAGES.items():
        answer = page.goto(site + path.format(**rows))
        assert answer.status == 200, name
        found[name] = _broken(page)
    context.close()

    assert found == {name: [] for name in PAGES}


def test_pages_of_the_desk_fit_a_phone(browser, site, session):
    cookie, rows = session
    context = browser.new_context(viewport={"width": 360, "height": 800})
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": f"{site}/admin/"}])
    page, wide = context.new_page(), {}
    for name, path in PAGES.items():
        page.goto(site + path.format(**rows))
        wide[name] = page.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert {name: width for name, width in wide.items() if width > 360} == {}
