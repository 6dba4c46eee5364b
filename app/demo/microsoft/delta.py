"""calendarView/delta: a round of everything in the window, then rounds of what changed.

As observed at the real service: an occurrence carries hardly more than its times, its series' master comes along
with the first occurrence's dates, a deleted occurrence is shown only by its master having changed, and an event
that changed outside the window is reported as removed.
"""

import base64
import binascii
import json
import secrets
from datetime import datetime
from typing import Any

from flask import request

from app.demo.microsoft.errors import GraphError
from app.demo.microsoft.lookup import events_in
from app.demo.microsoft.prefer import Preferences
from app.demo.microsoft.recurrence import expand, occurrence_of
from app.demo.microsoft.render import event_json, shown_id, stub_json
from app.demo.microsoft.times import read_bound
from app.demo.microsoft.world import Account, Calendar, Event, World

JSON = dict[str, Any]
Window = tuple[datetime, datetime]
_REFUSED = ("$select", "$expand", "$filter", "$orderby", "$search", "$top")
_DEFAULT_PAGE = 10
_KEPT_ROUNDS = 200


class Delta:
    """Answers delta calls. Delta links say what they stand for; the rest of a round is kept here."""

    def __init__(self, world: World, base_url: str) -> None:
        self._world = world
        self._base_url = base_url
        self._rounds: dict[str, tuple[list[JSON], str, int]] = {}

    def answer(self, account: Account, calendar: Calendar, prefer: Preferences) -> JSON:
        """One page of a round; raises GraphError 410 for a link that is no longer honored."""
        refused = [name for name in _REFUSED if name in request.args]
        if refused:
            raise GraphError(400, "ErrorInvalidUrlQuery", f"{refused[0]} is not supported with delta.")
        if "$skiptoken" in request.args:
            return self._page(*self._take(request.args["$skiptoken"]), prefer)
        if "$deltatoken" in request.args:
            since, window = self._read_token(request.args["$deltatoken"], account, calendar)
            items = self._changed(account, calendar, window, since, prefer)
        else:
            window = _first_window()
            items = self._all(account, calendar, window, prefer)
        return self._page(items, self._link(account, calendar, window), 0, prefer)

    def _page(self, items: list[JSON], link: str, number: int, prefer: Preferences) -> JSON:
        sizes = self._world.switches.pages
        is_scripted = number < len(sizes)
        size = sizes[number] if is_scripted else prefer.page or _DEFAULT_PAGE
        body: JSON = {"value": items[:size]}
        if is_scripted or len(items) > size:
            body["@odata.nextLink"] = self._keep(items[size:], link, number + 1)
        else:
            body["@odata.deltaLink"] = link
        return body

    def _all(self, account: Account, calendar: Calendar, window: Window, prefer: Preferences) -> list[JSON]:
        found = [self._items(account, event, window, prefer) for event in events_in(account, calendar)]
        return [item for items in found for item in items if "@removed" not in item]

    def _changed(
        self, account: Account, calendar: Calendar, window: Window, since: int, prefer: Preferences
    ) -> list[JSON]:
        events = [event for event in events_in(account, calendar) if event.revision > since]
        items = [item for event in events for item in self._items(account, event, window, prefer)]
        gone = [r for r in self._world.removals if r.revision > since and r.calendar == calendar.id]
        removed = [_removed(r.event if prefer.immutable_ids else f"AAMk0_{r.event}") for r in gone]
        older = [{**item, "showAs": "free"} for item in items if "showAs" in item]
        return (older if self._world.switches.repeat_changes else []) + items + removed

    def _items(self, account: Account, event: Event, window: Window, prefer: Preferences) -> list[JSON]:
        found = expand(event, account.zone, window)
        if not found:
            return [_removed(shown_id(event.id, event, prefer))]
        if not event.recurrence:
            return [event_json(account, found[0], prefer)]
        first = event_json(account, occurrence_of(event, account.zone), prefer, as_master=True)
        rest = [event_json(account, o, prefer) if o.is_exception else stub_json(o, prefer) for o in found]
        return [first, *rest]

    def _link(self, account: Account, calendar: Calendar, window: Window) -> str:
        place = [account.oid, calendar.id, window[0].isoformat(), window[1].isoformat()]
        plain = json.dumps([self._world.epoch, self._world.revision, *place])
        token = base64.urlsafe_b64encode(plain.encode()).decode()
        return f"{self._base_url}{request.path}?$deltatoken={token}"

    def _read_token(self, token: str, account: Account, calendar: Calendar) -> tuple[int, Window]:
        try:
            epoch, since, oid, calendar_id, start, end = json.loads(base64.urlsafe_b64decode(token))
        except (binascii.Error, ValueError):
            raise GraphError(400, "ErrorInvalidSyncStateData", "The sync state data is malformed.") from None
        if (epoch, oid, calendar_id) != (self._world.epoch, account.oid, calendar.id):
            raise self._gone()
        return since, (datetime.fromisoformat(start), datetime.fromisoformat(end))

    def _keep(self, items: list[JSON], link: str, number: int) -> str:
        token = secrets.token_urlsafe(12)
        self._rounds[token] = (items, link, number)
        while len(self._rounds) > _KEPT_ROUNDS:
            del self._rounds[next(iter(self._rounds))]
        return f"{self._base_url}{request.path}?$skiptoken={token}"

    def _take(self, token: str) -> tuple[list[JSON], str, int]:
        if token not in self._rounds:
            raise self._gone()
        return self._rounds[token]

    def _gone(self) -> GraphError:
        again = {"Location": f"{self._base_url}{request.path}?$deltatoken="}
        return GraphError(410, "SyncStateNotFound", "The sync state generation is not found.", again)


def _first_window() -> Window:
    start = read_bound(request.args.get("startDateTime"), "startDateTime")
    return start, read_bound(request.args.get("endDateTime"), "endDateTime")


def _removed(event_id: str) -> JSON:
    return {"id": event_id, "@removed": {"reason": "deleted"}}
