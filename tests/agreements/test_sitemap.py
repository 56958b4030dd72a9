"""What search engines are told of the site."""

import re
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from agreements.models import Agency, Agreement
from agreements.views import sitemaps
from municipalities.models import County, Municipality

BASE = "https://tracker.example.org"
XML = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture(autouse=True)
def site_url(settings):
    settings.SITE_URL = BASE


def locations(client, path, status=200):
    """The addresses of a sitemap, without the site's own name."""
    response = client.get(path)
    assert response.status_code == status
    assert response["Content-Type"] == "application/xml"
    found = [one.text for one in ElementTree.fromstring(response.content).iterfind(".//s:loc", XML)]
    assert all(one.startswith(f"{BASE}/") for one in found)
    return [one.removeprefix(BASE) for one in found]


def test_robots_leave_the_admin_alone_and_find_the_sitemap(client):
    text = client.get("/robots.txt").content.decode()

    assert "Disallow: /admin/" in text.splitlines()
    assert f"Sitemap: {BASE}/sitemap.xml" in text.splitlines()
    assert not re.search(r"^Disallow: /$", text, flags=re.MULTILINE)


def test_robots_name_no_sitemap_without_the_sites_address(client, settings):
    settings.SITE_URL = ""

    assert "Sitemap" not in client.get("/robots.txt").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemaps/site.xml", "/sitemaps/fl/places-1.xml"])
def test_sitemap_without_the_sites_address_is_not_found(client, settings, path):
    settings.SITE_URL = ""

    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_sitemap_lists_every_page_once(client):
    listed = [path for part in locations(client, "/sitemap.xml") for path in locations(client, part)]

    assert len(listed) == len(set(listed))
    places = [path for path in listed if path.startswith("/us/")]
    states = {path for path in places if path.count("/") == 3}
    assert len(places) - len(states) == County.objects.count() + Municipality.objects.count()
    assert {"/us/fl/", "/us/fl/miami-dade/", "/us/fl/miami-dade/south-miami/"} <= set(places)
    assert sum(path.startswith("/agencies/") for path in listed) == Agency.objects.standing_alone().count()
    agreements = [path for path in listed if re.fullmatch("/agreements/A[0-9]+/", path)]
    assert len(agreements) == Agreement.objects.standing_alone().count()


@pytest.mark.django_db
def test_sitemap_lists_no_page_that_asks_not_to_be_indexed(client):
    for path in locations(client, reverse("sitemap-site")):
        html = client.get(path).content.decode()
        assert 'content="noindex"' not in html, path
        assert f'<link rel="canonical" href="{BASE}{path}">' in html, path


@pytest.mark.django_db
def test_sitemap_is_cut_into_parts(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "SITEMAP_SIZE", 2)

    parts = [part for part in locations(client, "/sitemap.xml") if "/de/places-" in part]
    municipalities = Municipality.objects.filter(state__code="DE").count()

    assert len(parts) == -(-municipalities // 2)
    assert len(locations(client, parts[-1])) in {1, 2}
    listed = [path for part in parts for path in locations(client, part) if path.count("/") == 5]
    assert len(listed) == len(set(listed)) == municipalities


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/sitemaps/zz/places-1.xml",
        "/sitemaps/fl/places-9.xml",
        "/sitemaps/fl/places-0.xml",
        "/sitemaps/fl/other-1.xml",
        "/sitemaps/fl/places-9223372036854775807.xml",
    ],
)
def test_sitemap_of_nothing_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_sitemap_runs_the_same_few_queries_whatever_the_state(client, django_assert_num_queries):
    counts = []
    for state in ("de", "pa"):
        with django_assert_num_queries(3) as queries:
            client.get(f"/sitemaps/{state}/places-1.xml")
        counts.append(len(queries))

    assert counts[0] == counts[1]
