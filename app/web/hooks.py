"""Where calendar services say that something changed. Messages are answered at once and alike, known or not: who asks
learns nothing, and a service that is refused would only ask again."""

from typing import Any

from flask import Blueprint, Response, request

from app.usecases.hear_change import Lifecycle, Note, hear_google, hear_graph
from app.web.policy import Policy, policy
from app.web.route_class import RouteClass

_MOST_NOTES = 1_000
_LONGEST = 300

hooks = Blueprint("hooks", __name__, url_prefix="/hooks")


@hooks.post("/google")
@policy(Policy.PUBLIC, route_class=RouteClass.HOOK)
def google() -> Response:
    """A message on a push channel: all of it is in the headers."""
    channel, token, resource = (
        request.headers.get(f"X-Goog-{name}", "")[:_LONGEST]
        for name in ("Channel-ID", "Channel-Token", "Resource-ID")
    )
    # "not_exists" and "sync" say no more than "exists" does: look again
    if channel and token:
        hear_google(channel, token, resource)
    return Response(status=204)


@hooks.post("/microsoft")
@policy(Policy.PUBLIC, route_class=RouteClass.HOOK)
def microsoft() -> Response:
    """Graph's messages, several at a time; and its question whether the address is ours."""
    return _echo() or _hear(is_lifecycle=False)


@hooks.post("/microsoft/lifecycle")
@policy(Policy.PUBLIC, route_class=RouteClass.HOOK)
def microsoft_lifecycle() -> Response:
    """What Graph says of the subscriptions themselves."""
    return _echo() or _hear(is_lifecycle=True)


def _echo() -> Response | None:
    """The answer to a handshake: the token, as plain text that no browser takes for anything else.

    It asks nothing of the database, for the subscription is not stored yet."""
    token = request.args.get("validationToken")
    if token is None or len(token) > 2_000:
        return None
    return Response(token, mimetype="text/plain")


def _hear(*, is_lifecycle: bool) -> Response:
    notes: Any = request.get_json(silent=True) or {}
    listed = notes.get("value") if isinstance(notes, dict) else None
    found = listed[:_MOST_NOTES] if isinstance(listed, list) else ()
    read = {_read(note, is_lifecycle=is_lifecycle) for note in found if isinstance(note, dict)}
    if told := sorted((note for note in read if note.subscription and note.secret), key=str):
        hear_graph(told)
    return Response(status=202)


def _read(note: dict[str, Any], *, is_lifecycle: bool) -> Note:
    """Subscription, secret and lifecycle event of one message; blank where there is none."""
    texts = [
        str(note.get(name) or "")[:_LONGEST] for name in ("subscriptionId", "clientState", "lifecycleEvent")
    ]
    event = None
    if is_lifecycle:
        # an event we do not know yet: reading the calendar is never wrong
        event = Lifecycle(texts[2]) if texts[2] in set(Lifecycle) else Lifecycle.MISSED
    return Note(texts[0], texts[1], event)
