"""For search engines: robots.txt, and the sitemaps of every page that stands on its own address."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from agreements.counts import by_state
from agreements.kept import kept
from agreements.models import Agency, Agreement
from agreements.record import record_end
from municipalities.models import County, Municipality, State

#: Addresses of one sitemap. The protocol allows 50,000; with fewer each is made quickly.
SITEMAP_SIZE = 10_000
#: More parts than any state has; a number without bounds is none that the database can count to.
MOST_PARTS = 1_000
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
#: Pages of the site that are no state's, by the names of their addresses.
OF_THE_SITE = (
    "home",
    "agreements",
    "timeline",
    "changes",
    "sheets",
    "methodology",
    "glossary",
    "about",
    "corrections",
    "accessibility",
)
KINDS = ("places", "agencies", "agreements")


def robots(request: HttpRequest) -> HttpResponse:
    """Everything is open but the admin. The sitemap is named by the site's own address, where that is set."""
    lines = ["User-agent: *", "Disallow: /admin/"]
    if settings.SITE_URL:
        lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain")


def index(request: HttpRequest) -> HttpResponse:
    """The list of sitemaps: one for the site's own pages, and a state's places, agencies and agreements each apart."""
    base, end = _base(), record_end()
    changed = f"<lastmod>{end.isoformat()}</lastmod>" if end else ""
    paths = [reverse("sitemap-site"), *(reverse("sitemap-state", args=part) for part in _parts(SITEMAP_SIZE))]
    return _xml("sitemapindex", [f"<sitemap><loc>{escape(base + path)}</loc>{changed}</sitemap>" for path in paths])


@kept(Agency, Agreement, Municipality, State)
def _parts(size: int) -> list[tuple[str, str, int]]:
    """State, kind and page of every sitemap of a state's, with so many addresses in each."""
    counts = {
        "places": by_state(Municipality.objects.all(), "state__slug"),
        "agencies": by_state(Agency.objects.standing_alone(), "state__slug"),
        "agreements": by_state(Agreement.objects.standing_alone(), "agency__state__slug"),
    }
    parts = []
    for state in State.objects.values_list("slug", flat=True):
        for kind in KINDS:
            count = counts[kind].get(state, 0)
            pages = max(1, -(-count // size)) if count or kind == "places" else 0
            parts += [(state, kind, page) for page in range(1, pages + 1)]
    return parts


def of_site(request: HttpRequest) -> HttpResponse:
    """The pages that are no state's."""
    return _urls([reverse(name) for name in OF_THE_SITE])


def of_state(request: HttpRequest, state: str, kind: str, page: int) -> HttpResponse:
    """A state's pages of one kind; places are the state, its counties and every municipality. 404 past the last."""
    found = get_object_or_404(State, slug=state)
    if kind not in KINDS or not 1 <= page <= MOST_PARTS:
        raise Http404("There is no such sitemap.")
    slots = slice((page - 1) * SITEMAP_SIZE, page * SITEMAP_SIZE)
    paths = {"places": _places, "agencies": _agencies, "agreements": _agreements}[kind](found, slots)
    if kind == "places" and page == 1:
        counties = County.objects.filter(state=found).order_by("slug").values_list("slug", flat=True)
        paths = [reverse("state", args=[state]), *(reverse("county", args=[state, slug]) for slug in counties), *paths]
    if not paths:
        raise Http404("There is no such sitemap.")
    return _urls(paths)


def _places(state: State, slots: slice) -> list[str]:
    rows = Municipality.objects.filter(state=state).order_by("key").values_list("main_county__slug", "slug")
    return [reverse("municipality", args=[state.slug, county, slug]) for county, slug in rows[slots]]


def _agencies(state: State, slots: slice) -> list[str]:
    rows = Agency.objects.standing_alone().filter(state=state).order_by("pk").values_list("slug", flat=True)
    return [reverse("agency", args=[state.slug, slug]) for slug in rows[slots]]


def _agreements(state: State, slots: slice) -> list[str]:
    rows = Agreement.objects.standing_alone().filter(agency__state=state).order_by("public_id")
    return [reverse("agreement", args=[key]) for key in rows.values_list("public_id", flat=True)[slots]]


def _base() -> str:
    """What stands before a path. The name by which the site was asked is anybody's to choose, so it is never used."""
    if not settings.SITE_URL:
        raise Http404("Without SITE_URL there is no sitemap.")
    return str(settings.SITE_URL)


def _urls(paths: Iterable[str]) -> HttpResponse:
    base = _base()
    return _xml("urlset", [f"<url><loc>{escape(base + path)}</loc></url>" for path in paths])


def _xml(root: str, entries: list[str]) -> HttpResponse:
    body = "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{NAMESPACE}">', *entries, f"</{root}>"]
    )
    return HttpResponse(f"{body}\n", content_type="application/xml")
