"""What can stand in the way of a demo is said in words before anything is started."""

import io
import socket
from pathlib import Path

from rich.console import Console

from app.demo.ports import HOST, find_free_ports
from app.demo.run import run_demo
from app.demo.words import Words
from app.postgres.locks import FileLock


def try_to_run(data_dir: Path, port: int) -> tuple[int, str]:
    said = io.StringIO()
    code = run_demo(data_dir, port, Words(Console(file=said, width=200)))
    return code, said.getvalue()


def test_a_port_in_use_is_named_with_a_way_out_and_nothing_is_made(tmp_path: Path) -> None:
    ports = find_free_ports()
    with socket.socket() as taken:
        taken.bind((HOST, ports.mail))
        taken.listen()
        code, said = try_to_run(tmp_path / "data", ports.first)
    assert code == 1
    assert f"{ports.mail} (mail)" in said
    assert "PORT=" in said
    assert not (tmp_path / "data").exists()


def test_one_data_directory_has_one_demo(tmp_path: Path) -> None:
    running = FileLock(tmp_path / "demo.lock")
    assert running.try_acquire()
    code, said = try_to_run(tmp_path, find_free_ports().first)
    running.close()
    assert code == 1
    assert "A demo already runs on" in said
    assert not (tmp_path / "postgres").exists()
