"""What ICE printed: its sheets, and the rows on them, kept as printed and apart from the edited record."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from agreements.dates import day_in_words
from agreements.models.agency import Agreement
from agreements.models.source import Source, WebAddressField
from municipalities.history import keep_history


class IceList(models.TextChoices):
    PARTICIPATING = "participating", "Participating agencies"
    PENDING = "pending", "Pending agencies"


class HalfDay(models.TextChoices):
    AM = "am", "Morning"
    MID = "mid", "Midday"
    PM = "pm", "Afternoon"


class Ruling(models.TextChoices):
    """An editor's word on a sheet; it goes before what the importer thinks of it."""

    NONE = "", "None: the importer decides"
    USE = "use", "Use it"
    SET_ASIDE = "set_aside", "Set it aside"


#: A half-day's place within its day, for ORDER BY.
HALF_DAY_ORDER = models.Case(
    *(models.When(half_day=half, then=place) for place, half in enumerate(HalfDay.values)),
    output_field=models.SmallIntegerField(),
)


#: The columns of a row that pages print, by short names.
CELLS = {
    "state": "STATE",
    "agency": "LAW ENFORCEMENT AGENCY",
    "type": "TYPE",
    "county": "COUNTY",
    "program": "SUPPORT TYPE",
    "signed": "SIGNED",
    "moa": "MOA",
}


def no_problems() -> list[dict[str, object]]:
    """A model with a field called list cannot name the type in its body."""
    return []


class SheetQuerySet(models.QuerySet["Sheet"]):
    def in_time(self) -> Self:
        """In order of publication, each list's sheets among the other's."""
        return self.order_by("published_on", HALF_DAY_ORDER, "order", "list")

    def that_count(self) -> Self:
        """Those whose rows the record rests on: settled, and not held."""
        return self.filter(is_settled=True, held_because="")

    def newest(self, ice_list: str) -> "Sheet | None":
        """The newest sheet of that list that counts; None before the first is read."""
        return self.that_count().filter(list=ice_list).in_time().last()


@keep_history
class Sheet(models.Model):
    """One workbook as ICE published it. A day can have several: half-day and order tell them apart.

    Its rows are listings. A sheet is held, its rows kept but not used, where held_because says why.
    """

    list = models.CharField(max_length=14, choices=IceList)
    published_on = models.DateField(db_index=True)
    half_day = models.CharField(max_length=3, choices=HalfDay)
    order = models.PositiveIntegerField(help_text="Order among all sheets: two of one day can differ.")
    file_name = models.CharField(max_length=200, help_text="ICE's own name; some carry a wrong date.")
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    layout = models.CharField(
        max_length=14,
        choices=IceList,
        help_text="The list whose columns it has: a sheet with the other's is held.",
    )
    problems = models.JSONField(
        default=no_problems,
        blank=True,
        help_text="Cells that were not taken at their word: row, column, value, reason.",
    )
    is_settled = models.BooleanField(default=False, help_text="Whether the record takes it into account yet.")
    held_because = models.CharField(max_length=300, blank=True, help_text="Why none of its rows count. Published.")
    ruling = models.CharField("editors' ruling", max_length=9, choices=Ruling, blank=True, default=Ruling.NONE)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="sheets")

    #: Where `pages.newest_lists` read it.
    record_begins: date

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["-published_on", "-order"]
        permissions = [("review_sheet", "Can bring in and review ICE's sheets")]
        constraints = [
            models.UniqueConstraint(
                fields=["list", "order"],
                name="sheet_once",
                violation_error_message="This sheet is already recorded.",
            ),
            models.CheckConstraint(
                condition=Q(list__in=IceList.values, layout__in=IceList.values, half_day__in=HalfDay.values),
                name="sheet_list_and_half_day_known_value",
                violation_error_message="Choose the list and the half-day.",
            ),
            models.CheckConstraint(
                condition=Q(ruling__in=Ruling.values),
                name="sheet_ruling_known_value",
                violation_error_message="Choose the ruling from the list.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="sheet_sha256_form",
                violation_error_message="A SHA-256 is 64 hexadecimal digits.",
            ),
        ]

    def __str__(self) -> str:
        return f"ICE’s {self.list} list of {day_in_words(self.published_on)}"

    @property
    def is_counted(self) -> bool:
        """Whether the record rests on its rows, as SheetQuerySet.that_count asks."""
        return self.is_settled and not self.held_because


class Listing(models.Model):
    """A run of sheets on which ICE printed one row in one form; first and last sheet both included.

    agreement is empty until the row is matched. printed holds the cells by column, exactly as printed; form is the
    MD5 of all that was read of the row. A row printed twice on one sheet is two listings: occurrence tells them apart.

    It follows from the sheets alone and nobody edits it, so that no history of it is kept.
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
    row = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Row on its first sheet; the header is row 1. Empty where a sheet read later showed where it begins.",
    )
    form = models.CharField(max_length=32)
    occurrence = models.PositiveSmallIntegerField(default=1)
    printed = models.JSONField()
    signed_on = models.DateField(
        null=True,
        blank=True,
        help_text="SIGNED as read; empty where it cannot be read.",
    )
    moa_url = WebAddressField("memorandum (MOA)", max_length=500, blank=True)
    addendum_url = WebAddressField(max_length=500, blank=True)
    problems = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["first_sheet", "row"]
        constraints = [
            models.UniqueConstraint(
                fields=["first_sheet", "form", "occurrence"],
                name="listing_once_per_form",
                violation_error_message="This row of the sheet is already recorded.",
            ),
            models.CheckConstraint(
                condition=Q(form__regex=r"^[0-9a-f]{32}$"),
                name="listing_form_is_md5",
                violation_error_message="The form of a row is 32 hexadecimal digits.",
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.row} of {self.first_sheet}"

    @property
    def cells(self) -> dict[str, str]:
        """The cells that a page prints, by short names. As printed, "" where empty."""
        return {name: self.printed.get(column, "") for name, column in CELLS.items()}
