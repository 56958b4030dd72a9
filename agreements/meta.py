"""What a page says about itself: its title, its address, its crumbs, its share card.

A view puts a `Meta` in its context; `RecordView` completes it with the address, the day and the card; base.html writes
it into the head, and includes/cite.html and includes/crumbs.html into the page. Addresses are absolute once SITE_URL is
set.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from agreements.queries import page_number

SITE_NAME = "287(g) Tracker"
DESCRIPTION = "A dated and sourced record of 287(g) agreements between local agencies and ICE."
DATASET_NAME = "287(g) agreements between US agencies and ICE"
DATASET_DESCRIPTION = (
    "Where each US city, county and police agency stands on a 287(g) agreement with U.S. Immigration and Customs "
    "Enforcement (ICE): what was discussed, voted, signed, ended or taken to court, each event with its date, how "
    "sure the date is, and its sources."
)
#: The country's share card, which pages without one of their own show.
CARD = "/card.png"
CARD_ALT = "How many cities, towns and villages have signed a 287(g) agreement with ICE, of how many."
#: A description is the page's first sentences, as many as search engines and cards show.
LONGEST_DESCRIPTION = 320
#: Of no weight for which page this is: the order of rows, and the page of a list, which is added by itself.
NOT_IN_QUERY = frozenset({"sort", "page", "as_of"})

# In a script element only these three can end it or begin a comment; JSON reads the escapes as the characters.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def absolute(path: str) -> str:
    """An address with the site's own name before it, if SITE_URL gives one; else the path as it is."""
    return f"{settings.SITE_URL}{path}"


@dataclass(frozen=True)
class Meta:
    """One page's head.

    `title` is without the site's name ("" where there is none); `crumbs` lead from the country to this page, each a
    name and a path; `pinned` is what pins the view to its days, where that is not the record's day. The rest is filled
    by `of_view`: `path`, the query that makes this view what it is (`query`, in a fixed order), the day (`on`), whether
    it is the record's last (`is_newest`), and whether the page has a share card of its own, at its address and
    card.png (`has_card`).
    """

    title: str = ""
    description: str = DESCRIPTION
    crumbs: tuple[tuple[str, str], ...] = ()
    is_dataset: bool = False
    pinned: tuple[tuple[str, str], ...] = ()
    is_indexed: bool = True
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()
    on: date | None = None
    is_newest: bool = True
    has_card: bool = False

    def of_view(self, path: str, query: Iterable[tuple[str, str]], on: date, end: date, has_card: bool) -> "Meta":
        """This head at its address. Only the plain address is for search engines: views of it are without number."""
        pairs = tuple(query)
        return replace(
            self,
            path=path,
            query=pairs,
            on=on,
            is_newest=on == end,
            is_indexed=self.is_indexed and not pairs and on == end,
            has_card=has_card,
        )

    def at(self, path: str) -> "Meta":
        """This head at its address, for a page that is the same on every day."""
        return replace(self, path=path)

    @property
    def full_title(self) -> str:
        return f"{self.title} · {SITE_NAME}" if self.title else SITE_NAME

    @property
    def canonical(self) -> str:
        """The address of this view: the day is in it unless it is the newest, and nothing that changes nothing."""
        day = [] if self.is_newest or self.on is None else [("as_of", self.on.isoformat())]
        return absolute(_with_query(self.path, [*self.query, *day]))

    @property
    def permalink(self) -> str:
        """The address of this view with its day pinned, so that it shows the same record when a newer list is in."""
        day = [] if self.on is None else [("as_of", self.on.isoformat())]
        pinned = self.pinned or day
        names = {name for name, _ in pinned}
        kept = [(name, value) for name, value in self.query if name not in names]
        return absolute(_with_query(self.path, [*kept, *pinned]))

    @property
    def has_address(self) -> bool:
        """Whether the addresses are absolute: search engines and cards can do nothing with others."""
        return bool(settings.SITE_URL and self.path)

    @property
    def summary(self) -> str:
        """The description, no longer than is shown: its first sentences, else its first words."""
        if len(self.description) <= LONGEST_DESCRIPTION:
            return self.description
        start = self.description[: LONGEST_DESCRIPTION - 1]
        # A full stop after a capital is that of "U.S.".
        ends = [match.end() for match in re.finditer(r"(?<![A-Z])[.?] ", start)]
        return start[: ends[-1]].rstrip() if ends else f"{start.rpartition(' ')[0]}…"

    @property
    def card_url(self) -> str:
        day = [] if self.is_newest or self.on is None else [("as_of", self.on.isoformat())]
        return absolute(_with_query(f"{self.path}card.png" if self.has_card else CARD, day))

    @property
    def card_alt(self) -> str:
        """What the card says: the page's own what its first sentences say."""
        return f"{self.title}. {self.summary}" if self.has_card else CARD_ALT

    @property
    def json_ld(self) -> list[SafeString]:
        """The page's facts for machines, as JSON that is safe within a script element."""
        blocks = []
        if self.crumbs:
            blocks.append(_breadcrumbs(self.crumbs))
        if self.is_dataset and self.on is not None:
            blocks.append(_dataset(self.on))
        return [_in_script(block) for block in blocks]


def view_query(asked: QueryDict, names: Iterable[str]) -> list[tuple[str, str]]:
    """What of a query makes the view: the values of these parameters, in their order, and the page from the second."""
    pairs = [(name, value) for name in names if name not in NOT_IN_QUERY for value in asked.getlist(name) if value]
    if (page := page_number(asked.get("page", ""))) > 1:
        pairs.append(("page", str(page)))
    return pairs


def _with_query(path: str, pairs: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _in_script(value: dict[str, Any]) -> SafeString:
    return mark_safe(json.dumps(value, ensure_ascii=False).translate(_ESCAPES))


def _breadcrumbs(crumbs: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": absolute(path)}
            for position, (name, path) in enumerate(crumbs, start=1)
        ],
    }


def _dataset(on: date) -> dict[str, Any]:
    """The record as a data set. Without a licence and, until a publisher is set, without a creator: none is decided."""
    dataset: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": DATASET_NAME,
        "description": DATASET_DESCRIPTION,
        "url": absolute("/"),
        "temporalCoverage": f"../{on.isoformat()}",
        "dateModified": on.isoformat(),
        "spatialCoverage": {"@type": "Place", "name": "United States"},
        "isAccessibleForFree": True,
        "inLanguage": "en",
    }
    if settings.PUBLISHER_NAME:
        dataset["creator"] = {"@type": "Organization", "name": settings.PUBLISHER_NAME}
    return dataset
