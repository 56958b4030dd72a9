"""An editor's review of a sheet: the workbook is received, its plan is looked at, and that very plan is written.

Importing is all or nothing (docs/decisions/0012-reviewing-sheets.md): what is safe the importer does by itself, and
what is not becomes a question. A plan is worked out by doing it and taking it back, so it is known exactly; it is
written only where doing it once more gives the plan that was looked at.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from time import monotonic
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from agreements.ice.answering import rule
from agreements.ice.apply import Rules
from agreements.ice.evidence import Published, lock_imports, order_by_hand
from agreements.ice.parse import ParsedSheet, read_workbook
from agreements.ice.report import Report, import_sheet
from agreements.ice.shown import Asked, Watch
from agreements.models import Proposal, Review, Sheet
from agreements.models.sheet import IceList


@dataclass(frozen=True)
class Place:
    """Where a workbook belongs, as an editor says: the list as which ICE published it, its day and half-day."""

    list: str
    published_on: date
    half_day: str

    def published(self, file_name: str, sha256: str) -> Published:
        """The same for the importer. The order is its own, or that of the very sheet if it is stored already."""
        found = Sheet.objects.filter(**asdict(self), sha256=sha256).first()
        return Published(
            list="pending" if self.list == IceList.PENDING else "participating",
            published_on=self.published_on,
            half_day=self.half_day,
            order=found.order if found else order_by_hand(self.published_on),
            file_name=file_name[:200],
            sha256=sha256,
        )


def _place(review: Review) -> Place:
    return Place(review.list, review.published_on, review.half_day)


def receive(
    *, content: bytes, parsed: ParsedSheet, place: Place, file_name: str, by: User, rules: Rules | None = None
) -> Review:
    """A review of the workbook with its plan; the one that waits already, where another editor has brought the same."""
    sha256 = hashlib.sha256(content).hexdigest()
    known = Review.objects.filter(**asdict(place), sha256=sha256, sheet=None)
    if waiting := known.first():
        return waiting
    report, seconds = _preview(parsed, place, file_name, sha256, rules)
    try:
        with transaction.atomic():
            return Review.objects.create(
                **asdict(place),
                file_name=file_name[:200],
                sha256=sha256,
                content=content,
                uploaded_by=by,
                **_planned(report, seconds),
            )
    except IntegrityError:
        return known.get()  # brought by another while this plan was worked out


def _preview(
    parsed: ParsedSheet, place: Place, file_name: str, sha256: str, rules: Rules | None
) -> tuple[Report, float]:
    began = monotonic()
    with transaction.atomic():
        lock_imports()
        report = import_sheet(parsed, place.published(file_name, sha256), rules or Rules.load(), commit=False)
    return report, monotonic() - began


def _planned(report: Report, seconds: float) -> dict[str, Any]:
    return {"plan": report.as_json(), "plan_sha256": report.sha256, "seconds": round(seconds, 1)}


def plan_again(*, review: Review, rules: Rules | None = None) -> None:
    """Work the plan out anew, for the record as it stands now. Raises ValidationError where it was brought in."""
    if review.sheet:
        raise ValidationError(f"It was brought in by {brought_in_by(review)} already: what it brought stands below.")
    parsed = read_workbook(bytes(review.content), published_on=review.published_on)
    report, seconds = _preview(parsed, _place(review), review.file_name, review.sha256, rules)
    Review.objects.filter(pk=review.pk, sheet=None).update(**_planned(report, seconds))
    review.refresh_from_db()


@transaction.atomic
def bring_in(*, review: Review, seen: str, by: User, rules: Rules | None = None) -> bool:
    """Write the plan that was looked at; seen is its SHA-256. False, and nothing written, where the plan is another by
    now: the review holds the new one then.

    Raises ValidationError where the sheet has been brought in already, or was before it was uploaded.
    """
    lock_imports()  # first: whoever waits here then sees what the other has done
    mine = Review.objects.select_for_update(of=("self",)).filter(pk=review.pk).first()
    if mine is None:
        raise ValidationError("It was discarded meanwhile. Nothing was written.")
    if mine.sheet:
        raise ValidationError(f"It was brought in by {brought_in_by(mine)} already. Nothing was written.")
    began = monotonic()
    parsed = read_workbook(bytes(mine.content), published_on=mine.published_on)
    published = _place(mine).published(mine.file_name, mine.sha256)
    with transaction.atomic():
        report = import_sheet(parsed, published, rules or Rules.load(), commit=True)
        is_the_same = report.sha256 == seen
        if not is_the_same:
            transaction.set_rollback(True)
    if is_the_same and not report.is_new:
        raise ValidationError("The record has this sheet already. Nothing was written.")
    for name, value in _planned(report, monotonic() - began).items():
        setattr(mine, name, value)
    if is_the_same:
        mine.sheet = Sheet.objects.get(list=published.list, order=published.order)
        mine.brought_in_by, mine.brought_in_at = by, timezone.now()
        mine.content = b""
        mine.questions = [one.key for one in report.proposals]
    mine.save()
    review.refresh_from_db()
    return is_the_same


def brought_in_by(review: Review) -> str:
    return review.brought_in_by.get_username() if review.brought_in_by else "nobody"


@transaction.atomic
def discard(*, review: Review) -> None:
    """Delete a review with the bytes that it keeps. Raises ValidationError where the sheet is in the record already."""
    mine = Review.objects.select_for_update(of=("self",)).filter(pk=review.pk).first()
    if mine is None:
        raise ValidationError("It was discarded already.")
    if mine.sheet:
        raise ValidationError(f"It was brought in by {brought_in_by(mine)}: it can be set aside, not discarded.")
    mine.delete()


def ask_what_followed(review: Review, before: set[str]) -> None:
    """Add to a review's questions those that an answer has raised. before: the keys that were open before it."""
    new = Proposal.objects.open().exclude(key__in=before).order_by("kind", "key").values_list("key", flat=True)
    with transaction.atomic():
        mine = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        mine.questions = list(dict.fromkeys([*mine.questions, *new]))
        mine.save(update_fields=["questions"])


@dataclass(frozen=True)
class Ruled:
    """What follows from a ruling on a sheet: why it is held then, events added and told otherwise, questions."""

    held: str
    events: list[str]
    changed: list[str]
    proposals: list[Asked]
    written: dict[str, int]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def rule_if_seen(
    *, sheet: Sheet, ruling: str, by: User, seen: str = "", rules: Rules | None = None
) -> tuple[Ruled, bool]:
    """What follows from a ruling, and whether it was written: only where seen is the SHA-256 of that very outcome."""
    with transaction.atomic():
        lock_imports()
        watch = Watch()
        written = rule(sheet=sheet, ruling=ruling, by=by, rules=rules)
        counts = {what: count for what, count in sorted(written.items()) if count}
        ruled = Ruled(sheet.held_because, watch.events(), watch.changed(), watch.asked(), counts)
        is_written = ruled.sha256 == seen
        if not is_written:
            transaction.set_rollback(True)
    sheet.refresh_from_db()
    return ruled, is_written
