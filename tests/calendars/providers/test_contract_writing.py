"""What every provider that can write promises about our meetings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calendars.providers.base import CalendarError, EventDraft, Guest
from calendars.span import Span
from tests.calendars.providers.case import RETRY_AFTER, ProviderCase, Trouble
from tests.calendars.providers.mirror import Mirror
from tests.calendars.providers.test_contract import NINE, TEN, WINDOW, span

PRIYA = Guest("priya@prospect.test", "Priya")
PAUL = Guest("paul@prospect.test")
DRAFT = EventDraft(
    key="bkg_1:1",
    booking="bkg_1",
    title="Product demo",
    description="Change or cancel: https://acme.test/b/bkg_1",
    start=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
    end=datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
    timezone="Europe/Berlin",
    guests=(PRIYA,),
)
LATER = replace(DRAFT, start=DRAFT.start + timedelta(hours=3), end=DRAFT.end + timedelta(hours=3))
NOON = span("2026-11-25T12:00", "2026-11-25T12:30")


def put(writer: ProviderCase, draft: EventDraft = DRAFT) -> str:
    return writer.provider.put_event(writer.calendar_id, draft).event_id


def told(writer: ProviderCase) -> list[tuple[str, str]]:
    """What the service told guests, where it does."""
    messages = list(writer.told())
    assert writer.tells_guests or not messages
    return messages


def expected(writer: ProviderCase, *messages: tuple[str, str]) -> list[tuple[str, str]]:
    """The messages, from a service that sends any."""
    return list(messages) if writer.tells_guests else []


def put_until_answered(writer: ProviderCase, draft: EventDraft = DRAFT) -> None:
    """As a job does: again when the outcome is unknown."""
    for _ in range(3):
        try:
            writer.provider.put_event(writer.calendar_id, draft)
        except CalendarError as error:
            assert not error.permanent
        else:
            return
    raise AssertionError("no answer")


def test_an_event_is_written_at_the_instant_it_was_meant_for(writer: ProviderCase) -> None:
    written = writer.provider.put_event(writer.calendar_id, DRAFT)
    assert list(writer.live_events("bkg_1")) == [NINE]
    assert written.event_id
    assert written.ical_uid
    assert written.etag


@pytest.mark.parametrize("timezone", ["Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham", "UTC"])
def test_the_zone_it_is_shown_in_does_not_move_it(writer: ProviderCase, timezone: str) -> None:
    put(writer, replace(DRAFT, timezone=timezone))
    assert list(writer.live_events("bkg_1")) == [NINE]


def test_the_service_invites_each_guest_once(writer: ProviderCase) -> None:
    put(writer, replace(DRAFT, guests=(PRIYA, PAUL)))
    assert sorted(told(writer)) == expected(writer, ("REQUEST", PAUL.email), ("REQUEST", PRIYA.email))


def test_nobody_is_told_where_we_invite_ourselves(writer: ProviderCase) -> None:
    put(writer, replace(DRAFT, invite=False))
    assert list(writer.told()) == []


def test_writing_twice_is_writing_once(writer: ProviderCase) -> None:
    assert put(writer) == put(writer)
    assert len(writer.live_events("bkg_1")) == 1
    assert told(writer) == expected(writer, ("REQUEST", PRIYA.email))


@pytest.mark.parametrize("trouble", [Trouble.ANSWER_LOST, Trouble.FAILED_AFTER])
def test_an_answer_that_got_lost_leaves_one_event_and_one_invitation(
    writer: ProviderCase, trouble: Trouble
) -> None:
    writer.fail(trouble)
    put_until_answered(writer)
    put_until_answered(writer)
    assert list(writer.live_events("bkg_1")) == [NINE]
    assert told(writer) == expected(writer, ("REQUEST", PRIYA.email))


@pytest.mark.parametrize("trouble", [Trouble.DOWN, Trouble.CUT_OFF, Trouble.NONSENSE])
def test_trouble_while_writing_is_worth_another_try(writer: ProviderCase, trouble: Trouble) -> None:
    writer.fail(trouble)
    with pytest.raises(CalendarError) as raised:
        put(writer)
    assert (raised.value.code, raised.value.permanent) == ("unavailable", False)
    put(writer)
    assert list(writer.live_events("bkg_1")) == [NINE]


def test_throttled_writing_says_when_to_come_back(writer: ProviderCase) -> None:
    writer.fail(Trouble.THROTTLED)
    with pytest.raises(CalendarError) as raised:
        put(writer)
    assert (raised.value.code, raised.value.retry_after) == ("rate-limited", RETRY_AFTER)
    assert list(writer.live_events("bkg_1")) == []


def test_a_new_time_moves_the_same_event_and_tells_the_guest(writer: ProviderCase) -> None:
    first = put(writer)
    assert put(writer, LATER) == first
    assert list(writer.live_events("bkg_1")) == [NOON]
    assert told(writer) == expected(writer, ("REQUEST", PRIYA.email), ("REQUEST", PRIYA.email))


def test_going_back_to_the_first_time_is_a_change_too(writer: ProviderCase) -> None:
    for draft in (DRAFT, LATER, DRAFT):
        put(writer, draft)
    assert list(writer.live_events("bkg_1")) == [NINE]


def test_a_repeated_write_does_not_undo_what_the_rep_changed_since(writer: ProviderCase) -> None:
    writer.move(put(writer), TEN)
    put(writer)
    assert list(writer.live_events("bkg_1")) == [TEN]


def test_another_generation_is_another_event(writer: ProviderCase) -> None:
    assert put(writer) != put(writer, replace(LATER, key="bkg_1:2"))
    assert sorted(writer.live_events("bkg_1")) == [NINE, NOON]


def test_an_event_is_found_by_its_key_until_somebody_deletes_it(writer: ProviderCase) -> None:
    written = writer.provider.put_event(writer.calendar_id, DRAFT)
    found = writer.provider.get_event(writer.calendar_id, DRAFT.key)
    assert found is not None
    assert (found.event_id, found.ical_uid) == (written.event_id, written.ical_uid)
    writer.delete(written.event_id)
    assert writer.provider.get_event(writer.calendar_id, DRAFT.key) is None


def test_an_event_never_written_is_not_found(writer: ProviderCase) -> None:
    assert writer.provider.get_event(writer.calendar_id, "bkg_9:1") is None


def test_an_event_that_somebody_deleted_can_be_written_again(writer: ProviderCase) -> None:
    writer.delete(put(writer))
    put(writer)
    assert list(writer.live_events("bkg_1")) == [NINE]
    assert writer.provider.get_event(writer.calendar_id, DRAFT.key) is not None


def test_canceling_removes_the_event_and_tells_the_guest_once(writer: ProviderCase) -> None:
    put(writer)
    for _ in range(2):
        writer.provider.cancel_event(writer.calendar_id, DRAFT.key)
    assert list(writer.live_events("bkg_1")) == []
    assert told(writer) == expected(writer, ("REQUEST", PRIYA.email), ("CANCEL", PRIYA.email))


def test_canceling_what_was_never_written_is_no_error(writer: ProviderCase) -> None:
    writer.provider.cancel_event(writer.calendar_id, "bkg_9:1")
    assert list(writer.told()) == []


@pytest.mark.parametrize("trouble", [Trouble.ANSWER_LOST, Trouble.FAILED_AFTER])
def test_a_cancellation_whose_answer_got_lost_can_be_repeated(writer: ProviderCase, trouble: Trouble) -> None:
    put(writer)
    writer.fail(trouble)
    for _ in range(3):
        try:
            writer.provider.cancel_event(writer.calendar_id, DRAFT.key)
        except CalendarError as error:
            assert not error.permanent
    assert list(writer.live_events("bkg_1")) == []
    assert told(writer) == expected(writer, ("REQUEST", PRIYA.email), ("CANCEL", PRIYA.email))


def test_our_own_booking_is_marked_in_the_mirror_and_left_out_of_the_live_check(writer: ProviderCase) -> None:
    put(writer)
    writer.add(TEN)
    mirror = Mirror(writer.provider, writer.calendar_id)
    mirror.sync(WINDOW)
    assert sorted((item.booking or "", item.span) for item in mirror.items()) == [("", TEN), ("bkg_1", NINE)]
    assert writer.provider.check_busy([writer.calendar_id], WINDOW).busy == (TEN,)


def test_a_booking_that_the_rep_moves_is_read_back_at_its_new_time(writer: ProviderCase) -> None:
    mirror = Mirror(writer.provider, writer.calendar_id)
    event_id = put(writer)
    mirror.sync(WINDOW)
    writer.move(event_id, TEN)
    mirror.sync(WINDOW)
    assert [(item.booking, item.span) for item in mirror.items()] == [("bkg_1", TEN)]


def test_a_video_link_is_there_at_once_or_said_to_be_on_its_way(writer: ProviderCase) -> None:
    written = writer.provider.put_event(writer.calendar_id, replace(DRAFT, wants_video=True))
    if not writer.makes_video:
        assert (written.join_url, written.join_pending) == (None, False)
        return
    for _ in range(4):
        if not written.join_pending:
            break
        found = writer.provider.get_event(writer.calendar_id, DRAFT.key)
        assert found is not None
        written = found
    assert (written.join_url or "").startswith("http")


def test_no_video_link_is_made_unasked(writer: ProviderCase) -> None:
    written = writer.provider.put_event(writer.calendar_id, DRAFT)
    assert written.join_url is None
    assert not written.join_pending


def test_a_video_link_stays_when_the_meeting_moves(writer: ProviderCase) -> None:
    links = set()
    for draft in (DRAFT, LATER):
        writer.provider.put_event(writer.calendar_id, replace(draft, wants_video=True))
        looks = [writer.provider.get_event(writer.calendar_id, DRAFT.key) for _ in range(2)]
        assert looks[-1] is not None
        links.add(looks[-1].join_url)
    assert len(links) == 1
    assert (None not in links) == writer.makes_video


def test_writing_with_withdrawn_access_needs_the_person(writer: ProviderCase) -> None:
    writer.revoke()
    for call in (
        lambda: put(writer),
        lambda: writer.provider.get_event(writer.calendar_id, DRAFT.key),
        lambda: writer.provider.cancel_event(writer.calendar_id, DRAFT.key),
    ):
        with pytest.raises(CalendarError) as raised:
            call()
        assert raised.value.needs_reconnect == writer.by_person


def test_an_access_token_that_ran_out_does_not_write_twice(writer: ProviderCase) -> None:
    writer.expire_access()
    put(writer)
    assert list(writer.live_events("bkg_1")) == [Span(*NINE)]
    assert told(writer) == expected(writer, ("REQUEST", PRIYA.email))
