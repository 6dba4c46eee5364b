"""The public API, version 1: what a prospect's browser calls. Each view says what came in, what was asked, what
goes out; who may call is decided by tokens and by the form's list of origins, never by cookies."""

from functools import lru_cache

from flask import Flask, Response, request

from app import clock
from app.db import db, reading
from app.enrichment.addresses import read_email
from app.errors import FieldError, Invalid, NotFound, Unauthenticated
from app.models import Booking
from app.store.bookings import find_booking
from app.store.company import FormView, company_at, load_company
from app.store.requests import OpenRequest
from app.tokens import Purpose, read_token
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.capture_lead import Submission
from app.usecases.describe_booking import describe_booking
from app.usecases.describe_times import SlotList, SlotQuery
from app.usecases.hold_slot import hold_slot, release_hold
from app.usecases.invite import invite_ics
from app.usecases.offer_slots import list_slots as offered_times
from app.usecases.offer_slots import open_request
from app.usecases.reschedule_meeting import reschedule_meeting, reschedule_slots
from app.usecases.submit_request import find_form, submit_request
from app.web.limits import limit_calls
from app.web.openapi import answer, api_blueprint, make_api, refusals
from app.web.packing import Packed, packed_answer
from app.web.policy import Policy, policy
from widget import shapes
from widget.forms import describe_form
from widget.origins import allow_origin, answer_preflight, check_origin, form_by_id
from widget.zones import zone_or_company

MINUTE = 60

forms = api_blueprint("public_forms", "/api/v1/forms", statuses=(403, 404, 429))
requests = api_blueprint(
    "public_requests", "/api/v1/requests", security="requestToken", statuses=(401, 403, 404)
)
bookings = api_blueprint(
    "public_bookings", "/api/v1/bookings", security="manageToken", statuses=(401, 403, 404)
)
for _blueprint in (forms, requests, bookings):
    _blueprint.before_request(answer_preflight)
    _blueprint.after_request(allow_origin)


def register_public_api(app: Flask) -> None:
    """Add the public API to the application."""
    api = make_api(app)
    for blueprint in (forms, requests, bookings):
        api.register(blueprint)


@forms.get("/<string:form>", responses={200: shapes.Form})
@policy(Policy.PUBLIC)
def get_form(path: shapes.FormPath) -> Response:
    """A form: its questions, looks, words and privacy notice."""
    form = _form(path.form)
    company = load_company(db.session(), clock.now().date())
    return answer(shapes.Form.model_validate(describe_form(form, company)), cached="public, max-age=60")


@forms.post("/<string:form>/requests", responses={201: shapes.RequestMade, **refusals(409)})
@policy(Policy.PUBLIC)
def create_request(path: shapes.FormPath, header: shapes.KeyHeader, body: shapes.NewRequest) -> Response:
    """Submit a form: captured, enriched, routed, and the first times, in one round trip."""
    form = _form(path.form)
    limit_calls("submit", 30, MINUTE)
    submission = Submission(
        answers=body.answers,
        timezone=zone_or_company(body.timezone),
        locale=body.locale,
        source=body.source.model_dump(exclude_none=True),
        key=header.key,
        behaviors=body.context.behaviors,
    )
    made = submit_request(form.slug, submission)
    return answer(
        shapes.RequestMade.model_validate(made), 201, without=set() if "slots" in made else {"slots"}
    )


@requests.get("/<string:request>/slots", responses={200: shapes.Slots})
@policy(Policy.REQUEST_TOKEN)
def list_slots(path: shapes.RequestPath, query: shapes.SlotParameters) -> Response:
    """The times to choose from, as the visitor reads the clock."""
    reading()
    found = _request(path.request)
    asked = SlotQuery(query.timezone or found.timezone, query.first, query.last, query.minutes)
    return packed_answer(_written(offered_times(found, asked)))


@requests.post("/<string:request>/holds", responses={201: shapes.HoldMade, **refusals(409, 429, 503)})
@policy(Policy.REQUEST_TOKEN)
def create_hold(path: shapes.RequestPath, body: shapes.NewHold) -> Response:
    """Keep a time for ten minutes; what the request kept before is given back."""
    _request(path.request)
    limit_calls("hold", 20, MINUTE, by=path.request)
    hold = hold_slot(path.request, body.start, body.minutes)
    return answer(shapes.HoldMade.model_validate({"hold": hold}), 201)


@requests.delete("/<string:request>/holds/<string:hold>", responses={204: None})
@policy(Policy.REQUEST_TOKEN)
def delete_hold(path: shapes.HoldPath) -> Response:
    """Give a kept time back."""
    _request(path.request)
    release_hold(path.request, path.hold)
    return Response(status=204)


@requests.post("/<string:request>/bookings", responses={201: shapes.BookingShown, **refusals(409, 429, 503)})
@policy(Policy.REQUEST_TOKEN)
def create_booking(path: shapes.RequestPath, header: shapes.KeyHeader, body: shapes.NewBooking) -> Response:
    """Book a time. The same Idempotency-Key and body give the first answer again."""
    _request(path.request)
    limit_calls("book", 20, MINUTE, by=path.request)
    order = BookingOrder(
        body.start, _guests(body.guests), body.notes.strip(), header.key, minutes=body.minutes
    )
    booking = _booking_row(book_meeting(path.request, order))
    return _shown(booking, 201)


@bookings.get("/<string:booking>", responses={200: shapes.BookingShown})
@policy(Policy.MANAGE_TOKEN)
def get_booking(path: shapes.BookingPath) -> Response:
    """A meeting as it stands."""
    return _shown(_managed(path.booking))


@bookings.get("/<string:booking>/slots", responses={200: shapes.Slots})
@policy(Policy.MANAGE_TOKEN)
def list_booking_slots(path: shapes.BookingPath, query: shapes.SlotParameters) -> Response:
    """The times this meeting can move to, with the same rep where possible."""
    booking = _managed(path.booking)
    asked = SlotQuery(query.timezone or booking.timezone, query.first, query.last)
    return answer(shapes.Slots.model_validate(reschedule_slots(path.booking, asked)))


@bookings.post("/<string:booking>/reschedule", responses={200: shapes.BookingShown, **refusals(409, 503)})
@policy(Policy.MANAGE_TOKEN)
def reschedule_booking(path: shapes.BookingPath, body: shapes.NewTime) -> Response:
    """Move a meeting; the old time is given back exactly if the new one was taken."""
    _managed(path.booking)
    reschedule_meeting(path.booking, body.start, by="prospect")
    return _shown(_booking_row(path.booking))


@bookings.post("/<string:booking>/cancel", responses={200: shapes.BookingShown})
@policy(Policy.MANAGE_TOKEN)
def cancel_booking(path: shapes.BookingPath, body: shapes.Cancellation) -> Response:
    """Call a meeting off; a cancelled one stays cancelled."""
    _managed(path.booking)
    cancel_meeting(path.booking, by="prospect", reason=body.reason.strip())
    return _shown(_booking_row(path.booking))


@bookings.get("/<string:booking>/invite.ics", responses={200: {"content": {"text/calendar": {}}}})
@policy(Policy.MANAGE_TOKEN)
def download_invite(path: shapes.BookingPath, query: shapes.InviteQuery) -> Response:
    """The meeting as a file for any calendar; the token comes in the header or in the link."""
    booking = _booking_row(path.booking)
    given = read_token(Purpose.INVITE, query.t) if query.t else read_token(Purpose.MANAGE, _bearer())
    if given != (booking.public_id, booking.token_version):
        raise NotFound
    response = Response(invite_ics(booking), mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


@lru_cache(maxsize=256)
def _written(times: SlotList) -> Packed:
    """Times as they travel; a pool's are the same for all who look at them from one zone."""
    return Packed.of(shapes.Slots.model_validate(times.to_json()).model_dump_json(by_alias=True))


def _form(slug: str) -> FormView:
    form = find_form(slug)
    check_origin(form)
    return form


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    return token.strip()


def _request(public_id: str) -> OpenRequest:
    """The request its token opens, for a page its form allows. Wrong and missing look the same."""
    given = read_token(Purpose.REQUEST, _bearer())
    found = open_request(public_id)
    if given != (found.public_id, found.token_version):
        raise NotFound
    company = company_at(db.session(), found.revision, clock.now().date())
    form = form_by_id(company, found.form_id)
    if form is None:
        raise NotFound
    check_origin(form)
    return found


def _booking_row(public_id: str) -> Booking:
    booking = find_booking(db.session(), public_id)
    if booking is None:
        raise NotFound
    return booking


def _managed(public_id: str) -> Booking:
    given = read_token(Purpose.MANAGE, _bearer())
    booking = _booking_row(public_id)
    if given != (booking.public_id, booking.token_version):
        raise NotFound
    company = load_company(db.session(), clock.now().date())
    form = form_by_id(company, booking.request.form_id)
    if form is not None:
        check_origin(form)
    return booking


def _shown(booking: Booking, status: int = 200) -> Response:
    return answer(shapes.BookingShown.model_validate({"booking": describe_booking(booking)}), status)


def _guests(typed: list[str]) -> list[str]:
    read = [read_email(guest) for guest in typed]
    wrong = [i for i, guest in enumerate(read) if guest is None]
    if wrong:
        raise Invalid([FieldError(f"guests[{i}]", "email", "Enter an e-mail address") for i in wrong])
    return list(dict.fromkeys(guest for guest in read if guest))
