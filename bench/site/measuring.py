"""One page at a time, measured: cold after a publication, warm by repetition, and how many bytes it is."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

from bench.site import client
from bench.site.client import Loop
from bench.site.figures import Spread, spread


@dataclass(frozen=True)
class Effort:
    """How much is asked of a page at a scale: requests, the seconds after which fewer do, and turns among scales."""

    cold: int = 40
    cold_least: int = 20
    warm: int = 1_000
    seconds: float = 3.0
    turns: int = 5
    connections: int = 4


QUICK = Effort(cold=8, cold_least=5, warm=100, seconds=1.0)


@dataclass
class Measured:
    """What one address gave. Times in milliseconds, rates in requests a second, sizes in bytes.

    rate_1, rate_4: warm, by one connection and by four. client: the largest share of a processor that our client took.
    failed: why there are no figures, or not all, else "".
    """

    cold: Spread | None = None
    warm: Spread | None = None
    rate_1: float = 0.0
    rate_4: float = 0.0
    html: int = 0
    transferred: int = 0
    queries: int = 0
    query_ms: float = 0.0
    client: float = 0.0
    failed: str = ""


class Publisher:
    """Publishes, in a database of measurement: rewrites the summary of one event, and commits. Undone at the end."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        connection.execute("SET tracker.writer = 'record'")  # events are published by a revision otherwise
        self.event, self.summary, self.public_id = connection.execute(
            "SELECT e.id, e.summary, a.public_id FROM agreements_event e"
            " JOIN agreements_agreement a ON a.id = e.agreement_id"
            " WHERE e.publication = 'published' AND a.merged_into_id IS NULL ORDER BY e.id LIMIT 1"
        ).fetchone()
        self.number = 0

    def __call__(self) -> None:
        self.number += 1
        self._write(f"{self.summary[:250]} (measured {self.number})")

    def shows_at_once(self, port: int, times: int = 10) -> bool:
        """Whether the site at that port shows each publication to the next reader."""
        shown = 0
        for _ in range(times):
            self()
            answer, _ = client.get(port, f"/agreements/{self.public_id}/", encoding="")
            shown += f"(measured {self.number})".encode() in answer.body
        return shown == times

    def undo(self) -> None:
        self._write(self.summary)

    def _write(self, summary: str) -> None:
        self.connection.execute("UPDATE agreements_event SET summary = %s WHERE id = %s", [summary, self.event])


def run_in(port: int, publish: Callable[[], None], paths: Sequence[str], times: int = 5) -> None:
    """Has a site that has just started serve readers for a while: all at once, each time after a publication.

    Every thread of it then has a connection to the database which knows its tables, as after a minute of service.
    """
    with ThreadPoolExecutor(len(paths)) as readers:
        for _ in range(times):
            publish()
            list(readers.map(lambda path: client.get(port, path), paths))


class Asked(NamedTuple):
    """One address of one site; publish: what changes its data, or None if it is measured warm only."""

    port: int
    path: str
    publish: Callable[[], None] | None = None


def page(everywhere: Mapping[int, Asked], effort: Effort) -> dict[int, Measured]:
    """Measures one page at every scale, in turns, so that what else the machine does falls on all of them alike."""
    found = {scale: _weighed(one) for scale, one in everywhere.items()}
    whole = {scale: one for scale, one in everywhere.items() if not found[scale].failed}
    for scale, seconds in _cold({scale: one for scale, one in whole.items() if one.publish}, effort).items():
        found[scale].cold = spread(seconds)
    for scale, (alone, many) in _warm(whole, effort).items():
        one = found[scale]
        one.warm, one.rate_1, one.rate_4 = spread(alone.seconds), alone.rate, many.rate
        one.client = max(alone.client_share, many.client_share)
        if alone.errors or many.errors:
            one.failed = f"{alone.errors + many.errors} warm requests failed"
    return found


def _weighed(asked: Asked) -> Measured:
    found = Measured()
    plain, _ = client.get(asked.port, asked.path, encoding="")
    if plain.status != 200:
        found.failed = f"{plain.status} {plain.location}".strip()
        return found
    found.html = len(plain.body)
    found.transferred = len(client.get(asked.port, asked.path)[0].body)
    return found


def _cold(asked: Mapping[int, Asked], effort: Effort) -> dict[int, list[float]]:
    """The seconds of requests that are each the first after a publication.

    Raises SystemExit where a page that was there does not answer any more.
    """
    found: dict[int, list[float]] = {scale: [] for scale in asked}
    spent = dict.fromkeys(asked, 0.0)
    left = dict(asked)
    while left:
        for scale, one in list(left.items()):
            began = time.monotonic()
            if one.publish:
                one.publish()
            answer, took = client.get(one.port, one.path)
            if answer.status != 200:
                raise SystemExit(f"{one.path} of {scale} ×: {answer.status} after a publication")
            found[scale].append(took)
            spent[scale] += time.monotonic() - began
            is_slow = spent[scale] > 4 * effort.seconds or (
                spent[scale] > effort.seconds and len(found[scale]) >= effort.cold_least
            )
            if is_slow or len(found[scale]) == effort.cold:
                del left[scale]
    return found


def _warm(asked: Mapping[int, Asked], effort: Effort) -> dict[int, tuple[Loop, Loop]]:
    """What the closed loops of one connection and of several saw, all turns together."""
    found = {scale: (Loop(), Loop()) for scale in asked}
    part = {"requests": effort.warm // effort.turns, "seconds": effort.seconds / effort.turns}
    for _ in range(effort.turns):
        for scale, one in asked.items():
            alone, many = found[scale]
            alone += client.loop(one.port, one.path, connections=1, **part)
            many += client.loop(one.port, one.path, connections=effort.connections, **part)
    return found
