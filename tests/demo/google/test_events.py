"""Writing and reading single events, as strict as Calendar v3."""

from typing import Any

import pytest

from tests.demo.google.running import EVENTS, FREE_BUSY, RAVI, REMY, TEAM, Api, Google, at, reason_of, timed

NINE = timed("2026-11-25T09:00", "2026-11-25T09:30")
LATER = timed("2026-11-25T12:00", "2026-11-25T12:30")
MEET = {
    "conferenceData": {
        "createRequest": {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    }
}


@pytest.fixture
def api(google: Google) -> Api:
    return Api(google)


def insert(api: Api, **more: Any) -> dict[str, Any]:
    answer = api.insert({**NINE, **more})
    assert answer.ok, answer.text
    event: dict[str, Any] = answer.json()
    return event


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer nothing"}, {"Authorization": "Basic x"}])
def test_nothing_is_shown_without_a_good_token(google: Google, header: dict[str, str]) -> None:
    answer = google.session.get(f"{google.api}/calendars/primary/events", headers=header)
    assert answer.status_code == 401


def test_an_access_token_lasts_an_hour(google: Google, api: Api) -> None:
    assert api.list().ok
    google.ctl("clock", advance=3600)
    assert reason_of(api.list()) == (401, "authError")


def test_each_call_needs_its_scope(google: Google) -> None:
    reader = Api(google, scope=f"openid {FREE_BUSY}")
    for answer in (
        reader.list(),
        reader.insert(NINE),
        reader("GET", "/users/me/calendarList"),
    ):
        assert reason_of(answer) == (403, "insufficientPermissions")
    assert reason_of(Api(google, scope=EVENTS)("GET", "/users/me/calendarList")) == (
        403,
        "insufficientPermissions",
    )


def test_calendars_of_others_do_not_exist_and_shared_ones_keep_to_their_role(api: Api) -> None:
    assert reason_of(api.list(RAVI)) == (404, "notFound")
    assert api.list(TEAM).ok
    assert reason_of(api("POST", f"/calendars/{TEAM}/events", NINE)) == (403, "requiredAccessLevel")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"start": NINE["start"]}, "required"),
        ({"start": {"dateTime": "2026-11-25T09:00:00"}, "end": NINE["end"]}, "required"),
        ({"start": {"dateTime": "tomorrow"}, "end": NINE["end"]}, "badRequest"),
        (
            {"start": {"dateTime": "2026-11-25T09:00:00Z", "timeZone": "Mars/Olympus"}, "end": NINE["end"]},
            "invalid",
        ),
        ({"start": {"date": "2026-11-25"}, "end": NINE["end"]}, "invalid"),
        ({"start": {"date": "2026-11-25", **NINE["start"]}, "end": NINE["end"]}, "invalid"),
        ({"start": {"date": "2026-11-25"}, "end": {"date": "2026-11-25"}}, "timeRangeEmpty"),
        ({"start": LATER["start"], "end": NINE["end"]}, "timeRangeEmpty"),
        ({**NINE, "id": "UPPER-case"}, "invalid"),
        ({**NINE, "id": "abcd"}, "invalid"),
        ({**NINE, "id": "abcde", "iCalUID": "x@y"}, "invalid"),
        ({**NINE, "attendees": [{"email": "nobody"}]}, "invalid"),
        ({**NINE, "transparency": "glass"}, "invalid"),
        ({**NINE, "recurrence": ["RRULE:FREQ=SOMETIMES"]}, "invalid"),
        (
            {
                "start": {"dateTime": "2026-11-25T09:00:00Z"},
                "end": {"dateTime": "2026-11-25T10:00:00Z"},
                "recurrence": ["RRULE:FREQ=DAILY"],
            },
            "required",
        ),
        ({**NINE, "extendedProperties": {"private": {"k" * 45: "v"}}}, "invalid"),
        ({**NINE, "extendedProperties": {"private": {"k": "v" * 1025}}}, "invalid"),
    ],
)
def test_a_bad_event_is_refused_with_its_reason(
    google: Google, api: Api, body: dict[str, Any], reason: str
) -> None:
    assert reason_of(api.insert(body)) == (400, reason)
    assert google.events() == []


def test_an_id_is_taken_for_good(api: Api) -> None:
    insert(api, id="abcde")
    assert reason_of(api.insert({**NINE, "id": "abcde"})) == (409, "duplicate")
    assert api("DELETE", "/calendars/primary/events/abcde").status_code == 204
    assert reason_of(api("DELETE", "/calendars/primary/events/abcde")) == (410, "deleted")
    assert reason_of(api.insert({**NINE, "id": "abcde"})) == (409, "duplicate")
    assert api("GET", "/calendars/primary/events/abcde").json()["status"] == "cancelled"
    back = api("PATCH", "/calendars/primary/events/abcde", {"status": "confirmed"}).json()
    assert (back["status"], back["iCalUID"]) == ("confirmed", "abcde@google.com")


def test_what_was_never_there_is_not_found(api: Api) -> None:
    for method in ("GET", "PATCH", "PUT", "DELETE"):
        assert reason_of(api(method, "/calendars/primary/events/zzzzz", {})) == (404, "notFound")


def test_each_write_has_a_new_etag_and_a_stale_one_is_refused(api: Api) -> None:
    event = insert(api)
    path = f"/calendars/primary/events/{event['id']}"
    changed = api("PATCH", path, {"summary": "New"}, if_match=event["etag"]).json()
    assert changed["etag"] != event["etag"]
    assert reason_of(api("PATCH", path, {"summary": "Old"}, if_match=event["etag"])) == (
        412,
        "conditionNotMet",
    )
    assert reason_of(api("DELETE", path, if_match=event["etag"])) == (412, "conditionNotMet")


def test_a_patch_merges_and_an_update_replaces(api: Api) -> None:
    event = insert(api, summary="Demo", location="Room 4", extendedProperties={"private": {"a": "1"}})
    path = f"/calendars/primary/events/{event['id']}"
    patched = api("PATCH", path, {"location": None, "extendedProperties": {"private": {"b": "2"}}}).json()
    assert patched["summary"] == "Demo"
    assert "location" not in patched
    assert patched["extendedProperties"]["private"] == {"a": "1", "b": "2"}
    updated = api("PUT", path, LATER).json()
    assert "summary" not in updated
    assert at(updated["start"]["dateTime"]) == at(LATER["start"]["dateTime"])


def test_times_are_shown_in_the_calendars_zone(api: Api) -> None:
    assert insert(api)["start"] == {"dateTime": "2026-11-25T10:00:00+01:00", "timeZone": "Europe/Berlin"}


def test_a_new_time_asks_the_guests_again(api: Api) -> None:
    event = insert(api, attendees=[{"email": "priya@prospect.test", "responseStatus": "accepted"}])
    moved = api("PATCH", f"/calendars/primary/events/{event['id']}", LATER).json()
    assert moved["attendees"][0]["responseStatus"] == "needsAction"
    assert moved["sequence"] == event["sequence"] + 1


def test_only_the_organizer_may_change_an_event(google: Google, api: Api) -> None:
    event_id = google.create(organizer="mia@acme.test", **NINE)
    answer = api("PATCH", f"/calendars/primary/events/{event_id}", LATER)
    assert reason_of(answer) == (403, "forbiddenForNonOrganizer")


def test_a_meet_link_needs_the_right_version_and_a_moment(api: Api) -> None:
    assert "conferenceData" not in api.insert({**NINE, **MEET}).json()
    event = api.insert({**NINE, **MEET}, conferenceDataVersion=1).json()
    assert event["conferenceData"]["createRequest"]["status"]["statusCode"] == "pending"
    assert "hangoutLink" not in event
    settled = api("GET", f"/calendars/primary/events/{event['id']}").json()
    assert settled["conferenceData"]["entryPoints"][0]["uri"] == settled["hangoutLink"]
    page = api.session.get(settled["hangoutLink"])
    assert page.ok


def test_the_same_conference_request_makes_no_second_room(api: Api) -> None:
    event = api.insert({**NINE, **MEET}, conferenceDataVersion=1).json()
    path = f"/calendars/primary/events/{event['id']}"
    link = api("GET", path).json()["hangoutLink"]
    assert api("PATCH", path, MEET, conferenceDataVersion=1).json()["hangoutLink"] == link


def test_only_the_fields_asked_for_are_answered(api: Api) -> None:
    insert(api, summary="Secret")
    answer = api.list(fields="kind,items(id,start/dateTime)").json()
    assert set(answer) == {"kind", "items"}
    assert [set(item) for item in answer["items"]] == [{"id", "start"}]
    assert set(answer["items"][0]["start"]) == {"dateTime"}
    assert reason_of(api.list(fields="items(id"))[0] == 400


def test_whoever_sees_only_busy_times_sees_no_titles(google: Google, api: Api) -> None:
    google.ctl("mutate-event", op="create", calendar=TEAM, fields={**NINE, "summary": "Secret"})
    google.ctl("calendar", email=REMY, calendar=TEAM, role="freeBusyReader")
    [item] = api.list(TEAM).json()["items"]
    assert "summary" not in item
    assert item["visibility"] == "private"


@pytest.mark.parametrize("wrong", [{"sendUpdates": "everyone"}, {"conferenceDataVersion": 2}])
def test_unknown_values_of_parameters_are_refused(google: Google, api: Api, wrong: dict[str, Any]) -> None:
    assert reason_of(api.insert(NINE, **wrong)) == (400, "invalidParameter")
    assert google.events() == []


def test_a_refused_change_changes_nothing(google: Google, api: Api) -> None:
    event = insert(api, summary="Demo")
    before = google.events()
    api(
        "PATCH", f"/calendars/primary/events/{event['id']}", {"summary": "New", "start": {"dateTime": "soon"}}
    )
    assert google.events() == before
