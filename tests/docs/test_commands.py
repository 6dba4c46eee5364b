"""Every command that a page tells people to type exists, with the options it names."""

import re
from collections.abc import Iterator

import click
import pytest

from app.cli.main import COMMANDS, scheduler
from tests.docs.pages import ROOT, Page, all_pages, page

_SCHEDULER = re.compile(r"(?:^|[\s;(])scheduler ([a-z][^|&;<>()]*)")
_MAKE = re.compile(r"(?:^|[\s;(])make ((?:[A-Za-z_=./\"-]+ ?)+)")
_COMPOSE = re.compile(r"docker compose run (?:-\S+ (?:SECRET_\w+ )?)*web ([a-z][^|&;<>()]*)")
_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def commands_of(here: Page) -> Iterator[str]:
    for code in here.code():
        for pattern in (_SCHEDULER, _COMPOSE):
            yield from (found.strip() for found in pattern.findall(code))


def complaint(words: list[str]) -> str | None:
    """What is wrong with a command line of ours; None if nothing is."""
    command: click.Command = scheduler
    with click.Context(scheduler) as context:
        while isinstance(command, click.Group) and words:
            word = words.pop(0)
            found = command.get_command(context, word)
            if found is None:
                return f"there is no {word}"
            command = found
    if isinstance(command, click.Group):
        return "names a group, not a command"
    known = {name for parameter in command.params for name in parameter.opts}
    wrong = [word for word in words if word.startswith("--") and word not in known]
    return f"has no {wrong}" if wrong else None


@pytest.mark.parametrize("here", all_pages(), ids=lambda each: each.name)
def test_every_scheduler_command_exists(here: Page) -> None:
    wrong = {line: why for line in commands_of(here) if (why := complaint(line.split()))}
    assert wrong == {}


@pytest.mark.parametrize("here", all_pages(), ids=lambda each: each.name)
def test_every_make_target_exists(here: Page) -> None:
    targets = set(_TARGET.findall((ROOT / "Makefile").read_text()))
    named = {
        word
        for code in here.code()
        for words in _MAKE.findall(code)
        for word in words.split()
        if re.fullmatch(r"[a-z-]+", word) and not word.startswith("-")
    }
    assert named <= targets


def leaves(command: click.Command, path: str) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield path
        return
    with click.Context(command) as context:
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from leaves(below, f"{path} {name}")


def test_the_reference_names_every_command() -> None:
    text = page("reference/cli.md").text
    with click.Context(scheduler) as context:
        for name in COMMANDS:
            command = scheduler.get_command(context, name)
            assert command is not None
            for line in leaves(command, f"scheduler {name}"):
                assert f"`{line}" in text, line


def test_a_command_that_does_not_exist_would_be_found() -> None:
    assert complaint(["config", "export"]) is None
    assert complaint(["config", "dance"]) is not None
    assert complaint(["serve", "--sideways"]) is not None
    assert complaint(["config"]) is not None
