"""Whatever is edited, and whatever fails meanwhile: reading step by step ends where reading afresh ends, at the truth.

`EDIT_HISTORIES=500` tries more histories, other ones each time."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings

from app.models import Calendar
from app.services import services
from app.usecases import sync_calendar as module
from calendars.providers.base import CalendarError, Changes
from calendars.providers.microsoft_errors import GraphRefusal
from calendars.providers.microsoft_reading import GraphReader
from tests.faults.history import Step, steps
from tests.faults.living import History
from tests.faults.owners import Owner
from tests.fixtures.outside import REMY, ROSA

HISTORIES = int(os.environ.get("EDIT_HISTORIES", "0"))
SERVICES = {"google": 6, "microsoft": 6, "caldav": 2}
"""Each with how many histories the suite tries."""
EACH = pytest.mark.parametrize(
    ("reps", "service"), [((ROSA if each == "microsoft" else REMY,), each) for each in SERVICES], indirect=["reps"]
)  # fmt: skip


Careless = Callable[[pytest.MonkeyPatch], None]


@EACH
def test_step_by_step_ends_where_a_full_reading_ends_at_the_truth(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    @settings(
        max_examples=HISTORIES or SERVICES[service],
        derandomize=not HISTORIES,  # the suite tries a few, always the same
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(story=steps())
    def live(story: list[Step]) -> None:
        note(f"{[tuple(step) for step in story]}")
        History(owner, monkeypatch).live(story)

    live()


def swallow_trouble(patch: pytest.MonkeyPatch) -> None:
    """A reader that takes trouble for "nothing new"."""
    calling = module.calling

    @contextmanager
    def swallowing(*asked: Any, **how: Any) -> Iterator[Any]:
        with calling(*asked, **how) as provider:
            yield SimpleNamespace(read_changes=partial(read, provider))

    def read(provider: Any, calendar_id: str, token: str | None, window: Any) -> Any:
        try:
            return provider.read_changes(calendar_id, token, window)
        except CalendarError:
            return Changes(False, (), (), token, window, None)

    patch.setattr(module, "calling", swallowing)


def save_token_first(patch: pytest.MonkeyPatch) -> None:
    """A reader that saves where it is before it saves what it read."""
    store = module._store

    def token_first(session: Any, calendar: Calendar, changes: Changes) -> None:
        sealed = services().secrets.seal(calendar.public_id, changes.token)
        calendar.token = sealed if changes.token else None
        session.commit()
        store(session, calendar, changes)

    patch.setattr(module, "_store", token_first)


def ignore_removals(patch: pytest.MonkeyPatch) -> None:
    """A reader that adds and changes and never takes away."""
    change = module.change_busy

    def add_only(session: Any, calendar: Calendar, items: Any, *rest: Any) -> int:
        return change(session, calendar, items, (), rest[-1])

    patch.setattr(module, "change_busy", add_only)
    patch.setattr(module, "replace_busy", add_only)


def swallow_expiry(patch: pytest.MonkeyPatch) -> None:
    """A reader that takes an expired link for "nothing new"."""
    walk = GraphReader._walk

    def swallow(reader: GraphReader, path: str, query: dict[str, str] | None = None) -> Any:
        try:
            return walk(reader, path, query)
        except GraphRefusal:
            return {}, path

    patch.setattr(GraphReader, "_walk", swallow)


READ = Step("read", 0, 0, 0, 1, "")
ADD, DELETE = Step("add", 0, 20, 8, 2, ""), Step("delete", 0, 0, 0, 1, "")
CARELESS: dict[Careless, list[Step]] = {
    swallow_trouble: [READ, ADD, READ._replace(fault="500")],
    save_token_first: [READ, ADD, READ._replace(fault="dies"), READ],
    ignore_removals: [READ, DELETE, READ],
}


def must_fail(owner: Owner, patch: pytest.MonkeyPatch, how: Careless, story: list[Step]) -> None:
    """The story ends well with our reader, and not with the careless one."""
    History(owner, patch).live(story)
    how(patch)
    with pytest.raises(AssertionError):
        History(owner, patch).live(story)


@EACH
@pytest.mark.parametrize("how", CARELESS)
def test_control_a_careless_reader_does_not_end_at_the_truth(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, how: Careless
) -> None:
    must_fail(owner, monkeypatch, how, CARELESS[how])


@pytest.mark.parametrize(("reps", "service"), [((ROSA,), "microsoft")], indirect=["reps"])
def test_control_a_reader_that_takes_an_expired_link_for_nothing_new_does_not_end_at_the_truth(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    must_fail(owner, monkeypatch, swallow_expiry, [READ, DELETE, READ._replace(fault="expired")])
