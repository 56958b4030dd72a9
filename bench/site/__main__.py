"""Measures how fast the site reads, at 1, 10 and 100 times the record, and Datasette in the same run.

script/bench calls it: bench/README.md tells what is measured, and how.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.site import client, measuring, pages, report, serving, weight
from bench.site.databases import Database, made
from bench.site.measuring import QUICK, Asked, Effort, Measured, Publisher
from config.postgres import default_data_dir

#: Datasette's page of the same table, fifty rows, and the same rows as JSON.
DATASETTE = {"Datasette, HTML": "?_size=50", "Datasette, JSON": ".json?_size=50&_shape=array"}


def options() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--scales", default="1,10,100", help="how many times the record (default: %(default)s)")
    parser.add_argument("--pages", default="", help="only these, by name, with commas; the list is always measured")
    parser.add_argument("--desk", action="store_true", help="measure the editors' desk instead, at the largest scale")
    parser.add_argument("--quick", action="store_true", help="a few requests each: to see that all works")
    parser.add_argument("--fresh", action="store_true", help="make the databases anew")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a bar is missed")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write every figure there, too")
    parser.add_argument("--port", type=int, default=8331, help="the first of four free ports (default: %(default)s)")
    return parser.parse_args()


def main() -> int:
    """Makes the databases, measures, prints."""
    asked = options()
    scales = sorted({int(one) for one in asked.scales.split(",")})
    databases = made(default_data_dir(), scales, fresh=asked.fresh)
    if asked.desk:
        opened = json.loads(databases[-1].run("-m", "bench.site.inside", "desk"))
        bars = report.desk_bars(opened)
        print(report.desk(opened, bars))
        return int(asked.check and not all(bar.is_met for bar in bars))
    began = time.monotonic()
    results = measure(databases, asked.port, only(asked.pages), QUICK if asked.quick else Effort())
    results["minutes"] = round((time.monotonic() - began) / 60, 1)
    bars = report.bars(results)
    print(report.text(results, bars))
    if asked.json:
        kept = {**results, "pages": [[*key, asdict(one)] for key, one in results["pages"].items()]}
        kept["bars"] = [{**bar._asdict(), "is_met": bar.is_met} for bar in bars]
        asked.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return int(asked.check and not all(bar.is_met for bar in bars))


def only(names: str) -> set[str]:
    """The pages asked for; none where all are."""
    # A page's own name may have a comma.
    left, found = names, set()
    for name in sorted({page.name for page in pages.FIXED}, key=len, reverse=True):
        if name in left:
            left = left.replace(name, "")
            found.add(name)
    found |= {part.strip() for part in left.split(",")} - {""}
    return found | {pages.LIST} if found else set()


def measure(databases: list[Database], first_port: int, wanted: set[str], effort: Effort) -> dict[str, Any]:
    """Serves every database at once and goes from page to page, so that scales are compared at the same time.

    Returns "pages": {(page, scale): Measured}, "shows_at_once": whether a publication does, by scale, "weight" of the
    home page, "sizes" of the databases by scale, and "facts" of the machine.
    """
    found: dict[tuple[str, int], Measured] = {}
    with ExitStack() as stack:
        ports = {
            one.scale: stack.enter_context(serving.site(one, first_port + place)) for place, one in enumerate(databases)
        }
        beside = first_port + len(databases)
        tables = stack.enter_context(serving.datasette(databases, beside))
        connections = {one.scale: stack.enter_context(one.connect()) for one in databases}
        publishers = {scale: Publisher(connection) for scale, connection in connections.items()}
        for publisher in publishers.values():
            stack.callback(publisher.undo)
        scale = databases[0].scale
        every = [*pages.from_record(connections[scale]), *pages.from_html(ports[scale])]
        for scale, port in ports.items():
            measuring.run_in(port, publishers[scale], [each.path for each in every])
        for page in [each for each in every if not wanted or each.name in wanted]:
            say(page.name)
            asked = {scale: Asked(port, page.path, publishers[scale]) for scale, port in ports.items()}
            found |= {(page.name, scale): one for scale, one in measuring.page(asked, effort).items()}
            if page.name == pages.LIST:
                found |= measure_datasette(beside, tables, effort)
        home = weight.weigh(ports[databases[0].scale])
        facts = machine(connections[databases[0].scale], beside)
        shown = {scale: publishers[scale].shows_at_once(port) for scale, port in ports.items()}
        sizes = {scale: count(connection) for scale, connection in connections.items()}
    for database in databases:
        count_queries(database, [each for each in every if (each.name, database.scale) in found], found)
    say("")
    return {
        "facts": facts,
        "effort": asdict(effort),
        "sizes": sizes,
        "pages": found,
        "shows_at_once": shown,
        "weight": asdict(home),
    }


def measure_datasette(port: int, tables: Mapping[int, str], effort: Effort) -> dict[tuple[str, int], Measured]:
    """Datasette's pages, right after the list that they are compared with."""
    found: dict[tuple[str, int], Measured] = {}
    for name, query in DATASETTE.items():
        say(name)
        asked = {scale: Asked(port, path + query) for scale, path in tables.items()}
        found |= {(name, scale): one for scale, one in measuring.page(asked, effort).items()}
    return found


def count(connection: Any) -> dict[str, int]:
    """How many agreements and events a database holds."""
    tables = ("agreement", "event", "listing")
    return {name: connection.execute(f"SELECT count(*) FROM agreements_{name}").fetchone()[0] for name in tables}


def count_queries(database: Database, every: list[pages.Page], found: dict[tuple[str, int], Measured]) -> None:
    """Adds the queries of each page, asked in a process of its own."""
    say(f"counting queries, {database.scale} ×")
    counted = json.loads(database.run("-m", "bench.site.inside", "queries", *(each.path for each in every)))
    for each in every:
        one = found[each.name, database.scale]
        one.queries, one.query_ms = counted[each.path]


def machine(connection: Any, datasette_port: int) -> dict[str, str]:
    """What the figures depend on."""
    versions = json.loads(client.get(datasette_port, "/-/versions.json", encoding="")[0].body)
    return {
        "cores": str(os.cpu_count()),
        "Python": platform.python_version(),
        "PostgreSQL": connection.execute("SHOW server_version").fetchone()[0],
        "Datasette": versions["datasette"]["version"],
        "SQLite": versions["sqlite"]["version"],
    }


def say(words: str) -> None:
    """What is being done, on a line of the terminal that the next one takes."""
    if sys.stderr.isatty():
        print(f"\r{words:<60}", end="" if words else "\r", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
