"""Looking a place up again: which places are due, and the check that says that nothing has changed."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When

from agreements.kinds import Status
from agreements.models import Agreement, Check, Source
from agreements.models.event import CheckResult
from municipalities.models import Municipality

#: After so many days without a look a place is due.
DUE_AFTER = timedelta(days=30)
_IN_FORCE_OR_SOUGHT = {Status.ACTIVE, Status.SIGNED, Status.PENDING}


def to_check(today: date) -> QuerySet[Municipality]:
    """The municipalities that we follow and that nobody looked at for thirty days.

    Followed are those whose own agencies have an agreement, and those that were looked up before.
    """
    agreed = Agreement.objects.standing_alone().filter(agency__municipalities__isnull=False).order_by()
    looked_up = Check.objects.order_by()
    followed = Q(pk__in=agreed.values("agency__municipalities")) | Q(pk__in=looked_up.values("municipality"))
    lately = looked_up.filter(day__gte=today - DUE_AFTER).values("municipality")
    return Municipality.objects.filter(followed).exclude(pk__in=lately)


def longest_ago_first(places: QuerySet[Municipality]) -> QuerySet[Municipality]:
    """Those first that were never looked up, or longest ago. Each has `last_checked`, empty where it never was."""
    last = Check.objects.filter(municipality=OuterRef("pk")).order_by("-day").values("day")[:1]
    looked_up = When(pk__in=Check.objects.order_by().values("municipality"), then=Subquery(last))  # few are, at first
    return places.annotate(last_checked=Case(looked_up)).order_by(
        F("last_checked").asc(nulls_first=True), F("population").desc(nulls_last=True), "pk"
    )


@transaction.atomic
def check_unchanged(*, place: Municipality, source: Source, day: date) -> Check:
    """Record that somebody looked this place up on that day and found what the record has.

    It speaks of that day alone. Raises ValidationError where this check is recorded already.
    """
    Municipality.objects.select_for_update(no_key=True).get(pk=place.pk)  # a second click waits, and is told so
    agreements = Agreement.objects.standing_alone().filter(agency__municipalities=place)
    stands = any(one.standing.status in _IN_FORCE_OR_SOUGHT for one in agreements.with_status(on=day))
    result = CheckResult.FOUND if stands else CheckResult.NONE_FOUND
    check = Check(municipality=place, source=source, day=day, covers_from=day, result=result)
    check.full_clean()
    check.save()
    return check
