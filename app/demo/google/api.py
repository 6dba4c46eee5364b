"""Calendar v3 over HTTP."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.demo.google.access import LIST_CALENDARS, READ_EVENTS, READ_FREE_BUSY, WRITE_EVENTS, Caller, identify
from app.demo.google.calendars import list_calendars, query_free_busy, show_calendar
from app.demo.google.channels import stop, watch
from app.demo.google.conference import settle_conference
from app.demo.google.errors import Refused, render_refusal
from app.demo.google.event_list import list_events
from app.demo.google.event_write import Writer, find_event
from app.demo.google.fields import apply_fields
from app.demo.google.here import parts, world
from app.demo.google.resources import show_event
from app.demo.google.world import Resource

PATH = "/calendar/v3"
_EVENTS = "/calendars/<calendar_id>/events"


api = Blueprint("api", __name__, url_prefix=PATH)
api.register_error_handler(Refused, render_refusal)


def caller(scopes: frozenset[str]) -> Caller:
    return identify(world(), parts().clock, request, scopes)


def writer(calendar_id: str) -> Writer:
    by = caller(WRITE_EVENTS)
    return Writer(by, by.calendar(calendar_id, "writer"), request.args, parts().outbox, parts().clock())


def written(write: Writer, event: Resource) -> Response:
    return _answer(show_event(write.caller, write.calendar, event))


@api.get("/users/me/calendarList")
def calendar_list() -> Response:
    """calendarList.list."""
    return _answer(list_calendars(caller(LIST_CALENDARS), request.args))


@api.get("/users/me/calendarList/<calendar_id>")
def calendar_list_entry(calendar_id: str) -> Response:
    """calendarList.get."""
    by = caller(LIST_CALENDARS)
    return _answer(show_calendar(by, by.calendar(calendar_id)))


@api.post("/freeBusy")
def free_busy() -> Response:
    """freebusy.query."""
    return _answer(query_free_busy(caller(READ_FREE_BUSY), _body()))


@api.get(_EVENTS)
def events_list(calendar_id: str) -> Response:
    """events.list."""
    by = caller(READ_EVENTS)
    return _answer(list_events(by, by.calendar(calendar_id), request.args, parts().clock()))


@api.get(f"{_EVENTS}/<event_id>")
def events_get(calendar_id: str, event_id: str) -> Response:
    """events.get; a Meet link that was pending settles with it."""
    by = caller(READ_EVENTS)
    calendar = by.calendar(calendar_id)
    event = find_event(calendar, event_id)
    settle_conference(event)
    return _answer(show_event(by, calendar, event, request.args.get("timeZone")))


@api.post(_EVENTS)
def events_insert(calendar_id: str) -> Response:
    """events.insert."""
    write = writer(calendar_id)
    return written(write, write.insert(_body()))


@api.patch(f"{_EVENTS}/<event_id>")
def events_patch(calendar_id: str, event_id: str) -> Response:
    """events.patch."""
    write = writer(calendar_id)
    return written(write, write.change(event_id, _body(), request.headers.get("If-Match"), replace=False))


@api.put(f"{_EVENTS}/<event_id>")
def events_update(calendar_id: str, event_id: str) -> Response:
    """events.update."""
    write = writer(calendar_id)
    return written(write, write.change(event_id, _body(), request.headers.get("If-Match"), replace=True))


@api.delete(f"{_EVENTS}/<event_id>")
def events_delete(calendar_id: str, event_id: str) -> Response:
    """events.delete."""
    writer(calendar_id).delete(event_id, request.headers.get("If-Match"))
    return Response(status=204)


@api.post(f"{_EVENTS}/watch")
def events_watch(calendar_id: str) -> Response:
    """events.watch."""
    by = caller(READ_EVENTS)
    return _answer(watch(by, by.calendar(calendar_id), _body(), parts().clock(), parts().notices))


@api.post("/channels/stop")
def channels_stop() -> Response:
    """channels.stop."""
    stop(caller(READ_EVENTS), _body())
    return Response(status=204)


def _answer(document: Resource) -> Response:
    response = jsonify(apply_fields(request.args.get("fields"), document))
    if "etag" in document:
        response.headers["ETag"] = document["etag"]
    return response


def _body() -> Resource:
    body: Any = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refused(400, "parseError", "This API does not support parsing form-encoded input.")
    return body
