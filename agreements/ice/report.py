"""What importing a sheet does: worked out by doing it, and undone again where it is only a preview."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from agreements.ice.apply import Rules, settle
from agreements.ice.evidence import Published, store
from agreements.ice.parse import ParsedSheet, Problem
from agreements.ice.shown import Asked, Found, Row, Watch, findings_of
from agreements.models import Listing
from agreements.snapshots import Lists


@dataclass(frozen=True)
class Report:
    """What one sheet brings, in words and counts. is_new: it was not stored before. held: why none of it counts.

    events are those added, changed those that are told otherwise. unmatched: rows that no agency was found for.
    """

    sheet: str
    rows: int
    is_new: bool
    is_written: bool
    held: str
    problems: list[Problem]
    unmatched: list[Row]
    findings: dict[str, list[Found]]
    events: list[str]
    changed: list[str]
    proposals: list[Asked]
    written: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def sha256(self) -> str:
        """The same for a preview and for what is written, if they are the same."""
        said = {name: value for name, value in self.as_json().items() if name != "is_written"}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def import_sheet(parsed: ParsedSheet, published: Published, rules: Rules, *, commit: bool) -> Report:
    """Store a sheet and bring the record to it, all or nothing; without commit everything is taken back."""
    with transaction.atomic():
        watch = Watch()
        sheet, is_new = store(parsed, published)
        written = settle(rules) if is_new else Counter()
        sheet.refresh_from_db()
        report = Report(
            sheet=str(sheet),
            rows=sheet.rows,
            is_new=is_new,
            is_written=commit and is_new,
            held=sheet.held_because,
            problems=list(parsed.problems),
            unmatched=[] if sheet.held_because else [_row(one) for one in Lists().without_agreement(sheet)],
            findings=findings_of(sheet, parsed.rows, watch.agreement) if is_new else {},
            events=watch.events(),
            changed=watch.changed(),
            proposals=watch.asked(),
            written=_counts(written),
        )
        if not commit:
            transaction.set_rollback(True)
    return report


def _row(listing: Listing) -> Row:
    return Row(listing.row or 0, dict(listing.printed))


def _counts(written: Counter[str]) -> dict[str, int]:
    return {what: count for what, count in sorted(written.items()) if count}


def in_words(written: Mapping[str, int]) -> list[str]:
    """What settling wrote, by the counts of `settle`: ["1 agency added", "1,234 listings matched"]."""
    return [f"{count:,} {_counted(what, count)}" for what, count in sorted(written.items()) if count]


def _counted(what: str, count: int) -> str:
    many, _, done = what.partition(" ")
    one = "agency" if many == "agencies" else many.removesuffix("s")
    return f"{one if count == 1 else many} {done}"
