"""A server that answers drop by drop, without end, or with a bomb costs a bounded time and memory, and nothing else."""

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

import pytest
import requests

from app import deadline, outbound
from app.outbound import GuardedSession, ResponseTooLong

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Talk = Callable[[socket.socket], None]


@contextmanager
def serving(talk: Talk) -> Iterator[tuple[str, GuardedSession]]:
    """A server that says what `talk` says to each who connects; its address, and our way to it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connected, _ = listener.accept()
                    threading.Thread(target=answer, args=(connected,), daemon=True).start()

        def answer(connected: socket.socket) -> None:
            with suppress(OSError), connected:
                connected.recv(65536)
                talk(connected)

        threading.Thread(target=serve, daemon=True).start()
        with GuardedSession(frozenset({("127.0.0.1", port)})) as session:
            yield f"http://127.0.0.1:{port}/", session


def drip(connected: socket.socket, *, first: bytes) -> None:
    """A byte now and then, for four seconds."""
    connected.sendall(first)
    for _ in range(80):
        connected.sendall(b"x")
        time.sleep(0.05)


def drip_headers(connected: socket.socket) -> None:
    drip(connected, first=HEAD + b"X-Slow: ")


def drip_body(connected: socket.socket) -> None:
    drip(connected, first=HEAD + b"Content-Length: 100000\r\n\r\n")


def drip_zipped(connected: socket.socket) -> None:
    """The decoder gets bytes all the time and has nothing to give."""
    zipped = gzip.compress(b"a" * 100_000)
    connected.sendall(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 100000\r\n\r\n" + zipped[:10])
    for _ in range(80):
        connected.sendall(zipped[10:11])
        time.sleep(0.05)


SLOW = pytest.mark.parametrize("talk", [drip_headers, drip_body, drip_zipped])


def took(talk: Talk) -> float:
    """How long it takes until we give up; an answer is none."""
    began = time.monotonic()
    with serving(talk) as (url, session), suppress(requests.RequestException):
        session.get(url)
        raise AssertionError("that was no answer")
    return time.monotonic() - began


@SLOW
def test_an_answer_drop_by_drop_is_given_up_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch, talk: Talk
) -> None:
    monkeypatch.setattr(outbound, "_TOTAL_SECONDS", 0.5)
    assert took(talk) < 2


def test_control_read_timeouts_alone_wait_as_long_as_drops_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "_TOTAL_SECONDS", 0.5)
    monkeypatch.setattr(deadline.Deadline, "_end", lambda self: None)
    assert took(drip_headers) > 3


BOMB = 64 * 1024 * 1024


@cache
def zipped() -> bytes:
    return gzip.compress(bytes(BOMB), compresslevel=1)


def bomb(connected: socket.socket) -> None:
    """Three hundred kilobytes that are sixty-four megabytes."""
    length = f"Content-Encoding: gzip\r\nContent-Length: {len(zipped())}\r\n\r\n"
    connected.sendall(HEAD + length.encode() + zipped())


def endless(connected: socket.socket) -> None:
    connected.sendall(HEAD + b"\r\n")
    while True:
        connected.sendall(bytes(65536))


@pytest.mark.parametrize("talk", [bomb, endless])
def test_an_answer_without_measure_is_refused_at_ten_megabytes(talk: Talk) -> None:
    zipped()
    tracemalloc.start()
    try:
        with serving(talk) as (url, session), pytest.raises(ResponseTooLong):
            session.get(url)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < BOMB * 0.7


def test_control_without_the_cap_the_bomb_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "_MAX_BYTES", 1024**3)
    with serving(bomb) as (url, session):
        assert len(session.get(url).content) == BOMB


def cut_short(connected: socket.socket) -> None:
    connected.sendall(HEAD + b'Content-Length: 100\r\n\r\n{"a": ')


def broken_gzip(connected: socket.socket) -> None:
    connected.sendall(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n0123456789")


@pytest.mark.parametrize("talk", [cut_short, broken_gzip])
def test_an_answer_that_breaks_off_is_trouble_on_the_way_like_any_other(talk: Talk) -> None:
    with serving(talk) as (url, session), pytest.raises(requests.ConnectionError):
        session.get(url)


def test_a_call_after_one_that_was_given_up_is_not_disturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    def well(connected: socket.socket) -> None:
        for _ in range(2):
            connected.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")
            connected.recv(65536)

    monkeypatch.setattr(outbound, "_TOTAL_SECONDS", 0.3)
    with serving(well) as (url, session):
        assert session.get(url).json() == {}
        time.sleep(0.4)  # the first call's time is over, its connection is kept
        assert session.get(url).json() == {}
