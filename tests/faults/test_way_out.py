"""The one way out: addresses inside are refused on the address the socket connects to, and no answer is endless."""

import gzip
import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
import requests

from app import outbound
from app.outbound import GuardedSession, ResponseTooLong, is_public

Handler = Callable[[http.server.BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Handler) -> Iterator[int]:
    """A server on the loopback address that answers every GET in this way; its port."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


def say(text: str = "secret") -> Handler:
    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(text)))
        request.end_headers()
        request.wfile.write(text.encode())

    return answer


def session(port: int | None = None) -> GuardedSession:
    """With the server allowed, if its port is given."""
    return GuardedSession(frozenset() if port is None else frozenset({("127.0.0.1", port)}))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
        "2002:7f00:1::1", "2002:a9fe:a9fe::", "2001:0:1::1",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_public_in_any_dress(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_control_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "user@127.0.0.1", "[::1]",
     "[::ffff:127.0.0.1]", "127.0.0.1.", "LOCALHOST"],
)  # fmt: skip
def test_a_server_inside_is_not_reached_by_any_spelling(host: str) -> None:
    with serving(say()) as port, pytest.raises((requests.RequestException, OSError)) as refusal:
        session().get(f"http://{host}:{port}/#@example.com")
    assert "secret" not in str(refusal.value)


def test_control_the_same_server_is_reached_when_it_is_allowed() -> None:
    with serving(say()) as port:
        assert session(port).get(f"http://127.0.0.1:{port}/").text == "secret"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://8.8.8.8/", "gopher://8.8.8.8/", "data:,x"])
def test_other_schemes_lead_nowhere(url: str) -> None:
    with pytest.raises(requests.RequestException):
        session().get(url)


def test_a_refusal_and_a_closed_port_read_the_same() -> None:
    with serving(say()) as port:
        words = set()
        for where in (port, 1):
            with pytest.raises(requests.ConnectionError, match="OutboundRefused") as refusal:
                session().get(f"http://127.0.0.1:{where}/")
            words.add(str(refusal.value))
    assert len(words) == 1


def rebinding(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """A name that is public when it is looked up first, and the loopback address from then on."""
    asked = []

    def look_up(host: str, *args: object, **kwargs: object) -> list[object]:
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", look_up)


def test_a_name_that_changes_between_two_looks_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(say()) as port:
        rebinding(monkeypatch, port)
        outbound.socket.getaddrinfo("rebinding.test", port)  # somebody looked before
        with pytest.raises(requests.ConnectionError, match="OutboundRefused"):
            session().get(f"http://rebinding.test:{port}/")


def test_control_who_looks_only_before_connecting_is_led_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(say()) as port:
        rebinding(monkeypatch, port)
        [found] = outbound.socket.getaddrinfo("rebinding.test", port)
        assert is_public(str(found[4][0]))  # type: ignore[index]
        assert requests.Session().get(f"http://rebinding.test:{port}/", timeout=5).text == "secret"


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/", "file:///etc/passwd", "/again", "http://8.8.8.8/"]
)
def test_a_redirect_is_an_answer_and_not_a_way(target: str) -> None:
    seen: list[str | None] = []

    def lead_on(request: http.server.BaseHTTPRequestHandler) -> None:
        seen.append(request.headers.get("Authorization"))
        request.send_response(302)
        request.send_header("Location", target)
        request.send_header("Content-Length", "0")
        request.end_headers()

    with serving(lead_on) as port:
        answer = session(port).get(
            f"http://127.0.0.1:{port}/", headers={"Authorization": "Bearer x"}, allow_redirects=True
        )
    assert answer.status_code == 302 and len(seen) == 1


def test_control_a_plain_session_goes_where_it_is_led() -> None:
    seen: list[str] = []

    def lead_on(request: http.server.BaseHTTPRequestHandler) -> None:
        seen.append(request.path)
        request.send_response(302 if request.path == "/" else 200)
        request.send_header("Location", "/again")
        request.send_header("Content-Length", "0")
        request.end_headers()

    with serving(lead_on) as port:
        requests.get(f"http://127.0.0.1:{port}/", timeout=5)
    assert seen == ["/", "/again"]


def drip(request: http.server.BaseHTTPRequestHandler) -> None:
    """A byte now and then, without end."""
    request.send_response(200)
    request.end_headers()
    with suppress(OSError):
        while True:
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.1)


def test_an_answer_of_a_byte_now_and_then_meets_the_deadline_for_all_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbound, "_TOTAL_SECONDS", 1.0)
    begun = time.monotonic()
    with serving(drip) as port, pytest.raises(ResponseTooLong):
        session(port).get(f"http://127.0.0.1:{port}/")
    assert time.monotonic() - begun < 4


def test_control_a_limit_for_each_read_alone_never_ends_it() -> None:
    read, ended = [0], threading.Event()

    def listen(port: int) -> None:
        with requests.get(f"http://127.0.0.1:{port}/", timeout=1.0, stream=True) as answer:
            for piece in answer.iter_content(1):
                read[0] += len(piece)
                if ended.is_set():
                    return

    with serving(drip) as port:
        thread = threading.Thread(target=listen, args=(port,))
        thread.start()
        thread.join(2.5)
        assert thread.is_alive() and read[0] > 5, "still listening, long after one second"
        ended.set()
        thread.join(5)


def bomb(request: http.server.BaseHTTPRequestHandler) -> None:
    body = gzip.compress(bytes(50_000_000))
    assert len(body) < 100_000
    request.send_response(200)
    request.send_header("Content-Encoding", "gzip")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    with suppress(OSError):
        request.wfile.write(body)


def test_what_unfolds_to_more_than_the_cap_is_not_read() -> None:
    with serving(bomb) as port, pytest.raises(ResponseTooLong):
        session(port).get(f"http://127.0.0.1:{port}/")


def test_control_a_plain_session_reads_all_of_it() -> None:
    with serving(bomb) as port:
        assert len(requests.get(f"http://127.0.0.1:{port}/", timeout=20).content) == 50_000_000
