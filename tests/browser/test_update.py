"""A real update, from signing in to undoing it, as two editors and a reader meet it in the browser."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection, transaction
from playwright.sync_api import Browser, Locator, Page, expect

from agreements.addresses import url_of
from agreements.groups import EDITOR
from agreements.models import Agency, Agreement, Event, Revision, Source
from agreements.models.revision import RECORD, writes_as
from tests.signing_in import code_of, make_account, make_device

SUMMARY = "The city council voted 4-1 to join, in a test of the desk."
WRITER, SECOND = "update-writer", "update-second"
PASSWORD = "only-for-tests-5"
SOURCE = "https://gazette.example/update"


class Hands:
    """What an editor does on a page, counted: clicks, and fields that are filled or chosen."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.clicks = self.fields = 0

    def click(self, at: Locator) -> None:
        self.clicks += 1
        at.click()
        self.page.wait_for_load_state()

    def fill(self, at: str, text: str) -> None:
        self.fields += 1
        self.page.fill(at, text)

    def choose(self, at: str, value: str) -> None:
        self.fields += 1
        self.page.select_option(at, value)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def sign_in(self, name: str, code: str) -> None:
        self.page.goto(self.site + "/admin/")
        self.fill("#id_username", name)
        self.fill("#id_password", PASSWORD)
        self.click(self.page.locator("[type=submit]"))
        self.fill("#id_code", code)
        self.click(self.page.locator(".submit-row [type=submit]"))


def _forget() -> None:
    """Take away what was entered, and who did it: the changes of a served site are committed."""
    users = User.objects.filter(username__in=[WRITER, SECOND])
    with transaction.atomic(), writes_as(RECORD):
        events = Event.objects.filter(citations__source__url=SOURCE)
        agencies = list(events.filter(agreement__isnull=False).values_list("agreement__agency", flat=True))
        pks = list(events.values_list("pk", flat=True))
        with connection.cursor() as cursor:  # what was published stays, but for this
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("DELETE FROM agreements_revision WHERE event_id = ANY(%s)", [pks])
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        Event.objects.filter(pk__in=pks).delete()
        Agreement.objects.filter(agency__in=agencies).delete()
        Agency.objects.filter(pk__in=agencies).delete()
        Source.objects.filter(url=SOURCE).delete()
        LogEntry.objects.filter(user__in=users).delete()
        users.delete()


@pytest.fixture
def accounts(in_database):
    """Two editors with a second factor, by name; their codes are asked for with `code`."""
    in_database(_forget)
    for name in (WRITER, SECOND):
        in_database(lambda name=name: make_device(make_account(EDITOR, username=name, password=PASSWORD)))
    yield lambda name: in_database(lambda: code_of(User.objects.get(username=name)))
    in_database(_forget)


def _approved(browser: Browser, site: str) -> int:
    """How many municipalities the home page counts as Approved locally, for a reader who has not been there before."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(site + "/")
    entry = page.locator("#key li", has=page.get_by_text("Approved locally", exact=True)).first
    count = int(re.sub(r"\D", "", entry.locator(".n").inner_text()))
    context.close()
    return count


def test_update_is_entered_checked_published_corrected_and_undone(browser, site, accounts, in_database, town, capsys):
    reader = browser.new_page()
    before = _approved(browser, site)
    place = in_database(lambda: url_of(town))

    # The first editor enters it.
    one = Hands(browser.new_context(viewport={"width": 1280, "height": 900}).new_page(), site)
    one.sign_in(WRITER, accounts(WRITER))
    signing_in = (one.clicks, one.fields)
    one.click(one.page.get_by_role("link", name="Add what happened"))
    one.click(one.page.locator(".field-about .select2-selection"))
    one.fields += 1
    one.page.keyboard.type(f"{town.name}, FL")
    expect(one.page.locator(".select2-results__option--highlighted")).to_contain_text(f"{town.name}, ")
    one.page.keyboard.press("Enter")
    one.choose("#id_kind", "vote_approved")
    one.fill("#id_typed", "3/4/2025")
    one.fill("#id_summary", SUMMARY)
    one.fill("#id_votes_for", "4")
    one.fill("#id_votes_against", "1")
    one.fill("#id_citations-0-address", f"{SOURCE}?utm_source=mail")
    one.fill("#id_citations-0-title", "Council votes")
    one.fill("#id_citations-0-publisher", "The Gazette")
    one.choose("#id_citations-0-source_kind", "news")
    expect(one.page.locator("#preview-shown")).to_contain_text("Approved locally since March 4, 2025", timeout=20_000)
    one.click(one.button("Ready for a second editor"))
    expect(one.page.locator(".messagelist .success")).to_be_visible(timeout=30_000)
    assert _approved(browser, site) == before, "What waits for a second editor is no part of the record."
    entering = (one.clicks - signing_in[0], one.fields - signing_in[1])

    # The second finds it on the desk, reads it and publishes it.
    two = Hands(browser.new_context(viewport={"width": 1280, "height": 900}).new_page(), site)
    two.sign_in(SECOND, accounts(SECOND))
    two.clicks = two.fields = 0
    two.click(two.page.get_by_role("link", name=SUMMARY))
    two.click(two.button("Publish"))
    expect(two.page.locator(".messagelist")).to_contain_text("It is published: readers see it now.", timeout=30_000)
    publishing = (two.clicks, two.fields)
    event = in_database(lambda: Event.objects.get(summary=SUMMARY))
    assert (event.publication, event.agreement_id is None) == ("published", False)
    assert _approved(browser, site) == before + 1
    reader.goto(site + place)
    expect(reader.locator("main")).to_contain_text("Approved locally")
    expect(reader.locator("main")).to_contain_text("in a test of the desk")

    # It is corrected, with a reason that readers see.
    change = f"{site}/admin/agreements/event/{event.pk}/change/"
    two.page.goto(change)
    two.fill("#id_votes_against", "2")
    two.fill("#id_reason", "The minutes count two votes against.")
    two.click(two.button("Publish the correction"))
    expect(two.page.locator(".messagelist")).to_contain_text("The correction is published", timeout=30_000)
    expect(two.page.locator(".messagelist")).not_to_contain_text("changed successfully")
    reader.goto(f"{site}/corrections/")
    entry = reader.locator(".correction").first
    for words in ("Corrected", town.name, "The minutes count two votes against.", "4–1", "4–2"):
        expect(entry).to_contain_text(words)
    assert WRITER not in reader.content()
    assert SECOND not in reader.content()

    # And undone.
    two.page.goto(change)
    first = two.page.locator(".revision", has_text="Added")
    two.page.fill(f"#{first.locator('input[name=reason]').get_attribute('id')}", "The minutes were of another day.")
    two.click(first.get_by_role("button", name="Restore this"))
    in_record = in_database(lambda: Event.objects.values_list("votes_against", flat=True).get(pk=event.pk))
    assert in_record == 1
    reader.goto(f"{site}/corrections/e{event.pk}/")
    expect(reader.locator(".correction").first).to_contain_text("The minutes were of another day.")
    assert in_database(lambda: Revision.objects.filter(event=event, standing="published").count()) == 3

    with capsys.disabled():
        print(
            f"\nAn update: signing in {signing_in[0]} clicks, {signing_in[1]} fields; entering {entering[0]} clicks,"
            f" {entering[1]} fields; the second editor {publishing[0]} clicks, {publishing[1]} fields."
        )
