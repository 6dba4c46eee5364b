"""Serving a stand-in from a thread."""

import ssl
from collections.abc import Callable
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


# How long closing takes at most
_POLL_SECONDS = 0.05


class _Handler(WSGIRequestHandler):
    # Headers and body leave in two writes; without this the second waits 40 ms for the first to be acknowledged
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name for it
        """Say nothing: the stand-in keeps a log of its own."""


class Server:
    """A running server. Use as a context manager, or `close` it."""

    def __init__(self, server: BaseWSGIServer, scheme: str) -> None:
        self._server = server
        self.port = server.port
        self.url = f"{scheme}://{server.host}:{server.port}"
        self._thread = Thread(
            target=server.serve_forever, args=(_POLL_SECONDS,), name=f"stand-in-{self.port}", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop taking requests and free the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(
    app: "WSGIApplication | Callable[..., object]",
    host: str = "127.0.0.1",
    port: int = 0,
    ssl_context: ssl.SSLContext | None = None,
) -> Server:
    """Serve `app` from a thread of this process. Port 0 takes a free one; `Server.url` says which."""
    server = make_server(
        host,
        port,
        app,  # type: ignore[arg-type]
        threaded=True,
        ssl_context=ssl_context,
        request_handler=_Handler,
    )
    return Server(server, "https" if ssl_context else "http")
