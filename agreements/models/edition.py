"""Which version of the data stands: it is another after every committed change of the record or its places.

Triggers on every table that pages read (agreements/migrations/0004_edition.py) write one row of `Edition` in the first
changing statement of a transaction, so raw SQL counts as well, and what is rolled back does not. The version is taken
from all rows that are visible: how many changes were committed, and a random number made of all of them. So it needs no
lock, no order in which transactions end, and nobody waits. Rows are folded into one now and then; sums stay.
"""

from django.db import connection, models

#: One row: the changes committed so far, and what tells them from as many other changes (a restored backup's).
EDITION_SQL = "SELECT coalesce(sum(changes), 0), coalesce(bit_xor(nonce), 0) FROM agreements_edition"


class Edition(models.Model):
    """One committed transaction that changed data, or several folded into a row. Only the triggers write here."""

    changes = models.BigIntegerField(default=1)
    nonce = models.BigIntegerField()
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.changes} changes up to {self.noted_at}"


def edition_name(changes: int, nonce: int) -> str:
    """A version as text: "412-9f31c0de5a7704b2"."""
    return f"{changes}-{nonce & (2**64 - 1):016x}"


def current_edition() -> str:
    """The version of what this connection sees now, with what its own open transaction changed."""
    with connection.cursor() as cursor:
        cursor.execute(EDITION_SQL)
        changes, nonce = cursor.fetchone()
    return edition_name(int(changes), int(nonce))
