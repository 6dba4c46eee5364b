"""Threads that share one way out: each gets the answer to its own question, and none waits for ever."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from calendars.providers.base import CalendarProvider
from calendars.providers.google import GoogleCalendar
from calendars.providers.microsoft import GraphCalendar
from tests.calendars.providers import case_google, microsoft_tools
from tests.demo.google.running import RAVI, REMY, Google
from tests.demo.microsoft.running import RENEE, ROSA, Microsoft

CALLS = 3


def own_calendars(provider: CalendarProvider) -> list[set[str]]:
    return [{each.id for each in provider.list_calendars() if each.is_primary} for _ in range(CALLS)]


def ask_at_once(providers: dict[str, CalendarProvider], threads: int) -> None:
    """So many threads over two accounts; who got what the other was told would be seen."""
    owners = [owner for _ in range(threads // len(providers)) for owner in providers]
    with ThreadPoolExecutor(threads) as pool:
        asked = [(owner, pool.submit(own_calendars, providers[owner])) for owner in owners]
        done, late = wait([future for _, future in asked], timeout=60)
        assert not late, "none hangs"
    assert len(done) == threads
    for owner, future in asked:
        assert future.result() == [{owner}] * CALLS


def test_threads_at_google_never_get_each_others_answers(
    google: Google, request: pytest.FixtureRequest
) -> None:
    session = case_google.guarded(google)
    request.addfinalizer(session.close)
    ask_at_once(
        {
            email: GoogleCalendar(session, case_google.Tokens(google, session, email), google.url)
            for email in (REMY, RAVI)
        },
        threads=16,
    )


def test_threads_at_microsoft_never_get_each_others_answers(
    microsoft: Microsoft, request: pytest.FixtureRequest
) -> None:
    session = microsoft_tools.guarded(microsoft)
    request.addfinalizer(session.close)
    ask_at_once(
        {
            f"CAL-{email.partition('@')[0].title()}": GraphCalendar(
                session, microsoft_tools.Tokens(microsoft, email), microsoft.graph
            )
            for email in (ROSA, RENEE)
        },
        threads=8,  # a mailbox turns the fifth call at a time away
    )
