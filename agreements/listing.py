"""A list of agreements, page by page."""

from typing import Any

from django.core.paginator import Paginator

from agreements import pages
from agreements.kinds import MUNICIPAL_KINDS
from agreements.models import Agreement
from agreements.record import Record

PAGE_SIZE = 50


def agreement_rows(queryset: Any, record: Record, page: str | None) -> dict[str, Any]:
    """One page of a list of agreements, the municipal ones first, with their standings from the record."""
    standings = {one.pk: one.standing for one in record.agreements}
    listed = sorted(
        queryset.filter(pk__in=standings).values_list("pk", "agency__kind", "agency__state__name", "agency__name"),
        key=lambda row: (row[1] not in MUNICIPAL_KINDS, row[2], row[3]),
    )
    shown = Paginator([row[0] for row in listed], PAGE_SIZE).get_page(page)
    found = {one.pk: one for one in pages.as_rows(list(Agreement.objects.with_places().filter(pk__in=shown)))}
    rows = [found[pk] for pk in shown]
    for row in rows:
        row.standing = standings[row.pk]
    return {
        "page": shown,
        "rows": rows,
        "municipal_count": sum(row[1] in MUNICIPAL_KINDS for row in listed),
        "total": len(listed),
    }
