"""Addresses of sources, brought to one spelling, so that one document is one source. Pure.

clean("WLRN.org/news/1?utm_source=x#top")     https://wlrn.org/news/1
key("http://www.wlrn.org/news/1/")            wlrn.org/news/1
"""

import re
from urllib.parse import SplitResult, unquote_plus, urlsplit

LONGEST = 500
#: Parameters that say how a reader came to the page, and nothing of which page it is. Compared in lower case.
TRACKING = frozenset(
    {
        *(
            "fbclid",
            "gclid",
            "gclsrc",
            "dclid",
            "gbraid",
            "wbraid",
            "msclkid",
            "yclid",
            "twclid",
            "ttclid",
            "li_fat_id",
        ),
        *("igshid", "igsh", "mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "__hstc", "__hssc", "hsctatracking"),
        *("oly_anon_id", "oly_enc_id", "vero_id", "rb_clickid", "s_kwcid", "_ga", "_gl", "ref_src", "ref_url"),
    }
)
#: The same by how their names begin.
TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_")

_SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*):(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_PORT = re.compile(r"\d{1,5}(?:[/?#]|$)", re.ASCII)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class AddressError(ValueError):
    """What was typed is no address of a page; the message says why, in a sentence for whoever typed it."""


def clean(text: str) -> str:
    """The address without what does not tell the page: see the module's examples. Raises AddressError."""
    parts, host, port = _parts(text)
    port_given = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    query = "&".join(part for part in parts.query.split("&") if part and not _tracks(part))
    address = f"{parts.scheme}://{host}{port_given}{parts.path or '/'}"
    address += (f"?{query}" if query else "") + (f"#{parts.fragment}" if _tells(parts.fragment) else "")
    if len(address) > LONGEST:
        raise AddressError(f"An address has {LONGEST} characters at most; this one has {len(address)}.")
    return address


def key(address: str) -> str:
    """What two addresses of one page have in common: without scheme, "www.", last slash and quoted passage."""
    cleaned = clean(address)
    page, _, fragment = cleaned.partition("://")[2].partition("#")
    page, mark, query = page.removeprefix("www.").partition("?")
    route = f"#{fragment.partition(':~:')[0]}" if fragment.startswith(("/", "!")) else ""
    return f"{page.rstrip('/')}{mark}{query}{route}"


def host_of(address: str) -> str:
    """The site of a clean address, without "www."."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _parts(text: str) -> tuple[SplitResult, str, int | None]:
    """The parts of an address, its host in lower case ASCII, and its port if it names one. Raises AddressError."""
    typed = text.strip()
    if not typed:
        raise AddressError("Type an address, such as https://example.org/news.")
    if re.search(r"[\s\x00-\x1f\x7f\\]", typed):
        raise AddressError("An address has no spaces, line breaks or backslashes.")
    address = _with_scheme(typed)
    try:
        parts = urlsplit(address)
        named, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressError("This is no address that a browser could open.") from None
    if parts.username is not None or parts.password is not None:
        raise AddressError("The address holds a user name or password: leave it out.")
    return parts, _host(named), port


def _with_scheme(typed: str) -> str:
    """The address with https where no scheme was typed. Raises AddressError for any scheme but http and https."""
    if typed.startswith("//"):
        return f"https:{typed}"
    found = _SCHEME.fullmatch(typed)
    if found is None or ("." in found["scheme"] and _PORT.match(found["rest"])):
        return f"https://{typed}"
    if found["scheme"].lower() not in _DEFAULT_PORTS:
        raise AddressError("A source's address begins with http:// or https://.")
    return typed


def _host(named: str) -> str:
    try:
        host = named.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host):
        raise AddressError("The address names no website: it begins like https://example.org/.")
    return host


def _tracks(part: str) -> bool:
    name = unquote_plus(part.partition("=")[0]).lower()
    return name in TRACKING or name.startswith(TRACKING_PREFIXES)


def _tells(fragment: str) -> bool:
    """Whether a fragment quotes the passage that is meant, or names the page of a site that is one script."""
    return ":~:text=" in fragment or fragment.startswith(("/", "!"))
