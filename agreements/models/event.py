"""What happened, in court and out of it, and when someone looked."""

from datetime import date
from functools import partial
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.lookups import Exact

from agreements.dates import edtf, in_words, machine_date
from agreements.kinds import EventKind
from agreements.models.agency import Agency, Agreement
from agreements.models.revision import AS_REVISED
from agreements.models.source import Citation, Confidence, Source, refuse_without_source
from agreements.status import SUIT_KINDS
from municipalities.history import keep_history
from municipalities.models import County, Municipality, State

SUBJECTS = ("agreement", "agency", "municipality", "county", "state")
#: Section 287(g) was enacted in 1996: nothing in the record is older.
FIRST_DAY = date(1996, 1, 1)


def _exactly_one_of(*fields: str) -> Exact:
    count = Func(
        *(F(name) for name in fields),
        function="num_nonnulls",
        output_field=models.IntegerField(),
    )
    return Exact(count, 1)


@keep_history
class Suit(models.Model):
    """A lawsuit: it groups its filing, hearings, rulings and end."""

    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    court = models.CharField(max_length=200, blank=True)
    docket = models.CharField(max_length=80, blank=True)
    is_about_duty_to_sign = models.BooleanField(
        default=False,
        help_text="Whether it asks if an agency must sign. Only such a suit shows as Before a court.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Publication(models.TextChoices):
    DRAFT = "draft", "Draft"
    READY = "ready", "Ready"
    PUBLISHED = "published", "Published"


class EventQuerySet(models.QuerySet["Event"]):
    def published(self) -> Self:
        return self.filter(publication=Publication.PUBLISHED)

    def established(self) -> Self:
        """Published, and stated by a source that we use and trust at least moderately: these may set a status."""
        used = Citation.objects.filter(
            event=models.OuterRef("pk"),
            is_used=True,
            confidence__in=[Confidence.HIGH, Confidence.MEDIUM],
        )
        return self.published().filter(models.Exists(used), is_being_checked=False)

    def with_sources(self) -> Self:
        """With what the pages print beneath each: its sources and what they state otherwise."""
        return self.select_related("suit").prefetch_related("citations__source", "citations__claims")


@partial(keep_history, exclude=["days"])
class Event(models.Model):
    """One thing that happened, about exactly one agreement, agency, municipality, county or state.

    earliest and latest bound the days on which it happened, both included: equal where the day is known, empty where
    nothing bounds that side. A month is its first and last day here, and "March 2025, day not confirmed" in print.
    """

    kind = models.CharField(max_length=20, choices=EventKind)
    earliest = models.DateField(null=True, blank=True, help_text="First day on which it can have happened.")
    latest = models.DateField(null=True, blank=True, help_text="Last day on which it can have happened.")
    days = models.GeneratedField(
        # Nothing for days in the wrong order, so that the constraint below refuses them by its name.
        expression=Case(
            When(earliest__gt=F("latest"), then=None),
            default=Func(F("earliest"), F("latest"), Value("[]"), function="daterange", output_field=DateRangeField()),
        ),
        output_field=DateRangeField(),
        db_persist=True,
    )
    sequence = models.SmallIntegerField(default=0, help_text="Order within one day, where a source gives it.")
    scheduled_for = models.DateField(null=True, blank=True, help_text="For a scheduled vote: the day of the meeting.")
    summary = models.CharField(max_length=280)
    votes_for = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_absent = models.PositiveSmallIntegerField(null=True, blank=True)
    suit = models.ForeignKey(Suit, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    is_from_list = models.BooleanField(
        "kept by the importer",
        default=False,
        help_text="Whether it follows ICE's lists. An editor's change ends that: the lists are then claims beside it.",
    )
    is_being_checked = models.BooleanField(
        "being checked",
        default=False,
        help_text="An unconfirmed report: shown as a dated note, sets no status.",
    )
    publication = models.CharField(max_length=10, choices=Publication, default=Publication.DRAFT, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="writer of the draft",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text="Who last changed it before it was published: somebody else checks it.",
    )
    corrected_on = models.DateField(null=True, editable=False, help_text="Day of the last correction by an editor.")

    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
    )
    county = models.ForeignKey(County, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    state = models.ForeignKey(State, on_delete=models.PROTECT, null=True, blank=True, related_name="events")

    objects = EventQuerySet.as_manager()

    # Not a column: what a page attaches that numbers its sources.
    source_numbers: list[int]

    class Meta:
        ordering = [F("latest").desc(nulls_last=True), "-sequence", "-pk"]
        indexes = [
            models.Index(fields=["latest", "kind"], name="event_latest_kind"),
            # The order above: a list of all reads its first page, not every event.
            models.Index(
                F("latest").desc(nulls_last=True), F("sequence").desc(), F("id").desc(), name="event_newest_first"
            ),
        ]
        permissions = [("publish_event", "Can publish events")]
        constraints = [
            models.CheckConstraint(
                condition=_exactly_one_of(*SUBJECTS),
                name="event_exactly_one_subject",
                violation_error_message=(
                    "An event is about exactly one agreement, agency, municipality, county or state."
                ),
            ),
            models.CheckConstraint(
                condition=Q(earliest__isnull=True) | Q(latest__isnull=True) | Q(earliest__lte=F("latest")),
                name="event_earliest_not_after_latest",
                violation_error_message="The earliest day is after the latest.",
            ),
            models.CheckConstraint(
                condition=(Q(earliest__isnull=True) | Q(earliest__gte=FIRST_DAY))
                & (Q(latest__isnull=True) | Q(latest__gte=FIRST_DAY)),
                name="event_not_before_1996",
                violation_error_message="Section 287(g) dates from 1996: check the year.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values),
                name="event_kind_known_value",
                violation_error_message="Choose the kind of event from the list.",
            ),
            models.CheckConstraint(
                condition=Q(publication__in=Publication.values),
                name="event_publication_known_value",
                violation_error_message="An event is a draft, ready or published.",
            ),
            models.CheckConstraint(
                condition=Q(scheduled_for__isnull=True) | Q(kind=EventKind.VOTE_SCHEDULED),
                name="event_scheduled_day_only_for_a_vote",
                violation_error_message="Only a scheduled vote has a day of meeting.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=sorted(SUIT_KINDS)) | Q(suit__isnull=False),
                name="event_of_a_suit_names_it",
                violation_error_message="Name the lawsuit that was filed or ended.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_event_has_a_source",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(new__publication="published"),
                # At commit, so that an event and its sources may be written in either order.
                func=refuse_without_source("NEW.id"),
            ),
            pgtrigger.Trigger(
                name="published_event_reads_as_its_revision",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("said", "agreements_revision")],
                func=AS_REVISED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.when}"

    @property
    def when(self) -> str:
        """The date in words, with what is not known of it."""
        return in_words(self.earliest, self.latest)

    @property
    def edtf(self) -> str:
        return edtf(self.earliest, self.latest)

    @property
    def machine_date(self) -> str:
        return machine_date(self.earliest, self.latest)

    @property
    def anchor(self) -> str:
        """The fragment under which a page shows it."""
        return f"e{self.pk}"

    @property
    def subject(self) -> Agreement | Agency | Municipality | County | State:
        """What it is about."""
        return next(one for name in SUBJECTS if (one := getattr(self, name)) is not None)

    @property
    def others(self) -> list[Citation]:
        """The sources that stand beside the used one, with .claims prefetched by `with_sources`."""
        return [citation for citation in self.citations.all() if not citation.is_used]

    @property
    def is_disputed(self) -> bool:
        """Whether a source states something otherwise."""
        return any(citation.claims.all() for citation in self.others)

    @property
    def votes(self) -> str:
        """The count of votes, "6–0", with the absent where known; "" where no count is known."""
        if self.votes_for is None or self.votes_against is None:
            return ""
        absent = f", {self.votes_absent} absent" if self.votes_absent else ""
        return f"{self.votes_for}–{self.votes_against}{absent}"


class CheckResult(models.TextChoices):
    NONE_FOUND = "none_found", "No agreement found"
    FOUND = "found", "An agreement was found"


@keep_history
class Check(models.Model):
    """Someone looked a place up on that day. It tells "no agreement known" from "not yet checked"."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="checks")
    day = models.DateField()
    covers_from = models.DateField(help_text="First day for which it says so: lists of earlier days were read too.")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="checks")
    result = models.CharField(max_length=12, choices=CheckResult)

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "day", "source"],
                name="check_once_a_day_and_source",
                violation_error_message="This check is already recorded.",
            ),
            models.CheckConstraint(
                condition=Q(covers_from__lte=F("day")),
                name="check_covers_the_past",
                violation_error_message="A check cannot cover a later day than its own.",
            ),
            models.CheckConstraint(
                condition=Q(result__in=CheckResult.values),
                name="check_result_known_value",
                violation_error_message="Say whether an agreement was found.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality}, {self.day}: {self.get_result_display()}"
