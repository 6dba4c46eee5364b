"""The whole application on a real server, with Acme at work in it, and a browser signed in to it."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.fixtures.consoles import app, book, start_session, submit

__all__ = ["app"]

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def server(app: Flask) -> Iterator[str]:
    """The address of the running application; some leads have come and gone."""
    with app.app_context():
        book(submit())
        submit("jo@shop.example", name="Jo", country="FR", industry="retail")
    running = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


@pytest.fixture
def visit(app: Flask, server: str, chromium: Browser) -> Iterator[Visit]:
    """Open a page as somebody; errors on the browser's console fail the test."""
    errors: list[str] = []
    contexts = []

    def go(name: str, address: str, **look: object) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **look})  # type: ignore[arg-type]
        contexts.append(context)
        with app.app_context():
            secret = start_session(f"{name}@acme.test")
        context.add_cookies([{"name": "session", "value": secret, "url": server}])
        context.set_default_timeout(8000)
        page = context.new_page()
        page.on("console", lambda line: _note(errors, line.type, line.text))
        page.goto(server + address)
        return page

    yield go
    for context in contexts:
        context.close()
    assert errors == []


def _note(errors: list[str], kind: str, text: str) -> None:
    """Chromium reports a page with faults (422) as an error too; that one is meant."""
    if kind == "error" and "status of 422" not in text:
        errors.append(text)
