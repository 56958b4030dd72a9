"""The agreements of a database as one table of SQLite: what Datasette serves beside the site."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from agreements.dates import in_words
from agreements.kinds import AgencyKind, Program, Status
from agreements.models import Period

COLUMNS = ("public_id", "agency", "kind", "state", "place", "program", "status", "since", "memorandum")


def rows() -> Iterator[tuple[str, ...]]:
    """A row an agreement, in the order of public ids, with what a row of the site's list shows."""
    periods = Period.objects.filter(is_current=True).order_by("agreement__public_id")
    words = ("agreement__public_id", "agency_name", "agreement__agency__kind", "state_name", "place_name", "program")
    found = periods.values_list(*words, "status", "since_earliest", "since_latest", "agreement__moa_url")
    for public_id, agency, kind, state, place, program, status, earliest, latest, memorandum in found.iterator():
        labels = (Program(program).label, Status(status).label, in_words(earliest, latest) if latest else "")
        yield (public_id, agency, AgencyKind(kind).label, state, place, *labels, memorandum)


def main(file: str) -> None:
    """Writes the file, whole or not at all."""
    draft = Path(f"{file}.new")
    draft.unlink(missing_ok=True)
    with sqlite3.connect(draft) as connection:
        columns = ", ".join(f"{name} TEXT" for name in COLUMNS[1:])
        connection.execute(f"CREATE TABLE agreements (public_id TEXT PRIMARY KEY, {columns})")
        connection.executemany(f"INSERT INTO agreements VALUES ({', '.join('?' * len(COLUMNS))})", rows())
    connection.close()
    draft.rename(file)
