"""The desk in the browser: its pages pass the rules of axe in both schemes, and fit a phone."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from agreements.groups import ADMINISTRATOR
from agreements.ice.apply import Rules
from agreements.ice.parse import read_workbook
from agreements.ice.report import import_sheet
from agreements.ice.reviewing import Place
from agreements.models import Agency, Agreement, Event, Proposal, Review, Sheet, Source
from agreements.models.proposal import ProposalKind
from tests.agreements.ice.sheets import row
from tests.agreements.ice.workbooks import workbook
from tests.axe_rules import broken
from tests.signing_in import make_account, signed_in

NAME = "desk-reader"
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
    "a plan": "/admin/agreements/sheet/reviews/{plan}/",
    "a review with questions": "/admin/agreements/sheet/reviews/{questions}/",
    "using a sheet or setting it aside": "/admin/agreements/sheet/{sheet}/ruling/",
    "a question": "/admin/agreements/proposal/{proposal}/change/",
    "accounts": "/admin/auth/user/",
    "the second factor": "/admin/sign-in/second-factor/",
}
#: What is folded away at first has to fit as well.
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"
WIDTH = "document.documentElement.scrollWidth"
#: As if the page had been opened before anything of its row was in the history.
LONG_AGO = """
const seen = document.querySelector('[name=_seen]');
seen.value = 'x' + seen.value.replace(/^[^-]*/, '').replace(/[0-9]+/g, '0');
"""
PLACE = Place("participating", date(2026, 5, 18), "pm")
CONTENT = workbook(
    row("Hialeah Police Department", "13/40/2026", moa=f"https://www.ice.gov/{'a-long-way-' * 20}.pdf"),
    row("Qwertzville Police Department", "5/18/2026"),
    row("Somewhere Police Department", "5/18/2026", state="??"),
)
ASKED = "of-a-test-of-the-desk"


@cache
def _plan() -> dict[str, Any]:
    """What a small sheet would bring to the record: nearly all of it is gone, so that the sheet would be held."""
    parsed = read_workbook(CONTENT, published_on=PLACE.published_on)
    return import_sheet(parsed, PLACE.published("small.xlsx", "0" * 64), Rules.load(), commit=False).as_json()


def _reviews(user: User) -> dict[str, int]:
    """A plan that waits, and a review of the newest sheet with a question of each kind, by their ids."""
    sheet = Sheet.objects.newest("participating")
    values = {
        **asdict(PLACE),
        "file_name": "participatingAgencies05182026pm.xlsx",
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "plan": _plan(),
        "seconds": 1,
        "uploaded_by": user,
    }
    one, other = Agreement.objects.standing_alone().filter(listings__last_sheet=sheet).order_by("pk").distinct()[:2]
    about = {"agreement": one, "agency": one.agency, "other_agency": other.agency, "sheet": sheet}
    asked = [
        Proposal.objects.create(
            kind=kind,
            key=f"{kind}/{ASKED}",
            sentence=f"{kind.label} Of {one.agency}.",
            evidence=[f"{one.agency} is last on the list of May 18, 2026."],
            **about,
        )
        for kind in ProposalKind
    ]
    brought = {"sheet": sheet, "brought_in_by": user, "brought_in_at": timezone.now(), "content": b""}
    return {
        "plan": Review.objects.create(**values, content=CONTENT).pk,
        "questions": Review.objects.create(**values, **brought, questions=[each.key for each in asked]).pk,
        "sheet": sheet.pk,
        "proposal": asked[0].pk,
    }


@pytest.fixture
def session(in_database):
    """The cookie of an Administrator who has signed in, and the rows that the pages are about."""

    def forget() -> None:
        Review.objects.filter(uploaded_by__username=NAME).delete()
        Proposal.objects.filter(key__endswith=ASKED).delete()
        User.objects.filter(username=NAME).delete()

    def begin() -> tuple[str, dict[str, int]]:
        user = make_account(ADMINISTRATOR, username=NAME)
        client = signed_in(user)
        event = Event.objects.published().filter(is_from_list=False, agreement__isnull=False).order_by("pk").first()
        return client.cookies["sessionid"].value, {
            "event": event.pk,
            "source": Source.objects.order_by("pk").first().pk,
            "agency": Agency.objects.order_by("pk").first().pk,
            **_reviews(user),
        }

    in_database(forget)
    yield in_database(begin)
    in_database(forget)


def _opened(page: Page, site: str, rows: dict[str, int]) -> Iterator[str]:
    """Each page of the desk in turn, all of it unfolded; the last is one that somebody else has saved meanwhile."""
    for name, path in PAGES.items():
        url = site + path.format(**rows)
        answer = page.goto(url)
        assert (answer.status, page.url) == (200, url), f"{name}: instead of it, the page for signing in perhaps"
        page.evaluate(UNFOLD)
        yield name
    page.goto(site + PAGES["a source"].format(**rows))
    page.evaluate(LONG_AGO)
    page.fill("#id_title", "Another title")
    page.click("[name=_save]")
    expect(page.get_by_role("heading", name="Changed since you opened this page")).to_be_visible(timeout=30_000)
    page.wait_for_load_state()
    page.evaluate(UNFOLD)
    yield "a conflict"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_the_desk_pass_the_rules_of_axe_and_fit_a_desk(scheme, browser, site, session):
    cookie, rows = session
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": f"{site}/admin/"}])
    page = context.new_page()
    found, widths = {}, {}
    for name in _opened(page, site, rows):
        found[name], widths[name] = broken(page, scheme), page.evaluate(WIDTH)
    context.close()

    assert {name: violations for name, violations in found.items() if violations} == {}
    assert {name: width for name, width in widths.items() if width > 1280} == {}


def test_pages_of_the_desk_fit_a_phone(browser, site, session):
    cookie, rows = session
    context = browser.new_context(viewport={"width": 360, "height": 800})
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": f"{site}/admin/"}])
    page = context.new_page()
    wide = {name: page.evaluate(WIDTH) for name in _opened(page, site, rows)}
    context.close()

    assert {name: width for name, width in wide.items() if width > 360} == {}
