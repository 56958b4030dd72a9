"""Statements of our own that PostgreSQL plans once a connection: those whose planning takes longer than their work."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any, cast

import psycopg
from django.db import connection
from django.db.backends.utils import CursorDebugWrapper


class _Prepared(psycopg.Cursor[Any]):
    """Sends a text once a connection and then its values alone; see PSYCOPG in the settings."""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Any:
        return super().execute(query, params, **{**kwargs, "prepare": True})


def rows(statement: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """What the statement returns for these values, which stand in it as %(name)s, or as %s by their order.

    Its plan is made once and used for any values: for a statement whose best way depends on a value, such as a rare
    name, a plain cursor is better. A pooler between us and the server must know prepared statements, as PgBouncer does
    from 1.21.
    """
    # What Django does before it makes a cursor: a connection that was cut while it stood idle is made anew.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    prepared = cast(Any, _Prepared(connection.connection))
    # A text that is prepared is not sent again, so that a cursor of Django's would log nothing.
    wrapper = CursorDebugWrapper(prepared, connection)
    logged = wrapper.debug_sql(statement) if connection.queries_logged else nullcontext()
    with connection.wrap_database_errors, logged, connection.make_cursor(prepared) as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
