"""The timeline's page, its figure, and where its links lead."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from agreements import chronicle, timelines
from agreements.addresses import event_url
from agreements.figures.marks import MARKS
from agreements.filters import AgreementFilter
from agreements.happenings import UNTOLD, Day, key_words, mark_of, note_of, worth_noting
from agreements.kinds import EventKind
from agreements.listing import PAGE_SIZE
from agreements.models import Agency, Event
from agreements.record import Record
from agreements.timeline_words import Found, answer
from agreements.timelines import Span, Timeline
from municipalities.models import County, Municipality, State
from tests import factories as make
from tests.counting import queries_of

pytestmark = pytest.mark.django_db
END = date(2026, 5, 18)


def page(client, url, status=200):
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def text_of(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def published(day=date(2025, 5, 7), **values):
    """A published event on that day, with its source."""
    values = {"earliest": day, "latest": day, "publication": "published", **values}
    event = make.make_event(**values)
    make.make_citation(event=event)
    return event


def told(query="", on=END):
    listing = AgreementFilter(QueryDict(query), record=Record(on))
    asked = listing.values
    span = Span.of(on, asked.get("from"), asked.get("to"))
    return Timeline(chronicle.events_shown(listing, None, on), span, QueryDict(query))


# Which events


@pytest.mark.parametrize("query", ["", "state=FL", "county=12086", "state=FL&from=2025-03-01&to=2025-03-31"])
def test_timeline_draws_and_counts_what_it_lists(query):
    timeline = told(query)

    listed = list(timeline.events)
    assert len(listed) == timeline.total == len({event.pk for event in listed})
    assert timeline.drawing is not None
    assert timeline.drawing.count == timeline.count - timeline.unmarked == sum(count for _, _, count in timeline.key)
    assert timeline.total - timeline.count == timeline.older


def test_timeline_tells_nothing_of_the_desk_and_nothing_unconfirmed():
    events = list(told().events)

    assert not {event.kind for event in events} & UNTOLD
    assert not any(event.is_being_checked for event in events)
    assert all(event.latest for event in events)


def test_timeline_between_two_days_has_the_events_that_can_have_happened_then(client):
    agreement = make.make_agreement()
    inside = published(date(2025, 5, 7), agreement=agreement)
    published(date(2025, 4, 30), agreement=agreement)
    published(date(2025, 6, 1), agreement=agreement)
    month = published(agreement=agreement, earliest=date(2025, 4, 1), latest=date(2025, 5, 1))
    bound = published(agreement=agreement, earliest=None, latest=date(2025, 7, 1))

    shown = client.get(f"/timeline/?from=2025-05-01&to=2025-05-31&q={agreement.agency.name}").context

    assert {event.pk for event in shown["events"]} == {inside.pk, month.pk, bound.pk}
    # Each stands on the axis of the days that are asked for.
    assert shown["timeline"].drawing.count == 3
    assert {day.day for day in shown["timeline"].days} == {date(2025, 5, 7), date(2025, 5, 1), date(2025, 5, 31)}


def test_timeline_of_a_name_has_what_is_about_the_agency_itself():
    agency = make.make_agency(name="Zephyr Test Police")
    event = published(agency=agency, kind=EventKind.STATEMENT)

    assert [one.pk for one in told("q=zephyr+test").events] == [event.pk]
    # What has no agreement has no status that could be asked for.
    assert not told("q=zephyr+test&status=none").total


def test_timeline_of_another_day_ends_on_that_day():
    timeline = told("state=FL", on=date(2025, 4, 1))

    assert all(event.earliest is None or event.earliest <= date(2025, 4, 1) for event in timeline.events)
    assert timeline.span == Span(timelines.START, date(2025, 4, 1))
    # Before the axis would begin, it reaches back to the first event.
    assert told("state=FL", on=date(2020, 1, 1)).span.first is None


def test_events_of_a_county_come_each_once_and_from_an_index():
    county = County.objects.get(geoid="12086")
    agency = make.make_agency()
    agency.counties.add(county)
    agency.municipalities.add(*county.municipalities.all()[:3])
    event = published(agreement=make.make_agreement(agency=agency))

    found = [one.pk for one in chronicle.county_lists(county, date(2026, 5, 18), 200)["events"]]

    assert found.count(event.pk) == 1
    assert len(found) == len(set(found))


def test_timeline_of_too_many_events_says_so_and_lists_the_newest(client, monkeypatch):
    monkeypatch.setattr("agreements.timelines.MOST_DRAWN", 100)
    monkeypatch.setattr("agreements.views.timeline.MOST_DRAWN", 100)

    html = page(client, "/timeline/?state=FL")

    assert "more than 100 dated events" in text_of(html)
    assert "static-time" not in html
    assert html.count('class="when"') == PAGE_SIZE


def test_figure_of_too_many_events_is_empty_and_reads_none(client, monkeypatch):
    monkeypatch.setattr("agreements.timelines.MOST_DRAWN", 100)

    with CaptureQueriesContext(connection) as captured:
        response = client.get("/figures/timeline/")

    assert response.json() == {"data": [], "layout": {}}
    read = [query["sql"] for query in captured if 'FROM "agreements_event"' in query["sql"]]
    assert len(read) == 1
    assert "LIMIT 101" in read[0]


@pytest.mark.parametrize("url", ["/timeline/", "/figures/timeline/", "/"])
def test_axis_begins_no_earlier_than_what_happened(client, url):
    assert client.get(f"{url}?from=0001-01-01&county=12086").status_code == 200
    timeline = told("from=0001-01-01&county=12086")
    assert timeline.drawing is not None
    assert not timeline.older
    assert timeline._start == min(timelines.START, *(day.day for day in timeline.days))


# Marks and words


def test_every_mark_is_one_of_the_statuses_and_has_words_in_the_key():
    marks = {mark_of(kind) for kind in EventKind.values} - {""}

    assert marks <= MARKS.keys()
    assert marks - {mark_of(EventKind.CHECKED)} <= key_words(EventKind.values).keys()
    assert mark_of(EventKind.PENDING_LAPSED) in key_words([EventKind.PENDING_LAPSED])


@pytest.mark.parametrize("kind", [EventKind.STATEMENT, EventKind.CONTEXT, EventKind.STATE_WARNING, EventKind.OFF_LIST])
def test_event_that_moves_nothing_bears_no_mark(client, kind):
    event = published(kind=kind)

    html = page(client, event.agreement.get_absolute_url())

    assert mark_of(kind) == ""
    item = re.search(rf'<li id="{event.anchor}">.*?</li>', html, re.DOTALL)
    assert item is not None
    assert "#mark-" not in item[0]


def test_key_words_name_only_what_is_drawn():
    assert key_words([EventKind.SIGNED]) == {"signed": "Signed"}
    assert key_words([EventKind.VOTE_REINSTATED, EventKind.SIGNED])["signed"] == "Signed or restored"
    assert key_words(EventKind.values)["ended"] == "Ended, voided or left ICE’s list"


def test_notes_take_rare_kinds_first_and_only_known_days():
    def day(kind, count=1, one=1, is_exact=True, on=date(2025, 3, 7)):
        return Day(on, kind, count, one, is_exact)

    days = [
        day(EventKind.SIGNED, one=1),
        day(EventKind.SIGNED, one=2, on=date(2025, 4, 1)),
        day(EventKind.LAWSUIT_FILED, one=3),
        day(EventKind.DEPARTED, one=4, is_exact=False),
        day(EventKind.STATEMENT, one=5),
    ]

    chosen = worth_noting(days)

    assert [each.one for each in chosen] == [3, 2, 1]
    assert note_of(chosen[0], "South Miami") == "South Miami goes to court"
    assert note_of(day(EventKind.SIGNED, count=9), "x") == "9 agreements signed"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"count": 0}, "From February 1, 2025 to May 18, 2026, this record has no dated event in Ohio."),
        ({"count": 1, "agencies": 1}, "… this record has 1 dated event of 1 agency in Ohio."),
        ({"count": 2, "agencies": 0}, "… this record has 2 dated events in Ohio."),
        (
            {"count": 1234, "agencies": 2, "older": 1},
            "… this record has 1,234 dated events of 2 agencies in Ohio. 1 older event comes last.",
        ),
        ({"count": 0, "of": 5}, "… none of 5 dated events in Ohio passes these filters."),
        (
            {"count": 1, "of": 5, "agencies": 1},
            "… 1 of 5 dated events in Ohio passes these filters; it is of 1 agency.",
        ),
        (
            {"count": 3, "of": 5, "agencies": 2, "older": 7},
            "… 3 of 5 dated events in Ohio pass these filters; they are of 2 agencies. 7 older events come last.",
        ),
        ({"count": 0, "of": 0}, "… this record has no dated event in Ohio."),
        ({"first": None, "count": 1}, "Up to May 18, 2026, this record has 1 dated event in Ohio."),
        (
            {"first": date(2027, 1, 1), "count": 0},
            "This record ends May 18, 2026 which is before the days asked for.",
        ),
    ],
)
def test_answer_is_right_for_none_one_and_many(found, words):
    told = answer(Found(**{"place": "Ohio", "first": date(2025, 2, 1), "last": END, **found}))

    said = f"{told.before} {told.count} {told.rest}"
    assert said == words.replace("…", "From February 1, 2025 to May 18, 2026,")


# The page


def test_page_answers_first_and_announces_its_count(client):
    response = client.get("/timeline/?state=FL")

    timeline = response.context["timeline"]
    html = response.content.decode()
    assert f"<b>{timeline.count:,} dated events</b>" in html
    assert re.search(r"<p[^>]* data-announce>From February\s1, 2025 to May\s18, 2026, this record has", html)
    assert timeline.agencies < timeline.count


def test_page_of_no_state_is_that_of_the_country(client):
    context = client.get("/timeline/").context

    assert context["place"] == "the United States"
    assert context["page"].paginator.count > client.get("/timeline/?state=FL").context["page"].paginator.count


@pytest.mark.parametrize(
    ("query", "place"), [("county=12086", "Miami-Dade County, Florida"), ("state=DC", "the District of Columbia")]
)
def test_page_names_its_place(client, query, place):
    assert client.get(f"/timeline/?{query}").context["place"] == place


def test_page_says_for_how_many_events_a_mark_stands(client):
    response = client.get("/timeline/?state=FL")

    words = text_of(response.content.decode())
    for stack in response.context["timeline"].drawing.forms:
        assert stack.each > 1
        assert f"Each mark stands for up to {stack.each} events of one kind in a {stack.unit.name}." in words
    assert "Each mark is one event, stacked by week." in text_of(page(client, "/timeline/?county=12087"))


def test_page_says_that_a_month_is_drawn_in_its_middle_only_if_there_is_one(client):
    agreement = make.make_agreement()
    published(agreement=agreement)
    url = f"/timeline/?q={agreement.agency.name}"
    note = "Events of which only the month or a span of days is known stand in its middle."
    assert note not in text_of(page(client, url))

    published(agreement=agreement, earliest=date(2025, 3, 1), latest=date(2025, 3, 31))

    html = page(client, url)
    assert note in text_of(html)
    assert '<time datetime="2025-03">March 2025</time>' in html
    assert '<span class="prec">day not confirmed</span>' in html


def test_page_without_events_offers_the_nearest_views(client):
    response = client.get("/timeline/?county=12086&q=hialeah&from=2024-01-01&to=2024-01-31")

    nearest = response.context["nearest"]
    assert "No dated event passes these filters" in text_of(response.content.decode())
    assert nearest[0][:2] == ("on other days", "/timeline/?county=12086&q=hialeah")
    counts = [count for _, _, count in nearest]
    assert counts == sorted(set(counts))
    for _, address, count in nearest:
        assert client.get(address).context["page"].paginator.count == count


def test_page_with_a_bad_filter_says_so_and_shows_all(client):
    response = client.get("/timeline/?state=XX")

    assert response.status_code == 400
    assert response.context["page"].paginator.count == client.get("/timeline/").context["page"].paginator.count
    # What is announced are the errors, not the count of what is not filtered.
    assert re.findall(r"<(\w+)[^>]* data-announce>", response.content.decode()) == ["div"]


def test_page_of_no_such_page_says_so(client):
    response = client.get("/timeline/?county=12086&page=99")

    assert "There is no page “99”: this is page 2 of 2." in text_of(response.content.decode())
    assert len(response.context["page"]) > 0


def test_page_links_each_event_to_its_place_on_another_page(client):
    html = page(client, "/timeline/?county=12086")

    event = Event.objects.get(kind="lawsuit_filed", suit__is_about_duty_to_sign=True)
    assert f'href="/agreements/{event.agreement.public_id}/#e{event.pk}"' in html
    assert f'<li id="e{event.pk}">' in html


def test_page_says_where_sources_differ(client):
    event = published()
    citation = make.make_citation(event=event, is_used=False)
    make.make_claim(citation=citation)

    assert "Sources differ on the count of votes" in page(client, f"/timeline/?q={event.agreement.agency.name}")


def test_page_runs_the_same_queries_for_one_event_and_fifty(client):
    one, many = make.make_agreement(), make.make_agreement()
    published(agreement=one)
    for number in range(60):
        published(date(2025, 3, 1) + timedelta(days=number), agreement=many, kind=EventKind.SIGNED)

    (few, short), (full, long) = (queries_of(client, f"/timeline/?q={each.agency.name}") for each in (one, many))

    assert (len(short["page"]), len(long["page"])) == (1, PAGE_SIZE)
    assert few == full


@pytest.mark.parametrize(
    ("summary", "votes", "said"),
    [
        ("The commission voted 4-2 to sign.", (4, 2), "The commission voted 4–2 to sign."),
        ("The commission voted to sign.", (4, 2), "The commission voted to sign. Vote: 4–2."),
        ("A 14-2 vote, item 3.", (4, 2), "A 14–2 vote, item 3. Vote: 4–2."),
        ("Since 2025-03-07, form 287-12-1.", (None, None), "Since 2025-03-07, form 287-12-1."),
    ],
)
def test_event_gives_its_score_once_with_an_en_dash(client, summary, votes, said):
    event = published(summary=summary, votes_for=votes[0], votes_against=votes[1])

    html = page(client, event.agreement.get_absolute_url())

    item = re.search(rf'<li id="{event.anchor}">.*?<p class="src">', html, re.DOTALL)
    assert item is not None
    assert text_of(item[0]).replace(" .", ".").strip().endswith(said)


@pytest.mark.parametrize(("summary", "is_said"), [("A vote is set for June 3.", False), ("A vote is set.", True)])
def test_event_names_the_day_of_a_meeting_once(client, summary, is_said):
    event = published(summary=summary, kind=EventKind.VOTE_SCHEDULED, scheduled_for=date(2025, 6, 3))

    html = page(client, event.agreement.get_absolute_url())

    assert ("Meeting: June 3, 2025." in text_of(html)) == is_said


# The figure


def test_figure_is_that_of_the_page(client):
    drawing = client.get("/timeline/?county=12086").context["timeline"].drawing
    figure = client.get("/figures/timeline/?county=12086").json()

    for stack in drawing.forms:
        traces = [trace for trace in figure["data"] if trace["meta"]["layout"] == stack.form.name]
        points = {pair for trace in traces for pair in zip(trace["x"], trace["y"], strict=True)}
        assert points == {(mark.x, mark.y) for mark in stack.marks}
        assert (figure["layout"] if stack.form.name == "wide" else figure["layout"]["meta"]["narrow"])["height"]


def test_figure_points_lead_to_their_events(client):
    figure = client.get("/figures/timeline/?county=12087").json()
    event = Event.objects.get(kind="vote_rescinded")

    told = [point for trace in figure["data"] for point in trace["customdata"]]
    assert ["Key West", "Voided or rescinded, June 30, 2025", f"/agreements/A0317/#e{event.pk}"] in told


def test_figure_of_the_page_is_fetched_from_its_own_query(client):
    html = page(client, "/timeline/?state=FL&from=2025-03-01&page=2&as_of=2025-06-01")

    assert 'data-figure-url="/figures/timeline/?state=FL&amp;from=2025-03-01&amp;as_of=2025-06-01"' in html
    assert "application/json" not in html


def test_figure_of_many_events_tells_their_number(client, monkeypatch):
    monkeypatch.setattr("agreements.timelines.MOST_NAMED", 10)

    figure = client.get("/figures/timeline/?county=12086").json()

    name, sentence, url = figure["data"][0]["customdata"][0]
    assert re.fullmatch(r"\d+ events?", name)
    assert "in the week of" in sentence
    assert client.get(url).context["page"].paginator.count >= int(name.split()[0])


def test_figure_without_events_is_empty(client):
    assert client.get("/figures/timeline/?q=nowhereatall").json() == {"data": [], "layout": {}}


@pytest.mark.parametrize(("query", "field"), [("state=XX", "state"), ("to=soon", "to"), ("as_of=soon", "as_of")])
def test_figure_of_a_bad_query_says_what_is_wrong(client, query, field):
    response = client.get(f"/figures/timeline/?{query}")

    assert response.status_code == 400
    assert response.json()["errors"][field][0]["message"]


# Where the links lead


def subjects():
    """One of everything that an event can be about."""
    county = County.objects.get(geoid="12086")
    agency = Agency.objects.get(name="Hialeah Police Department")
    return {
        "agreement": agency.agreements.first(),
        "agency": agency,
        "municipality": Municipality.objects.get(key="1267550"),
        "county": county,
        "state": State.objects.get(code="FL"),
    }


@pytest.mark.parametrize("about", ["agreement", "agency", "municipality", "county", "state"])
@pytest.mark.parametrize("is_being_checked", [False, True])
def test_permalink_leads_to_a_page_that_holds_the_event(client, about, is_being_checked):
    # Long ago, so that what a county lists of its newest does not reach it.
    event = published(date(1999, 5, 7), **{about: subjects()[about]}, is_being_checked=is_being_checked)

    address, _, anchor = next(iter(timelines.named_points(Event.objects.filter(pk=event.pk)))).url.partition("#")

    assert anchor == event.anchor
    assert f'id="{anchor}"' in page(client, address)


def test_named_point_is_named_and_addressed_as_the_list_does():
    published(kind=EventKind.SIGNED, **{"county": County.objects.get(geoid="12086")})
    events = list(chronicle.happenings())

    points = {point.id: point for point in timelines.named_points(chronicle.happenings())}

    assert len(events) == len(points) > 3000
    for event in events:
        assert (points[event.pk].label, points[event.pk].url) == (chronicle.event_subject(event), event_url(event))


def test_county_lists_its_newest_and_links_to_all(client):
    context = client.get("/us/fl/miami-dade/").context
    total = client.get("/timeline/?county=12086").context["page"].paginator.count

    assert context["event_count"] == total
    assert len(context["events"]) < total
    assert not {event.kind for event in context["events"] if event.county_id is None} & UNTOLD


def test_page_of_one_subject_lists_no_more_than_it_can(client, monkeypatch):
    monkeypatch.setattr(chronicle, "MOST_LISTED", 3)
    agreement = make.make_agreement()
    for number in range(5):
        published(date(2025, 3, 1) + timedelta(days=number), agreement=agreement)

    assert page(client, agreement.get_absolute_url()).count('class="when"') == 3
