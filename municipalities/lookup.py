"""Finding the places that a few typed words may mean: exact names first, then near ones."""

import re
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from municipalities.models import County, Municipality, State
from municipalities.names import fold, forms, squash

# Near names read from the database before they are ranked. Exact ones come first whatever their number.
CANDIDATES = 200

# "Miami, Florida", "Miami, FL" and "miami fl"; no state's whole name without a comma, for there is a Port Washington.
_STATE_AFTER = re.compile(r"^(?P<place>.+?)(?:,\s*(?P<state>[A-Za-z. ]+)|\s+(?P<code>[A-Za-z]{2}))$")

Place = TypeVar("Place", County, Municipality)


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
    found. Two queries on the trigram index, three or at most five where something like a state comes last.
    """
    name, named_state = _without_state(query)
    if not named_state or (state and state.upper() != named_state):
        return _find(query, limit, state)
    # The village of Valley Hi is in Ohio.
    return _find(name, limit, named_state) or _find(query, limit, state)


def _find(query: str, limit: int, state: str) -> list[Found]:
    wanted = fold(query, keep_kind=True)
    if len(wanted) < 2:
        return []
    found: list[tuple[County | Municipality, float]] = [
        *_candidates(Municipality.objects.select_related("state", "main_county__state"), wanted, state),
        *_candidates(County.objects.filter(is_current=True).select_related("state"), wanted, state),
    ]
    ranked = sorted(((_rank(place, wanted), likeness, place) for place, likeness in found), key=_order)
    return [Found(place, rank < 2, likeness) for rank, likeness, place in ranked[:limit]]


def _without_state(query: str) -> tuple[str, str]:
    """The query less a state at its end, and that state's code; "" for the code where no state is there."""
    match = _STATE_AFTER.match(query.strip())
    if match is None:
        return query, ""
    written = (match["code"] or match["state"]).strip()
    named = State.objects.filter(Q(code__iexact=written) | Q(name__iexact=written)).first()
    return (match["place"], named.code) if named else (query, "")


def _candidates(places: QuerySet[Place], wanted: str, state: str) -> list[tuple[Place, float]]:
    """The places whose names come nearest to `wanted`, a folded name, each with its likeness."""
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
    return [(place, place.likeness) for place in nearest[:CANDIDATES]]


def _rank(place: County | Municipality, wanted: str) -> int:
    """0 for the name itself, 1 for another of its forms, 2 for its beginning, 3 for a resemblance."""
    first, *others = forms(place.name, place.full_name)
    if wanted == first:
        return 0
    if wanted in others or squash(place.name) == wanted.replace(" ", ""):
        return 1
    return 2 if first.startswith(wanted) else 3


def _order(entry: tuple[int, float, County | Municipality]) -> tuple[int, float, int]:
    rank, likeness, place = entry
    return (rank, -likeness if rank > 2 else 0.0, -(place.population or 0))
