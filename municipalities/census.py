"""From the Census Bureau's lists to our reference places: readable names, one row for one government, addresses.

Pure functions of rows; a source row is a dict of text with the columns that docs/data.md tells. script/build_places
runs them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.text import slugify

from municipalities.reading import CountyRow, MunicipalityRow, PolicingRow, StateRow

Source = dict[str, str]

# FIPS code, postal code, name. The order is the codes'.
STATES = """
01 AL Alabama|02 AK Alaska|04 AZ Arizona|05 AR Arkansas|06 CA California|08 CO Colorado|09 CT Connecticut|10 DE Delaware
11 DC District of Columbia|12 FL Florida|13 GA Georgia|15 HI Hawaii|16 ID Idaho|17 IL Illinois|18 IN Indiana|19 IA Iowa
20 KS Kansas|21 KY Kentucky|22 LA Louisiana|23 ME Maine|24 MD Maryland|25 MA Massachusetts|26 MI Michigan
27 MN Minnesota|28 MS Mississippi|29 MO Missouri|30 MT Montana|31 NE Nebraska|32 NV Nevada|33 NH New Hampshire
34 NJ New Jersey|35 NM New Mexico|36 NY New York|37 NC North Carolina|38 ND North Dakota|39 OH Ohio|40 OK Oklahoma
41 OR Oregon|42 PA Pennsylvania|44 RI Rhode Island|45 SC South Carolina|46 SD South Dakota|47 TN Tennessee|48 TX Texas
49 UT Utah|50 VT Vermont|51 VA Virginia|53 WA Washington|54 WV West Virginia|55 WI Wisconsin|56 WY Wyoming
60 AS American Samoa|66 GU Guam|69 MP Northern Mariana Islands|72 PR Puerto Rico|78 VI U.S. Virgin Islands
"""

# Names that the Census prints in a form nobody uses: its full name → name, full name, kind.
RENAMED = {
    ("GA", "Augusta-Richmond County consolidated government (balance)"): (
        "Augusta",
        "Augusta-Richmond County consolidated government",
        "consolidated government",
    ),
    ("KY", "Lexington-Fayette urban county"): ("Lexington", "Lexington-Fayette urban county", "urban county"),
    ("KY", "Louisville/Jefferson County metro government (balance)"): (
        "Louisville",
        "Louisville/Jefferson County metro government",
        "metro government",
    ),
    ("TN", "Nashville-Davidson metropolitan government (balance)"): (
        "Nashville",
        "Nashville-Davidson metropolitan government",
        "metropolitan government",
    ),
    ("TN", "Hartsville/Trousdale County"): (
        "Hartsville",
        "Hartsville/Trousdale County metropolitan government",
        "metropolitan government",
    ),
    ("TN", "Lynchburg, Moore County metropolitan government"): (
        "Lynchburg",
        "Lynchburg, Moore County metropolitan government",
        "metropolitan government",
    ),
    ("HI", "Urban Honolulu CDP"): ("Honolulu", "City and County of Honolulu", "city and county"),
    ("NV", "Carson City"): ("Carson City", "Carson City", "city"),
    ("FL", "Islamorada, Village of Islands village"): ("Islamorada", "Islamorada, Village of Islands", "village"),
    ("NJ", "South Orange Village township"): ("South Orange", "South Orange Village township", "township"),
    ("IN", "Town of Pines town"): ("Town of Pines", "Town of Pines", "town"),
    ("NY", "Village of the Branch village"): ("Village of the Branch", "Village of the Branch", "village"),
    ("MO", "Village of Four Seasons village"): ("Village of Four Seasons", "Village of Four Seasons", "village"),
}
# The population counts only the census-designated place, not the island that the government governs.
POPULATION_OF_ANOTHER_AREA = {("HI", "Urban Honolulu CDP")}

# The 2010 and 2019 lists do not have it; the Census of Governments files it under Camden County (26 2 015).
COUNTY_BY_HAND = {("MO", "Friedenswald village"): "29029"}

# Subdivisions that are one government with a place whose name tells it otherwise: subdivision → full name of the place.
SAME_GOVERNMENT = {
    "1701918121": "Urbana city",  # Cunningham township
    "2901113897": "Lamar city",  # City township
    # Townships on paper, made so that a city lies in none that governs; the list marks their like N.
    "3904118010": "Columbus city",
    "3910348808": "Medina city",
    "5505971125": "Salem Lakes village",  # Salem town, joined with Silver Lake in 2017
    "5513950850": "Fox Crossing village",  # Menasha town, incorporated in 2016
    # Incorporated whole since the subdivision list was made, about 2015.
    "2703719376": "Empire city",
    "2713913726": "Credit River city",
    "5507367325": "Rib Mountain village",
    "5508731550": "Greenville village",
    "5510166375": "Raymond village",
    "5510189575": "Yorkville village",
    "5513344850": "Lisbon village",
    "5513382575": "Vernon village",
    "5513384275": "Waukesha village",
}
# Every place of these is a former town, so a town of its name in its county is itself.
CITIES_ARE_FORMER_TOWNS = {"MA", "ME", "NH", "RI"}

_MASSACHUSETTS_TOWN_CITY = re.compile(r" Town$")  # "Amherst Town city": a city that calls itself a town
_OFFICE_FIRST = re.compile(r"^(?:The )?(?:City|Town|Village) of ")
_EVERYDAY = re.compile(r"^[^()]+ \((?P<name>[^()]+)\)$")
_BALANCE = re.compile(r" \(balance\)$")


@dataclass(frozen=True, slots=True)
class Merge:
    """A subdivision left out because its government is that of `place` (a full name), and why we hold so."""

    geoid: str
    full_name: str
    place: str
    why: str


def states() -> list[StateRow]:
    """The fifty states, DC and the five inhabited territories."""
    entries = STATES.strip().replace("\n", "|").split("|")
    return [
        StateRow(code=code, name=name, fips=fips) for fips, code, name in (entry.split(" ", 2) for entry in entries)
    ]


def counties(source: Iterable[Source]) -> list[CountyRow]:
    """The counties of today, and Connecticut's former ones, under which its towns are still listed."""
    rows = []
    for county in source:
        is_former = "replaced" in county["vintage"] or "split" in county["vintage"]
        if is_former and county["state"] != "CT":
            continue
        rows.append(
            CountyRow(
                geoid=county["geoid"],
                state=county["state"],
                name=county["name"],
                full_name=county["full_name"],
                slug=slugify(county["name"]),
                latitude=_float(county["lat"]),
                longitude=_float(county["lon"]),
                population=int(county["pop_2022_est"]) if county["pop_2022_est"] else None,
                is_current=not is_former,
            )
        )
    taken = Counter((row.state, row.slug) for row in rows)
    return [replace(row, slug=slugify(row.full_name)) if taken[row.state, row.slug] > 1 else row for row in rows]


def readable(state: str, name: str, full_name: str, kind: str) -> tuple[str, str, str]:
    """Name, full name and kind as people write them, from the Census's.

    "Dade City city" is Dade City; "Milford city (balance)" Milford city; "San Buenaventura (Ventura)" Ventura, its full
    name kept; "Amherst Town city" of Massachusetts Amherst, a city; "Town of Pecos city" Pecos.
    """
    if renamed := RENAMED.get((state, full_name)):
        return renamed
    full_name = _BALANCE.sub("", full_name)
    if state == "MA" and kind == "city":
        name = _MASSACHUSETTS_TOWN_CITY.sub("", name)
        full_name = f"{name} city"
    if _OFFICE_FIRST.match(name):
        name = _OFFICE_FIRST.sub("", name)
        full_name = f"{name} {kind}"
    if everyday := _EVERYDAY.match(name):
        name = everyday["name"]
    if full_name.casefold().endswith(f" {kind} {kind}"):
        full_name = full_name[: -len(kind) - 1]
    return name, full_name, kind or "township"


def places(source: Iterable[Source]) -> list[MunicipalityRow]:
    """Incorporated places. Counties of another state, which shapes that touch along a river give, are left out."""
    fips = {state.code: state.fips for state in states()}
    rows = []
    for place in source:
        given = (place["state"], place["full_name"])
        name, full_name, kind = readable(place["state"], place["name"], place["full_name"], place["kind"])
        geoids = (place["county_geoids"] or COUNTY_BY_HAND.get(given, "")).split("|")
        has_own_point = place["point_source"].startswith(("tiger", "gazetteer"))
        rows.append(
            MunicipalityRow(
                key=place["geoid"] or f"{place['state'].lower()}-{slugify(full_name)}",
                name=name,
                full_name=full_name,
                kind=kind,
                counties=tuple(geoid for geoid in geoids if geoid.startswith(fips[place["state"]])),
                slug=slugify(name),
                # A county's middle would put a mark where the place is not.
                latitude=_float(place["lat"]) if has_own_point else None,
                longitude=_float(place["lon"]) if has_own_point else None,
                population=None if given in POPULATION_OF_ANOTHER_AREA else int(place["pop_2024_est"]),
            )
        )
    return rows


def subdivisions(
    source: Iterable[Source], incorporated: list[MunicipalityRow]
) -> tuple[list[MunicipalityRow], list[Merge]]:
    """The county subdivisions that govern and are no place's government, and those merged into their place.

    By functional status: A governs; F stands in for its place; C is consolidated with its place and B partly so, its
    officers the place's; I is inactive, N not functioning, S statistical. Tribal land and unorganized territory that
    the list marks A are no municipality.

    The source's point is that of a place of the same name in the county. Where that is another municipality (Medina
    city beside Medina township) it is left out, or two marks would lie on each other; a village centre's is kept.
    """
    points = {(place.latitude, place.longitude) for place in incorporated}
    keys = {place.key: place for place in incorporated}
    in_county: dict[tuple[str, str], list[MunicipalityRow]] = defaultdict(list)
    for place in incorporated:
        for county in place.counties:
            in_county[county, place.name].append(place)
            in_county[county, place.full_name].append(place)
    rows, merges = [], []
    for town in source:
        status, geoid, county = (town["funcstat_2010"], town["geoid"], town["county_geoid"])
        if status not in "ABC" or town["name"].endswith((" UT", "Reservation")):
            continue
        found: list[MunicipalityRow] = []
        why = ""
        if geoid in SAME_GOVERNMENT:
            found, why = in_county[county, SAME_GOVERNMENT[geoid]], "by hand"
        elif status in "BC":
            bare = re.sub(r" (City|Village)$", "", town["name"])
            found, why = (in_county[county, bare] or in_county[county, town["name"]], f"status {status}")
        elif same := keys.get(geoid[:2] + geoid[5:]):
            found, why = [same], "same code"
        elif town["state"] in CITIES_ARE_FORMER_TOWNS:
            found, why = in_county[county, town["name"]], "former town"
        if found:
            merges.append(Merge(geoid, town["full_name"], found[0].full_name, why))
            continue
        if why.startswith(("by hand", "status")):
            raise ValueError(f"{geoid} {town['full_name']} has no place to merge with ({why})")
        name, full_name, kind = readable(town["state"], town["name"], town["full_name"], town["kind"])
        point = (_float(town["lat"]), _float(town["lon"]))
        latitude, longitude = (None, None) if point in points else point
        rows.append(
            MunicipalityRow(
                key=geoid,
                name=name,
                full_name=full_name,
                kind=kind,
                counties=(county,),
                slug=slugify(name),
                latitude=latitude,
                longitude=longitude,
                population=None,
            )
        )
    return rows, merges


def with_addresses(rows: list[MunicipalityRow]) -> list[MunicipalityRow]:
    """`rows` with slugs unique in their main county: where names meet, each gets its kind (clinton-town).

    Twice over, for a name can also meet what another got: Blue Rapids city and Blue Rapids City township of Kansas.
    """
    for _ in range(2):
        taken = Counter((row.counties[0], row.slug) for row in rows)
        rows = [
            replace(row, slug=slugify(f"{row.name} {row.kind}")) if taken[row.counties[0], row.slug] > 1 else row
            for row in rows
        ]
    return rows


def policing(
    source: Iterable[Source], rows: list[MunicipalityRow], county_rows: list[CountyRow], state: str
) -> list[PolicingRow]:
    """Who polices the municipalities of `state` that the fact file knows; unknown ones are left out.

    The file names a municipality and a county; a name that fits no row or two raises ValueError.
    """
    names = {county.geoid: county.name for county in county_rows if county.state == state}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        for geoid in row.counties:
            if geoid in names:
                found[row.name, names[geoid]].append(row.key)
    kinds = {"yes": "own", "sheriff": "sheriff"}
    policing_rows = []
    for fact in source:
        if fact["has_own_police"] == "unknown":
            continue
        keys = found[fact["municipality"], fact["county"]]
        if len(keys) != 1 or fact["has_own_police"] not in kinds:
            raise ValueError(f"{fact['municipality']}, {fact['county']}: {len(keys)} places, {fact['has_own_police']}")
        policing_rows.append(PolicingRow(keys[0], kinds[fact["has_own_police"]], _publisher(fact["police_source"])))
    return policing_rows


def _publisher(source: str) -> str:
    """Who says so and for which year, without where the copy was found."""
    bare = re.sub(r" \(copy[^)]*\)", "", source)
    bare = re.sub(r"employee file, (?:latest )?(?:row )?(\d{4})(?: row)?", r"employee data, \1", bare)
    return bare[0].upper() + bare[1:]


def _float(text: str) -> float | None:
    return float(text) if text else None
