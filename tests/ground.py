"""The database that the tests stand on, with the places and the record: each of their processes has its own.

python -m tests.ground makes one from which the processes take copies, so that they do not each work it out.
"""

import os
from contextlib import closing
from io import StringIO
from typing import Any

import django
import psycopg
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection
from django.test.utils import setup_databases

NAME = "tests_ground"


def made(**options: Any) -> list[Any]:
    """The test database, filled; what it is taken down with. options: those of Django's setup_databases."""
    # Nothing is written out for a rollback that no test asks for: of a kept database that takes minutes.
    found = setup_databases(
        verbosity=0, interactive=False, aliases={DEFAULT_DB_ALIAS}, serialized_aliases=set(), **options
    )
    call_command("load_places", "--if-empty", stdout=StringIO())
    call_command("load_record", "--if-empty", stdout=StringIO())
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # That of the last run goes first: Django would say that it found one, as if something were wrong.
    server = {**connection.get_connection_params(), "dbname": "postgres", "autocommit": True}
    with closing(psycopg.connect(**server)) as session:
        session.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    connection.settings_dict["TEST"]["NAME"] = NAME
    made()
