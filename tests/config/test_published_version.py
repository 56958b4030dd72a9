"""Asking for the data version: quick when the database is down, and back as soon as it is."""

import logging
from collections import deque

import pytest

from config.published_version import PAUSE_SECONDS, Asker, Hanging, Unreachable, Versions


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
def clock():
    return [100.0]


@pytest.fixture
def versions(server, clock):
    return Versions(server.connect, lambda: clock[0])


def test_connection_is_used_again(versions, server):
    assert [versions(), versions()] == ["1-a", "1-a"]
    assert (server.connected, server.open) == (1, 1)


def test_server_started_anew_is_asked_at_once(versions, server):
    versions()
    server.start += 1

    assert versions() == "1-a"
    assert (server.connected, server.open) == (2, 1)


def test_server_that_is_down_is_asked_once_in_a_while(versions, server, clock, caplog):
    versions()
    server.is_up = False
    for _ in range(5):
        with pytest.raises(Unreachable):
            versions()
    assert server.connected == 2
    clock[0] += PAUSE_SECONDS
    with pytest.raises(Unreachable):
        versions()
    assert server.connected == 3

    server.is_up = True
    clock[0] += PAUSE_SECONDS

    assert versions() == "1-a"
    assert server.open == 1
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2


def test_server_that_hangs_holds_up_one_question_only(versions, server):
    versions()
    versions._idle = deque([*versions._idle, server.connect()])
    server.is_hanging = True
    before = server.connected

    for _ in range(3):
        with pytest.raises(Unreachable):
            versions()

    assert server.asked == 2
    assert server.connected == before


def test_server_that_is_down_is_tried_by_one_thread_while_others_go_on(versions, server, clock):
    server.is_up = False
    with pytest.raises(Unreachable):
        versions()
    clock[0] += PAUSE_SECONDS
    versions._trying.acquire()  # as a thread that waits for a connection holds it

    with pytest.raises(Unreachable):
        versions()

    assert server.connected == 1


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
