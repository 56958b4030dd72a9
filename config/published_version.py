"""Asking PostgreSQL for the data version at every request, in a tenth of a millisecond, without ever hanging on it."""

import logging
import select
import threading
import time
from collections import deque
from collections.abc import Callable

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import pq

from agreements.models.edition import EDITION_SQL, edition_name

log = logging.getLogger(__name__)

#: How long an answer may take, in seconds. It takes 0.0001; a server that needs this long is as good as down.
ANSWER_SECONDS = 2.0
#: For how long nobody asks again after a failure, so that published pages are quick while the server is down.
PAUSE_SECONDS = 1.0
_STATEMENT = b"edition"


class Unreachable(Exception):
    """The database does not answer now."""


class Hanging(Unreachable):
    """It took the question and did not answer in time: a further connection would only hang as well."""


class Asker:
    """One connection with the question prepared on it. psycopg's own cursors would cost three times the question."""

    def __init__(self) -> None:
        """Raises Unreachable; within the connect_timeout of the settings."""
        parameters = connections[DEFAULT_DB_ALIAS].get_connection_params()
        for name in ("cursor_factory", "context"):  # Django's; the rest is libpq's
            parameters.pop(name, None)
        try:
            self._connection = psycopg.connect(**parameters, autocommit=True)
        except psycopg.Error as error:
            raise Unreachable(str(error)) from error
        self._libpq = self._connection.pgconn
        self._poll = select.poll()
        self._poll.register(self._libpq.socket, select.POLLIN)
        prepared = self._libpq.prepare(_STATEMENT, EDITION_SQL.encode())
        self._is_prepared = prepared.status == pq.ExecStatus.COMMAND_OK
        if not self._is_prepared:
            log.warning("Pages are not kept, for the data has no version: %s", prepared.get_error_message())

    def ask(self) -> str | None:
        """The version; None where this database has no table of it (a migration is due). Raises Unreachable."""
        if not self._is_prepared:
            return None
        try:
            self._libpq.send_query_prepared(_STATEMENT, None)
            self._libpq.flush()
            self._wait()
            result = self._libpq.get_result()
            while self._libpq.get_result():
                """Nothing more comes; libpq wants to be asked until it says so."""
        except psycopg.Error as error:
            raise Unreachable(str(error)) from error
        if result is None or result.status != pq.ExecStatus.TUPLES_OK:
            raise Unreachable(result.get_error_message() if result else "no answer")
        return edition_name(int(result.get_value(0, 0) or 0), int(result.get_value(0, 1) or 0))

    def _wait(self) -> None:
        until = time.monotonic() + ANSWER_SECONDS
        while self._libpq.is_busy():
            if not self._poll.poll(max(until - time.monotonic(), 0) * 1000):
                raise Hanging(f"no answer within {ANSWER_SECONDS} seconds")
            self._libpq.consume_input()

    def close(self) -> None:
        self._connection.close()


class Versions:
    """The data version, for all threads of a process: call it. As many connections as threads ask at one moment."""

    def __init__(self, connect: Callable[[], Asker] = Asker, clock: Callable[[], float] = time.monotonic) -> None:
        self._connect = connect
        self._clock = clock
        self._idle: deque[Asker] = deque()
        self._is_down = False
        self._ask_again_at = 0.0
        self._trying = threading.Lock()

    def __call__(self) -> str | None:
        """The version that stands now; None where the data has none. Raises Unreachable."""
        if not self._is_down:
            return self._ask()
        # One tries, once in a while; the others need not wait for a server that may be hanging.
        if self._clock() < self._ask_again_at or not self._trying.acquire(blocking=False):
            raise Unreachable("down a moment ago")
        try:
            return self._ask()
        finally:
            self._trying.release()

    def _ask(self) -> str | None:
        try:
            version = self._answer()
        except Unreachable as error:
            self._ask_again_at = self._clock() + PAUSE_SECONDS
            if not self._is_down:
                self._is_down = True
                log.warning("The database does not answer; published pages are served as they are: %s", error)
            raise
        if self._is_down:
            self._is_down = False
            log.warning("The database answers again.")
        return version

    def _answer(self) -> str | None:
        while self._idle:
            try:
                asker = self._idle.pop()
            except IndexError:  # another thread was quicker
                break
            try:
                version = asker.ask()
            except Hanging:
                asker.close()
                raise
            except Unreachable:
                # Its server may have been started anew since: only a new connection tells.
                asker.close()
            else:
                self._idle.append(asker)
                return version
        asker = self._connect()
        try:
            version = asker.ask()
        except Unreachable:
            asker.close()
            raise
        if version is None:
            asker.close()  # prepared before the migration, it would never know
        else:
            self._idle.append(asker)
        return version
