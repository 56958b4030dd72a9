"""The list of agreements."""

from typing import Any

from agreements.filters import AgreementFilter
from agreements.listing import agreement_rows
from agreements.models import Agreement
from agreements.views.base import RecordView


class AgreementListView(RecordView):
    """Every agreement that the filter lets through, the municipalities' first, fifty a page."""

    template_name = "agreements/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record = self.record()
        listing = AgreementFilter(self.request.GET, record=record)
        # With a value that cannot be read, the results stay those of no filter, and the page says so.
        shown = listing.qs if listing.is_valid() else Agreement.objects.all()
        rows = agreement_rows(shown, record, self.request.GET.get("page"))
        return super().get_context_data(filter=listing, is_filtered=bool(listing.applied()), **rows, **kwargs)
