"""What the page of a list says beside its rows: the answer on top, and where nothing passes, what is nearest."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict

from django.urls import reverse

from agreements.addresses import county_url
from agreements.answers import Answer, Asked, answer, answer_of_all, described
from agreements.filters import NOT_STATED, AgreementFilter, AgreementListFilter
from agreements.kinds import Program, Status
from agreements.queries import query_string
from agreements.record import IN_FORCE, Record
from agreements.selection import Wanted, counted
from municipalities.models import County, State

#: The parameters that go together where a list without rows offers wider ones, those that choose the least first.
_TOGETHER = (("status",), ("q",), ("from", "to"), ("program",), ("county",), ("state",))
#: With these alone, no agreement of a place at a status means no municipality there at that status.
_OF_PLACES = {"state", "county", "status"}
_ORDERS = {
    "agency": "the agency’s name",
    "-agency": "the agency’s name, from Z to A",
    "status": "status, Active first",
    "-status": "status, Active last",
    "since": "day, the earliest first",
    "-since": "day, the newest first",
    "place": "place",
    "-place": "place, from Z to A",
    "program": "program",
    "-program": "program, the other way round",
}


class Offer(NamedTuple):
    """A view that has rows: in words, with its number, and its query string."""

    words: str
    query: str


@dataclass(frozen=True)
class Nothing:
    """Why a list has no rows, and what is near: sentences, the page of the place, and wider views that have rows.

    words: the text that was looked for, which may be a place's name written otherwise.
    """

    reasons: list[str]
    place: str
    place_url: str
    offers: list[Offer]
    words: str


def asked_of(listing: AgreementFilter, without: Collection[str] = ()) -> Asked:
    """What the filter asks for, less these parameters, in words."""
    values = {name: value for name, value in listing.values.items() if name not in without}
    return Asked(
        place=_place(values.get("state"), values.get("county")),
        programs=tuple(Program("" if one == NOT_STATED else one).label for one in values.get("program") or ()),
        first=values.get("from"),
        last=values.get("to"),
        words=values.get("q") or "",
        statuses=tuple(values.get("status") or ()),
    )


def _place(state: State | None, county: County | None) -> str:
    if county is None:
        return state.name if state else ""
    name = f"{county.full_name}, {county.state.name},"
    return f"both {name} and {state.name}" if state and _is_elsewhere(state, county) else name


def _is_elsewhere(state: State | None, county: County | None) -> bool:
    """Whether the county asked for is not in the state asked for."""
    return bool(state and county and county.state_id != state.pk)


def list_answer(listing: AgreementFilter, rows: dict[str, Any]) -> Answer:
    """The sentence on top of the list, from what `agreement_rows` counted."""
    asked = asked_of(listing)
    if asked == Asked():
        return answer_of_all(*_in_force(listing.record), rows["total"])
    of = _count(listing, {"status"}) if asked.statuses else _count(listing, listing.choosing)
    return answer(asked, rows["total"], of, rows["municipal_count"])


def _in_force(record: Record) -> tuple[int, int]:
    """How many agreements of the record are in force, and how many of these are municipal agencies'."""
    in_force: Wanted = {"status": [*IN_FORCE]}
    municipal, total = counted(record, in_force)
    return total, municipal


def _count(listing: AgreementFilter, without: Collection[str]) -> int:
    """How many pass the filters but for these parameters."""
    return counted(listing.record, listing.wanted(without))[1]


def nothing(listing: AgreementFilter) -> Nothing:
    """What to say of valid filters that nothing passes. At most two counts a filter."""
    cleaned = listing.values
    state, county = cleaned.get("state"), cleaned.get("county")
    used = [names for names in _TOGETHER if any(cleaned.get(name) for name in names)]
    if county and not _is_elsewhere(state, county):
        # Where the county goes its state stays, so that the view is the next wider one.
        used = [names for names in used if names != ("state",)]
    offers = _offers(listing, used)
    if not offers and len(used) > 1:
        offers = _offers(listing, [tuple(set(listing.choosing) - set(names)) for names in used])
    place = county or state
    return Nothing(
        reasons=_reasons(listing, place),
        place=place.full_name if isinstance(place, County) else place.name if place else "",
        place_url=_url(place) if place else "",
        offers=offers,
        words=cleaned.get("q") or "",
    )


def _offers(listing: AgreementFilter, drops: Iterable[Collection[str]]) -> list[Offer]:
    """The views without these parameters that have rows."""
    found = []
    for drop in drops:
        asked = asked_of(listing, drop)
        if asked != Asked() and (number := _count(listing, drop)):
            query = query_string(listing.data, {name: [] for name in (*drop, "page")})
            found.append(Offer(described(asked, number), query))
    return found


def _reasons(listing: AgreementFilter, place: State | County | None) -> list[str]:
    cleaned = listing.values
    state, county, statuses = (cleaned.get(name) for name in ("state", "county", "status"))
    if state and county and _is_elsewhere(state, county):
        return [f"{county.full_name} is in {county.state.name}, not in {state.name}."]
    reasons = []
    if set(statuses or ()) & {Status.NONE, Status.UNCHECKED}:
        reasons.append("This list holds agreements: a place of which none is known is not in it.")
    elif place and statuses and not {name for name in listing.choosing if cleaned.get(name)} - _OF_PLACES:
        reasons.append(_of_places(place, [Status(one).label for one in statuses]))
    return reasons


def _of_places(place: State | County, statuses: list[str]) -> str:
    """What follows for the municipalities of a place in which no agreement stands at these statuses."""
    name = place.full_name if isinstance(place, County) else place.name
    number = place.municipalities.count()
    if not number:
        return f"{name} has no municipality in this record."
    recorded = f"recorded as {' or '.join(statuses)}"
    if number == 1:
        return f"{name} has one municipality; it is not {recorded}."
    return f"{name} has {number:,} municipalities; none is {recorded}."


def _url(place: State | County) -> str:
    return county_url(place) if isinstance(place, County) else reverse("state", args=[place.slug])


class ListContext(TypedDict):
    """What the page of a list says beside its rows. nothing: None where it has rows; sort: "" for the usual order."""

    heading: str
    answer: Answer
    nothing: Nothing | None
    sort: str
    sorted_by: str


def list_context(listing: AgreementListFilter, found: dict[str, Any]) -> ListContext:
    """What is said of a list and of what `agreement_rows` found for it."""
    place = asked_of(listing).place.rstrip(",") if listing.is_valid() else ""
    order = listing.order()
    return ListContext(
        heading=f"287(g) agreements in {place or 'the United States'}",
        answer=list_answer(listing, found),
        nothing=None if found["total"] else nothing(listing),
        sort=order,
        sorted_by=_ORDERS.get(order, ""),
    )
