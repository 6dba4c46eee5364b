"""What a rep chooses to count as busy holds at once, for what is offered and what is accepted alike."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.errors import Invalid, NotFound
from app.ids import new_id
from app.models import (
    Activity,
    AuditEntry,
    BusyBlock,
    Calendar,
    CalendarState,
    Connection,
    ConnectionState,
    Provider,
    Reservation,
    ReservationState,
)
from app.usecases.choose_busy import choose_busy
from app.usecases.hold_slot import hold_slot
from app.usecases.live_check import check_live
from app.usecases.sync_calendar import sync_calendar
from calendars.busy_table import CHOOSABLE, USUAL, Choices
from calendars.remote import BusyKind
from tests.fixtures.outside import REMY, ROSA, Outside, calendars_of, rep_of

TOMORROW = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
BOTH = pytest.mark.parametrize("reps", [(REMY,), (ROSA,)], indirect=True)
ELSEWHERE_CLOSES: Choices = {BusyKind.ELSEWHERE: True}
TENTATIVE_OPENS: Choices = {BusyKind.TENTATIVE: False}


def primary(email: str) -> Calendar:
    return next(calendar for calendar in calendars_of(email) if calendar.is_primary)


def add_tentative(outside: Outside, email: str, at: datetime = TOMORROW) -> str:
    if email == REMY:
        edges = [{"dateTime": edge.isoformat()} for edge in (at, at + timedelta(hours=1))]
        return outside.google.create(start=edges[0], end=edges[1], status="tentative")
    return outside.microsoft.create(outlook(at, "tentative"))


def outlook(at: datetime, shown: str) -> dict[str, Any]:
    edges = [
        {"dateTime": f"{edge:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"} for edge in (at, at + timedelta(hours=1))
    ]
    return {"subject": "x", "showAs": shown, "start": edges[0], "end": edges[1]}


def offered(outside: Outside, who: str) -> set[datetime]:
    return {datetime.fromisoformat(start) for start in outside.ask(who)[1]}


@BOTH
def test_a_choice_holds_at_once_and_so_does_going_back_to_the_usual(
    outside: Outside, reps: tuple[str, ...]
) -> None:
    [email] = reps
    add_tentative(outside, email)
    outside.connect_and_read(email)
    calendar, synced_at = primary(email).public_id, primary(email).synced_at
    assert TOMORROW not in offered(outside, "one@globex.test")
    assert choose_busy(calendar, TENTATIVE_OPENS, "somebody")
    assert TOMORROW in offered(outside, "two@globex.test")
    assert choose_busy(calendar, {}, "somebody")
    assert TOMORROW not in offered(outside, "three@globex.test")
    assert primary(email).synced_at == synced_at, "nothing was read anew"


@BOTH
def test_a_time_that_a_choice_opened_passes_the_live_check_and_is_booked(
    outside: Outside, reps: tuple[str, ...]
) -> None:
    [email] = reps
    add_tentative(outside, email)
    outside.connect_and_read(email)
    choose_busy(primary(email).public_id, TENTATIVE_OPENS, "somebody")
    request, starts = outside.ask()
    at = next(start for start in starts if datetime.fromisoformat(start) == TOMORROW)
    hold_slot(request, TOMORROW)
    db.session.rollback()
    hold = db.session.scalars(select(Reservation).where(Reservation.state == ReservationState.HELD)).one()
    assert check_live(hold.id) == "free"
    booking = outside.book_request(request, at)
    assert (booking.starts_at, booking.rep_id) == (TOMORROW, rep_of(email).id)
    # the control: as usual, the same question is answered otherwise
    choose_busy(primary(email).public_id, {}, "somebody")
    query = select(Reservation.id).where(Reservation.booking_id == booking.id)
    assert check_live(db.session.scalars(query).one()) == "busy"


@pytest.mark.parametrize("reps", [(ROSA,)], indirect=True)
def test_what_is_usually_open_can_be_chosen_to_close_time(outside: Outside) -> None:
    outside.microsoft.create(outlook(TOMORROW, "workingElsewhere"))
    outside.connect_and_read(ROSA)
    assert TOMORROW in offered(outside, "one@globex.test")
    request, _ = outside.ask("two@globex.test")
    hold_slot(request, TOMORROW)
    db.session.rollback()
    hold = db.session.scalars(select(Reservation).where(Reservation.state == ReservationState.HELD)).one()
    choose_busy(primary(ROSA).public_id, ELSEWHERE_CLOSES, "somebody")
    assert check_live(hold.id) == "busy"
    assert TOMORROW not in offered(outside, "three@globex.test")


def test_a_choice_survives_readings_and_holds_for_what_they_bring(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    choose_busy(primary(REMY).public_id, TENTATIVE_OPENS, "somebody")
    add_tentative(outside, REMY)
    later = TOMORROW + timedelta(hours=2)
    edges = [{"dateTime": edge.isoformat()} for edge in (later, later + timedelta(hours=1))]
    outside.google.create(start=edges[0], end=edges[1])
    assert sync_calendar(primary(REMY).public_id)
    found = offered(outside, "one@globex.test")
    assert TOMORROW in found and later not in found


def test_only_differences_from_the_usual_are_kept_and_written_down(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    calendar = primary(REMY).public_id
    assert not choose_busy(calendar, {BusyKind.FOCUS: True, BusyKind.TENTATIVE: True}, "somebody")
    assert choose_busy(calendar, {BusyKind.FOCUS: False, BusyKind.TENTATIVE: True}, "somebody")
    assert primary(REMY).busy_choices == {"focus": False}
    kind = "calendar.busy_chosen"
    assert [row.data for row in db.session.scalars(select(Activity).where(Activity.kind == kind))] == [
        {"calendar": calendar, "choices": {"focus": False}}
    ]
    [audited] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == kind))
    assert (audited.actor, audited.detail) == ("somebody", {"choices": {"focus": False}})


@pytest.mark.parametrize("kind", [BusyKind.BUSY, BusyKind.OUT_OF_OFFICE, BusyKind.ELSEWHERE])
def test_nobody_decides_about_what_is_plainly_busy_or_what_the_service_does_not_know(
    outside: Outside, kind: BusyKind
) -> None:
    outside.connect_and_read(REMY)
    with pytest.raises(Invalid):
        choose_busy(primary(REMY).public_id, {kind: False}, "somebody")
    assert primary(REMY).busy_choices == {}


def test_a_rep_decides_about_their_own_calendars_only(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    with pytest.raises(NotFound):
        choose_busy(primary(REMY).public_id, {}, "somebody", rep_id=rep_of(REMY).id + 1)


@pytest.mark.parametrize(
    ("service", "kind"), [(service, kind) for service, kinds in CHOOSABLE.items() for kind in kinds]
)
def test_each_choice_of_each_service_decides_what_is_offered(
    outside: Outside, service: str, kind: BusyKind
) -> None:
    calendar = mirror_with(Provider(service), kind)
    usually = USUAL[kind]
    assert (TOMORROW in offered(outside, "one@globex.test")) is not usually
    assert choose_busy(calendar, {kind: not usually}, "somebody")
    assert (TOMORROW in offered(outside, "two@globex.test")) is usually


def mirror_with(provider: Provider, kind: BusyKind) -> str:
    """A calendar of Remy's that was read just now, with one entry of a kind tomorrow; its public id."""
    at, public_id = clock.now(), new_id("cal")
    with transaction() as session:
        connection = Connection(
            public_id=new_id("con"), rep_id=rep_of(REMY).id, provider=provider, account="a", scopes=[],
            state=ConnectionState.ACTIVE, updated_at=at,
        )  # fmt: skip
        calendar = Calendar(
            public_id=public_id, rep_id=rep_of(REMY).id, remote_id="r", name="Work", can_write=True,
            is_primary=True, checks_conflicts=True, is_destination=True, state=CalendarState.OK, warnings=[],
            synced_at=at, known_from=at - timedelta(days=7), known_until=at + timedelta(days=90),
        )  # fmt: skip
        connection.calendars.append(calendar)
        session.add(connection)
        session.flush()
        session.add(
            BusyBlock(
                calendar_id=calendar.id, event_id="e", instance_key="", starts_at=TOMORROW,
                ends_at=TOMORROW + timedelta(hours=1), kind=kind.value,
            )
        )  # fmt: skip
    return public_id
