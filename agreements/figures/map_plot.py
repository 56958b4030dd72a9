"""The map as a Plotly figure, which covers the drawing that it replaces."""

from collections.abc import Sequence
from typing import Any

from agreements.figures import plot
from agreements.figures.frame import Frame
from agreements.figures.geometry import CountyShape
from agreements.figures.marks import MARKS
from agreements.figures.naming import LEADER_GAP, UNITS, Word, words
from agreements.figures.picture import FONT, MARK_SCALE, NARROW, RAMP, WIDE, CountyFill, Mark, Picture

_SIDES = {"start": "middle right", "middle": "middle center", "end": "middle left"}


def figure(picture: Picture, land_url: str, places_url: str = "") -> dict[str, Any]:
    """The picture as a Plotly figure (data, layout) to send as JSON.

    The browser fetches the files of static/geo, `land_url` and `places_url`, from our own origin. No colour is set:
    the script reads them from the stylesheet by each trace's `meta` (`role`: context, near, ground, areas, places,
    marks, leaders, labels; `status`). `customdata` is [name, sentence, url], for the line under the map.
    """
    traces = [*_land(picture, land_url)]
    if picture.places:
        traces += _places(picture, places_url)
    for status in dict.fromkeys(mark.status for mark in picture.shown):
        marks = [mark for mark in picture.shown if mark.status == status]
        traces.append(_marks(status, marks, picture.size(status)))
    placed = words(picture)
    traces += [*_leaders(picture.frame, placed), *_labels(picture.frame, placed)]
    return plot.checked(traces, _layout(picture))


def _land(picture: Picture, url: str) -> list[dict[str, Any]]:
    """A trace for each way in which an area of land is drawn."""
    by_role: dict[str, list[CountyShape]] = {}
    for shape in picture.shapes:
        by_role.setdefault(picture.role(shape), []).append(shape)
    traces = []
    for role in ("context", "near", "ground", "areas"):
        shapes = by_role.get(role, [])
        if not shapes:
            continue
        fills = [picture.fill_by_geoid[shape.geoid] for shape in shapes] if role != "context" else []
        z = [fill.ramp for fill in fills] if role == "areas" else [0] * len(shapes)
        trace = _choropleth(role, [shape.geoid for shape in shapes], z, url)
        traces.append(trace | (_said(fills) if role in ("near", "areas") else {"hoverinfo": "skip"}))
    return traces


def _places(picture: Picture, url: str) -> list[dict[str, Any]]:
    known = [(one.geoid, picture.mark_by_key[one.geoid]) for one in picture.places if one.geoid in picture.mark_by_key]
    others = [one.geoid for one in picture.places if one.geoid not in picture.mark_by_key]
    traces = []
    if others:
        traces.append(_choropleth("places", others, [0] * len(others), url) | {"hoverinfo": "skip"})
    if known:
        trace = _choropleth("places", [geoid for geoid, _ in known], [int(mark.is_in_force) for _, mark in known], url)
        traces.append(trace | _told([mark for _, mark in known]))
    return traces


def _choropleth(role: str, geoids: list[str], z: list[int], url: str) -> dict[str, Any]:
    return {
        "type": "choropleth",
        "geojson": url,
        "featureidkey": "id",
        "locations": geoids,
        "z": z,
        "zmin": -0.5,
        "zmax": (1 if role == "places" else len(RAMP) - 1) + 0.5,
        "showscale": False,
        "meta": {"role": role},
    }


def _said(fills: list[CountyFill]) -> dict[str, Any]:
    """What a trace of areas says to the pointer and to the line under the map."""
    return {
        "text": [f"{plot.plain(fill.name)}<br>{plot.plain(fill.sentence)}" for fill in fills],
        "customdata": [[fill.name, fill.sentence, fill.url] for fill in fills],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _told(marks: list[Mark]) -> dict[str, Any]:
    """What a trace of municipalities says to the pointer and to the line under the map."""
    return {
        "text": [f"{plot.plain(mark.label)}<br>{plot.plain(mark.sentence)}" for mark in marks],
        "customdata": [
            [f"{mark.label}, {mark.county}" if mark.county else mark.label, mark.sentence, mark.url] for mark in marks
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _marks(status: str, marks: list[Mark], size: float) -> dict[str, Any]:
    drawn = MARKS[status]
    return {
        "type": "scattergeo",
        "mode": "markers",
        "name": status,
        "lon": [mark.longitude for mark in marks],
        "lat": [mark.latitude for mark in marks],
        "marker": {"symbol": drawn.symbol, "size": size, "opacity": 1},
        "meta": {"role": "marks", "status": status, "isOpen": drawn.is_open, "isQuiet": drawn.is_quiet},
    } | _told(marks)


def _labels(frame: Frame, placed: Sequence[Word]) -> list[dict[str, Any]]:
    """A trace for each kind of word on each screen."""
    view = frame.view(UNITS)
    groups: dict[tuple[str, str], list[Word]] = {}
    for word in placed:
        groups.setdefault((word.layout, word.kind), []).append(word)
    traces = []
    for (layout, kind), rows in groups.items():
        places = [frame.place(view, word.label.x, word.label.y, word.near) for word in rows]
        traces.append(
            {
                "type": "scattergeo",
                "mode": "text",
                "hoverinfo": "skip",
                "lon": [round(longitude, 4) for longitude, _ in places],
                "lat": [round(latitude, 4) for _, latitude in places],
                "text": ["<br>".join(plot.plain(line) for line in word.label.lines) for word in rows],
                "textposition": [_SIDES[word.label.anchor] for word in rows],
                "meta": {"role": "labels", "kind": kind, "layout": layout},
            }
        )
    return traces


def _leaders(frame: Frame, placed: Sequence[Word]) -> list[dict[str, Any]]:
    """The lines from labels to the states that they name, as one trace for each screen."""
    view = frame.view(UNITS)
    traces = []
    for layout in ("wide", "narrow"):
        longitudes: list[float | None] = []
        latitudes: list[float | None] = []
        for word in placed:
            if word.leader is None or word.layout != layout:
                continue
            ends = [(word.label.x - LEADER_GAP, word.label.y), word.leader]
            for longitude, latitude in (frame.place(view, *end, word.near) for end in ends):
                longitudes.append(round(longitude, 4))
                latitudes.append(round(latitude, 4))
            longitudes.append(None)
            latitudes.append(None)
        if longitudes:
            drawn = {"type": "scattergeo", "mode": "lines", "hoverinfo": "skip", "lon": longitudes, "lat": latitudes}
            traces.append(drawn | {"meta": {"role": "leaders", "layout": layout}})
    return traces


def _layout(picture: Picture) -> dict[str, Any]:
    frame = picture.frame
    return {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "dragmode": False,
        "meta": {
            name: {"width": width, "font": FONT[width], "area": picture.area_font(width), "marks": MARK_SCALE[width]}
            for name, width in (("wide", WIDE), ("narrow", NARROW))
        },
        "geo": {
            "visible": False,
            "projection": frame.plotly | ({"scale": frame.zoom} if frame.edge else {}),
            "lonaxis": {"range": [frame.box.west, frame.box.east]},
            "lataxis": {"range": [frame.box.south, frame.box.north]},
            "center": {"lon": frame.middle[0], "lat": frame.middle[1]},
            "domain": {"x": [0, 1], "y": [0, 1]},
        },
    }
