"""Which version of the data stands: it is another after every committed change of the record or its places.

Triggers on every table that pages read (agreements/migrations/0004_edition.py) write one row of `Edition` a table in
the first statement of a transaction that changes it, so raw SQL counts as well, and what is rolled back does not. The
version is taken from all rows that are visible: how many changes were committed, and a random number made of all of
them. So it needs no lock, no order in which transactions end, and nobody waits. Rows are folded into one a table now
and then; sums stay. Of some tables alone there is a version too, for values that follow from these (`agreements.kept`).
"""

from collections.abc import Sequence

from django.db import connection, models

from agreements.statements import rows

_SUMS = "coalesce(sum(changes), 0), coalesce(bit_xor(nonce), 0) FROM agreements_edition"
#: One row: the changes committed so far, and what tells them from as many other changes (a restored backup's).
EDITION_SQL = f"SELECT {_SUMS}"
#: The same of some tables.
_OF_TABLES = f"""
    SELECT pg_current_xact_id_if_assigned() IS NOT NULL, {_SUMS} WHERE watched = '' OR watched = ANY(%(tables)s)
"""


class Edition(models.Model):
    """A table that one committed transaction changed, or several, folded into a row. Only the triggers write here.

    watched: the table's name; "" of the row that tells two new databases apart.
    """

    watched = models.CharField(max_length=63, blank=True)
    changes = models.BigIntegerField(default=1)
    nonce = models.BigIntegerField()
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.watched}: {self.changes} changes up to {self.noted_at}"


def edition_name(changes: int, nonce: int) -> str:
    """A version as text: "412-9f31c0de5a7704b2"."""
    return f"{changes}-{nonce & (2**64 - 1):016x}"


def current_edition() -> str:
    """The version of what this connection sees now, with what its own open transaction changed."""
    with connection.cursor() as cursor:
        cursor.execute(EDITION_SQL)
        changes, nonce = cursor.fetchone()
    return edition_name(int(changes), int(nonce))


def edition_of(tables: Sequence[str]) -> str | None:
    """The same of these tables alone, by their names in the database.

    None in a transaction that has written: it has one row a table, which stands for what it writes later as well.
    """
    ((is_writing, changes, nonce),) = rows(_OF_TABLES, {"tables": list(tables)})
    return None if is_writing else edition_name(int(changes), int(nonce))
