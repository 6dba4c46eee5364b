"""A total deadline for one call to another server, whatever that server does.

A read timeout starts anew with every byte: a server that sends one byte a second, in the middle of the TLS handshake,
of the headers or of a compressed body, would keep a worker for hours. Here a timer ends the connections themselves.
"""

import os
import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self


class Deadline:
    """Ends every connection given to `watch` when its seconds are over; within a `with` block."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            while self._sockets:
                self._sockets.pop().close()

    @property
    def is_over(self) -> bool:
        """Whether the seconds are over."""
        return time.monotonic() >= self._until

    def watch(self, connected: socket.socket) -> None:
        """Have this connection ended in time, under whatever object it lives on (TLS takes it over)."""
        with self._lock:
            self._sockets.append(socket.socket(fileno=os.dup(connected.fileno())))

    def _end(self) -> None:
        with self._lock:
            for each in self._sockets:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
