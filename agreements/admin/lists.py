"""What ICE printed. It is evidence, and changed by nobody: editors rule on a sheet as a whole, on a page of its own."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path

from agreements.admin import reviews, uploads
from agreements.admin.base import ReadAdmin
from agreements.admin.desk import unmatched
from agreements.models import Listing, Sheet


@admin.register(Sheet)
class SheetAdmin(ReadAdmin):
    list_display = ("published_on", "half_day", "list", "rows", "held_because", "ruling", "file_name")
    list_filter = ("list", ("held_because", admin.EmptyFieldListFilter), "ruling")
    search_fields = ("file_name", "sha256", "held_because")

    def get_urls(self) -> list[Any]:
        """Uploading and reviewing are pages of their own, since a sheet is no form."""
        protect = self.admin_site.admin_view
        return [
            path("upload/", protect(uploads.upload_sheet), name="upload_sheet"),
            path("upload/name/", protect(uploads.read_file_name), name="read_file_name"),
            path("reviews/<int:pk>/", protect(reviews.review_sheet), name="review_sheet"),
            path(
                "reviews/<int:pk>/questions/<int:question>/", protect(reviews.answer_question), name="answer_question"
            ),
            path("reviews/<int:pk>/rows/<int:listing>/", protect(reviews.name_row), name="name_row"),
            path("<int:pk>/ruling/", protect(reviews.rule_on_sheet), name="rule_on_sheet"),
            *super().get_urls(),
        ]


class MatchedFilter(admin.SimpleListFilter):
    title = "agreement"
    parameter_name = "matched"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Has none, and should")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(pk__in=unmatched().order_by().values("pk")) if self.value() == "no" else queryset


@admin.register(Listing)
class ListingAdmin(ReadAdmin):
    list_display = ("row", "first_sheet", "last_sheet", "agreement", "signed_on")
    list_filter = (MatchedFilter, "first_sheet__list", "agreement__agency__state")
    list_select_related = ("first_sheet", "last_sheet", "agreement__agency__state")
    search_fields = ("agreement__public_id", "agreement__agency__name")
