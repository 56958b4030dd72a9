"""Where agreements stand, worked out from their events and kept: nobody types these rows, and no import writes them.

`agreements.standings` fills them by the rules of `agreements.status`. Triggers note, in the transaction that changes an
event or anything else that a standing follows from, which agreements are to be worked out again (`agreements_stale`);
whoever reads next does that first. So these tables can be emptied at any time without a loss.
"""

from datetime import date
from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, OrderBy, Q

from agreements.kinds import EventKind, Program, Status
from agreements.models.agency import Agreement
from agreements.status import Fact, Standing
from municipalities.models import State

#: The columns by which a list of agreements can be sorted, as `Period` holds them. Each order ends in the agreement.
SORTS: dict[str, tuple[str, ...]] = {
    "": ("is_beside", "state_name", "agency_name"),
    "agency": ("agency_name",),
    "status": ("rank", "agency_name"),
    "since": ("since_latest",),
    "place": ("place_name", "agency_name"),
    "program": ("program", "agency_name"),
}


#: The same as indexes, by name: of the periods that are current, and of all for a day in the past.
INDEXES: dict[str, tuple[str | OrderBy, ...]] = {
    **{name or "default": columns for name, columns in SORTS.items()},
    "newest": (F("since_latest").desc(nulls_last=True),),
    "state": ("state", "is_beside", "agency_name"),
}


class PeriodQuerySet(models.QuerySet["Period"]):
    def that_hold(self, on: date) -> Self:
        """Those that hold on that day: one an agreement."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=on), first__lte=on)


class Period(models.Model):
    """One stretch of days on which an agreement stands alike: from `first` to the day before `until`.

    since_*: the event that brought it there, empty where nothing did. restored_*: the reinstatement that gave it back.
    The columns after them are what a list sorts and searches by, from the agreement's agency and its places.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="periods")
    first = models.DateField()
    until = models.DateField(null=True)
    is_current = models.BooleanField(default=False)  # whether it holds on the day on which the record ends
    status = models.CharField(max_length=10, choices=Status)
    rank = models.SmallIntegerField()  # the order in which a place takes the status of one of its agencies
    since = models.BigIntegerField(null=True)
    since_kind = models.CharField(max_length=20, blank=True)
    since_earliest = models.DateField(null=True)
    since_latest = models.DateField(null=True)
    since_sequence = models.SmallIntegerField(default=0)
    restored = models.BigIntegerField(null=True)
    restored_earliest = models.DateField(null=True)
    restored_latest = models.DateField(null=True)
    in_court = models.BooleanField(default=False)
    failed_vote = models.BooleanField(default=False)
    quiet = models.BooleanField(default=False)

    is_beside = models.BooleanField()  # whether its agency stands beside the municipalities, being none of their own
    state = models.ForeignKey(State, on_delete=models.CASCADE, related_name="+", db_index=False)
    state_name = models.CharField(max_length=60)
    agency_name = models.CharField(max_length=200)
    place_name = models.CharField(max_length=200, blank=True)
    program = models.CharField(max_length=4, choices=Program, blank=True)
    search = models.TextField()

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "first"],
                name="period_begins_once",
                violation_error_message="An agreement stands one way on a day.",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(first__lt=F("until")),
                name="period_ends_after_its_start",
                violation_error_message="A period ends after it begins.",
            ),
        ]
        indexes = [
            *(
                models.Index(*columns, "agreement", name=f"period_by_{name}{suffix}", condition=condition)
                for suffix, condition in (("", Q(is_current=True)), ("_any", None))
                for name, columns in INDEXES.items()
            ),
            GinIndex(OpClass("search", "gin_trgm_ops"), name="period_search"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.get_status_display()} from {self.first}"

    def standing(self, on: date) -> Standing:
        """The same as the rules say it, without what may already have happened."""
        return standing_of(on, *(getattr(self, column) for column in STANDING))


#: The columns that tell how an agreement stands, in the order of `standing_of`.
STANDING = (
    *("status", "since", "since_kind", "since_earliest", "since_latest", "since_sequence"),
    *("restored", "restored_earliest", "restored_latest", "in_court", "failed_vote", "quiet"),
)


def standing_of(
    on: date,
    status: str,
    since: int | None,
    kind: str,
    earliest: date | None,
    latest: date | None,
    sequence: int,
    restored: int | None,
    restored_earliest: date | None,
    restored_latest: date | None,
    in_court: bool,
    failed_vote: bool,
    quiet: bool,
) -> Standing:
    """A standing from the columns of a period."""
    reached = None if since is None else Fact(since, kind, earliest, latest, sequence)
    again = None
    if restored is not None:
        again = Fact(restored, EventKind.VOTE_REINSTATED, restored_earliest, restored_latest)
    return Standing(Status(status), on, reached, in_court, failed_vote, quiet, again)


class Count(models.Model):
    """How many stand at a status, under a program, beside the municipalities or as their own."""

    status = models.CharField(max_length=10, choices=Status)
    is_beside = models.BooleanField(default=False)
    program = models.CharField(max_length=4, choices=Program, blank=True)

    class Meta:
        abstract = True


class Tally(Count):
    """How many of something in a state stand at a status on the day on which the record ends.

    of: "agreement" (by is_beside and program), or places by their own status: "city", "township", "county".
    A county's is that of its own agencies. Places of which nothing is recorded are in no tally.
    """

    class Of(models.TextChoices):
        AGREEMENT = "agreement", "Agreements"
        CITY = "city", "Cities, towns and villages"
        TOWNSHIP = "township", "Townships"
        COUNTY = "county", "Counties"

    state = models.ForeignKey(State, on_delete=models.CASCADE, related_name="+")
    of = models.CharField(max_length=10, choices=Of)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state", "of", "status", "is_beside", "program"],
                name="tally_counts_once",
                violation_error_message="This is counted already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state_id}: {self.count} {self.get_of_display()} {self.get_status_display()}"


class Shift(Count):
    """By how many agreements of a state, or of the country, more or fewer stand at a status from a day on.

    Those of all days up to one, summed, are the tally of agreements of that day. The country's, which have no state,
    are a hundredth of all: so its past days take no longer to count than a state's.
    """

    state = models.ForeignKey(State, on_delete=models.CASCADE, related_name="+", null=True)
    day = models.DateField()
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state", "day", "status", "is_beside", "program"],
                name="shift_counts_once",
                nulls_distinct=False,
                violation_error_message="This is counted already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state_id or 'US'}: {self.count:+} {self.get_status_display()} from {self.day}"


class ChangeDay(models.Model):
    """A day on which an agreement of a state came to stand otherwise: where the sliders of its pages stop."""

    state = models.ForeignKey(State, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state", "day"],
                name="change_day_once",
                violation_error_message="This day is known already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state_id}: {self.day}"


class Reckoning(models.Model):
    """Up to which day of the record the current periods and tallies are worked out: one row."""

    record_end = models.DateField()

    def __str__(self) -> str:
        return f"The record up to {self.record_end}"


class Stale(models.Model):
    """An agreement to be worked out again. Triggers write these rows; whoever reads next takes them away."""

    agreement = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.agreement)
