"""Google's own client is made once for an address; what it sends, and for whom, is each account's own."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from calendars.providers.google_api import GoogleApi, _calls

BASE = "https://calendar.test"


class Session(requests.Session):
    """Answers with the token and the address that it was asked with."""

    def request(self, method: Any, url: Any, *arguments: Any, **more: Any) -> requests.Response:
        answer = requests.Response()
        answer.status_code = 200
        answer.headers["Content-Type"] = "application/json"
        answer._content = json.dumps({"token": more["headers"]["Authorization"], "url": url}).encode()
        return answer


def asking_as(session: Session, account: int, base: str = BASE) -> dict[str, Any]:
    api = GoogleApi(session, lambda force: f"token-{account}", base)
    return api.call(api.events.get(calendarId=f"cal-{account}", eventId="e"))


def test_accounts_that_are_read_at_once_never_mix() -> None:
    session = Session()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda account: asking_as(session, account), range(200)))
    for account, answer in enumerate(answers):
        assert answer["token"] == f"Bearer token-{account}"
        assert answer["url"].startswith(f"{BASE}/calendar/v3/calendars/cal-{account}/")


def test_each_address_has_its_own() -> None:
    session = Session()
    assert asking_as(session, 1, "https://other.test")["url"].startswith("https://other.test/")
    assert asking_as(session, 1)["url"].startswith(BASE)


def test_it_is_made_once_and_cannot_be_used_without_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session()
    asking_as(session, 1)

    def build(*arguments: object, **options: object) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr("calendars.providers.google_api.discovery.build", build)
    asking_as(session, 2)
    calls: Callable[..., Any] = _calls(f"{BASE}/calendar/v3/")[0].get
    with pytest.raises(AssertionError, match="without an account"):
        calls(calendarId="c", eventId="e").execute()
