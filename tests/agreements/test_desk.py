"""The desk: what needs work, by count and by name, and the check of a place in one click."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.admin import checks, desk
from agreements.checking import longest_ago_first, to_check
from agreements.kinds import EventKind
from agreements.models import Agency, Check, Citation, Event, LinkCheck, Proposal, Source
from agreements.models.event import CheckResult
from agreements.models.link import LinkOutcome
from agreements.models.proposal import ProposalKind
from municipalities.models import Municipality
from tests import factories as make
from tests.signing_in import sign_in, who_may

pytestmark = pytest.mark.django_db

DESK = reverse("admin:index")
TODAY = date(2026, 5, 20)
#: Session and user, one a section, and the sources that were used last.
DESK_QUERIES = 15


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """What day it is in Washington."""

    class Now:
        @staticmethod
        def date() -> date:
            return TODAY

    for module in (checks, desk):
        monkeypatch.setattr(module, "now_in_washington", Now)


@pytest.fixture
def empty(db) -> None:
    make.delete_record()


def _sections(client: Client) -> dict[str, desk.Section]:
    return {one.title: one for one in client.get(DESK).context["sections"]}


def _followed(key: str = "1267550", checked: date | None = None) -> Municipality:
    """A place whose own police has an agreement, and that was looked up that day."""
    place = Municipality.objects.get(key=key)
    make.make_agreement(agency=make.make_agency()).agency.municipalities.add(place)
    if checked:
        make.make_check(municipality=place, day=checked)
    return place


def test_desk_of_the_real_record_opens_in_a_fixed_number_of_queries(admin_client):
    admin_client.get(DESK)
    with CaptureQueriesContext(connection) as queries:
        response = admin_client.get(DESK)

    assert response.status_code == 200
    assert len(queries) <= DESK_QUERIES
    assert _sections(admin_client)["Being checked"].count == Event.objects.filter(is_being_checked=True).count()


def test_desk_takes_as_many_queries_for_many_rows_as_for_none(empty, admin_client):
    admin_client.get(DESK)
    with CaptureQueriesContext(connection) as none:
        admin_client.get(DESK)
    for number in range(7):
        make.make_event(publication="ready" if number % 2 else "draft")
        make.make_proposal(kind=list(ProposalKind)[number % 5])
        make.make_sheet(held_because="Too many rows are gone.")
        make.make_listing()
        make.make_claim(citation=_published(is_used=False))
        make.make_link_check(outcome=LinkOutcome.FAILED, failures=3)
    for place in Municipality.objects.filter(state__code="FL")[:9]:
        _followed(place.key)

    with CaptureQueriesContext(connection) as many:
        response = admin_client.get(DESK)

    assert len(many) == len(none)
    assert len(response.context["sections"]) >= 10


def _published(**values) -> Citation:
    event = make.make_event()
    used = make.make_citation(event=event)
    make.rewrite(Event.objects.filter(pk=event.pk), publication="published")
    return make.make_citation(event=event, **values) if values else used


def test_nothing_to_do_is_said(empty, admin_client):
    response = admin_client.get(DESK)

    assert response.context["sections"] == []
    assert "Nothing: all is done." in response.content.decode()


def test_drafts_ready_and_being_checked_are_told_apart(empty, admin_client):
    draft = make.make_event(summary="A draft.", is_being_checked=True)
    ready = make.make_event(summary="It is ready.", publication="ready")
    _published()

    found = _sections(admin_client)

    assert [found["Drafts"].count, found["Waiting for a second editor"].count, found["Being checked"].count] == [1] * 3
    assert found["Drafts"].rows[0].url == reverse("admin:agreements_event_change", args=[draft.pk])
    assert found["Waiting for a second editor"].rows[0].text == "March 7, 2025: It is ready."
    listed = admin_client.get(found["Waiting for a second editor"].url).context["cl"].result_list
    assert list(listed) == [ready]


def test_corrections_that_are_proposed(empty, admin_client):
    revision = make.make_revision()

    section = _sections(admin_client)["Corrections that are proposed"]

    assert (section.count, section.rows[0].note) == (1, "A typo.")
    assert section.rows[0].url == reverse("admin:agreements_event_change", args=[revision.event_id])
    assert list(admin_client.get(section.url).context["cl"].result_list) == [revision]


def test_proposals_by_kind(empty, admin_client):
    for _ in range(7):
        make.make_proposal(kind=ProposalKind.DEPARTURE)
    make.make_proposal(kind=ProposalKind.PLACE)
    make.make_proposal(kind=ProposalKind.PLACE, answer="no")
    make.make_proposal(kind=ProposalKind.PLACE, is_current=False)

    found = _sections(admin_client)
    departures = found["Asked: Ended, or merely missing?"]

    assert (departures.count, len(departures.rows), departures.rest) == (7, 5, 2)
    assert found["Asked: Where does it belong?"].count == 1
    assert "And 2 more" in admin_client.get(DESK).content.decode()
    for section in (departures, found["Asked: Where does it belong?"]):
        assert admin_client.get(section.url).context["cl"].result_count == section.count


def test_sheets_that_are_held_and_nobody_ruled_on(empty, admin_client):
    held = make.make_sheet(held_because="Too many rows are gone.")
    make.make_sheet(held_because="Too many rows are gone.", ruling="set_aside")
    make.make_sheet()

    section = _sections(admin_client)["Sheets that are held"]

    assert (section.count, section.rows[0].note) == (1, "Too many rows are gone.")
    assert list(admin_client.get(section.url).context["cl"].result_list) == [held]


def test_rows_without_an_agreement(empty, admin_client):
    lost = make.make_listing()
    make.make_listing(agreement=make.make_agreement())
    for unused in ({"held_because": "Too many rows are gone."}, {"is_settled": False}):
        make.make_listing(last_sheet=make.make_sheet(**unused))

    section = _sections(admin_client)["Rows without an agreement"]

    assert (section.count, section.rows[0].text) == (1, "Test Police, FLORIDA")
    assert list(admin_client.get(section.url).context["cl"].result_list) == [lost]


def test_agencies_without_a_place(empty, admin_client):
    lost = make.make_agency(name="Nowhere Police")
    make.make_agency(placing_note="It was dissolved.")
    make.make_agency(kind="state_police")
    make.make_agency(kind="tribal")
    make.make_agency(merged_into=lost)
    make.make_agency().municipalities.add(make.south_miami())

    section = _sections(admin_client)["Agencies without a place"]

    assert (section.count, section.rows[0].text) == (1, "Nowhere Police, FL")
    assert list(admin_client.get(section.url).context["cl"].result_list) == [lost]
    assert admin_client.get(reverse("admin:agreements_agency_changelist")).context["cl"].result_count == 6


def test_claims_of_published_events_by_sources_that_are_not_used(empty, admin_client):
    claim = make.make_claim(citation=_published(is_used=False), value="4–3")
    make.make_claim(citation=_published())  # by the source that we use: no conflict
    make.make_claim(citation=make.make_citation(is_used=False))  # of a draft

    section = _sections(admin_client)["Published, and a source says otherwise"]

    assert section.count == 1
    assert section.rows[0].note == "The Gazette: the count of votes: 4–3"
    assert list(admin_client.get(section.url).context["cl"].result_list) == [claim]


def test_dead_links(empty, admin_client):
    make.make_link_check(outcome=LinkOutcome.FAILED, failures=3, status=404)
    make.make_link_check(outcome=LinkOutcome.FAILED, failures=2)
    make.make_link_check(outcome=LinkOutcome.REFUSED, status=403)

    section = _sections(admin_client)["Dead links"]

    assert (section.count, section.rows[0].note) == (1, "failed on 3 days: 404")
    assert admin_client.get(section.url).context["cl"].result_count == 1
    assert LinkCheck.objects.count() == 3


# Places that are due


def test_places_that_we_follow_are_due_after_thirty_days(empty):
    never, long_ago = _followed("1245025"), _followed("1267550", TODAY - timedelta(days=31))
    _followed("1214250", TODAY - timedelta(days=30))
    watched = make.make_check(municipality=Municipality.objects.get(key="1230000"), day=TODAY - timedelta(days=99))

    due = longest_ago_first(to_check(TODAY))

    assert list(due) == [never, watched.municipality, long_ago]
    assert [one.last_checked for one in due] == [None, watched.day, TODAY - timedelta(days=31)]


def test_list_of_places_that_are_due(empty, admin_client):
    place = _followed()

    section = _sections(admin_client)["Places not checked for 30 days"]

    assert (section.count, section.is_places, section.rows[0].note) == (1, True, "never checked")
    assert list(admin_client.get(section.url).context["cl"].result_list) == [place]


def _check(client: Client, place: Municipality, **values: str):
    return client.post(reverse("admin:desk_check", args=[place.pk]), values)


def test_checked_today_in_one_click_with_a_known_source(empty, admin_client, admin_user):
    place, source = _followed(), make.make_source(url="https://news.example/a")

    response = _check(admin_client, place, address="https://news.example/a?utm_source=x&fbclid=1#top")

    check = Check.objects.get(source=source)
    assert (response.status_code, response["Location"]) == (302, DESK)
    assert (check.municipality, check.day, check.covers_from) == (place, TODAY, TODAY)
    assert check.result == CheckResult.NONE_FOUND
    assert check.history.get().pgh_context.metadata["user"] == admin_user.pk
    assert "Places not checked for 30 days" not in _sections(admin_client)


def test_check_of_a_place_that_signed_says_that_it_was_found(empty, admin_client):
    place = _followed()
    event = make.make_event(agreement=Agency.objects.get(municipalities=place).agreements.get(), kind=EventKind.SIGNED)
    source = make.make_citation(event=event).source
    make.rewrite(Event.objects.filter(pk=event.pk), publication="published")

    _check(admin_client, place, address=source.url)

    assert Check.objects.get().result == CheckResult.FOUND


def test_new_source_is_asked_for_what_it_needs_and_then_made(empty, admin_client):
    place = _followed()

    asked = _check(admin_client, place, address="clerk.example/minutes?utm_source=mail&item=7")
    page = asked.content.decode()
    made = _check(
        admin_client,
        place,
        address="clerk.example/minutes?utm_source=mail&item=7",
        title="Minutes",
        publisher="The clerk",
        source_kind="government",
    )

    assert asked.status_code == 200
    assert [one in page for one in ("Give its title.", "Say who published it.", "Choose its kind.")] == [True] * 3
    assert 'value="clerk.example/minutes?utm_source=mail&amp;item=7"' in page
    assert (made.status_code, Check.objects.get().source.url) == (302, "https://clerk.example/minutes?item=7")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "This field is required."),
        ("not an address", "An address has no spaces"),
        ("javascript:alert(1)", "begins with http:// or https://"),
        ("ftp://files.example/a", "begins with http:// or https://"),
    ],
)
def test_address_that_is_none_is_refused(url, message, empty, admin_client):
    response = _check(admin_client, _followed(), address=url)

    assert message in response.content.decode()
    assert not Check.objects.exists()


@pytest.mark.parametrize(
    ("recorded", "typed"),
    [
        ("https://wlrn.org/news/1", "https://www.wlrn.org/news/1/"),
        ("http://wlrn.org/news/1", "wlrn.org/news/1?msclkid=1"),
        ("https://app.example.org/#/case/7", "https://app.example.org/#/case/7"),
    ],
)
def test_source_is_known_however_its_address_is_written(recorded, typed, empty, admin_client):
    source = make.make_source(url=recorded)

    assert _check(admin_client, _followed(), address=typed).status_code == 302
    assert Check.objects.get().source == source


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://app.example.org/#/case/7", "https://app.example.org/#/case/7"),
        ("https://a.example/?minutes/2025-03&utm_source=x", "https://a.example/?minutes/2025-03"),
    ],
)
def test_new_source_keeps_what_tells_its_page(typed, kept, empty, admin_client):
    _check(admin_client, _followed(), address=typed, title="T", publisher="P", source_kind="news")

    assert Check.objects.get().source.url == kept


def test_same_check_twice_is_refused_in_words(empty, admin_client):
    place, source = _followed(), make.make_source()

    _check(admin_client, place, address=source.url)
    response = _check(admin_client, place, address=source.url)

    assert "This check is already recorded." in response.content.decode()
    assert Check.objects.count() == 1


def test_second_click_waits_for_the_first_and_makes_no_second_source(empty, admin_client, monkeypatch):
    new = {"address": "https://new.example/", "title": "T", "publisher": "P", "source_kind": "news"}
    place = _followed()
    with CaptureQueriesContext(connection) as asked:
        _check(admin_client, place, **new)
    statements = [one["sql"] for one in asked]
    # What the second reads before the first is committed.
    monkeypatch.setattr(checks, "known_sources", lambda address: [])
    made = Source(url="https://new.example/", title="T", publisher="P", kind="news")
    monkeypatch.setattr(checks, "new_source", lambda form, cleaned: made)
    response = _check(admin_client, place, **new)

    (held,) = [number for number, one in enumerate(statements) if "FOR NO KEY UPDATE" in one and "municipality" in one]
    (kept,) = [number for number, one in enumerate(statements) if 'INSERT INTO "agreements_check"' in one]
    assert held < kept
    assert "This check is already recorded." in response.content.decode()
    assert (Check.objects.count(), Source.objects.count()) == (1, 1)


def test_as_before_is_said_of_a_place_with_the_same_result_before(empty, admin_client):
    place, source = _followed(), make.make_source()
    other = _followed("1245025", TODAY - timedelta(days=31))

    first = _check(admin_client, place, address=source.url)
    again = _check(admin_client, other, address=source.url)

    assert str([*get_messages(first.wsgi_request)][0]) == f"{place} is checked: no agreement found."
    assert str([*get_messages(again.wsgi_request)][-1]) == f"{other} is checked: no agreement found, as before."


def test_refused_check_leaves_no_new_source(empty, admin_client, monkeypatch):
    def refuse(**values: object) -> None:
        raise checks.ValidationError("No.")

    monkeypatch.setattr(checks, "check_unchanged", refuse)

    _check(admin_client, _followed(), address="https://a.example/", title="T", publisher="P", source_kind="news")

    assert not Source.objects.exists()


def test_check_page_opens_and_says_when_it_was_last_looked_up(empty, admin_client):
    place = _followed(checked=date(2026, 3, 2))

    page = admin_client.get(reverse("admin:desk_check", args=[place.pk])).content.decode()

    assert "It was last checked on March 2, 2026: no agreement found" in page
    assert Check.objects.count() == 1
    assert admin_client.get(reverse("admin:desk_check", args=[999_999_999])).status_code == 404


def test_check_needs_its_permission_and_a_token(empty, client):
    place, source = _followed(), make.make_source()
    assert _check(client, place, address=source.url)["Location"].startswith(reverse("admin:login"))
    assert _check(who_may("view_municipality"), place, address=source.url).status_code == 403

    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, User.objects.create_superuser("root"))
    assert _check(strict, place, address=source.url).status_code == 403
    assert not Check.objects.exists()


def test_check_without_the_right_to_add_sources_takes_known_ones(empty, client):
    place, source = _followed(), make.make_source()
    client = who_may("add_check")

    refused = _check(client, place, address="https://new.example/", title="T", publisher="P", source_kind="news")
    assert "you may not add one" in refused.content.decode()
    assert _check(client, place, address=source.url).status_code == 302


def test_of_several_sources_at_an_address_it_is_asked_which(empty, admin_client):
    place, url, elsewhere = _followed(), "https://lists.example/", make.make_source()
    old, new = (
        make.make_source(url=url, title=f"{day:%Y}", published_earliest=day, published_latest=day)
        for day in (date(2025, 1, 1), date(2026, 1, 1))
    )
    undated = make.make_source(url=url, title="Undated")

    asked = _check(admin_client, place, address=url)
    other = _check(admin_client, place, address=url, which=str(elsewhere.pk))
    assert "3 sources have this address: choose the one that you read." in asked.content.decode()
    assert list(asked.context["form"].fields["which"].queryset) == [new, old, undated]
    assert other.context["form"].errors["which"] == [
        "Select a valid choice. That choice is not one of the available choices."
    ]
    assert not Check.objects.exists()

    assert _check(admin_client, place, address=url, which=str(old.pk)).status_code == 302
    assert Check.objects.get().source == old


# Who sees what


def test_sections_are_of_what_one_may_see(empty, client):
    make.make_event()
    make.make_proposal()
    client = who_may("view_event")

    response = client.get(DESK)

    assert [one.title for one in response.context["sections"]] == ["Drafts"]
    assert reverse("admin:agreements_event_add") not in response.content.decode()


def test_forms_of_places_are_for_those_who_may_check(empty, client):
    _followed()
    viewer = who_may("view_municipality")

    assert "Checked today: no change" not in viewer.get(DESK).content.decode()


def test_desk_leads_to_what_happened_and_to_all_lists(admin_client):
    page = admin_client.get(DESK).content.decode()

    assert f'href="{reverse("admin:agreements_event_add")}">Add what happened</a>' in page
    assert reverse("admin:agreements_suit_changelist") in page
    assert "Recent actions" not in page


def test_names_on_the_desk_are_escaped(empty, admin_client):
    make.make_event(summary="<img src=x onerror=alert(1)>")

    assert "<img src=x" not in admin_client.get(DESK).content.decode()


def test_autocomplete_takes_as_many_queries_for_many_as_for_one(admin_client):
    asked = {"app_label": "agreements", "model_name": "event", "field_name": "agency", "term": "Quite Unlike"}
    make.make_agency(name="Quite Unlike 0")
    with CaptureQueriesContext(connection) as one:
        admin_client.get(reverse("admin:autocomplete"), asked)
    for number in range(5):
        make.make_agency(name=f"Quite Unlike {number}")

    with CaptureQueriesContext(connection) as many:
        found = admin_client.get(reverse("admin:autocomplete"), asked).json()["results"]

    assert (len(found), len(many)) == (6, len(one))


def test_search_of_several_words_needs_all_of_them(empty, admin_client):
    agency = make.make_agency(name="Quite Unlike")
    make.make_agency_alias(agency=agency, printed_name="Another Name")
    make.make_agency(name="Quite Alike")
    url = reverse("admin:agreements_agency_changelist")

    for words, found in (("quite another", [agency]), ('"quite unlike"', [agency]), ('"unlike quite"', []), ("'", [])):
        assert list(admin_client.get(url, {"q": words}).context["cl"].result_list) == found, words


def test_search_that_finds_more_than_it_names_finds_all(admin_client):
    assert Proposal.objects.count() < 2_000 < Event.objects.count()
    url = reverse("admin:agreements_event_changelist")

    many = admin_client.get(url, {"q": "a"}).context["cl"].result_count

    assert many > 2_000
