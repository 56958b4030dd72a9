"""What both of our HTTP clients need, that of ICE's sheets and that of links: who we are, and an end to an exchange."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from urllib.parse import quote
from urllib.robotparser import RobotFileParser

#: Our name in robots.txt, and the first word of the User-Agent.
PRODUCT = "287g-Tracker"
#: What may stand in an address as it is, an already escaped character's % included.
SAFE = "%/:?=&;+,~@!$'()*#-._"


def user_agent(site_url: str) -> str:
    """Who asks, with the address where a site's owner reads about us, if there is one."""
    return f"{PRODUCT}/1.0" + (f" (+{quote(site_url, safe=SAFE)})" if site_url else "")


def rules_of(robots: str) -> RobotFileParser:
    """The rules that the text of a robots.txt gives, without the lines that Python's parser cannot read (RFC 9309)."""
    rules = RobotFileParser()
    rules.parse([line for line in robots.splitlines() if _is_readable(line)])
    return rules


def pause_of(rules: RobotFileParser) -> float:
    """So many seconds a site wants between two of our requests; 0 where it does not say."""
    return float(rules.crawl_delay(PRODUCT) or 0)


def _is_readable(line: str) -> bool:
    alone = RobotFileParser()
    try:
        alone.parse([f"User-agent: {PRODUCT}", line])
        pause_of(alone)
    except (ValueError, OverflowError):
        return False
    return True


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
    if isinstance(error, TimeoutError):
        return "no answer in time"
    # What came instead of an answer can be anything: PostgreSQL keeps no NUL.
    said = "".join(letter for letter in str(error) if letter.isprintable())
    return said or type(error).__name__
