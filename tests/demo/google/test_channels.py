"""Push channels at the stand-in: a message at once, numbers that grow, an end, and a stop."""

import time
from collections.abc import Callable, Iterator
from email.message import Message
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import requests

from tests.demo.google.running import RAVI, Api, Google, reason_of, timed

PUBLIC = "https://scheduler.acme.test"
NINE = timed("2026-11-25T09:00", "2026-11-25T09:30")


@pytest.fixture
def heard(google: Google) -> Iterator[list[Message]]:
    """The headers of the messages that reach us."""
    found: list[Message] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.append(self.headers)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    google.ctl("notices", routes={PUBLIC: f"http://127.0.0.1:{server.server_port}"})
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def api(google: Google) -> Api:
    return Api(google)


def watch(api: Api, **more: Any) -> requests.Response:
    body = {"id": "channel-1", "type": "web_hook", "address": f"{PUBLIC}/hooks/google", "token": "s3cret"}
    return api("POST", "/calendars/primary/events/watch", body | more)


def wait_for(what: Callable[[], Any]) -> Any:
    for _ in range(100):
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("nothing came")


def test_the_first_message_comes_at_once_and_numbers_grow(
    google: Google, api: Api, heard: list[Message]
) -> None:
    answer = watch(api).json()
    assert answer["expiration"].isdigit() and answer["kind"] == "api#channel"
    wait_for(lambda: len(heard) == 1)
    google.create(**NINE)
    wait_for(lambda: len(heard) == 2)
    shown = [(each["X-Goog-Resource-State"], each["X-Goog-Message-Number"]) for each in heard]
    assert shown == [("sync", "1"), ("exists", "2")]
    for each in heard:
        assert (each["X-Goog-Channel-ID"], each["X-Goog-Channel-Token"]) == ("channel-1", "s3cret")
        assert each["X-Goog-Resource-ID"] == answer["resourceId"]
        assert parsedate_to_datetime(each["X-Goog-Channel-Expiration"]).tzinfo is not None
        assert each["Content-Length"] == "0", "a message has no content"


def test_a_channel_that_is_stopped_or_over_is_silent(google: Google, api: Api, heard: list[Message]) -> None:
    channel = watch(api).json()
    wait_for(lambda: len(heard) == 1)
    other = Api(google, RAVI)("POST", "/channels/stop", {k: channel[k] for k in ("id", "resourceId")})
    assert other.status_code in (403, 404), "only who opened it may stop it"
    stop = {"id": channel["id"], "resourceId": channel["resourceId"]}
    assert api("POST", "/channels/stop", stop).status_code == 204
    assert api("POST", "/channels/stop", stop).status_code == 404
    watch(api, id="channel-2", expiration=str(int(channel["expiration"]) - 604_000_000))
    wait_for(lambda: len(heard) == 2)
    google.ctl("clock", advance=3600)
    google.create(**NINE)
    time.sleep(0.3)
    assert len(heard) == 2


def test_a_channel_lasts_a_week_at_most(google: Google, api: Api, heard: list[Message]) -> None:
    longest = int(watch(api).json()["expiration"])
    asked = str(longest + 90 * 86_400_000)
    assert abs(int(watch(api, id="channel-2", expiration=asked).json()["expiration"]) - longest) < 60_000


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"address": "http://plain.test/hooks"}, "push.webhookUrlNotHttps"),
        ({"id": "x" * 65}, "channelIdInvalid"),
        ({"type": "carrier-pigeon"}, "channelUnknown"),
        ({"token": "x" * 257}, "invalid"),
        ({"expiration": "soon"}, "invalid"),
    ],
)
def test_a_wrong_channel_is_refused(
    google: Google, api: Api, heard: list[Message], more: dict[str, str], reason: str
) -> None:
    assert reason_of(watch(api, **more)) == (400, reason)


def test_an_id_of_a_channel_is_good_once(google: Google, api: Api, heard: list[Message]) -> None:
    watch(api)
    assert reason_of(watch(api)) == (400, "channelIdNotUnique")
