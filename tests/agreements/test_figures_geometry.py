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


def test_geometry_alaska_continues_across_the_date_line():
    box = frame_of(geometry.load("AK")).box

    assert -192 < box.west < -180
    assert box.east < -125


def test_projection_mercator_known_point():
    x, y = projection.mercator(180, 85.0511287798066)

    assert x == pytest.approx(3.14159265, abs=1e-6)
    assert y == pytest.approx(-3.14159265, abs=1e-6)


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
