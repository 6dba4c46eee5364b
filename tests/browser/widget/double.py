"""A stand-in for the public API with the shapes of contract v1, for tests of what the browser does.

It keeps two origins: the scheduler's (`widget.js`, hashed files, `/api/v1`) and a company's own site, so that
CORS, preflights and a strict content security policy are the browser's real ones. Tests script its answers.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, jsonify, request
from werkzeug.serving import BaseWSGIServer, make_server

from app.usecases.describe_times import suggest_starts
from widget.assets import build_assets

Json = dict[str, Any]
UTC = dt.UTC
EXPOSED = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "7200",
    "Vary": "Origin",
}
STRICT_CSP = (
    "default-src 'none'; script-src 'nonce-page' {scheduler}; connect-src {scheduler}; style-src 'nonce-page'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'"
)


def demo_form() -> Json:
    """The form most tests use: an e-mail, a country, a company size, a question, a hidden campaign."""

    def one(name: str, kind: str, label: str, **more: Any) -> Json:
        base: Json = {"help": {}, "placeholder": {}, "required": False, "autocomplete": None, "choices": []}
        return {"name": name, "type": kind, "label": {"en": label}, **base, **more}

    sizes = [{"value": size, "label": {"en": size}} for size in ("1-50", "51-200", "201-500", "501+")]
    return {
        "slug": "demo",
        "company": {"name": "Acme"},
        "branding": {"accent": "#2f55d4", "logo_url": None, "theme": "auto"},
        "meeting_type": {
            "slug": "demo",
            "name": "Product demo",
            "description": "See how Acme fits your team, with someone who knows your market.",
            "minutes": 30,
            "lengths": [30],
            "seats": 1,
            "location": "video",
        },
        "fields": [
            one("email", "email", "Work e-mail", required=True, autocomplete="email"),
            one("name", "text", "Name", required=True, autocomplete="name"),
            one("country", "country", "Country", required=True, autocomplete="country"),
            one("employees", "range", "Company size", choices=sizes),
            one("question", "textarea", "What would you like to see?", help={"en": "One line is plenty."}),
            one("campaign", "hidden", "Campaign"),
        ],
        "privacy_notice": {
            "text": {"en": "We use these details to prepare your demo."},
            "url": "https://acme.test/privacy",
        },
        "strings": {},
        "version": "1",
    }


@dataclass
class Double:
    """What the API answers; `fail` scripts the next answers of a call, `seen` records what was asked."""

    form: Json = field(default_factory=demo_form)
    next: Json = field(default_factory=lambda: {"kind": "offer"})
    hours: tuple[int, ...] = (9, 10, 11, 14, 15, 16)
    zone: str = "Europe/Berlin"
    window_days: int = 40
    closed_until: int = 0
    hold_seconds: int = 600
    taken: set[str] = field(default_factory=set)
    fail: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    seen: list[Json] = field(default_factory=list)
    bookings: dict[str, Json] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    version: str = "1"

    def calls(self, name: str) -> list[Json]:
        """What was asked of one call, oldest first."""
        return [one for one in self.seen if one["call"] == name]

    def slots(self, start: dt.date, end: dt.date, timezone: str) -> Json:
        """Weekday times in the company's zone, as local days of the visitor's zone."""
        zone, today = ZoneInfo(timezone), dt.datetime.now(UTC).date()
        window = (today, today + dt.timedelta(days=self.window_days))
        days: dict[dt.date, list[Json]] = defaultdict(list)
        every = [one for one in self._starts(window) if one not in self.taken]
        for text in every:
            at = dt.datetime.fromisoformat(text)
            local = at.astimezone(zone)
            if start <= local.date() <= end:
                days[local.date()].append(half_hour(text))
        return {
            "timezone": timezone,
            "duration_minutes": 30,
            "suggested": suggest_starts(
                {day.isoformat(): slots for day, slots in sorted(days.items())}, None
            ),
            "days": [{"date": day.isoformat(), "slots": slots} for day, slots in sorted(days.items())],
            "next_available": next((one for one in every if _local_date(one, zone) >= start), None),
            "window": {"from": start.isoformat(), "to": end.isoformat()},
            "version": self.version,
            "reason": None if every else {"code": "fully-booked", "message": "Every time is taken for now."},
        }

    def all_starts(self) -> list[str]:
        """Every start of the whole booking window, taken or not."""
        today = dt.datetime.now(UTC).date()
        return self._starts((today, today + dt.timedelta(days=self.window_days)))

    def _starts(self, window: tuple[dt.date, dt.date]) -> list[str]:
        home = ZoneInfo(self.zone)
        first = window[0] + dt.timedelta(days=max(1, self.closed_until))
        found = []
        for offset in range((window[1] - first).days + 1):
            day = first + dt.timedelta(days=offset)
            for hour in self.hours if day.weekday() < 5 else ():
                for minute in (0, 30):
                    at = dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=home)
                    found.append(at.astimezone(UTC).isoformat())
        return found

    def alternatives(self, start: str) -> list[Json]:
        """The three nearest free times to a start."""
        wanted = dt.datetime.fromisoformat(start)
        span = (wanted.date() - dt.timedelta(days=1), wanted.date() + dt.timedelta(days=5))
        free = [one for one in self._starts(span) if one not in self.taken]
        return [
            half_hour(one)
            for one in sorted(free, key=lambda one: abs(dt.datetime.fromisoformat(one) - wanted))[:3]
        ]


def scheduler_site(double: Double) -> Flask:
    """The scheduler's origin."""
    site = Flask("scheduler-double")
    _serve_files(site)
    _serve_requests(site, double)
    _serve_bookings(site, double)

    @site.after_request
    def cors(response: Response) -> Response:
        response.headers.update(EXPOSED)
        response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
        return response

    return site


def _note(double: Double, call: str) -> Response | None:
    """Record a call and, where a test scripted a failure, answer with it."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    body = request.get_json(silent=True)
    double.seen.append({"call": call, "headers": headers, "body": body, "query": request.args.to_dict()})
    if wait := double.delays.get(call):
        threading.Event().wait(wait)
    return problem_response(double.fail[call].pop(0)) if double.fail[call] else None


def _serve_files(site: Flask) -> None:
    assets = build_assets()

    @site.get("/widget.js")
    def loader() -> Response:
        return Response(assets.loader.body, content_type=assets.loader.media_type)

    @site.get("/static/widget/<name>")
    def hashed(name: str) -> Response:
        asset = assets.find(name)
        return Response(asset.body, content_type=asset.media_type) if asset else Response(status=404)


def _serve_requests(site: Flask, double: Double) -> None:
    @site.get("/api/v1/forms/<slug>")
    def form(slug: str) -> Response:
        missing = {"status": 404, "code": "not-found"}
        return _note(double, "form") or (
            jsonify(double.form) if slug == "demo" else problem_response(missing)
        )

    @site.post("/api/v1/forms/demo/requests")
    def make_request() -> Response:
        if refused := _note(double, "request"):
            return refused
        body: Json = {"request": {"id": "req_1", "token": "secret-token"}, "next": double.next}
        if double.next["kind"] == "offer":
            today = dt.datetime.now(UTC).date()
            body["slots"] = double.slots(today, today + dt.timedelta(days=30), request.get_json()["timezone"])
        return created(body)

    @site.get("/api/v1/requests/req_1/slots")
    def slots() -> Response:
        first, last = (dt.date.fromisoformat(request.args[name]) for name in ("from", "to"))
        return _note(double, "slots") or jsonify(double.slots(first, last, request.args["timezone"]))


def _serve_bookings(site: Flask, double: Double) -> None:
    @site.post("/api/v1/requests/req_1/holds")
    def hold() -> Response:
        if refused := _note(double, "hold"):
            return refused
        start = request.get_json()["start"]
        if start in double.taken:
            return slot_taken(double, start)
        until = dt.datetime.now(UTC) + dt.timedelta(seconds=double.hold_seconds)
        return created({"hold": {"id": "hold_1", **half_hour(start), "expires_at": until.isoformat()}})

    @site.delete("/api/v1/requests/req_1/holds/hold_1")
    def release() -> Response:
        return _note(double, "release") or Response(status=204)

    @site.post("/api/v1/requests/req_1/bookings")
    def book() -> Response:
        if refused := _note(double, "book"):
            return refused
        start, key = request.get_json()["start"], request.headers["Idempotency-Key"]
        if key not in double.bookings:
            if start in double.taken:
                return slot_taken(double, start)
            double.bookings[key] = {"booking": booking_json(start)}
        return created(double.bookings[key])


def _local_date(start: str, zone: ZoneInfo) -> dt.date:
    return dt.datetime.fromisoformat(start).astimezone(zone).date()


def half_hour(start: str) -> Json:
    """A slot of thirty minutes."""
    end = dt.datetime.fromisoformat(start) + dt.timedelta(minutes=30)
    return {"start": start, "end": end.isoformat()}


def booking_json(start: str) -> Json:
    """A confirmed booking as the API gives it."""
    return {
        "id": "bkg_1",
        "state": "confirmed",
        **half_hour(start),
        "timezone": "Europe/Berlin",
        "title": "Product demo with Acme",
        "rep": {"name": "Remy"},
        "people": [{"name": "Remy"}],
        "location": "video",
        "join_url": None,
        "ics_url": "/b/bkg_1/invite.ics?t=token",
        "manage_url": "/b/bkg_1?t=token",
    }


def created(body: Json) -> Response:
    """201 with a JSON body."""
    response = jsonify(body)
    response.status_code = 201
    return response


def problem_response(problem: Json) -> Response:
    """A problem document; `retry_after` becomes the header."""
    body = {"type": "about:blank", "title": problem["code"], "detail": "", **problem}
    response = jsonify(body)
    response.status_code = problem["status"]
    response.content_type = "application/problem+json"
    if "retry_after" in problem:
        response.headers["Retry-After"] = str(problem["retry_after"])
    return response


def slot_taken(double: Double, start: str) -> Response:
    """409 with the nearest free times."""
    return problem_response({"status": 409, "code": "slot-taken", "alternatives": double.alternatives(start)})


def company_site(pages: dict[str, str], scheduler: str) -> Flask:
    """The company's own site, another origin, with a strict policy and pages a test wrote."""
    site = Flask("company-double")

    @site.get("/favicon.ico")
    def icon() -> Response:
        return Response(status=204)

    @site.get("/<name>")
    def page(name: str) -> Response:
        response = Response(pages[name], content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = STRICT_CSP.format(scheduler=scheduler)
        return response

    return site


def serve(site: Flask, port: int = 0) -> BaseWSGIServer:
    """Serve in a daemon thread on loopback; `port` 0 takes a free one (see `.server_port`)."""
    server = make_server("127.0.0.1", port, site, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
