"""The commands as they are run: in processes of their own, in a database of their own, interrupted and side by side."""

import csv
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests.agreements.ice.sheets import row
from tests.agreements.ice.workbooks import PARTICIPATING, PENDING, workbook

# The commands write elsewhere, but the test database must be there: its server is theirs.
pytestmark = pytest.mark.django_db

FIRST = date(2025, 7, 1)
SHEETS = 24


def _files(folder: Path) -> None:
    """Sheets of both lists over some weeks: agencies come, are signed, are missing for a while, and go."""
    entries = []
    for order in range(1, SHEETS + 1):
        day = FIRST + timedelta(days=order)
        ice_list = "pending" if order % 4 == 0 else "participating"
        rows = [row(f"Ward {number} Constable", FIRST, county="Lake County") for number in range(60 + order)]
        if order % 7:
            rows.append(row(signed=FIRST if order < 12 else FIRST + timedelta(days=11)))
        if order < 9:
            rows.append(row("Hialeah Police Department", FIRST))
        header = PENDING if ice_list == "pending" else PARTICIPATING
        content = workbook(*(each[: len(header)] for each in rows), header=header)
        name = f"{ice_list}Agencies{day:%m%d%Y}am.xlsx"
        (folder / name).write_bytes(content)
        entries.append((order, name, ice_list, day, "am", hashlib.sha256(content).hexdigest()))
    with (folder / "INDEX.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["order", "file", "list", "published_on", "half_day", "sha256"])
        writer.writerows(entries)


class Database:
    """A database beside that of the tests, with the places and no record, for commands in their own processes."""

    def __init__(self, name: str) -> None:
        self.name = name
        params = {**connection.get_connection_params(), "dbname": name}
        self.params = {key: params[key] for key in ("host", "port", "user", "password", "dbname") if params.get(key)}
        host, user = self.params.get("host", ""), self.params.get("user", "")
        at = f"host={host}" if str(host).startswith("/") else ""
        where = "" if at else f"{host}:{self.params.get('port', 5432)}"
        secret = f":{self.params['password']}" if "password" in self.params else ""
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"postgres://{user}{secret}@{where}/{name}" + (f"?{at}" if at else ""),
            "SECRET_KEY": "only-for-this-test",
            "HTTPS": "0",
        }

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, "manage.py", *map(str, arguments)]

    def run(self, *arguments: object) -> str:
        done = subprocess.run(
            self.command(*arguments), cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def count(self, table: str) -> int:
        with psycopg.connect(**self.params) as own:
            found = own.execute(f"SELECT count(*) FROM {table}").fetchone()
        return found[0] if found else 0


def _sql(*statements: str) -> None:
    with psycopg.connect(**{**Database("postgres").params}, autocommit=True) as own:
        for statement in statements:
            own.execute(statement)


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: object) -> Iterator[Database]:
    """The database from which each test takes a copy."""
    _sql('DROP DATABASE IF EXISTS "replay_ground" WITH (FORCE)', 'CREATE DATABASE "replay_ground"')
    database = Database("replay_ground")
    database.run("migrate", "--verbosity", "0")
    database.run("load_places")
    yield database
    _sql('DROP DATABASE IF EXISTS "replay_ground" WITH (FORCE)')


@pytest.fixture
def database(ground: Database, request: pytest.FixtureRequest) -> Iterator[Database]:
    _sql('DROP DATABASE IF EXISTS "replay" WITH (FORCE)', 'CREATE DATABASE "replay" TEMPLATE "replay_ground"')
    yield Database("replay")
    _sql('DROP DATABASE IF EXISTS "replay" WITH (FORCE)')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sheets")
    _files(folder)
    return folder


@pytest.fixture(scope="module")
def content(ground: Database, folder: Path) -> str:
    """The content of the record after one undisturbed replay."""
    _sql('DROP DATABASE IF EXISTS "replay" WITH (FORCE)', 'CREATE DATABASE "replay" TEMPLATE "replay_ground"')
    return _content(Database("replay").run("replay", folder))


def _content(output: str) -> str:
    return next(line for line in output.splitlines() if line.startswith("Content: "))


def test_replay_twice_reads_and_changes_nothing_the_second_time(database, folder, content):
    first = database.run("replay", folder)
    second = database.run("replay", folder)

    assert f"{SHEETS} sheets read, 0 known before." in first
    assert f"0 sheets read, {SHEETS} known before." in second
    assert "nothing to change" in second
    assert _content(first) == _content(second) == content


def test_replay_by_two_at_once_gives_the_same_record(database, folder, content):
    both = [database.start("replay", folder, "--workers", 1) for _ in range(2)]
    outputs = [one.communicate(timeout=120) for one in both]

    assert [one.returncode for one in both] == [0, 0], outputs
    assert database.count("agreements_sheet") == SHEETS
    assert _content(database.run("replay", folder)) == content


def test_replay_killed_in_the_middle_goes_on_where_it_was(database, folder, content):
    killed = database.start("replay", folder, "--workers", 1)
    deadline = time.monotonic() + 60
    while database.count("agreements_sheet") < 5 and time.monotonic() < deadline and killed.poll() is None:
        time.sleep(0.01)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate(timeout=30)
    stored = database.count("agreements_sheet")

    assert 5 <= stored < SHEETS
    assert database.count("agreements_agency") == 0  # what is stored counts for nothing yet
    output = database.run("replay", folder)
    assert f"{SHEETS - stored} sheets read, {stored} known before." in output
    assert _content(output) == content


def test_import_sheet_previews_and_commits_the_same(database, folder):
    file = folder / "participatingAgencies07022025am.xlsx"
    arguments = ("import_sheet", file, "--list", "participating", "--published", "2025-07-02", "--half-day", "am")

    preview = database.run(*arguments)
    assert "This was a preview." in preview
    assert database.count("agreements_sheet") == database.count("agreements_agency") == 0
    written = database.run(*arguments, "--commit")
    again = database.run(*arguments, "--commit")

    assert preview.splitlines()[1:-2] == written.splitlines()[1:-1]
    assert "stored already" in again
    assert database.count("agreements_sheet") == 1
