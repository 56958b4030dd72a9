import json
import re
from collections import Counter
from datetime import date, timedelta
from itertools import combinations, pairwise

import plotly.graph_objects as go
import pytest
from django.template.loader import render_to_string

from agreements.figures import labels, timeline
from agreements.figures.calendar import MONTH, QUARTER, WEEK, YEAR
from agreements.figures.notes import FONT
from agreements.figures.stacks import WIDE
from agreements.figures.timeline import Note, Point


def point(day, label="Doral", status="signed", **more):
    return Point(day, day, label, status, f"/e/{label}", **more)


def link(first, last):
    return f"/timeline/?from={first}&to={last}"


POINTS = [
    point(date(2025, 3, 7), "Coral Gables", detail="Signed", when="March 7, 2025"),
    point(date(2025, 3, 5), "Key West", detail="Signed", when="March 5, 2025"),
    point(date(2025, 3, 27), "South Miami", "court", detail="Asked a court", when="March 27, 2025"),
    point(date(2025, 7, 2), "Hialeah", detail="Signed", when="July 2, 2025"),
]


def held(stack):
    """How many events its marks stand for."""
    return sum(point.count for mark in stack.marks for point in mark.points)


def test_point_without_exact_day_stands_in_the_middle():
    assert Point(date(2025, 3, 1), date(2025, 3, 31), "x", "signed", "/").day == date(2025, 3, 16)
    assert Point(None, date(2025, 7, 1), "x", "signed", "/").day == date(2025, 7, 1)
    assert Point(date(2025, 7, 1), None, "x", "signed", "/").day == date(2025, 7, 1)
    assert Point(None, None, "x", "signed", "/").day is None


def test_svg_stacks_a_week_and_keeps_one_mark_an_event():
    drawing = timeline.svg(POINTS)

    assert drawing is not None
    assert (drawing.count, drawing.outside) == (4, 0)
    assert drawing.wide.each == drawing.narrow.each == 1
    places = Counter(mark.x for mark in drawing.wide.marks)
    assert sorted(places.values()) == [1, 1, 2]
    assert len({(mark.x, mark.y) for mark in drawing.wide.marks}) == 4
    assert drawing.statuses == {"signed": 3, "court": 1}


def test_svg_without_events_is_none():
    undated = Point(None, None, "x", "signed", "/")

    assert timeline.svg([]) is None
    assert timeline.svg([undated]) is None
    assert timeline.figure([], link=link) is None


def test_svg_counts_what_the_axis_leaves_out():
    drawing = timeline.svg([*POINTS, point(date(2017, 2, 21), count=3)], start=date(2025, 1, 1))

    assert drawing is not None
    assert (drawing.count, drawing.outside) == (4, 3)


@pytest.mark.parametrize("count", [1, 12, 30, 60, 400, 3000, 250_000])
def test_svg_of_a_crowded_week_keeps_its_height_and_stands_for_every_event(count):
    crowd = Point(date(2025, 2, 26), date(2025, 2, 26), "", "signed", "", count=count)
    drawing = timeline.svg([crowd, point(date(2026, 5, 18))])

    assert drawing is not None
    for stack in (drawing.wide, drawing.narrow):
        marks = [mark for mark in stack.marks if mark.bin < date(2026, 1, 1)]
        # The fewest events a mark that keeps the height, and no fewer marks than that needs.
        assert len(marks) == -(-count // stack.each)
        assert len(marks) <= 36
        assert (stack.each == 1) == (count <= 30)
        assert stack.height < 420
        assert all(0 <= mark.x <= stack.width and 0 <= mark.y <= stack.axis for mark in stack.marks)


def test_svg_marks_of_one_stack_never_stand_side_by_side():
    drawing = timeline.svg([point(date(2025, 2, 26), f"{i}") for i in range(400)] + [point(date(2026, 5, 18))])

    assert drawing is not None
    for stack in (drawing.wide, drawing.narrow):
        assert len({mark.x for mark in stack.marks}) == 2
        assert held(stack) == 401
        assert len({(mark.x, mark.y) for mark in stack.marks}) == len(stack.marks)


def test_svg_keeps_a_mark_for_each_kind_in_a_crowded_week():
    week = date(2025, 2, 26)
    crowd = [Point(week, week, "", "signed", "", count=3000), point(week, "South Miami", "court")]

    drawing = timeline.svg(crowd)

    assert drawing is not None
    assert [mark.status for mark in drawing.wide.marks].count("court") == 1


def test_svg_stacks_longer_stretches_where_the_weeks_are_too_many():
    def units(first, last):
        drawing = timeline.svg([point(first), point(last)])
        assert drawing is not None
        return drawing.wide.unit, drawing.narrow.unit

    assert units(date(2025, 2, 1), date(2026, 5, 18)) == (WEEK, MONTH)
    assert units(date(2022, 2, 1), date(2026, 5, 18)) == (MONTH, QUARTER)
    assert units(date(2005, 2, 1), date(2026, 5, 18)) == (YEAR, YEAR)
    assert units(date(2015, 2, 1), date(2026, 5, 18)) == (QUARTER, YEAR)


@pytest.mark.parametrize(
    ("unit", "words", "first", "last"),
    [
        (WEEK, "the week of December 29, 2025", date(2025, 12, 29), date(2026, 1, 4)),
        (MONTH, "December 2025", date(2025, 12, 1), date(2025, 12, 31)),
        (QUARTER, "October to December 2025", date(2025, 10, 1), date(2025, 12, 31)),
        (YEAR, "2025", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_unit_bounds_and_names_the_stretch_of_a_day(unit, words, first, last):
    day = date(2025, 12, 31)

    assert (unit.words(day), unit.first(day), unit.last(day)) == (words, first, last)
    assert first <= unit.middle(day) <= last
    assert unit.count(first, last) == 1
    assert unit.count(first, last + timedelta(days=1)) == 2


def test_svg_month_stack_stays_on_the_drawing_at_both_ends():
    drawing = timeline.svg([point(date(2025, 3, 31)), point(date(2025, 9, 1))])

    assert drawing is not None
    assert all(0 < mark.x < drawing.narrow.width for mark in drawing.narrow.marks)


def test_paths_have_a_vertex_at_every_mark_in_whole_numbers():
    drawing = timeline.svg([point(date(2025, 3, 4), f"{i}") for i in range(5)] + POINTS)

    assert drawing is not None
    for stack in (drawing.wide, drawing.narrow):
        found = set()
        for path in stack.paths:
            assert re.fullmatch(r"(M\d+ \d+(v-\d+)*)+", path.d)
            for x, y, steps in re.findall(r"M(\d+) (\d+)((?:v-\d+)*)", path.d):
                level = int(y)
                found.add((int(x), level, path.status))
                for step in re.findall(r"v-(\d+)", steps):
                    level -= int(step)
                    found.add((int(x), level, path.status))
        assert found == {(mark.x, mark.y, mark.status) for mark in stack.marks}


def test_notes_stand_clear_of_each_other():
    start = date(2025, 3, 3)
    days = [start + timedelta(weeks=3 * i) for i in range(7)]
    notes = [Note(day, f"Council number {i} approves it", f"/e/{i}") for i, day in enumerate(days)]
    drawing = timeline.svg([*map(point, days), point(date(2026, 5, 1))], notes)

    assert drawing is not None
    placed = drawing.wide.notes
    assert len(placed) == 7
    assert len({(note.x, note.bottom) for note in placed}) == 7
    assert all(note.bottom < note.foot <= drawing.wide.axis for note in placed)
    assert all(y > 0 for note in placed for _, y in note.lines)


def test_words_of_two_notes_are_six_pixels_apart():
    start = date(2025, 3, 3)
    days = [start + timedelta(weeks=i) for i in range(30)]
    drawing = timeline.svg(list(map(point, days)), [Note(day, "Fort Myers vote fails") for day in days[::2]])

    assert drawing is not None
    for stack in drawing.forms:
        boxes = []
        for note in stack.notes:
            wide, tall = labels.text_size([line for line, _ in note.lines], FONT)
            left = note.x - (0 if note.anchor == "start" else wide)
            boxes.append(labels.Rect(left, note.bottom - tall, left + wide, note.bottom).padded(3, 3))
        assert len(boxes) > 1
        assert not any(one.meets(other) for one, other in combinations(boxes, 2))


def test_notes_are_seven_at_most_and_three_on_a_phone():
    days = [date(2025, 1, 6) + timedelta(weeks=6 * i) for i in range(12)]

    drawing = timeline.svg(list(map(point, days)), [Note(day, "Note") for day in days])

    assert drawing is not None
    assert len(drawing.wide.notes) == 7
    assert len(drawing.narrow.notes) <= 3


def test_note_that_finds_no_room_gives_its_place_to_the_next():
    days = [date(2025, 1, 6) + timedelta(weeks=i) for i in range(40)]
    long = [Note(day, "A" * 150) for day in days[:30]]

    drawing = timeline.svg(list(map(point, days)), [*long, Note(days[-1], "Last")])

    assert drawing is not None
    assert [note.lines[0][0] for note in drawing.wide.notes] == ["Last"]


def test_note_of_a_day_without_a_mark_is_left_out():
    drawing = timeline.svg(POINTS, [Note(date(2025, 5, 1), "Nothing")])

    assert drawing is not None
    assert drawing.wide.notes == []


def test_tall_stack_says_how_many_events_it_holds():
    crowd = Point(date(2025, 2, 26), date(2025, 2, 26), "", "signed", "", count=112)

    drawing = timeline.svg([crowd, *POINTS])

    assert drawing is not None
    said = {" ".join(line for line, _ in note.lines) for stack in drawing.forms for note in stack.notes}
    assert said == {"112 events, week of Feb 24", "112 events, February"}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2025, 2, 1), date(2026, 5, 18)),
        (date(2019, 1, 1), date(2026, 5, 18)),
        (date(1997, 1, 1), date(2026, 5, 1)),
    ],
)
def test_ticks_never_touch_and_stay_on_the_drawing(first, last):
    drawing = timeline.svg([point(first), point(last)])

    assert drawing is not None
    for stack in (drawing.wide, drawing.narrow):
        assert all(b.x - a.x > 35 for a, b in pairwise(stack.ticks))
        assert all(15 < tick.x < stack.width - 15 for tick in stack.ticks)
        assert len(stack.ticks) >= 3


def test_ticks_name_a_year_once_where_it_begins():
    drawing = timeline.svg([point(date(2025, 2, 1)), point(date(2026, 5, 18))])

    assert drawing is not None
    for stack in (drawing.wide, drawing.narrow):
        assert [tick.year for tick in stack.ticks if tick.year] == ["2025", "2026"]


def test_figure_covers_the_drawing_of_both_forms():
    drawing, figure = timeline.svg(POINTS), timeline.figure(POINTS, link=link)

    assert drawing is not None
    assert figure is not None
    for stack in drawing.forms:
        traces = [trace for trace in figure["data"] if trace["meta"]["layout"] == stack.form.name]
        drawn = {(mark.x, mark.y) for mark in stack.marks}
        assert {pair for trace in traces for pair in zip(trace["x"], trace["y"], strict=True)} == drawn
        assert {trace["marker"]["size"] for trace in traces} == {path.size for path in stack.paths}
    assert figure["layout"]["width"] == WIDE.width
    assert figure["layout"]["meta"]["narrow"]["height"] == drawing.narrow.height
    assert "#" not in json.dumps(figure)


def test_figure_is_one_that_plotly_takes():
    figure = timeline.figure(POINTS, [Note(date(2025, 3, 27), "South Miami & the state", "/")], link=link)

    assert figure is not None
    taken = go.Figure(figure).to_plotly_json()
    assert len(taken["data"]) == len(figure["data"]) == 4
    assert "South Miami &amp; the state" in taken["layout"]["annotations"][0]["text"].replace("<br>", " ")


def test_figure_points_carry_name_sentence_and_link():
    figure = timeline.figure(POINTS, link=link)

    assert figure is not None
    court = next(trace for trace in figure["data"] if trace["meta"]["status"] == "court")
    assert court["customdata"] == [["South Miami", "Asked a court, March 27, 2025", "/e/South Miami"]]
    assert court["text"] == ["South Miami<br>Asked a court, March 27, 2025"]


def test_figure_mark_of_several_events_names_some_and_leads_to_all():
    day = date(2025, 2, 26)
    figure = timeline.figure([point(day, f"Town {i:03}", detail="Signed") for i in range(200)], link=link)

    assert figure is not None
    name, sentence, url = figure["data"][0]["customdata"][0]
    assert name == "Town 000, Town 001, Town 002 and 7 others"
    assert sentence == "Signed, in the week of February 24, 2025"
    assert url == "/timeline/?from=2025-02-24&to=2025-03-02"


def test_figure_of_counted_events_says_their_number():
    day = date(2025, 2, 26)
    points = [
        Point(day, day, "", "signed", "", "Signed", count=1_500),
        Point(day, day, "", "court", "", "Court event", count=1),
    ]

    figure = timeline.figure(points, link=link)

    assert figure is not None
    assert [trace["customdata"][0][0] for trace in figure["data"]][:2] == ["1,500 events", "1 event"]


def test_figure_text_shows_markup_as_it_is():
    figure = timeline.figure([point(date(2025, 3, 7), "<b>Fish & Wildlife</b>")], link=link)

    assert figure is not None
    assert figure["data"][0]["text"] == ["&lt;b&gt;Fish &amp; Wildlife&lt;/b&gt;"]
    assert figure["data"][0]["customdata"][0][0] == "<b>Fish & Wildlife</b>"


def test_stack_template_draws_a_path_a_status_and_links_its_notes():
    drawing = timeline.svg(POINTS, [Note(date(2025, 3, 27), "South Miami goes to court", "/agreements/A1/#e4")])
    assert drawing is not None

    html = "".join(render_to_string("includes/timeline_stack.html", {"stack": stack}) for stack in drawing.forms)

    assert html.count("marker-mid=") == 4
    assert html.count('<a href="/agreements/A1/#e4" tabindex="-1">') == 2
    assert set(re.findall(r'marker-start="url\(#([^)]+)\)"', html)) == set(re.findall(r'<marker id="([^"]+)"', html))
    assert not re.search(r"\sstyle=|\son[a-z]+=", html)


def test_drawing_of_many_events_weighs_little():
    days = [date(2025, 2, 1) + timedelta(days=i) for i in range(470)]
    statuses = ("signed", "pending", "approved", "ended", "court")
    points = [Point(day, day, "", status, "", count=70) for day in days for status in statuses]

    drawing = timeline.svg(points)

    assert drawing is not None
    assert drawing.count == 164_500
    for stack in drawing.forms:
        assert len(render_to_string("includes/timeline_stack.html", {"stack": stack})) < 16_000
