"""A workbook of ICE's that an editor has brought: kept while its plan is looked at and what it asks is answered."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from agreements.dates import day_in_words
from agreements.models.sheet import HalfDay, IceList, Sheet
from municipalities.history import keep_history


def nothing_planned() -> dict[str, Any]:
    """A model with a field called list cannot name the type in its body."""
    return {}


def nothing_asked() -> list[str]:
    return []


@partial(keep_history, exclude=["content", "plan"])
class Review(models.Model):
    """One workbook from its upload to its last question. Discarding it deletes it.

    content: its bytes, until it is brought in. plan: what it would bring, or has brought, as shown (ice/report.py);
    plan_sha256 tells one plan from another, so that nobody writes what nobody looked at. questions: the keys of the
    proposals that came with it.
    """

    list = models.CharField(max_length=14, choices=IceList)
    published_on = models.DateField()
    half_day = models.CharField(max_length=3, choices=HalfDay)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    plan = models.JSONField(default=nothing_planned)
    plan_sha256 = models.CharField(max_length=64)
    seconds = models.FloatField(help_text="How long working the plan out took.")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews")
    brought_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    brought_in_at = models.DateTimeField(null=True, blank=True)
    questions = models.JSONField(default=nothing_asked, blank=True)

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["list", "published_on", "half_day", "sha256"],
                condition=Q(sheet__isnull=True),
                name="review_once_at_a_time",
                violation_error_message="This sheet is under review already.",
            ),
            models.CheckConstraint(
                condition=Q(list__in=IceList.values, half_day__in=HalfDay.values),
                name="review_list_and_half_day_known_value",
                violation_error_message="Choose the list and the half-day.",
            ),
            models.CheckConstraint(
                condition=Q(sheet__isnull=True, brought_in_by__isnull=True, brought_in_at__isnull=True)
                | Q(sheet__isnull=False, brought_in_by__isnull=False, brought_in_at__isnull=False, content=b""),
                name="review_brought_in_says_by_whom",
                violation_error_message="A sheet that was brought in says by whom and when, and its bytes are let go.",
            ),
        ]

    def __str__(self) -> str:
        half = self.get_half_day_display().lower()
        return f"ICE’s {self.list} list of {day_in_words(self.published_on)}, {half}"
