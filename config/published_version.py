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
#: How long after a failure it is asked again.
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
        try:
            self._libpq.send_prepare(_STATEMENT, EDITION_SQL.encode())
            prepared = self._result()
        except Unreachable:
            self.close()
            raise
        self._is_prepared = prepared.status == pq.ExecStatus.COMMAND_OK
        if not self._is_prepared:
            log.warning("Pages are not kept, for the data has no version: %s", prepared.get_error_message())

    def ask(self) -> str | None:
        """The version; None where this database has no table of it (a migration is due). Raises Unreachable."""
        if not self._is_prepared:
            return None
        try:
            self._libpq.send_query_prepared(_STATEMENT, None)
        except psycopg.Error as error:
            raise Unreachable(str(error)) from error
        result = self._result()
        if result.status != pq.ExecStatus.TUPLES_OK:
            raise Unreachable(result.get_error_message())
        return edition_name(int(result.get_value(0, 0) or 0), int(result.get_value(0, 1) or 0))

    def _result(self) -> pq.abc.PGresult:
        """What comes back for what was sent, within ANSWER_SECONDS. Raises Unreachable."""
        until = time.monotonic() + ANSWER_SECONDS
        try:
            self._libpq.flush()
            while self._libpq.is_busy():
                if not self._poll.poll(max(until - time.monotonic(), 0) * 1000):
                    raise Hanging(f"no answer within {ANSWER_SECONDS} seconds")
                self._libpq.consume_input()
            result = self._libpq.get_result()
            while self._libpq.get_result():
                """Nothing more comes; libpq wants to be asked until it says so."""
        except psycopg.Error as error:
            raise Unreachable(str(error)) from error
        if result is None:
            raise Unreachable("no answer")
        return result

    def close(self) -> None:
        self._connection.close()


class Versions:
    """The data version, for all threads of a process: call it. As many connections as threads ask at one moment.

    After a failure nobody asks but a thread of its own, until the database answers again: so no reader waits for a
    connection that may take seconds to fail.
    """

    def __init__(self, connect: Callable[[], Asker] = Asker, pause: float = PAUSE_SECONDS) -> None:
        self._connect = connect
        self._pause = pause
        self._idle: deque[Asker] = deque()
        self._is_down = False
        self._lock = threading.Lock()

    def __call__(self) -> str | None:
        """The version that stands now; None where the data has none. Raises Unreachable."""
        if self._is_down:
            raise Unreachable("down a moment ago")
        try:
            return self._answer()
        except Unreachable as error:
            self._go_down(error)
            raise

    def _go_down(self, error: Unreachable) -> None:
        with self._lock:
            if self._is_down:
                return
            self._is_down = True
        log.warning("The database does not answer; published pages are served as they are: %s", error)
        threading.Thread(target=self._watch, name="database watch", daemon=True).start()

    def _watch(self) -> None:
        while self._is_down:
            time.sleep(self._pause)
            try:
                self._answer()
            except Unreachable:
                continue
            except Exception:
                # Whatever it is, the site must not stay down because nobody looks any more.
                log.exception("Looking for the database failed.")
                continue
            self._is_down = False
            log.warning("The database answers again.")

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
