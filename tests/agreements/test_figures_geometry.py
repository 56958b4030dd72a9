import json

import pytest

from agreements.figures import geometry, projection
from agreements.figures.frame import frame_of

CODES = sorted(path.stem.upper() for path in geometry.FOLDER.glob("*.json"))


def test_geometry_covers_every_state_and_the_country():
    assert len(CODES) == 57
    assert len(geometry.load("US")) == 56
    assert sum(len(geometry.load(code)) for code in CODES if code != geometry.COUNTRY) == 3232


@pytest.mark.parametrize("code", CODES)
def test_geometry_rings_are_closed_and_wound_for_d3(code):
    collection = json.loads((geometry.FOLDER / f"{code.lower()}.json").read_text(encoding="utf-8"))
    for feature in collection["features"]:
        assert len(feature["id"]) == (2 if code == geometry.COUNTRY else 5)
        coordinates = feature["geometry"]["coordinates"]
        for exterior, *holes in [coordinates] if feature["geometry"]["type"] == "Polygon" else coordinates:
            assert exterior[0] == exterior[-1]
            assert geometry.ring_area(exterior) < 0, f"{feature['id']} would fill the whole world"
            assert all(geometry.ring_area(hole) > 0 for hole in holes)


def test_geometry_ids_belong_to_the_state():
    assert {shape.geoid[:2] for shape in geometry.load("fl")} == {"12"}
    assert {shape.geoid: shape.name for shape in geometry.load("FL")}["12086"] == "Miami-Dade"


@pytest.mark.parametrize("code", ["ZZ", "", "../x", "f l"])
def test_geometry_unknown_state_raises(code):
    assert not geometry.has_geometry(code)
    with pytest.raises(LookupError):
        geometry.load(code)


def test_geometry_of_municipalities_is_florida_s_by_county():
    files = sorted((geometry.FOLDER / "places").glob("*.json"))
    places = {one.geoid: one for path in files for one in geometry.load_places(path.stem)}

    assert all(path.stem.startswith("12") for path in files)
    assert len(places) == 411
    assert places["1267550"].name == "South Miami"
    # Longboat Key lies in two counties, and is in the files of both.
    assert all("1241150" in {one.geoid for one in geometry.load_places(county)} for county in ("12115", "12081"))


@pytest.mark.parametrize("county", ["48113", "", "../fl", "12086.json"])
def test_geometry_of_municipalities_elsewhere_is_none(county):
    assert geometry.load_places(county) == ()


def test_geometry_of_municipalities_is_wound_for_d3():
    for path in (geometry.FOLDER / "places").glob("*.json"):
        for place in geometry.load_places(path.stem):
            for exterior, *holes in place.polygons:
                assert geometry.ring_area(exterior) < 0, place.geoid
                assert all(geometry.ring_area(hole) > 0 for hole in holes)


def test_frame_of_a_county_is_drawn_closer_around_its_municipalities():
    shapes, places = geometry.load("FL"), geometry.load_places("12086")

    county, towns = frame_of(shapes, "12086"), frame_of(shapes, "12086", places)

    assert towns.box.east - towns.box.west < county.box.east - county.box.west
    for place in places:
        assert towns.box.west < place.box.west < place.box.east < towns.box.east


def test_geometry_alaska_continues_across_the_date_line():
    box = frame_of(geometry.load("AK")).box

    assert -192 < box.west < -180
    assert box.east < -125


def test_projection_mercator_known_point():
    x, y = projection.mercator(180, 85.0511287798066)

    assert x == pytest.approx(3.14159265, abs=1e-6)
    assert y == pytest.approx(-3.14159265, abs=1e-6)


@pytest.mark.parametrize(
    ("place", "at"), [((-156, 58.5), (-0.307, 0.201)), ((-160, 19.9), (-0.205, 0.212)), ((-96.6, 38.7), (0, 0))]
)
def test_projection_of_the_country_has_alaska_and_hawaii_where_d3_has_them(place, at):
    assert projection.albers_usa(*place) == pytest.approx(at, abs=1e-9)


def test_projection_conic_keeps_areas():
    project = projection.conic_equal_area((29.5, 45.5), meridian=-96, origin=38.7)

    def cell(longitude, latitude):
        corners = [(longitude, latitude), (longitude + 0.1, latitude), (longitude, latitude + 0.1)]
        (x0, y0), (x1, y1), (x2, y2) = (project(*corner) for corner in corners)
        return abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))

    # A cell of a tenth of a degree shrinks northwards with the cosine of its latitude.
    assert cell(-120, 45) / cell(-80, 25) == pytest.approx(0.7071 / 0.9063, rel=0.005)


@pytest.mark.parametrize(("code", "place"), [("FL", (-80.29, 25.71)), ("AK", (-149.9, 61.2)), ("US", (-157.8, 21.3))])
def test_frame_place_is_the_inverse_of_the_view(code, place):
    frame = frame_of(geometry.load(code))
    view = frame.view(600)
    near = (place[0] + 0.5, place[1] - 0.5)

    assert frame.place(view, *view.point(*place), near) == pytest.approx(place, abs=1e-5)
