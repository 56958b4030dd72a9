"""What importing a sheet does: worked out by doing it, and undone again where it is only a preview."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from agreements.ice.apply import Rules, settle
from agreements.ice.evidence import Published, store
from agreements.ice.findings import Finding
from agreements.ice.parse import ParsedRow, ParsedSheet
from agreements.models import Agreement, Event, Proposal, Sheet
from agreements.snapshots import Lists


@dataclass(frozen=True)
class Report:
    """What one sheet brings, in words and counts. is_new: it was not stored before. held: why none of it counts."""

    sheet: str
    rows: int
    is_new: bool
    is_written: bool
    held: str
    problems: list[str]
    findings: dict[str, list[str]]
    events: list[str]
    proposals: list[str]
    written: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def import_sheet(parsed: ParsedSheet, published: Published, rules: Rules, *, commit: bool) -> Report:
    """Store a sheet and bring the record to it, all or nothing; without commit everything is taken back."""
    with transaction.atomic():
        last_event = Event.objects.aggregate(last=Max("pk"))["last"] or 0
        open_before = set(Proposal.objects.open().values_list("key", flat=True))
        sheet, is_new = store(parsed, published)
        written = settle(rules) if is_new else Counter()
        sheet.refresh_from_db()
        report = Report(
            sheet=str(sheet),
            rows=sheet.rows,
            is_new=is_new,
            is_written=commit and is_new,
            held=sheet.held_because,
            problems=[str(problem) for problem in parsed.problems],
            findings=_findings(sheet) if is_new else {},
            events=[_event(event) for event in Event.objects.filter(pk__gt=last_event).order_by("pk")],
            proposals=[
                f"{one.sentence} {' '.join(one.evidence)}"
                for one in Proposal.objects.open()
                if one.key not in open_before
            ],
            written={what: count for what, count in sorted(written.items()) if count},
        )
        if not commit:
            transaction.set_rollback(True)
    return report


def _findings(sheet: Sheet) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    names = {one.pk: one for one in Agreement.objects.select_related("agency__state")}
    for finding in Lists().of_sheet(sheet):
        agreement = names[finding.key]
        words = f"{agreement.agency}, {agreement.get_program_display()}"
        found.setdefault(finding.kind, []).append(f"{words}{_difference(finding)}")
    return found


def _difference(finding: Finding[int]) -> str:
    """ "(2025-07-02 → 2025-07-03)" for what is printed otherwise; "" where a row merely came or went."""
    readings = {
        "redated": lambda row: str(row.signed_on or "no day"),
        "renamed": lambda row: f"{row.agency}, {row.state}",
        "retyped": lambda row: row.agency_type or "no type",
        "county": lambda row: row.county or "no county",
        "program": lambda row: row.program,
    }
    if finding.kind not in readings:
        return ""
    reading = readings[finding.kind]
    return f" ({_each(finding.before, reading)} → {_each(finding.after, reading)})"


def _each(rows: Any, reading: Any) -> str:
    texts: list[str] = [reading(row) for row in rows if isinstance(row, ParsedRow)]
    return ", ".join(dict.fromkeys(texts))


def _event(event: Event) -> str:
    return f"{event.get_kind_display()}, {event.when}: {event.subject}. {event.summary}"
