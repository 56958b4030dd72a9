"""The report: tables of what was measured, and the bars."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.site.figures import Bar, kilobytes, milliseconds, table
from bench.site.measuring import Measured
from bench.site.pages import LIST

DATASETTE_HTML = "Datasette, HTML"
#: Shows 4 and 5 of the public site.
WARM_TIMES, COLD_TIMES, GROWTH = 30, 2.5, 2
#: Show 5 of the editors' desk: milliseconds in which a page of it opens.
DESK_MS = 300
BYTES = {"without_fonts": 60_000, "with_fonts": 140_000, "with_plotly": 560_000}

Pages = Mapping[tuple[str, int], Measured]


def text(results: Mapping[str, Any], bars: list[Bar]) -> str:
    """All of it, as it is printed."""
    facts = ", ".join(f"{name} {value}" for name, value in results["facts"].items())
    sizes = [
        f"{scale} ×: {size['agreement']:,} agreements, {size['event']:,} events, {size['listing']:,} listings"
        for scale, size in results["sizes"].items()
    ]
    effort = results["effort"]
    heads = ("page", "data", "cold p50", "p95", "n", "warm p50", "p95", "n", "a second", f"by {effort['connections']}")
    parts = [
        facts,
        "\n".join(sizes),
        "Milliseconds a request; requests a second, warm, by one connection and by several.\n\n"
        + table((*heads, "queries", "their ms", "HTML kB", "sent kB"), _rows(results["pages"]), left=2),
        _weight(results["weight"]),
        _bars(bars),
        f"Measured in {results['minutes']} minutes.",
    ]
    if notes := _notes(results["pages"]):
        parts.insert(3, notes)
    return "\n\n".join(parts)


def _rows(pages: Pages) -> list[list[str]]:
    rows = []
    for (name, scale), one in pages.items():
        cold, warm = one.cold, one.warm
        rows.append(
            [
                name,
                f"{scale} ×",
                *([milliseconds(cold.p50), milliseconds(cold.p95), str(cold.n)] if cold else ["", "", ""]),
                *([milliseconds(warm.p50), milliseconds(warm.p95), str(warm.n)] if warm else ["", "", ""]),
                *([f"{one.rate_1:,.0f}", f"{one.rate_4:,.0f}"] if warm else ["", ""]),
                *([str(one.queries), milliseconds(one.query_ms)] if cold else ["", ""]),
                *([kilobytes(one.html), kilobytes(one.transferred)] if one.html else ["", ""]),
            ]
        )
    return rows


def _notes(pages: Pages) -> str:
    notes = []
    for (name, scale), one in pages.items():
        if one.failed:
            notes.append(f"{name}, {scale} ×: not measured: {one.failed}")
        if one.client > 0.5:
            notes.append(f"{name}, {scale} ×: our client took {one.client:.0%} of a processor: it could be faster")
    return "\n".join(notes)


def _weight(weight: Mapping[str, Mapping[str, int]]) -> str:
    rows = [
        [part, address.partition("?")[0].rpartition("/static/")[2] or "/", kilobytes(size)]
        for part, files in weight.items()
        for address, size in files.items()
    ]
    return "The home page, kB as sent\n\n" + table(("", "what", "kB"), rows, left=2)


def bars(results: Mapping[str, Any]) -> list[Bar]:
    """What is asked of the site, with what was found; a page that could not be measured has none."""
    found: list[Bar] = []
    pages: Pages = results["pages"]
    scales = list(results["sizes"])
    for scale in scales:
        found += _beside_datasette(pages, scale)
    if scales[-1] >= 10 * scales[0]:
        found += _growth(pages, scales[0], scales[-1])
    found += [
        Bar(f"publications that show at once, {scale} ×", float(shown), 1, True)
        for scale, shown in results["shows_at_once"].items()
    ]
    sums = _sums(results["weight"])
    found += [
        Bar(f"home page, kB {name.replace('_', ' ')}", sums[name] / 1000, most / 1000, False)
        for name, most in BYTES.items()
    ]
    return found


def _beside_datasette(pages: Pages, scale: int) -> list[Bar]:
    theirs, ours = pages[DATASETTE_HTML, scale], pages[LIST, scale]
    if not theirs.warm or not ours.warm or not ours.cold:
        return []
    warm = {name: one for (name, at), one in pages.items() if at == scale and one.cold and one.warm}
    slowest = min(warm, key=lambda name: warm[name].rate_4)
    cold_rate = 1000 / max(ours.cold.mean, ours.cold.p50)
    return [
        Bar(f"warm list, times Datasette, 1 connection, {scale} ×", ours.rate_1 / theirs.rate_1, WARM_TIMES, True),
        Bar(f"warm list, times Datasette, 4 connections, {scale} ×", ours.rate_4 / theirs.rate_4, WARM_TIMES, True),
        Bar(
            f"slowest warm page ({slowest}), times Datasette, 4 connections, {scale} ×",
            warm[slowest].rate_4 / theirs.rate_4,
            WARM_TIMES,
            True,
        ),
        Bar(f"cold list, times Datasette, 1 connection, {scale} ×", cold_rate / theirs.rate_1, COLD_TIMES, True),
    ]


def _growth(pages: Pages, least: int, most: int) -> list[Bar]:
    """How much slower each page is with the most data than with the least."""
    found = []
    for name in dict.fromkeys(name for name, _ in pages):
        before, after = pages[name, least], pages[name, most]
        for kind in ("cold", "warm"):
            one, other = getattr(before, kind), getattr(after, kind)
            if one and other and before.cold:
                words = f"{milliseconds(other.p95)} ms for {milliseconds(one.p95)}"
                found.append(
                    Bar(f"{name}, {kind} p95 at {most} × for {least} ×", other.p95 / one.p95, GROWTH, False, words)
                )
    return found


def _sums(weight: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    sizes = {part: sum(files.values()) for part, files in weight.items()}
    light = sizes["page"] + sizes["styles"]
    return {
        "without_fonts": light,
        "with_fonts": light + sizes["fonts"],
        "with_plotly": light + sizes["fonts"] + sizes["scripts"],
    }


#: Of a page of the desk: its name, queries, and milliseconds: the first opening, the median after it, the longest.
Opened = tuple[str, int, float, float, float]


def desk(opened: Sequence[Opened], bars: list[Bar]) -> str:
    """The desk's pages as they are printed, the slowest first."""
    rows = [
        [name, str(queries), *map(milliseconds, times)]
        for name, queries, *times in sorted(opened, key=lambda one: -one[3])
    ]
    return table(("page", "queries", "first ms", "p50", "longest"), rows) + "\n\n" + _bars(bars)


def desk_bars(opened: Sequence[Opened]) -> list[Bar]:
    """What is asked of the desk: that its slowest page, first opened and after, takes no longer than that."""
    first, after = max(opened, key=lambda one: one[2]), max(opened, key=lambda one: one[3])
    return [
        Bar(f"the desk's slowest page, first opened ({first[0]}), ms", first[2], DESK_MS, False),
        Bar(f"the desk's slowest page after that ({after[0]}), ms", after[3], DESK_MS, False),
    ]


def _bars(bars: list[Bar]) -> str:
    return "Bars\n\n" + table(("what", "found", "asked", "met"), map(_bar, bars))


def _bar(bar: Bar) -> list[str]:
    words = f"{bar.found:,.1f}" + (f" ({bar.words})" if bar.words else "")
    return [
        bar.name,
        words,
        f"{'at least' if bar.is_least else 'at most'} {bar.asked:g}",
        "yes" if bar.is_met else "NO",
    ]
