"""A small load generator: so many connections, each of which sends its next request when its answer is there; or, at
a pace, when it is due.

One thread and one selector, so that the client takes little of the machine that it shares with the server.
"""

import selectors
import socket
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_PATIENCE_SECONDS = 60


@dataclass(slots=True)
class Outcome:
    """What came back. `seconds` is the whole run, `latencies` are in seconds, `bodies` are kept when asked for."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    @property
    def median(self) -> float:
        """The median latency in seconds."""
        return statistics.median(self.latencies)

    @property
    def slowest_percent(self) -> float:
        """Seconds within which 99 of 100 answers came."""
        return sorted(self.latencies)[len(self.latencies) * 99 // 100]


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    wanted: int | None = None


class _Line:
    """The requests that are still to be sent. At a pace they fall due one after the other, whether or not anybody
    is free to send them, and an answer's latency counts from that instant: a server that stalls is not spared the
    requests that would have come meanwhile."""

    def __init__(self, requests: Iterator[bytes], began: float, until: float, pace: float | None) -> None:
        self._requests, self._due, self._until = requests, began, until
        self._step = 1 / pace if pace is not None else None
        self._following = next(requests, None)

    def is_over(self) -> bool:
        return self._following is None or max(self._due, time.perf_counter()) >= self._until

    def wait(self) -> float:
        """Seconds until the next one is due."""
        return max(0.0, self._due - time.perf_counter()) if self._step is not None else 0.0

    def take(self) -> tuple[bytes, float]:
        """The next one, and the instant from which its latency counts."""
        assert self._following is not None
        request, due = self._following, self._due if self._step is not None else time.perf_counter()
        self._following = next(self._requests, None)
        self._due += self._step or 0.0
        return request, due


def drive(
    port: int,
    requests: Iterator[bytes],
    connections: int,
    *,
    seconds: float | None = None,
    keep: bool = False,
    pace: float | None = None,
) -> Outcome:
    """Send `requests` over so many connections until they run out or `seconds` are over; `pace`: so many a second
    rather than as many as are answered."""
    outcome = Outcome()
    with selectors.DefaultSelector() as selector:
        opened = [_Connection(socket.create_connection(("127.0.0.1", port))) for _ in range(connections)]
        began = time.perf_counter()
        line = _Line(requests, began, began + seconds if seconds is not None else float("inf"), pace)
        for connection in opened:
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        free = list(opened)
        while not line.is_over() or len(free) < len(opened):
            while free and not line.is_over() and not line.wait():
                _send(free.pop(0), *line.take())  # in turn: servers close those that idle
            is_idle = bool(free) and not line.is_over()
            ready = selector.select(min(line.wait(), _PATIENCE_SECONDS) if is_idle else _PATIENCE_SECONDS)
            assert ready or is_idle, "the server no longer answers"
            free += [key.data for key, _ in ready if _receive(key.data, outcome, keep=keep)]
        outcome.seconds = time.perf_counter() - began
        for connection in opened:
            connection.socket.close()
    return outcome


def _send(connection: _Connection, request: bytes, due: float) -> None:
    connection.received.clear()
    connection.wanted = None
    connection.sent_at = due
    connection.socket.sendall(request)


def _receive(connection: _Connection, outcome: Outcome, *, keep: bool) -> bool:
    """Take what arrived; True when the answer is complete."""
    chunk = connection.socket.recv(262_144)
    assert chunk, "the server closed a connection"
    received = connection.received
    received += chunk
    if connection.wanted is None:
        connection.wanted = _length(received)
    if connection.wanted is None or len(received) < connection.wanted:
        return False
    outcome.latencies.append(time.perf_counter() - connection.sent_at)
    outcome.statuses[int(received[9:12])] += 1
    if keep:
        outcome.bodies.append(bytes(received).partition(b"\r\n\r\n")[2])
    return True


def _length(received: bytearray) -> int | None:
    """How long the whole answer is; None while its head is incomplete."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    for line in bytes(received[:end]).lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return end + 4 + int(line.partition(b":")[2])
    return end + 4


def request_bytes(
    method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> bytes:
    """A request as it travels; a body is JSON."""
    head = {"Host": "127.0.0.1", **(headers or {})}
    if body:
        head |= {"Content-Type": "application/json"}
    if body or method == "POST":
        head |= {"Content-Length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
