import pytest

from municipalities import census
from municipalities.reading import MunicipalityRow


def place(geoid="1267550", state="FL", name="South Miami", kind="city", counties="12086", **others):
    return {
        "geoid": geoid,
        "state": state,
        "name": name,
        "full_name": f"{name} {kind}",
        "kind": kind,
        "lat": "25.7",
        "lon": "-80.3",
        "pop_2024_est": "13207",
        "county_geoids": counties,
        "point_source": "tiger2019",
        **others,
    }


def town(geoid, state, name, status, kind="town", **others):
    return {
        "geoid": geoid,
        "state": state,
        "county_geoid": geoid[:5],
        "name": name,
        "full_name": f"{name} {kind}",
        "kind": kind,
        "funcstat_2010": status,
        "lat": "",
        "lon": "",
        **others,
    }


def county(geoid, state, name, kind="County", vintage="2022"):
    return {
        "geoid": geoid,
        "state": state,
        "name": name,
        "full_name": f"{name} {kind}",
        "lat": "1",
        "lon": "2",
        "pop_2022_est": "",
        "vintage": vintage,
    }


def test_states_fifty_with_dc_and_territories():
    rows = census.states()

    assert len(rows) == 56
    assert len({row.code for row in rows}) == len({row.fips for row in rows}) == len({row.name for row in rows}) == 56
    assert {("FL", "12", "Florida"), ("DC", "11", "District of Columbia"), ("PR", "72", "Puerto Rico")} <= {
        (row.code, row.fips, row.name) for row in rows
    }


@pytest.mark.parametrize(
    ("state", "name", "full_name", "kind", "expected"),
    [
        ("FL", "South Miami", "South Miami city", "city", ("South Miami", "South Miami city", "city")),
        ("FL", "Dade City", "Dade City city", "city", ("Dade City", "Dade City", "city")),
        ("ME", "Old Town", "Old Town city", "city", ("Old Town", "Old Town city", "city")),
        ("MA", "Amherst Town", "Amherst Town city", "city", ("Amherst", "Amherst city", "city")),
        ("WV", "Charles Town", "Charles Town city", "city", ("Charles Town", "Charles Town city", "city")),
        ("CT", "Milford", "Milford city (balance)", "city", ("Milford", "Milford city", "city")),
        (
            "TN",
            "Nashville-Davidson",
            "Nashville-Davidson metropolitan government (balance)",
            "metropolitan government",
            ("Nashville", "Nashville-Davidson metropolitan government", "metropolitan government"),
        ),
        (
            "CA",
            "San Buenaventura (Ventura)",
            "San Buenaventura (Ventura) city",
            "city",
            ("Ventura", "San Buenaventura (Ventura) city", "city"),
        ),
        ("TX", "Town of Pecos", "Town of Pecos city", "city", ("Pecos", "Pecos city", "city")),
        (
            "OH",
            "The Village of Indian Hill",
            "The Village of Indian Hill city",
            "city",
            ("Indian Hill", "Indian Hill city", "city"),
        ),
        (
            "NY",
            "Village of the Branch",
            "Village of the Branch village",
            "village",
            ("Village of the Branch", "Village of the Branch", "village"),
        ),
        ("KS", "Township 1", "Township 1", "", ("Township 1", "Township 1", "township")),
    ],
)
def test_readable_names(state, name, full_name, kind, expected):
    assert census.readable(state, name, full_name, kind) == expected


def test_counties_that_share_a_name_get_their_kind():
    rows = census.counties(
        [
            county("24005", "MD", "Baltimore"),
            county("24510", "MD", "Baltimore", "city"),
            county("24001", "MD", "Allegany"),
        ]
    )

    assert [row.slug for row in rows] == ["baltimore-county", "baltimore-city", "allegany"]


def test_counties_former_ones_only_of_connecticut():
    rows = census.counties(
        [
            county("09001", "CT", "Fairfield", vintage="2020 (old CT county; replaced 2022)"),
            county("09190", "CT", "Western Connecticut", "Planning Region"),
            county("02261", "AK", "Valdez-Cordova", "Census Area", "2010-2018 (split 2019 into 02063, 02066)"),
            county("78010", "VI", "St. Croix", "Island", "2017-2020"),
        ]
    )

    assert [(row.geoid, row.is_current) for row in rows] == [("09001", False), ("09190", True), ("78010", True)]


def test_places_county_of_another_state_left_out():
    (row,) = census.places([place("4260000", "PA", "Philadelphia", counties="42101|34005")])

    assert row.counties == ("42101",)


def test_places_point_of_a_county_is_no_point_of_the_place():
    (row,) = census.places([place("", "TX", "Peaster", "town", "48367", point_source="county interior point")])

    assert (row.latitude, row.longitude) == (None, None)
    assert (row.key, row.geoid) == ("tx-peaster-town", None)


def test_places_honolulu_is_the_city_and_county_without_the_cdp_population():
    (row,) = census.places([place("1571550", "HI", "Urban Honolulu", "CDP", "15003")])

    assert (row.name, row.full_name, row.kind) == ("Honolulu", "City and County of Honolulu", "city and county")
    assert row.population is None


@pytest.mark.parametrize(
    ("subdivision", "incorporated", "why"),
    [
        (town("0900137070", "CT", "Hartford", "C"), place("0937000", "CT", "Hartford", counties="09001"), "status C"),
        (
            town("3611932413", "NY", "Harrison", "B"),
            place("3632402", "NY", "Harrison", "village", "36119"),
            "status B",
        ),
        (
            town("1711306639", "IL", "Bloomington City", "B", "township"),
            place("1706613", "IL", "Bloomington", counties="17113"),
            "status B",
        ),
        (
            town("1701918121", "IL", "Cunningham", "B", "township"),
            place("1777005", "IL", "Urbana", counties="17019"),
            "by hand",
        ),
        (
            town("5502587725", "WI", "Windsor", "A", "village"),
            place("5587725", "WI", "Windsor", "village", "55025"),
            "same code",
        ),
        (
            town("2501501325", "MA", "Amherst", "A"),
            place("2501370", "MA", "Amherst Town", counties="25015"),
            "former town",
        ),
    ],
)
def test_subdivisions_one_government_one_row(subdivision, incorporated, why):
    rows, merges = census.subdivisions([subdivision], census.places([incorporated]))

    assert rows == []
    assert [(merge.geoid, merge.why) for merge in merges] == [(subdivision["geoid"], why)]


@pytest.mark.parametrize(
    "subdivision",
    [
        town("3400300700", "NJ", "Alpine", "F", "borough"),
        town("2001910425", "KS", "Caneyville", "I", "township"),
        town("3903329176", "OH", "Galion City", "N", "township"),
        town("2300300000", "ME", "Connor UT", "S", ""),
        town("2706136944", "MN", "Liberty UT", "A", ""),
        town("2301957936", "ME", "Penobscot Indian Island Reservation", "A", ""),
    ],
)
def test_subdivisions_that_do_not_govern_give_no_row(subdivision):
    assert census.subdivisions([subdivision], []) == ([], [])


def test_subdivisions_town_beside_a_city_of_its_name_stays():
    groton = town("0901134250", "CT", "Groton", "A")

    rows, merges = census.subdivisions([groton], census.places([place("0934180", "CT", "Groton", counties="09011")]))

    assert [(row.key, row.full_name, row.is_subdivision, row.counties) for row in rows] == [
        ("0901134250", "Groton town", True, ("09011",))
    ]
    assert merges == []


def test_subdivisions_point_only_where_no_other_municipality_has_it():
    medina = census.places([place("3948790", "OH", "Medina", counties="39103")])
    beside = town("3910348804", "OH", "Medina", "A", "township", lat="25.7", lon="-80.3")
    alone = town("3910300001", "OH", "Granger", "A", "township", lat="41.1", lon="-81.7")

    rows, _ = census.subdivisions([beside, alone], medina)

    assert [(row.latitude, row.longitude) for row in rows] == [(None, None), (41.1, -81.7)]


def test_subdivisions_consolidated_without_its_place_is_an_error():
    with pytest.raises(ValueError, match="0900137070 Hartford town has no place to merge with"):
        census.subdivisions([town("0900137070", "CT", "Hartford", "C")], [])


def row(key, name, kind, county="36001"):
    return MunicipalityRow(
        key, name, f"{name} {kind}", kind, (county,), name.lower().replace(" ", "-"), None, None, None
    )


def test_addresses_get_the_kind_where_names_meet():
    rows = [
        row("1", "Clinton", "town"),
        row("2", "Clinton", "village"),
        row("3", "Clinton", "town", "36003"),
        row("4", "Blue Rapids", "city"),
        row("5", "Blue Rapids", "township"),
        row("6", "Blue Rapids City", "township"),
    ]

    slugs = [addressed.slug for addressed in census.with_addresses(rows)]

    assert slugs == [
        "clinton-town",
        "clinton-village",
        "clinton",
        "blue-rapids-city",
        "blue-rapids-township",
        "blue-rapids-city-township",
    ]


def fact(municipality, has_own_police, source, county="Miami-Dade"):
    return {
        "municipality": municipality,
        "county": county,
        "has_own_police": has_own_police,
        "police_source": source,
    }


def test_policing_known_ones_with_their_publisher():
    rows = census.places([place(), place("1232275", name="Homestead"), place("1254275", name="Palmetto Bay")])
    counties = census.counties([county("12086", "FL", "Miami-Dade")])
    facts = [
        fact("South Miami", "yes", "FBI law enforcement employee file (copy in a/b @0c), latest row 2024"),
        fact("Homestead", "sheriff", "the Gazette names it"),
        fact("Palmetto Bay", "unknown", "no row"),
    ]

    found = census.policing(facts, rows, counties, "FL")

    assert [(entry.key, entry.policing, entry.source) for entry in found] == [
        ("1267550", "own", "FBI law enforcement employee data, 2024"),
        ("1232275", "sheriff", "The Gazette names it"),
    ]


@pytest.mark.parametrize("entry", [fact("Nowhere", "yes", "x"), fact("South Miami", "perhaps", "x")])
def test_policing_that_fits_nothing_is_an_error(entry):
    counties = census.counties([county("12086", "FL", "Miami-Dade")])

    with pytest.raises(ValueError, match=entry["municipality"]):
        census.policing([entry], census.places([place()]), counties, "FL")
