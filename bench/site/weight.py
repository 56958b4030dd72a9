"""What a browser loads before it can show the home page's map, and with Plotly over it, in bytes as transferred."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from bench.site import client

_STYLESHEET = re.compile(r'<link[^>]+rel="stylesheet"[^>]*>')
_FONT_FACE = re.compile(r"@font-face\s*{[^}]*}")
_RANGE = re.compile(r"U\+([0-9A-Fa-f]+)(?:-([0-9A-Fa-f]+))?")


@dataclass
class Weight:
    """Bytes by what they are for. scripts: ours and Plotly's, with the figures and outlines that these fetch."""

    page: dict[str, int] = field(default_factory=dict)
    styles: dict[str, int] = field(default_factory=dict)
    fonts: dict[str, int] = field(default_factory=dict)
    scripts: dict[str, int] = field(default_factory=dict)


def weigh(port: int) -> Weight:
    """The home page's weight. Fonts: those that have a character of the page in their range."""
    found = Weight()
    text = _fetch(port, "/", found.page)
    characters = {ord(one) for one in html.unescape(re.sub(r"<[^>]+>", "", text))}
    for link in _STYLESHEET.findall(text):
        address = _attribute(link, "href")
        css = _fetch(port, address, found.styles)
        for face in _FONT_FACE.findall(css):
            url = re.search(r"url\([\"']?([^\"')]+)", face)
            if url and _serves(face, characters):
                _fetch(port, urljoin(address, url[1]), found.fonts)
    for script in re.findall(r"<script[^>]+src=[^>]*>", text):
        for name in ("src", "data-plotly"):
            if address := _attribute(script, name):
                _fetch(port, address, found.scripts)
    figures = [
        _fetch(port, html.unescape(one), found.scripts) for one in re.findall(r'data-figure-url="([^"]+)"', text)
    ]
    for address in _addresses_of_outlines([text, *figures]):
        _fetch(port, address, found.scripts)
    return found


def _fetch(port: int, address: str, into: dict[str, int]) -> str:
    """Notes the bytes of an address as compressed, and returns its text."""
    into[address] = len(client.get(port, address)[0].body)
    return client.get(port, address, encoding="")[0].body.decode("utf-8", "replace")


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


def _serves(face: str, characters: set[int]) -> bool:
    """Whether a @font-face is for any of these characters; one without a range is for all."""
    ranges = face.partition("unicode-range:")[2].partition(";")[0]
    if not ranges:
        return True
    spans = [(int(first, 16), int(last or first, 16)) for first, last in _RANGE.findall(ranges)]
    return any(first <= one <= last for one in characters for first, last in spans)


def _addresses_of_outlines(texts: Iterable[str]) -> list[str]:
    found = (address for text in texts for address in re.findall(r"/static/geo/[\w./-]+\.json", text))
    return list(dict.fromkeys(found))
