"""ICE's workbooks from ICE's page: which are linked there today, asked for politely, read as from a stranger.

One connection at a time, with a pause between them and robots.txt heeded; nothing is read without an end to its size
and time. Redirects and links lead nowhere but to the page's own site. `http.client` is used, not `urllib.request`,
because it follows nothing, opens no other schemes and takes no proxy from the environment.
"""

import re
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import PurePosixPath
from threading import Event
from time import monotonic, sleep
from typing import Literal, TypeAlias
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser
from zoneinfo import ZoneInfo

from agreements.ice.links import unwrap
from agreements.ice.parse import IceList
from agreements.ice.workbook import MAX_BYTES
from agreements.wire import PRODUCT, SAFE, cut_after, pause_of, rules_of, user_agent, why

PAGE = "https://www.ice.gov/identify-and-arrest/287g"
LISTS: tuple[IceList, ...] = ("participating", "pending")
#: The first day of the record; ICE's lists of before were of another form.
FIRST_DAY = date(2025, 1, 1)
#: The headers of a conditional request, and of the answer that they are taken from.
VALIDATORS = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}

HalfDay: TypeAlias = Literal["am", "mid", "pm"]
HALF_DAYS: tuple[HalfDay, ...] = ("am", "mid", "pm")

_NAME = re.compile(r"(?P<list>participating|pending)agencies(?P<rest>.*)\.xlsx", re.IGNORECASE)
_WHEN = re.compile(r"[-_ ]*(?P<digits>\d*)[-_ ]*(?P<half>am|mid|pm)?", re.IGNORECASE)
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = (301, 302, 303, 307, 308)


class FetchError(Exception):
    """The page or a file could not be had; the message says from where and why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, how much to read and how often to ask; times in seconds."""

    connect: float = 10
    read: float = 30  # between two arrivals of data
    deadline: float = 300  # for everything
    pause: float = 2  # between two requests; robots.txt may ask for more
    retries: int = 3
    backoff: float = 5  # doubled each time
    retry_after: float = 120  # a site that asks for more is left alone
    redirects: int = 5
    robots_bytes: int = 500_000
    page_bytes: int = 5_000_000
    workbook_bytes: int = MAX_BYTES


# File names


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a file's name says of the sheet; None where it does not say, or says what cannot be: see `doubts`."""

    list: IceList | None
    day: date | None
    half_day: HalfDay | None
    doubts: tuple[str, ...] = ()


def now_in_washington() -> datetime:
    """This moment where ICE publishes: its afternoon lists can be of the day before in UTC."""
    return datetime.now(ZoneInfo("America/New_York"))


def suggest(file_name: str, today: date | None = None) -> Suggestion:
    """The list, day and half-day that ICE's name for a file states; `today`, Washington's unless given, is the last."""
    name = _NAME.fullmatch(file_name.strip())
    if name is None:
        return Suggestion(None, None, None, ("the name is none that ICE gives its lists",))
    ice_list: IceList = "pending" if name["list"].lower() == "pending" else "participating"
    when = _WHEN.match(name["rest"])
    digits = when["digits"] if when else ""
    half: HalfDay | None = next((each for each in HALF_DAYS if when and (when["half"] or "").lower() == each), None)
    if not digits:
        return Suggestion(ice_list, None, half, ("the name has no date",))
    moment = _moment(digits)
    if moment is None:
        return Suggestion(ice_list, None, half, (f"{digits} in the name is no date",))
    if half is None and len(digits) == 14:
        half = "am" if moment.hour < 12 else "pm"
    day, last = moment.date(), today or now_in_washington().date()
    if day < FIRST_DAY:
        return Suggestion(ice_list, None, half, (f"the name's day, {day}, is before the record's first",))
    if day > last:
        return Suggestion(ice_list, None, half, (f"the name's day, {day}, is in the future",))
    return Suggestion(ice_list, day, half)


def _moment(digits: str) -> datetime | None:
    """05182026, or as in ICE's names of early 2025, 20250221214937. No year of ours reads as a month and a day."""
    for form, length in (("%m%d%Y", 8), ("%Y%m%d", 8), ("%Y%m%d%H%M%S", 14)):
        if len(digits) == length:
            with suppress(ValueError):
                return datetime.strptime(digits, form)
    return None


# The page


@dataclass(frozen=True, slots=True)
class SheetLink:
    """A link of the page to one of the two workbooks; `file_name` is fit for a folder."""

    list: IceList
    url: str
    file_name: str


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Browsers drop line ends and tabs inside an address; editors' line wrapping leaves them.
        address = re.sub(r"[\t\r\n]", "", dict(attrs).get("href") or "").strip()
        if tag == "a" and address:
            self.found.append(address)
        elif tag == "base" and not self.base:
            self.base = address


def addresses(html: str, url: str) -> list[str]:
    """Every address that a page links, absolute and with wrappers taken off, each once, in the page's order."""
    page = _Anchors()
    page.feed(html)
    page.close()
    base = urljoin(url, page.base)
    found = []
    for address in page.found:
        with suppress(ValueError):
            target = unwrap(address if _ABSOLUTE.match(address) else urljoin(base, address)).url
            found.append(target.partition("#")[0])
    return [address for address in dict.fromkeys(found) if address]


def sheet_link(address: str) -> SheetLink | None:
    """The address as a link to one of ICE's lists; None where its file has another name."""
    name = PurePosixPath(unquote(urlsplit(address).path)).name
    safe = re.sub(r"[^A-Za-z0-9._ ()-]", "_", name)[:150]
    said = suggest(safe)
    return SheetLink(said.list, address, safe) if said.list else None


def newest(links: list[SheetLink], today: date) -> list[SheetLink]:
    """Those of one list with the newest by its name first, else as they stand on the page."""

    def key(link: SheetLink) -> tuple[date, int]:
        said = suggest(link.file_name, today)
        return said.day or date.min, HALF_DAYS.index(said.half_day) if said.half_day else -1

    return sorted(links, key=key, reverse=True)


# The site


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site answered: 200 with a body, or 304 where nothing changed since the validators sent."""

    url: str
    status: int
    reason: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes = field(repr=False)

    @property
    def validators(self) -> dict[str, str]:
        """What to send next time for a conditional request, as `Site.get` takes it."""
        return {header: self.headers[name] for header, name in VALIDATORS.items() if self.headers.get(name)}

    @property
    def text(self) -> str:
        charset = re.search(r"charset=[\"']?([\w-]+)", self.headers.get("content-type", ""))
        with suppress(LookupError):
            return self.body.decode(charset[1] if charset else "utf-8", errors="replace")
        return self.body.decode("utf-8", errors="replace")


class Site:
    """The site of a page: that host, without its www., and the hosts below it. The deadline runs from its making."""

    def __init__(self, page: str, *, site_url: str = "", limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.agent = user_agent(site_url)
        try:
            parts = urlsplit(page)
            self._scheme, self._port = parts.scheme, parts.port or _PORTS.get(parts.scheme)
        except ValueError as error:
            raise FetchError(f"{page} is no address.") from error
        self._host = (parts.hostname or "").removeprefix("www.")
        if self._scheme not in _PORTS or not self._host:
            raise FetchError(f"{page} is no http or https address.")
        self._end = monotonic() + self.limits.deadline
        self._gap = self.limits.pause
        self._next = 0.0
        self._rules: dict[str, RobotFileParser] = {}

    def own(self, address: str) -> str:
        """The address as this site's, escaped, never less secure than its page; FetchError where it is another's."""
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError as error:
            raise FetchError(f"{address} is no address.") from error
        host = parts.hostname or ""
        if parts.scheme == "http" and self._scheme == "https" and port in (None, 80):
            parts, port = parts._replace(scheme="https", netloc=parts.netloc.removesuffix(":80")), None
        is_ours = host.removeprefix("www.") == self._host or host.endswith(f".{self._host}")
        is_port = port is None or port in (self._port, _PORTS.get(parts.scheme))
        if parts.scheme not in _PORTS or not is_ours or not is_port or "@" in parts.netloc:
            raise FetchError(f"{address} leads away from {self._host}; not followed.")
        if self._scheme == "https" and parts.scheme != "https":
            raise FetchError(f"{address} is not encrypted, the page is; not followed.")
        return quote(urlunsplit(parts._replace(fragment="")), safe=SAFE)

    def get(self, url: str, *, limit: int, validators: Mapping[str, str] | None = None) -> Answer:
        """The answer to a GET of at most `limit` bytes; FetchError where it is neither 200 nor an expected 304."""
        answer = self._follow(url, limit, validators or {}, is_checked=True)
        if answer.status == 200 or (answer.status == 304 and validators):
            return answer
        raise FetchError(f"{answer.url} answered {answer.status} {answer.reason}.")

    def _follow(self, url: str, limit: int, headers: Mapping[str, str], *, is_checked: bool) -> Answer:
        for _ in range(self.limits.redirects + 1):
            url = self.own(url)
            if is_checked and not self._robots(url).can_fetch(PRODUCT, url):
                raise FetchError(f"{urlsplit(url).hostname}'s robots.txt does not let us read {url}.")
            answer = self._ask(url, limit, headers)
            if answer.status not in _REDIRECTS:
                return answer
            try:
                url = urljoin(url, answer.headers.get("location", ""))
            except ValueError as error:
                raise FetchError(f"{url} redirects to no address.") from error
        raise FetchError(f"{url} redirects more than {self.limits.redirects} times.")

    def _robots(self, url: str) -> RobotFileParser:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            answer = self._follow(f"{origin}/robots.txt", self.limits.robots_bytes, {}, is_checked=False)
            # As urllib.robotparser has it: whoever forbids the file forbids the site; where there is none, all is free.
            forbidden = "User-agent: *\nDisallow: /" if answer.status in (401, 403) else ""
            text = answer.body.decode("utf-8-sig", errors="replace")
            self._rules[origin] = rules_of(text if answer.status == 200 else forbidden)
            self._gap = max(self._gap, pause_of(self._rules[origin]))
            self._next = monotonic() + self._gap  # the request for the rules did not know them
        return self._rules[origin]

    def _ask(self, url: str, limit: int, headers: Mapping[str, str]) -> Answer:
        """One request, repeated while the site is busy or broken."""
        for attempt in range(self.limits.retries + 1):
            self._wait(self._next - monotonic(), url)
            try:
                answer = self._exchange(url, limit, headers)
            finally:
                self._next = monotonic() + self._gap
            if answer.status != 429 and answer.status < 500:
                return answer
            if attempt < self.limits.retries:
                asked = _retry_after(answer.headers.get("retry-after", ""))
                if asked > self.limits.retry_after:
                    raise FetchError(f"{url} answered {answer.status}, to be asked again in {asked:.0f} seconds.")
                self._wait(max(asked, self.limits.backoff * 2**attempt), url)
        raise FetchError(f"{url} answered {answer.status} {answer.reason}, {attempt + 1} times.")

    def _wait(self, seconds: float, url: str) -> None:
        seconds = max(seconds, 0)
        if seconds >= self._end - monotonic():
            raise FetchError(f"{url} cannot be asked within the {self.limits.deadline:g} seconds set for everything.")
        if seconds:
            sleep(seconds)

    def _exchange(self, url: str, limit: int, headers: Mapping[str, str]) -> Answer:
        """One request over a connection of its own."""
        sent = {"User-Agent": self.agent, "Accept-Encoding": "identity", "Connection": "close", **headers}
        parts = urlsplit(url)
        late = Event()
        connection = self._connection(parts.scheme, parts.hostname or "", parts.port)
        try:
            connection.connect()
            connection.sock.settimeout(self.limits.read)
            with cut_after(connection.sock, max(self._end - monotonic(), 0), late.set):
                connection.request("GET", urlunsplit(("", "", parts.path or "/", parts.query, "")), headers=sent)
                with connection.getresponse() as response:
                    named = {name.lower(): value for name, value in response.getheaders()}
                    body = _body(response, url, limit) if response.status == 200 else b""
                    answer = Answer(url, response.status, response.reason, named, body)
        except (OSError, HTTPException, ValueError, FetchError) as error:
            if not late.is_set():
                if isinstance(error, FetchError):
                    raise
                raise FetchError(f"{url} cannot be reached: {why(error)}.") from error
        finally:
            connection.close()
        if late.is_set():
            raise FetchError(f"{url} was not read within the {self.limits.deadline:g} seconds set for everything.")
        return answer

    def _connection(self, scheme: str, host: str, port: int | None) -> HTTPConnection:
        timeout = max(min(self.limits.connect, self._end - monotonic()), 0.001)
        if scheme == "https":
            return HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
        return HTTPConnection(host, port, timeout=timeout)


def _body(response: HTTPResponse, url: str, limit: int) -> bytes:
    too_large = f"{url} is larger than the {limit / 1_000_000:g} MB that are read of it."
    if (response.length or 0) > limit:
        raise FetchError(too_large)
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FetchError(f"{url} was sent compressed, which was not asked for.")
    body = response.read(limit + 1)
    if len(body) > limit:
        raise FetchError(too_large)
    if response.length:
        raise FetchError(f"{url} broke off after {len(body):,} bytes.")
    return body


def _retry_after(value: str) -> float:
    """Seconds that Retry-After asks for, as a number or as a date; 0 where it does not."""
    if value.strip().isdecimal():
        return float(value)
    with suppress(ValueError):
        moment = parsedate_to_datetime(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max((aware - datetime.now(aware.tzinfo)).total_seconds(), 0)
    return 0
