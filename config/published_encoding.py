"""Which encoding of a page a client wants, and how the page gets it."""

import gzip
from functools import lru_cache

import brotli

#: What a page can be sent in, the best first; "" is the plain text.
ENCODINGS = ("br", "gzip", "")
#: Compressed while somebody waits: a third of the time of the highest level, and within some percent of its size.
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
#: Below this a compressed text saves no packet.
LEAST_BYTES = 512
_TEXTS = ("text/", "application/json", "application/geo+json", "application/ld+json", "application/xml",
          "application/atom+xml", "application/rss+xml", "application/javascript", "image/svg+xml")  # fmt: skip


@lru_cache(maxsize=256)
def chosen(accept: str) -> str:
    """The encoding for an Accept-Encoding header: the best of those that the client rates highest.

    Plain text comes last unless it is rated higher, and is sent as well to a client that accepts nothing of ours.
    """
    rates = _rates(accept)
    others = rates.get("*", 0.0)
    rated = {name: rates.get(name, others) for name in ("br", "gzip")}
    # Plain text is acceptable where it is not named; it wins where it is named and rated higher.
    rated[""] = rates.get("identity", 0.0)
    best = max(rated.values())
    return next(name for name in ENCODINGS if rated[name] == best) if best > 0 else ""


def _rates(accept: str) -> dict[str, float]:
    """Encoding → its q-value; what cannot be read counts as not accepted."""
    rates: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, _, parameters = part.partition(";")
        name = name.strip().removeprefix("x-")
        rate = 1.0
        for parameter in parameters.split(";"):
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                try:
                    rate = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    rate = 0.0
        if name:
            rates[name] = max(rate, rates.get(name, 0.0))
    return rates


def is_text(content_type: str) -> bool:
    """Whether compressing a body of this type is worth while."""
    return content_type.lower().startswith(_TEXTS)


def encoded(body: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
    if encoding == "gzip":
        return gzip.compress(body, GZIP_LEVEL, mtime=0)
    return body


def decoded(body: bytes, encoding: str) -> bytes:
    """Raises ValueError for bytes that are not in that encoding."""
    try:
        if encoding == "br":
            return brotli.decompress(body)
        if encoding == "gzip":
            return gzip.decompress(body)
    except (brotli.error, OSError, EOFError) as error:
        raise ValueError("A stored page is damaged.") from error
    return body
