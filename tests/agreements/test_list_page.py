"""The list of agreements: its answer, filter, order and pages, with and without results."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from agreements.filters import AgreementListFilter
from agreements.listing import PAGE_SIZE
from agreements.record import Record, record_end
from municipalities.models import County, Municipality, State
from tests import factories as make

pytestmark = pytest.mark.django_db

LIST = "/agreements/"


def html_of(client, query="", status=200):
    response = client.get(f"{LIST}{query}")
    assert response.status_code == status
    return response.content.decode()


def text_of(html):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)))


def agreement(name, *, kind="signed", day=date(2025, 3, 7), places=(), counties=(), **values):
    """A made agreement that stands by one published event of that kind."""
    agency_values = {one: values.pop(one) for one in ("state", "kind_of_agency") if one in values}
    agency = make.make_agency(
        name=name,
        kind=agency_values.pop("kind_of_agency", "municipal_police"),
        **agency_values,
    )
    agency.municipalities.add(*places)
    agency.counties.add(*counties)
    made = make.make_agreement(agency=agency, **values)
    event(made, kind, day)
    return made


def event(of, kind, day, **values):
    made = make.make_event(agreement=of, kind=kind, earliest=day, latest=day, publication="published", **values)
    make.make_citation(event=made, is_used=True)
    return made


@pytest.fixture
def zembla():
    """Three agreements that no list of ICE's has, found by the word Zemblan: a city's, a sheriff's, a campus's."""
    county = County.objects.get(geoid="12087")
    return [
        agreement("Zemblan City Police", places=[Municipality.objects.get(name="Marathon", state__code="FL")]),
        agreement("Zemblan Sheriff", kind_of_agency="sheriff", counties=[county], day=date(2025, 6, 1), program="wso"),
        agreement("Zemblan Campus", kind="declined", kind_of_agency="campus", counties=[county], day=date(2025, 1, 5)),
    ]


def names(client, query):
    return [row.agency for row in client.get(f"{LIST}?q=zemblan&{query}").context["rows"]]


def test_list_answers_in_its_first_sentence(client, zembla):
    words = text_of(html_of(client, "?q=zemblan&status=signed"))
    assert (
        "2 of the 3 agreements with “zemblan” in a name are signed: 1 of municipalities’ own agencies, "
        "1 of county, campus, state and other agencies." in words
    )


def test_list_without_a_filter_counts_what_is_in_force(client):
    record = Record(record_end())
    in_force = record.periods.filter(status__in=["active", "signed"]).count()
    assert f"{in_force:,} of the {record.periods.count():,} agreements in this record" in text_of(html_of(client))


def test_list_of_an_earlier_day_counts_what_was_in_force(client):
    record = Record(date(2025, 4, 1))
    in_force = record.periods.filter(status__in=["active", "signed"]).count()
    words = text_of(html_of(client, "?as_of=2025-04-01"))
    assert f"As of April 1, 2025, {in_force:,} of the {record.periods.count():,} agreements" in words


def test_list_shows_municipalities_first_under_headings(client, zembla):
    html = html_of(client, "?q=zemblan")
    assert names(client, "") == ["Zemblan City Police", "Zemblan Campus", "Zemblan Sheriff"]
    assert html.index("Cities, towns and villages</h3>") < html.index("Beside them: county")
    assert html.count('<span class="sort-by">') == 1  # one row of links that sort, though there are two tables


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("agency", ["Zemblan Campus", "Zemblan City Police", "Zemblan Sheriff"]),
        ("-agency", ["Zemblan Sheriff", "Zemblan City Police", "Zemblan Campus"]),
        ("since", ["Zemblan Campus", "Zemblan City Police", "Zemblan Sheriff"]),
        ("-since", ["Zemblan Sheriff", "Zemblan City Police", "Zemblan Campus"]),
        ("-status", ["Zemblan Campus", "Zemblan Sheriff", "Zemblan City Police"]),
        ("-program", ["Zemblan Sheriff", "Zemblan City Police", "Zemblan Campus"]),
    ],
)
def test_list_sorted_by_a_column(client, zembla, sort, found):
    assert names(client, f"sort={sort}") == found


def test_list_sorted_is_one_table_that_says_of_which_kind_each_is(client, zembla):
    html = html_of(client, "?q=zemblan&sort=-since")
    assert html.count("<table") == 1
    assert re.findall(r'aria-sort="(\w+)"', html) == ["descending"]
    assert 'href="?q=zemblan&amp;sort=since">Since<span aria-hidden="true"> ↓</span></a>' in html
    words = text_of(html)
    assert "Zemblan SheriffSheriff" in words
    assert "Zemblan City PoliceMunicipal police" in words
    assert "sorted by day, the newest first" in words


def test_list_sorts_by_the_newest_day_at_the_first_click(client):
    assert 'href="?sort=-since">Since</a>' in html_of(client)
    assert 'href="?sort=status">Status</a>' in html_of(client, "?page=2")  # from the first page on


def test_list_pages_lead_on_and_back(client):
    total = client.get(LIST).context["total"]
    last = -(-total // PAGE_SIZE)
    assert last > 4
    first = html_of(client)
    assert f"1–{PAGE_SIZE} of {total:,}" in text_of(first)
    assert '<a href="?page=2" rel="next">Next</a>' in first
    assert f'<a href="?page={last}">Last</a>' in first
    assert 'rel="prev"' not in first
    second, third, end = (html_of(client, f"?page={number}") for number in (2, 3, last))
    assert '<a href="/agreements/" rel="prev">Previous</a>' in second
    assert '<a href="/agreements/">First</a>' in third
    assert 'rel="next"' not in end


@pytest.mark.parametrize(
    ("page", "number"), [("abc", 1), ("0", 1), ("-3", 1), ("99999", None), ("2.5", 1), ("%00", 1), ("9" * 5000, None)]
)
def test_list_shows_the_nearest_page_and_says_so(client, page, number):
    response = client.get(f"{LIST}?page={page}")
    shown = response.context["page"]
    assert shown.number == (number or shown.paginator.num_pages)
    assert f"this is page {shown.number} of {shown.paginator.num_pages}" in text_of(response.content.decode())


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("status=banana", "id_status-0", "There is no status “banana”."),
        ("county=99999", "id_county", "There is no county 99999."),
        ("state=XX", "id_state", "There is no state “XX”."),
        ("state=%00", "id_state", "There is no state"),
        ("program=x", "id_program-0", "There is no program “x”."),
        ("from=2025-13-01", "id_from", "Enter a valid date, such as 2025-03-07: “2025-13-01” is none."),
        ("to=%00", "id_to", "Enter a valid date"),
        ("from=2025-07-01&to=2025-03-01", "id_to", "This day is before the one in “Events from”."),
        ("q=%00", "id_q", "Null characters are not allowed."),
        ("q=" + "x" * 201, "id_q", "Use at most 200 characters; these are 201."),
        ("state=FL&state=TX", "id_state", "Only one can be used here; the address gives 2."),
        ("q=a&q=b", "id_q", "Only one can be used here"),
        ("sort=foo", "id_sort", "A list cannot be sorted by “foo”"),
    ],
)
def test_list_with_a_bad_value_says_where_and_shows_all(client, query, field, words):
    response = client.get(f"{LIST}?{query}")
    html = response.content.decode()
    assert response.status_code == 400
    summary = html[html.index('id="filter-errors"') : html.index('<details class="filters" open>')]
    assert f'<a href="#{field}">' in summary
    assert f'id="{field}"' in html[html.index("<details") :]
    assert words in unescape(summary)
    assert "What is shown below is not filtered." in summary
    assert response.context["total"] == Record(record_end()).periods.count()


def test_list_puts_the_message_beside_its_field_and_keeps_the_values(client):
    html = html_of(client, "?from=2025-13-01&q=hialeah&status=signed", status=400)
    field = re.search(r'<input[^>]*id="id_from"[^>]*>', html)[0]
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_from-hint id_from-error"' in field
    assert 'type="text"' in field  # a date field would show nothing of what was written
    assert 'value="2025-13-01"' in field
    assert 'id="id_from-error"' in html
    assert 'value="hialeah"' in html
    assert 'value="signed" checked' in html


def test_list_as_of_a_day_that_cannot_be_read_says_so(client):
    words = text_of(html_of(client, "?as_of=tomorrow", status=400))
    assert "The day asked for cannot be read" in words


def test_list_offers_counties_of_the_chosen_state_only(client):
    assert "Choose a state first" in html_of(client)
    html = html_of(client, "?state=GA")
    assert 'label for="id_county">County in Georgia<' in html
    offered = set(re.findall(r'<option value="(\d{5})"', html))
    assert offered == set(County.objects.filter(state__code="GA").values_list("geoid", flat=True))


def test_list_of_a_county_shows_its_state_as_chosen(client):
    html = html_of(client, "?county=12087")
    assert '<option value="FL" selected>' in html
    assert '<option value="12087" selected>' in html
    assert "State: " not in text_of(html).split("The list")[0].split("Clear all")[1]


def test_list_of_a_county_of_another_state_says_so_and_offers_both(client, zembla):
    html = html_of(client, "?state=GA&county=12087")
    words = text_of(html)
    assert "Monroe County is in Florida, not in Georgia." in words
    assert 'href="?state=GA"' in html
    assert 'href="?county=12087"' in html
    assert '<option value="12087" selected>Monroe County, FL</option>' in html


def test_list_names_its_filters_with_links_that_remove_them(client):
    html = html_of(
        client, "?status=signed&state=FL&status=pending&county=12087&from=2025-03-01&page=2&as_of=2026-01-01"
    )
    words = text_of(html)
    for filtered in ("State: Florida", "County: Monroe County, FL", "Status: Signed", "Events from: March 1, 2025"):
        assert f"{filtered} Remove {filtered}" in words
    # In one order, without the page; and no county stays behind its state.
    assert 'href="?state=FL&amp;county=12087&amp;status=pending&amp;from=2025-03-01&amp;as_of=2026-01-01"' in html
    assert 'href="?status=signed&amp;status=pending&amp;from=2025-03-01&amp;as_of=2026-01-01"' in html
    assert html.count('href="/agreements/?as_of=2026-01-01">Clear all</a>') == 2
    assert '<input type="hidden" name="as_of" value="2026-01-01">' in html


def test_list_before_the_record_begins_keeps_the_day_that_it_shows(client):
    html = html_of(client, "?state=FL&as_of=2024-01-01")

    assert '<input type="hidden" name="as_of" value="2025-02-21">' in html
    assert html.count('href="/agreements/?as_of=2025-02-21">Clear all</a>') == 2


def test_list_keeps_its_order_when_a_filter_is_applied(client):
    assert '<input type="hidden" name="sort" id="id_sort" value="-since">' in html_of(client, "?sort=-since")
    assert "Remove Order" not in text_of(html_of(client, "?sort=-since"))


def test_list_without_results_says_why_and_offers_what_is_near(client, zembla):
    html = html_of(client, "?q=zemblan&county=12087&status=pending")
    words = text_of(html)
    assert "No agreement passes these filters" in words
    assert 'href="?county=12087&amp;q=zemblan">3 agreements in Monroe County, Florida, with “zemblan” in a name' in html
    assert 'href="/find/?q=zemblan"' in html


def test_list_without_results_says_what_follows_for_the_places(client):
    county = County.objects.get(geoid="12087")
    words = text_of(html_of(client, "?county=12087&status=unchecked&status=none"))
    if "No agreement passes" in words:
        assert "a place of which none is known is not in it" in words
    words = text_of(html_of(client, "?county=12087&status=court"))
    assert (
        f"Monroe County has {county.municipalities.count()} municipalities; none is recorded as Before a court."
        in words
    )
    assert 'href="/us/fl/monroe/"' in html_of(client, "?county=12087&status=court")


def test_list_without_results_claims_nothing_of_places_where_more_is_asked(client):
    words = text_of(html_of(client, "?county=12087&status=signed&q=qqqq"))
    assert "No agreement passes these filters" in words
    assert "is recorded as" not in words


def test_list_without_results_offers_each_filter_alone_where_none_can_be_spared(client, zembla):
    html = html_of(client, "?q=zemblan&from=2020-01-01&to=2020-02-01&state=TX")
    assert 'href="?q=zemblan">3 agreements with “zemblan” in a name' in html


def test_list_without_results_runs_a_bounded_number_of_queries(client, zembla):
    every = "?q=zemblan&from=2020-01-01&to=2020-02-01&state=TX&county=48201&status=pending&program=jem"
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{LIST}{every}")
    assert len(queries) <= 40


def test_list_notes_what_was_voided_and_restored(client):
    row = agreement("Zemblan Keys Police", day=date(2025, 3, 5))
    event(row, "vote_rescinded", date(2025, 6, 30))
    event(row, "vote_reinstated", date(2025, 7, 8))
    words = text_of(html_of(client, "?q=zemblan+keys"))
    assert "Voided June 30, restored July 8, 2025" in words
    assert "Voided" not in text_of(html_of(client, "?q=zemblan+keys&as_of=2025-07-01"))


def test_list_notes_what_is_being_checked_and_what_sources_differ_on(client):
    row = agreement("Zemblan Shore Police", day=date(2025, 3, 5))
    event(row, "ended", date(2025, 9, 1), is_being_checked=True)
    other = make.make_citation(event=row.events.get(kind="signed"), is_used=False)
    make.make_claim(citation=other, field="day", value="", earliest=date(2025, 3, 4), latest=date(2025, 3, 4))
    words = text_of(html_of(client, "?q=zemblan+shore"))
    assert "Later report being checked" in words
    assert "Sources differ on the date" in words
    assert "being checked" not in text_of(html_of(client, "?q=zemblan+shore&as_of=2025-08-01"))


def test_list_links_to_its_view_with_the_day(client):
    assert re.search(
        r'href="[^"]*/agreements/\?status=signed&amp;as_of=\d{4}-\d\d-\d\d">Link to this view',
        html_of(client, "?status=signed&sort=since"),
    )


def test_list_marks_what_is_swapped_and_what_is_announced(client):
    html = html_of(client)
    assert set(re.findall(r'id="([\w-]+)" data-swap', html)) >= {"answer", "filters", "results"}
    assert html.count("data-announce") == 1
    # Nothing else is read out where the filters could not be used.
    assert html_of(client, "?state=XX", status=400).count("data-announce") == 1


def test_text_that_is_markup_stays_text(client):
    html = html_of(client, "?q=%3Cscript%3Ealert(1)%3C/script%3E%7Bx%7D")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{x}" in html


@pytest.mark.parametrize(
    ("query", "queries"), [("", 1), ("state=TX", 2), ("state=TX&county=48201", 3), ("county=48201", 3)]
)
def test_filter_form_reads_little(query, queries):
    request = RequestFactory().get(f"{LIST}?{query}")
    with CaptureQueriesContext(connection) as ran:
        listing = AgreementListFilter(request.GET, record=Record(date(2026, 5, 18)))
        html = render_to_string("includes/filter_form.html", {"filter": listing, "request": request})
    assert len(ran) == queries
    assert html.count("<option") == 1 + State.objects.count() + (query != "") * (
        1 + County.objects.filter(state__code="TX").count()
    )
