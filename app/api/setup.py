"""Adds the admin API to an application."""

from flask import Flask

from app.api import (
    behaviors,
    bookings,
    configuration,
    experiments,
    keys,
    leads,
    queues,
    replays,
    territories,
    trials,
    turns,
)
from app.api.keyring import authenticate
from app.web.openapi import make_api
from app.web.policy import Policy, check_with

LONGEST_BODY = 10_000_000
"""A document with thousands of reps, or a file of accounts."""


def register_admin_api(app: Flask) -> None:
    """Everything under `/api/v1/admin`, for keys with scopes."""
    api = make_api(app)
    check_with(app, Policy.API_KEY, authenticate)
    more = (behaviors, bookings, queues, turns, trials, replays, experiments, territories)
    for part in (configuration, keys, leads, *more):
        api.register(part.api, authenticate=authenticate, longest_body=LONGEST_BODY)
