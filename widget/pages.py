"""The form as pages, for browsers without JavaScript: about you, pick a time, booked. Same use cases as the API."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pycountry
from flask import Blueprint, Response, redirect, render_template, request

from app import clock
from app.db import db
from app.enrichment.addresses import read_email
from app.errors import AlreadyBooked, Invalid, NotFound, SlotTaken
from app.store.bookings import find_booking
from app.store.company import load_company
from app.store.requests import OpenRequest
from app.tokens import Purpose, read_token
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.capture_lead import Submission
from app.usecases.describe_booking import describe_booking
from app.usecases.offer_slots import SlotQuery, offer_slots, open_request
from app.usecases.submit_request import find_form, submit_request
from app.web.headers import allow_framing
from app.web.limits import limit_calls
from app.web.policy import Policy, policy
from app.web.route_class import RouteClass
from widget.chosen import chosen_minutes, chosen_start
from widget.forms import describe_form
from widget.page import page_context
from widget.words import LANGUAGES
from widget.zones import zone_or_company

pages = Blueprint("widget_pages", __name__, template_folder="templates")

Json = dict[str, Any]
MOST_NOTES = 2000


@pages.get("/f/<slug>")
@policy(Policy.PUBLIC, route_class=RouteClass.EMBED)
def show_form(slug: str) -> str:
    """The form; with JavaScript the widget takes its place."""
    form = _form(slug)
    return _about(form, answers=request.args.to_dict(), enhance=True)


@pages.get("/f/<slug>/times")
@policy(Policy.PUBLIC, route_class=RouteClass.EMBED)
def show_times(slug: str) -> str:
    """The times of a request, as a mail of ours leads to them."""
    return _times(_form(slug), request.args.get("request", ""), request.args.get("t", ""))


@pages.post("/f/<slug>/times")
@pages.post("/f/<slug>")
@policy(Policy.PUBLIC, route_class=RouteClass.EMBED)
def take_step(slug: str) -> Response | str | tuple[str, int]:
    """One step forward: the answers, another zone, or the booking."""
    form = _form(slug)
    step = request.form.get("step")
    if step == "about":
        return _submit(form)
    if step == "times":
        return _times(form, request.form["request"], request.form["token"])
    if step == "book":
        return _book(form)
    raise NotFound


def _form(slug: str) -> Json:
    form = find_form(slug)
    allow_framing(*form.origins)
    return describe_form(form, load_company(db.session(), clock.now().date()))


def _submit(form: Json) -> Response | str | tuple[str, int]:
    limit_calls("submit", 30, 60)
    answers = {field["name"]: request.form.get(field["name"], "") for field in form["fields"]}
    submission = Submission(
        {name: value for name, value in answers.items() if value}, _zone(), _locale(), {"url": request.url}
    )
    try:
        made = submit_request(form["slug"], submission)
    except Invalid as error:
        wrong = {fault.field: fault.message for fault in error.errors}
        return _about(form, answers=answers, errors=wrong, enhance=False), 422
    following = made["next"]
    if following["kind"] == "redirect":
        return redirect(following["url"], 303)  # type: ignore[return-value]
    if following["kind"] == "message":
        return _page("message", form, title=following["title"], text=following["text"])
    return _show_times(form, made["request"], made["slots"])


def _times(form: Json, request_id: str, token: str, problem: str | None = None) -> str:
    found = _open(request_id, token)
    slots = offer_slots(found, SlotQuery(_zone(), minutes=chosen_minutes()))
    return _show_times(form, {"id": request_id, "token": token}, slots, problem)


def _book(form: Json) -> str | tuple[str, int]:
    request_id, token = request.form["request"], request.form["token"]
    _open(request_id, token)
    limit_calls("book", 20, 60, by=request_id)
    start = _start()
    order = BookingOrder(
        start,
        _guests(),
        request.form.get("notes", "")[:MOST_NOTES],
        request.form.get("key"),
        minutes=chosen_minutes(),
    )
    say = page_context(form, _locale())["say"]
    try:
        booked = book_meeting(request_id, order)
    except SlotTaken:
        return _times(
            form, request_id, token, say("takenNone", time=say.time(start.isoformat(), _zone()))
        ), 409
    except AlreadyBooked:
        return _page("message", form, title=say("already"), text=say("alreadyText")), 409
    booking = find_booking(db.session(), booked)
    assert booking is not None
    return _page(
        "booked", form, booking=describe_booking(booking), zone=booking.timezone, email=booking.lead.email
    )


def _open(request_id: str, token: str) -> OpenRequest:
    found = open_request(request_id)
    if read_token(Purpose.REQUEST, token) != (found.public_id, found.token_version):
        raise NotFound
    return found


def _start() -> datetime:
    start = chosen_start()
    if start is None:
        raise NotFound
    return start


def _guests() -> list[str]:
    typed = request.form.get("guests", "").replace(";", ",").split(",")
    return [guest for guest in map(read_email, typed[:10]) if guest]


def _show_times(
    form: Json, ref: Mapping[str, str], slots: Mapping[str, Any], problem: str | None = None
) -> str:
    return _page(
        "times",
        form,
        request=ref,
        slots=slots,
        zone=slots["timezone"],
        problem=problem,
        chosen=None,
        key=secrets.token_urlsafe(16),
    )


def _about(
    form: Json, *, answers: Mapping[str, str], errors: Mapping[str, str] | None = None, enhance: bool
) -> str:
    countries = [
        {"value": c.alpha_2, "label": c.name} for c in sorted(pycountry.countries, key=lambda c: c.name)
    ]
    return _page(
        "form", form, answers=answers, errors=errors or {}, problem=None, countries=countries, enhance=enhance
    )


def _page(name: str, form: Json, **facts: Any) -> str:
    return render_template(f"widget/{name}.html", **{**page_context(form, _locale()), "form": form, **facts})


def _zone() -> str:
    return zone_or_company(request.form.get("timezone") or request.args.get("timezone"))


def _locale() -> str:
    wanted = request.form.get("locale") or request.args.get("locale")
    if wanted in LANGUAGES:
        return str(wanted)
    return request.accept_languages.best_match(LANGUAGES) or "en"
