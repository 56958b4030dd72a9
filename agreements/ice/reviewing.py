"""An editor's review of a sheet: the workbook is received, its plan is looked at, and that very plan is written.

Importing is all or nothing (docs/decisions/0012-reviewing-sheets.md): what is safe the importer does by itself, and
what is not becomes a question. A plan is worked out by doing it and taking it back, so it is known exactly; it is
written only where doing it once more gives the plan that was looked at.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from time import monotonic

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from agreements.ice.answering import rule
from agreements.ice.apply import Rules
from agreements.ice.evidence import Published, lock_imports, order_by_hand
from agreements.ice.fetch import now_in_washington
from agreements.ice.parse import ParsedSheet, read_workbook
from agreements.ice.report import Report, import_sheet
from agreements.ice.shown import Asked, Watch
from agreements.models import Review, Sheet
from agreements.models.event import FIRST_DAY
from agreements.models.sheet import IceList


@dataclass(frozen=True)
class Place:
    """Where a workbook belongs, as an editor says: the list as which ICE published it, its day and half-day."""

    list: str
    published_on: date
    half_day: str

    def stored(self, sha256: str) -> Sheet | None:
        """The very sheet, where the record has it already."""
        return Sheet.objects.filter(**asdict(self), sha256=sha256).first()

    def published(self, file_name: str, sha256: str, order: int | None = None) -> Published:
        """The same for the importer. Without an order it has its own, or that of the very sheet if that is stored."""
        if order is None:
            found = self.stored(sha256)
            order = found.order if found else order_by_hand(self.published_on)
        return Published(
            list="pending" if self.list == IceList.PENDING else "participating",
            published_on=self.published_on,
            half_day=self.half_day,
            order=order,
            file_name=file_name[:200],
            sha256=sha256,
        )


def refuse_day(day: date) -> None:
    """Raise ValidationError for a day on which ICE cannot have published a list: one to come, or before the law."""
    if not FIRST_DAY <= day <= now_in_washington().date():
        raise ValidationError("ICE cannot have published it on that day.")


@transaction.atomic
def receive(
    *, content: bytes, parsed: ParsedSheet, place: Place, file_name: str, by: User, rules: Rules | None = None
) -> Review:
    """A review of the workbook with its plan; the one that waits already, where another editor has brought the same."""
    lock_imports()
    sha256 = hashlib.sha256(content).hexdigest()
    if waiting := Review.objects.filter(**asdict(place), sha256=sha256, sheet=None).first():
        return waiting
    review = Review(**asdict(place), file_name=file_name[:200], sha256=sha256, content=content, uploaded_by=by)
    _work_out(review, parsed, rules)
    review.save()
    return review


def _work_out(review: Review, parsed: ParsedSheet, rules: Rules | None, *, seen: str | None = None) -> Report:
    """What the review's workbook brings, noted on the review. It is written only where that is the plan seen."""
    began = monotonic()
    published = _place(review).published(review.file_name, review.sha256)
    with transaction.atomic():
        report = import_sheet(parsed, published, rules or Rules.load(), commit=seen is not None)
        if report.sha256 != seen:
            transaction.set_rollback(True)
    review.plan, review.plan_sha256 = report.as_json(), report.sha256
    review.seconds = round(monotonic() - began, 1)
    return report


def _place(review: Review) -> Place:
    return Place(review.list, review.published_on, review.half_day)


def _waiting(review: Review) -> Review:
    """The review as it stands now, which nobody else changes until this transaction ends.

    Raises ValidationError where it has been discarded or brought in.
    """
    lock_imports()  # first: whoever waits here then sees what the other has done
    mine = Review.objects.select_for_update(of=("self",)).filter(pk=review.pk).first()
    if mine is None:
        raise ValidationError("It was discarded meanwhile. Nothing was written.")
    if mine.brought_in_by:
        raise ValidationError(f"It was brought in by {mine.brought_in_by.get_username()} already. Nothing was written.")
    return mine


def _read(review: Review) -> ParsedSheet:
    return read_workbook(bytes(review.content), published_on=review.published_on)


@transaction.atomic
def plan_again(*, review: Review, rules: Rules | None = None) -> None:
    """Work the plan out anew, for the record as it stands now. Raises ValidationError as _waiting does."""
    mine = _waiting(review)
    _work_out(mine, _read(mine), rules)
    mine.save()


@transaction.atomic
def bring_in(*, review: Review, seen: str, by: User, rules: Rules | None = None) -> bool:
    """Write the plan that was looked at; seen is its SHA-256. False, and nothing written, where the plan is another by
    now: the review holds the new one then.

    Raises ValidationError as _waiting does, and where the record has the sheet already.
    """
    mine = _waiting(review)
    report = _work_out(mine, _read(mine), rules, seen=seen)
    is_the_same = report.sha256 == seen
    if is_the_same and not report.is_new:
        raise ValidationError("The record has this sheet already. Nothing was written.")
    if is_the_same:
        mine.sheet = _place(mine).stored(mine.sha256)
        mine.brought_in_by, mine.brought_in_at = by, timezone.now()
        mine.content = b""
        mine.questions = [one.key for one in report.proposals]
    mine.save()
    return is_the_same


@transaction.atomic
def discard(*, review: Review) -> None:
    """Delete a review with the bytes that it keeps. Raises ValidationError as _waiting does."""
    _waiting(review).delete()


@contextmanager
def with_what_follows(review: Review) -> Iterator[None]:
    """Within it a question of the review is answered: those that the answer raises become its own. All or nothing."""
    with transaction.atomic():
        lock_imports()  # before what is open is read: what another's answer raises meanwhile is not this review's
        watch = Watch()
        yield
        _ask(Review.objects.filter(pk=review.pk), watch.asked())


def _ask(reviews: QuerySet[Review], asked: Sequence[Asked]) -> None:
    """Add questions to those of these reviews."""
    for mine in reviews.select_for_update(of=("self",)).defer("content", "plan"):
        mine.questions = list(dict.fromkeys([*mine.questions, *(one.key for one in asked)]))
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
        if is_written:
            _ask(Review.objects.filter(sheet=sheet), ruled.proposals)
        else:
            transaction.set_rollback(True)
    sheet.refresh_from_db()
    return ruled, is_written
