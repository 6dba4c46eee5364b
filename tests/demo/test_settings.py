"""The demo's settings: complete for the product, secrets made once, readable by a shell."""

import stat
import subprocess
from pathlib import Path

import pytest

from app.config import load_settings
from app.demo.ports import Ports
from app.demo.settings import make_environment, read_env_file

URL = "postgresql://scheduler:p@/scheduler?host=%2Ftmp%2Fx&port=5432"


def test_secrets_are_made_once_and_kept_to_ourselves(tmp_path: Path) -> None:
    first = make_environment(tmp_path, Ports(8000), URL)
    again = make_environment(tmp_path, Ports(9000), URL)
    for name in ("SECRET_KEY", "TOKEN_KEYS", "GOOGLE_CLIENT_SECRET", "MS_CLIENT_SECRET"):
        assert first[name] == again[name]
    assert again["PUBLIC_BASE_URL"] == "http://127.0.0.1:9000"
    assert stat.S_IMODE((tmp_path / "demo.env").stat().st_mode) == 0o600


def test_two_demos_have_different_secrets(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    a, b = (make_environment(tmp_path / name, Ports(8000), URL) for name in "ab")
    assert a["SECRET_KEY"] != b["SECRET_KEY"]
    assert a["TOKEN_KEYS"] != b["TOKEN_KEYS"]


def test_the_product_accepts_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in make_environment(tmp_path, Ports(8000), URL).items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.port == 8000
    assert ("localhost", 8003) in settings.allowed_addresses


def test_a_shell_reads_the_file_as_we_do(tmp_path: Path) -> None:
    settings = make_environment(tmp_path, Ports(8000), URL)
    assert read_env_file(tmp_path / "demo.env") == settings
    script = '. "$1"; printf %s "$DATABASE_URL|$MAIL_FROM"'
    said = subprocess.run(
        ["sh", "-c", script, "sh", str(tmp_path / "demo.env")], capture_output=True, text=True, check=True
    ).stdout
    assert said == f"{URL}|{settings['MAIL_FROM']}"
