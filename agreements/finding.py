"""What the look-up shows of the places that it found: each with its status, and its county with the sheriff's."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from agreements.addresses import county_url, url_of
from agreements.kept import kept
from agreements.kinds import Status
from agreements.pages import PlaceRow
from agreements.record import Record
from agreements.wording import since
from municipalities import also_known, lookup, zip_codes
from municipalities.lookup import Found
from municipalities.models import County, Municipality, State


@dataclass(frozen=True)
class CountyHit:
    """A county: its page, and how its sheriff's agreements stand; no status where the record has none of them."""

    name: str
    state: str
    url: str
    status: str = ""
    label: str = ""


@dataclass(frozen=True)
class Hit:
    """A place that was found: a municipality with its county, or a county by itself (`row` is None)."""

    name: str
    kind: str
    url: str
    county: CountyHit
    row: PlaceRow | None

    @property
    def since(self) -> str:
        """ "since March 7, 2025"; "" where nothing stands since then."""
        standing = self.row.place.standing if self.row else None
        is_silent = standing is None or standing.status in {Status.NONE, Status.UNCHECKED}
        return since(standing.since) if standing and standing.since and not is_silent else ""


@dataclass(frozen=True)
class Looked:
    """What was found for some words. url: the page that they mean, where that is beyond doubt; else a sentence."""

    hits: list[Hit]
    sentence: str = ""
    url: str = ""
    is_zip: bool = False


def look_up(words: str, record: Record) -> Looked:
    """The places that the words may mean: a ZIP code's, those of another name, then those of lookup.find."""
    if code := zip_codes.zip_in(words):
        return _by_zip(code, record)
    others = also_known.stands_for(*lookup.without_state(words))
    meant = _places(one.key for one in others)
    others = [one for one in others if one.key in meant]
    near = _found(words)
    exact = [one for one in near if one.is_exact]
    if len(exact) == 1 and not others:
        return Looked([], url=url_of(exact[0].place))
    if len(others) == 1 and not exact and others[0].relation in also_known.SAME:
        return Looked([], url=url_of(meant[others[0].key]))
    if others:
        shown = [*(meant[one.key] for one in others), *(one.place for one in exact)]
        sentence = " ".join(one.sentence(_name(meant[one.key])) for one in others)
        if exact:
            sentence += f" {_too(len(exact))}"
    else:
        shown, sentence = [one.place for one in near], _sentence(words, near, exact)
    return Looked(hits(list(dict.fromkeys(shown)), record), sentence)


@kept(County, Municipality, State)
def _found(words: str) -> list[Found]:
    return lookup.find(words)


def known_as(words: str) -> list[Municipality | County]:
    """The places for which another name stands that is, or nearly is, these words. Four queries at most."""
    return list(_places(one.key for one in also_known.stands_for(*lookup.without_state(words))).values())


def _sentence(words: str, near: Sequence[Found], exact: Sequence[Found]) -> str:
    if not near:
        return f"We found no city or county with a name like “{words}”."
    if exact:
        return f"More than one place is called “{words}”."
    return f"No city or county is called “{words}”. These are the nearest names."


def _too(number: int) -> str:
    return "A place of that very name is below." if number == 1 else "Places of that very name are below."


def _by_zip(code: str, record: Record) -> Looked:
    found = zip_codes.find(code)
    if found is None:
        return Looked([], f"We know no ZIP code {code}.", is_zip=True)
    several = County.objects.filter(geoid__in=found.counties).select_related("state")
    counties = sorted(several, key=lambda county: found.counties.index(county.geoid))
    towns = Municipality.objects.filter(key=found.place).select_related("state", "main_county__state")
    first, *others = [f"{county.full_name}, {county.state.name}" for county in counties]
    sentence = f"ZIP code {code} lies {'mostly ' if others else ''}in {first}"
    if others:
        sentence += f", and partly in {', '.join(county.full_name for county in counties[1:])}"
    sentence += "".join(f"; its center is in {town.name}" for town in towns)
    return Looked(hits([*towns, *counties], record), f"{sentence}.", is_zip=True)


def _places(keys: Iterable[str]) -> dict[str, Municipality | County]:
    """Municipalities by their key and counties by their GEOID; two queries at most."""
    wanted = set(keys)
    if not wanted:
        return {}
    towns = Municipality.objects.filter(key__in=wanted).select_related("state", "main_county__state")
    counties = County.objects.filter(geoid__in=wanted).select_related("state")
    return {**{town.key: town for town in towns}, **{county.geoid: county for county in counties}}


def _name(place: Municipality | County) -> str:
    return place.full_name if isinstance(place, County) else place.name


def hits(places: Sequence[Municipality | County], record: Record) -> list[Hit]:
    """These places as the page shows them. A fixed number of queries."""
    record.read_places({place.pk for place in places if isinstance(place, Municipality)})
    county_of = [place if isinstance(place, County) else place.main_county for place in places]
    counties = county_hits({county.pk: county for county in county_of}.values(), record)
    return [
        Hit(
            name=_name(place),
            kind="" if isinstance(place, County) else place.kind,
            url=url_of(place),
            county=counties[county.pk],
            row=PlaceRow(place, record.place(place.pk)) if isinstance(place, Municipality) else None,
        )
        for place, county in zip(places, county_of, strict=True)
    ]


def county_hits(counties: Collection[County], record: Record) -> dict[int, CountyHit]:
    """County id → the county with how its sheriff's agreements stand: the furthest of them. One query."""
    sheriffs = record.sheriffs([county.pk for county in counties])
    return {county.pk: _county_hit(county, sheriffs.get(county.pk)) for county in counties}


def _county_hit(county: County, status: Status | None) -> CountyHit:
    said = (status.value, str(status.label)) if status else ("", "")
    return CountyHit(county.full_name, county.state.name, county_url(county), *said)
