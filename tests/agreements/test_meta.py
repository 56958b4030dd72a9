"""What a page says about itself to search engines and to those who link to it."""

import json
import re
from datetime import date

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse

from agreements.meta import SITE_NAME, Meta, view_query

END = date(2026, 5, 18)
EARLIER = date(2025, 7, 4)


@pytest.fixture(autouse=True)
def site_url(settings):
    settings.SITE_URL = "https://tracker.example.org"
    settings.PUBLISHER_NAME = ""


def at(path, query="", on=END, has_card=False, **kwargs):
    """The head of a view at that address, of a page that reads county and q."""
    pairs = view_query(QueryDict(query), ["county", "q"])
    return Meta(**kwargs).of_view(path, pairs, on, END, has_card)


def head(meta):
    return render_to_string("includes/head.html", {"meta": meta})


def test_meta_canonical_of_the_newest_day_is_the_plain_address():
    assert at("/us/fl/").canonical == "https://tracker.example.org/us/fl/"


def test_meta_canonical_of_another_day_keeps_the_day():
    assert at("/us/fl/", on=EARLIER).canonical == "https://tracker.example.org/us/fl/?as_of=2025-07-04"


def test_meta_canonical_keeps_what_filters_and_drops_what_does_not():
    meta = at("/agreements/", "utm_source=x&sort=-place&q=&county=12086&page=1")

    assert meta.canonical == "https://tracker.example.org/agreements/?county=12086"


def test_meta_canonical_has_one_order_whatever_the_order_of_the_query():
    one = at("/agreements/", "page=2&q=a%26b&county=12086").canonical

    assert one == at("/agreements/", "county=12086&q=a%26b&page=02").canonical
    assert one.endswith("/agreements/?county=12086&q=a%26b&page=2")


@pytest.mark.parametrize("page", ["", "0", "-1", "last", "²", "1e3"])
def test_meta_canonical_ignores_a_page_that_is_none(page):
    assert at("/agreements/", f"page={page}").query == ()


def test_meta_permalink_pins_the_day_even_if_it_is_the_newest():
    assert at("/us/fl/").permalink == "https://tracker.example.org/us/fl/?as_of=2026-05-18"
    assert at("/us/fl/", on=EARLIER).permalink == "https://tracker.example.org/us/fl/?as_of=2025-07-04"


@pytest.mark.parametrize(
    ("query", "on", "is_indexed"),
    [("", END, True), ("sort=place", END, True), ("q=x", END, False), ("page=2", END, False), ("", EARLIER, False)],
)
def test_meta_only_the_plain_address_is_for_search_engines(query, on, is_indexed):
    meta = at("/agreements/", query, on)

    assert meta.is_indexed == is_indexed
    assert ('content="noindex"' in head(meta)) != is_indexed


def test_meta_title_ends_with_the_site_unless_there_is_none():
    assert Meta("Florida").full_title == f"Florida · {SITE_NAME}"
    assert Meta().full_title == SITE_NAME


def test_head_gives_the_pages_own_share_card_of_the_day():
    meta = at("/us/fl/", on=EARLIER, has_card=True, title="Florida", description="1 of 2 have signed.")

    html = head(meta)

    assert '<meta property="og:image" content="https://tracker.example.org/us/fl/card.png?as_of=2025-07-04">' in html
    assert '<meta property="og:image:alt" content="Florida. 1 of 2 have signed.">' in html
    assert '<meta name="twitter:card" content="summary_large_image">' in html


def test_head_of_a_page_without_a_card_gives_the_countrys():
    assert at("/timeline/").card_url == f"https://tracker.example.org{reverse('card')}"


def test_head_without_the_sites_address_gives_no_address(settings):
    settings.SITE_URL = ""

    html = head(at("/us/fl/", has_card=True))

    assert not re.search("canonical|og:url|og:image|twitter", html)


@pytest.mark.parametrize(
    ("description", "summary"),
    [
        ("One. Two.", "One. Two."),
        (f"{'a ' * 100}. {'b ' * 100}.", f"{'a ' * 100}."),
        (f"{'a ' * 100}. U.S. {'b ' * 100}.", f"{'a ' * 100}."),
        ("ab " * 200, f"{('ab ' * 106).strip()}…"),
    ],
)
def test_meta_summary_ends_with_a_sentence_or_a_word(description, summary):
    assert Meta("", description).summary == summary


def test_head_escapes_what_names_have_in_them():
    name = '</script><script>alert("1")</script>'

    html = head(at("/us/fl/", title=name, description=name, crumbs=((name, "/"),)))

    assert "<script>" not in html
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, flags=re.DOTALL)
    assert json.loads(block)["itemListElement"][0]["name"] == name


def test_head_lists_the_crumbs_for_machines():
    meta = at("/us/fl/", crumbs=(("United States", "/"), ("Florida", "/us/fl/")))

    [crumbs] = [json.loads(block) for block in meta.json_ld]

    assert crumbs["@type"] == "BreadcrumbList"
    assert [(item["position"], item["name"], item["item"]) for item in crumbs["itemListElement"]] == [
        (1, "United States", "https://tracker.example.org/"),
        (2, "Florida", "https://tracker.example.org/us/fl/"),
    ]


def test_dataset_says_what_is_known_and_nothing_else():
    [dataset] = [json.loads(block) for block in at("/", is_dataset=True).json_ld]

    assert dataset["@type"] == "Dataset"
    assert dataset["dateModified"] == "2026-05-18"
    assert dataset["temporalCoverage"] == "../2026-05-18"
    assert 50 <= len(dataset["description"]) <= 5000
    assert not {"license", "creator"} & dataset.keys()


def test_dataset_names_the_publisher_once_one_is_set(settings):
    settings.PUBLISHER_NAME = "The Example"

    [dataset] = [json.loads(block) for block in at("/", is_dataset=True).json_ld]

    assert dataset["creator"] == {"@type": "Organization", "name": "The Example"}


def test_cite_names_title_day_and_pinned_address():
    html = render_to_string("includes/cite.html", {"meta": at("/us/fl/", title="Florida"), "on": END})

    words = re.sub(r"<[^>]+>", "", html)
    assert (
        "287(g) Tracker, “Florida,” record as of May 18, 2026, https://tracker.example.org/us/fl/?as_of=2026-05-18"
        in words
    )


def test_meta_permalink_pins_the_days_that_a_view_compares():
    pinned = (("from", "2026-05-15"), ("to", "2026-05-18"))
    meta = Meta("", pinned=pinned).of_view("/changes/", [("kind", "new"), ("from", "2020-01-01")], END, END, False)

    assert meta.permalink == "https://tracker.example.org/changes/?kind=new&from=2026-05-15&to=2026-05-18"
