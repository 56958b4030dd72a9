"""The places that an agency's name can mean: municipalities and counties by state and folded name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Self

from municipalities.names import KINDS, fold, forms, squash
from municipalities.reading import Places

# How alike (0 to 1) a misspelt county must be to the one that is meant, and how much less alike to every other. Lower
# than for free text: a state has few counties.
NEAR_COUNTY = 0.8
NEAR_TOWN = 0.8
MARGIN = 0.08
_COUNTY_WORDS = ("county", "parish", "borough", "municipality", "municipio")


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality: `counties` are its GEOIDs, main one first; `kind` what its government calls itself."""

    key: str
    name: str
    full_name: str
    kind: str
    state: str
    counties: tuple[str, ...]
    population: int | None = None
    is_subdivision: bool = False


@dataclass(frozen=True, slots=True)
class CountyPlace:
    """A county or equivalent, by its GEOID; `full_name` has its kind ("Caldwell Parish", "Hopewell city")."""

    geoid: str
    name: str
    full_name: str
    state: str


class PlaceIndex:
    """Looks up places by folded name within one state. Built once, read only."""

    def __init__(self, municipalities: Iterable[Town], counties: Iterable[CountyPlace]) -> None:
        self._named: dict[tuple[str, str], list[Town]] = defaultdict(list)
        self._also: dict[tuple[str, str], list[Town]] = defaultdict(list)
        self._squashed: dict[tuple[str, str], list[Town]] = defaultdict(list)
        self._names: dict[str, dict[str, Town]] = defaultdict(dict)
        self.towns: dict[str, Town] = {}
        for town in municipalities:
            self.towns[town.key] = town
            first, *others = forms(town.name, town.full_name)
            self._named[town.state, first].append(town)
            self._squashed[town.state, squash(town.name)].append(town)
            self._names[town.state].setdefault(first, town)
            for form in others:
                self._also[town.state, form].append(town)
        self.counties: dict[str, CountyPlace] = {}
        self._county_full: dict[tuple[str, str], CountyPlace] = {}
        self._county_bare: dict[tuple[str, str], list[CountyPlace]] = defaultdict(list)
        self._county_full_names: dict[str, list[str]] = defaultdict(list)
        self._county_names: dict[str, set[str]] = defaultdict(set)
        for county in counties:
            self.counties[county.geoid] = county
            full = fold(county.full_name, keep_kind=True)
            self._county_full[county.state, full] = county
            self._county_bare[county.state, squash(county.name)].append(county)
            self._county_full_names[county.state].append(full)
            self._county_names[county.state].add(squash(county.name))

    @classmethod
    def from_places(cls, places: Places) -> Self:
        """The index of the reference places as `municipalities.reading.read` gives them."""
        state_of = {county.geoid: county.state for county in places.counties}
        return cls(
            (
                Town(
                    key=row.key,
                    name=row.name,
                    full_name=row.full_name,
                    kind=row.kind,
                    state=state_of[row.counties[0]],
                    counties=row.counties,
                    population=row.population,
                    is_subdivision=row.is_subdivision,
                )
                for row in places.municipalities
            ),
            (CountyPlace(row.geoid, row.name, row.full_name, row.state) for row in places.counties),
        )

    def towns_named(self, state: str, folded: str) -> list[Town]:
        """The municipalities of that very name, else those that have it with their kind ("pottsville city"), else those
        that write it in one word or two ("la grange")."""
        return (
            self._named.get((state, folded))
            or self._also.get((state, folded))
            or self._squashed.get((state, folded.replace(" ", "")))
            or []
        )

    def towns_near(self, state: str, folded: str, *, county: str = "", limit: int = 3) -> list[Town]:
        """Municipalities whose names resemble `folded`, those in `county` first, then by likeness: to propose only."""
        scored = []
        matcher = SequenceMatcher(autojunk=False, b=folded)
        for name, town in self._names.get(state, {}).items():
            matcher.set_seq1(name)
            if matcher.real_quick_ratio() < NEAR_TOWN or matcher.quick_ratio() < NEAR_TOWN:
                continue
            if (score := matcher.ratio()) >= NEAR_TOWN:
                scored.append((county in town.counties, score, town))
        return [town for *_, town in sorted(scored, key=lambda entry: entry[:2], reverse=True)[:limit]]

    def county_called(self, state: str, text: str) -> CountyPlace | None:
        """The county that `text` names exactly, with its kind or without, or with another's ("Union County" of
        Louisiana is Union Parish). None where two bear the name, as Richmond city and Richmond County do."""
        folded = fold(text, keep_kind=True)
        if found := self._county_full.get((state, folded)):
            return found
        *words, last = folded.split() or [""]
        bare = "".join(words) if words and last in _COUNTY_WORDS else folded.replace(" ", "")
        named = self._county_bare.get((state, bare), [])
        return named[0] if len(named) == 1 else None

    def county_near(self, state: str, text: str) -> CountyPlace | None:
        """The one county that `text` is a slip of ("Flager County", "Lake Conty"); None where none or several are.

        Names are compared without their kind, and must begin alike: North County is no slip of Worth County.
        """
        *words, last = fold(text, keep_kind=True).split() or [""]
        is_kind = bool(words) and any(SequenceMatcher(None, last, word).ratio() >= 0.7 for word in _COUNTY_WORDS)
        bare = "".join(words if is_kind else [*words, last])
        scored = sorted(
            (
                (SequenceMatcher(None, bare, name).ratio(), name)
                for name in self._county_names.get(state, ())
                if name[:1] == bare[:1]
            ),
            reverse=True,
        )
        if not scored or scored[0][0] < NEAR_COUNTY:
            return None
        if len(scored) > 1 and scored[0][0] - scored[1][0] < MARGIN:
            return None
        named = self._county_bare[state, scored[0][1]]
        return named[0] if len(named) == 1 else None

    def county_within(self, state: str, folded: str) -> CountyPlace | None:
        """The county whose name with its kind stands in the folded text, the longest where one holds another
        (Salt Lake County before Lake County)."""
        found = [name for name in self._county_full_names.get(state, ()) if f" {name} " in f" {folded} "]
        return self._county_full[state, max(found, key=len)] if found else None


def without_kind(folded: str) -> tuple[str, str]:
    """A folded name without the kind of place written last, and that kind: ("butler", "township"); "" for none."""
    *words, last = folded.split() or [""]
    if words and last in KINDS:
        rest = " ".join(words).removesuffix(" charter")
        return rest, last
    return folded, ""
