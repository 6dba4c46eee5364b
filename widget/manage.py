"""The page where a prospect sees, moves or cancels their meeting.

The link's token is exchanged for a short cookie at the first visit and leaves the address, so that it is in no
history, screenshot or Referer. Looking never changes anything: moving and cancelling are forms of their own.
"""

from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from app import clock
from app.config import Settings
from app.db import db
from app.errors import NotFound, SlotTaken
from app.models import Booking, BookingState
from app.store.bookings import find_booking
from app.store.company import FormView, load_company
from app.tokens import Purpose, read_token
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.describe_booking import describe_booking
from app.usecases.offer_slots import SlotQuery
from app.usecases.reschedule_meeting import reschedule_meeting, reschedule_slots
from app.usecases.why_you_meet import why_you_meet
from app.web.policy import Policy, policy
from app.web.route_class import RouteClass
from widget.chosen import chosen_start
from widget.forms import describe_form
from widget.origins import form_by_id
from widget.page import page_context
from widget.words import LANGUAGES
from widget.zones import zone_or

manage = Blueprint("widget_manage", __name__, template_folder="templates")

COOKIE_SECONDS = 2 * 3600
_LINK_OVER = {
    "en": "This link does not work any more",
    "de": "Dieser Link gilt nicht mehr",
    "es": "Este enlace ya no es válido",
    "fr": "Ce lien n’est plus valable",
}
_LINK_OVER_TEXT = {
    "en": "Open the link in the newest message about your meeting.",
    "de": "Öffnen Sie den Link in der neuesten Nachricht zu Ihrem Termin.",
    "es": "Abra el enlace del mensaje más reciente sobre su reunión.",
    "fr": "Ouvrez le lien du dernier message concernant votre rendez-vous.",
}


@manage.get("/b/<booking>")
@policy(Policy.MANAGE_TOKEN, route_class=RouteClass.MANAGE)
def show(booking: str) -> Response | str | tuple[str, int]:
    """The meeting as it stands; a link with a token first trades it for the cookie."""
    token = request.args.get("t")
    if token is not None:
        return _trade(booking, token)
    found = _opened(booking)
    if found is None:
        return _closed()
    return _page(found, notice="moved" if "moved" in request.args else None)


@manage.post("/b/<booking>/move")
@policy(Policy.MANAGE_TOKEN, route_class=RouteClass.MANAGE, csrf=True)
def move(booking: str) -> Response | str | tuple[str, int]:
    """Move the meeting to a time that was on offer."""
    found = _opened(booking)
    if found is None:
        return _closed()
    start = chosen_start()
    if start is None:
        return _page(found)
    try:
        reschedule_meeting(booking, start, by="prospect")
    except SlotTaken:
        say = page_context({}, _locale(found))["say"]
        return _page(found, problem=say("takenNone", time=say.time(start.isoformat(), _zone(found)))), 409
    return _to(url_for("widget_manage.show", booking=booking, moved=1))


@manage.post("/b/<booking>/cancel")
@policy(Policy.MANAGE_TOKEN, route_class=RouteClass.MANAGE, csrf=True)
def cancel(booking: str) -> Response | str | tuple[str, int]:
    """Call the meeting off."""
    if _opened(booking) is None:
        return _closed()
    cancel_meeting(booking, by="prospect", reason=request.form.get("reason", "").strip()[:1000])
    return _to(url_for("widget_manage.show", booking=booking))


def _trade(booking: str, token: str) -> Response | tuple[str, int]:
    if _find(booking, token) is None:
        return _closed()
    response = _to(url_for("widget_manage.show", booking=booking))
    settings: Settings = current_app.extensions["settings"]
    response.set_cookie(
        _cookie_name(settings),
        token,
        max_age=COOKIE_SECONDS,
        secure=settings.is_secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def _cookie_name(settings: Settings) -> str:
    return "__Host-meeting" if settings.is_secure else "meeting"


def _opened(booking: str) -> Booking | None:
    token = request.cookies.get(_cookie_name(current_app.extensions["settings"]))
    return _find(booking, token) if token else None


def _find(booking: str, token: str) -> Booking | None:
    found = find_booking(db.session(), booking)
    if found is None or read_token(Purpose.MANAGE, token) != (found.public_id, found.token_version):
        return None
    return found


def _page(booking: Booking, *, notice: str | None = None, problem: str | None = None) -> str:
    form = _form_of(booking)
    facts = describe_form(form, load_company(db.session(), clock.now().date())) if form else {}
    zone = _zone(booking)
    can_change = booking.state is BookingState.CONFIRMED and booking.starts_at > clock.now()
    context: dict[str, Any] = page_context(facts, _locale(booking)) | {
        "form": facts or None,
        "booking": describe_booking(booking),
        "reasons": why_you_meet(booking) if can_change else (),
        "zone": zone,
        "slots": _slots(booking, zone) if can_change else None,
        "can_change": can_change,
        "csrf_token": generate_csrf,
        "reschedule_url": url_for("widget_manage.move", booking=booking.public_id),
        "cancel_url": url_for("widget_manage.cancel", booking=booking.public_id),
        "notice": notice,
        "problem": problem,
        "again_url": url_for("widget_pages.show_form", slug=form.slug) if form else None,
    }
    return render_template("widget/manage.html", **context)


def _slots(booking: Booking, zone: str) -> dict[str, Any] | None:
    try:
        return reschedule_slots(booking.public_id, SlotQuery(zone))
    except NotFound:
        return None


def _form_of(booking: Booking) -> FormView | None:
    return form_by_id(load_company(db.session(), clock.now().date()), booking.request.form_id)


def _zone(booking: Booking) -> str:
    return zone_or(request.args.get("timezone"), booking.timezone)


def _locale(booking: Booking | None = None) -> str:
    if booking is not None and booking.request.locale.split("-")[0] in LANGUAGES:
        return booking.request.locale.split("-")[0]
    return request.accept_languages.best_match(LANGUAGES) or "en"


def _closed() -> tuple[str, int]:
    """Unknown, revoked and somebody else's links look the same."""
    context = page_context({}, _locale())
    title, text = context["say"].pick(_LINK_OVER), context["say"].pick(_LINK_OVER_TEXT)
    page = render_template(
        "widget/message.html", **context, form=None, title=title, text=text, action_url=None, action_text=None
    )
    return page, 404


def _to(address: str) -> Response:
    return make_response(redirect(address, 303))
