"""The group of commands: quick help, and refusals in words."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from app.cli.main import COMMANDS, explain
from app.errors import Conflict, FieldError, Invalid

Run = Callable[..., tuple[int, str, str]]


def test_help_names_every_command_and_imports_none_of_them() -> None:
    code = "import sys; from app.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for name in COMMANDS:
        assert f"\n  {name} " in out
    modules = out.splitlines()[-1].split()
    assert "flask" not in modules
    assert "sqlalchemy" not in modules


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(run: Run, name: str) -> None:
    code, out, _ = run(name, "--help")
    assert code == 0
    assert "Usage: scheduler" in out


def test_an_unknown_command_is_a_usage_error(run: Run) -> None:
    code, _, err = run("dance")
    assert code == 2
    assert "No such command" in err


def test_missing_settings_are_named_without_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    code, _, err = run("migrate")
    assert code == 1
    assert "DATABASE_URL" in err
    assert "SECRET_KEY" in err
    assert "Traceback" not in err


def test_each_wrong_field_is_explained_on_a_line_of_its_own() -> None:
    refusal = Invalid(
        [FieldError("reps[0].timezone", "unknown-zone", "is no zone"), FieldError("x", "y", "z")]
    )
    assert explain(refusal).splitlines()[1:] == [
        "  reps[0].timezone: is no zone (unknown-zone)",
        "  x: z (y)",
    ]
    assert explain(Conflict("it moved")) == "This was changed in the meantime: it moved"
