"""The agreements of a database as one table of SQLite: what Datasette serves beside the site."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from agreements.dates import in_words
from agreements.kinds import Status
from agreements.models import Agreement
from agreements.record import record_end

BATCH = 5_000
COLUMNS = ("public_id", "agency", "kind", "state", "place", "program", "status", "since", "memorandum")


def rows() -> Iterator[tuple[str, ...]]:
    """A row an agreement, in the order of public ids, with what a row of the site's list shows."""
    end = record_end()
    assert end is not None, "the record is empty"
    last = ""
    while batch := (
        Agreement.objects.standing_alone().filter(public_id__gt=last).order_by("public_id").with_places()[:BATCH]
    ).with_status(end):
        for one in batch:
            agency, since = one.agency, one.standing.since
            yield (
                one.public_id,
                agency.name,
                agency.get_kind_display(),
                agency.state.name,
                "; ".join(each.full_name for each in (*agency.municipalities.all(), *agency.counties.all())),
                one.get_program_display(),
                Status(one.standing.status).label,
                in_words(since.earliest, since.latest) if since else "",
                one.moa_url,
            )
            last = one.public_id


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
