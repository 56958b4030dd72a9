"""The key of a map: each status with its mark, how many municipalities stand at it, and what it means."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.http import urlencode

from agreements.kinds import STATUS_MEANINGS, Status
from agreements.models import Tally
from agreements.record import Record
from municipalities.models import Municipality

#: Statuses of places that have no agreement, so that no list of agreements can show them.
WITHOUT_AGREEMENT = {Status.NONE, Status.UNCHECKED}


@dataclass(frozen=True)
class KeyEntry:
    """One status. `url` is the list of the agreements that stand so, "" where there can be none."""

    slug: str
    word: str
    count: int
    meaning: str
    url: str


def key_context(counts: Counter[str], total: int, **where: str) -> dict[str, Any]:
    """The context of includes/key.html: the statuses that occur among `total` municipalities, and the others.

    counts: of those of which anything is known; the rest is not yet checked. where: the parameters of the list.
    """
    counts = counts + Counter({Status.UNCHECKED.value: total - counts.total()})
    entries = [
        KeyEntry(status.value, status.label, counts[status], STATUS_MEANINGS[status], _list_url(status, where, counts))
        for status in Status
    ]
    return {
        "map_key": [entry for entry in entries if entry.count],
        "map_key_rest": [entry for entry in entries if not entry.count],
        "map_total": total,
    }


def _list_url(status: Status, where: dict[str, str], counts: Counter[str]) -> str:
    if status in WITHOUT_AGREEMENT or not counts[status]:
        return ""
    names = ("state", "county", "status", "as_of")
    query = {**where, "status": status.value}
    return f"{reverse('agreements')}?{urlencode([(name, query[name]) for name in names if query.get(name)])}"


def national_statuses(record: Record) -> Counter[str]:
    """How many municipalities of the country, townships included, stand at each status; the unchecked left out."""
    if record.is_current:
        kept = Tally.objects.filter(of__in=[Tally.Of.CITY, Tally.Of.TOWNSHIP]).values_list("status")
        counts = Counter(dict(kept.annotate(n=Sum("count"))))
    else:
        named = list(record.named().values_list("pk", flat=True))
        record.read_places(named)
        counts = Counter(str(record.place(pk).status) for pk in named)
    # Those of which only a check is known are in no count of agreements.
    checked = set(record.checks)
    counts[Status.NONE.value] += len(checked) - record.named().filter(pk__in=checked).count()
    del counts[Status.UNCHECKED.value]
    return +counts


def statuses(record: Record, places: list[Municipality]) -> Counter[str]:
    """How many of these municipalities stand at each status."""
    return Counter(str(record.place(place.pk).status) for place in places)
