"""The databases of measurement: this record once, ten and a hundred times, in a PostgreSQL of their own."""

import hashlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from bench.site import invented
from config import postgres

ROOT = Path(postgres.__file__).resolve().parents[1]
#: What a database is made from: another byte in one of these files, and it is made anew.
MADE_FROM = ("fixtures/places/*", "fixtures/record/*", "*/migrations/*.py", "bench/site/invented.py")
#: What is worked out from its rows, and then kept: another byte, and it is worked out again.
WORKED_OUT_BY = (
    "agreements/days.py",
    "agreements/deciding.py",
    "agreements/kinds.py",
    "agreements/status.py",
    "agreements/standings*.py",
    "agreements/tallies*.py",
    "municipalities/names.py",
    "bench/site/table.py",
)
_SECRET = secrets.token_urlsafe(50)


@dataclass(frozen=True)
class Database:
    """One database of measurement. scale: how many times the record. table: its agreements as SQLite, for Datasette."""

    scale: int
    host: str
    port: str
    user: str
    table: Path

    @property
    def name(self) -> str:
        return f"bench_{self.scale}"

    def connect(self, name: str = "") -> "psycopg.Connection[Any]":
        """A connection that commits every statement, to this database or to another of the same server."""
        return psycopg.connect(
            host=self.host, port=self.port, user=self.user, dbname=name or self.name, autocommit=True
        )

    def known(self) -> tuple[str, str]:
        """What its rows and its standings were made from, as `note` wrote it; ("", "") where there is no database."""
        with self.connect("postgres") as server:
            found = server.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [self.name]
            ).fetchone()
        rows, _, standings = ((found and found[0]) or "").partition(" ")
        return rows, standings

    def note(self, rows: str, standings: str) -> None:
        """Notes in the database what it was made from."""
        comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
        with self.connect("postgres") as server:
            server.execute(comment.format(sql.Identifier(self.name), sql.Literal(f"{rows} {standings}")))

    def environment(self) -> dict[str, str]:
        """The environment in which the site runs on it as in production, without TLS."""
        return {
            **{name: value for name, value in os.environ.items() if name != "DEBUG"},
            "DATABASE_URL": f"postgres://{quote(self.user)}@{quote(self.host, safe='')}:{self.port}/{self.name}",
            "SECRET_KEY": _SECRET,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "SITE_URL": "https://tracker.example.org",
            "HTTPS": "0",
            "TRACKER_DATA_DIR": str(self.table.parent / f"site_{self.scale}"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def run(self, *arguments: str) -> str:
        """Runs our Python on it, and returns what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment(), stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)}: failed")
        return done.stdout


def made(data_dir: Path, scales: list[int], *, fresh: bool) -> list[Database]:
    """The databases of these scales, made where they are missing or follow from other files than today's.

    All are copies of the record at 1 time, so that one is made first whether it is asked for or not.
    """
    where = postgres.connection(data_dir)
    rows, standings = _hash(MADE_FROM), _hash(WORKED_OUT_BY)
    databases = []
    for scale in sorted({1, *scales}):
        table = data_dir / f"record_{scale}_{rows[:6]}{standings[:6]}.sqlite"
        one = Database(scale, str(where["HOST"]), str(where["PORT"]), str(where["USER"]), table)
        known = one.known()
        if fresh or known[0] != rows:
            _step(f"Making the database with the record {scale} ×", lambda one=one: _make(one))
            one.note(rows, "")
            known = (rows, "")
        if known[1] != standings or not table.exists():
            _step(f"Working out its standings, {scale} ×", lambda one=one: _work_out(one))
        one.note(rows, standings)
        if scale in scales:
            databases.append(one)
    return databases


def _make(one: Database) -> None:
    name = sql.Identifier(one.name)
    with one.connect("postgres") as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        if one.scale == 1:
            server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        else:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE bench_1 STRATEGY FILE_COPY").format(name))
    if one.scale == 1:
        for command in ("migrate", "load_places", "load_record"):
            one.run("manage.py", command, "--verbosity", "0")
        return
    with one.connect() as connection, connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off; SET LOCAL work_mem = '128MB'")
        invented.add(cursor, one.scale - 1)


def _work_out(one: Database) -> None:
    """All that is kept beside the rows: standings, the planner's statistics, and the table for Datasette."""
    one.run("manage.py", "settle_standings", "--all")
    with one.connect() as connection:
        connection.execute("VACUUM (ANALYZE)")
    for old in one.table.parent.glob(f"record_{one.scale}_*"):
        old.unlink()
    one.run("-m", "bench.site.inside", "table", str(one.table))


def _step(words: str, do: Callable[[], None]) -> None:
    print(f"{words} ...", file=sys.stderr, flush=True)
    began = time.monotonic()
    do()
    print(f"  done in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def _hash(patterns: Iterable[str]) -> str:
    """Of all files of these names and their bytes, wherever the checkout lies."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
