"""What the importer would not decide by itself: proposals, their evidence, and what editors answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from agreements.models.agency import Agency, Agreement
from agreements.models.sheet import Sheet
from municipalities.history import keep_history


class ProposalKind(models.TextChoices):
    SAME_AGENCY = "same_agency", "Two names, one agency?"
    DEPARTURE = "departure", "Ended, or merely missing?"
    SIGNED_AGAIN = "signed_again", "Signed again, or corrected?"
    SHEET = "sheet", "A sheet that is held"
    PLACE = "place", "Where does it belong?"


class Answer(models.TextChoices):
    OPEN = "", "Open"
    YES = "yes", "Yes"
    NO = "no", "No"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> "ProposalQuerySet":
        """Those that still arise from the lists and that nobody has answered."""
        return self.filter(is_current=True, answer=Answer.OPEN)


@keep_history
class Proposal(models.Model):
    """A question that ICE's lists raise, with the evidence beside it. Answered once, it is never asked again.

    key says the same in every database. is_current: the lists still raise it. evidence is a list of sentences.
    """

    kind = models.CharField(max_length=12, choices=ProposalKind)
    key = models.CharField(max_length=600, unique=True)
    sentence = models.CharField(max_length=300)
    evidence = models.JSONField(default=list)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals")
    other_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals")
    is_current = models.BooleanField(default=True)
    answer = models.CharField(max_length=3, choices=Answer, blank=True, default=Answer.OPEN)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField("editors' note", blank=True, help_text="Never published.")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ProposalKind.values) & Q(answer__in=Answer.values),
                name="proposal_kind_and_answer_known_value",
                violation_error_message="Answer yes or no, or leave it open.",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence
