"""A list of agreements: in which order, page by page, each with how it stands on the record's day."""

from typing import Any, cast

from django.core.paginator import Paginator

from agreements.filters import AgreementFilter
from agreements.list_rows import ordered, read_first_rows, read_rows
from agreements.selection import counted

PAGE_SIZE = 50


def agreement_rows(
    listing: AgreementFilter, page: str | int | None, sort: str = "", size: int = PAGE_SIZE
) -> dict[str, Any]:
    """One page (of so many) of the agreements that a filter lets through, with standings; all where it cannot be read.

    The municipal agencies' come first where no order is asked for. In the context: page, a Page; rows, its Rows;
    municipal_count and total, of all pages.
    """
    record = listing.record
    municipal, total = counted(record, listing.wanted())
    # The pages of so many rows: a paginator of the rows themselves would count them once more.
    found = Paginator(range(total), size).get_page(page)
    slots = cast(range, found.object_list)
    if found.number == 1 and record.is_current and record.state_id is None and not listing.chooses():
        rows = read_first_rows(sort, size, record.on)
    else:
        rows = read_rows(ordered(listing.periods(), sort)[slots.start : slots.stop], record.on)
    return {"page": found, "rows": rows, "municipal_count": municipal, "total": total}
