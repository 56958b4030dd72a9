"""The pages that explain the record."""

from datetime import date
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import Http404
from django.views.generic import TemplateView

from agreements import corrections, dates, lists, pages
from agreements.ice.holds import Limits
from agreements.kinds import STATUS_MEANINGS, Status
from agreements.listing import PAGE_SIZE
from agreements.meta import Meta
from agreements.models import Agency
from agreements.status import RULES
from agreements.views.base import RecordView

#: How sure a date can be, each with an example: the earliest and the latest day that it can be.
SURENESS = (
    ("Day known", (date(2025, 3, 7), date(2025, 3, 7))),
    ("Month known", (date(2025, 3, 1), date(2025, 3, 31))),
    ("Year known", (date(2025, 1, 1), date(2025, 12, 31))),
    ("End known", (None, date(2025, 7, 1))),
    ("Start known", (date(2025, 9, 5), None)),
    ("Both known", (date(2025, 9, 5), date(2025, 10, 21))),
)


class TextView(TemplateView):
    """A page of text that no fact of the record stands on: it needs no database."""

    meta: ClassVar[Meta]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(meta=self.meta.at(self.request.path), **kwargs)


class GlossaryView(TextView):
    """The field's terms in plain English."""

    template_name = "agreements/glossary.html"
    meta = Meta(
        "Glossary",
        "What the words of this record mean, in plain English: 287(g) agreement, task force model, memorandum, "
        "pending list, sheriff, municipality.",
    )


class AboutView(RecordView):
    """What the record is, for whom, and what it is not."""

    template_name = "agreements/about.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        description = "What the 287(g) Tracker records, why, where its facts come from, and what it does not do."
        meta = Meta("About this record", description, is_dataset=True)
        return super().get_context_data(meta=meta, **lists.sheet_counts(), **kwargs)


class CorrectionsView(RecordView):
    """How to report an error, how one is put right, and what was: of all events, or of one."""

    template_name = "agreements/corrections.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        log = corrections.log()
        if "event" in self.kwargs:
            log = log.filter(event=self.kwargs["event"])
            if not log.exists():
                raise Http404("Nothing of this event was corrected.")
        page = Paginator(log, PAGE_SIZE).get_page(self.request.GET.get("page"))
        description = "What the 287(g) Tracker has corrected, with the reason, and how to report an error."
        return super().get_context_data(
            meta=Meta("Corrections", description), page=page, entries=corrections.entries(page.object_list), **kwargs
        )


class AccessibilityView(TextView):
    """What was done and tested so that everyone can read the record, and what is not good enough yet."""

    template_name = "agreements/accessibility.html"
    meta = Meta(
        "Accessibility",
        "How the 287(g) Tracker is made to be read by everyone, how that is tested, and its known limits.",
    )


#: How many agencies without a place are named; of more, the page says how many there are.
UNPLACED_SHOWN = 50


class MethodologyView(RecordView):
    """How a status is decided: the table of rules itself, read from the code."""

    template_name = "agreements/methodology.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unplaced = pages.unplaced()
        description = "How the 287(g) Tracker decides a status from dated events, how sure a date is, and its rules."
        return super().get_context_data(
            meta=Meta("How we decide a status", description),
            rules=pages.rule_rows(RULES),
            statuses=[(status.value, status.label, STATUS_MEANINGS[status]) for status in Status],
            unplaced=Agency.objects.filter(pk__in=unplaced[:UNPLACED_SHOWN])
            .select_related("state")
            .order_by("state__name", "name"),
            unplaced_count=len(unplaced),
            sureness=[(label, dates.in_words(*days), dates.machine_date(*days)) for label, days in SURENESS],
            limits=Limits(),
            hold_percent=round(100 * Limits().hold_share),
            **kwargs,
        )
