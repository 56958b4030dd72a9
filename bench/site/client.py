"""A light HTTP client: closed loops over keep-alive connections, on plain sockets, in one thread.

It reads what it must and no more, since it runs on the same processors as the server it measures.
"""

import re
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_ETAG = re.compile(rb"\r\netag: *([^\r]+)", re.IGNORECASE)
_LOCATION = re.compile(rb"\r\nlocation: *([^\r]+)", re.IGNORECASE)
TIMEOUT = 60


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the head as sent, and the bytes of the body as they were transferred."""

    status: int
    head: bytes
    body: bytes

    @property
    def etag(self) -> str:
        """ "" where there is none."""
        found = _ETAG.search(self.head)
        return found[1].decode("latin-1") if found else ""

    @property
    def location(self) -> str:
        """Where a redirect leads; "" where nothing is said."""
        found = _LOCATION.search(self.head)
        return found[1].decode("latin-1") if found else ""


@dataclass
class Loop:
    """What a closed loop saw. seconds: each request's time, in the order in which they ended; elapsed: all of it.

    busy: for how many of these seconds our client took a processor.
    """

    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    errors: int = 0
    busy: float = 0.0

    @property
    def rate(self) -> float:
        """Requests answered a second."""
        return len(self.seconds) / self.elapsed if self.elapsed else 0.0

    @property
    def client_share(self) -> float:
        """Which share of a processor our client took."""
        return self.busy / self.elapsed if self.elapsed else 0.0

    def __iadd__(self, other: "Loop") -> "Loop":
        """Together with another one, that ran before or after."""
        self.seconds += other.seconds
        self.elapsed += other.elapsed
        self.errors += other.errors
        self.busy += other.busy
        return self


class Idle(OSError):
    """The server had closed a connection that stood idle: the request is to be sent again on a new one."""


class Connection:
    """One keep-alive connection to a port of this machine; opened anew where the server closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def open(self) -> socket.socket:
        """The socket, connected."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), TIMEOUT)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.socket

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def receive(self) -> Answer:
        """One whole answer to what was sent.

        Raises Idle where the server had closed the connection meanwhile, OSError where it closes before the end.
        """
        wire = self.open()
        try:
            received = wire.recv(262_144)
        except ConnectionResetError:
            received = b""
        if not received:
            self.close()
            raise Idle
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more(wire)
        head, body = received[: end + 2], received[end + 4 :]
        status = int(head[9:12])
        if found := _LENGTH.search(head):
            parts, missing = [body], int(found[1]) - len(body)
            while missing > 0:
                parts.append(self._more(wire))
                missing -= len(parts[-1])
            body = b"".join(parts)
        elif _CHUNKED.search(head):
            while not body.endswith(b"0\r\n\r\n"):
                body += self._more(wire)
            body = _unchunked(body)
        if _CLOSES.search(head):
            self.close()
        return Answer(status, head, body)

    def _more(self, wire: socket.socket) -> bytes:
        if received := wire.recv(1_048_576):
            return received
        self.close()
        raise OSError("the server closed the connection")


def request(path: str, *, encoding: str = "br") -> bytes:
    """A GET as a browser would send it; encoding: what is accepted besides plain bytes, "" for nothing."""
    accept = f"Accept-Encoding: {encoding}\r\n" if encoding else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html,*/*\r\n{accept}\r\n".encode("ascii")


def get(port: int, path: str, *, encoding: str = "br") -> tuple[Answer, float]:
    """One request over a connection of its own, which is opened before the clock starts; with its seconds."""
    connection = Connection(port)
    wire = connection.open()
    began = time.perf_counter()
    wire.sendall(request(path, encoding=encoding))
    try:
        answer = connection.receive()
        return answer, time.perf_counter() - began
    finally:
        connection.close()


def loop(port: int, path: str, *, connections: int, requests: int, seconds: float) -> Loop:
    """So many requests in closed loops, or as many as that time allows; every connection is used once beforehand."""
    wires = [Connection(port) for _ in range(connections)]
    asked = request(path)
    try:
        for wire in wires:
            _ask(wire, asked)
            wire.receive()
        begun, busy = time.perf_counter(), time.process_time()
        found = (
            _alone(wires[0], asked, requests, seconds) if connections == 1 else _many(wires, asked, requests, seconds)
        )
        found.elapsed = time.perf_counter() - begun
        found.busy = time.process_time() - busy
        return found
    finally:
        for wire in wires:
            wire.close()


def _alone(wire: Connection, asked: bytes, requests: int, seconds: float) -> Loop:
    found, clock = Loop(), time.perf_counter
    end = clock() + seconds
    while len(found.seconds) < requests and (began := clock()) < end:
        _ask(wire, asked)
        try:
            answer = wire.receive()
        except Idle:
            continue
        _note(found, answer, clock() - began)
    return found


def _many(wires: Sequence[Connection], asked: bytes, requests: int, seconds: float) -> Loop:
    found, clock = Loop(), time.perf_counter
    end = clock() + seconds
    begun: dict[int, float] = {}
    with selectors.DefaultSelector() as selector:

        def ask(wire: Connection) -> None:
            if wire.socket is None:
                selector.register(wire.open(), selectors.EVENT_READ, wire)
            begun[id(wire)] = clock()
            _ask(wire, asked)

        for wire in wires:
            selector.register(wire.open(), selectors.EVENT_READ, wire)
            ask(wire)
        sent = len(wires)
        while len(found.seconds) < sent:
            for key, _ in selector.select():
                wire = key.data
                try:
                    answer = wire.receive()
                except Idle:
                    selector.unregister(key.fileobj)
                    ask(wire)
                    continue
                _note(found, answer, clock() - begun[id(wire)])
                if wire.socket is None:  # closed after this answer
                    selector.unregister(key.fileobj)
                if sent < requests and clock() < end:
                    sent += 1
                    ask(wire)
    return found


def _ask(wire: Connection, asked: bytes) -> None:
    wire.open().sendall(asked)


def _note(found: Loop, answer: Answer, seconds: float) -> None:
    found.seconds.append(seconds)
    found.errors += answer.status != 200


def _unchunked(body: bytes) -> bytes:
    """The bytes that a chunked body carries."""
    parts, at = [], 0
    while size := int(body[at : (line := body.index(b"\r\n", at))].split(b";")[0], 16):
        parts.append(body[line + 2 : line + 2 + size])
        at = line + 2 + size + 2
    return b"".join(parts)
