import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string

from agreements.figures import timeline
from agreements.figures.stacks import WIDE
from agreements.figures.timeline import Point


def point(day, label="Doral", status="signed", **more):
    return Point(day, day, label, status, f"/e/{label}", **more)


POINTS = [
    point(date(2025, 3, 7), "Coral Gables"),
    point(date(2025, 3, 5), "Key West"),
    point(date(2025, 3, 27), "South Miami", "court", detail="Asked a court", when="March 27, 2025"),
    point(date(2025, 7, 2), "Hialeah"),
]


def test_point_without_exact_day_stands_in_the_middle():
    assert Point(date(2025, 3, 1), date(2025, 3, 31), "x", "signed", "/").day == date(2025, 3, 16)
    assert Point(None, date(2025, 7, 1), "x", "signed", "/").day == date(2025, 7, 1)
    assert Point(date(2025, 7, 1), None, "x", "signed", "/").day == date(2025, 7, 1)
    assert Point(None, None, "x", "signed", "/").day is None


def test_svg_stacks_a_week_and_keeps_one_mark_an_event():
    drawing = timeline.svg(POINTS)

    assert drawing is not None
    assert (drawing.count, drawing.outside) == (4, 0)
    places = Counter(mark.x for mark in drawing.wide.points)
    assert sorted(places.values()) == [1, 1, 2]
    assert len({(mark.x, mark.y) for mark in drawing.wide.points}) == 4
    assert drawing.statuses == ["signed", "court"]


def test_svg_without_events_is_none():
    undated = Point(None, None, "x", "signed", "/")

    assert timeline.svg([]) is None
    assert timeline.svg([undated]) is None
    assert timeline.figure([]) is None


def test_svg_counts_what_the_axis_leaves_out():
    drawing = timeline.svg([*POINTS, point(date(2017, 2, 21))], start=date(2025, 1, 1))

    assert drawing is not None
    assert (drawing.count, drawing.outside) == (4, 1)


@pytest.mark.parametrize("count", [1, 12, 60, 400, 3000])
def test_svg_of_a_crowded_week_keeps_its_height_and_its_marks(count):
    drawing = timeline.svg([point(date(2025, 2, 26), f"{i}") for i in range(count)] + [point(date(2026, 5, 18))])

    assert drawing is not None
    for stack in (drawing.wide, drawing.narrow):
        assert len(stack.points) == count + 1
        assert stack.height < 320
        assert all(0 <= mark.x <= stack.width and 0 <= mark.y <= stack.axis for mark in stack.points)


def test_svg_month_stack_stays_on_the_drawing_at_both_ends():
    drawing = timeline.svg([point(date(2025, 3, 31)), point(date(2025, 9, 1))])

    assert drawing is not None
    assert all(0 < mark.x < drawing.narrow.width for mark in drawing.narrow.points)


def test_notes_stand_clear_of_each_other():
    start = date(2025, 3, 3)
    noted = [point(start + timedelta(weeks=3 * i), f"P{i}", note=f"Council number {i} approves it") for i in range(7)]
    drawing = timeline.svg([*noted, point(date(2026, 5, 1))])

    assert drawing is not None
    notes = drawing.wide.notes
    assert len(notes) == 7
    rows = {(note.x, note.bottom) for note in notes}
    assert len(rows) == 7
    assert all(note.bottom < note.foot <= drawing.wide.axis for note in notes)
    assert all(y > 0 for note in notes for _, y in note.lines)


def test_notes_are_seven_at_most():
    noted = [point(date(2025, 1, 6) + timedelta(weeks=6 * i), note="Note") for i in range(12)]

    drawing = timeline.svg(noted)

    assert drawing is not None
    assert len(drawing.wide.notes) == 7


def test_annotated_picks_first_of_a_kind_and_the_latest():
    notes = [row.note for row in timeline.annotated(POINTS)]

    assert notes == ["", "Key West, Mar 5", "South Miami, Mar 27", "Hialeah, Jul 2"]


def test_annotated_leaves_given_notes_alone():
    given = [replace(POINTS[0], note="First"), *POINTS[1:]]

    assert timeline.annotated(given) == given


def test_annotated_never_dates_what_has_no_exact_day():
    month = Point(date(2025, 1, 1), date(2025, 1, 31), "Naples", "ended", "/")

    assert [row.note for row in timeline.annotated([month])] == [""]


def test_ticks_never_touch():
    drawing = timeline.svg([point(date(2019, 1, 1)), point(date(2026, 5, 18))])

    assert drawing is not None
    for stack in (drawing.wide, drawing.narrow):
        gaps = [b.x - a.x for a, b in zip(stack.ticks, stack.ticks[1:], strict=False)]
        assert min(gaps) > 35


def test_figure_covers_the_drawing():
    drawing, figure = timeline.svg(POINTS), timeline.figure(POINTS)

    assert drawing is not None
    assert figure is not None
    drawn = {(mark.x, mark.y) for mark in drawing.wide.points}
    assert {pair for trace in figure["data"] for pair in zip(trace["x"], trace["y"], strict=True)} == drawn
    narrow = {(mark.x, mark.y) for mark in drawing.narrow.points}
    forms = [trace["meta"]["narrow"] for trace in figure["data"]]
    assert {pair for form in forms for pair in zip(form["x"], form["y"], strict=True)} == narrow
    assert figure["layout"]["width"] == WIDE
    assert "#" not in json.dumps(figure)


def test_figure_points_carry_name_sentence_and_link():
    figure = timeline.figure(POINTS)

    assert figure is not None
    court = next(trace for trace in figure["data"] if trace["meta"]["status"] == "court")
    assert court["customdata"] == [["South Miami", "Asked a court, March 27, 2025", "/e/South Miami"]]


def test_timeline_template_draws_both_widths_and_the_figure():
    context = {
        "timeline": timeline.svg(POINTS),
        "timeline_figure": timeline.figure(POINTS),
        "timeline_label": "Timeline of four events",
    }

    html = render_to_string("includes/timeline_svg.html", context)

    assert html.count("<use ") == 8
    assert html.count('tabindex="-1"') == 4
    assert '<script id="timeline-figure" type="application/json">' in html
    assert not re.search(r"\sstyle=|\son[a-z]+=", html)
