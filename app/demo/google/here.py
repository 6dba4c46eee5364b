"""The present application's world and parts, for its views."""

from typing import cast

from flask import current_app

from app.demo.google.world import World
from app.demo.stand_in import StandIn


def world() -> World:
    """The world as it is now (a reset puts another in its place)."""
    return cast("World", current_app.extensions["google"]())


def parts() -> StandIn:
    """Clock, outbox, faults and log."""
    return cast("StandIn", current_app.extensions["stand_in"])
