"""The demo's ports."""

import socket

from app.demo.ports import HOST, Ports, find_free_ports


def test_ports_follow_one_another() -> None:
    ports = Ports(8000)
    assert (
        ports.web,
        ports.site,
        ports.google,
        ports.microsoft,
        ports.feeds,
        ports.smtp,
        ports.mail,
    ) == tuple(range(8000, 8007))


def test_a_port_that_somebody_listens_on_is_named() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        ports = Ports(taken.getsockname()[1] - 2)
        assert ("google", ports.google) in ports.find_taken()
        assert find_free_ports(range(ports.first, ports.first + 100, 10)).first != ports.first


def test_only_microsoft_is_asked_over_https_by_name() -> None:
    assert Ports(8000).url("microsoft") == "https://localhost:8003"
    assert Ports(8000).url("google") == "http://127.0.0.1:8002"
