"""Serves feeds with the headers of a good publisher, and each as a week for people."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from flask import Flask, Response, abort, jsonify, request

from app.demo.feeds.feed import Feed, entry
from app.demo.stand_in import (
    Account,
    Clock,
    Fault,
    Outbox,
    StandIn,
    WeekEvent,
    install,
    monday_of,
    render_accounts,
    render_message,
    render_week,
)

_SERVICE = "Published calendar"
_LOOKS = {"TENTATIVE": "tentative", "CANCELLED": "declined", "OOF": "away", "FREE": "free"}


def create_feeds(feeds: Sequence[Feed], *, now: Callable[[], datetime] | None) -> Flask:
    """Feeds at their `Feed.path`, `/calendar/<email>` for people, tests' door at `/__ctl/`.

    The seeded entries move on with the week; `POST /__ctl/add` adds one: `email`, `title`, `start`, `end` (ISO, with
    an offset, or dates).
    """
    parts = StandIn(Clock(now), Outbox())
    app = Flask(__name__)
    _add_feeds(app, feeds, parts.clock)
    _add_pages(app, feeds, parts.clock)

    @app.post("/__ctl/add")
    def add() -> Response:
        asked = request.get_json()
        feed = _feed_of(feeds, asked["email"])
        number = len(feed.added) + 1
        start, end = _moment(asked["start"]), _moment(asked["end"])
        feed.added.append(entry(f"added-{number}@{feed.email}", asked["title"], start, end, parts.clock()))
        return jsonify({})

    def reset() -> None:
        for feed in feeds:
            feed.added.clear()

    install(app, parts, refuse=_refuse, on_reset=reset)
    return app


def _add_feeds(app: Flask, feeds: Sequence[Feed], clock: Clock) -> None:
    @app.get("/<path:path>.ics")
    def feed(path: str) -> Response:
        found = next((each for each in feeds if each.path == f"/{path}.ics"), None)
        if found is None:
            abort(404)
        body = found.calendar(_monday(found, clock)).to_ical()
        answer = Response(body, content_type="text/calendar; charset=utf-8")
        answer.set_etag(hashlib.sha256(body).hexdigest())
        answer.last_modified = _modified(found, clock)
        answer.cache_control.private = True
        answer.cache_control.max_age = 300
        return answer.make_conditional(request)  # type: ignore[return-value]


def _add_pages(app: Flask, feeds: Sequence[Feed], clock: Clock) -> None:
    @app.get("/")
    def accounts() -> str:
        return render_accounts(_SERVICE, [Account(feed.email, feed.name) for feed in feeds])

    @app.get("/calendar/<email>")
    def week(email: str) -> str | tuple[str, int]:
        found = next((feed for feed in feeds if feed.email == email), None)
        if found is None:
            return render_message(_SERVICE, "No such calendar", f"Nobody here is called {email}."), 404
        monday = monday_of(request.args.get("week"), clock(), found.timezone)
        return render_week(
            service=_SERVICE,
            owner=found.name,
            email=found.email,
            timezone=found.timezone,
            monday=monday,
            now=clock(),
            events=_events(found, clock, monday),
        )


def _events(feed: Feed, clock: Clock, monday: date) -> list[WeekEvent]:
    calendar = feed.calendar(_monday(feed, clock))
    found = recurring_ical_events.of(calendar).between(monday, monday + timedelta(days=7))
    return [_shown(each, feed) for each in found]


def _shown(event: icalendar.Event, feed: Feed) -> WeekEvent:
    words = {str(event.get(name, "")) for name in ("status", "transp", "x-microsoft-cdo-busystatus")}
    look = next((_LOOKS[word] for word in ("CANCELLED", "TENTATIVE", "OOF") if word in words), "busy")
    look = "free" if "TRANSPARENT" in words else look
    return WeekEvent(str(event["summary"]), event.start, event.end, look)


def _monday(feed: Feed, clock: Clock) -> date:
    return monday_of(None, clock(), feed.timezone)


def _modified(feed: Feed, clock: Clock) -> datetime:
    """When the feed last changed: with the week, or with the latest entry."""
    week = datetime.combine(_monday(feed, clock), time(), ZoneInfo(feed.timezone)).astimezone(UTC)
    stamps: list[datetime] = [each.DTSTAMP for each in feed.added]
    return max([week, *stamps])


def _moment(text: str) -> datetime | date:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).astimezone(UTC)


def _feed_of(feeds: Sequence[Feed], email: str) -> Feed:
    found = next((feed for feed in feeds if feed.email == email), None)
    if found is None:
        abort(404)
    return found


def _refuse(fault: Fault) -> Response:
    answer = Response(f"{fault.status} {fault.reason}\n", fault.status, content_type="text/plain")
    if fault.retry_after is not None:
        answer.headers["Retry-After"] = str(fault.retry_after)
    return answer
