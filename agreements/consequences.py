"""What one event would change: where its agreement and its places stand without it and with it. Writes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from agreements.deciding import checks_on, facts_by_agreement
from agreements.kinds import Program, Status
from agreements.models import Agency, Agreement, Event
from agreements.opening import government_name
from agreements.status import Fact, Standing, furthest, standing
from agreements.wording import since
from municipalities.models import Municipality

#: Stands for the id of a row that is not written yet: it would be the newest.
NEW = 2**62
#: Of how many places of an agency it is told.
MOST_PLACES = 5

Facts = Mapping[int, Sequence[Fact]]


@dataclass(frozen=True)
class Change:
    """Where a place or an agreement stands before and after, in words."""

    name: str
    before: str
    after: str

    @property
    def is_none(self) -> bool:
        return self.before == self.after


def fact_of(event: Event) -> Fact:
    """The event as the rules of status see it, saved or not."""
    suit = event.suit
    is_about_duty = bool(suit and suit.is_about_duty_to_sign)
    days = event.earliest, event.latest
    return Fact(event.pk or NEW, event.kind, *days, event.sequence, event.suit_id, is_about_duty)


def changes_of(event: Event, opens: Agency | Municipality | None, fact: Fact | None, on: date) -> list[Change]:
    """Each place, then each agreement, that the event is about or was about. A fixed number of queries.

    opens: for whom an agreement would be made with it. fact: None where it counts for no status.
    """
    agreements = _agreements(event)
    places = _places(agreements, opens)
    own = _own(places, opens)
    facts = facts_by_agreement(sorted({*agreements, *(pk for several in own.values() for pk in several)}))
    after = {pk: [one for one in several if one.id != event.pk] for pk, several in facts.items()}
    target = event.agreement_id or (NEW if opens is not None else None)
    if fact and target:
        after[target] = [*after.get(target, []), fact]
    checked = set(checks_on(on, [place.pk for place in places]))
    found = [_change(place.name, own[place.pk], (facts, after), on, place.pk in checked) for place in places]
    named = {pk: _name(one) for pk, one in agreements.items()}
    if opens is not None:
        named[NEW] = f"{government_name(opens) if isinstance(opens, Municipality) else opens.name} (program not stated)"
    return found + [_change(name, [pk], (facts, after), on, bool(checked)) for pk, name in named.items()]


def _agreements(event: Event) -> dict[int, Agreement]:
    """The agreement that it is about, and the one that it was about until now."""
    was = Event.objects.filter(pk=event.pk).values_list("agreement_id", flat=True).first() if event.pk else None
    wanted = {event.agreement_id, was} - {None}
    return {one.pk: one for one in Agreement.objects.select_related("agency").filter(pk__in=wanted)}


def _places(agreements: Mapping[int, Agreement], opens: Agency | Municipality | None) -> list[Municipality]:
    if isinstance(opens, Municipality):
        return [opens]
    agencies = {one.agency_id for one in agreements.values()} | ({opens.pk} if opens is not None else set())
    return list(Municipality.objects.filter(agencies__in=agencies).distinct()[:MOST_PLACES])


def _own(places: Sequence[Municipality], opens: Agency | Municipality | None) -> dict[int, list[int]]:
    """Place → the agreements of its own agencies, with the one that would be made."""
    rows = Agreement.objects.standing_alone().filter(agency__municipalities__in=[place.pk for place in places])
    found: dict[int, list[int]] = {place.pk: [NEW] if opens is not None else [] for place in places}
    for place, pk in rows.values_list("agency__municipalities", "pk"):
        if place in found:
            found[place].append(pk)
    return found


def _name(agreement: Agreement) -> str:
    program = Program(agreement.program).label if agreement.program else "program not stated"
    return f"{agreement.agency.name} ({program})"


def _change(name: str, pks: Iterable[int], facts: tuple[Facts, Facts], on: date, is_checked: bool) -> Change:
    before, after = (_stands([standing(each.get(pk, ()), on) for pk in pks], is_checked) for each in facts)
    return Change(name, before, after)


def _stands(standings: Iterable[Standing], is_checked: bool) -> str:
    """Where the furthest of them stands, in words. "None known" is said of what was checked."""
    best = furthest(standings)
    if best is None or best.is_silent:
        return str((Status.NONE if is_checked else Status.UNCHECKED).label)
    label = str(best.status.label)
    return f"{label} {since(best.since)}" if best.since and best.status != Status.NONE else label
