"""Printed names that stand for another agency's, as editors have decided, and why: fixtures/record/names.csv.

Columns: state, printed_name, program, stands_for_state, stands_for, until, reason. A program limits the answer to rows
of it, as where ICE printed a sheriff beside the memorandum of the county's jail; empty is any program. until is
the last day of the sheets that the answer was judged on, where a row of that name could be meant on later ones.
"""

import csv
from datetime import date
from pathlib import Path

from agreements.ice.agencies import plain
from agreements.ice.cells import STATE_NAMES
from agreements.ice.identify import Answer
from agreements.kinds import Program

COLUMNS = ("state", "printed_name", "program", "stands_for_state", "stands_for", "until", "reason")


def read_answers(path: Path) -> dict[tuple[str, str, str], Answer]:
    """The answers of the file, by state, folded printed name and program. Raises ValueError with the line."""
    answers: dict[tuple[str, str, str], Answer] = {}
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        if tuple(lines.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path.name}: expected the columns {', '.join(COLUMNS)}")
        for line in lines:
            where = f"{path.name}, line {lines.line_num}"
            for column in ("state", "stands_for_state"):
                if line[column] not in STATE_NAMES:
                    raise ValueError(f"{where}, {column}: {line[column]!r} is no state")
            if line["program"] not in Program.values:
                raise ValueError(f"{where}, program: {line['program']!r} is none")
            if not line["reason"].strip() or not line["stands_for"].strip():
                raise ValueError(f"{where}: gives no reason, or no name that it stands for")
            key = (line["state"], plain(line["printed_name"], line["state"]), line["program"])
            if key in answers:
                raise ValueError(f"{where}: {line['printed_name']!r} stands twice")
            try:
                until = date.fromisoformat(line["until"]) if line["until"] else None
            except ValueError as error:
                raise ValueError(f"{where}, until: {line['until']!r} is not a day such as 2025-03-07") from error
            answers[key] = Answer(line["stands_for_state"], line["stands_for"], until, line["reason"].strip())
    return answers
