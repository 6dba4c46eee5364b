"""The one way out: a requests session that refuses addresses inside our own network.

The check is made on the address the socket connects to, not on the name beforehand, so a name that resolves
differently the second time (DNS rebinding) gains nothing. Redirects are not followed, the environment's proxies
are not used, a call has a total deadline and a cap on what it reads.
"""

import ipaddress
import socket
import time
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.poolmanager import PoolManager

Allowed = frozenset[tuple[str, int]]

_CONNECT_SECONDS = 3.0
_READ_SECONDS = 10.0
_TOTAL_SECONDS = 15.0
_MAX_BYTES = 10 * 1024 * 1024
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


def _connect(host: str, port: int, timeout: float, allowed: Allowed) -> socket.socket:
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
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
                return _connect(self._dns_host, self.port, _CONNECT_SECONDS, allowed)
            except OutboundRefused:
                raise
            except OSError as error:
                raise NewConnectionError(self, "cannot connect") from error

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
        """Send with our own timeouts; read the body here unless the caller streams."""
        streams = bool(kwargs.get("stream"))
        kwargs["timeout"] = kwargs.get("timeout") or (_CONNECT_SECONDS, _READ_SECONDS)
        kwargs["stream"] = True
        deadline = time.monotonic() + _TOTAL_SECONDS
        response = super().send(request, *args, **kwargs)
        if not streams:
            _read_bounded(response, deadline)
        return response


def _read_bounded(response: requests.Response, deadline: float) -> None:
    body = bytearray()
    # read1 returns what has arrived, so that a body of one byte a second meets the deadline as well
    while chunk := response.raw.read1(64 * 1024, decode_content=True):
        body += chunk
        if len(body) > _MAX_BYTES or time.monotonic() > deadline:
            response.close()
            raise ResponseTooLong("the answer was too long or took too long")
    response._content = bytes(body)  # where requests keeps a body that was read


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
