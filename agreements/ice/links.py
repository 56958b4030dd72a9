"""The address behind a link of ICE's workbooks: the wrappers of mail filters and browser extensions taken off.

A mail filter's wrapper carries the mailbox it was sent to; only the target is kept, never the wrapper or its data.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit

#: A wrapper around a wrapper has been seen; more than this many is no link of ICE's.
MAX_WRAPPERS = 5
HOME = "ice.gov"
#: Characters of an address; the record keeps none longer.
MAX_LENGTH = 500
#: How many targets are kept at hand: every sheet prints the links of the one before.
CACHED = 8_192

_EXTENSION = re.compile(r"^[a-z-]*extension://[^/]+/(?P<inner>.+)$", re.IGNORECASE)
_ONE_SLASH = re.compile(r"^(https?):/(?=[^/])", re.IGNORECASE)
_MAILBOX = re.compile(r"[^\s/@?&=|]+(?:@|%40)[^\s/@?&=|]+\.\w+", re.IGNORECASE)
# What may stand in an address as it is, an already escaped character's % included.
_SAFE = "%/:?=&;+,~@!$'()*#-._"


@dataclass(frozen=True, slots=True)
class Link:
    """`url` is the target, "" where there is none to keep; `fault` says what was wrong, "" where nothing was."""

    url: str
    fault: str = ""


@lru_cache(CACHED)
def unwrap(address: str) -> Link:
    """The target of `address`, an http or https address with any wrapper taken off.

    A single slash after the scheme is mended and said. Anything but http and https, and an address that holds a
    mailbox, is not kept. A target outside ICE's site is kept and said.
    """
    text = address.strip()
    fault = ""
    for _ in range(MAX_WRAPPERS):
        inner = _inner(text)
        if inner is None:
            break
        text = inner
    else:
        return Link("", "the link is wrapped too often to follow")
    if _ONE_SLASH.match(text):
        text = _ONE_SLASH.sub(r"\1://", text)
        fault = "the link lacks a slash after its scheme; mended"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return Link("", "the link is not an address")
    if parts.scheme.lower() not in ("http", "https") or "." not in host:
        return Link("", "the link does not lead to a web address")
    if parts.username is not None or _MAILBOX.search(unquote(text)):
        return Link("", "the link holds a mailbox and is not kept")
    url = quote(urlunsplit(parts), safe=_SAFE)
    if len(url) > MAX_LENGTH:
        return Link("", f"the link is longer than {MAX_LENGTH} characters and is not kept")
    if host != HOME and not host.endswith(f".{HOME}"):
        fault = f"the link leads to {host}, not to {HOME}"
    return Link(url, fault)


def without_mailboxes(text: str) -> str:
    """`text` with every web address reduced to its target and every mailbox left out."""
    if "://" in text:
        text = "".join(unwrap(word).url if "://" in word else word for word in re.split(r"(\s+)", text))
    return _MAILBOX.sub("[mailbox left out]", text) if "@" in text or "%40" in text else text


def _inner(text: str) -> str | None:
    """What `text` wraps, None if it is no wrapper."""
    if extension := _EXTENSION.match(text):
        inner = extension["inner"]
        return inner if "/" in inner.partition(":")[2][:2] else unquote(inner)
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return None
    if host.endswith("safelinks.protection.outlook.com"):
        return parse_qs(parts.query).get("url", [""])[0]
    return None
