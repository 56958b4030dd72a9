"""How a page's text is set in print: apostrophes and the spaces of dates. Pure.

The record keeps names as they are typed, "Prince George's County", and search, files and addresses use them so. Only
the text of a page is set; what stands in its tags, such as the value of a field, is not touched.
"""

import re

from agreements.dates import MONTHS


def _apostrophe(as_typed: str) -> re.Pattern[str]:
    """One within a word, after an s that ends one, or in a name such as "Land O' Lakes"."""
    within, ending = rf"(?<=[^\W\d_]{as_typed})(?=[^\W\d_])", rf"(?<=s{as_typed})(?!\w)"
    of = rf"(?<=\bO{as_typed})(?= [A-Z])"
    return re.compile(f"{as_typed}(?:{within}|{ending}|{of})")


_PLAIN = _apostrophe("'")
_ESCAPED = _apostrophe("&#x27;")
_YEAR = re.compile(r", \d{4}\b")
_DAY = re.compile(rf"(?:{'|'.join(MONTHS)})( )\d{{1,2}}$")
_LONGEST = len("September 30")


def curly(text: str) -> str:
    """Plain text with typographic apostrophes, for what becomes no part of a page: the words of a figure."""
    return _PLAIN.sub("’", text)


def typeset(html: str) -> str:
    """A page, or a part of one, with typographic apostrophes, and no line's end between a month and its day."""
    html = _ESCAPED.sub(lambda found: "’" if _is_text(html, found.start()) else found[0], html)
    return _with_days(html)


def _with_days(html: str) -> str:
    # Looked for by the year, which is quicker found than the name of a month: most of a page is no date.
    parts, done = [], 0
    for year in _YEAR.finditer(html):
        start = max(year.start() - _LONGEST, done)
        day = _DAY.search(html, start, year.start())
        if day and _is_text(html, year.start()):
            parts.append(html[done : day.start(1)])
            done = day.end(1)
    return "\N{NO-BREAK SPACE}".join([*parts, html[done:]])


def _is_text(html: str, at: int) -> bool:
    """Whether a place of a page lies outside its tags, in which Django escapes what could end them."""
    return html.rfind("<", 0, at) <= html.rfind(">", 0, at)
