"""The places as loaded: what a reader may rely on."""

import pytest

from municipalities.models import County, Municipality, Policing, State

pytestmark = pytest.mark.usefixtures("places")


def names(**where):
    return sorted(Municipality.objects.filter(**where).values_list("full_name", flat=True))


def test_states_and_counties_all_there():
    assert State.objects.count() == 56
    assert County.objects.filter(is_current=True).count() == 3_144 + 78 + 11
    assert set(County.objects.filter(is_current=False).values_list("state__code", flat=True)) == {"CT"}
    assert County.objects.filter(is_current=False).count() == 8
    assert County.objects.filter(state__code="FL").count() == 67


def test_municipalities_all_there():
    assert Municipality.objects.filter(is_subdivision=False).count() == 19_479
    assert Municipality.objects.filter(geoid=None).count() == 26
    assert Municipality.objects.exclude(counties__isnull=False).count() == 0


@pytest.mark.parametrize(
    ("state", "count"),
    [
        ("FL", 411),
        ("MA", 351),  # 58 cities, 293 towns
        ("NJ", 564),
        ("CT", 180 - 1),  # 149 towns, 20 consolidated cities and boroughs, 10 more within towns
        ("RI", 39),
        ("NH", 234),
        ("HI", 1),
        ("DC", 1),
        ("PR", 0),
    ],
)
def test_municipalities_of_a_state(state, count):
    assert Municipality.objects.filter(state__code=state).count() == count


@pytest.mark.parametrize(
    ("county", "count"),
    [("12086", 34), ("12011", 31), ("12099", 39), ("12087", 5)],
    ids=["Dade", "Broward", "PB", "Monroe"],
)
def test_municipalities_of_south_florida(county, count):
    assert Municipality.objects.filter(counties__geoid=county).count() == count


def test_florida_every_city_has_code_point_and_population():
    florida = Municipality.objects.filter(state__code="FL")

    assert not florida.filter(geoid=None).exists()
    assert not florida.filter(latitude=None).exists()
    assert not florida.filter(population=None).exists()


@pytest.mark.parametrize(
    ("name", "counties"),
    [
        ("Longboat Key", {"Sarasota", "Manatee"}),
        ("Fanning Springs", {"Levy", "Gilchrist"}),
        ("Flagler Beach", {"Flagler", "Volusia"}),
        ("Marineland", {"Flagler", "St. Johns"}),
    ],
)
def test_city_in_two_counties_is_once_in_each(name, counties):
    (city,) = Municipality.objects.filter(state__code="FL", name=name)

    assert set(city.counties.values_list("name", flat=True)) == counties
    assert city.main_county.name in counties
    for county in city.counties.all():
        assert list(county.municipalities.filter(name=name)) == [city]


@pytest.mark.parametrize(
    ("state", "name", "governments"),
    [
        ("CT", "Hartford", ["Hartford city"]),
        ("CT", "Naugatuck", ["Naugatuck borough"]),
        ("CT", "Groton", ["Groton city", "Groton town"]),
        ("MA", "Amherst", ["Amherst city"]),
        ("MA", "Framingham", ["Framingham city"]),
        ("NJ", "Princeton", ["Princeton"]),
        ("PA", "State College", ["State College borough"]),
        ("NY", "Scarsdale", ["Scarsdale village"]),
        ("NY", "Harrison", ["Harrison village"]),
        ("WI", "Windsor", ["Windsor village"]),
        ("MN", "Credit River", ["Credit River city"]),
        ("ME", "Sanford", ["Sanford city"]),
        ("VT", "Rutland", ["Rutland city", "Rutland town"]),
    ],
)
def test_one_row_for_one_government(state, name, governments):
    assert names(state__code=state, name=name, kind__in=["city", "town", "village", "borough", "municipality"]) == (
        governments
    )


def test_city_made_of_a_differently_named_town():
    assert names(state__code="IL", name="Cunningham", counties__geoid="17019") == []
    assert names(state__code="IL", name="Urbana", counties__geoid="17019") == ["Urbana city", "Urbana township"]
    assert names(state__code="WI", name="Menasha", counties__geoid="55139") == ["Menasha city"]


@pytest.mark.parametrize(
    ("geoid", "name", "full_name"),
    [
        ("1267550", "South Miami", "South Miami city"),
        ("1216125", "Dade City", "Dade City"),
        ("1235000", "Jacksonville", "Jacksonville city"),
        ("4752006", "Nashville", "Nashville-Davidson metropolitan government"),
        ("2148006", "Louisville", "Louisville/Jefferson County metro government"),
        ("1571550", "Honolulu", "City and County of Honolulu"),
        ("1836003", "Indianapolis", "Indianapolis city"),
        ("0665042", "Ventura", "San Buenaventura (Ventura) city"),
    ],
)
def test_names_are_readable(geoid, name, full_name):
    place = Municipality.objects.get(geoid=geoid)

    assert (place.name, place.full_name) == (name, full_name)


def test_names_no_leftovers_of_the_census():
    assert names(full_name__contains="(balance)") == []
    assert names(full_name__regex=r" (city|town|village) \1$") == []
    assert names(kind__startswith="CDP") == []


@pytest.mark.parametrize(
    ("state", "slugs"),
    [
        ("MD", {"baltimore-county", "baltimore-city"}),
        ("MO", {"st-louis-county", "st-louis-city"}),
        (
            "VA",
            {
                f"{name}-{kind}"
                for name in ("fairfax", "franklin", "richmond", "roanoke")
                for kind in ("city", "county")
            },
        ),
    ],
)
def test_county_slugs_tell_city_from_county(state, slugs):
    assert slugs <= set(County.objects.filter(state__code=state).values_list("slug", flat=True))


def test_municipality_slugs_get_their_kind_only_where_names_meet():
    assert Municipality.objects.get(geoid="1267550").slug == "south-miami"
    assert set(
        Municipality.objects.filter(state__code="NY", main_county__name="Clinton", name="Champlain").values_list(
            "slug", flat=True
        )
    ) == {"champlain-town", "champlain-village"}


def test_policing_known_for_florida_with_its_source():
    known = Municipality.objects.exclude(policing=Policing.UNKNOWN)

    assert known.count() == 102
    assert Municipality.objects.get(geoid="1267550").policing_source == "FBI law enforcement employee data, 2025"
    assert Municipality.objects.get(geoid="1235000").policing == Policing.SHERIFF
    assert not known.filter(policing_source="").exists()
