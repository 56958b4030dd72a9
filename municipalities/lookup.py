"""Finding the places that a few typed words may mean: exact names first, then near ones."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from municipalities.models import County, Municipality, State
from municipalities.names import fold, forms, squash

# Near names of each kind that are ranked, the likest and among the like the largest. Exact ones are the likest.
CANDIDATES = 80
#: No name is so long; likeness of a long text costs more than a page.
LONGEST = 80

# "Miami, Florida", "Miami, FL" and "miami fl"; no state's whole name without a comma, for there is a Port Washington.
_STATE_AFTER = re.compile(r"^(?P<place>.+?)(?:,\s*(?P<state>[A-Za-z. ]+)|\s+(?P<code>[A-Za-z]{2}))$")


@dataclass(frozen=True, slots=True)
class Found:
    """A place and how near its name is: `likeness` from 0 to 1; `is_exact` where the folded names are the same."""

    place: County | Municipality
    is_exact: bool
    likeness: float


def find(query: str, limit: int = 10, *, state: str = "") -> list[Found]:
    """At most `limit` municipalities and counties that `query` may mean, best first; [] where nothing comes near.

    `state` is a postal code that confines the search, as does a state written after the name ("Miami, FL"). Exact names
    come before full names ("bensalem township"), these before names that begin with the query, each by population;
    then come names that resemble it, by likeness. Connecticut's former counties are not
    found, and nothing that is longer than LONGEST. Two queries on the trigram index and two that read what is shown;
    a fifth, and at most nine, where something like a state comes last.
    """
    if len(query) > LONGEST:
        return []
    name, named_state = without_state(query)
    if not named_state or (state and state.upper() != named_state):
        return _find(query, limit, state)
    # The village of Valley Hi is in Ohio.
    return _find(name, limit, named_state) or _find(query, limit, state)


def without_state(query: str) -> tuple[str, str]:
    """The query less a state at its end, and that state's code; "" for the code where no state is there."""
    match = _STATE_AFTER.match(query.strip())
    if match is None:
        return query, ""
    written = (match["code"] or match["state"]).strip()
    named = State.objects.filter(Q(code__iexact=written) | Q(name__iexact=written)).first()
    return (match["place"], named.code) if named else (query, "")


def _find(query: str, limit: int, state: str) -> list[Found]:
    wanted = fold(query, keep_kind=True)
    if len(wanted) < 2:
        return []
    with _by_index():
        near = [
            *((Municipality, *row) for row in _candidates(Municipality.objects.all(), wanted, state)),
            *((County, *row) for row in _candidates(County.objects.filter(is_current=True), wanted, state)),
        ]
    ranked = sorted(((_rank(row.name, row.full_name, wanted), row) for row in map(_Near._make, near)), key=_order)
    best = ranked[:limit]
    places = {
        Municipality: Municipality.objects.select_related("state", "main_county__state"),
        County: County.objects.select_related("state"),
    }
    read: dict[type[Any], dict[int, Any]] = {
        model: several.in_bulk([row.pk for _, row in best if row.model is model]) for model, several in places.items()
    }
    return [Found(read[row.model][row.pk], rank < 2, row.likeness) for rank, row in best]


@contextmanager
def _by_index() -> Iterator[None]:
    """PostgreSQL takes likeness for cheap and would read all 3,241 counties: their index is a hundred times faster."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = on")


class _Near(NamedTuple):
    """What ranks a place; the rest of it is read for those alone that are shown."""

    model: type[County] | type[Municipality]
    pk: int
    name: str
    full_name: str
    population: int | None
    likeness: float


def _candidates(places: QuerySet[Any], wanted: str, state: str) -> QuerySet[Any]:
    """Rows of the places whose names come nearest to `wanted`, a folded name."""
    # The Census writes St. and Ste., which trigrams do not know for Saint and Sainte.
    spellings = {wanted, re.sub(r"\bsaint(e?)\b", r"st\1", wanted)}
    near = Q()
    for spelling in spellings:
        near |= Q(name__trigram_similar=spelling) | Q(name__trigram_word_similar=spelling)
    likenesses = [TrigramSimilarity("name", spelling) for spelling in spellings]
    likenesses += [TrigramSimilarity("full_name", spelling) for spelling in spellings]
    if state:
        places = places.filter(state__code=state.upper())
    nearest = (
        places.filter(near)
        .annotate(likeness=Greatest(*likenesses))
        .order_by("-likeness", F("population").desc(nulls_last=True))
    )
    return nearest.values_list("pk", "name", "full_name", "population", "likeness")[:CANDIDATES]


def _rank(name: str, full_name: str, wanted: str) -> int:
    """0 for the name itself, 1 for another of its forms, 2 for its beginning, 3 for a resemblance."""
    first, *others = forms(name, full_name)
    if wanted == first:
        return 0
    if wanted in others or squash(name) == wanted.replace(" ", ""):
        return 1
    return 2 if first.startswith(wanted) else 3


def _order(entry: tuple[int, _Near]) -> tuple[int, float, int]:
    rank, place = entry
    return (rank, -place.likeness if rank > 2 else 0.0, -(place.population or 0))
