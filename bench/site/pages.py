"""The pages that are measured: one of each type, at the same address in every database."""

import re
from typing import Any, NamedTuple

from bench.site import client


class Page(NamedTuple):
    """A type of page, and the address of the one that stands for it."""

    name: str
    path: str


FIXED = (
    Page("list", "/agreements/"),
    Page("home", "/"),
    Page("list, filtered", "/agreements/?state=FL&county=12086&status=signed&status=active"),
    Page("list, sorted", "/agreements/?sort=-since"),
    Page("list, page 20", "/agreements/?page=20"),
    Page("list, words", "/agreements/?q=springfield"),
    Page("list, a past day", "/agreements/?as_of=2025-06-30"),
    Page("state", "/us/fl/"),
    Page("county", "/us/fl/miami-dade/"),
    Page("municipality", "/us/fl/miami-dade/south-miami/"),
    Page("timeline", "/timeline/"),
    Page("changes", "/changes/"),
    Page("sheets", "/sheets/"),
    Page("methodology", "/methodology/"),
    Page("find", "/find/?q=springfield"),
    Page("share card", "/us/fl/miami-dade/card.png"),
    Page("sitemap", "/sitemap.xml"),
)
LIST = "list"
#: Real ones that have the most to show: the same in every database, since the invented ones are added after them.
_FROM_THE_RECORD = {
    "agency": """
        SELECT '/agencies/' || s.slug || '/' || a.slug || '/' FROM agreements_agency a
        JOIN municipalities_state s ON s.id = a.state_id
        WHERE a.slug NOT LIKE 'invented-%' AND a.merged_into_id IS NULL
        ORDER BY (SELECT count(*) FROM agreements_agreement g WHERE g.agency_id = a.id) DESC, a.id LIMIT 1
    """,
    "agreement": """
        SELECT '/agreements/' || g.public_id || '/' FROM agreements_agreement g
        JOIN agreements_agency a ON a.id = g.agency_id
        WHERE a.slug NOT LIKE 'invented-%' AND g.merged_into_id IS NULL
        ORDER BY (SELECT count(*) FROM agreements_event e WHERE e.agreement_id = g.id) DESC, g.id LIMIT 1
    """,
    "sheet": """
        SELECT '/sheets/' || list || '/' || "order" || '/' FROM agreements_sheet
        WHERE list = 'participating' ORDER BY "order" DESC LIMIT 1
    """,
}
#: What a page names in its HTML and fetches: (name, the page, how its address stands there).
_NAMED = (
    ("map figure", "/", r'data-figure-url="([^"]*/figures/map/[^"]*)"'),
    ("timeline figure", "/", r'data-figure-url="([^"]*/figures/timeline/[^"]*)"'),
)


def from_record(connection: Any) -> list[Page]:
    """The fixed pages, and an agency, an agreement and a sheet of the record."""
    found = [
        Page(name, row[0]) for name, query in _FROM_THE_RECORD.items() if (row := connection.execute(query).fetchone())
    ]
    return [*FIXED, *found]


def from_html(port: int) -> list[Page]:
    """What the site's pages at that port fetch."""
    found = []
    for name, path, pattern in _NAMED:
        html = client.get(port, path, encoding="")[0].body.decode()
        if match := re.search(pattern, html):
            found.append(Page(name, match[1].replace("&amp;", "&")))
    return found
