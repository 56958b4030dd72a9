"""The maps of the pages: a state's counties, a county's municipalities, the country's states."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.staticfiles.storage import staticfiles_storage
from django.db.models import Count, Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from agreements.addresses import county_url, place_url
from agreements.counties import county_words
from agreements.counts import by_state, counties_by_state, municipalities_by_state
from agreements.dates import in_words
from agreements.days import change_days, stops
from agreements.deciding import record_end
from agreements.figures import geometry
from agreements.figures.map import svg
from agreements.figures.map_plot import figure
from agreements.figures.picture import CountyFill, Mark, Picture
from agreements.filters import AgreementFilter
from agreements.kept import kept
from agreements.keys import WITHOUT_AGREEMENT, key_context, national_statuses, statuses
from agreements.kinds import Status
from agreements.models import Tally
from agreements.record import IN_FORCE, PlaceStanding, Record
from agreements.typesetting import curly
from municipalities.models import County, Municipality, State

#: How many places are named in the line of links above a map; the others are folded.
FIRST_LINKS = 5
#: What a query can ask for beside a place.
_NARROWING = ("status", "program", "from", "to", "q")
#: Neither signed nor silent: the names that a map wants most.
_UNSETTLED = {Status.COURT, Status.PENDING, Status.APPROVED, Status.DISCUSSION}


class Placed(Protocol):
    """A row of a table of municipalities."""

    @property
    def municipality(self) -> Municipality: ...


@dataclass(frozen=True)
class Zoom:
    """A link to a map of another part of the country, with what is known of it."""

    name: str
    url: str
    count: str = ""
    is_here: bool = False


@dataclass(frozen=True)
class Area:
    """What a map shows: the country (no state), a state, or one of its counties."""

    state: State | None = None
    county: County | None = None

    @property
    def name(self) -> str:
        place = self.county or self.state
        return str(place) if place else "United States"

    @property
    def where(self) -> dict[str, str]:
        """The parameters that ask for it."""
        if self.county:
            return {"county": self.county.geoid}
        return {"state": self.state.code} if self.state else {}


@dataclass(frozen=True)
class Scene:
    """What a map is made of: the record, limited to the area's state, the area, and the municipalities marked on it."""

    record: Record
    area: Area
    places: list[Municipality]


def scene_of(listing: AgreementFilter) -> Scene:
    """What the home page's map shows for a query; the country where the query names no place or cannot be read."""
    chosen = listing.values
    county = chosen.get("county")
    area = Area(county.state if county else chosen.get("state"), county)
    if area.state is None:
        return Scene(listing.record, area, [])
    record = Record(listing.record.on, area.state.pk)
    places = county.municipalities.all() if county else record.named()
    if any(chosen.get(name) for name in _NARROWING):
        places = places.filter(agencies__agreements__in=listing.periods().values("agreement")).distinct()
    return Scene(record, area, list(places.select_related("state", "main_county__state")))


def is_narrowed(query: QueryDict) -> bool:
    """Whether a query asks for more than a place and a day."""
    return any(query.get(name) for name in _NARROWING)


def map_context(record: Record, state: State, rows: Iterable[Placed], focus: County | None = None) -> dict[str, Any]:
    """The context of includes/map_svg.html, key.html and as_of.html: a state's counties, or one county (`focus`).

    record: of that state. rows: the municipalities to be marked, all of a county, those with an entry of a state.
    Without the map's own part where the record has no outlines of that state.
    """
    return scene_context(Scene(record, Area(state, focus), [row.municipality for row in rows]))


def scene_context(scene: Scene, query: QueryDict | None = None) -> dict[str, Any]:
    """The same of any scene. query: that of the home page, where links zoom in place; elsewhere they lead to pages."""
    record, area = scene.record, scene.area
    is_partial = query is not None and is_narrowed(query)
    end = record.on if record.is_current else record_end() or record.on
    picture = _picture(scene)
    drawn = {**_drawn(picture, scene, query), **_folded(_zooms(area, picture.fills, query))} if picture else {}
    return {
        **drawn,
        **_key(scene, is_partial),
        "as_of_stops": stops(change_days(record, end, area.county)),
        "map_area": area,
        "map_county_words": county_words(area.state) if area.state else ("county", "counties"),
        "map_is_partial": is_partial,
        "map_up": _up(area, query) if query is not None else [],
    }


def map_figure(scene: Scene) -> dict[str, Any]:
    """The same map as a Plotly figure; {} where the record has no outlines of it."""
    picture = _picture(scene)
    if picture is None:
        return {}
    land = staticfiles_storage.url(f"geo/{picture.code.lower()}.json")
    places_url = staticfiles_storage.url(f"geo/places/{picture.focus}.json") if picture.places else ""
    return figure(picture, land, places_url)


def _key(scene: Scene, is_partial: bool) -> dict[str, Any]:
    """The key of a scene: of all its municipalities, or of those that pass the filters."""
    record, area = scene.record, scene.area
    where = area.where | _day(record)
    if area.state is None:
        return key_context(national_statuses(record), municipalities_by_state().total(), **where)
    record.read_places([place.pk for place in scene.places])
    counts = statuses(record, scene.places)
    if is_partial or area.county:
        return key_context(counts, len(scene.places), **where)
    # Those of which only a check is known have no mark.
    others = record.checks.keys() - {place.pk for place in scene.places}
    counts[Status.NONE.value] += area.state.municipalities.filter(pk__in=others).count()
    return key_context(+counts, area.state.municipalities.count(), **where)


def _day(record: Record) -> dict[str, str]:
    return {} if record.is_current else {"as_of": record.on.isoformat()}


def _drawn(picture: Picture, scene: Scene, query: QueryDict | None) -> dict[str, Any]:
    """The drawing, its name, and where its figure is."""
    asked = query.copy() if query is not None else QueryDict(mutable=True)
    for name in ("page", "sort", "state", "county", "as_of"):
        asked.pop(name, None)
    where = urlencode({**scene.area.where, "as_of": scene.record.on.isoformat()})
    return {
        "map": svg(picture),
        "map_has_places": bool(picture.places),
        "map_figure_url": f"{reverse('map-figure')}?{'&'.join(filter(None, [where, asked.urlencode()]))}",
        "map_label": _label(picture, scene.area),
    }


def _label(picture: Picture, area: Area) -> str:
    """What the map is and says, for who cannot see it."""
    if area.state is None:
        signed, total = (sum(getattr(fill, name) for fill in picture.fills) for name in ("signed", "total"))
        said = f"an agency of {signed:,} of {total:,} counties signed"
    else:
        signed = sum(mark.is_in_force for mark in picture.marks)
        said = f"{signed:,} of the {len(picture.marks):,} municipalities marked have signed"
    return f"Map of {area.name}: {said}. The links and lists of this page hold the same."


def _picture(scene: Scene) -> Picture | None:
    record, area = scene.record, scene.area
    if area.state is None:
        return _country(record)
    if not geometry.has_geometry(area.state.code):
        return None
    suffix = _suffix(record)
    fills = [
        CountyFill(county.geoid, curly(county.full_name), signed, total, county_url(county) + suffix)
        for county, signed, total in county_counts(record, area.state)
    ]
    if not {shape.geoid for shape in geometry.load(area.state.code)} & {fill.geoid for fill in fills}:
        return None
    record.read_places([place.pk for place in scene.places])
    marks = [
        _mark(place, record.place(place.pk), suffix, bool(area.county))
        for place in scene.places
        if place.latitude is not None and place.longitude is not None
        # On a state's map a mark has something to report; a county's shows all of its municipalities.
        if area.county or record.place(place.pk).status not in WITHOUT_AGREEMENT
    ]
    return Picture(area.state.code, fills, marks, area.county.geoid if area.county else "")


def _suffix(record: Record) -> str:
    """What keeps the day in the address of a page."""
    return f"?{urlencode(_day(record))}" if _day(record) else ""


def _mark(place: Municipality, where: PlaceStanding, suffix: str, is_close: bool) -> Mark:
    since = where.standing.since if where.standing else None
    # A county's map also names the others, first those of which the record has something to tell.
    settled = (2 if where.agreement_id else 1) if is_close else 0
    return Mark(
        key=place.key,
        label=curly(place.name),
        status=where.status,
        latitude=place.latitude or 0,
        longitude=place.longitude or 0,
        url=place_url(place) + suffix,
        county=curly(place.main_county.full_name),
        since_text=in_words(since.earliest, since.latest) if since else "",
        status_label=Status(where.status).label,
        weight=3 if where.status in _UNSETTLED else settled,
    )


def county_counts(record: Record, state: State) -> list[tuple[County, int, int]]:
    """Each county of the state, the number of its municipalities in force, and the number of all of them."""
    signed = record.named().filter(state=state).values_list("pk", flat=True)
    record.read_places(list(signed))
    in_force = [pk for pk in signed if record.place(pk).status in IN_FORCE]
    links = Municipality.counties.through.objects
    counts = Counter(links.filter(municipality__in=in_force).values_list("county_id", flat=True))
    totals = _municipalities_by_county(state.pk)
    counties = list(state.counties.select_related("state"))
    # Connecticut's towns are filed under its former counties: its planning regions would all read "0 of 0".
    in_use = [county for county in counties if not county.is_current] or counties
    return [(county, counts[county.pk], totals[county.pk]) for county in in_use]


@kept(County, Municipality.counties.through)
def _municipalities_by_county(state_id: int) -> dict[int, int]:
    """How many municipalities lie in each county of a state, wholly or in part, by its id."""
    counties = County.objects.filter(state=state_id).order_by()
    return dict(counties.annotate(n=Count("municipalities")).values_list("pk", "n"))


def _country(record: Record) -> Picture:
    """The states, each with its counties of which an agency signed, and its municipalities that signed."""
    counties, towns = _signed_by_state(record)
    all_counties, all_towns = counties_by_state(), municipalities_by_state()
    suffix = _suffix(record)
    fills = []
    for state in State.objects.all():
        n, of = all_towns[state.pk], towns[state.pk]
        fills.append(
            CountyFill(
                state.fips,
                state.name,
                counties[state.pk],
                all_counties[state.pk],
                reverse("state", args=[state.slug]) + suffix,
                short=state.code,
                units=county_words(state),
                did="have an agency that signed",
                more=f"so did {of:,} of {n:,} municipalities" if n else "",
            )
        )
    return Picture(geometry.COUNTRY, fills)


def _signed_by_state(record: Record) -> tuple[Counter[int], Counter[int]]:
    """By state, the counties of which an agency signed, and the municipalities that did."""
    if not record.is_current:
        signed = record.counties_with(*IN_FORCE), record.places_with(*IN_FORCE)
        return by_state(County.objects.filter(pk__in=signed[0])), by_state(
            Municipality.objects.filter(pk__in=signed[1])
        )
    tallies = Tally.objects.filter(status__in=IN_FORCE).order_by()
    counties = tallies.filter(of=Tally.Of.COUNTY).values_list("state").annotate(n=Sum("count"))
    towns = tallies.filter(of__in=[Tally.Of.CITY, Tally.Of.TOWNSHIP]).values_list("state").annotate(n=Sum("count"))
    return Counter(dict(counties)), Counter(dict(towns))


def _zooms(area: Area, fills: Sequence[CountyFill], query: QueryDict | None) -> list[Zoom]:
    """A link to each part, the one with most to show first."""
    name = "county" if area.state else "state"

    def url(fill: CountyFill) -> str:
        if query is None:
            return fill.url
        return _in_place(query, {name: fill.short or fill.geoid})

    here = area.county.geoid if area.county else ""
    ordered = sorted(fills, key=lambda fill: (-fill.signed, -fill.total, fill.name))
    return [
        Zoom(
            fill.name.removesuffix(" County"),
            url(fill),
            fill.count if fill.total else "",
            is_here=fill.geoid == here,
        )
        for fill in ordered
    ]


def _in_place(query: QueryDict, where: Mapping[str, str]) -> str:
    """The home page's own address with another part of the country."""
    asked = query.copy()
    for name in ("page", "state", "county"):
        asked.pop(name, None)
    asked.update(where)
    return f"{reverse('home')}?{asked.urlencode()}" if asked else reverse("home")


def _folded(zooms: list[Zoom]) -> dict[str, Any]:
    """The links as a page has them: a few in a line, all of them by name within a fold."""
    first = zooms[:FIRST_LINKS]
    here = [zoom for zoom in zooms if zoom.is_here and zoom not in first]
    rest = sorted(zooms, key=lambda zoom: zoom.name) if len(zooms) > FIRST_LINKS else []
    return {"map_zooms": [*here, *first], "map_all_zooms": rest}


def _up(area: Area, query: QueryDict) -> list[Zoom]:
    """The links from a part of the country to the parts around it, on the home page."""
    if area.state is None:
        return []
    around = [Zoom("United States", _in_place(query, {}))]
    if area.county:
        around.append(Zoom(area.state.name, _in_place(query, {"state": area.state.code})))
    return around
