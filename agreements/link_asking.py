"""Asking the addresses of sources whether they still answer, as a polite stranger and from nowhere but the public web.

One request at a time, with a pause for each host; robots.txt is heeded (RFC 9309), though what is asked is only whether
a page is there. Names are resolved here and the connection goes to the address that was judged: a name cannot lead to
this machine or its network, at once or by a redirect. http and https only, never from https to http. No page is read.
`http.client` is used because it follows nothing and takes no proxy from the environment.
"""

import json
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlencode, urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from agreements.models.link import LinkOutcome
from agreements.wire import PRODUCT, SAFE, cut_after, pause_of, rules_of, user_agent, why

_PORTS = {"http": 80, "https": 443}
_ARCHIVED = "https://web.archive.org/"
_PERMANENT = (301, 308)
_REDIRECTS = (*_PERMANENT, 302, 303, 307)
#: Answers of a site that is there and wants no programs; 999 is LinkedIn's own.
_REFUSALS = (401, 402, 403, 405, 406, 407, 418, 429, 451, 999)
#: IPv6 that only wraps an IPv4 address, which may be a private one.
_WRAPS = [ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")]
Ip = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, sizes in bytes."""

    timeout: float = 15  # to connect, and between two arrivals of data
    deadline: float = 45  # for one request
    pause: float = 3  # between two requests to one host; robots.txt may ask for more
    longest_pause: float = 60  # a host that asks for more is not asked
    redirects: int = 5
    body: int = 500_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of asking an address. is_reached: whether anything answered at all, refusals and errors included."""

    outcome: LinkOutcome
    status: int | None = None
    error: str = ""
    moved_to: str = ""
    is_reached: bool = False


class _Failed(Exception):
    """No answer; the message says why."""


class _NotAskedError(Exception):
    """An address that is not to be asked; the message says why."""


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: dict[str, str]
    body: bytes


class _Pinned(HTTPConnection):
    """A connection to an address that has been judged, whatever its host's name resolves to meanwhile."""

    def __init__(self, host: str, port: int, ips: list[str], timeout: float, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=timeout)
        self.ips, self.tls, self.seconds = ips, tls, timeout
        self.default_port = HTTPSConnection.default_port if tls else HTTPConnection.default_port

    def connect(self) -> None:
        error: OSError = OSError("no address")
        for ip in self.ips:
            try:
                plain = socket.create_connection((ip, self.port), self.seconds)
            except OSError as failed:
                error = failed
                continue
            self.sock = self.tls.wrap_socket(plain, server_hostname=self.host) if self.tls else plain
            return
        raise error


class Asker:
    """Asks one address after another. allow_loopback: this machine as well, for tests."""

    def __init__(self, *, site_url: str = "", limits: Limits | None = None, allow_loopback: bool = False) -> None:
        self.limits = limits or Limits()
        self.agent = f"{user_agent(site_url)} link check"
        self.allow_loopback = allow_loopback
        self._rules: dict[str, RobotFileParser | Answer] = {}
        self._next: dict[str, float] = {}
        self._pauses: dict[str, float] = {}

    def waits(self, url: str) -> float:
        """For how many seconds the host of this address is still left alone."""
        return max(self._next.get(_host(url), 0.0) - time.monotonic(), 0.0)

    def ask(self, url: str) -> Answer:
        """Whether the address answers. Never raises for what a site does."""
        try:
            return self._ask(url)
        except _NotAskedError as error:
            return Answer(LinkOutcome.NOT_ASKED, error=str(error))
        except _Failed as error:
            return Answer(LinkOutcome.FAILED, error=str(error))

    def archive_copy(self, api: str, url: str) -> str:
        """The address of a copy, from the availability answer of the Internet Archive; "" where it gives none."""
        with suppress(_Failed, _NotAskedError, ValueError, TypeError, AttributeError, KeyError):
            reply = self._request("GET", f"{api}?{urlencode({'url': url})}", is_read=True)
            closest = json.loads(reply.body)["archived_snapshots"]["closest"] if reply.status == 200 else {}
            copy = _tidy(str(closest.get("url", "")))
            copy = copy.replace("http://", "https://", 1) if copy.startswith("http://") else copy
            if closest.get("available") and copy.startswith(_ARCHIVED) and len(copy) <= 500:
                return copy
        return ""

    def _ask(self, url: str) -> Answer:
        here, is_permanent = _tidy(url), True
        for _ in range(self.limits.redirects + 1):
            rules = self._robots(here)
            if isinstance(rules, Answer):
                return rules
            if not rules.can_fetch(PRODUCT, here):
                return Answer(LinkOutcome.NOT_ASKED, error="The site’s robots.txt forbids it.", is_reached=True)
            reply = self._request("HEAD", here)
            if reply.status >= 400:  # many sites answer HEAD wrongly, or not at all
                reply = self._request("GET", here)
            if reply.status not in _REDIRECTS or not reply.headers.get("location"):
                return _judged(reply, here if is_permanent and here != _tidy(url) else "")
            is_permanent = is_permanent and reply.status in _PERMANENT
            here = _followed(here, reply.headers["location"])
        return Answer(LinkOutcome.FAILED, reply.status, "It redirects without end.", is_reached=True)

    def _robots(self, url: str) -> "RobotFileParser | Answer":
        """The rules of the site, read once; or what to say of all of its pages, where it is down."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = self._read_robots(origin)
        return self._rules[origin]

    def _read_robots(self, origin: str) -> "RobotFileParser | Answer":
        here = f"{origin}/robots.txt"
        try:
            for _ in range(self.limits.redirects):
                reply = self._request("GET", here, is_read=True)
                if reply.status not in _REDIRECTS or not reply.headers.get("location"):
                    break
                here = _followed(here, reply.headers["location"])
        except _Failed as error:
            return Answer(LinkOutcome.FAILED, error=str(error))
        if reply.status >= 500:
            return Answer(LinkOutcome.FAILED, reply.status, "Its robots.txt cannot be read.", is_reached=True)
        rules = rules_of(reply.body.decode("utf-8-sig", errors="replace") if reply.status == 200 else "")
        asked = pause_of(rules)
        if asked > self.limits.longest_pause:
            wants = f"It asks for {asked:g} seconds between requests."
            return Answer(LinkOutcome.NOT_ASKED, error=wants, is_reached=True)
        self._pauses[_host(origin)] = max(self.limits.pause, asked)
        self._leave_alone(_host(origin))  # the request for the rules did not know them
        return rules

    def _request(self, method: str, url: str, *, is_read: bool = False) -> _Reply:
        """One request over a connection of its own, after the pause that its host is due."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        ips = self._resolve(host, port)
        time.sleep(self.waits(url))
        tls = ssl.create_default_context() if parts.scheme == "https" else None
        connection = _Pinned(host, port, ips, self.limits.timeout, tls)
        headers = {"User-Agent": self.agent, "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
        try:
            connection.connect()
            with cut_after(connection.sock, self.limits.deadline):
                connection.request(method, urlunsplit(("", "", parts.path or "/", parts.query, "")), headers=headers)
                with connection.getresponse() as response:
                    return _reply(response, self.limits.body if is_read else 0)
        except (OSError, HTTPException, ValueError) as error:
            raise _Failed(f"{host}: {why(error)}") from error
        finally:
            connection.close()
            self._leave_alone(host)

    def _leave_alone(self, host: str) -> None:
        self._next[host] = time.monotonic() + self._pauses.get(host, self.limits.pause)

    def _resolve(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise _Failed(f"{host}: the name is not known.") from error
        ips = list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))
        for ip in ips:
            if not is_public(ip_address(ip)) and not (self.allow_loopback and ip_address(ip).is_loopback):
                raise _NotAskedError(f"{host} is no address of the public web.")
        return ips


def is_public(ip: Ip) -> bool:
    """Whether an address is one of the public internet, and wraps none that is not."""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return is_public(ip.ipv4_mapped)
        if any(ip in network for network in _WRAPS):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _tidy(url: str) -> str:
    """The address without its fragment, escaped. Raises _NotAskedError for what is no plain http or https address."""
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme in _PORTS and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError as error:
        raise _NotAskedError("It is no address.") from error
    if not is_plain or not parts.netloc.isprintable():
        raise _NotAskedError("It is no plain http or https address.")
    path, query = quote(parts.path, safe=SAFE), quote(parts.query, safe=SAFE)
    return urlunsplit(parts._replace(path=path, query=query, fragment=""))


def _followed(here: str, location: str) -> str:
    """Where a redirect leads. Never to another scheme than http or https, nor from https to http."""
    try:
        there = _tidy(urljoin(here, location))
    except ValueError as error:
        raise _Failed("It redirects to no address.") from error
    if here.startswith("https:") and not there.startswith("https:"):
        raise _NotAskedError("It redirects to an address that is not encrypted.")
    return there


def _judged(reply: _Reply, moved_to: str) -> Answer:
    status = reply.status
    if status < 300 or status == 304:
        return Answer(LinkOutcome.WORKS, status, moved_to=moved_to, is_reached=True)
    if status in _REFUSALS or "cf-mitigated" in reply.headers:
        return Answer(LinkOutcome.REFUSED, status, is_reached=True)
    return Answer(LinkOutcome.FAILED, status, is_reached=True)


def _reply(response: HTTPResponse, limit: int) -> _Reply:
    headers = {name.lower(): value for name, value in response.getheaders()}
    return _Reply(response.status, headers, response.read(limit) if limit else b"")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
