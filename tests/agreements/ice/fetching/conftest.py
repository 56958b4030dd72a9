"""The stand-in for ICE's site, and no waiting between requests to it."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from agreements.ice import fetch
from agreements.ice.fetch import Limits
from agreements.management.commands.fetch_sheets import Command
from tests.agreements.ice.fetching.ice_site import (
    ON_PENDING,
    PARTICIPATING,
    PENDING_SHEET,
    SHEET,
    Ice,
    Reply,
    Server,
    handler_of,
)


@pytest.fixture
def ice() -> Iterator[Ice]:
    site = Ice()
    with Server(("127.0.0.1", 0), handler_of(site)) as server:
        site.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        site.link(PARTICIPATING, ON_PENDING)
        site.serve(PARTICIPATING, Reply(body=SHEET))
        site.serve(ON_PENDING, Reply(body=PENDING_SHEET))
        yield site
        site.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that would have been made; none is."""
    made: list[float] = []
    monkeypatch.setattr(fetch, "sleep", made.append)
    monkeypatch.setattr(
        fetch, "now_in_washington", lambda: datetime(2026, 5, 18, 9, 30, tzinfo=ZoneInfo("America/New_York"))
    )
    return made


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Other limits than the command's own."""
    return lambda **limits: monkeypatch.setattr(Command, "limits", Limits(**limits))
