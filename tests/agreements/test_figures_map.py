import json
import re
from dataclasses import replace

import pytest
from django.template.loader import render_to_string

from agreements.figures import geometry, labels
from agreements.figures import map as county_map
from agreements.figures.map import CountyFill, Mark
from agreements.figures.marks import DRAWN_LAST, MARKS

FILLS = [
    CountyFill("12086", "Miami-Dade County", 10, 34, "/us/fl/miami-dade/"),
    CountyFill("12087", "Monroe County", 0, 5, "/us/fl/monroe/"),
]
SOUTH_MIAMI = Mark(
    "1267550",
    "South Miami",
    "court",
    25.708,
    -80.294,
    "/us/fl/miami-dade/south-miami/",
    county="Miami-Dade County",
    since_text="since March 27, 2025",
    status_label="Before a court",
    is_labelled=True,
)
HIALEAH = Mark("1230000", "Hialeah", "signed", 25.87, -80.30, "/us/fl/miami-dade/hialeah/", status_label="Signed")
MARKS_SHOWN = [SOUTH_MIAMI, HIALEAH]


def test_marks_table_is_complete_and_told_apart():
    assert set(DRAWN_LAST) == set(MARKS)
    assert len({mark.path for mark in MARKS.values()}) == len(MARKS) == 10


@pytest.mark.parametrize(
    ("signed", "total", "ramp"), [(0, 0, 0), (0, 5, 0), (1, 4, 1), (2, 4, 2), (10, 34, 2), (3, 4, 3)]
)
def test_fill_class_is_by_share(signed, total, ramp):
    assert CountyFill("12086", "Miami-Dade County", signed, total, "/").ramp == ramp


def test_fill_count_has_its_denominator():
    assert FILLS[0].sentence == "10 of 34 municipalities signed"
    assert CountyFill("12007", "Bradford County", 1, 1, "/").sentence == "1 of 1 municipality signed"
    assert CountyFill("15001", "Hawaii County", 0, 0, "/").sentence == "no municipalities"


def test_svg_links_counties_with_a_fill_and_leaves_the_rest_plain():
    drawing = county_map.svg(geometry.load("FL"), FILLS, MARKS_SHOWN)

    by_geoid = {area.geoid: area for area in drawing.areas}
    assert len(by_geoid) == 67
    assert by_geoid["12086"].url == "/us/fl/miami-dade/"
    assert by_geoid["12086"].css_class == "r2"
    assert by_geoid["12086"].title == "Miami-Dade County: 10 of 34 municipalities signed"
    assert (by_geoid["12001"].css_class, by_geoid["12001"].url) == ("context", "")


def test_svg_draws_the_rare_over_the_common():
    drawing = county_map.svg(geometry.load("FL"), FILLS, MARKS_SHOWN)

    assert [mark.status for mark in drawing.marks] == ["signed", "court"]
    assert drawing.marks[1].title == "South Miami: Before a court, since March 27, 2025"


def test_svg_marks_lie_where_they_should():
    drawing = county_map.svg(geometry.load("FL"), FILLS, MARKS_SHOWN)

    hialeah, south_miami = drawing.marks
    assert abs(hialeah.x - south_miami.x) < 2
    assert hialeah.y < south_miami.y
    # South Miami lies in the south-east of the state.
    assert 0.9 * drawing.width < south_miami.x < drawing.width
    assert 0.75 * drawing.height < south_miami.y < 0.9 * drawing.height


def test_svg_focus_zooms_and_drops_what_is_off_the_drawing():
    far = replace(HIALEAH, key="x", label="Tallahassee", latitude=30.44, longitude=-84.28)

    drawing = county_map.svg(geometry.load("FL"), FILLS[:1], [*MARKS_SHOWN, far], focus="12086")

    assert {area.geoid for area in drawing.areas} >= {"12086", "12087"}
    assert "12001" not in {area.geoid for area in drawing.areas}
    assert len(drawing.marks) == 2


def test_svg_labels_hold_the_count_and_the_name_asked_for():
    drawing = county_map.svg(geometry.load("FL"), FILLS[:1], MARKS_SHOWN, focus="12086")

    words = [tuple(line for line, _ in label.lines) for label in drawing.wide_labels]
    assert ("Miami-Dade", "10 of 34") in words
    assert ("South Miami",) in words
    assert ("Hialeah",) not in words


def test_svg_of_every_state_stays_on_the_drawing():
    for path in geometry.FOLDER.glob("*.json"):
        drawing = county_map.svg(geometry.load(path.stem), [], [])
        assert drawing.areas
        assert 50 < drawing.height < 901, path.stem


def test_figure_has_our_geometry_no_colour_and_no_markup():
    mark = replace(SOUTH_MIAMI, label="A <b>bold</b> & B")

    figure = county_map.figure("FL", FILLS, [mark, HIALEAH], "/static/geo/fl.json")

    text = json.dumps(figure)
    assert {trace["geojson"] for trace in figure["data"] if trace["type"] == "choropleth"} == {"/static/geo/fl.json"}
    assert not re.search(r"#[0-9A-Fa-f]{6}|rgb\(|<b>", text.replace(mark.label, ""))
    assert "A &lt;b&gt;bold&lt;/b&gt; &amp; B" in text
    assert figure["layout"]["dragmode"] is False
    assert "template" not in figure["layout"] or not figure["layout"]["template"]


def test_figure_points_carry_name_sentence_and_link():
    figure = county_map.figure("FL", FILLS, MARKS_SHOWN, "/static/geo/fl.json")

    traces = {trace["meta"].get("status", trace["meta"]["role"]): trace for trace in figure["data"]}
    assert traces["court"]["customdata"] == [
        [
            "South Miami, Miami-Dade County",
            "Before a court, since March 27, 2025",
            "/us/fl/miami-dade/south-miami/",
        ]
    ]
    assert traces["areas"]["locations"] == ["12086", "12087"]
    assert traces["areas"]["z"] == [2, 0]
    assert len(traces["context"]["locations"]) == 65


def test_figure_unknown_state_raises():
    with pytest.raises(LookupError):
        county_map.figure("ZZ", FILLS, MARKS_SHOWN, "/static/geo/zz.json")


def test_figure_of_a_mark_with_an_unknown_status_raises():
    with pytest.raises(KeyError, match="maybe"):
        county_map.figure("FL", FILLS, [replace(HIALEAH, status="maybe")], "/static/geo/fl.json")


def test_label_beside_turns_to_the_free_side():
    blocked = labels.Rect(100, 90, 200, 110)

    label = labels.beside("Doral", (100, 100), 6, 12, [blocked], (300, 200))

    assert label is not None
    assert label.anchor == "end"


def test_label_beside_gives_up_when_all_is_taken():
    assert labels.beside("Doral", (100, 100), 6, 12, [labels.Rect(0, 0, 300, 200)], (300, 200)) is None


def test_label_within_takes_the_short_version_or_none():
    narrow = [(0.0, 0.0), (50.0, 0.0), (50.0, 40.0), (0.0, 40.0), (0.0, 0.0)]
    versions = [("Miami-Dade", "10 of 34"), ("10 of 34",)]

    label = labels.within(versions, narrow, 12, [], (100, 100))

    assert label is not None
    assert label.lines == ("10 of 34",)
    assert labels.within(versions, narrow, 12, [labels.Rect(0, 0, 50, 40)], (100, 100)) is None


def test_map_template_draws_links_marks_and_figure():
    context = {
        "map": county_map.svg(geometry.load("FL"), FILLS, MARKS_SHOWN),
        "map_figure": county_map.figure("FL", FILLS, MARKS_SHOWN, "/static/geo/fl.json"),
        "map_label": "Map of Florida",
    }

    html = render_to_string("includes/map_svg.html", context)

    assert 'href="/us/fl/miami-dade/" tabindex="-1"' in html
    assert '<use href="#mark-court"' in html
    assert '<script id="map-figure" type="application/json">' in html
    assert 'aria-label="Map of Florida"' in html
    assert not re.search(r"\sstyle=|\son[a-z]+=", html)


def test_marks_template_defines_every_mark_once():
    html = render_to_string("includes/marks.html")

    assert re.findall(r'id="mark-([a-z]+)"', html) == list(MARKS)


def test_status_template_shows_mark_and_word():
    html = render_to_string("includes/status.html", {"status": "court", "label": "Before a court"})

    assert 'href="#mark-court"' in html
    assert "Before a court" in html
