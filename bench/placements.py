"""Measures how many of the agencies that ICE ever printed are placed, and draws a sample of them to check by hand.

    python bench/placements.py SHEETS [--seed 287] [--sample 60]

SHEETS is a folder with the workbooks and INDEX.csv. Prints Markdown: by state, by kind, those not placed, and the
sample. Places, aliases and names are the ones under fixtures; no database is used.
"""

import argparse
import csv
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from agreements.ice.agencies import KINDS
from agreements.ice.aliases import read_aliases
from agreements.ice.answers import read_answers
from agreements.ice.cells import STATE_NAMES
from agreements.ice.history import LISTS, History, SheetOf
from agreements.ice.identify import AgencyKey, Identified, KnownAgency, identify
from agreements.ice.match import MEMBERS_OPEN, Placement
from agreements.ice.parse import ParsedRow, read_workbook
from agreements.ice.places import PlaceIndex
from municipalities import reading

ROOT = Path(__file__).resolve().parent.parent
PLACED, MEMBERS, OPEN = "placed", "county known, members open", "not placed"


def read_history(folder: Path) -> History:
    """Every sheet that INDEX.csv names, in its order."""
    numbers: dict[str, int] = {}
    forms: list[ParsedRow] = []
    sheets = []
    with (folder / "INDEX.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            ice_list = next(name for name in LISTS if name == line["list"])
            day = date.fromisoformat(line["published_on"])
            sheet = read_workbook(folder / line["file"], published_on=day, expected_list=ice_list)
            here = []
            for row in sheet.rows:
                read = [sorted(row.printed.items()), str(row.signed_on), row.moa_url, row.addendum_url]
                number = numbers.setdefault(json.dumps(read), len(forms))
                if number == len(forms):
                    forms.append(replace(row, number=0, problems=()))
                here.append(number)
            order = int(line["order"])
            sheets.append(SheetOf(order, ice_list, sheet.layout, day, line["half_day"], order, tuple(here)))
    return History.of(forms, sheets)


def standing(placement: Placement) -> str:
    """Placed; or of a known county with its members open, which is a class of its own; or not placed."""
    if placement.is_placed:
        return PLACED
    return MEMBERS if placement.question == MEMBERS_OPEN and placement.county_geoids else OPEN


def where(placement: Placement, index: PlaceIndex) -> str:
    """The places of an agency in words, each municipality before its counties."""
    towns = [index.towns[key].full_name for key in placement.municipality_keys]
    counties = [index.counties[geoid].full_name for geoid in placement.county_geoids]
    if placement.basis == "state":
        return "none of its own"
    return "; ".join(part for part in (", ".join(towns), ", ".join(counties)) if part) or "none"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], right: int = 0) -> None:
    """Prints a Markdown table; its last `right` columns are numbers."""
    print("|", " | ".join(heads), "|")
    print("|" + "--|" * (len(heads) - right) + "--:|" * right)
    for row in rows:
        print("|", " | ".join(str(cell).replace("|", "/").strip() or "–" for cell in row), "|")
    print()


def shares(groups: Mapping[str, Sequence[KnownAgency]]) -> Iterable[tuple[object, ...]]:
    """For each group and for all: how many, how many in each standing, and the share placed."""
    everyone = list(chain.from_iterable(groups.values()))
    for name, group in [*groups.items(), ("**all**", everyone)]:
        count = Counter(standing(agency.placement) for agency in group)
        total = len(group)
        yield name, f"{total:,}", f"{count[PLACED]:,}", count[MEMBERS], count[OPEN], f"{count[PLACED] / total:.2%}"


def counties_printed(history: History, found: Identified) -> Mapping[AgencyKey, list[str]]:
    """Every county that ICE printed beside each agency, newest first; one not printed is left out."""
    printed: dict[AgencyKey, dict[str, None]] = {key: {} for key in found.agencies}
    for number in history.newest_first(history.last_seen):
        key, county = found.agency_of[number], history.forms[number].county
        if key is not None and county:
            printed[key].setdefault(county)
    return {key: list(counties) for key, counties in printed.items()}


def print_sample(agencies: Sequence[KnownAgency], counties: Mapping[AgencyKey, list[str]], index: PlaceIndex) -> None:
    """Prints what ICE printed of each agency, and where it was placed."""
    rows = []
    for number, agency in enumerate(agencies, 1):
        others = dict.fromkeys(name for _, name, _ in agency.printed if name != agency.name)
        placement = agency.placement
        rows.append(
            (
                number,
                agency.state,
                agency.name,
                "; ".join(others),
                "; ".join(counties[agency.key]),
                placement.kind.replace("_", " "),
                where(placement, index),
                placement.basis,
            )
        )
    heads = ("no.", "state", "newest name", "other names", "counties printed", "kind", "where it is placed", "basis")
    table(heads, rows)


def main(folder: Path, seed: int, size: int) -> None:
    """Prints the report."""
    history = read_history(folder)
    index = PlaceIndex.from_places(reading.read(ROOT / "fixtures" / "places"))
    record = ROOT / "fixtures" / "record"
    found = identify(history, index, read_aliases(record / "aliases.csv"), read_answers(record / "names.csv"))
    agencies = [found.agencies[key] for key in sorted(found.agencies)]
    last = {name: str(history.sheets[name][-1].published_on) if history.sheets[name] else "none" for name in LISTS}
    count = sum(map(len, history.sheets.values()))
    print(f"{count} sheets; newest participating {last['participating']}, newest pending {last['pending']}\n")

    heads = ("agencies", "placed", "members open", "not placed", "share placed")
    by_state = {name: [a for a in agencies if a.state == code] for code, name in STATE_NAMES.items()}
    in_order = sorted((name, group) for name, group in by_state.items() if group)
    table(("state", *heads), shares(dict(in_order)), right=5)
    by_kind = {kind.replace("_", " "): [a for a in agencies if a.placement.kind == kind] for kind in KINDS}
    table(("kind", *heads), shares({kind: group for kind, group in by_kind.items() if group}), right=5)

    left = [agency for agency in agencies if not agency.placement.is_placed]
    table(
        ("state", "agency", "kind", "county", "class", "why"),
        (
            (
                agency.state,
                agency.name,
                agency.placement.kind.replace("_", " "),
                where(agency.placement, index),
                standing(agency.placement),
                agency.placement.question,
            )
            for agency in left
        ),
    )
    drawn = random.Random(seed).sample(agencies, min(size, len(agencies)))
    print_sample(drawn, counties_printed(history, found), index)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How many of ICE's agencies are placed, and a sample to check.")
    parser.add_argument("sheets", type=Path)
    parser.add_argument("--seed", type=int, default=287)
    parser.add_argument("--sample", type=int, default=60)
    given = parser.parse_args()
    main(given.sheets, given.seed, given.sample)
