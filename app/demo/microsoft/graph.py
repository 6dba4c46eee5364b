"""Graph v1.0 for a signed-in person: profile, mailbox settings, calendars and their views."""

import re
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from app.demo.microsoft.delta import Delta
from app.demo.microsoft.errors import GraphError, graph_error
from app.demo.microsoft.everybody import WHO, Mailboxes
from app.demo.microsoft.gate import let_in
from app.demo.microsoft.lookup import events_in, get_calendar, get_event
from app.demo.microsoft.paging import page, page_size
from app.demo.microsoft.prefer import read_preferences
from app.demo.microsoft.recurrence import Occurrence, expand
from app.demo.microsoft.render import calendar_json, event_json, properties_json, select
from app.demo.microsoft.schedule import schedule
from app.demo.microsoft.times import read_bound
from app.demo.microsoft.world import Account, World

_EXPAND = re.compile(r"singleValueExtendedProperties\(\$filter=(id eq '[^']*'(?: or id eq '[^']*')*)\)")
_LONGEST_VIEW = timedelta(days=1825)


def graph_blueprint(world: World, base_url: str) -> Blueprint:
    """Graph for reading calendars; `events_api.add_event_calls` adds the calls on single events."""
    graph = Mailboxes("graph", __name__, url_prefix="/v1.0")

    @graph.url_value_preprocessor
    def whose(endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.who = (values or {}).pop(WHO, None)

    @graph.before_request
    def enter() -> None:
        g.caller, g.mailbox = let_in(world, g.who)
        g.prefer = read_preferences(request)

    @graph.after_request
    def say_what_applied(response: Response) -> Response:
        if "prefer" in g and g.prefer.applied:
            response.headers["Preference-Applied"] = g.prefer.applied
        return response

    @graph.errorhandler(GraphError)
    def refuse(error: GraphError) -> Response:
        return graph_error(error)

    @graph.get("/me/mailboxSettings")
    def settings() -> Response:
        return jsonify(_settings(g.mailbox))

    @graph.get("/me/calendars")
    def calendars() -> Response:
        items = [calendar_json(g.mailbox, calendar) for calendar in g.mailbox.calendars]
        return jsonify(page(base_url, items, page_size(), world.switches.pages))

    @graph.get("/me/calendar")
    @graph.get("/me/calendars/<calendar_id>")
    def calendar(calendar_id: str | None = None) -> Response:
        found = calendar_json(g.mailbox, get_calendar(g.mailbox, calendar_id))
        return jsonify(select(found, request.args.get("$select")))

    _add_people(graph, world)
    _add_views(graph, world, base_url)
    return graph


def _add_people(graph: Blueprint, world: World) -> None:
    @graph.get("/me")
    def me() -> Response:
        return jsonify(_person(g.mailbox))

    @graph.get("/users")
    def users() -> Response:
        """Only a question by address is answered; everybody's list nobody needs."""
        wanted = re.fullmatch(r"mail eq '((?:[^']|'')*)'", request.args.get("$filter", ""))
        if wanted is None:
            raise GraphError(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause.")
        found = world.account_by_email(wanted[1].replace("''", "'"))
        return jsonify({"value": [_person(found)] if found else []})


def _add_views(graph: Blueprint, world: World, base_url: str) -> None:
    delta = Delta(world, base_url)

    @graph.get("/me/calendarView")
    @graph.get("/me/calendars/<calendar_id>/calendarView")
    def view(calendar_id: str | None = None) -> Response:
        items = _view(g.mailbox, calendar_id)
        size = page_size(g.prefer.page)
        return jsonify(page(base_url, items, size, world.switches.pages))

    @graph.get("/me/calendarView/delta")
    @graph.get("/me/calendars/<calendar_id>/calendarView/delta")
    def changes(calendar_id: str | None = None) -> Response:
        return jsonify(delta.answer(g.mailbox, get_calendar(g.mailbox, calendar_id), g.prefer))

    @graph.get("/me/events/<event_id>/instances")
    def instances(event_id: str) -> Response:
        event, _ = get_event(g.mailbox, event_id)
        items = [_shown(found) for found in expand(event, g.mailbox.zone, view_window())]
        return jsonify(page(base_url, items, page_size(g.prefer.page), []))

    @graph.post("/me/calendar/getSchedule")
    def get_schedule() -> Response:
        return jsonify(schedule(world, request.get_json(), g.prefer))


def view_window() -> tuple[datetime, datetime]:
    """The asked stretch; at most five years."""
    start = read_bound(request.args.get("startDateTime"), "startDateTime")
    end = read_bound(request.args.get("endDateTime"), "endDateTime")
    if not start < end <= start + _LONGEST_VIEW:
        raise GraphError(400, "ErrorInvalidParameter", "The end must lie after the start, within 1825 days.")
    return start, end


def _view(account: Account, calendar_id: str | None) -> list[dict[str, Any]]:
    window = view_window()
    events = events_in(account, get_calendar(account, calendar_id))
    found = [occurrence for event in events for occurrence in expand(event, account.zone, window)]
    return [_shown(occurrence) for occurrence in sorted(found, key=lambda o: (o.start, o.id))]


def _shown(occurrence: Occurrence) -> dict[str, Any]:
    item = select(event_json(g.mailbox, occurrence, g.prefer), request.args.get("$select"))
    return item | expanded(occurrence)


def expanded(occurrence: Occurrence) -> dict[str, Any]:
    """What `$expand` adds: the extended properties it names."""
    asked = request.args.get("$expand", "")
    if not asked:
        return {}
    wanted = _EXPAND.fullmatch(asked)
    if wanted is None:
        raise GraphError(400, "ErrorInvalidUrlQueryExpand", f"Cannot expand {asked!r}.")
    return {
        "singleValueExtendedProperties": properties_json(
            occurrence.event, set(re.findall(r"'([^']*)'", wanted[1]))
        )
    }


def _person(account: Account) -> dict[str, Any]:
    names = {"mail": account.email, "userPrincipalName": account.sign_in or account.email}
    return {"id": account.oid, "displayName": account.name, **names}


def _settings(account: Account) -> dict[str, Any]:
    days = ["monday", "tuesday", "wednesday", "thursday", "friday"]
    start, end = account.hours
    hours = {"daysOfWeek": days, "startTime": start, "endTime": end, "timeZone": {"name": account.zone_name}}
    return {"timeZone": account.zone_name, "workingHours": hours, "language": {"locale": "en-US"}}
