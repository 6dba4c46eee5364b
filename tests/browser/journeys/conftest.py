"""People with browsers of their own; their journeys."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.journeys.person import PATIENCE, Person

Arrive = Callable[..., Person]


@pytest.fixture
def arrive(chromium: Browser) -> Iterator[Arrive]:
    """Somebody opens a browser; `look` is how it is set up. Complaints on its console fail the test."""
    people: list[Person] = []
    expect.set_options(timeout=PATIENCE)

    def come(**look: Any) -> Person:
        people.append(Person(chromium, **look))
        return people[-1]

    yield come
    expect.set_options(timeout=5000)
    for person in people:
        person.close()
