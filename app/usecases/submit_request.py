"""A submission's whole way in one call: captured, enriched, routed, and the first times offered."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app import clock
from app.db import Session, db, transaction
from app.errors import NotFound
from app.log import get_logger
from app.models import RequestState
from app.queue import defer
from app.store.company import FormView, company_at, load_company
from app.store.destinations import destinations_of
from app.store.records import add_activity
from app.store.requests import find_open_request, find_request, find_upcoming_booking
from app.tokens import Purpose, make_token
from app.usecases.capture_lead import Submission, capture_lead
from app.usecases.enrich_lead import enrich_lead
from app.usecases.offer_slots import SlotQuery, slots_of
from app.usecases.route_request import route_request
from app.usecases.settle_request import settle_without_times
from calendars.zones import local_day, to_minutes
from routing.destination import first_of
from routing.route import Destination, DestinationKind

FIRST_DAYS = 31
log = get_logger(__name__)


def submit_request(form_slug: str, submission: Submission) -> dict[str, Any]:
    """Capture, enrich, route and offer. Returns the answer of `POST /forms/{form}/requests`.

    The lead is committed before anything that can fail: if routing fails, the request is kept, a job routes it
    again, and the prospect reads that we will be in touch. Raises NotFound, Invalid, IdempotencyMismatch.
    """
    form = find_form(form_slug)
    request_id, is_new = capture_lead(form, submission)
    if is_new:
        try:
            _decide(request_id)
        except Exception:
            db.session.rollback()
            log.exception("request.not_routed", request=request_id)
            _route_later(request_id)
    answer = describe_request(request_id, form, submission.timezone, submission.locale)
    if is_new and _has_no_times(answer):
        settle_without_times(request_id)
        return describe_request(request_id, form, submission.timezone, submission.locale)
    return answer


def _has_no_times(answer: Mapping[str, Any]) -> bool:
    return answer["next"]["kind"] == "offer" and answer["slots"]["reason"] is not None


def find_form(slug: str) -> FormView:
    """A form in use. Raises NotFound."""
    company = load_company(db.session(), clock.now().date())
    if slug not in company.forms:
        raise NotFound("There is no such form")
    return company.forms[slug]


def _decide(request_id: str) -> None:
    if _has_meeting(request_id):
        return
    enrich_lead(request_id)
    route_request(request_id)


def _has_meeting(request_id: str) -> bool:
    """Somebody who has a meeting coming gets its link by mail and takes no second turn."""
    with transaction() as session:
        request = find_request(session, request_id)
        if request is None:
            raise NotFound
        booking = find_upcoming_booking(session, request.lead_id, clock.now())
        if booking is None:
            return False
        request.state = RequestState.REPEATED
        add_activity(
            session,
            "request.repeated",
            at=clock.now(),
            actor="prospect",
            lead_id=request.lead_id,
            request_id=request.id,
            booking_id=booking.id,
        )
        defer(session, "mail_manage_link", once=f"manage-link:{booking.public_id}", booking=booking.public_id)
        return True


def _route_later(request_id: str) -> None:
    with transaction() as session:
        defer(session, "route_request", once=f"route:{request_id}", request=request_id)


def describe_request(request_id: str, form: FormView, timezone: str, locale: str) -> dict[str, Any]:
    """The request as the public API shows it: what comes next, and the first times if there are any to choose.

    Messages are told in the language of `locale` where the form has it, else in English.
    """
    session = db.session()
    request = find_open_request(session, request_id)
    if request is None:
        raise NotFound
    now = clock.now()
    company = company_at(session, request.revision, now.date())
    token = make_token(Purpose.REQUEST, request_id, request.token_version)
    answer: dict[str, Any] = {"request": {"id": request_id, "token": token}}
    place = _place_of(session, request.route_id, request.state)
    answer["next"] = _next(form, request.state, place, locale)
    if answer["next"]["kind"] == "offer":
        first = local_day(timezone, to_minutes(now))
        query = SlotQuery(timezone, first, first + timedelta(days=FIRST_DAYS - 1))
        answer["slots"] = slots_of(session, company, request, query, now).to_json()
    return answer


def _place_of(session: Session, route_id: int | None, state: RequestState) -> Destination | None:
    """Where a request stands: where its way ends when that ended it, else the first that can take it."""
    if route_id is None:
        return None
    destinations = destinations_of(session, route_id)
    is_over = state in {RequestState.REFUSED, RequestState.NURTURED}
    return destinations[-1] if is_over else first_of(destinations)


def _next(form: FormView, state: RequestState, first: Destination | None, locale: str) -> dict[str, Any]:
    if state in {RequestState.OFFERED, RequestState.BOOKED}:
        return {"kind": "offer"}
    if state is RequestState.REPEATED:
        return _message(form, "repeated", locale)
    if first is None:
        return _message(form, "received", locale)
    if first.kind is DestinationKind.REDIRECT:
        return {"kind": "redirect", "url": first.name}
    if first.kind is DestinationKind.NURTURE:
        return _message(form, first.name if first.name in form.messages else "nurtured", locale)
    return _message(form, first.name if first.kind is DestinationKind.MESSAGE else "queued", locale)


_WORDS = {
    "repeated": ("Check your mail", "We have sent you a message with everything you need."),
    "received": ("Thank you", "We have your request and will be in touch shortly."),
    "nurtured": ("Thank you", "We have your request. We will come back to you when there is news for you."),
    "queued": ("Thank you", "We have your request. A colleague will be in touch shortly."),
}


def _message(form: FormView, name: str, locale: str) -> dict[str, Any]:
    """A form's own words for an outcome, or ours."""
    title, text = _WORDS.get(name, _WORDS["received"])
    own = form.messages.get(name)
    if own is None:
        return {"kind": "message", "title": title, "text": text}
    said = _in_language(own.get("title"), locale), _in_language(own.get("text"), locale)
    return {"kind": "message", "title": said[0] or title, "text": said[1]}


def _in_language(texts: Mapping[str, str] | None, locale: str) -> str:
    """The text for a locale such as `de-AT`: its own, its language's, the English one, or the first there is."""
    texts = texts or {}
    wanted = (locale, locale.partition("-")[0].lower(), "en", *texts)
    return next((texts[each] for each in wanted if texts.get(each)), "")
