"""What only tests and the demo do to the Google stand-in, beyond the shared control API."""

import copy
import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.demo.google.delegation import new_key, take_key
from app.demo.google.event_body import check_event, read_fields
from app.demo.google.event_write import cancel_exceptions, find_event
from app.demo.google.here import parts, world
from app.demo.google.resources import store
from app.demo.google.seeding import add_account, seed_monday
from app.demo.google.times import stamp
from app.demo.google.world import Calendar, Resource

control = Blueprint("google_control", __name__, url_prefix="/__ctl")


@control.post("/seed")
def seed() -> Response:
    """Add or replace accounts: `{email: {...}}` as in a seed."""
    now = parts().clock()
    for email, each in request.get_json().items():
        add_account(world(), email, each, seed_monday(now), now)
    return jsonify({})


@control.post("/mutate-event")
def mutate() -> Response:
    """What a person does on the screen, told of nobody: `{email|calendar, op, id, fields}`.

    `op` is `create` (with `organizer`, if it is not theirs), `change` or `delete`; `fields` are the API's own.
    An occurrence of a series is meant by its own id.
    """
    body, now = request.get_json(), parts().clock()
    calendar = _named(body)
    if body["op"] == "create":
        event = _blank(body.get("organizer", calendar.id), stamp(now))
    else:
        event = copy.deepcopy(find_event(calendar, body["id"]))
    if body["op"] == "delete":
        event["status"] = "cancelled"
    event |= read_fields(body.get("fields", {}))
    check_event(event, calendar)
    store(calendar, event, now)
    if body["op"] == "delete":
        cancel_exceptions(calendar, event["id"], now)
    return jsonify({"id": event["id"]})


@control.get("/events")
def events() -> Response:
    """Every event of a calendar as it is stored, cancelled ones too: `?calendar=`."""
    return jsonify(list(world().calendars[request.args["calendar"]].events.values()))


@control.post("/calendar")
def calendar() -> Response:
    """Set `timezone`, `is_broken` or `role` of a calendar: `{email, calendar?, ...}`."""
    body = request.get_json()
    held = _named(body)
    held.timezone = body.get("timezone", held.timezone)
    held.is_broken = body.get("is_broken", held.is_broken)
    if "role" in body:
        world().accounts[body["email"]].roles[held.id] = body["role"]
    return jsonify({})


@control.post("/revoke")
def revoke() -> Response:
    """End the account's grants, as its owner or an administrator may at any time: `{email}`."""
    world().revoke(request.get_json()["email"])
    return jsonify({})


@control.post("/service-account")
def service_account() -> Response:
    """Another key for a service account, as the Cloud console gives it: `{email, client_id, domain}`."""
    body = request.get_json()
    key = new_key(body["email"], body["client_id"], f"{request.host_url.rstrip('/')}/token")
    take_key(world(), key, body["domain"])
    return jsonify(key)


@control.post("/delegate")
def delegate() -> Response:
    """What the domain's administrator allows a service account from now on: `{email, scopes}`."""
    body = request.get_json()
    world().services[body["email"]].delegated = list(body["scopes"])
    return jsonify({})


@control.post("/delete-keys")
def delete_keys() -> Response:
    """Delete every key of a service account: `{email}`. Tokens that were given live on."""
    world().services[request.get_json()["email"]].keys.clear()
    return jsonify({})


@control.post("/expire-access-tokens")
def expire_access_tokens() -> Response:
    """No access token is good any longer; refresh tokens are."""
    request.get_json()
    for grant in world().grants:
        grant.access_tokens.clear()
    return jsonify({})


@control.post("/expire-sync-tokens")
def expire_sync_tokens() -> Response:
    """Every sync token given so far answers 410 from now on."""
    request.get_json()
    world().sync_epoch += 1
    return jsonify({})


@control.post("/pages")
def pages() -> Response:
    """Script the sizes of the next pages of lists (0 is an empty page that has a successor): `{sizes}`."""
    world().page_sizes = list(request.get_json()["sizes"])
    return jsonify({})


def _blank(host: str, created: str) -> Resource:
    event_id = secrets.token_hex(13)
    return {
        "id": event_id,
        "status": "confirmed",
        "created": created,
        "creator": {"email": host},
        "organizer": {"email": host},
        "iCalUID": f"{event_id}@google.com",
        "sequence": 0,
        "eventType": "default",
    }


def _named(body: dict[str, Any]) -> Calendar:
    return world().calendars[body.get("calendar") or body["email"]]
