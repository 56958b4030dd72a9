"""A list of agreements: in which order, page by page, each with how it stands on the record's day."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F, OrderBy, QuerySet, Sum

from agreements.filters import AgreementFilter
from agreements.list_rows import read_rows
from agreements.models import Period, Tally
from agreements.models.standing import SORTS

PAGE_SIZE = 50


class KnownPaginator(Paginator):
    """Pages of rows whose number is known: counting a long list takes longer than reading a page of it."""

    def __init__(self, rows: QuerySet[Any], count: int, size: int) -> None:
        super().__init__(rows, size)
        # What Paginator works out once and keeps.
        self.__dict__["count"] = count


def ordered(periods: QuerySet[Period], sort: str) -> QuerySet[Period]:
    """The periods by one of SORTS, "-" before it for descending; by the default where it is none of them.

    What has no day comes last either way. The columns and their directions are those of the table's indexes.
    """
    name = sort.removeprefix("-")
    is_descending = sort.startswith("-") and name in SORTS
    columns = SORTS.get(name, SORTS[""])
    by = [OrderBy(F(one), descending=is_descending, nulls_last=is_descending or None) for one in columns]
    return periods.order_by(*by, "agreement")


def counted(periods: QuerySet[Period], tallies: QuerySet[Tally] | None) -> tuple[int, int]:
    """How many of these periods are municipal agencies', and how many in all; tallies: what counts them unread."""
    if tallies is None:
        counts = dict(periods.order_by().values_list("is_beside").annotate(n=Count("pk")))
    else:
        counts = dict(tallies.values_list("is_beside").annotate(n=Sum("count")))
    return counts.get(False, 0), sum(counts.values())


def agreement_rows(
    listing: AgreementFilter, page: str | int | None, sort: str = "", size: int = PAGE_SIZE
) -> dict[str, Any]:
    """One page (of so many) of the agreements that a filter lets through, with standings; all where it cannot be read.

    The municipal agencies' come first where no order is asked for. In the context: page, a Page; rows, its Rows;
    municipal_count and total, of all pages.
    """
    periods = listing.periods()
    municipal, total = counted(periods, listing.tallies())
    shown = ordered(periods, sort).defer("state_name", "place_name", "search")
    found = KnownPaginator(shown, total, size).get_page(page)
    rows = read_rows(list(found), listing.record.on)
    return {"page": found, "rows": rows, "municipal_count": municipal, "total": total}
