from dataclasses import replace

import pytest

from agreements.ice.aliases import Alias
from agreements.ice.match import MAX_SENTENCE, Placement, place, place_agency
from agreements.ice.parse import ParsedRow
from agreements.ice.places import CountyPlace, PlaceIndex, Town
from municipalities.reading import CountyRow, MunicipalityRow, Places, StateRow


def town(key: str, full_name: str, state: str, *counties: str, name: str = "", subdivision: bool = False) -> Town:
    kind = full_name.rsplit(" ", 1)[1].lower()
    return Town(key, name or full_name.rsplit(" ", 1)[0], full_name, kind, state, counties, None, subdivision)


def county(geoid: str, full_name: str, state: str, name: str = "") -> CountyPlace:
    return CountyPlace(geoid, name or full_name.rsplit(" ", 1)[0], full_name, state)


COUNTIES = [
    county("12086", "Miami-Dade County", "FL"),
    county("12101", "Pasco County", "FL"),
    county("12035", "Flagler County", "FL"),
    county("12069", "Lake County", "FL"),
    county("12031", "Duval County", "FL"),
    county("12109", "St. Johns County", "FL"),
    county("12115", "Sarasota County", "FL"),
    county("12081", "Manatee County", "FL"),
    county("42019", "Butler County", "PA"),
    county("42079", "Luzerne County", "PA"),
    county("42037", "Columbia County", "PA"),
    county("42127", "Wayne County", "PA"),
    county("49035", "Salt Lake County", "UT"),
    county("22029", "Concordia Parish", "LA"),
    county("51159", "Richmond County", "VA"),
    county("51760", "Richmond city", "VA"),
    county("29227", "Worth County", "MO"),
    county("48201", "Harris County", "TX"),
    county("48041", "Brazos County", "TX"),
    county("36065", "Oneida County", "NY"),
    county("01033", "Colbert County", "AL"),
    county("01019", "Cherokee County", "AL"),
]
TOWNS = [
    town("1245000", "Miami city", "FL", "12086"),
    town("1276525", "West Miami city", "FL", "12086"),
    town("1245100", "Miami Shores village", "FL", "12086"),
    town("1216125", "Dade City", "FL", "12101", name="Dade City"),
    town("1224000", "Fort Lauderdale city", "FL", "12086"),
    town("1216875", "DeLand city", "FL", "12069"),
    town("1262500", "St. Augustine city", "FL", "12109"),
    town("1241150", "Longboat Key town", "FL", "12115", "12081"),
    town("1235000", "Jacksonville city", "FL", "12031"),
    town("1208725", "Bunnell city", "FL", "12035"),
    town("4210464", "Butler city", "PA", "42019"),
    town("4201910464", "Butler township", "PA", "42019", subdivision=True),
    town("4207910472", "Butler township", "PA", "42079", subdivision=True),
    town("4203705864", "Benton township", "PA", "42037", subdivision=True),
    town("4205856", "Benton borough", "PA", "42037"),
    town("4212701", "Damascus township", "PA", "42127", subdivision=True),
    town("4200001", "Milford borough", "PA", "42079"),
    town("4200002", "Milford borough", "PA", "42019"),
    town("4200003", "Troy township", "PA", "42019", subdivision=True),
    town("4200004", "Troy township", "PA", "42079", subdivision=True),
    town("4815976", "College Station city", "TX", "48041"),
    town("4872392", "Texas City", "TX", "48201", name="Texas City"),
    town("4802272", "Alvin city", "TX", "48201"),
    town("3611847", "Camden village", "NY", "36065"),
    town("3606511858", "Camden town", "NY", "36065", subdivision=True),
    town("0114152", "Cherokee town", "AL", "01033"),
]
INDEX = PlaceIndex(TOWNS, COUNTIES)


def row(agency: str, state: str = "FL", county: str = "", agency_type: str = "municipality") -> ParsedRow:
    return ParsedRow(2, {}, state, agency, agency_type, county, "tfm", None, "", "", ())


def placed(agency: str, state: str = "FL", county: str = "", agency_type: str = "municipality") -> Placement:
    return place(row(agency, state, county, agency_type), INDEX)


@pytest.mark.parametrize(
    ("agency", "key"),
    [
        ("Miami Police Department", "1245000"),
        ("City of Miami PD", "1245000"),
        ("Miami Police Dept.", "1245000"),
        ("MIAMI POLCE DEPARTEMENT", "1245000"),
        ("Miami Police Services Department", "1245000"),
        ("Miami Department of Public Safety", "1245000"),
        ("Miami Public Safety", "1245000"),
        ("Miami City Marshal's Office", "1245000"),
        ("W. Miami Police Department", "1276525"),
        ("Miami Shores Village Police Department", "1245100"),
        ("Village of Miami Shores Police Department", "1245100"),
        ("Dade City Police Department", "1216125"),
        ("Ft. Lauderdale Police", "1224000"),
        ("De Land Police Department", "1216875"),
        ("Saint Augustine Police Department, FL", "1262500"),
        ("Town of Longboat Key Police Department", "1241150"),
    ],
)
def test_police_are_placed_in_their_municipality(agency: str, key: str) -> None:
    placement = placed(agency)

    assert (placement.kind, placement.municipality_keys) == ("municipal_police", (key,))
    assert placement.county_geoids == INDEX.towns[key].counties
    assert placement.is_placed


def test_fire_marshal_of_a_town_is_of_its_government_and_no_police() -> None:
    placement = placed("Miami Fire Marshal")

    assert (placement.kind, placement.municipality_keys) == ("municipal_government", ("1245000",))


def test_program_for_tribes_makes_an_agency_tribal() -> None:
    tribal = replace(row("Everglades Rangers", "FL", "Miami-Dade County"), program="ttfm")

    assert place(tribal, INDEX).kind == "tribal"


def test_near_name_is_proposed_and_never_assumed() -> None:
    placement = placed("Miamii Police Department")

    assert placement.municipality_keys == ()
    assert placement.kind == "municipal_police"
    assert "Miami city (Miami-Dade County)" in placement.question


def test_municipality_without_police_in_its_name_is_its_government() -> None:
    assert placed("City of Miami").kind == "municipal_government"


@pytest.mark.parametrize(
    ("agency", "state", "county", "kind", "geoids"),
    [
        ("Miami University Police Department", "FL", "Miami-Dade County", "campus", ("12086",)),
        ("District Board of Trustees of Bunnell State College", "FL", "Flager County", "campus", ("12035",)),
        ("Miami Public Schools Police Department", "FL", "Miami-Dade", "school_district", ("12086",)),
        ("Alvin ISD Police Department", "TX", "Harris County", "school_district", ("48201",)),
        ("Miami Airport Police Department", "FL", "Miami-Dade County", "airport_port", ("12086",)),
        ("Lake County Port Authority Police", "FL", "", "airport_port", ("12069",)),
        ("Harris County Constable Precinct 3", "TX", "", "constable", ("48201",)),
        ("Butler Township Constable's Office", "PA", "Luzerne County", "constable", ("42079",)),
        ("Pennsylvania State Constable, Damascus Twp", "PA", "", "constable", ("42127",)),
        ("Constable Damascus Township, PA", "PA", "#?", "constable", ("42127",)),
        ("Ward 5 Marshal's Office", "LA", "Concordia Parish", "constable", ("22029",)),
        ("Butler County District Attorney's Office", "PA", "", "prosecutor", ("42019",)),
        ("Harris County (County) Attorney's Office", "TX", "", "prosecutor", ("48201",)),
        ("Miami-Dade Corrections and Rehabilitation", "FL", "", "county_jail", ("12086",)),
        ("Lake County Board of County Commissioners/ Department of Corrections", "FL", "", "county_jail", ("12069",)),
        ("County of Butler / Butler County Prison", "PA", "", "county_jail", ("42019",)),
        ("Lake County BOCC", "FL", "", "county_other", ("12069",)),
        ("Lake County Police Department", "FL", "", "county_other", ("12069",)),
        ("Miami Drug Task Force", "FL", "Miami-Dade County", "county_other", ("12086",)),
        ("Miccosukee Tribe Police Department", "FL", "", "tribal", ()),
    ],
)
def test_what_an_agency_is_goes_before_its_type_and_its_town(
    agency: str, state: str, county: str, kind: str, geoids: tuple[str, ...]
) -> None:
    placement = placed(agency, state, county)

    assert (placement.kind, placement.county_geoids) == (kind, geoids)
    assert placement.municipality_keys == ()
    assert placement.is_placed


@pytest.mark.parametrize(
    ("agency", "state", "kind"),
    [
        ("Florida Highway Patrol", "FL", "state_police"),
        ("Florida Department of Highway Safety and Motor Vehicles, Division of Highway Patrol", "FL", "state_police"),
        ("Department of Public Safety - Texas Highway Patrol", "TX", "state_police"),
        ("Department of State Police", "VA", "state_police"),
        ("Florida Department of Corrections", "FL", "state_corrections"),
        ("Department of Corrections", "VA", "state_corrections"),
        ("Louisiana Department of Public Safety & Corrections", "LA", "state_corrections"),
        ("Florida Fish & Wildlife Conservation Commission", "FL", "state_other"),
        ("Office Of The Attorney General", "GU", "state_other"),
        ("Office of Agricultural Law Enforcement", "FL", "state_other"),
        ("Florida National Guard", "FL", "state_other"),
        ("CNMI Department of Public Safety", "MP", "state_police"),
        ("16th Judicial District Drug Task Force", "AL", "state_other"),
    ],
)
def test_state_agencies_have_no_place_of_their_own(agency: str, state: str, kind: str) -> None:
    placement = placed(agency, state, "Lake County", agency_type="state")

    assert (placement.kind, placement.municipality_keys, placement.county_geoids) == (kind, (), ())
    assert placement.is_placed


@pytest.mark.parametrize(
    ("agency", "state", "key"),
    [
        ("College Station Police Department", "TX", "4815976"),
        ("Texas City Department of Public Safety", "TX", "4872392"),
        ("Texas City Police Department", "TX", "4872392"),
    ],
)
def test_town_whose_name_sounds_like_something_else_is_a_town(agency: str, state: str, key: str) -> None:
    assert placed(agency, state, agency_type="state").municipality_keys == (key,)


@pytest.mark.parametrize(
    ("agency", "county", "key"),
    [
        ("Butler Township Police Department", "Luzerne County", "4207910472"),
        ("Butler Twp. Police Department", "Butler", "4201910464"),
        ("Butler TWP Police Department - Luzerne", "", "4207910472"),
        ("Butler City Police Department", "Butler County", "4210464"),
        ("Butler Police Department", "Butler County", "4210464"),
        ("Benton Borough Police Department", "", "4205856"),
        ("Benton Township Police Department", "", "4203705864"),
        ("Milford Borough Police Department", "Luzerne County", "4200001"),
    ],
)
def test_town_of_a_common_name_is_told_by_kind_and_county(agency: str, county: str, key: str) -> None:
    assert placed(agency, "PA", county).municipality_keys == (key,)


@pytest.mark.parametrize(
    ("agency", "county"),
    [
        ("Butler Township Police Department", ""),
        ("Butler Township Police Department", "Wayne County"),
        ("Milford Police Department", ""),
        ("Troy Police Department", ""),
        ("Milford Township Police Department", "Luzerne County"),
    ],
)
def test_town_that_could_be_two_is_left_open(agency: str, county: str) -> None:
    placement = placed(agency, "PA", county)

    assert placement.municipality_keys == ()
    assert placement.question


def test_incorporated_place_goes_before_the_town_around_it() -> None:
    placement = placed("Camden Police Department", "NY")

    assert (placement.municipality_keys, placement.basis) == (("3611847",), "incorporated")
    assert placement.note == "Read as Camden village, the only incorporated place of that name."


def test_town_claimed_by_name_goes_before_the_village() -> None:
    assert placed("Town of Camden Police Department", "NY").municipality_keys == ("3606511858",)


def test_county_printed_wrongly_is_noted_where_the_name_is_the_only_one() -> None:
    placement = placed("Cherokee Police Department", "AL", "Cherokee County")

    assert placement.municipality_keys == ("0114152",)
    assert placement.note == "ICE prints 'Cherokee County'; the only Cherokee of Alabama lies in Colbert County."


@pytest.mark.parametrize(
    ("agency", "state", "county", "geoid"),
    [
        ("Lake County Sheriff's Office", "FL", "Flagler County", "12069"),
        ("Miami Dade Sheriff’s Office", "FL", "", "12086"),
        ("Flager County Sheriff's Office", "FL", "", "12035"),
        ("Lake Conty Sherrif's Offic", "FL", "", "12069"),
        ("Saint John's County Sheriff", "FL", "", "12109"),
        ("Salt Lake County Sheriff's Office", "UT", "", "49035"),
        ("Concordia County Sheriff's Office", "LA", "", "22029"),
        ("Concordia Parish Sheriff's Office", "LA", "", "22029"),
        ("Richmond County Sheriff's Office", "VA", "", "51159"),
        ("Richmond City Sheriff's Office", "VA", "", "51760"),
        ("Harris County's Sheriff's Office", "TX", "", "48201"),
    ],
)
def test_sheriff_is_placed_in_the_county_of_the_name(agency: str, state: str, county: str, geoid: str) -> None:
    placement = placed(agency, state, county, agency_type="county")

    assert (placement.kind, placement.county_geoids, placement.municipality_keys) == ("sheriff", (geoid,), ())


def test_sheriff_with_another_county_printed_keeps_the_name_and_notes_it() -> None:
    assert "Flagler County" in placed("Lake County Sheriff's Office", county="Flagler County").note


def test_sheriff_whose_slip_and_county_disagree_is_left_open() -> None:
    assert not placed("Flager County Sheriff's Office", county="Lake County").is_placed


@pytest.mark.parametrize(
    ("agency", "state", "county"),
    [
        ("Richmond Sheriff's Office", "VA", ""),
        ("Kershaw County Sheriff's Office", "FL", "Kershaw County"),
        ("North Sheriff's Office", "MO", "North County"),
    ],
)
def test_sheriff_without_a_county_of_the_state_is_left_open(agency: str, state: str, county: str) -> None:
    placement = placed(agency, state, county)

    assert (placement.kind, placement.county_geoids) == ("sheriff", ())
    assert placement.question


def test_regional_police_have_their_county_and_their_members_asked_for() -> None:
    placement = placed("Northern Butler County Regional Police Department", "PA")

    assert (placement.kind, placement.county_geoids) == ("regional_police", ("42019",))
    assert "municipalities" in placement.question


def test_campus_without_a_county_is_left_open_and_has_no_city() -> None:
    placement = placed("Miami International University Police Department")

    assert (placement.kind, placement.municipality_keys, placement.county_geoids) == ("campus", (), ())
    assert placement.question


def test_constable_of_a_town_of_many_counties_is_left_open() -> None:
    assert not placed("Troy Township Constable", "PA").is_placed


def test_unknown_state_and_unknown_agency_are_questions() -> None:
    assert placed("Miami Police Department", "").question == "The state printed is not known."
    assert "cannot be told" in placed("Nobody Knows What").question


def test_questions_are_kept_short() -> None:
    assert len(placed("Nobody " * 200).question) <= MAX_SENTENCE


def test_index_is_built_from_the_reference_places() -> None:
    places = Places(
        states=[StateRow("FL", "Florida", "12")],
        counties=[CountyRow("12086", "FL", "Miami-Dade", "Miami-Dade County", "miami-dade", None, None, None, True)],
        municipalities=[MunicipalityRow("1245000", "Miami", "Miami city", "city", ("12086",), "miami", None, None, 9)],
        policing=[],
    )

    index = PlaceIndex.from_places(places)

    assert index.towns["1245000"] == Town("1245000", "Miami", "Miami city", "city", "FL", ("12086",), 9)
    assert index.counties["12086"] == CountyPlace("12086", "Miami-Dade", "Miami-Dade County", "FL")


def test_alias_goes_before_every_rule() -> None:
    alias = Alias("FL", "Jacksonville Sheriff's Office", ("1235000",), ("12031",), "sheriff", "Consolidated.")

    placement = place(row("Jacksonville Sheriff’s  Office"), INDEX, {("FL", "jacksonville sheriffs office"): alias})

    assert placement == Placement("sheriff", ("1235000",), ("12031",), "alias", "", "Consolidated.")


def test_alias_without_counties_takes_those_of_its_municipalities() -> None:
    alias = Alias("FL", "Keys PD", ("1241150", "1245000"), (), "regional_police", "Two towns.")

    placement = place(row("Keys PD"), INDEX, {("FL", "keys pd"): alias})

    assert placement.county_geoids == ("12115", "12081", "12086")


def test_alias_of_a_regional_force_without_members_asks_for_them() -> None:
    alias = Alias("FL", "Keys PD", (), ("12086",), "regional_police", "Some towns.")

    assert not place(row("Keys PD"), INDEX, {("FL", "keys pd"): alias}).is_placed


def test_agency_takes_the_placement_that_its_rows_agree_on() -> None:
    rows = [row("Butler Township PD", "PA", ""), row("Butler Township PD", "PA", "Luzerne County")]

    assert place_agency(rows, INDEX).municipality_keys == ("4207910472",)


def test_agency_whose_rows_disagree_or_say_nothing_is_left_open() -> None:
    rows = [row("Butler Township PD", "PA", name) for name in ("Butler County", "Luzerne County")]

    assert not place_agency(rows, INDEX).is_placed
    assert not place_agency([row("Butler Township PD", "PA")], INDEX).is_placed
