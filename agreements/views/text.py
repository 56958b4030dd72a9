"""The pages that explain the record."""

from typing import Any

from agreements import pages
from agreements.ice.holds import Limits
from agreements.kinds import Status
from agreements.status import RULES
from agreements.views.base import RecordView


class MethodologyView(RecordView):
    """How a status is decided: the table of rules itself, read from the code."""

    template_name = "agreements/methodology.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            rules=pages.rule_rows(RULES),
            statuses=[(status.value, status.label, pages.STATUS_MEANINGS[status]) for status in Status],
            unplaced=pages.unplaced(),
            limits=Limits(),
            hold_percent=round(100 * Limits().hold_share),
            **kwargs,
        )
