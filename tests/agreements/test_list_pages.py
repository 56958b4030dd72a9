"""The pages about ICE's lists, on the real record: the sheets, one sheet, what differs, and what ICE printed of one."""

import re
from datetime import date
from html import unescape

import pytest

from agreements import lists
from agreements.ice.findings import KINDS
from agreements.models import Agreement, Listing, Sheet
from agreements.printed import Printed, Together
from agreements.record import Record
from tests import factories as make
from tests.counting import queries_of

pytestmark = pytest.mark.django_db

END = date(2026, 5, 18)


def page(client, url, status=200):
    response = client.get(url)
    assert response.status_code == status, url
    return re.sub(r"\s+", " ", response.content.decode())


def text_of(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def sheets_of(name):
    return list(Sheet.objects.filter(list=name).in_time())


def hold(sheet):
    Sheet.objects.filter(pk=sheet.pk).update(held_because="40 of the 1,832 agreements are not on it.")


class TestSheets:
    def test_says_how_many_from_when_to_when_and_how_many_are_held(self, client):
        words = text_of(page(client, "/sheets/"))
        assert "holds 396 sheets of ICE’s two lists, published from February 21, 2025 to May 18, 2026." in words
        assert " held: kept, and not used." not in words

    def test_lists_every_sheet_once_newest_first(self, client):
        seen = [
            sheet.pk for number in range(1, 9) for sheet, _ in client.get(f"/sheets/?page={number}").context["rows"]
        ]
        assert seen == list(Sheet.objects.in_time().reverse().values_list("pk", flat=True))

    def test_row_says_day_list_rows_change_problems_and_file(self, client):
        words = text_of(page(client, "/sheets/"))
        assert "May 18, 2026 Morning Participating 1,843 +11 2 participatingAgencies05182026am.xlsx" in words

    def test_change_in_rows_is_against_the_one_before_of_the_same_list_whatever_is_shown(self, client):
        for name in ("participating", "pending"):
            several = sheets_of(name)
            change = {after.pk: after.rows - before.rows for before, after in zip(several, several[1:], strict=False)}
            first = client.get(f"/sheets/?list={name}&only=problems").context["rows"]
            assert first
            assert all(told == change.get(sheet.pk) for sheet, told in first)

    def test_first_of_a_list_has_no_change(self, client):
        words = text_of(page(client, "/sheets/?page=8"))
        assert words.count("First of its list") == 2

    def test_held_sheet_says_why_and_is_counted(self, client):
        hold(sheets_of("participating")[-1])
        words = text_of(page(client, "/sheets/"))
        assert "1 of them is held: kept, and not used." in words
        assert "Held. 40 of the 1,832 agreements are not on it." in words

    @pytest.mark.parametrize("query", ["list=pending", "list=participating", "only=problems", "list=pending&only=held"])
    def test_filters(self, client, query):
        hold(sheets_of("pending")[3])
        shown = [sheet for sheet, _ in client.get(f"/sheets/?{query}").context["rows"]]
        assert shown
        for sheet in shown:
            assert "list=" not in query or f"list={sheet.list}" in query
            assert "only=held" not in query or sheet.held_because
            assert "only=problems" not in query or sheet.problem_count

    def test_pages_keep_the_filter(self, client):
        assert 'href="?list=pending&amp;page=2"' in page(client, "/sheets/?list=pending")

    def test_none_held_says_so(self, client):
        assert "No sheet passes these filters: none is held." in text_of(page(client, "/sheets/?only=held"))

    @pytest.mark.parametrize("query", ["list=both", "only=good", "only=%00"])
    def test_bad_filter_is_said_and_all_sheets_are_shown(self, client, query):
        html = page(client, f"/sheets/?{query}", status=400)
        assert "Some filters could not be used" in html
        assert "396 sheets</h2>" in html

    def test_runs_the_same_queries_for_one_sheet_and_a_full_page(self, client):
        hold(sheets_of("pending")[3])
        (few, one), (many, full) = (queries_of(client, f"/sheets/?{query}") for query in ("only=held", "list=pending"))
        assert (len(one["rows"]), len(full["rows"])) == (1, 50)
        assert few == many


class TestSheet:
    def test_says_its_facts_and_its_problems(self, client):
        sheet = Sheet.objects.get(list="participating", order=396)
        words = text_of(page(client, "/sheets/participating/396/"))
        assert (
            "ICE’s participating list of May 18, 2026 "
            "This list has 1,843 rows; the one of May 14, 2026 had 1,832." in words
        )
        for fact in ("Morning", sheet.file_name, sheet.sha256, sheet.source.title):
            assert fact in words
        for problem in sheet.problems:
            reason = problem["reason"]
            said = reason[:1].upper() + reason[1:]
            assert f"{problem['row']} {problem['column']} {problem['value']} {said}" in words

    def test_says_what_differs_from_the_one_before(self, client):
        response = client.get("/sheets/participating/396/")
        assert {group.kind: len(group.entries) for group in response.context["groups"]} == {"new": 13, "absent": 2}
        words = text_of(response.content.decode())
        assert "Washington County Sheriff’s Office , MD Warrant Service Officer Signed March 10, 2025" in words
        assert "ICE gives no reasons, and not to be on a list is not by itself an ending." in words

    def test_shows_the_first_of_each_kind_and_leads_to_the_rest(self, client, monkeypatch):
        monkeypatch.setattr(lists, "ENTRIES_SHOWN", 5)
        html = page(client, "/sheets/participating/396/")
        assert 'href="?kind=new">All 13: New on the list' in html
        assert html.count('data-label="Program"') == 5 + 2
        assert page(client, "/sheets/participating/396/?kind=new").count('data-label="Program"') == 13

    def test_says_nothing_of_what_goes_without_saying(self, client):
        html = page(client, "/sheets/participating/396/")
        new, absent = html.partition('id="absent"')[::2]
        assert "Not on the list" not in html
        assert (new.count('data-label="Was"'), new.count('data-label="Is"')) == (0, 13)
        assert (absent.count('data-label="Was"'), absent.count('data-label="Is"')) == (2, 0)

    def test_leads_to_the_one_before_and_after_of_its_list(self, client):
        several = sheets_of("pending")
        html = page(client, f"/sheets/pending/{several[5].order}/")
        assert f'href="/sheets/pending/{several[4].order}/" rel="prev"' in html
        assert f'href="/sheets/pending/{several[6].order}/" rel="next"' in html

    def test_first_has_none_to_compare_it_with(self, client):
        html = page(client, f"/sheets/participating/{sheets_of('participating')[0].order}/")
        assert "there is none to compare it with" in html
        assert 'rel="prev"' not in html

    def test_after_a_held_one_is_compared_with_the_last_that_counts(self, client):
        *_, counted, held, last = sheets_of("participating")
        hold(held)
        assert client.get(f"/sheets/participating/{last.order}/").context["neighbours"][::2] == (held, counted)
        assert "This sheet is held: kept, and not used. 40 of the 1,832" in page(
            client, f"/sheets/participating/{held.order}/"
        )

    @pytest.mark.parametrize("name", ["participating", "pending"])
    def test_opens_for_every_tenth(self, client, name):
        for sheet in sheets_of(name)[::10]:
            page(client, f"/sheets/{name}/{sheet.order}/")

    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("/sheets/pending/396/", "no sheet of ICE’s pending list with the order 396"),
            ("/sheets/participating/99999999999/", "no sheet of ICE’s participating list with the order 99999999999"),
            ("/sheets/other/396/", "“other” is neither"),
        ],
    )
    def test_unknown_is_said_in_words(self, client, url, words):
        assert words in text_of(page(client, url, status=404))


class TestChanges:
    def test_without_days_compares_the_last_two_participating_days(self, client):
        words = text_of(page(client, "/changes/"))
        assert "From May 14, 2026 to May 18, 2026, ICE’s lists differ in 15 entries ." in words
        assert "participating: May 14, 2026 → May 18, 2026 ; pending: February 27, 2026 on both days." in words
        assert "New on the list 13" in words
        assert "No longer listed 2" in words

    def test_of_two_days_counts_each_kind(self, client):
        found = client.get("/changes/?from=2025-08-01&to=2025-09-01").context["groups"]
        assert {group.kind: len(group.entries) for group in found} == {
            "new": 12,
            "signed": 77,
            "returned": 1,
            "absent": 7,
            "redated": 6,
            "renamed": 12,
            "retyped": 4,
            "county": 2,
            "linked": 86,
            "both_lists": 1,
        }
        assert [group.kind for group in found] == [kind for kind in KINDS if kind in {group.kind for group in found}]

    def test_of_each_county_says_what_was_and_what_is(self, client):
        words = text_of(page(client, "/changes/?from=2025-08-01&to=2025-09-01&county=12086"))
        assert "participating: August 1, 2025 → August 29, 2025" in words
        assert (
            "City of Miami Police Department , FL Task Force Model Participating Pending on an earlier list "
            "Signed August 28, 2025" in words
        )
        assert "Miami Dade Sheriff's Office, FL Miami-Dade Sheriff's Office, FL" in words

    def test_of_a_state_holds_only_that_state(self, client):
        context = client.get("/changes/?from=2025-08-01&to=2025-09-01&state=FL").context
        entries = [entry for group in context["groups"] for entry in group.entries]
        assert context["total"] == len(entries) == 51
        assert {entry.agreement.agency.state.code for entry in entries} == {"FL"}

    def test_of_one_kind_is_whole_by_pages(self, client):
        url = "/changes/?from=2025-02-21&to=2026-05-18&kind=signed"
        html = page(client, url)
        assert "1–50 of " in html
        assert 'href="?from=2025-02-21&amp;to=2026-05-18&amp;kind=signed&amp;page=2"' in html
        last = client.get(f"{url}&page=18").context["page"]
        assert len(last) == 871 - 17 * 50

    def test_of_all_kinds_shows_the_first_of_each_and_leads_to_the_rest(self, client):
        html = page(client, "/changes/?from=2025-02-21&to=2026-05-18")
        assert 'href="?from=2025-02-21&amp;to=2026-05-18&amp;kind=signed">All 871: Signed, pending before' in html
        assert html.count("<tr><th scope=") < (lists.ENTRIES_SHOWN + 1) * len(KINDS)

    def test_of_one_and_the_same_day_says_that_nothing_differs(self, client):
        assert "The lists of these days do not differ" in page(client, "/changes/?from=2026-05-18&to=2026-05-18")

    def test_with_one_day_only_takes_the_other_from_the_record(self, client):
        assert "From May 1, 2026 to May 18, 2026" in page(client, "/changes/?from=2026-05-01")
        assert "From April 30, 2026 to May 1, 2026" in page(client, "/changes/?to=2026-05-01")

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("from=2020-01-01&to=2025-03-01", "The record of ICE’s lists begins February 21, 2025, so it is compared"),
            ("from=2020-01-01&to=2020-03-01", "nothing can be compared before that day."),
            ("to=2025-02-01", "nothing can be compared before that day."),
            ("to=2026-12-31", "The record ends May 18, 2026, so a later day cannot be shown."),
            ("from=2026-12-01&to=2026-12-31", "The record ends May 18, 2026, so a later day cannot be shown."),
        ],
    )
    def test_day_outside_the_record_is_said(self, client, query, words):
        assert words in text_of(page(client, f"/changes/?{query}"))

    def test_before_the_first_list_nothing_is_called_new(self, client):
        found = client.get("/changes/?from=2020-01-01&to=2025-02-21").context["groups"]
        assert found == []

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("from=yesterday", "From : Enter a valid date, such as 2025-03-07"),
            ("from=2025-09-01&to=2025-08-01", "To : This day is before the one in “From”."),
            ("state=ZZ", "State : There is no state “ZZ”."),
            ("county=99999", "There is no county 99999."),
            ("kind=gone", "What differs : Select a valid choice. gone"),
            ("county=%00", "There is no county"),
        ],
    )
    def test_bad_input_is_said_and_the_last_changes_are_shown(self, client, query, words):
        response = client.get(f"/changes/?{query}")
        assert response.status_code == 400
        assert words in text_of(response.content.decode())
        assert response.context["total"] == 15

    def test_runs_the_same_queries_for_one_entry_and_many(self, client):
        days = "from=2025-08-01&to=2025-09-01"
        (few, one), (many, all_of_them) = (
            queries_of(client, f"/changes/?{days}&county=12086&kind={kind}") for kind in ("signed", "renamed")
        )
        assert (one["total"], all_of_them["total"]) == (1, 2)
        assert few == many
        (few, one), (many, all_of_them) = (
            queries_of(client, f"/changes/?{days}&state={state}") for state in ("ID", "FL")
        )
        assert 0 < one["total"] < all_of_them["total"]
        assert few == many

    def test_leaves_out_what_is_merged(self, client):
        gone = client.get("/changes/").context["groups"][0].entries[0].agreement
        Agreement.objects.filter(pk=gone.pk).update(merged_into=make.make_agreement())
        assert client.get("/changes/").context["total"] == 14


class TestAgreementOnTheLists:
    def test_not_on_the_newest_list_is_said_of_every_such_agreement_in_force(self, client):
        newest = Sheet.objects.newest("participating")
        listed = set(Listing.objects.filter(last_sheet=newest).values_list("agreement", flat=True))
        missing = [one for one in Record(END).agreements if one.standing.is_in_force and one.pk not in listed]
        assert missing
        for agreement in missing:
            words = text_of(page(client, agreement.get_absolute_url()))
            assert re.search(
                r"Not on ICE’s list of May 18, 2026 ; last on that of \w+ \d+, \d{4} \. Not counted as", words
            )

    def test_on_the_newest_list_says_nothing_of_an_absence(self, client):
        hialeah = Agreement.objects.get(agency__name="Hialeah Police Department")
        words = text_of(page(client, hialeah.get_absolute_url()))
        assert "Not on ICE’s list" not in words
        assert "First on ICE’s pending list April 3, 2025" in words
        assert "First on ICE’s participating list July 3, 2025" in words
        assert "Last seen there May 18, 2026 Still listed" in words

    def test_prints_every_form_from_its_first_sheet_to_its_last(self, client):
        hialeah = Agreement.objects.get(agency__name="Hialeah Police Department")
        html = page(client, hialeah.get_absolute_url())
        listings = hialeah.listings.select_related("first_sheet", "last_sheet")
        assert len(listings) > 1
        for one in listings:
            for sheet in (one.first_sheet, one.last_sheet):
                assert f'href="/sheets/{sheet.list}/{sheet.order}/"' in html
        assert text_of(html).count("still listed") == 1

    def test_row_that_is_not_known_is_a_dash(self, client):
        hialeah = Agreement.objects.get(agency__name="Hialeah Police Department")
        hialeah.listings.update(row=None)
        assert 'data-label="Row on the first sheet" data-minor>–</td>' in page(client, hialeah.get_absolute_url())

    def test_of_an_earlier_day_knows_nothing_later(self, client):
        hialeah = Agreement.objects.get(agency__name="Hialeah Police Department")
        words = text_of(page(client, f"{hialeah.get_absolute_url()}?as_of=2025-05-01"))
        assert "First on ICE’s pending list April 3, 2025" in words
        assert "First on ICE’s participating list" not in words
        assert "2026" not in words.partition("What ICE printed")[2].partition("About this record")[0]

    def test_departed_and_signed_anew_is_told_by_its_day(self, client):
        franklin = Agreement.objects.get(public_id="A0025")
        words = text_of(page(client, franklin.get_absolute_url() + "?as_of=2025-09-01"))
        assert "Ended" in words
        assert "Last seen there August 1, 2025 Not on the list of August 29, 2025" in words
        assert "Last seen there May 18, 2026 Still listed" in text_of(page(client, franklin.get_absolute_url()))


class TestPrinted:
    """Hand-made sheets of two lists, later than the real ones."""

    def sheet(self, day, name, **values):
        return make.make_sheet(list=name, layout=name, published_on=date(2026, 6, day), is_settled=True, **values)

    def listing(self, first, last, agreement):
        return make.make_listing(first_sheet=first, last_sheet=last, agreement=agreement, form="a" * 32)

    def test_on_both_lists_as_they_stood_at_the_end_of_each_day(self):
        agreement = make.make_agreement()
        pending, signed = self.sheet(1, "pending"), self.sheet(3, "participating")
        again, without = self.sheet(5, "pending"), self.sheet(8, "pending")
        self.listing(pending, again, agreement)
        self.listing(signed, signed, agreement)
        found = Printed(agreement.listings.all(), date(2026, 6, 30))
        assert found.together == [Together(date(2026, 6, 3), date(2026, 6, 5))]
        assert (found.pending.first, found.pending.last, found.pending.is_listed) == (pending, again, False)
        assert found.participating.is_listed
        assert without.pk == found.newest["pending"].pk

    def test_left_one_list_for_the_other_on_one_day_is_not_on_both(self):
        agreement = make.make_agreement()
        pending = self.sheet(1, "pending")
        signed, _ = self.sheet(3, "participating"), self.sheet(3, "pending")
        self.listing(pending, pending, agreement)
        self.listing(signed, signed, agreement)
        assert Printed(agreement.listings.all(), date(2026, 6, 30)).together == []

    def test_held_sheet_moves_neither_first_nor_last(self):
        agreement = make.make_agreement()
        held = self.sheet(1, "participating", held_because="Too much is gone.")
        first, last = self.sheet(2, "participating"), self.sheet(3, "participating")
        self.listing(held, last, agreement)
        found = Printed(agreement.listings.all(), date(2026, 6, 30))
        assert (found.participating.first, found.participating.last) == (first, last)

    def test_page_says_from_when_to_when_it_is_on_both(self, client):
        agreement = make.make_agreement()
        sheets = Sheet.objects.that_count().in_time()
        pending, signed = sheets.filter(list="pending"), sheets.filter(list="participating")
        self.listing(pending.first(), pending.last(), agreement)
        self.listing(signed.filter(published_on="2026-04-01").get(), signed.last(), agreement)
        words = text_of(page(client, agreement.get_absolute_url()))
        assert "On both of ICE’s lists from April 1, 2026 to May 18, 2026" in words


class TestMerged:
    def test_agreement_leads_to_the_one_it_turned_out_to_be_and_is_listed_nowhere(self, client):
        kept = Agreement.objects.get(agency__name="Hialeah Police Department")
        merged = make.make_agreement(agency=kept.agency, program="wso", merged_into=kept)
        response = client.get(merged.get_absolute_url())
        assert (response.status_code, response["Location"]) == (301, kept.get_absolute_url())
        assert merged.public_id not in page(client, kept.get_absolute_url())
        assert merged.public_id not in page(client, kept.agency.get_absolute_url())
        assert merged not in Record(END).agreements
        rows = client.get("/agreements/?q=hialeah").context["rows"]
        assert [row.pk for row in rows] == [kept.pk]

    def test_agency_leads_to_the_one_it_turned_out_to_be_and_its_place_does_not_name_it(self, client):
        kept = Agreement.objects.get(agency__name="Hialeah Police Department").agency
        merged = make.make_agency(name="Hialeah PD", slug="hialeah-pd", merged_into=kept, placing_note="A short form.")
        merged.municipalities.set(kept.municipalities.all())
        response = client.get("/agencies/fl/hialeah-pd/")
        assert (response.status_code, response["Location"]) == (301, kept.get_absolute_url())
        assert "Hialeah PD" not in page(client, "/us/fl/miami-dade/hialeah/")

    def test_merged_agency_without_a_place_is_not_among_those_not_placed(self, client):
        kept = make.make_agency(name="Kept Police")
        make.make_agency(name="Merged Police", merged_into=kept, placing_note="Which place is not known.")
        assert "Merged Police" not in page(client, "/methodology/")


def test_methodology_says_how_lists_become_events_with_the_numbers_of_the_code(client):
    words = text_of(page(client, "/methodology/"))
    assert "once 10 further sheets and 30 days, both, have gone by without the row" in words
    assert "lacks more than 12 agreements and more than 2% of them" in words


@pytest.mark.parametrize("url", ["/changes/", "/sheets/"])
def test_home_leads_to_the_lists(client, url):
    assert f'href="{url}"' in page(client, "/")
