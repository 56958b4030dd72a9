"""The pages of text, the frame around every page, and the pages of errors."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from agreements.kinds import STATUS_MEANINGS, Program, Status
from agreements.models import Sheet

TEXT_PAGES = ["/about/", "/methodology/", "/glossary/", "/corrections/", "/accessibility/"]
WITHOUT_DATABASE = ["/glossary/", "/accessibility/"]


class Outline(HTMLParser):
    """The ids, headings and inner links of a page."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.headings, self.links = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "a":
            self.links.append(given["href"])


def html_of(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def words_of(html):
    html = re.sub(r"<script.*?</script>|<style.*?</style>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.mark.django_db
class TestPages:
    """What holds for every page of text."""

    @pytest.mark.parametrize("path", TEXT_PAGES)
    def test_page_has_one_heading_of_its_own_and_skips_no_level(self, client, path):
        outline = Outline(html_of(client, path))

        assert outline.headings.count(1) == 1
        assert all(after - before <= 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))
        assert len(outline.ids) == len(set(outline.ids))

    @pytest.mark.parametrize("path", TEXT_PAGES)
    def test_page_links_to_nothing_that_is_not_there(self, client, path):
        outline = Outline(html_of(client, path))

        for link in outline.links:
            target, _, anchor = link.partition("#")
            if link.startswith(("mailto:", "https:")):
                continue
            try:
                resolve(target or path)
            except Resolver404:
                pytest.fail(f"{path} links to {link}")
            if anchor and target in ["", *TEXT_PAGES]:
                assert anchor in Outline(html_of(client, target or path)).ids, link

    @pytest.mark.parametrize("path", TEXT_PAGES)
    def test_page_has_a_title_and_a_description_of_its_own(self, client, path):
        html = html_of(client, path)

        title = re.search(r"<title>(.*?)</title>", html)[1]
        description = re.search(r'<meta name="description" content="(.*?)">', html)[1]
        others = "".join(html_of(client, other) for other in TEXT_PAGES if other != path)
        assert title.endswith(" · 287(g) Tracker")
        assert f"<title>{title}</title>" not in others
        assert description not in others

    def test_current_page_is_marked_in_the_navigation(self, client):
        html = html_of(client, "/about/")

        assert re.findall(r'<a href="([^"]*)" aria-current="page">', html) == ["/about/"]


@pytest.mark.parametrize("path", WITHOUT_DATABASE)
def test_text_needs_no_database(client, path):
    """The test has no access to one: a query would fail it."""
    assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_methodology_explains_every_status_with_its_mark(client):
    html = html_of(client, "/methodology/")

    for status in Status:
        assert f'href="#mark-{status.value}"' in html
        assert f"<span>{status.label}</span><p>{STATUS_MEANINGS[status]}</p>" in html


@pytest.mark.django_db
def test_methodology_says_how_sure_a_date_is_in_the_words_of_the_record(client):
    html = html_of(client, "/methodology/")

    assert '<time datetime="2025-03">March 2025, day not confirmed</time>' in html
    assert '<time datetime="2025">2025, month not confirmed</time>' in html
    assert "<dd>On or before July\xa01, 2025</dd>" in html


def test_glossary_explains_each_program_and_status_in_use(client):
    words = words_of(html_of(client, "/glossary/"))

    for label in [*(program.label for program in Program if program), *("Active", "Signed", "Declined", "Ended")]:
        assert f" {label} " in words
    assert "8 U.S.C. § 1357(g)" in words


@pytest.mark.django_db
def test_about_counts_the_sheets_of_the_record(client):
    words = words_of(html_of(client, "/about/"))

    assert f"{Sheet.objects.count():,} sheets , published from" in words


@pytest.mark.django_db
def test_about_names_no_publisher_unless_one_is_set(client, settings):
    settings.PUBLISHER_NAME = ""
    unnamed = words_of(html_of(client, "/about/"))
    settings.PUBLISHER_NAME = "The Example & Co"
    named = words_of(html_of(client, "/about/"))

    assert "has not named a publisher" in unnamed
    assert "Published by" not in unnamed
    assert "Published by The Example & Co." in named


@pytest.mark.parametrize("path", ["/corrections/", "/accessibility/"])
@pytest.mark.django_db
def test_reports_go_to_the_address_that_is_set(client, settings, path):
    settings.CONTACT_EMAIL = ""
    without = html_of(client, path)
    settings.CONTACT_EMAIL = "desk@example.org"
    given = html_of(client, path)

    assert "mailto:" not in without
    assert "has not set an address" in without
    assert '<a href="mailto:desk@example.org">' in given


class TestErrors:
    """The pages of errors stand without the database, which may be what failed."""

    def test_not_found_offers_the_look_up_and_ways_on(self, client):
        html = html_of(client, "/nowhere/", 404)

        assert "There is no page at this address" in html
        assert '<form class="lookup" role="search" action="/find/"' in html
        assert {"/", "/agreements/", "/timeline/"} <= set(Outline(html).links)

    def test_error_page_is_made_without_a_context(self):
        html = render_to_string("500.html")

        assert "<h1>Something went wrong</h1>" in html
        assert "<title>Something went wrong · 287(g) Tracker</title>" in html


@pytest.mark.parametrize("path", WITHOUT_DATABASE)
def test_frame_has_its_landmarks_and_one_line_to_announce_in(client, path):
    html = html_of(client, path)

    assert '<html lang="en">' in html
    for landmark in ("<header", '<nav class="nav" aria-label="Main"', "<main", "<footer"):
        assert html.count(landmark) == 1
    assert html.count('role="status"') == 1
    assert '<p class="vh" role="status" id="announce"></p>' in html
    assert html.index('<a class="skip" href="#main">') < html.index("<header")
