"""Events at Google: what the contract cannot say for every service."""

import re
from dataclasses import replace
from typing import Any

import pytest

from calendars.providers.base import CalendarError, Guest
from calendars.providers.google import GoogleCalendar
from calendars.providers.google_event import event_id_of
from tests.calendars.providers.case_google import Case
from tests.calendars.providers.test_contract_writing import DRAFT, LATER, NOON, PAUL, PRIYA
from tests.demo.google.running import REMY, TEAM


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Case:
    return Case(request)


def only(case: Case) -> dict[str, Any]:
    [event] = case.google.events()
    return event


def test_the_event_id_follows_from_the_key_in_googles_alphabet(case: Case) -> None:
    written = case.provider.put_event(REMY, DRAFT)
    assert written.event_id == event_id_of(DRAFT.key)
    assert re.fullmatch(r"[0-9a-v]{5,1024}", written.event_id)
    assert written.ical_uid == f"{written.event_id}@google.com"


def test_the_zone_is_sent_beside_an_instant_with_its_offset(case: Case) -> None:
    case.provider.put_event(REMY, DRAFT)
    [sent] = case.google.log("POST", "/events")
    assert sent["body"]["start"] == {"dateTime": "2026-11-25T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert sent["query"]["sendUpdates"] == "all"
    assert sent["query"]["conferenceDataVersion"] == "1"


def test_answers_and_guests_that_others_added_survive_a_new_time(case: Case) -> None:
    written = case.provider.put_event(REMY, replace(DRAFT, guests=(PRIYA, PAUL)))
    case.google.change(
        written.event_id,
        attendees=[
            {"email": PRIYA.email, "responseStatus": "accepted", "displayName": "Priya"},
            {"email": PAUL.email},
            {"email": "engineer@acme.test"},
        ],
    )
    case.provider.put_event(REMY, replace(LATER, guests=(PRIYA, Guest("new@prospect.test"))))
    assert [each["email"] for each in only(case)["attendees"]] == [
        PRIYA.email,
        "engineer@acme.test",
        "new@prospect.test",
    ]


def test_an_edit_in_the_very_moment_of_our_write_is_not_overwritten_unseen(case: Case) -> None:
    written = case.provider.put_event(REMY, DRAFT)
    sent: list[str] = []

    def edit_before_the_third_call(force: bool) -> str:
        """The insert that is refused, the look, and then our patch: the rep is a moment faster."""
        sent.append("")
        if len(sent) == 3:
            case.google.change(written.event_id, attendees=[{"email": "boss@acme.test"}])
        return case.tokens(force)

    GoogleCalendar(case.session, edit_before_the_third_call, case.google.url).put_event(REMY, LATER)
    assert [each["status"] for each in case.google.log("PATCH")] == [412, 200]
    assert list(case.live_events("bkg_1")) == [NOON]
    assert "boss@acme.test" in [each["email"] for each in only(case)["attendees"]]


def test_a_write_that_is_always_overtaken_is_tried_again_later(case: Case) -> None:
    case.provider.put_event(REMY, DRAFT)
    case.google.ctl(
        "fail", kind="status", method="PATCH", status=412, reason="conditionNotMet", path="*", times=9
    )
    with pytest.raises(CalendarError) as raised:
        case.provider.put_event(REMY, LATER)
    assert (raised.value.code, raised.value.permanent) == ("conflict", False)


def test_a_strangers_event_under_our_id_is_left_alone(case: Case) -> None:
    written = case.provider.put_event(REMY, DRAFT)
    case.google.change(written.event_id, extendedProperties={"private": {"smart_scheduler_key": "other"}})
    with pytest.raises(CalendarError) as raised:
        case.provider.put_event(REMY, LATER)
    assert (raised.value.code, raised.value.permanent) == ("conflict", True)
    assert case.google.log("PATCH") == []


def test_an_event_of_a_calendar_that_was_closed_to_us_does_not_pass_for_canceled(case: Case) -> None:
    for call in (case.provider.get_event, case.provider.cancel_event):
        with pytest.raises(CalendarError) as raised:
            call("gone@group.calendar.google.com", DRAFT.key)
        assert raised.value.code == "not-found"


def test_a_calendar_that_may_only_be_read_refuses_the_booking(case: Case) -> None:
    with pytest.raises(CalendarError) as raised:
        case.provider.put_event(TEAM, DRAFT)
    assert (raised.value.code, raised.value.permanent) == ("forbidden", True)


def test_the_video_link_is_asked_for_once_and_arrives_later(case: Case) -> None:
    draft = replace(DRAFT, wants_video=True)
    written = case.provider.put_event(REMY, draft)
    assert (written.join_url, written.join_pending) == (None, True)
    found = case.provider.get_event(REMY, draft.key)
    assert found is not None
    assert found.join_url == only(case)["hangoutLink"]
    assert not found.join_pending
    moved = case.provider.put_event(REMY, replace(LATER, wants_video=True))
    assert moved.join_url == found.join_url


def test_the_title_that_the_rep_chose_stays_when_nothing_else_is_new(case: Case) -> None:
    written = case.provider.put_event(REMY, DRAFT)
    case.google.change(written.event_id, summary="Priya, with Ben from engineering")
    case.provider.put_event(REMY, DRAFT)
    assert only(case)["summary"] == "Priya, with Ben from engineering"


def test_many_guests_fit(case: Case) -> None:
    guests = tuple(Guest(f"somebody-{i:03d}@a-rather-long-company-name.test") for i in range(60))
    case.provider.put_event(REMY, replace(DRAFT, guests=guests))
    case.provider.put_event(REMY, replace(LATER, guests=guests))
    assert len(only(case)["attendees"]) == 60
