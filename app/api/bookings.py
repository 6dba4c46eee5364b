"""Meetings: what is coming, what was, and what became of it."""

from flask import Response

from app import clock
from app.api.keyring import caller, needs
from app.api.meeting_shapes import (
    AcceptBody,
    BookingLine,
    BookingPath,
    BookingQuery,
    Bookings,
    CancelBody,
    MoveBody,
    OutcomeBody,
    Person,
    ReassignBody,
    SkipBody,
)
from app.db import db
from app.errors import NotFound
from app.scopes import Scope
from app.store.pages import meetings as pages
from app.store.pages.setup import find_rep_by_email
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.reassign_meeting import reassign_meeting
from app.usecases.record_outcome import record_outcome
from app.usecases.replace_colleague import replace_colleague
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.skip_meeting import accept_meeting, skip_meeting
from app.web.openapi import answer, api_blueprint, refusals
from routing.party import PRIMARY

api = api_blueprint("admin_bookings", "/api/v1/admin", security="apiKey", statuses=(401, 403, 429, 503))


@api.get("/bookings", responses={200: Bookings})
@needs(Scope.BOOKINGS_READ)
def list_bookings(query: BookingQuery) -> Response:
    """Meetings, a page at a time."""
    at = clock.now()
    rows = pages.list_meetings(db.session(), at=at, which=query.which, offset=query.offset)
    following = query.offset + pages.PAGE if len(rows) > pages.PAGE else None
    return answer(Bookings(bookings=[_line(row) for row in rows[: pages.PAGE]], next=following))


@api.get("/bookings/<string:booking>", responses={200: BookingLine})
@needs(Scope.BOOKINGS_READ)
def get_booking(path: BookingPath) -> Response:
    """One meeting."""
    return _answer(path.booking)


@api.post("/bookings/<string:booking>/cancel", responses={200: BookingLine})
@needs(Scope.BOOKINGS_WRITE)
def cancel_booking(path: BookingPath, body: CancelBody) -> Response:
    """Call a meeting off; one that was called off before stays as it is."""
    by = "prospect" if body.for_prospect else caller().key
    cancel_meeting(path.booking, by=by, reason=body.reason)
    return _answer(path.booking)


@api.post("/bookings/<string:booking>/reschedule", responses={200: BookingLine, **refusals(409)})
@needs(Scope.BOOKINGS_WRITE)
def move_booking(path: BookingPath, body: MoveBody) -> Response:
    """Move a meeting; the old time is free exactly if the new one was taken."""
    reschedule_meeting(path.booking, body.start, by=caller().key)
    return _answer(path.booking)


@api.post("/bookings/<string:booking>/outcome", responses={200: BookingLine, **refusals(409)})
@needs(Scope.BOOKINGS_WRITE)
def record_booking_outcome(path: BookingPath, body: OutcomeBody) -> Response:
    """Say what became of a meeting that has begun; a prospect who did not come gives the turn back."""
    record_outcome(path.booking, body.outcome, by=caller().key)
    return _answer(path.booking)


@api.post("/bookings/<string:booking>/reassign", responses={200: BookingLine, **refusals(409)})
@needs(Scope.BOOKINGS_WRITE)
def reassign_booking(path: BookingPath, body: ReassignBody) -> Response:
    """Give a meeting, or the seat of a colleague in it, to another rep at the same time: by name, or to the next by
    the same engine."""
    chosen = _rep_id(body.rep) if body.rep else None
    if body.colleague:
        left = _rep_id(body.colleague)
        replace_colleague(path.booking, left, body.reason, caller().actor, rep=chosen)
    else:
        reassign_meeting(path.booking, body.reason, caller().actor, rep=chosen)
    return _answer(path.booking)


def _rep_id(email: str) -> str:
    rep = find_rep_by_email(db.session(), email)
    if rep is None:
        raise NotFound("There is no such rep.")
    return rep.public_id


@api.post("/bookings/<string:booking>/skip", responses={200: BookingLine, **refusals(409)})
@needs(Scope.BOOKINGS_WRITE)
def skip_booking(path: BookingPath, body: SkipBody) -> Response:
    """Say for a rep that a meeting of theirs is not for them. With nobody else free it stays with them and waits in
    a queue."""
    rep = find_rep_by_email(db.session(), body.rep)
    if rep is None:
        raise NotFound("There is no such rep.")
    skip_meeting(path.booking, rep.id, body.reason, by=caller().key)
    return _answer(path.booking)


@api.post("/bookings/<string:booking>/accept", responses={200: BookingLine, **refusals(409)})
@needs(Scope.BOOKINGS_WRITE)
def accept_booking(path: BookingPath, body: AcceptBody) -> Response:
    """Say for a rep that they will be there."""
    rep = find_rep_by_email(db.session(), body.rep)
    if rep is None:
        raise NotFound("There is no such rep.")
    accept_meeting(path.booking, rep.id, by=caller().key)
    return _answer(path.booking)


def _answer(booking: str) -> Response:
    row = pages.find_meeting(db.session(), booking)
    if row is None:
        raise NotFound
    return answer(_line(row))


def _line(row: pages.MeetingRow) -> BookingLine:
    booking = row.booking
    return BookingLine(
        id=booking.public_id,
        state=booking.state,
        lead=row.lead.public_id,
        rep=row.rep.email,
        people=[
            Person(role=PRIMARY, rep=row.rep.email),
            *(Person(role=party.role, rep=party.rep.email) for party in booking.parties),
        ],
        meeting_type=row.kind,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        timezone=booking.timezone,
        event=row.event.value if row.event else None,
        join_url=booking.join_url,
        cancelled_by=booking.cancelled_by,
        cancel_reason=booking.cancel_reason,
        outcome=booking.outcome,
        accepted_at=booking.accepted_at,
        session=booking.group.public_id if booking.group else None,
    )
