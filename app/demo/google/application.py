"""The Google stand-in as one WSGI application."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, request

from app.demo.google.api import api
from app.demo.google.channels import tell
from app.demo.google.control import control
from app.demo.google.errors import render_fault
from app.demo.google.oauth import oauth
from app.demo.google.pages import pages
from app.demo.google.seeding import build_world
from app.demo.google.world import World
from app.demo.stand_in import Clock, Outbox, StandIn, install


def create_google(
    seed: dict[str, Any],
    *,
    smtp: tuple[str, int] | None = None,
    state_file: Path | None = None,
    now: Callable[[], datetime] | None = None,
) -> Flask:
    """The stand-in as a Flask application (serve it with `app.demo.stand_in.serve`).

    `seed` as in `seeding.build_world`. `smtp`: where invitations go (nowhere without). `state_file`: where
    calendars and grants outlive a restart; when it exists, it counts and the seed's accounts do not. `now`: the
    clock, aware. The shared parts are found at `app.extensions["stand_in"]`, the world at `["google"]`.

    Paths: `/o/oauth2/v2/auth`, `/token`, `/revoke`, `/oauth2/v1/certs`, `/calendar/v3/...` as at Google; `/`,
    `/calendar/<email>` for people; `/__ctl/...` for tests.
    """
    parts = StandIn(Clock(now), Outbox(smtp))
    held = _Held(seed, state_file, parts.clock)
    app = Flask(__name__)
    app.extensions["stand_in"] = parts
    app.extensions["google"] = held.world
    for blueprint in (oauth, api, pages, control):
        app.register_blueprint(blueprint)
    install(app, parts, refuse=render_fault, on_reset=held.reset)
    app.after_request(held.save)
    app.after_request(held.tell(parts))
    return app


class _Held:
    """The present world, where it came from and where it is kept."""

    def __init__(self, seed: dict[str, Any], state_file: Path | None, clock: Clock) -> None:
        self._seed, self._state_file, self._clock = seed, state_file, clock
        self._world = build_world(seed, clock())
        if state_file is not None and state_file.exists():
            self._world.load(state_file)

    def world(self) -> World:
        """The world as it is now."""
        return self._world

    def tell(self, parts: StandIn) -> Callable[[Any], Any]:
        """A step after each request: those who watch hear of what it changed."""

        def step(response: Any) -> Any:
            tell(self._world, self._clock(), parts.notices)
            return response

        return step

    def reset(self) -> None:
        """Start again from the seed."""
        self._world = build_world(self._seed, self._clock())

    def save(self, response: Any) -> Any:
        """Keep what the request may have changed."""
        if self._state_file is not None and request.method not in {"GET", "HEAD"}:
            self._world.save(self._state_file)
        return response
