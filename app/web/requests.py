"""Every request has an id, in its answer and in every line logged on the way; one line is logged at its end."""

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request

from app.log import get_logger

log = get_logger(__name__)

_GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
_QUIET = {"/healthz", "/readyz", "/metrics"}


def register_requests(app: Flask) -> None:
    """Bind the id first, so that whatever fails later is logged with it."""
    app.before_request(_begin)
    app.after_request(_end)
    app.jinja_env.globals["request_id"] = lambda: g.get("request_id", "")


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.path not in _QUIET and not request.path.startswith("/static/"):
        took = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
        # the rule, not the address: addresses carry ids and, in manage links, tokens
        rule = request.url_rule.rule if request.url_rule else "unmatched"
        log.info("http", method=request.method, route=rule, status_code=response.status_code, ms=took)
    return response
