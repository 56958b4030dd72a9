"""One page at a time, measured: cold after a publication, warm by repetition, and how many bytes it is."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.site import client
from bench.site.figures import Spread, spread


@dataclass(frozen=True)
class Effort:
    """How much is asked: requests, and the seconds after which fewer do."""

    cold: int = 40
    cold_least: int = 20
    warm: int = 1_000
    seconds: float = 3.0
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
    times: dict[str, list[float]] = field(default_factory=dict, repr=False)

    def as_json(self) -> dict[str, Any]:
        """Without the single times."""
        return {name: value for name, value in asdict(self).items() if name != "times"}


class Publisher:
    """Publishes, in a database of measurement: rewrites the summary of one event, and commits. Undone at the end."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
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


def page(port: int, path: str, publish: Callable[[], None] | None, effort: Effort) -> Measured:
    """Measures one address; without `publish` only warm."""
    found = Measured()
    plain, _ = client.get(port, path, encoding="")
    if plain.status != 200:
        found.failed = f"{plain.status} {plain.location}".strip()
        return found
    found.html = len(plain.body)
    found.transferred = len(client.get(port, path)[0].body)
    if publish:
        _cold(found, port, path, publish, effort)
    alone = client.loop(port, path, connections=1, requests=effort.warm, seconds=effort.seconds)
    many = client.loop(port, path, connections=effort.connections, requests=effort.warm, seconds=effort.seconds)
    found.warm, found.rate_1, found.rate_4 = spread(alone.seconds), alone.rate, many.rate
    found.client = max(alone.client_share, many.client_share)
    if alone.errors or many.errors:
        found.failed = f"{alone.errors + many.errors} warm requests failed"
    return found


def _cold(found: Measured, port: int, path: str, publish: Callable[[], None], effort: Effort) -> None:
    """Each request the first after a publication."""
    seconds: list[float] = []
    began = time.monotonic()
    while len(seconds) < effort.cold:
        spent = time.monotonic() - began
        if spent > effort.seconds and (len(seconds) >= effort.cold_least or spent > 4 * effort.seconds):
            break
        publish()
        answer, took = client.get(port, path)
        if answer.status != 200:
            found.failed = f"{answer.status} after a publication"
            return
        seconds.append(took)
    found.cold = spread(seconds)
