"""Graph at the stand-in: what it shows, what it refuses, and whom it mails."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore
from typing import Any

import pytest
import requests
from flask import Flask

from app.demo.microsoft.gate import Throttle
from app.demo.microsoft.registered import Access
from app.demo.microsoft.world import World
from tests.demo.microsoft.running import NOW, PREFER, RENEE, Microsoft, at, empty_mailboxes, weekly

Call = Callable[..., requests.Response]
VIEW = {"startDateTime": "2026-11-16T00:00:00Z", "endDateTime": "2026-12-14T00:00:00Z", "$top": "50"}
PRIYA = {"type": "required", "emailAddress": {"address": "priya@example.test", "name": "Priya"}}


@pytest.fixture
def call(microsoft: Microsoft) -> Call:
    """Calls Graph as Rosa."""
    bearer = {"Authorization": f"Bearer {microsoft.access_token()}", "Prefer": PREFER}

    def send(method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> requests.Response:
        return microsoft.session.request(
            method, microsoft.graph + path, headers=bearer | (headers or {}), **more
        )

    return send


def view(call: Call, **more: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = call("GET", "/me/calendarView", params=VIEW, **more).json()["value"]
    return items


def test_a_page_holds_ten_and_links_absolutely_to_the_next(microsoft: Microsoft, call: Call) -> None:
    for day in range(10, 22):
        microsoft.create(at(f"2026-12-{day}T09:00:00", f"2026-12-{day}T10:00:00"))
    path = f"/me/calendars/{microsoft.calendar}/calendarView"
    window = {"startDateTime": "2026-12-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}
    first = call("GET", path, params=window).json()
    assert len(first["value"]) == 10
    assert first["@odata.nextLink"].startswith(microsoft.graph + path)
    rest = call("GET", first["@odata.nextLink"].removeprefix(microsoft.graph)).json()
    assert len(rest["value"]) == 2
    assert "@odata.nextLink" not in rest


def test_the_event_list_shows_masters_and_the_view_shows_occurrences(
    microsoft: Microsoft, call: Call
) -> None:
    series = at("2026-11-17T09:00:00", "2026-11-17T10:00:00", recurrence=weekly("2026-11-17", "tuesday"))
    master = microsoft.create(series)
    microsoft.change(f"{master}.20261124", at("2026-11-25T15:00:00", "2026-11-25T16:00:00"))
    microsoft.delete(f"{master}.20261201")
    assert [item["type"] for item in call("GET", "/me/events").json()["value"]] == ["seriesMaster"]
    starts = [(item["start"]["dateTime"][:16], item["type"]) for item in view(call)]
    assert starts == [
        ("2026-11-17T08:00", "occurrence"),
        ("2026-11-25T14:00", "exception"),
        ("2026-12-08T08:00", "occurrence"),
    ]


def test_a_series_keeps_its_wall_clock_over_the_change_to_winter_time(
    microsoft: Microsoft, call: Call
) -> None:
    series = at("2026-10-19T09:00:00", "2026-10-19T10:00:00", recurrence=weekly("2026-10-19", "monday"))
    microsoft.create(series)
    window = {"startDateTime": "2026-10-18T00:00:00Z", "endDateTime": "2026-10-31T00:00:00Z"}
    found = call("GET", "/me/calendarView", params=window).json()["value"]
    starts = [item["start"]["dateTime"] for item in found]
    assert starts == ["2026-10-19T07:00:00.0000000", "2026-10-26T08:00:00.0000000"]


@pytest.mark.parametrize("label", ["UTC", "Pacific Standard Time", "Pacific/Auckland"])
def test_whole_days_are_midnights_under_whatever_zone_is_preferred(
    microsoft: Microsoft, call: Call, label: str
) -> None:
    microsoft.create(at("2026-11-25T00:00:00", "2026-11-26T00:00:00", isAllDay=True))
    [item] = view(call, headers={"Prefer": f'outlook.timezone="{label}"'})
    assert item["start"] == {"dateTime": "2026-11-25T00:00:00.0000000", "timeZone": label}
    assert item["end"]["dateTime"] == "2026-11-26T00:00:00.0000000"


def test_times_come_in_the_preferred_zone_and_say_so(microsoft: Microsoft, call: Call) -> None:
    microsoft.create(at("2026-11-25T09:00:00", "2026-11-25T10:00:00"))
    preferred = {"Prefer": 'outlook.timezone="Pacific Standard Time"'}
    answer = call("GET", "/me/calendarView", params=VIEW, headers=preferred)
    assert answer.headers["Preference-Applied"] == 'outlook.timezone="Pacific Standard Time"'
    assert answer.json()["value"][0]["start"]["dateTime"] == "2026-11-25T00:00:00.0000000"
    assert call("GET", "/me", headers={"Prefer": 'outlook.timezone="Mars/Olympus"'}).status_code == 400


def test_ids_are_immutable_only_for_those_who_ask(microsoft: Microsoft, call: Call) -> None:
    made = microsoft.create(at("2026-11-25T09:00:00", "2026-11-25T10:00:00"))
    [changing] = view(call, headers={"Prefer": ""})
    [immutable] = view(call)
    assert immutable["id"] == made != changing["id"]
    assert call("GET", f"/me/events/{changing['id']}").ok
    assert call("GET", f"/me/events/{made.swapcase()}").status_code == 404


def test_a_retried_create_gives_the_event_it_made_before(call: Call) -> None:
    body = at("2026-11-25T09:00:00", "2026-11-25T10:00:00", transactionId="once")
    first, second = (call("POST", "/me/events", json=body) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] == second.json()["id"]


def test_an_extended_property_finds_its_event_but_is_not_echoed(call: Call) -> None:
    name = "String {6f0c9a1e-3d0b-4c52-9a55-2f6f0b7f7c11} Name EventKey"
    marked = at("2026-11-25T09:00:00", "2026-11-25T10:00:00")
    marked["singleValueExtendedProperties"] = [{"id": name, "value": "it's"}]
    made = call("POST", "/me/events", json=marked).json()
    assert "singleValueExtendedProperties" not in made
    wanted = f"singleValueExtendedProperties/Any(ep: ep/id eq '{name}' and ep/value eq 'it''s')"
    encoded = requests.utils.quote(wanted)  # type: ignore[attr-defined]
    assert [item["id"] for item in call("GET", f"/me/events?$filter={encoded}").json()["value"]] == [
        made["id"]
    ]
    assert call("GET", f"/me/events?$filter={encoded.replace('%20', '+')}").status_code == 400
    assert call("GET", "/me/events?$filter=subject%20eq%20'x'").status_code == 400


def test_an_outdated_etag_is_refused(microsoft: Microsoft, call: Call) -> None:
    made = call("POST", "/me/events", json=at("2026-11-25T09:00:00", "2026-11-25T10:00:00")).json()
    microsoft.change(made["id"], {"subject": "Edited in Outlook"})
    headers = {"If-Match": made["@odata.etag"]}
    for method in ("PATCH", "DELETE"):
        answer = call(method, f"/me/events/{made['id']}", headers=headers, json={"subject": "x"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (412, "ErrorIrresolvableConflict")


def test_a_teams_link_comes_later_and_dies_with_the_body(microsoft: Microsoft, call: Call) -> None:
    microsoft.ctl("switch", teams_reads=1)
    body = at("2026-11-25T09:00:00", "2026-11-25T10:00:00", isOnlineMeeting=True)
    made = call("POST", "/me/events", json=body).json()
    path = f"/me/events/{made['id']}"
    assert made["onlineMeeting"] is None
    assert call("GET", path).json()["onlineMeeting"] is None
    online = call("GET", path).json()
    assert online["onlineMeeting"]["joinUrl"] in online["body"]["content"]
    call("PATCH", path, json={"body": {"contentType": "html", "content": "mine"}})
    assert call("GET", path).json()["onlineMeeting"] is None
    assert call("PATCH", path, json={"isOnlineMeeting": False}).status_code == 400


def test_a_calendar_without_teams_ignores_the_wish(microsoft: Microsoft, call: Call) -> None:
    body = at("2026-11-25T09:00:00", "2026-11-25T10:00:00", isOnlineMeeting=True)
    made = call("POST", f"/me/calendars/{microsoft.private}/events", json=body).json()
    assert made["isOnlineMeeting"] is False


def test_attendees_hear_of_every_change(microsoft: Microsoft, call: Call) -> None:
    body = at("2026-11-25T09:00:00", "2026-11-25T10:00:00", attendees=[PRIYA])
    made = call("POST", "/me/events", json=body).json()
    path = f"/me/events/{made['id']}"
    call("PATCH", path, json={"subject": "Renamed"})
    call("PATCH", path, json=at("2026-11-25T11:00:00", "2026-11-25T12:00:00"))
    call("DELETE", path)
    told = [(mail["method"], mail["sequence"]) for mail in microsoft.outbox()]
    assert told == [("REQUEST", 0), ("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]
    assert {mail["uid"] for mail in microsoft.outbox()} == {made["iCalUId"]}


def test_who_is_taken_off_the_list_is_sent_a_cancellation(microsoft: Microsoft, call: Call) -> None:
    other = {"emailAddress": {"address": "paul@example.test"}}
    body = at("2026-11-25T09:00:00", "2026-11-25T10:00:00", attendees=[PRIYA, other])
    made = call("POST", "/me/events", json=body).json()
    call("PATCH", f"/me/events/{made['id']}", json={"attendees": [other]})
    assert ("CANCEL", "priya@example.test") in [(m["method"], m["to"]) for m in microsoft.outbox()]


def test_only_the_organizer_cancels(microsoft: Microsoft, call: Call) -> None:
    made = microsoft.create(at("2026-11-25T09:00:00", "2026-11-25T10:00:00", attendees=[PRIYA]))
    microsoft.ctl("mutate-event", op="respond", email="rosa@acme.test", id=made, response="accepted")
    assert call("POST", f"/me/events/{made}/cancel", json={"comment": ""}).status_code == 400
    assert call("DELETE", f"/me/events/{made}").status_code == 204
    assert not [mail for mail in microsoft.outbox() if mail["method"] == "CANCEL"]


@pytest.mark.parametrize(
    "body",
    [
        at("2026-11-25T09:00:00", "2026-11-25T10:00:00", colour="red"),
        at("2026-11-25T09:00:00Z", "2026-11-25T10:00:00Z"),
        at("2026-11-25T09:00:00", "2026-11-25T10:00:00", zone="Mars/Olympus"),
        at("2026-11-25T10:00:00", "2026-11-25T09:00:00"),
        at("2026-11-25T09:00:00", "2026-11-25T10:00:00", isAllDay=True),
        at("2026-11-25T09:00:00", "2026-11-25T10:00:00", showAs="sometimes"),
        at("2026-11-25T09:00:00", "2026-11-25T10:00:00", attendees=[{"emailAddress": {}}]),
        at("2026-11-25T09:00:00", "2026-11-25T10:00:00", zone="", recurrence=weekly("2026-11-25", "friday")),
        {"subject": "without times"},
    ],
)
def test_a_malformed_event_is_refused(microsoft: Microsoft, call: Call, body: dict[str, Any]) -> None:
    answer = call("POST", "/me/events", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["innerError"]["request-id"]
    assert microsoft.events() == []


def test_a_calendar_that_cannot_be_edited_takes_no_event(microsoft: Microsoft, call: Call) -> None:
    body = at("2026-11-25T09:00:00", "2026-11-25T10:00:00")
    assert call("POST", f"/me/calendars/{microsoft.holidays}/events", json=body).status_code == 403


def test_the_fifth_call_at_a_time_is_turned_away() -> None:
    world = World(empty_mailboxes(), lambda: NOW)
    world.access = {"rosa": Access("0a", "", NOW), "renee": Access("0b", "", NOW)}
    entered, release = Semaphore(0), Event()
    app = Flask(__name__)

    @app.get("/v1.0/me")
    def slow() -> str:
        entered.release()
        release.wait(10)
        return ""

    app.wsgi_app = Throttle(app, world)  # type: ignore[method-assign]

    def call(token: str) -> Any:
        return app.test_client().get("/v1.0/me", headers={"Authorization": f"Bearer {token}"})

    with ThreadPoolExecutor(5) as threads:
        under_way = [threads.submit(call, "rosa") for _ in range(4)]
        for _ in under_way:
            assert entered.acquire(timeout=10)
        refused = call("rosa")
        other = threads.submit(call, "renee")
        assert entered.acquire(timeout=10)
        release.set()
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
        assert refused.get_json()["error"]["code"] == "ApplicationThrottled"
        assert {each.result().status_code for each in [*under_way, other]} == {200}
    assert call("rosa").status_code == 200


def test_tokens_expire_and_scopes_bind(microsoft: Microsoft, call: Call) -> None:
    narrow = {"Authorization": f"Bearer {microsoft.access_token(scope='openid Calendars.Read')}"}
    assert call("GET", "/me/calendars", headers=narrow).ok
    assert call("GET", "/me/mailboxSettings", headers=narrow).status_code == 403
    assert call("POST", "/me/events", headers=narrow, json={}).status_code == 403
    microsoft.ctl("clock", advance=66 * 60)
    answer = call("GET", "/me/calendars")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


@pytest.mark.parametrize(
    ("prefer", "start"), [("UTC", "2026-11-25T17:10:00"), ("Pacific Standard Time", "2026-11-25T09:10:00")]
)
def test_a_schedule_comes_in_the_preferred_zone(
    microsoft: Microsoft, call: Call, prefer: str, start: str
) -> None:
    microsoft.create(at("2026-11-25T09:10:00", "2026-11-25T09:15:00", "America/Los_Angeles"), RENEE)
    asked = {
        "schedules": [RENEE],
        "startTime": {"dateTime": "2026-11-25T17:00:00", "timeZone": "UTC"},
        "endTime": {"dateTime": "2026-11-25T19:00:00", "timeZone": "UTC"},
    }
    headers = {"Prefer": f'outlook.timezone="{prefer}"'}
    [renee] = call("POST", "/me/calendar/getSchedule", json=asked, headers=headers).json()["value"]
    shown = renee["scheduleItems"][0]["start"]
    assert (shown["dateTime"][:19], shown["timeZone"]) == (start, prefer)


def test_a_schedule_may_write_its_statuses_with_capitals(microsoft: Microsoft, call: Call) -> None:
    microsoft.create(
        at("2026-11-25T17:00:00", "2026-11-25T18:00:00", "UTC", showAs="workingElsewhere"), RENEE
    )
    edges = {
        f"{edge}Time": {"dateTime": f"2026-11-25T{hour}:00:00", "timeZone": "UTC"}
        for edge, hour in (("start", 17), ("end", 18))
    }
    found = []
    for is_old in (False, True):
        microsoft.ctl("switch", capital_status=is_old)
        [answer] = call("POST", "/me/calendar/getSchedule", json={"schedules": [RENEE], **edges}).json()[
            "value"
        ]
        found.append(answer["scheduleItems"][0]["status"])
    assert found == ["workingElsewhere", "WorkingElsewhere"]


def test_a_schedule_nobody_knows_is_an_error_inside_a_success(microsoft: Microsoft, call: Call) -> None:
    microsoft.create(at("2026-11-25T09:10:00", "2026-11-25T09:15:00", "America/Los_Angeles"), RENEE)
    asked = {
        "schedules": [RENEE, "nobody@acme.test"],
        "startTime": {"dateTime": "2026-11-25T17:00:00", "timeZone": "UTC"},
        "endTime": {"dateTime": "2026-11-25T19:00:00", "timeZone": "UTC"},
    }
    renee, nobody = call("POST", "/me/calendar/getSchedule", json=asked).json()["value"]
    assert renee["availabilityView"] == "2000"
    assert renee["scheduleItems"][0]["start"]["dateTime"] == "2026-11-25T17:10:00.0000000"
    assert nobody["error"]["responseCode"] == "ErrorMailRecipientNotFound"
    asked["endTime"] = {"dateTime": "2027-02-25T19:00:00", "timeZone": "UTC"}
    assert call("POST", "/me/calendar/getSchedule", json=asked).status_code == 400
