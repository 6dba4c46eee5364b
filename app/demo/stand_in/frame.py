"""The frame around a stand-in: one request at a time, a log of them, faults, and the control API for tests."""

import json
import socket
import struct
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from threading import RLock
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.wrappers import Request as WsgiRequest
from werkzeug.wrappers import Response as WsgiResponse

from app.demo.stand_in.clock import Clock
from app.demo.stand_in.faults import Fault, FaultKind, FaultQueue
from app.demo.stand_in.mail import Outbox
from app.demo.stand_in.notices import Notices

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTROL = "/__ctl/"
_LOG_LENGTH = 2000

Refusal = Callable[[Fault], Response]


@dataclass(slots=True)
class StandIn:
    """What every stand-in has. `log` holds the latest requests as plain JSON."""

    clock: Clock
    outbox: Outbox
    faults: FaultQueue = field(default_factory=FaultQueue)
    notices: Notices = field(default_factory=Notices)
    log: list[dict[str, Any]] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock)


def install(
    app: Flask,
    parts: StandIn,
    *,
    refuse: Refusal,
    on_reset: Callable[[], None],
    after: Callable[[], None] = lambda: None,
) -> None:
    """Put the frame around `app`.

    `refuse` renders a scripted refusal in the service's own words, `on_reset` brings back the seed, `after` runs
    within the lock when a request is through (to save, say). Mails leave after the lock is given back.
    """
    app.register_blueprint(_control(parts, on_reset))
    app.wsgi_app = _Frame(app, app.wsgi_app, parts, refuse, after)  # type: ignore[method-assign]


class _Frame:
    def __init__(
        self,
        app: Flask,
        inner: "WSGIApplication",
        parts: StandIn,
        refuse: Refusal,
        after: Callable[[], None],
    ) -> None:
        self._app, self._inner, self._parts, self._refuse, self._after = app, inner, parts, refuse, after

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path, method = str(environ["PATH_INFO"]), str(environ["REQUEST_METHOD"])
        is_control = path.startswith(CONTROL)
        fault = None if is_control else self._parts.faults.take(method, path)
        if fault is not None and fault.delay:
            time.sleep(fault.delay)
        if fault is not None and fault.kind is FaultKind.RESET_BEFORE:
            WsgiRequest(environ).get_data()  # an unread body would be taken for the next request
            _reset(environ)
        entry = None if is_control else _describe(environ, self._parts.clock())
        response = self._answer(environ, fault)
        if entry is not None:
            self._note(entry, response.status_code)
        self._parts.outbox.flush()
        if fault is not None and fault.kind is FaultKind.RESET_AFTER:
            _reset(environ)
        return response(environ, start_response)

    def _answer(self, environ: "WSGIEnvironment", fault: Fault | None) -> WsgiResponse:
        if fault is not None and fault.kind is FaultKind.STATUS:
            with self._app.app_context():
                return self._refuse(fault)
        with self._parts.lock:
            response = WsgiResponse.from_app(self._inner, environ, buffered=True)
            self._after()
        if fault is not None and fault.kind is FaultKind.STATUS_AFTER:
            with self._app.app_context():
                return self._refuse(fault)
        if fault is not None and fault.kind is FaultKind.TRUNCATE:
            response.set_data(response.get_data()[: len(response.get_data()) // 2])
        if fault is not None and fault.kind is FaultKind.NOT_JSON:
            response.set_data(b"<html>A proxy was here</html>")
        if fault is not None and fault.kind is FaultKind.OTHER_JSON:
            response.set_data(b"{}")
        return response

    def _note(self, entry: dict[str, Any], status: int) -> None:
        with self._parts.lock:
            self._parts.log.append({**entry, "status": status})
            del self._parts.log[:-_LOG_LENGTH]


def _describe(environ: "WSGIEnvironment", at: object) -> dict[str, Any]:
    """The request as plain JSON. Forms and headers are left out: they carry secrets."""
    incoming = WsgiRequest(environ)
    body = None
    if incoming.mimetype == "application/json":
        try:
            body = json.loads(incoming.get_data())
        except ValueError:
            body = None
        environ["wsgi.input"] = BytesIO(incoming.get_data())
    return {
        "at": str(at),
        "method": incoming.method,
        "path": incoming.path,
        "query": incoming.args.to_dict(flat=True),
        "body": body,
    }


def _reset(environ: "WSGIEnvironment") -> None:
    """Break the connection without an answer, as a service that dies does."""
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The server waits for the next request on this connection; let it see the end instead
        connection.shutdown(socket.SHUT_RD)
    raise ConnectionResetError("scripted")


def _control(parts: StandIn, on_reset: Callable[[], None]) -> Blueprint:
    control = Blueprint("control", __name__, url_prefix=CONTROL)

    @control.post("fail")
    def fail() -> Response:
        """Script a fault (see `Fault`)."""
        parts.faults.add(Fault.from_json(request.get_json()))
        return jsonify({})

    @control.post("heal")
    def heal() -> Response:
        """Forget every scripted fault."""
        request.get_json()
        parts.faults.clear()
        return jsonify({})

    @control.post("clock")
    def clock() -> Response:
        """Move the clock by `advance` seconds."""
        parts.clock.advance(float(request.get_json()["advance"]))
        return jsonify({"now": parts.clock().isoformat()})

    @control.get("log")
    def log() -> Response:
        """The requests seen, oldest first."""
        return jsonify(parts.log)

    @control.get("outbox")
    def outbox() -> Response:
        """The messages to guests, oldest first."""
        return jsonify(parts.outbox.sent)

    @control.post("reset")
    def reset() -> Response:
        """Back to the seed: no faults, no log, no mails noted, the clock on time."""
        request.get_json()
        parts.faults.clear()
        parts.log.clear()
        parts.outbox.clear()
        parts.clock.reset()
        parts.notices.reset()
        on_reset()
        return jsonify({})

    @control.post("notices")
    def notices() -> Response:
        """Set `routes`, `copies`, `is_dropping` or `delay` of the messages to subscribers (see `Notices`)."""
        for name in ("routes", "copies", "is_dropping", "delay"):
            setattr(parts.notices, name, request.get_json().get(name, getattr(parts.notices, name)))
        return jsonify({})

    @control.get("notices")
    def sent_notices() -> Response:
        """The messages sent to subscribers, oldest first, with what was answered."""
        return jsonify(parts.notices.log)

    return control
