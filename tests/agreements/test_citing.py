"""How the pages cite themselves and name their sources, and how apostrophes are set."""

from datetime import date
from html import escape, unescape

import pytest
from django.template.loader import render_to_string

from agreements.meta import Meta
from agreements.models import Source
from agreements.models.source import SourceKind
from agreements.sources import Numbered
from agreements.templatetags.record import as_printed
from agreements.typesetting import curly, typeset

DAY = date(2026, 5, 18)


def numbered(title, kind=SourceKind.NEWS, day=None):
    return Numbered(1, Source(title=title, kind=kind, published_earliest=day, published_latest=day))


@pytest.mark.parametrize(
    ("title", "kind", "said"),
    [
        ("The vote", SourceKind.NEWS, "“The vote.”"),
        ("Do cities sign?", SourceKind.NEWS, "“Do cities sign?”"),
        ("Resolution No. 1", SourceKind.GOVERNMENT, "Resolution No. 1."),
        ("The city v. ICE, Inc.", SourceKind.COURT, "The city v. ICE, Inc."),
    ],
)
def test_source_has_quotation_marks_if_it_is_a_report_and_one_full_stop(title, kind, said):
    assert numbered(title, kind).title == said


def test_source_says_its_day_once():
    assert numbered("List of agencies, May 18, 2026", SourceKind.ICE_LIST, DAY).day == ""
    assert numbered("The vote", day=DAY).day == "May 18, 2026"
    assert numbered("The vote").day == "No date shown"


@pytest.mark.parametrize(
    ("site", "end"),
    [
        ("", "record as of May 18, 2026.</div>"),
        ("https://x.example", "https://x.example/us/?as_of=2026-05-18</span></div>"),
    ],
)
def test_citation_gives_an_address_only_if_others_can_follow_it(settings, site, end):
    settings.SITE_URL = site
    meta = Meta("United States").of_view("/us/", (), DAY, DAY, has_card=False)

    html = render_to_string("includes/cite.html", {"meta": meta, "on": DAY})

    assert end in html
    assert html.count('class="tools"') == 1


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("ICE's list", "ICE’s list"),
        ("the cities' vote", "the cities’ vote"),
        ("Land O' Lakes", "Land O’ Lakes"),
        ("5' tall, 'so'", "5' tall, 'so'"),
    ],
)
def test_apostrophes_are_curly_in_words_only(typed, printed):
    assert curly(typed) == printed
    assert typeset(escape(typed)) == escape(printed)


def test_typesetting_leaves_tags_and_what_ice_printed():
    tag = '<input value="ICE&#x27;s list, May 18, 2026">'
    cell = as_printed("Sheriff's Office <b>")

    assert typeset(tag) == tag
    assert unescape(typeset(f"<td>{cell}</td>")) == "<td>Sheriff's Office <b></td>"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("<p>May 18, 2026</p>", "<p>May\xa018, 2026</p>"),
        ("March 7, 2025, or September 30, 2025.", "March\xa07, 2025, or September\xa030, 2025."),
        ('<time title="May 1, 2026">May 1, 2026</time>', '<time title="May 1, 2026">May\xa01, 2026</time>'),
        ("Ward 18, 2026", "Ward 18, 2026"),
    ],
)
def test_dates_do_not_end_a_line_after_the_month(typed, printed):
    assert typeset(typed) == printed
