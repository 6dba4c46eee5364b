"""Rate limits that all processes share, by the caller's address."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix

from app.clock import now
from app.config import Settings
from app.db import transaction
from app.errors import RateLimited
from app.store.rate_counters import count_call

P = ParamSpec("P")
R = TypeVar("R")


def register_limits(app: Flask, settings: Settings) -> None:
    """Believe forwarded addresses from exactly as many proxies as there are, and from none by default."""
    hops = settings.trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def caller_address() -> str:
    """The caller as one bucket: an IPv4 address, or the /64 that an IPv6 caller can roam in."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def limit_calls(name: str, calls: int, seconds: int, *, by: str | None = None) -> None:
    """Count this call against `name`; raises RateLimited beyond `calls` in a window of `seconds`.

    `by` replaces the caller's address as the thing that is limited. Where many people share an address (an office,
    a load test) RATE_LIMIT_SCALE multiplies every limit.
    """
    settings: Settings = current_app.extensions["settings"]
    at = now()
    with transaction() as session:
        counted = count_call(session, f"{name}:{by or caller_address()}", seconds, at)
    if counted > calls * settings.rate_limit_scale:
        raise RateLimited(seconds - int(at.timestamp()) % seconds)


def limited(name: str, calls: int, seconds: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The same as a decorator: below the route, above the view."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            limit_calls(name, calls, seconds)
            return view(*args, **kwargs)

        return counted

    return decorate
