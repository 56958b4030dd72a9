"""Printed names that no rule places rightly, what they stand for, and why: fixtures/record/aliases.csv.

Columns: state, printed_name, municipality_key, county_geoids, kind, reason. The two columns of places hold several
values apart by "|". A name is compared folded, so that case, apostrophes and blanks do not matter.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from agreements.ice.agencies import KINDS, Kind, plain

COLUMNS = ("state", "printed_name", "municipality_key", "county_geoids", "kind", "reason")
SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Alias:
    """What one printed name stands for. Without county GEOIDs its counties are those of its municipalities."""

    state: str
    printed_name: str
    municipality_keys: tuple[str, ...]
    county_geoids: tuple[str, ...]
    kind: Kind
    reason: str


#: By state and folded printed name.
Aliases: TypeAlias = Mapping[tuple[str, str], Alias]


def read_aliases(path: Path) -> dict[tuple[str, str], Alias]:
    """The aliases of the file. Raises ValueError, with the line, for a wrong header, kind, or a name given twice."""
    aliases: dict[tuple[str, str], Alias] = {}
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        if tuple(lines.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path.name}: expected the columns {', '.join(COLUMNS)}")
        for line in lines:
            where = f"{path.name}, line {lines.line_num}"
            kind = next((kind for kind in KINDS if kind == line["kind"]), None)
            if kind is None:
                raise ValueError(f"{where}: {line['kind']!r} is no kind of agency")
            if not line["reason"].strip():
                raise ValueError(f"{where}: gives no reason")
            key = line["state"], plain(line["printed_name"], line["state"])
            if key in aliases:
                raise ValueError(f"{where}: {line['printed_name']!r} stands twice")
            aliases[key] = Alias(
                state=line["state"],
                printed_name=line["printed_name"],
                municipality_keys=_several(line["municipality_key"]),
                county_geoids=_several(line["county_geoids"]),
                kind=kind,
                reason=line["reason"],
            )
    return aliases


def _several(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(SEPARATOR) if part)
