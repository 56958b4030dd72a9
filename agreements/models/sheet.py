"""What ICE printed: its sheets, and the rows on them, kept as printed and apart from the edited record."""

from django.db import models
from django.db.models import Q

from agreements.dates import day_in_words
from agreements.models.agency import Agreement
from agreements.models.source import Source
from municipalities.history import keep_history


class IceList(models.TextChoices):
    PARTICIPATING = "participating", "Participating agencies"
    PENDING = "pending", "Pending agencies"


class HalfDay(models.TextChoices):
    AM = "am", "Morning"
    PM = "pm", "Afternoon"


class SheetQuerySet(models.QuerySet["Sheet"]):
    def newest(self, ice_list: str) -> "Sheet | None":
        """The newest sheet of that list; None before the first is read."""
        return self.filter(list=ice_list).order_by("published_on", "order").last()


@keep_history
class Sheet(models.Model):
    """One workbook as ICE published it. A day can have several: order tells them apart."""

    list = models.CharField(max_length=14, choices=IceList)
    published_on = models.DateField(db_index=True)
    half_day = models.CharField(max_length=2, choices=HalfDay)
    order = models.PositiveIntegerField(help_text="Order among all sheets: two of one day can differ.")
    file_name = models.CharField(max_length=200, help_text="ICE's own name; some carry a wrong date.")
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="sheets")

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["-published_on", "-order"]
        constraints = [
            models.UniqueConstraint(
                fields=["list", "order"],
                name="sheet_once",
                violation_error_message="This sheet is already recorded.",
            ),
            models.CheckConstraint(
                condition=Q(list__in=IceList.values) & Q(half_day__in=HalfDay.values),
                name="sheet_list_and_half_day_known_value",
                violation_error_message="Choose the list and the half-day.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="sheet_sha256_form",
                violation_error_message="A SHA-256 is 64 hexadecimal digits.",
            ),
        ]

    def __str__(self) -> str:
        return f"ICE’s {self.list} list of {day_in_words(self.published_on)}"


@keep_history
class Listing(models.Model):
    """A run of sheets on which ICE printed one row in one form; first and last sheet both included.

    agreement is empty until the row is matched. printed holds the cells by column, exactly as printed.
    """

    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="listings",
    )
    first_sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="listings_begun")
    last_sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="listings_ended")
    row = models.PositiveIntegerField(help_text="Row on its first sheet; the header is row 1.")
    printed = models.JSONField()
    signed_on = models.DateField(
        null=True,
        blank=True,
        help_text="SIGNED as read; empty where it cannot be read.",
    )
    problems = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["first_sheet", "row"]
        constraints = [
            models.UniqueConstraint(
                fields=["first_sheet", "row"],
                name="listing_once_per_row",
                violation_error_message="This row of the sheet is already recorded.",
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.row} of {self.first_sheet}"

    @property
    def cells(self) -> dict[str, str]:
        """The cells that a page prints, by short names: agency, type, county, signed. As printed, "" where empty."""
        columns = {"agency": "LAW ENFORCEMENT AGENCY", "type": "TYPE", "county": "COUNTY", "signed": "SIGNED"}
        return {name: self.printed.get(column, "") for name, column in columns.items()}
