"""The demo's seven ports in a row, and whether they are free."""

import socket
from dataclasses import dataclass

HOST = "127.0.0.1"
NAMES = ("web", "site", "google", "microsoft", "feeds", "smtp", "mail")


@dataclass(frozen=True, slots=True)
class Ports:
    """`first` is the web server's port; the others follow it."""

    first: int

    def __getattr__(self, name: str) -> int:
        if name in NAMES:
            return self.first + NAMES.index(name)
        raise AttributeError(name)

    def url(self, name: str) -> str:
        """Return the address of a server. Microsoft's library insists on https, its certificate on a name."""
        port = getattr(self, name)
        return f"https://localhost:{port}" if name == "microsoft" else f"http://{HOST}:{port}"

    def find_taken(self) -> list[tuple[str, int]]:
        """Return the names and numbers of those that somebody else listens on."""
        return [(name, getattr(self, name)) for name in NAMES if not _is_free(getattr(self, name))]


def find_free_ports(candidates: range = range(21_000, 29_000, 10)) -> Ports:
    """Return the first row of free ports; raise OSError when there is none."""
    for first in candidates:
        ports = Ports(first)
        if not ports.find_taken():
            return ports
    raise OSError("no row of seven free ports")


def _is_free(port: int) -> bool:
    """Try to listen, as the server will."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except OSError:
            return False
        return True
