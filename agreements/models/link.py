"""Whether the addresses of sources still answer: asked by `check_links`, kept beside the record and not part of it."""

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Q

from agreements.models.source import Source, WebAddressField

#: So many failures in a row, each on another day, and an address counts as dead: one bad night of a site does not.
DEAD_AFTER = 3


class LinkOutcome(models.TextChoices):
    WORKS = "works", "It answers"
    REFUSED = "refused", "It refuses programs"
    FAILED = "failed", "It does not answer, or has no such page"
    NOT_ASKED = "not_asked", "Not asked"


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def dead(self) -> Self:
        return self.filter(outcome=LinkOutcome.FAILED, failures__gte=DEAD_AFTER)


class LinkCheck(models.Model):
    """What the address of a source answered when it was last asked. Whoever corrects the address deletes it.

    failures: on how many days in a row it failed; an answer or a refusal begins anew. status: HTTP's, None where there
    was no answer. moved_to: where it says that it is for good. suggested_copy: the Internet Archive's, which becomes
    the source's only when an editor has looked at it.
    """

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="link_check")
    checked_at = models.DateTimeField(db_index=True)
    outcome = models.CharField(max_length=9, choices=LinkOutcome)
    status = models.PositiveSmallIntegerField("HTTP status", null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    failures = models.PositiveSmallIntegerField("days failed in a row", default=0)
    moved_to = WebAddressField(max_length=500, blank=True)
    suggested_copy = WebAddressField("archive copy found", max_length=500, blank=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "link check"
        ordering = ["-failures", "checked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=LinkOutcome.values),
                name="link_check_outcome_known_value",
                violation_error_message="Choose the outcome from the list.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_outcome_display()}"


@transaction.atomic
def note_link(
    *,
    source: Source,
    at: datetime,
    outcome: LinkOutcome,
    status: int | None = None,
    error: str = "",
    moved_to: str = "",
    suggested_copy: str = "",
) -> LinkCheck | None:
    """Keep what the address of a source answered. A second failure of one day counts as one with the first.

    A copy that is known already stays where none is given. None, and nothing is kept, where the source is gone or has
    another address by now: asking takes a while.
    """
    asked = Source.objects.select_for_update(no_key=True).filter(pk=source.pk, url=source.url).first()
    if asked is None:
        return None
    found = LinkCheck.objects.filter(source=asked).first() or LinkCheck(source=asked)
    if outcome == LinkOutcome.FAILED:
        is_counted = bool(found.failures) and found.checked_at.date() == at.date()
        found.failures += 0 if is_counted else 1
    elif outcome != LinkOutcome.NOT_ASKED:
        found.failures = 0
    found.checked_at, found.outcome, found.status = at, outcome, status
    found.error, found.moved_to = error[:300], moved_to if len(moved_to) <= 500 else ""
    found.suggested_copy = suggested_copy or found.suggested_copy
    found.save()
    return found


@transaction.atomic
def accept_copies(checks: "models.QuerySet[LinkCheck]") -> int:
    """Give these sources the archive copies that were found, where they have none; returns how many got one."""
    without = Source.objects.filter(link_check__in=checks, archived_url="").order_by("pk")
    held = list(without.select_for_update(of=("self",), no_key=True))
    # Read only now: whoever corrected the address of one of these meanwhile took its copy away.
    found = list(LinkCheck.objects.filter(source__in=held).exclude(suggested_copy="").select_related("source"))
    for check in found:
        check.source.archived_url = check.suggested_copy
        check.source.save(update_fields=["archived_url"])
    return len(found)
