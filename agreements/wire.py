"""What both of our HTTP clients need, that of ICE's sheets and that of links: who we are, and an end to an exchange."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from urllib.parse import quote

#: Our name in robots.txt, and the first word of the User-Agent.
PRODUCT = "287g-Tracker"
#: What may stand in an address as it is, an already escaped character's % included.
SAFE = "%/:?=&;+,~@!$'()*#-._"


def user_agent(site_url: str) -> str:
    """Who asks, with the address where a site's owner reads about us, if there is one."""
    return f"{PRODUCT}/1.0" + (f" (+{quote(site_url, safe=SAFE)})" if site_url else "")


@contextmanager
def cut_after(connected: socket.socket, seconds: float, told: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Ends an exchange that trickles on: a socket's time-out starts anew with each byte. told: called before."""

    def cut() -> None:
        told()
        with suppress(OSError):
            # Beneath TLS: the reading thread finds the end of the stream.
            socket.socket.shutdown(connected, socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def why(error: Exception) -> str:
    """What went wrong on the wire, in a few words."""
    return "no answer in time" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
