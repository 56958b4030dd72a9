"""Asking for the data version: quick when the database is down, and back as soon as it is."""

import logging
import time
from collections import deque

import pytest

from config.published_version import Asker, Hanging, Unreachable, Versions


class Server:
    """A database server that can be down, be started anew (old connections are dead then), or hang."""

    def __init__(self):
        self.is_up, self.is_hanging, self.start, self.connected, self.asked = True, False, 0, 0, 0
        self.open = 0

    def connect(self):
        self.connected += 1
        if not self.is_up:
            raise Unreachable("refused")
        return Line(self)


class Line:
    def __init__(self, server):
        self._server, self._start = server, server.start
        server.open += 1

    def ask(self):
        self._server.asked += 1
        if self._server.is_hanging:
            raise Hanging("no answer")
        if not self._server.is_up or self._start != self._server.start:
            raise Unreachable("connection lost")
        return "1-a"

    def close(self):
        self._server.open -= 1


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def versions(server):
    made = Versions(server.connect, pause=0.01)
    yield made
    made._is_down = False  # ends its thread


def soon(condition):
    until = time.monotonic() + 10
    while not condition() and time.monotonic() < until:
        time.sleep(0.005)
    return condition()


def test_connection_is_used_again(versions, server):
    assert [versions(), versions()] == ["1-a", "1-a"]
    assert (server.connected, server.open) == (1, 1)


def test_server_started_anew_is_asked_at_once(versions, server):
    versions()
    server.start += 1

    assert versions() == "1-a"
    assert (server.connected, server.open) == (2, 1)


def test_server_that_is_down_is_looked_for_until_it_is_back(versions, server, caplog):
    versions()
    server.is_up = False
    with pytest.raises(Unreachable):
        versions()
    assert soon(lambda: server.connected > 4)
    with pytest.raises(Unreachable):
        versions()

    server.is_up = True

    assert soon(lambda: not versions._is_down)
    assert versions() == "1-a"
    assert server.open == 1
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2


def test_server_that_was_never_up_is_found_when_it_is(versions, server):
    server.is_up = False
    with pytest.raises(Unreachable):
        versions()

    server.is_up = True

    assert soon(lambda: not versions._is_down)
    assert versions() == "1-a"


def test_server_that_hangs_holds_up_one_reader_only(server):
    versions = Versions(server.connect, pause=3600)
    versions()
    versions._idle = deque([*versions._idle, server.connect()])
    server.is_hanging = True
    before = server.connected

    for _ in range(3):
        with pytest.raises(Unreachable):
            versions()

    assert server.asked == 2
    assert server.connected == before


def test_looking_for_the_server_goes_on_after_an_unexpected_failure(versions, server, monkeypatch, caplog):
    server.is_up = False
    with pytest.raises(Unreachable):
        versions()
    monkeypatch.setattr(versions, "_connect", lambda: 1 / 0)
    assert soon(lambda: "ZeroDivisionError" in caplog.text)

    server.is_up = True
    monkeypatch.setattr(versions, "_connect", server.connect)

    assert soon(lambda: not versions._is_down)


@pytest.mark.django_db
def test_asker_names_the_version_of_the_database():
    from agreements.models.edition import current_edition

    asker = Asker()
    try:
        assert asker.ask() == current_edition()
        assert asker.ask() == asker.ask()
    finally:
        asker.close()


@pytest.mark.django_db
def test_asker_of_a_database_before_the_migration_knows_no_version(monkeypatch, caplog):
    monkeypatch.setattr("config.published_version.EDITION_SQL", "SELECT 1, 2 FROM agreements_no_such_table")

    asker = Asker()
    try:
        assert asker.ask() is None
    finally:
        asker.close()
    assert "no_such_table" in caplog.text


@pytest.mark.django_db
def test_asker_whose_connection_was_cut_says_so():
    from django.db import connection

    asker = Asker()
    asker.ask()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND query LIKE '%%agreements_edition%%' AND pid <> pg_backend_pid()"
        )

    with pytest.raises(Unreachable):
        asker.ask()
    asker.close()
