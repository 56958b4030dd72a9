"""The sources of a page, numbered, and where they differ: gathered from the events that the page shows.

Events come from `chronicle.events`, with citations, sources and claims prefetched; one query more for the sheets that
are kept of ICE's lists.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.utils.text import capfirst

from agreements.kinds import EventKind
from agreements.models import Agreement, Citation, Claim, Event, Sheet, Source
from agreements.models.event import Publication
from agreements.models.source import ClaimField, Confidence, SourceKind


@dataclass
class Numbered:
    """A source in a page's list of sources. is_confirmed: an event other than one being checked rests on it.

    sheets: where the source is one of ICE's lists, our copies of it.
    """

    number: int
    source: Source
    is_confirmed: bool = False
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"s{self.number}"

    @property
    def title(self) -> str:
        """The title with its full stop, unless it ends with one of its own; that of a report in quotation marks."""
        title = self.source.title
        ended = title if title.rstrip("”’\"'").endswith((".", "?", "!")) else f"{title}."
        return f"“{ended}”" if self.source.kind == SourceKind.NEWS else ended

    @property
    def day(self) -> str:
        """When it was published, in words, as far as it shows; "" where the title ends with that day."""
        if not self.source.published:
            return "No date shown"
        return "" if self.source.title.endswith(self.source.published) else self.source.published


def number_sources(events: Iterable[Event], *others: Source) -> list[Numbered]:
    """The sources of these events in the order in which a reader meets them, then the others.

    Each event is given .source_numbers, the used source's first.
    """
    found: dict[int, Numbered] = {}
    for event in events:
        for citation in event.citations.all():
            one = found.setdefault(citation.source_id, Numbered(len(found) + 1, citation.source))
            one.is_confirmed = one.is_confirmed or not event.is_being_checked
        event.source_numbers = [found[citation.source_id].number for citation in event.citations.all()]
    for source in others:
        found.setdefault(source.pk, Numbered(len(found) + 1, source)).is_confirmed = True
    lists = [pk for pk, one in found.items() if one.source.kind == SourceKind.ICE_LIST]
    for sheet in Sheet.objects.filter(source__in=lists).only("list", "order", "published_on", "source").in_time():
        found[sheet.source_id].sheets.append(sheet)
    return list(found.values())


class Position(NamedTuple):
    """What one source says where they differ. reason: why it is used first; "" of one that stands beside."""

    value: str
    source: Source
    number: int | None
    says: str = ""
    reason: str = ""

    @property
    def is_used(self) -> bool:
        return bool(self.reason)


class Difference(NamedTuple):
    """One question on which the sources of an event differ: the answer that is used, then the others."""

    question: str
    event: Event
    positions: list[Position]


def differences(events: Iterable[Event], numbered: Sequence[Numbered] = ()) -> list[Difference]:
    """Every question on which the sources of these events differ, in their order."""
    numbers = {one.source.pk: one.number for one in numbered}
    found = []
    for event in events:
        claims: dict[str, list[tuple[Citation, Claim]]] = {}
        for citation in event.citations.all():
            for claim in citation.claims.all():
                claims.setdefault(claim.field, []).append((citation, claim))
        used = next((citation for citation in event.citations.all() if citation.is_used), None)
        for name in ClaimField.values:
            if used and name in claims:
                found.append(_difference(event, name, used, claims[name], numbers))
    return found


def _difference(
    event: Event, name: str, used: Citation, claims: Sequence[tuple[Citation, Claim]], numbers: Mapping[int, int]
) -> Difference:
    first = Position(
        capfirst(_ours(event, name)),
        used.source,
        numbers.get(used.source_id),
        used.says or event.summary,
        _reason(event, used, [citation for citation, _ in claims]),
    )
    others = [
        Position(capfirst(claim.in_words), citation.source, numbers.get(citation.source_id), citation.says)
        for citation, claim in claims
    ]
    return Difference(_question(event, name), event, [first, *others])


_WHEN: dict[str, str] = {
    EventKind.SIGNED: "When was the agreement signed?",
    EventKind.SIGNED_LOCALLY: "When was it signed locally?",
    EventKind.VOTE_APPROVED: "When was the vote to approve?",
    EventKind.VOTE_RESCINDED: "When was it voided or rescinded?",
    EventKind.SUIT_ENDED: "When did the lawsuit end?",
}
_QUESTIONS: dict[str, str] = {
    ClaimField.DAY: "when?",
    ClaimField.VOTES: "how many voted for it and against it?",
    ClaimField.KIND: "what happened?",
    ClaimField.PROGRAM: "for which program?",
    ClaimField.COURT: "in which court?",
    ClaimField.EXISTENCE: "did it happen?",
}


def _question(event: Event, name: str) -> str:
    if name == ClaimField.DAY and event.kind in _WHEN:
        return _WHEN[event.kind]
    return f"{event.get_kind_display()}: {_QUESTIONS[name]}"


def _ours(event: Event, name: str) -> str:
    """What the record says where a source says otherwise."""
    program = event.agreement.get_program_display() if event.agreement else ""
    values = {
        ClaimField.DAY: event.when,
        ClaimField.VOTES: event.votes or "Not counted",
        ClaimField.KIND: event.get_kind_display(),
        ClaimField.PROGRAM: program or "Not stated",
        ClaimField.COURT: (event.suit.court if event.suit else "") or "Not stated",
        ClaimField.EXISTENCE: "It happened",
    }
    return values[ClaimField(name)]


#: The first is the surest.
_SURE = [Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW]
_PRIMARY = {SourceKind.MEMORANDUM, SourceKind.COURT, SourceKind.GOVERNMENT}


def _reason(event: Event, used: Citation, others: Sequence[Citation]) -> str:
    """Why the used source is used first, as far as the record shows it."""
    kinds = {citation.source.kind for citation in others}
    if used.source.kind == SourceKind.ICE_LIST:
        if kinds == {SourceKind.ICE_LIST} and event.is_from_list:
            return "Used here: the day on the newest of ICE’s lists that print one."
        return "Used here: ICE’s own list, before other sources."
    if used.source.kind in _PRIMARY and not kinds & (_PRIMARY | {SourceKind.ICE_LIST}):
        return "Used here: a document, before reports of it."
    if all(_SURE.index(Confidence(used.confidence)) < _SURE.index(Confidence(one.confidence)) for one in others):
        return "Used here: the more reliable source, by our rating."
    return "Used here by our editors; no source is more reliable."


def with_differences(agreements: list[Agreement], on: date) -> list[Agreement]:
    """The same, each with .differs: what its sources differ on by that day, in words, "" if on nothing. One query."""
    differing = differs_on((agreement.pk for agreement in agreements), on)
    for agreement in agreements:
        agreement.differs = differing.get(agreement.pk, "")
    return agreements


def differs_on(agreement_ids: Iterable[int], on: date) -> dict[int, str]:
    """By agreement, what its sources differ on, in words; of later events nothing. One query."""
    claims = Claim.objects.exclude(citation__event__earliest__gt=on).exclude(
        citation__event__earliest=None, citation__event__latest__gt=on
    )
    claims = claims.filter(
        citation__event__agreement__in=list(agreement_ids), citation__event__publication=Publication.PUBLISHED
    )
    fields: dict[int, set[str]] = {}
    for agreement_id, name in claims.order_by().values_list("citation__event__agreement_id", "field"):
        fields.setdefault(agreement_id, set()).add(name)
    return {pk: in_words(here) for pk, here in fields.items()}


def in_words(fields: Collection[str]) -> str:
    """The fields of claims as "Sources differ on …" ends; "" for none."""
    return " and ".join(words for name, words in DIFFERS_ON if name in fields)


#: What sources can differ on, by the field of a claim, as "Sources differ on …" ends.
DIFFERS_ON = [
    ("day", "the date"),
    ("kind", "what happened"),
    ("votes", "the count of votes"),
    ("program", "the program"),
    ("court", "the court"),
    ("existence", "whether it happened"),
]
