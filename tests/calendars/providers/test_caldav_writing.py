"""Writing to a CalDAV server where the contract does not reach: the same UID elsewhere, edits at the same moment."""

from dataclasses import replace

import pytest
from icalendar import Calendar

from calendars.ics_uid import uid_of
from calendars.providers.base import CalendarError
from calendars.providers.caldav import CalDavCalendar
from tests.calendars.providers.case_caldav import Case, guarded
from tests.calendars.providers.test_contract_writing import DRAFT, LATER, NINE, NOON
from tests.fixtures.radicale import Reply


@pytest.fixture
def caldav(request: pytest.FixtureRequest) -> Case:
    """One account at Radicale."""
    return Case(request)


def test_the_object_has_the_uid_of_our_own_invitation_and_an_address_made_of_it(caldav: Case) -> None:
    written = caldav.provider.put_event(caldav.calendar_id, replace(DRAFT, key="bkg_1:2"))
    assert written.ical_uid == uid_of("bkg_1", 2)
    assert caldav.person.names() == [written.event_id] == [f"{uid_of('bkg_1', 2)}.ics"]


def test_a_first_write_never_goes_over_what_is_there(caldav: Case) -> None:
    caldav.provider.put_event(caldav.calendar_id, DRAFT)
    caldav.provider.put_event(caldav.calendar_id, LATER)
    first, second, third = [each for each in caldav.radicale.relay.seen if each[0] == "PUT"]
    assert first[2]["If-None-Match"] == second[2]["If-None-Match"] == "*"
    assert third[2]["If-Match"].startswith('"')
    [event] = Calendar.from_ical(caldav.person.get(caldav.person.names()[0])).events
    assert event["SEQUENCE"] == 1


def test_an_event_that_was_imported_under_another_name_is_moved_and_removed_there(caldav: Case) -> None:
    written = caldav.provider.put_event(caldav.calendar_id, DRAFT)
    content = caldav.person.get(written.event_id)
    caldav.person.delete(written.event_id)
    caldav.person.put("imported.ics", content)
    found = caldav.provider.get_event(caldav.calendar_id, DRAFT.key)
    assert found is not None
    assert found.event_id == "imported.ics"
    assert caldav.provider.put_event(caldav.calendar_id, LATER).event_id == "imported.ics"
    assert (caldav.person.names(), caldav.live_events("bkg_1")) == (["imported.ics"], [NOON])
    caldav.provider.cancel_event(caldav.calendar_id, DRAFT.key)
    assert caldav.person.names() == []


def test_an_edit_at_the_same_moment_is_seen_and_the_draft_still_arrives(caldav: Case) -> None:
    caldav.provider.put_event(caldav.calendar_id, DRAFT)
    name = caldav.person.names()[0]
    edits = [caldav.person.get(name).replace("SUMMARY:", "SUMMARY:My ")]

    def edit_first(method: str, path: str, body: bytes) -> None:
        if method == "PUT" and edits and b"SEQUENCE:1" in body:
            caldav.person.put(name, edits.pop())

    caldav.radicale.relay.answer = edit_first
    caldav.provider.put_event(caldav.calendar_id, LATER)
    assert edits == []
    assert caldav.live_events("bkg_1") == [NOON]


def test_a_calendar_that_is_edited_without_end_is_tried_again_later(caldav: Case) -> None:
    caldav.provider.put_event(caldav.calendar_id, DRAFT)
    caldav.radicale.relay.answer = lambda method, *_: Reply(412) if method == "PUT" else None
    with pytest.raises(CalendarError) as raised:
        caldav.provider.put_event(caldav.calendar_id, LATER)
    assert (raised.value.code, raised.value.permanent) == ("conflict", False)


def test_a_server_that_gives_no_etag_is_asked_what_it_keeps(caldav: Case) -> None:
    def lose_etag(method: str, path: str, body: bytes) -> Reply | None:
        if method != "PUT":
            return None
        caldav.person.request("PUT", path, body.decode(), **{"Content-Type": "text/calendar"})
        return Reply(201)

    caldav.radicale.relay.answer = lose_etag
    written = caldav.provider.put_event(caldav.calendar_id, DRAFT)
    assert written.etag
    assert caldav.live_events("bkg_1") == [NINE]


def test_a_calendar_that_is_gone_is_said_to_be(caldav: Case) -> None:
    missing = caldav.calendar_id.replace("/office/", "/play/")
    for call in (
        lambda: caldav.provider.put_event(missing, DRAFT),
        lambda: caldav.provider.get_event(missing, DRAFT.key),
        lambda: caldav.provider.cancel_event(missing, DRAFT.key),
    ):
        with pytest.raises(CalendarError) as raised:
            call()
        assert raised.value.code == "not-found"


def test_guests_are_named_but_the_server_is_told_not_to_invite_them(caldav: Case) -> None:
    relay, person = caldav.radicale.relay, caldav.person
    own = frozenset({"rita@acme.test"})
    provider = CalDavCalendar(guarded(relay), relay.url, person.name, person.password, "UTC", owners=own)
    provider.put_event(caldav.calendar_id, DRAFT)
    [event] = Calendar.from_ical(person.get(person.names()[0])).events
    assert event["ORGANIZER"] == "mailto:rita@acme.test"
    assert event["ATTENDEE"] == "mailto:priya@prospect.test"
    assert event["ATTENDEE"].params["SCHEDULE-AGENT"] == "CLIENT"
    assert "METHOD" not in person.get(person.names()[0])
