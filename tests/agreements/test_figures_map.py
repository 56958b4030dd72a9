import json
import re
from dataclasses import replace

import pytest
from django.template.loader import render_to_string

from agreements.figures import geometry, labels
from agreements.figures.map import svg
from agreements.figures.map_plot import figure
from agreements.figures.marks import DRAWN_LAST, MARKS
from agreements.figures.naming import UNITS, words
from agreements.figures.paths import path_data
from agreements.figures.picture import FONT, MARK_SCALE, NARROW, WIDE, CountyFill, Mark, Picture

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
    weight=3,
)
HIALEAH = Mark("1230000", "Hialeah", "signed", 25.87, -80.30, "/us/fl/miami-dade/hialeah/", status_label="Signed")
MARKS_SHOWN = [SOUTH_MIAMI, HIALEAH]
FLORIDA = Picture("FL", FILLS, MARKS_SHOWN)
MIAMI_DADE = replace(FLORIDA, focus="12086")


def country(signed: int = 3) -> Picture:
    fills = [
        CountyFill(shape.geoid, shape.name, signed, 9, f"/us/{shape.geoid}/", short="ZZ", units=("county", "counties"))
        for shape in geometry.load("US")
    ]
    return Picture("US", fills)


def test_marks_table_is_complete_and_told_apart():
    assert set(DRAWN_LAST) == set(MARKS)
    assert len({mark.path for mark in MARKS.values()}) == len(MARKS) == 10


@pytest.mark.parametrize(
    ("signed", "total", "ramp"), [(0, 0, 0), (0, 5, 0), (1, 4, 1), (2, 4, 2), (10, 34, 2), (3, 4, 3)]
)
def test_fill_class_is_by_share(signed, total, ramp):
    assert CountyFill("12086", "Miami-Dade County", signed, total, "/").ramp == ramp


@pytest.mark.parametrize(
    ("fill", "sentence"),
    [
        (FILLS[0], "10 of 34 municipalities signed"),
        (CountyFill("12007", "Bradford County", 1, 1, "/"), "1 of 1 municipality signed"),
        (CountyFill("15001", "Hawaii County", 0, 0, "/"), "no municipalities"),
        (
            CountyFill(
                "12", "Florida", 67, 67, "/", units=("county", "counties"), did="took part", more="so did 2 of 9"
            ),
            "67 of 67 counties took part; so did 2 of 9",
        ),
    ],
)
def test_fill_count_has_its_denominator(fill, sentence):
    assert fill.sentence == sentence


def test_svg_links_counties_with_a_fill_and_leaves_the_rest_plain():
    by_geoid = {area.geoid: area for area in svg(FLORIDA).areas}

    assert len(by_geoid) == 67
    assert by_geoid["12086"].url == "/us/fl/miami-dade/"
    assert by_geoid["12086"].css_class == "r2"
    assert by_geoid["12086"].title == "Miami-Dade County: 10 of 34 municipalities signed"
    assert (by_geoid["12001"].css_class, by_geoid["12001"].url) == ("context", "")


def test_svg_draws_the_rare_over_the_common():
    drawing = svg(FLORIDA)

    assert [group.status for group in drawing.marks] == ["signed", "court"]
    assert drawing.marks[1].marks[0].title == "South Miami: Before a court, since March 27, 2025"


def test_drawing_and_figure_put_the_status_with_fewest_marks_on_top_and_the_quiet_beneath():
    statuses = ["court", "court", "court", "none", "signed", "signed", "ended"]
    marks = [replace(HIALEAH, key=str(i), status=status) for i, status in enumerate(statuses)]
    picture = replace(FLORIDA, marks=marks)

    order = ["none", "court", "signed", "ended"]
    assert [group.status for group in svg(picture).marks] == order
    traces = figure(picture, "/static/geo/fl.json")["data"]
    assert [trace["meta"]["status"] for trace in traces if trace["meta"]["role"] == "marks"] == order


@pytest.mark.parametrize("status", ["discussion", "ended"])
def test_hollow_mark_covers_what_lies_beneath_it(status):
    picture = replace(FLORIDA, marks=[replace(HIALEAH, status=status)])
    context = {"map": svg(picture), "map_figure_url": "", "map_label": ""}

    ground = re.search(
        r'<path class="under" d="(M[^z]+z)"/><use href="#mark-', render_to_string("includes/map_svg.html", context)
    )

    assert ground
    assert MARKS[status].path.startswith(ground[1])
    # Plotly fills none of its open symbols.
    assert not MARKS[status].symbol.endswith("-open")


@pytest.mark.parametrize("status", [status for status in MARKS if status not in ("discussion", "ended")])
def test_mark_that_is_filled_or_beneath_all_others_needs_no_ground(status):
    assert MARKS[status].ground == ""


def test_svg_marks_lie_where_they_should():
    drawing = svg(FLORIDA)

    hialeah, south_miami = (group.marks[0] for group in drawing.marks)
    assert abs(hialeah.x - south_miami.x) < 4
    assert hialeah.y < south_miami.y
    # South Miami lies in the south-east of the state.
    assert 0.9 * drawing.width < south_miami.x < drawing.width
    assert 0.75 * drawing.height < south_miami.y < 0.9 * drawing.height


def test_svg_focus_zooms_and_drops_what_is_off_the_drawing():
    far = replace(HIALEAH, key="x", label="Tallahassee", latitude=30.44, longitude=-84.28)

    drawing = svg(replace(MIAMI_DADE, marks=[*MARKS_SHOWN, far]))

    by_geoid = {area.geoid: area for area in drawing.areas}
    assert "12001" not in by_geoid
    assert by_geoid["12086"].css_class == "ground"
    assert sum(len(group.marks) for group in drawing.marks) == 2


def test_svg_of_a_county_draws_its_municipalities_as_areas_with_links():
    by_geoid = {place.geoid: place for place in svg(MIAMI_DADE).places}

    assert len(by_geoid) == 34
    assert (by_geoid["1230000"].css_class, by_geoid["1230000"].url) == ("on", HIALEAH.url)
    assert (by_geoid["1267550"].css_class, by_geoid["1267550"].url) == ("off", SOUTH_MIAMI.url)
    # Miami is drawn, but not among the marks of this picture.
    assert (by_geoid["1245000"].css_class, by_geoid["1245000"].url) == ("off", "")


def test_svg_of_a_county_without_boundaries_is_shaded():
    texan = CountyFill("48113", "Dallas County", 3, 4, "/us/tx/dallas/")

    drawing = svg(Picture("TX", [texan], focus="48113"))

    assert drawing.places == []
    assert {area.geoid: area.css_class for area in drawing.areas}["48113"] == "r3"


def test_svg_of_the_country_draws_the_states_and_names_them_by_count():
    drawing = svg(country())

    assert len(drawing.areas) == 51
    assert {area.css_class for area in drawing.areas} == {"r2"}
    said = {word.lines[-1] for word in drawing.words}
    assert said <= {"3/9", "ZZ 3/9"}
    assert len([word for word in drawing.words if "wide" in word.css_class]) > 45


def test_words_hold_the_count_and_the_name_asked_for():
    said = {word.label.lines for word in words(replace(FLORIDA, fills=FILLS[:1]))}

    assert ("South Miami",) in said
    assert ("Hialeah",) not in said
    assert said & {("Miami-Dade", "10/34"), ("Miami-Dade 10/34",), ("10/34",)}


@pytest.mark.parametrize("picture", [FLORIDA, MIAMI_DADE, country(), country(0)], ids=["FL", "12086", "US", "zero"])
@pytest.mark.parametrize(("layout", "width"), [("wide", WIDE), ("narrow", NARROW)])
def test_words_never_touch_each_other_or_the_edge(picture, layout, width):
    pixel = UNITS / width
    view = picture.frame.view(UNITS)
    rects = []
    for word in words(picture):
        if word.layout == layout:
            is_area = word.kind in ("county", "state", "near")
            font = (picture.area_font(width) if is_area else FONT[width]) * pixel
            at = word.label
            rects.append(labels.rect_of(at.lines, at.x, at.y, at.anchor, font))

    assert rects
    for i, rect in enumerate(rects):
        assert rect.inside(view.width, view.height)
        assert not any(rect.padded(pixel, 0).meets(other) for other in rects[i + 1 :])


@pytest.mark.parametrize(("layout", "width"), [("wide", WIDE), ("narrow", NARROW)])
def test_words_are_nearer_to_their_own_mark_than_to_any_other(layout, width):
    marks = [
        replace(
            HIALEAH, key=str(i), label=f"Place {i}", longitude=-80.30 - i / 40, latitude=25.8 + i % 3 / 40, weight=2
        )
        for i in range(9)
    ]
    picture = replace(MIAMI_DADE, marks=marks)
    view = picture.frame.view(UNITS)
    across = picture.size("signed") * MARK_SCALE[width] * UNITS / width
    rects = {
        one.key: labels.Rect.around(*view.point(one.longitude, one.latitude), across, across) for one in picture.shown
    }

    placed = [word for word in words(picture) if word.layout == layout and word.kind == "town"]

    assert placed
    for word in placed:
        for key, rect in rects.items():
            is_own = key == word.key and word.leader is None
            apart = word.label.rect.padded(*[3.9 * UNITS / width] * 2)
            assert is_own or not apart.meets(rect), (word, key)


@pytest.mark.parametrize("signed", [0, 3, 9])
def test_words_of_the_country_name_every_state_on_a_wide_screen(signed):
    named = {word.key for word in words(country(signed)) if word.layout == "wide"}

    assert named == {area.geoid for area in svg(country(signed)).areas}


def test_lines_from_words_cross_neither_each_other_nor_other_words():
    placed = [word for word in words(country()) if word.layout == "wide"]
    led = [word for word in placed if word.leader]

    lines = {word.key: ((word.label.x, word.label.y), word.leader) for word in led}
    assert len(led) > 5
    for word in led:
        others = [other for other in placed if other.key != word.key]
        assert not any(other.label.rect.is_crossed(*lines[word.key]) for other in others), word
        assert not any(labels._cross(lines[word.key], line) for key, line in lines.items() if key != word.key), word


def test_words_of_the_country_are_code_and_count_and_never_a_bare_number():
    for word in words(country()):
        assert re.fullmatch(r"ZZ 3/9", " ".join(word.label.lines)), word


def test_words_on_a_phone_hold_no_count_without_a_name():
    fills = [CountyFill(shape.geoid, f"{shape.name} County", 1, 3, "/") for shape in geometry.load("FL")]

    said = [" ".join(word.label.lines) for word in words(Picture("FL", fills)) if word.layout == "narrow"]

    assert said
    assert all(re.fullmatch(r"[A-Z].* 1/3", each) for each in said)


def test_leader_of_the_drawing_is_a_line_of_the_figure():
    drawn = [word for word in svg(country()).words if word.leader]

    traces = [trace for trace in figure(country(), "/static/geo/us.json")["data"] if trace["meta"]["role"] == "leaders"]

    assert drawn
    assert sum(trace["lon"].count(None) for trace in traces) == len(drawn)


def test_words_cover_no_mark_that_says_something():
    marks = [replace(HIALEAH, key=str(i), longitude=-80.30 - i / 50, weight=2) for i in range(12)]
    picture = replace(MIAMI_DADE, marks=marks)
    view = picture.frame.view(UNITS)
    points = [view.point(mark.longitude, mark.latitude) for mark in marks]

    for word in words(picture):
        rect = word.label.rect
        assert not any(rect.left < x < rect.right and rect.top < y < rect.bottom for x, y in points), word


@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_what_finds_no_name_on_a_county_s_map_is_named_beneath_it(layout):
    marks = [
        replace(HIALEAH, key=str(i), label=f"Place {i:02}", longitude=-80.30 - i / 500, weight=2) for i in range(40)
    ]
    drawing = svg(replace(MIAMI_DADE, marks=marks))

    on_map = {" ".join(word.lines) for word in drawing.words if layout in word.css_class}
    beneath = [mark.label for mark in dict(drawing.nameless)[layout]]

    assert beneath
    assert sorted([*beneath, *(name for name in on_map if name.startswith("Place"))]) == [mark.label for mark in marks]
    assert svg(FLORIDA).nameless == []


def test_words_of_many_areas_leave_out_those_without_a_count():
    fills = [CountyFill(shape.geoid, shape.name, 0, 3, "/") for shape in geometry.load("TX")]

    assert words(Picture("TX", fills)) == ()


def test_svg_of_every_state_stays_on_the_drawing():
    for path in geometry.FOLDER.glob("*.json"):
        drawing = svg(Picture(path.stem, []))
        assert drawing.areas
        assert 80 < drawing.height < 1201, path.stem


def test_path_data_is_whole_steps_without_what_repeats_or_lies_straight():
    ring = [(0.2, 0.1), (5.0, 0.0), (10.0, 0.4), (10.3, 10.0), (10.4, 10.1), (0.0, 9.8), (0.2, 0.1)]

    assert path_data([ring]) == "M0 0l10 0 0 10-10 0z"
    assert path_data([[(0, 0), (0.3, 0.2), (0.1, 0.4), (0, 0)]]) == ""


def test_figure_has_our_geometry_no_colour_and_no_markup():
    mark = replace(SOUTH_MIAMI, label="A <b>bold</b> & B")

    made = figure(replace(FLORIDA, marks=[mark, HIALEAH]), "/static/geo/fl.json")

    text = json.dumps(made)
    assert {trace["geojson"] for trace in made["data"] if trace["type"] == "choropleth"} == {"/static/geo/fl.json"}
    assert not re.search(r"#[0-9A-Fa-f]{6}|rgb\(|<b>", text.replace(mark.label, ""))
    assert "A &lt;b&gt;bold&lt;/b&gt; &amp; B" in text
    assert made["layout"]["dragmode"] is False
    assert "template" not in made["layout"] or not made["layout"]["template"]


def test_figure_points_carry_name_sentence_and_link():
    made = figure(FLORIDA, "/static/geo/fl.json")

    traces = {trace["meta"].get("status", trace["meta"]["role"]): trace for trace in made["data"]}
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


def test_figure_of_a_county_has_its_municipalities_and_its_neighbours():
    made = figure(MIAMI_DADE, "/static/geo/fl.json", "/static/geo/places/12086.json")

    places = [trace for trace in made["data"] if trace["meta"]["role"] == "places"]
    plain, known = places
    assert {trace["geojson"] for trace in places} == {"/static/geo/places/12086.json"}
    assert len(plain["locations"]) == 32
    assert plain["hoverinfo"] == "skip"
    assert dict(zip(known["locations"], known["z"], strict=True)) == {"1230000": 1, "1267550": 0}
    near = next(trace for trace in made["data"] if trace["meta"]["role"] == "near")
    assert near["customdata"] == [["Monroe County", "0 of 5 municipalities signed", "/us/fl/monroe/"]]


def test_figure_of_the_country_is_as_close_as_the_drawing():
    made = figure(country(), "/static/geo/us.json")

    geo = made["layout"]["geo"]
    assert geo["projection"]["type"] == "albers usa"
    assert 1 < geo["projection"]["scale"] < 1.2
    assert len(made["data"][0]["locations"]) == 51


def test_picture_of_an_unknown_state_raises():
    with pytest.raises(LookupError):
        figure(replace(FLORIDA, code="ZZ"), "/static/geo/zz.json")


def test_figure_of_a_mark_with_an_unknown_status_raises():
    with pytest.raises(KeyError, match="maybe"):
        figure(replace(FLORIDA, marks=[replace(HIALEAH, status="maybe")]), "/static/geo/fl.json")


def test_label_beside_turns_to_the_free_side():
    blocked = labels.Rect(100, 80, 200, 120)

    label = labels.beside(("Doral",), (100, 100), 6, 12, [blocked], (300, 200))

    assert label is not None
    assert label.anchor == "end"


def test_label_beside_gives_up_when_all_is_taken():
    assert labels.beside(("Doral",), (100, 100), 6, 12, [labels.Rect(0, 0, 300, 200)], (300, 200)) is None


def test_label_within_takes_the_short_version_or_none():
    narrow = [(0.0, 0.0), (50.0, 0.0), (50.0, 40.0), (0.0, 40.0), (0.0, 0.0)]
    versions = [("Miami-Dade", "10 of 34"), ("10 of 34",)]

    label = labels.within(versions, narrow, 12, [], (100, 100))

    assert label is not None
    assert label.lines == ("10 of 34",)
    assert labels.within(versions, narrow, 12, [labels.Rect(0, 0, 50, 40)], (100, 100)) is None


def test_label_off_coast_stands_at_sea_or_not_at_all():
    island = [(40.0, 20.0), (60.0, 20.0), (60.0, 60.0), (40.0, 60.0), (40.0, 20.0)]
    mainland = [(70.0, 0.0), (200.0, 0.0), (200.0, 90.0), (70.0, 90.0), (70.0, 0.0)]
    land = [(labels.Rect.of(ring), ring) for ring in (island, mainland)]

    label = labels.off_coast([("FL 1/2",)], island, land, 5, [], (200, 90), 4)

    assert label is not None
    assert (label.anchor, label.x) == ("end", 36.0)
    assert labels.off_coast([("FL 1/2",)], island, land, 5, [labels.Rect(0, 0, 40, 90)], (200, 90), 4) is None


def test_map_template_draws_links_marks_and_where_its_figure_is():
    context = {"map": svg(MIAMI_DADE), "map_figure_url": "/figures/map/?county=12086", "map_label": "Map of it"}

    html = render_to_string("includes/map_svg.html", context)

    assert 'href="/us/fl/miami-dade/south-miami/" tabindex="-1"' in html
    assert '<use href="#m-court"' in html
    assert re.search(r'<g id="m-court" class="sized" [^>]+><use href="#mark-court"/></g>', html)
    assert 'data-figure-url="/figures/map/?county=12086"' in html
    assert 'role="img" aria-label="Map of it"' in html
    assert not re.search(r"\sstyle=|\son[a-z]+=", html)


def test_marks_template_defines_every_mark_once():
    html = render_to_string("includes/marks.html")

    assert re.findall(r'id="mark-([a-z]+)"', html) == list(MARKS)


def test_status_template_shows_mark_and_word():
    html = render_to_string("includes/status.html", {"status": "court", "label": "Before a court"})

    assert 'href="#mark-court"' in html
    assert "Before a court" in html
