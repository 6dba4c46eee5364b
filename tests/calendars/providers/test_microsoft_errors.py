"""Graph's refusals in our words; links that lead elsewhere; zones by Microsoft's names."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests

from calendars.providers.base import CalendarError
from calendars.providers.microsoft_errors import GraphRefusal, read_retry_after
from calendars.providers.microsoft_http import GraphHttp
from calendars.providers.windows_zones import to_iana
from tests.calendars.providers.microsoft_tools import WINDOW, graph_calendar
from tests.demo.microsoft.running import Microsoft, at


def refusal(
    status: int, code: str = "", body: bytes | None = None, retry_after: str | None = None
) -> GraphRefusal:
    response = requests.Response()
    response.status_code = status
    error = {"code": code, "message": "words that change", "innerError": {"request-id": "r-1"}}
    response._content = json.dumps({"error": error}).encode() if body is None else body
    if retry_after:
        response.headers["Retry-After"] = retry_after
    return GraphRefusal(response)


@pytest.mark.parametrize(
    ("status", "code", "ours", "permanent"),
    [
        (400, "ErrorInvalidRequest", "invalid", True),
        (401, "InvalidAuthenticationToken", "unauthorized", True),
        (403, "ErrorAccessDenied", "forbidden", True),
        (404, "ErrorItemNotFound", "not-found", True),
        (404, "MailboxNotEnabledForRESTAPI", "misconfigured", True),
        (404, "mailboxnotenabledforrestapi", "misconfigured", True),
        (409, "ErrorIrresolvableConflict", "conflict", False),
        (412, "ErrorIrresolvableConflict", "conflict", False),
        (429, "ApplicationThrottled", "rate-limited", False),
        (500, "generalException", "unavailable", False),
        (503, "", "unavailable", False),
        (504, "UnknownError", "unavailable", False),
        (509, "", "rate-limited", False),
    ],
)
def test_statuses_and_codes_have_one_meaning(status: int, code: str, ours: str, permanent: bool) -> None:
    error = refusal(status, code)
    assert (error.code, error.permanent) == (ours, permanent)
    assert error.needs_reconnect is (status == 401)
    assert "words that change" not in str(error)
    assert "r-1" in str(error)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": "text"}'])
def test_a_refusal_without_the_usual_body_still_means_its_status(body: bytes) -> None:
    assert refusal(503, body=body).code == "unavailable"


@pytest.mark.parametrize(
    ("status", "code", "lost"),
    [
        (410, "", True),
        (400, "syncStateNotFound", True),
        (400, "SyncStateInvalid", True),
        (409, "resyncRequired", True),
        (400, "ErrorInvalidRequest", False),
        (503, "SyncStateNotFound", False),
    ],
)
def test_a_lost_sync_state_is_known_by_its_code_in_any_case(status: int, code: str, lost: bool) -> None:
    assert refusal(status, code).is_sync_lost is lost


def test_retry_after_is_read_in_both_forms() -> None:
    assert refusal(429, retry_after="120").retry_after == 120
    assert refusal(429).retry_after is None
    assert read_retry_after("soon") is None
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 80 < (read_retry_after(then) or 0) <= 90


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/me/calendars",
        "http://graph.test/v1.0/me/calendars",
        "https://graph.test.evil.example/v1.0/me",
        "https://graph.test@evil.example/v1.0/me",
        "https://graph.test:8443/v1.0/me",
        "https://graph.test/beta/me",
        "https://graph.test/v1.0evil",
    ],
)
def test_the_token_is_sent_only_where_it_belongs(link: str) -> None:
    def never(_: bool) -> str:
        raise AssertionError("the token was asked for")

    graph = GraphHttp(requests.Session(), never, "https://graph.test/v1.0")
    with pytest.raises(CalendarError) as caught:
        graph.get(link)
    assert caught.value.code == "unavailable"


@pytest.mark.parametrize("kind", ["not-json", "truncate", "reset-before"])
def test_a_broken_answer_is_trouble_that_passes(microsoft: Microsoft, kind: str) -> None:
    client = graph_calendar(microsoft)
    microsoft.ctl("fail", kind=kind, path="*/calendarView")
    with pytest.raises(CalendarError) as caught:
        client.check_busy([microsoft.calendar], WINDOW)
    assert (caught.value.code, caught.value.permanent) == ("unavailable", False)


def test_every_page_is_asked_for_with_the_same_preferences(
    microsoft: Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    microsoft.ctl("switch", pages=[0])
    microsoft.create(at("2026-11-25T08:00:00", "2026-11-25T09:00:00"))
    client = graph_calendar(microsoft)
    preferred: list[str] = []
    session = client._graph._session
    plain = session.request

    def spying(method: str, url: str, **more: object) -> object:
        preferred.append(more["headers"]["Prefer"])  # type: ignore[index]
        return plain(method, url, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(session, "request", spying)
    client.check_busy([microsoft.calendar], WINDOW)
    assert len(preferred) == 2
    assert set(preferred) == {'outlook.timezone="UTC", odata.maxpagesize=200, IdType="ImmutableId"'}


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Romance Standard Time", "Europe/Paris"),
        ("pacific standard time", "America/Los_Angeles"),
        ("British Columbia Standard Time", "America/Vancouver"),
        ("Europe/Madrid", "Europe/Madrid"),
        ("UTC", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("tzone://Microsoft/Custom", None),
        ("Customized Time Zone", None),
        ("Mars/Olympus", None),
        ("../etc/passwd", None),
        ("", None),
        (None, None),
    ],
)
def test_zones_are_known_by_windows_and_iana_names(name: str | None, zone: str | None) -> None:
    assert to_iana(name) == zone
