"""What a sheet brings, as editors are shown it: differences with both printed rows, links and earlier sheets."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.apps import apps
from django.db.models import Max

from agreements.dates import in_words
from agreements.ice.findings import Finding
from agreements.ice.history import LISTS
from agreements.ice.parse import ParsedRow
from agreements.models import Agreement, Event, Proposal, Sheet
from agreements.models.event import Publication
from agreements.snapshots import Lists, list_of

_READINGS: dict[str, Callable[[ParsedRow], str]] = {
    "redated": lambda row: str(row.signed_on or "no day"),
    "renamed": lambda row: f"{row.agency}, {row.state}",
    "retyped": lambda row: row.agency_type or "no type",
    "county": lambda row: row.county or "no county",
    "program": lambda row: row.program,
}


#: The cells of a row, by which it is known again.
Printed: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Row:
    """A row as ICE printed it, by column; its number where it stands on the sheet in hand, else 0."""

    number: int
    printed: dict[str, str]


@dataclass(frozen=True)
class StoodOn:
    """A sheet on which a row stood: list and order are its address."""

    list: str
    order: int
    published_on: str
    half_day: str
    is_held: bool


@dataclass(frozen=True)
class Found:
    """One difference: whose, what was printed and is, where it leads, and the last five sheets that had the row.

    public_id: "" where the sheet itself brings the agreement. links: of memoranda and addenda, the newest first.
    """

    agency: str
    program: str
    public_id: str
    difference: str
    before: list[Row]
    after: list[Row]
    links: list[str]
    stood_on: list[StoodOn]

    def __str__(self) -> str:
        return f"{self.agency}, {self.program}{self.difference}"


@dataclass(frozen=True)
class Asked:
    """A question that the sheet raises; its key leads to the proposal. about: whose it is, "" of a whole sheet."""

    key: str
    about: str
    sentence: str
    evidence: list[str]

    def __str__(self) -> str:
        return " ".join([*([f"{self.about}:"] if self.about else []), self.sentence, *self.evidence])


def findings_of(
    sheet: Sheet, rows: Iterable[ParsedRow] = (), last_agreement: int | None = None
) -> dict[str, list[Found]]:
    """What a stored sheet prints otherwise than the last of its list that counts, by kind.

    rows: as they were read from the workbook, for their numbers. last_agreement: the id of the last agreement that was
    there before the sheet; None where all were.
    """
    lists = Lists()
    compared = lists.of_sheet(sheet)
    keys = {one.key for one in compared}
    agreements = Agreement.objects.select_related("agency__state").in_bulk(keys)
    stood = {name: lists.stood_on(name, keys, before=sheet) for name in LISTS}
    numbers: dict[Printed, list[int]] = defaultdict(list)
    for row in rows:
        numbers[_printed(row)].append(row.number)
    found: dict[str, list[Found]] = {}
    for one in compared:
        agreement = agreements[one.key]
        on = stood["pending" if one.kind == "signed" else list_of(sheet)].get(one.key, [])
        known = agreement.public_id if last_agreement is None or agreement.pk <= last_agreement else ""
        found.setdefault(one.kind, []).append(_found(one, agreement, known, numbers, on))
    return {kind: sorted(several, key=str) for kind, several in found.items()}


def _printed(row: ParsedRow) -> Printed:
    return tuple(sorted(row.printed.items()))


def _found(
    one: Finding[int], agreement: Agreement, public_id: str, numbers: dict[Printed, list[int]], on: Sequence[Sheet]
) -> Found:
    links = [link for row in (*one.after, *one.before) for link in (row.moa_url, row.addendum_url) if link]
    after = [(row, numbers.get(_printed(row), [])) for row in one.after]
    return Found(
        agency=str(agreement.agency),
        program=agreement.get_program_display(),
        public_id=public_id,
        difference=_difference(one),
        before=[Row(0, dict(row.printed)) for row in one.before],
        after=[Row(found[0] if len(found) == 1 else 0, dict(row.printed)) for row, found in after],
        links=list(dict.fromkeys(links)),
        stood_on=[stood_on(sheet) for sheet in on],
    )


def stood_on(sheet: Sheet) -> StoodOn:
    """A sheet as it is named beside a row."""
    day = sheet.published_on.isoformat()
    return StoodOn(sheet.list, sheet.order, day, sheet.half_day, bool(sheet.held_because))


def _difference(finding: Finding[int]) -> str:
    """ "(2025-07-02 → 2025-07-03)" for what is printed otherwise; the day of signing of a row that came."""
    if finding.kind in ("new", "signed", "returned") and any(row.signed_on for row in finding.after):
        return f" (signed {_each(finding.after, _READINGS['redated'])})"
    if finding.kind not in _READINGS:
        return ""
    reading = _READINGS[finding.kind]
    return f" ({_each(finding.before, reading)} → {_each(finding.after, reading)})"


def _each(rows: Iterable[ParsedRow], reading: Callable[[ParsedRow], str]) -> str:
    return ", ".join(dict.fromkeys(reading(row) for row in rows))


class Watch:
    """What the importer writes of events and questions from the moment that this is made, within one transaction.

    An editor's own events are none of the importer's, even if they are written meanwhile.
    """

    def __init__(self) -> None:
        self._history = apps.get_model("agreements", "EventHistory")
        self._event = Event.objects.aggregate(last=Max("pk"))["last"] or 0
        self._version = self._history.objects.aggregate(last=Max("pgh_id"))["last"] or 0
        self._open = set(Proposal.objects.open().values_list("key", flat=True))
        self.agreement: int = Agreement.objects.aggregate(last=Max("pk"))["last"] or 0

    def events(self) -> list[str]:
        """The events that were added, in words."""
        added = Event.objects.filter(pk__gt=self._event, is_from_list=True).order_by("pk")
        with_subjects = added.select_related(
            "agreement__agency__state", "agency__state", "municipality", "county", "state"
        )
        return [f"{_what(event)}: {event.subject}. {event.summary}" for event in with_subjects]

    def changed(self) -> list[str]:
        """The events that were there and are told otherwise now, of another agreement, or taken back to a draft."""
        versions = self._history.objects.filter(pgh_obj_id__lte=self._event, is_from_list=True).order_by("pgh_id")
        versions = versions.select_related("agreement__agency__state")
        now = {one.pgh_obj_id: one for one in versions.filter(pgh_label="update", pgh_id__gt=self._version)}
        was = {one.pgh_obj_id: one for one in versions.filter(pgh_obj_id__in=now, pgh_id__lte=self._version)}
        return [line for pk, one in sorted(now.items()) if (line := _became(was.get(pk), one))]

    def asked(self) -> list[Asked]:
        """The questions that are open now and were not."""
        found = Proposal.objects.open().exclude(key__in=self._open).order_by("kind", "key")
        with_subjects = found.select_related("agreement__agency__state", "agency__state")
        return [Asked(one.key, about(one), one.sentence, list(one.evidence)) for one in with_subjects]


def about(proposal: Proposal) -> str:
    """Whose agreement or agency a question is about, in words; "" of a whole sheet."""
    if proposal.agreement:
        return f"{proposal.agreement.agency}, {proposal.agreement.get_program_display()}"
    return str(proposal.agency or "")


def _what(event: Event) -> str:
    return f"{event.get_kind_display()}, {event.when}"


def _became(was: Any, now: Any) -> str:
    """What became of an event, in words; "" where it reads as before. was: None where no earlier version is kept."""
    subject, told = _subject(now), _told(now)
    if was is None:
        return f"{subject}: {told}"
    if (_subject(was), _told(was)) == (subject, told):
        return ""
    to = told if _subject(was) == subject else f"{subject}: {told}"
    return f"{_subject(was)}: {_told(was)} → {to}"


def _subject(version: Any) -> str:
    return f"{version.agreement.agency}, {version.agreement.get_program_display()}"


def _told(version: Any) -> str:
    """One version of an event in words; a draft says that it is one."""
    label = Event(kind=version.kind).get_kind_display()
    draft = "" if version.publication == Publication.PUBLISHED else " (a draft)"
    return f"{label}, {in_words(version.earliest, version.latest)}{draft}. {version.summary}"
