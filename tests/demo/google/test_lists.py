"""Lists: bounds, pages, series, sync tokens, free/busy."""

from datetime import date
from typing import Any

import pytest

from tests.demo.google.running import REMY, TEAM, Api, Google, at, days, reason_of, timed

NINE = timed("2026-11-25T09:00", "2026-11-25T10:00")
WEEK = {"timeMin": "2026-11-23T00:00:00Z", "timeMax": "2026-11-30T00:00:00Z"}
SERIES = {**timed("2026-10-20T08:00", "2026-10-20T08:30"), "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=TU"]}


@pytest.fixture
def api(google: Google) -> Api:
    return Api(google)


def items(api: Api, **query: Any) -> list[dict[str, Any]]:
    answer = api.list(**query)
    assert answer.ok, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_both_bounds_are_exclusive(google: Google, api: Api) -> None:
    google.create(**NINE)
    for low, high, count in (
        ("10:00", "11:00", 0),
        ("09:59", "11:00", 1),
        ("08:00", "09:00", 0),
        ("08:00", "09:01", 1),
    ):
        bounds = {"timeMin": f"2026-11-25T{low}:00Z", "timeMax": f"2026-11-25T{high}:00Z"}
        assert len(items(api, **bounds)) == count


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"timeMin": "2026-11-25T09:00:00"}, "badRequest"),
        ({"timeMin": "2026-11-25"}, "badRequest"),
        ({"timeMin": WEEK["timeMax"], "timeMax": WEEK["timeMin"]}, "timeRangeEmpty"),
        ({"orderBy": "startTime"}, "badRequest"),
        ({"orderBy": "title"}, "invalid"),
        ({"maxResults": "0"}, "invalidParameter"),
        ({"maxResults": "many"}, "invalidParameter"),
        ({"singleEvents": "yes"}, "invalidParameter"),
        ({"pageToken": "nonsense"}, "invalid"),
        ({"timeZone": "Mars/Olympus"}, "invalid"),
    ],
)
def test_a_wrong_query_is_refused(api: Api, query: dict[str, str], reason: str) -> None:
    assert reason_of(api.list(**query)) == (400, reason)


def test_pages_follow_each_other_and_only_the_last_has_a_sync_token(google: Google, api: Api) -> None:
    for _ in range(3):
        google.create(**NINE)
    google.ctl("pages", sizes=[2, 0])
    first = api.list().json()
    second = api.list(pageToken=first["nextPageToken"]).json()
    third = api.list(pageToken=second["nextPageToken"]).json()
    assert [len(page["items"]) for page in (first, second, third)] == [2, 0, 1]
    assert ["nextSyncToken" in page for page in (first, second, third)] == [False, False, True]
    assert "nextPageToken" not in third
    other = api.list(pageToken=first["nextPageToken"], singleEvents="true")
    assert reason_of(other) == (400, "invalid")


def test_the_list_of_calendars_comes_in_pages_as_small_as_asked_for(google: Google, api: Api) -> None:
    first = api("GET", "/users/me/calendarList", maxResults=1).json()
    second = api("GET", "/users/me/calendarList", maxResults=1, pageToken=first["nextPageToken"]).json()
    assert [[each["id"] for each in page["items"]] for page in (first, second)] == [[REMY], [TEAM]]
    assert ("nextSyncToken" in first, "nextPageToken" in second) == (False, False)


def test_a_series_is_expanded_on_the_wall_clock_with_its_exceptions(google: Google, api: Api) -> None:
    series = google.create(**SERIES)
    google.delete(f"{series}_20261103T090000Z")
    google.change(f"{series}_20261110T090000Z", **timed("2026-11-11T13:00", "2026-11-11T14:00"))
    bounds = {"timeMin": "2026-10-19T00:00:00Z", "timeMax": "2026-11-18T00:00:00Z"}
    found = items(api, singleEvents="true", orderBy="startTime", **bounds)
    assert [at(each["start"]["dateTime"]).isoformat() for each in found] == [
        "2026-10-20T10:00:00+02:00",
        "2026-10-27T10:00:00+01:00",
        "2026-11-11T14:00:00+01:00",
        "2026-11-17T10:00:00+01:00",
    ]
    assert all(each["recurringEventId"] == series for each in found)
    folded = items(api, **bounds)
    assert {each["status"] for each in folded} == {"confirmed", "cancelled"}
    assert len(folded) == 3


@pytest.mark.parametrize(
    ("rules", "count"),
    [
        (["RRULE:FREQ=DAILY;COUNT=3"], 3),
        (["RRULE:FREQ=DAILY;UNTIL=20261126T080000Z"], 3),
        (["RRULE:FREQ=DAILY;COUNT=4", "EXDATE;TZID=Europe/Berlin:20261125T090000"], 3),
        (["RRULE:FREQ=DAILY;COUNT=2", "RDATE:20261128T120000Z"], 3),
        (["RRULE:FREQ=WEEKLY;INTERVAL=2"], 1),
    ],
)
def test_rules_of_every_kind_are_followed(google: Google, api: Api, rules: list[str], count: int) -> None:
    google.create(**timed("2026-11-24T08:00", "2026-11-24T08:30"), recurrence=rules)
    assert len(items(api, singleEvents="true", **WEEK)) == count


def test_all_day_series_keep_to_dates(google: Google, api: Api) -> None:
    google.create(**days(date(2026, 11, 23), date(2026, 11, 24)), recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    assert [each["start"]["date"] for each in items(api, singleEvents="true", **WEEK)] == [
        "2026-11-23",
        "2026-11-24",
    ]


def test_a_sync_token_gives_what_changed_since_deletions_as_stubs(google: Google, api: Api) -> None:
    kept, gone = google.create(**NINE), google.create(**NINE)
    token = api.list().json()["nextSyncToken"]
    google.delete(gone)
    google.change(kept, summary="New")
    answer = api.list(syncToken=token).json()
    assert {each["id"]: each["status"] for each in answer["items"]} == {kept: "confirmed", gone: "cancelled"}
    [stub] = [each for each in answer["items"] if each["id"] == gone]
    assert "start" not in stub
    assert api.list(syncToken=answer["nextSyncToken"]).json()["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeMin": WEEK["timeMin"]},
        {"orderBy": "updated"},
        {"q": "x"},
        {"privateExtendedProperty": "a=b"},
        {"showDeleted": "false"},
        {"singleEvents": "true"},
    ],
)
def test_a_sync_token_allows_no_other_question(api: Api, wrong: dict[str, str]) -> None:
    token = api.list().json()["nextSyncToken"]
    assert reason_of(api.list(syncToken=token, **wrong)) == (400, "invalid")


def test_an_expired_or_foreign_sync_token_asks_for_a_full_sync(google: Google, api: Api) -> None:
    token = api.list().json()["nextSyncToken"]
    foreign = api.list(TEAM).json()["nextSyncToken"]
    google.ctl("expire-sync-tokens")
    for each in (token, foreign, "nonsense"):
        assert reason_of(api.list(syncToken=each)) == (410, "fullSyncRequired")


def test_events_are_found_by_their_private_properties(google: Google, api: Api) -> None:
    wanted = google.create(**NINE, extendedProperties={"private": {"a": "1"}})
    google.create(**NINE, extendedProperties={"private": {"a": "2"}})
    assert [each["id"] for each in items(api, privateExtendedProperty="a=1")] == [wanted]


def free_busy(api: Api, *names: str, **more: str) -> dict[str, Any]:
    answer = api("POST", "/freeBusy", {**WEEK, "items": [{"id": name} for name in names], **more})
    assert answer.ok, answer.text
    found: dict[str, Any] = answer.json()["calendars"]
    return found


def test_free_busy_merges_what_is_busy_and_leaves_out_what_is_not(google: Google, api: Api) -> None:
    google.create(**NINE)
    google.create(**timed("2026-11-25T09:30", "2026-11-25T11:00"))
    google.create(**timed("2026-11-26T09:30", "2026-11-26T11:00"), transparency="transparent")
    google.create(
        organizer="mia@acme.test",
        **timed("2026-11-27T09:30", "2026-11-27T11:00"),
        attendees=[{"email": REMY, "responseStatus": "declined"}],
    )
    assert free_busy(api, "primary") == {
        "primary": {"busy": [{"start": "2026-11-25T09:00:00Z", "end": "2026-11-25T11:00:00Z"}]}
    }


def test_free_busy_reports_errors_inside_a_success(google: Google, api: Api) -> None:
    google.ctl("calendar", calendar=TEAM, is_broken=True)
    found = free_busy(api, "nobody@acme.test", TEAM)
    assert found["nobody@acme.test"]["errors"][0]["reason"] == "notFound"
    assert found[TEAM]["errors"][0]["reason"] == "internalError"


def test_free_busy_has_its_limits(api: Api) -> None:
    many = [{"id": f"c{i}"} for i in range(51)]
    assert reason_of(api("POST", "/freeBusy", {**WEEK, "items": many})) == (400, "tooManyCalendarsRequested")
    long = {"timeMin": WEEK["timeMin"], "timeMax": "2027-06-01T00:00:00Z", "items": []}
    assert reason_of(api("POST", "/freeBusy", long)) == (400, "timeRangeTooLong")
