"""`scheduler calendars busy`."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.fixtures.consoles import acme_document

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def feed(run: Run, environment: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A feed of Remy's, as a document names it; its name."""
    document = acme_document()
    document["reps"][0]["calendars"] = [{"kind": "ics", "secret": "remy-feed"}]
    monkeypatch.setenv("SECRET_REMY_FEED", "https://calendar.example.com/remy.ics")
    path = tmp_path / "company.yaml"
    path.write_text(yaml.safe_dump(document))
    code, _, err = run("config", "apply", str(path))
    assert code == 0, err
    return "remy-feed"


def test_the_operator_sees_and_changes_what_closes_time(run: Run, feed: str) -> None:
    code, out, _ = run("calendars", "busy", "remy@acme.test")
    assert code == 0 and "tentative, unanswered, all_day" in out
    code, out, _ = run("calendars", "busy", "remy@acme.test", feed, "--leaves-open", "all_day")
    assert code == 0 and "tentative, unanswered " in out and "all_day, elsewhere" in out
    code, out, _ = run("calendars", "busy", "remy@acme.test", feed, "--closes", "elsewhere")
    assert code == 0 and "tentative, unanswered, elsewhere" in out, "what was chosen before stays"
    code, out, _ = run("calendars", "busy", "remy@acme.test", feed, "--usual")
    assert "tentative, unanswered, all_day" in out


@pytest.mark.parametrize(
    "command",
    [
        ("nobody@acme.test",),
        ("remy@acme.test", "another", "--usual"),
        ("remy@acme.test", "--usual"),
        ("remy@acme.test", "remy-feed", "--leaves-open", "oof"),
        ("remy@acme.test", "remy-feed", "--leaves-open", "focus"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(run: Run, feed: str, command: tuple[str, ...]) -> None:
    code, _, err = run("calendars", "busy", *command)
    assert code != 0 and err
