"""The public pages about ICE's lists: the sheets, one sheet, and what differs between two days."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from agreements import lists
from agreements.dates import day_in_words
from agreements.listing import PAGE_SIZE
from agreements.meta import Meta
from agreements.models import Sheet
from agreements.models.sheet import IceList
from agreements.views.base import RecordView


class SheetsView(RecordView):
    """Every sheet of both lists, the newest first, fifty a page."""

    template_name = "agreements/sheets.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listing = lists.SheetFilter(self.request.GET)
        # With a value that cannot be read, the results stay those of no filter, and the page says so.
        shown = lists.sheets_newest_first(listing.qs if listing.is_valid() else Sheet.objects.all())
        page = Paginator(shown, PAGE_SIZE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            filter=listing,
            is_filtered=any(self.request.GET.get(name) for name in listing.filters),
            page=page,
            rows=lists.sheet_rows(page),
            meta=Meta(
                "ICE’s lists, sheet by sheet", "Every sheet of ICE’s two lists of 287(g) agencies that we have read."
            ),
            **lists.sheet_counts(),
            **kwargs,
        )


class SheetView(RecordView):
    """One sheet: its facts, the cells not taken at their word, and what differs from the one before."""

    template_name = "agreements/sheet.html"
    sheet: Sheet

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = Sheet.objects.select_related("source").filter(list=kwargs["list"], order=kwargs["order"]).first()
        if found is None:
            asked = {"list": kwargs["list"], "order": kwargs["order"], "is_list": kwargs["list"] in IceList.values}
            return render(request, "agreements/no_sheet.html", asked, status=404)
        self.sheet = found
        return super().get(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        groups = lists.groups(lists.differences_of(self.sheet.pk))
        kinds = [group.kind for group in groups if group.kind == self.request.GET.get("kind")]
        description = f"What {self.sheet} prints of 287(g) agreements, and how it differs from the list before it."
        crumbs = (("United States", "/"), ("ICE’s lists", reverse("sheets")), (str(self.sheet), self.request.path))
        return super().get_context_data(
            meta=Meta(str(self.sheet), description, crumbs),
            sheet=self.sheet,
            problems=self.sheet.problems[:PAGE_SIZE],
            neighbours=lists.neighbours(self.sheet),
            **changes_page(groups, kinds, self.request.GET.get("page")),
            **kwargs,
        )


class ChangesView(RecordView):
    """What ICE's lists print differently between two days, by kind; the last two days where none are asked for."""

    template_name = "agreements/changes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        every = lists.every()
        listing = lists.ChangesFilter(self.request.GET, record=self.record())
        span = lists.span(every, listing.asked("from"), listing.asked("to"))
        found = lists.differences_between(span.first, span.last) if span.first else {}
        shown = listing.qs if listing.chooses() else None
        return super().get_context_data(
            filter=listing,
            is_filtered=any(self.request.GET.get(name) for name in listing.filters),
            span=span,
            meta=changes_meta(span),
            compared=lists.compared(every, span.first, span.last) if span.first else [],
            **changes_page(lists.groups(found, shown), listing.asked("kind"), self.request.GET.get("page")),
            **kwargs,
        )


def changes_meta(span: lists.Span) -> Meta:
    """The head of the changes between two days, which pin the view to what it shows."""
    if span.first is None:
        return Meta("What changed on ICE’s lists")
    days = (("from", span.first.isoformat()), ("to", span.last.isoformat()))
    title = f"What changed on ICE’s lists, {day_in_words(span.first)} to {day_in_words(span.last)}"
    return Meta(title, "Which 287(g) agreements ICE’s lists print differently between two days.", pinned=days)


def changes_page(groups: list[lists.Group], kinds: Sequence[str] | None, page: str | None) -> dict[str, Any]:
    """Every kind with its count; a kind asked for alone whole and by pages, else the first entries of each."""
    groups = [group for group in groups if not kinds or group.kind in kinds]
    context = {"groups": groups, "total": sum(len(group.entries) for group in groups), "most": lists.ENTRIES_SHOWN}
    if kinds and len(kinds) == 1 and groups:
        context["page"] = Paginator(groups[0].entries, PAGE_SIZE).get_page(page)
    return context
