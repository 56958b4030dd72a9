"""Who says so: sources, the events they state, and what they state otherwise than we do."""

from typing import Any

import pgtrigger
from django import forms
from django.db import models
from django.db.models import F, Q

from agreements.dates import in_words, machine_date
from municipalities.history import keep_history


def refuse_without_source(event_id: str) -> str:
    """Body of a trigger that refuses a published event without a source. event_id is an SQL expression: NEW.id."""
    return f"""
        IF EXISTS (SELECT 1 FROM agreements_event WHERE id = {event_id} AND publication = 'published')
           AND NOT EXISTS (SELECT 1 FROM agreements_citation WHERE event_id = {event_id}) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                MESSAGE = 'Event ' || {event_id} || ' cannot be published without a source.',
                CONSTRAINT = 'published_event_has_a_source';
        END IF;
        RETURN NULL;
    """


class WebAddressField(models.URLField):
    """A web address; one typed into a form without its scheme is taken as https."""

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"assume_scheme": "https", **kwargs})


class SourceKind(models.TextChoices):
    ICE_LIST = "ice_list", "ICE list"
    MEMORANDUM = "memorandum", "Signed memorandum"
    COURT = "court", "Court document"
    GOVERNMENT = "government", "Government document"
    NEWS = "news", "News report"
    ADVOCACY = "advocacy", "Advocacy organization"
    OTHER = "other", "Other"


class Confidence(models.TextChoices):
    HIGH = "high", "High: a primary or reputable source states it"
    MEDIUM = "medium", "Medium: one secondary source"
    LOW = "low", "Low: inferred or in conflict"


@keep_history
class Source(models.Model):
    """A document or report, with its address. Its day of publication may be inexact or unknown."""

    url = WebAddressField("web address", max_length=500)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=SourceKind)
    published_earliest = models.DateField(null=True, blank=True)
    published_latest = models.DateField(null=True, blank=True)
    archived_url = WebAddressField("archive copy", max_length=500, blank=True)

    class Meta:
        ordering = ["publisher", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["url", "title"],
                name="source_once",
                violation_error_message="This source is already recorded: choose it instead.",
            ),
            models.CheckConstraint(
                condition=Q(url__regex=r"^https?://"),
                name="source_url_is_web_address",
                violation_error_message="A source's address begins with http:// or https://.",
            ),
            models.CheckConstraint(
                # Both must be asked for: a comparison with an empty day is neither true nor false, and would pass.
                condition=Q(published_earliest__isnull=True, published_latest__isnull=True)
                | Q(
                    published_earliest__isnull=False,
                    published_latest__isnull=False,
                    published_earliest__lte=F("published_latest"),
                ),
                name="source_publication_days_in_order",
                violation_error_message="Give both days of publication, the earlier first, or neither.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SourceKind.values),
                name="source_kind_known_value",
                violation_error_message="Choose the kind of source from the list.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"

    @property
    def published(self) -> str:
        """The day of publication in words, "" where not known."""
        return in_words(self.published_earliest, self.published_latest) if self.published_latest else ""

    @property
    def machine_date(self) -> str:
        return machine_date(self.published_earliest, self.published_latest)


@keep_history
class Citation(models.Model):
    """A source that speaks of an event. The used one gave it its kind, days and wording; the others stand beside it."""

    event = models.ForeignKey("agreements.Event", on_delete=models.CASCADE, related_name="citations")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations")
    is_used = models.BooleanField(
        "used first",
        default=True,
        help_text="Kind, days and wording are from this source.",
    )
    confidence = models.CharField(max_length=6, choices=Confidence)
    is_from_list = models.BooleanField(
        "kept by the importer",
        default=False,
        help_text="Whether the importer set it beside the event, and keeps it so.",
    )
    says = models.CharField(max_length=280, blank=True, help_text="What this source says, in our words.")
    note = models.TextField("editors' note", blank=True, help_text="Never published.")

    class Meta:
        ordering = ["-is_used", "pk"]
        indexes = [models.Index(F("is_used").desc(), F("id"), name="citation_used_first")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "source"],
                name="citation_once",
                violation_error_message="This source is already cited for this event.",
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=Confidence.values),
                name="citation_confidence_known_value",
                violation_error_message="Choose how sure the source makes us.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_event_keeps_a_source",
                when=pgtrigger.After,
                operation=pgtrigger.Delete | pgtrigger.UpdateOf("event_id"),
                # At commit, so that one source may be put in the place of another.
                timing=pgtrigger.Deferred,
                func=refuse_without_source("OLD.event_id"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} (for event {self.event_id})"


class ClaimField(models.TextChoices):
    DAY = "day", "the day"
    VOTES = "votes", "the count of votes"
    KIND = "kind", "what happened"
    PROGRAM = "program", "the program"
    COURT = "court", "the court"
    EXISTENCE = "existence", "whether it happened"


@keep_history
class Claim(models.Model):
    """One thing that a source states otherwise than we do. A day is a pair of days; the rest is a short text."""

    citation = models.ForeignKey(Citation, on_delete=models.CASCADE, related_name="claims")
    field = models.CharField(max_length=10, choices=ClaimField)
    value = models.CharField(max_length=200, blank=True)
    earliest = models.DateField(null=True, blank=True)
    latest = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["field"]
        constraints = [
            models.UniqueConstraint(
                fields=["citation", "field"],
                name="claim_once_per_field",
                violation_error_message="This source's claim about that is already recorded.",
            ),
            models.CheckConstraint(
                condition=(Q(field=ClaimField.DAY, value="") & ~Q(earliest__isnull=True, latest__isnull=True))
                | (~Q(field=ClaimField.DAY) & ~Q(value="") & Q(earliest__isnull=True, latest__isnull=True)),
                name="claim_has_its_value",
                violation_error_message="A claimed day goes into the two days; any other claim into the value.",
            ),
            models.CheckConstraint(
                condition=Q(earliest__isnull=True) | Q(latest__isnull=True) | Q(earliest__lte=F("latest")),
                name="claim_earliest_not_after_latest",
                violation_error_message="The earliest day is after the latest.",
            ),
            models.CheckConstraint(
                condition=Q(field__in=ClaimField.values),
                name="claim_field_known_value",
                violation_error_message="Choose what the source states otherwise.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()}: {self.in_words}"

    @property
    def in_words(self) -> str:
        """What is claimed, as a reader would say it."""
        return in_words(self.earliest, self.latest) if self.field == ClaimField.DAY else self.value
