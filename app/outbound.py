"""The one way out: a requests session that refuses addresses inside our own network.

The check is made on the address the socket connects to, not on the name beforehand, so a name that resolves
differently the second time (DNS rebinding) gains nothing. Redirects are not followed, the environment's proxies
are not used, a call has a total deadline and a cap on what it reads.
"""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.poolmanager import PoolManager

from app.deadline import Deadline

Allowed = frozenset[tuple[str, int]]

_CONNECT_SECONDS = 3.0
_READ_SECONDS = 10.0
_TOTAL_SECONDS = 15.0
_MAX_BYTES = 10 * 1024 * 1024
_AT_A_TIME = 64 * 1024
_TRANSLATING = tuple(
    ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


class OutboundRefused(requests.ConnectionError):
    """The address is not one we may call. Says no more than that, so it cannot be used as a port scanner."""


class ResponseTooLong(requests.ConnectionError):
    """More bytes, or more time, than a call may take."""


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet, translated and embedded forms included."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _TRANSLATING):
            return False
    return ip.is_global and not ip.is_multicast


class _Running(threading.local):
    """The call that this thread is in the middle of."""

    deadline: Deadline | None = None

    @contextmanager
    def by(self, deadline: Deadline) -> Iterator[None]:
        """The calls in this block end by `deadline`."""
        self.deadline = deadline
        try:
            yield
        finally:
            self.deadline = None

    def watch(self, connected: socket.socket) -> None:
        """Have a connection of this call ended when its time is over."""
        if self.deadline is not None:
            self.deadline.watch(connected)


_running = _Running()


def _connect(host: str, port: int, timeout: float, allowed: Allowed) -> socket.socket:
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if _running.deadline is not None and _running.deadline.is_over:
            break
        if (host, port) not in allowed and not is_public(str(address[0])):
            continue
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(timeout)
        try:
            sock.connect(address)
        except OSError:
            sock.close()
            continue
        return sock
    raise OutboundRefused("this address cannot be reached")


def _guarded(base: type[HTTPConnection], allowed: Allowed) -> type[HTTPConnection]:
    class Guarded(base):  # type: ignore[misc, valid-type]
        def _new_conn(self) -> socket.socket:
            try:
                connected = _connect(self._dns_host, self.port, _CONNECT_SECONDS, allowed)
            except OutboundRefused:
                raise
            except OSError as error:
                raise NewConnectionError(self, "cannot connect") from error
            _running.watch(connected)
            return connected

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is not None:  # one that an earlier call left open
                _running.watch(self.sock)
            super().request(*args, **kwargs)

    return Guarded


class GuardedAdapter(HTTPAdapter):
    """An adapter whose pools connect only to permitted addresses, without redirects, bounded in time and size."""

    def __init__(self, allowed: Allowed = frozenset()) -> None:
        self._allowed = allowed
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use connections that check the address they connect to."""
        plain = type(
            "Pool", (HTTPConnectionPool,), {"ConnectionCls": _guarded(HTTPConnection, self._allowed)}
        )
        tls = type(
            "Pool", (HTTPSConnectionPool,), {"ConnectionCls": _guarded(HTTPSConnection, self._allowed)}
        )
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": plain, "https": tls}

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send with our own timeouts; read the body here unless the caller streams. Whatever goes wrong on the way is a
        `requests.RequestException`."""
        streams = bool(kwargs.get("stream"))
        kwargs["timeout"] = kwargs.get("timeout") or (_CONNECT_SECONDS, _READ_SECONDS)
        kwargs["stream"] = True
        with Deadline(_TOTAL_SECONDS) as deadline, _running.by(deadline):
            response = super().send(request, *args, **kwargs)
            body = b"" if streams else _read_bounded(response)
            if deadline.is_over:  # a connection that was ended looks like an answer that has ended
                response.close()
                raise ResponseTooLong("the answer took too long")
        if not streams:
            response._content = body  # where requests keeps a body that was read
        return response


def _read_bounded(response: requests.Response) -> bytes:
    body = bytearray()
    try:
        while chunk := response.raw.read1(_AT_A_TIME, decode_content=True):
            body += chunk
            if len(body) > _MAX_BYTES:
                response.close()
                raise ResponseTooLong("the answer was too long")
    except (HTTPError, OSError) as error:
        response.close()
        if isinstance(error, requests.RequestException):
            raise
        raise requests.ConnectionError("the answer broke off") from error
    return bytes(body)


class GuardedSession(requests.Session):
    """A session that never follows redirects and ignores the environment's proxies and credentials."""

    def __init__(self, allowed: Allowed = frozenset(), ca_bundle: Path | None = None) -> None:
        super().__init__()
        self.trust_env = False
        self.max_redirects = 0
        if ca_bundle is not None:
            self.verify = str(ca_bundle)
        adapter = GuardedAdapter(allowed)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """As `requests.Session.request`, with redirects always off."""
        kwargs["allow_redirects"] = False
        return super().request(method, url, *args, **kwargs)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: a redirect is an answer like any other, for the caller to judge. (Without this, requests prepares to
        follow it even when told not to, and fails over `max_redirects`.)"""
        return None
