"""A published page: its bytes in each encoding, ready to be sent, and its form as a file."""

import json
import zlib
from dataclasses import dataclass
from typing import Any

from config.published_encoding import ENCODINGS, LEAST_BYTES, decoded, encoded, is_text

Headers = list[tuple[str, str]]

#: What is said of the body by `Sent`, or of this one answer by the server.
_NOT_KEPT = {"content-length", "content-encoding", "etag", "date", "connection"}
#: What an answer 304 repeats of the headers, besides the tag (RFC 9110, 15.4.5).
_IN_304 = {"cache-control", "vary", "content-location", "expires"}
#: The file's form. Files of another form are not read.
_FORM = 1


@dataclass(frozen=True)
class Sent:
    """A page as it is sent in one encoding: the headers of an answer 200 and of an answer 304, the tag and the body."""

    headers: Headers
    headers_304: Headers
    etag: str
    body: bytes


class Page:
    """A page made for one version of the data. `etag` is that of its plain text, quoted; others are made from it."""

    def __init__(self, version: str, status: str, headers: Headers, etag: str, bodies: dict[str, bytes]) -> None:
        self.version = version
        self.status = status
        self.headers = [(name, value) for name, value in headers if name.lower() not in _NOT_KEPT]
        self.etag = etag
        self._bodies = bodies
        self._sent: dict[str, Sent] = {}
        types = [value for name, value in self.headers if name.lower() == "content-type"]
        self._is_text = bool(types) and is_text(types[0])

    @property
    def size(self) -> int:
        """Bytes in memory, nearly."""
        return sum(map(len, self._bodies.values())) + 1_000

    def sent(self, encoding: str) -> Sent:
        """The page in an encoding, or plain where that encoding would gain nothing. Made at its first use."""
        found = self._sent.get(encoding)
        if found is None:
            found = self._sent[encoding] = self._make(encoding)
        return found

    def _make(self, encoding: str) -> Sent:
        body = self._body(encoding)
        if body is None:
            return self.sent("")
        etag = f'{self.etag[:-1]}-{encoding}"' if encoding and self.etag else self.etag
        tag = [("ETag", etag)] if etag else []
        said = [("Content-Encoding", encoding)] if encoding else []
        headers = [*self.headers, *tag, *said, ("Content-Length", str(len(body)))]
        kept = [(name, value) for name, value in self.headers if name.lower() in _IN_304]
        return Sent(headers, [*kept, *tag], etag, body)

    def _body(self, encoding: str) -> bytes | None:
        """The bytes in an encoding; None where that one is not worth while."""
        bodies = self._bodies
        if encoding in bodies:
            return bodies[encoding]
        plain = self._plain()
        made = plain
        if encoding:
            if not self._is_text or len(plain) < LEAST_BYTES:
                return None
            made = encoded(plain, encoding)
            if len(made) >= len(plain):
                return None
        # Nearly everybody takes a compressed one: the plain text, five times as long, is kept only once it was sent.
        kept = {name: body for name, body in bodies.items() if name or "" in self._sent}
        self._bodies = {**kept, encoding: made}
        return made

    def _plain(self) -> bytes:
        encoding, body = next(iter(self._bodies.items()))
        return decoded(body, encoding)

    def to_file(self, key: str) -> bytes:
        """One line of JSON and the body, in the encoding that is there; compressed where it can be."""
        if self._bodies.keys() == {""}:
            self._body("gzip")
        encoding = next(name for name in ENCODINGS if name in self._bodies)
        body = self._bodies[encoding]
        about = {
            "form": _FORM,
            "key": key,
            "version": self.version,
            "status": self.status,
            "headers": self.headers,
            "etag": self.etag,
            "encoding": encoding,
            "length": len(body),
            "crc": zlib.crc32(body),
        }
        return json.dumps(about).encode() + b"\n" + body

    @classmethod
    def from_file(cls, content: bytes, key: str) -> "Page":
        """Raises ValueError for a file that is cut short, damaged, of another form or of another page."""
        line, _, body = content.partition(b"\n")
        try:
            about: dict[str, Any] = json.loads(line)
            expected = (_FORM, key, len(body), zlib.crc32(body))
            if (about["form"], about["key"], about["length"], about["crc"]) != expected:
                raise ValueError("This is not the page, or not all of it.")
            headers = [(name, value) for name, value in about["headers"]]
            return cls(about["version"], about["status"], headers, about["etag"], {about["encoding"]: body})
        except (KeyError, TypeError) as error:
            raise ValueError("This is no page's file.") from error
