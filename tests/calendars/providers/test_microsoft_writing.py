"""Events through Graph: written once, brought up to date without harm, gone when canceled."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from calendars.providers.base import CalendarError, Guest
from calendars.providers.microsoft import GraphCalendar
from tests.calendars.providers.microsoft_tools import DRAFT, PRIYA, graph_calendar, later
from tests.demo.microsoft.running import ROSA, Microsoft, at

VIDEO = replace(DRAFT, wants_video=True)


@pytest.fixture
def client(microsoft: Microsoft) -> GraphCalendar:
    return graph_calendar(microsoft)


def only(microsoft: Microsoft) -> dict[str, Any]:
    [event] = microsoft.events()
    return event


def test_the_event_says_when_in_the_zone_it_is_shown_in(microsoft: Microsoft, client: GraphCalendar) -> None:
    written = client.put_event(microsoft.calendar, DRAFT)
    [sent] = microsoft.log("POST", "/events")
    assert sent["body"]["start"] == {"dateTime": "2026-11-25T10:00:00", "timeZone": "Europe/Madrid"}
    assert sent["body"]["transactionId"] == "smart-scheduler|bkg_1|:1"
    event = only(microsoft)
    assert (event["subject"], event["calendar"]) == ("Product demo", microsoft.calendar)
    assert written.event_id == event["id"]
    assert written.ical_uid == event["ical_uid"] == microsoft.outbox()[0]["uid"]
    assert written.join_url is None
    assert not written.join_pending


def test_links_in_the_description_can_be_clicked_and_nothing_else_is_markup(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    client.put_event(microsoft.calendar, replace(DRAFT, description="<b>Hi</b>\nhttps://acme.test/b?t=1&x=2"))
    assert only(microsoft)["body"] == (
        "&lt;b&gt;Hi&lt;/b&gt;<br>\n"
        '<a href="https://acme.test/b?t=1&amp;x=2">https://acme.test/b?t=1&amp;x=2</a>'
    )


def test_writing_twice_is_writing_once_and_tells_the_guests_once(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    first = client.put_event(microsoft.calendar, VIDEO)
    second = client.put_event(microsoft.calendar, VIDEO)
    assert first.event_id == second.event_id
    assert len(microsoft.events()) == len(microsoft.outbox()) == 1


def test_a_lost_answer_leaves_one_event(microsoft: Microsoft, client: GraphCalendar) -> None:
    microsoft.ctl("fail", kind="reset-after", method="POST", path="*/events")
    with pytest.raises(CalendarError) as caught:
        client.put_event(microsoft.calendar, DRAFT)
    assert (caught.value.code, caught.value.permanent) == ("unavailable", False)
    client.put_event(microsoft.calendar, DRAFT)
    assert len(microsoft.events()) == len(microsoft.outbox()) == 1


def test_two_writers_at_once_make_one_event(microsoft: Microsoft) -> None:
    clients = [graph_calendar(microsoft) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        written = list(threads.map(lambda client: client.put_event(microsoft.calendar, DRAFT), clients))
    assert {each.event_id for each in written} == {only(microsoft)["id"]}


def test_rescheduling_moves_the_same_event_with_its_teams_link(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    first = client.put_event(microsoft.calendar, VIDEO)
    second = client.put_event(microsoft.calendar, later(VIDEO, 3))
    assert (second.event_id, second.ical_uid) == (first.event_id, first.ical_uid)
    assert second.join_url == first.join_url is not None
    assert only(microsoft)["start"] == "2026-11-25T13:00:00"
    assert [(mail["method"], mail["sequence"]) for mail in microsoft.outbox()] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
    ]


def test_a_new_description_keeps_the_teams_part_of_the_body(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    first = client.put_event(microsoft.calendar, VIDEO)
    second = client.put_event(microsoft.calendar, replace(VIDEO, description="Another text"))
    assert second.join_url == first.join_url
    assert only(microsoft)["body"].startswith("Another text<br>")
    assert "https://acme.test" not in only(microsoft)["body"]


def test_a_teams_link_that_is_not_there_yet_is_pending(microsoft: Microsoft, client: GraphCalendar) -> None:
    microsoft.ctl("switch", teams_reads=1)
    written = client.put_event(microsoft.calendar, VIDEO)
    assert (written.join_url, written.join_pending) == (None, True)
    found = client.get_event(microsoft.calendar, VIDEO.key)
    assert found is not None
    assert not found.join_pending
    assert str(found.join_url).startswith("https://teams.microsoft.com/")


def test_a_calendar_without_a_meeting_service_gets_an_event_without_a_link(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    written = client.put_event(microsoft.private, VIDEO)
    assert (written.join_url, written.join_pending) == (None, False)
    assert "isOnlineMeeting" not in microsoft.log("POST", "/events")[0]["body"]


def test_the_reps_own_edits_stay(microsoft: Microsoft, client: GraphCalendar) -> None:
    client.put_event(microsoft.calendar, DRAFT)
    guests = [
        {"emailAddress": {"address": guest, "name": guest}} for guest in (PRIYA.email, "paul@acme.test")
    ]
    microsoft.change(only(microsoft)["id"], {"subject": "Demo for Priya", "attendees": guests})
    client.put_event(microsoft.calendar, later(DRAFT, 1, guests=(PRIYA, Guest("pia@example.test"))))
    event = only(microsoft)
    assert event["subject"] == "Demo for Priya"
    assert {person["address"] for person in event["attendees"]} == {
        PRIYA.email,
        "pia@example.test",
        "paul@acme.test",
    }


def test_a_rescheduled_booking_moves_even_what_the_rep_made_a_whole_day(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    client.put_event(microsoft.calendar, DRAFT)
    whole = at("2026-11-26T00:00:00", "2026-11-27T00:00:00", isAllDay=True)
    microsoft.change(only(microsoft)["id"], whole)
    client.put_event(microsoft.calendar, DRAFT)
    assert only(microsoft)["is_all_day"]
    client.put_event(microsoft.calendar, later(DRAFT, 1))
    assert only(microsoft)["start"] == "2026-11-25T11:00:00"
    assert not only(microsoft)["is_all_day"]


def test_a_guest_who_is_no_longer_invited_is_taken_off(microsoft: Microsoft, client: GraphCalendar) -> None:
    client.put_event(microsoft.calendar, replace(DRAFT, guests=(PRIYA, Guest("pia@example.test"))))
    client.put_event(microsoft.calendar, DRAFT)
    assert [person["address"] for person in only(microsoft)["attendees"]] == [PRIYA.email]
    assert ("CANCEL", "pia@example.test") in [(mail["method"], mail["to"]) for mail in microsoft.outbox()]


def test_an_event_without_invitations_has_no_attendees(microsoft: Microsoft, client: GraphCalendar) -> None:
    client.put_event(microsoft.calendar, replace(DRAFT, invite=False))
    assert only(microsoft)["attendees"] == microsoft.outbox() == []


def test_an_edit_in_between_is_looked_at_again(microsoft: Microsoft, client: GraphCalendar) -> None:
    client.put_event(microsoft.calendar, DRAFT)
    microsoft.ctl(
        "fail", kind="status", method="PATCH", path="*", status=412, reason="ErrorIrresolvableConflict"
    )
    client.put_event(microsoft.calendar, later(DRAFT, 1))
    assert only(microsoft)["start"] == "2026-11-25T11:00:00"
    microsoft.ctl("fail", kind="status", method="PATCH", path="*", status=412, times=2)
    with pytest.raises(CalendarError) as caught:
        client.put_event(microsoft.calendar, later(DRAFT, 2))
    assert (caught.value.code, caught.value.permanent) == ("conflict", False)


def test_a_patch_names_the_version_it_was_made_for(microsoft: Microsoft, client: GraphCalendar) -> None:
    client.put_event(microsoft.calendar, DRAFT)
    sent: list[str | None] = []
    session = client._graph._session
    plain = session.request

    def spying(method: str, url: str, **more: Any) -> Any:
        if method == "PATCH":
            sent.append(more["headers"].get("If-Match"))
        return plain(method, url, **more)

    session.request = spying  # type: ignore[method-assign, assignment]
    client.put_event(microsoft.calendar, later(DRAFT, 1))
    assert sent == ['W/"CQAAABYAAAB00000001"']


def test_canceling_tells_the_guests_once_and_twice_is_no_error(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    client.put_event(microsoft.calendar, DRAFT)
    client.cancel_event(microsoft.calendar, DRAFT.key)
    client.cancel_event(microsoft.calendar, DRAFT.key)
    assert microsoft.events() == []
    assert [mail["method"] for mail in microsoft.outbox()] == ["REQUEST", "CANCEL"]
    assert client.get_event(microsoft.calendar, DRAFT.key) is None


def test_canceling_what_the_rep_has_deleted_is_no_error(microsoft: Microsoft, client: GraphCalendar) -> None:
    client.put_event(microsoft.calendar, DRAFT)
    microsoft.ctl("fail", kind="status", method="DELETE", path="*", status=404, reason="ErrorItemNotFound")
    client.cancel_event(microsoft.calendar, DRAFT.key)


def test_an_event_that_was_canceled_at_the_provider_is_gone_and_can_be_written_anew(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    client.put_event(microsoft.calendar, DRAFT)
    microsoft.delete(only(microsoft)["id"])
    assert client.get_event(microsoft.calendar, DRAFT.key) is None
    client.put_event(microsoft.calendar, DRAFT)
    assert only(microsoft)["subject"] == "Product demo"


def test_each_key_has_its_event_even_when_it_holds_a_quote(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    other = replace(DRAFT, key="bkg_o'brien:1", booking="bkg_o'brien")
    first, second = (client.put_event(microsoft.calendar, draft) for draft in (DRAFT, other))
    found = client.get_event(microsoft.calendar, other.key)
    assert found is not None
    assert found.event_id == second.event_id != first.event_id


def test_a_read_only_calendar_refuses_for_good(microsoft: Microsoft, client: GraphCalendar) -> None:
    with pytest.raises(CalendarError) as caught:
        client.put_event(microsoft.holidays, DRAFT)
    assert (caught.value.code, caught.value.permanent) == ("forbidden", True)


def test_a_vanished_calendar_refuses_for_good(microsoft: Microsoft, client: GraphCalendar) -> None:
    with pytest.raises(CalendarError) as caught:
        client.put_event("CAL-gone", DRAFT)
    assert (caught.value.code, caught.value.permanent) == ("not-found", True)


def test_revoked_access_asks_for_a_new_connection(microsoft: Microsoft, client: GraphCalendar) -> None:
    microsoft.ctl("revoke", email=ROSA)
    microsoft.ctl("fail", kind="status", path="/v1.0/*", times=2, status=401)
    with pytest.raises(CalendarError) as caught:
        client.list_calendars()
    assert (caught.value.code, caught.value.needs_reconnect) == ("unauthorized", True)
