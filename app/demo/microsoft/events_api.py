"""Graph v1.0: creating, finding, changing, deleting and cancelling events."""

import re
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from app.demo.microsoft.errors import GraphError
from app.demo.microsoft.graph import expanded
from app.demo.microsoft.lookup import events_in, get_calendar, get_event, get_occurrence
from app.demo.microsoft.mailbox import Mailbox
from app.demo.microsoft.paging import page, page_size
from app.demo.microsoft.recurrence import occurrence_of
from app.demo.microsoft.render import etag, event_json, select
from app.demo.microsoft.world import Account, Event

_BY_PROPERTY = re.compile(
    r"singleValueExtendedProperties/Any\(ep: ep/id eq '([^']*)' and ep/value eq '((?:[^']|'')*)'\)"
)


def add_event_calls(graph: Blueprint, mailbox: Mailbox, base_url: str) -> None:
    """Register the calls that read single events and those that write."""

    @graph.get("/me/events")
    @graph.get("/me/calendars/<calendar_id>/events")
    def events(calendar_id: str | None = None) -> Response:
        items = [_shown(g.mailbox, event) for event in _filtered(g.mailbox, calendar_id)]
        return jsonify(page(base_url, items, page_size(g.prefer.page), []))

    @graph.post("/me/events")
    @graph.post("/me/calendars/<calendar_id>/events")
    def create(calendar_id: str | None = None) -> tuple[Response, int]:
        event = mailbox.create(g.mailbox, get_calendar(g.mailbox, calendar_id), _body())
        return jsonify(_shown(g.mailbox, event)), 201

    @graph.get("/me/events/<event_id>")
    @graph.get("/me/calendars/<calendar_id>/events/<event_id>")
    def read(event_id: str, calendar_id: str | None = None) -> Response:
        event, key = get_event(g.mailbox, event_id, calendar_id)
        mailbox.wait_for_teams(event)
        return jsonify(_shown(g.mailbox, event, key))

    @graph.patch("/me/events/<event_id>")
    @graph.patch("/me/calendars/<calendar_id>/events/<event_id>")
    def change(event_id: str, calendar_id: str | None = None) -> Response:
        event, key = _matching(g.mailbox, event_id, calendar_id)
        if key:
            mailbox.change_occurrence(event, key, _body())
        else:
            mailbox.change(g.mailbox, event, _body())
        return jsonify(_shown(g.mailbox, event, key))

    @graph.delete("/me/events/<event_id>")
    @graph.delete("/me/calendars/<calendar_id>/events/<event_id>")
    def delete(event_id: str, calendar_id: str | None = None) -> tuple[str, int]:
        event, key = _matching(g.mailbox, event_id, calendar_id)
        mailbox.delete(g.mailbox, event, key)
        return "", 204

    @graph.post("/me/events/<event_id>/cancel")
    @graph.post("/me/calendars/<calendar_id>/events/<event_id>/cancel")
    def cancel(event_id: str, calendar_id: str | None = None) -> tuple[str, int]:
        event, key = get_event(g.mailbox, event_id, calendar_id)
        if event.response != "organizer" or not event.attendees:
            raise GraphError(400, "ErrorInvalidRequest", "You need to be an organizer to cancel a meeting.")
        mailbox.delete(g.mailbox, event, key)
        return "", 202


def _filtered(account: Account, calendar_id: str | None) -> list[Event]:
    events = events_in(account, get_calendar(account, calendar_id))
    asked = request.args.get("$filter")
    if asked is None:
        return sorted(events, key=lambda event: event.start)
    wanted = _BY_PROPERTY.fullmatch(asked)
    if wanted is None or b"+" in request.query_string:  # Graph reads + as itself within $filter
        raise GraphError(
            400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes."
        )
    return [event for event in events if event.properties.get(wanted[1]) == wanted[2].replace("''", "'")]


def _matching(account: Account, event_id: str, calendar_id: str | None) -> tuple[Event, str]:
    event, key = get_event(account, event_id, calendar_id)
    expected = request.headers.get("If-Match", "*")
    if expected not in {"*", etag(event)}:
        message = "The send or update operation could not be performed because the change key does not match."
        raise GraphError(412, "ErrorIrresolvableConflict", message)
    return event, key


def _shown(account: Account, event: Event, key: str = "") -> dict[str, Any]:
    occurrence = get_occurrence(account, event, key) if key else occurrence_of(event, account.zone)
    is_master = bool(event.recurrence) and not key
    item = event_json(account, occurrence, g.prefer, as_master=is_master)
    return select(item, request.args.get("$select")) | expanded(occurrence)


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise GraphError(400, "BadRequest", "Unable to read JSON request payload.")
    return body
