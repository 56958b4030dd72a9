"""The list of agreements."""

from typing import Any

from agreements.filters import AgreementListFilter
from agreements.listing import agreement_rows
from agreements.meta import Meta
from agreements.nearby import list_context
from agreements.queries import page_number
from agreements.views.base import RecordView


class AgreementListView(RecordView):
    """Every agreement that the filter lets through, the municipalities' first or in the order asked for, by pages."""

    template_name = "agreements/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, page = self.record(), self.request.GET.get("page", "")
        listing = AgreementListFilter(self.request.GET, record=record)
        # With a value that cannot be read, the results stay those of no filter, and the page says so.
        found = agreement_rows(listing, page_number(page), listing.order())
        around = list_context(listing, found)
        return super().get_context_data(
            filter=listing,
            is_filtered=bool(listing.applied()),
            page_missing=page[:20] if page not in {"", str(found["page"].number)} else "",
            meta=Meta(title=around["heading"], description=f"{around['answer'].subject} {around['answer'].rest}."),
            **(found | around | kwargs),
        )
