"""The desk: what needs work, each with its count, the first few by name, and the way to the rest.

One query a section, whatever there is; a section of rows that this editor may not see is not asked for.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator

from agreements.admin.history import change_page
from agreements.checking import longest_ago_first, to_check
from agreements.dates import day_in_words
from agreements.ice.fetch import now_in_washington
from agreements.models import Agency, Claim, Event, LinkCheck, Listing, Proposal, Revision, Sheet, Source
from agreements.models.event import SUBJECTS, Publication
from agreements.models.proposal import ProposalKind
from agreements.models.sheet import Ruling
from agreements.record import STATEWIDE_KINDS

FEW = 5
PLACES = 8


@dataclass(frozen=True)
class Row:
    """One thing to work on: what it is called, where it is worked on, and what else tells it apart."""

    text: str
    url: str
    note: str = ""
    pk: int = 0


@dataclass(frozen=True)
class Section:
    """One kind of work. url: the list of all of it. is_places: its rows are places to be checked."""

    title: str
    count: int
    url: str
    rows: list[Row] = field(default_factory=list)
    is_places: bool = False

    @property
    def rest(self) -> int:
        return self.count - len(self.rows)


def context(request: HttpRequest) -> dict[str, Any]:
    """What the desk's template says. Names: sections, may_add_event, may_check, recent_sources."""
    user = request.user
    sections = [one for model, make in _SECTIONS if _may(user, "view", model) for one in make()]
    may_check = _may(user, "add", "check")
    recent = Source.objects.order_by(F("published_latest").desc(nulls_last=True), "-pk")
    return {
        "sections": [one for one in sections if one.count],
        "done": [one.title for one in sections if not one.count],
        "may_add_event": _may(user, "add", "event"),
        "may_check": may_check,
        "recent_sources": list(recent.values_list("url", "title")[:FEW]) if may_check else [],
    }


def unplaced() -> QuerySet[Agency]:
    """Agencies that serve no place, are not statewide, and of which nobody has said why."""
    local = Agency.objects.standing_alone().exclude(kind__in=STATEWIDE_KINDS)
    return local.filter(municipalities=None, counties=None, placing_note="")


def unmatched() -> QuerySet[Listing]:
    """Rows of ICE's lists that are of no agreement, though the record rests on their last sheet."""
    return Listing.objects.filter(agreement=None, last_sheet__in=Sheet.objects.that_count())


def _may(user: User | AnonymousUser, action: str, model: str) -> bool:
    app = "municipalities" if model == "municipality" else "agreements"
    return user.has_perm(f"{app}.{action}_{model}")


def _first(queryset: QuerySet[Any], few: int = FEW) -> tuple[int, list[Any]]:
    """How many there are, and the first few, in one query."""
    rows = list(queryset.annotate(in_all=Window(Count("pk")))[:few])
    return (rows[0].in_all if rows else 0), rows


def _list(model: str, **query: str) -> str:
    app = "municipalities" if model == "municipality" else "agreements"
    return reverse(f"admin:{app}_{model}_changelist", query=query)


def _events() -> Iterable[Section]:
    about = [f"{one}__state" if one in {"agency", "municipality", "county"} else one for one in SUBJECTS]
    events = Event.objects.select_related(*about, "agreement__agency__state").order_by("-pk")
    for title, found, query in (
        ("Waiting for a second editor", Q(publication=Publication.READY), {"publication__exact": "ready"}),
        ("Drafts", Q(publication=Publication.DRAFT), {"publication__exact": "draft"}),
        ("Being checked", Q(is_being_checked=True), {"is_being_checked__exact": "1"}),
    ):
        count, rows = _first(events.filter(found))
        named = [Row(_event(one), change_page(one), str(one.subject)) for one in rows]
        yield Section(title, count, _list("event", **query), named)


def _event(event: Event) -> str:
    return f"{event.when or 'No day yet'}: {Truncator(event.summary).chars(90)}"


def _corrections() -> Iterable[Section]:
    proposed = Revision.objects.filter(standing=Revision.Standing.PROPOSED).select_related("event").order_by("-pk")
    count, rows = _first(proposed)
    named = [Row(_event(one.event), change_page(one.event), one.reason) for one in rows]
    yield Section("Corrections that are proposed", count, _list("revision", standing__exact="proposed"), named)


def _proposals() -> Iterable[Section]:
    ranked = (
        Proposal.objects.open()
        .select_related("agency__state", "sheet")
        .annotate(
            place=Window(RowNumber(), partition_by=F("kind"), order_by=F("key").asc()),
            in_all=Window(Count("pk"), partition_by=F("kind")),
        )
    )
    rows = list(ranked.filter(place__lte=FEW).order_by("kind", "key"))
    for kind in ProposalKind:
        mine = [one for one in rows if one.kind == kind]
        named = [Row(one.sentence, change_page(one), str(one.agency or one.sheet or "")) for one in mine]
        url = _list("proposal", standing="open", kind__exact=kind.value)
        yield Section(f"Asked: {kind.label}", mine[0].in_all if mine else 0, url, named)


def _sheets() -> Iterable[Section]:
    count, rows = _first(Sheet.objects.exclude(held_because="").filter(ruling=Ruling.NONE))
    named = [Row(str(one), change_page(one), one.held_because) for one in rows]
    yield Section("Sheets that are held", count, _list("sheet", held_because__isempty="0", ruling__exact=""), named)


def _listings() -> Iterable[Section]:
    count, first = _first(unmatched().select_related("first_sheet").order_by("-last_sheet", "row"))
    named = [Row(f"{one.cells['agency']}, {one.cells['state']}", change_page(one), str(one)) for one in first]
    yield Section("Rows without an agreement", count, _list("listing", matched="no"), named)


def _agencies() -> Iterable[Section]:
    count, rows = _first(unplaced().select_related("state"))
    named = [Row(str(one), change_page(one), one.get_kind_display()) for one in rows]
    yield Section("Agencies without a place", count, _list("agency", placed="no"), named)


def _claims() -> Iterable[Section]:
    claims = Claim.objects.filter(citation__is_used=False, citation__event__publication=Publication.PUBLISHED)
    count, rows = _first(claims.select_related("citation__source", "citation__event").order_by("-pk"))
    named = [
        Row(_event(one.citation.event), change_page(one.citation.event), f"{one.citation.source.publisher}: {one}")
        for one in rows
    ]
    query = {"citation__is_used__exact": "0", "citation__event__publication__exact": "published"}
    yield Section("Published, and a source says otherwise", count, _list("claim", **query), named)


def _places() -> Iterable[Section]:
    due = to_check(now_in_washington().date())
    count, rows = _first(longest_ago_first(due).select_related("state"), PLACES)
    named = [Row(str(one), change_page(one), _last_look(one), one.pk) for one in rows]
    yield Section("Places not checked for 30 days", count, _list("municipality", to_check="1"), named, is_places=True)


def _last_look(place: Any) -> str:
    return f"last checked {day_in_words(place.last_checked)}" if place.last_checked else "never checked"


def _links() -> Iterable[Section]:
    count, rows = _first(LinkCheck.objects.dead().select_related("source"))
    named = [
        Row(str(one.source), change_page(one.source), f"failed on {one.failures} days: {one.error or one.status}")
        for one in rows
    ]
    yield Section("Dead links", count, _list("linkcheck", dead="1"), named)


_SECTIONS: tuple[tuple[str, Callable[[], Iterable[Section]]], ...] = (
    ("event", _events),
    ("revision", _corrections),
    ("proposal", _proposals),
    ("sheet", _sheets),
    ("listing", _listings),
    ("agency", _agencies),
    ("claim", _claims),
    ("municipality", _places),
    ("linkcheck", _links),
)
