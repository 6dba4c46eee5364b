"""Subscriptions at the stand-in: asked back before they are made, bounded in time, told of changes."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.demo.microsoft.running import NOW, Microsoft, at

PUBLIC = "https://scheduler.acme.test"


class Listener:
    """Our side: answers handshakes as `echo` says, and keeps what comes."""

    def __init__(self) -> None:
        self.echo: Callable[[str], tuple[int, str, str]] = lambda token: (200, "text/plain", token)
        self.handshakes: list[str] = []
        self.bodies: list[bytes] = []


@pytest.fixture
def listener(microsoft: Microsoft) -> Iterator[Listener]:
    kept = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = parse_qs(urlsplit(self.path).query).get("validationToken")
            status, kind, text = (202, "text/plain", "")
            if token:
                kept.handshakes.append(urlsplit(self.path).path)
                status, kind, text = kept.echo(token[0])
            else:
                kept.bodies.append(body)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    microsoft.ctl("notices", routes={PUBLIC: f"http://127.0.0.1:{server.server_port}"})
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def subscribe(microsoft: Microsoft) -> Callable[..., requests.Response]:
    bearer = {"Authorization": f"Bearer {microsoft.access_token()}"}

    def send(minutes: int = 1440, **more: Any) -> requests.Response:
        body = {
            "changeType": "created,updated,deleted",
            "notificationUrl": f"{PUBLIC}/hooks",
            "lifecycleNotificationUrl": f"{PUBLIC}/lifecycle",
            "resource": "me/events",
            "expirationDateTime": f"{NOW + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}",
            "clientState": "s3cret",
        }
        return microsoft.session.post(
            f"{microsoft.graph}/subscriptions", json=body | more, headers=bearer, timeout=20
        )

    return send


def wait_for(what: Callable[[], Any]) -> Any:
    for _ in range(100):
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("nothing came")


def test_both_addresses_are_asked_back_before_the_subscription_is_made(
    listener: Listener, subscribe: Callable[..., requests.Response]
) -> None:
    answer = subscribe()
    assert answer.status_code == 201
    assert listener.handshakes == ["/hooks", "/lifecycle"]
    assert answer.json()["clientState"] is None


@pytest.mark.parametrize(
    "echo",
    [
        lambda token: (200, "text/plain", token + "!"),
        lambda token: (200, "text/html", token),
        lambda token: (202, "text/plain", token),
        lambda token: (200, "text/plain", requests.utils.quote(token)),
    ],
)
def test_who_does_not_repeat_the_token_plainly_is_told_nothing(
    listener: Listener,
    subscribe: Callable[..., requests.Response],
    echo: Callable[[str], tuple[int, str, str]],
) -> None:
    listener.echo = echo
    assert subscribe().status_code == 400


def test_an_end_too_soon_is_moved_and_one_too_late_is_refused(
    listener: Listener, subscribe: Callable[..., requests.Response]
) -> None:
    soon = subscribe(minutes=5).json()["expirationDateTime"]
    assert soon[:16] == f"{NOW + timedelta(minutes=45):%Y-%m-%dT%H:%M}"
    assert subscribe(minutes=10_081, notificationUrl=f"{PUBLIC}/other").status_code == 400
    assert subscribe(minutes=10_080, notificationUrl=f"{PUBLIC}/other").status_code == 201


@pytest.mark.parametrize(
    "more",
    [
        {"notificationUrl": "http://plain.test/hooks"},
        {"resource": "me/messages"},
        {"changeType": ""},
        {"clientState": "x" * 129},
        {"expirationDateTime": "soon"},
    ],
)
def test_a_wrong_subscription_is_refused(
    listener: Listener, subscribe: Callable[..., requests.Response], more: dict[str, str]
) -> None:
    assert subscribe(**more).status_code == 400


def test_the_same_wish_twice_is_a_conflict(
    listener: Listener, subscribe: Callable[..., requests.Response]
) -> None:
    assert [subscribe().status_code for _ in range(2)] == [201, 409]


def test_a_change_is_told_with_the_secret_and_a_lifecycle_message_goes_to_its_own_address(
    microsoft: Microsoft, listener: Listener, subscribe: Callable[..., requests.Response]
) -> None:
    subscription = subscribe().json()["id"]
    microsoft.create(at("2026-11-25T09:00:00", "2026-11-25T10:00:00"))
    wait_for(lambda: listener.bodies)
    note = json.loads(listener.bodies.pop())["value"][0]
    assert (note["subscriptionId"], note["clientState"]) == (subscription, "s3cret")
    assert "Something" not in str(note), "a message carries no content"
    microsoft.ctl("lifecycle", event="missed")
    wait_for(lambda: listener.bodies)
    note = json.loads(listener.bodies.pop())["value"][0]
    assert (note["lifecycleEvent"], note["clientState"]) == ("missed", "s3cret")
