"""Tests' own door: what a person, an administrator or bad luck would do at Microsoft."""

from collections.abc import Callable
from dataclasses import asdict, fields, replace
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, abort, jsonify, request

from app.demo.microsoft.errors import GraphError, graph_error
from app.demo.microsoft.lookup import get_calendar, get_event
from app.demo.microsoft.mailbox import Mailbox
from app.demo.microsoft.subscriptions import Subscriptions
from app.demo.microsoft.times import iana
from app.demo.microsoft.world import Account, Calendar, Switches, World
from app.demo.stand_in import Fault

_CODES = {429: "ApplicationThrottled", 401: "InvalidAuthenticationToken", 404: "ErrorItemNotFound"}


def control_blueprint(world: World, mailbox: Mailbox, subscriptions: Subscriptions) -> Blueprint:
    """What comes on top of the control calls that every stand-in has."""
    control = Blueprint("microsoft_control", __name__, url_prefix="/__ctl")

    @control.errorhandler(GraphError)
    def refuse(error: GraphError) -> Response:
        return graph_error(error)

    @control.post("/switch")
    def switch() -> Response:
        """Set some of `Switches` by name."""
        known = {each.name for each in fields(Switches)}
        if not set(request.get_json()) <= known:
            abort(400)
        world.switches = replace(world.switches, **request.get_json())
        return jsonify(asdict(world.switches))

    @control.post("/revoke")
    def revoke() -> Response:
        """End every session of the account `email`, as "sign out everywhere" does."""
        account = _account(world, request.get_json())
        for grant in world.grants.values():
            grant.is_revoked = grant.is_revoked or grant.oid == account.oid
        world.access = {token: access for token, access in world.access.items() if access.oid != account.oid}
        world.is_saved = False
        return jsonify({})

    @control.post("/expire-access-tokens")
    def expire_access() -> Response:
        """Make every access token invalid; refresh tokens still work."""
        world.access = {token: replace(access, expires=world.now()) for token, access in world.access.items()}
        return jsonify({})

    @control.post("/expire-sync-tokens")
    def expire_sync() -> Response:
        """Honor no delta link given out so far."""
        world.epoch += "'"
        world.is_saved = False
        return jsonify({})

    @control.post("/lifecycle")
    def lifecycle() -> Response:
        """Send the lifecycle message `event` to every subscriber."""
        subscriptions.announce(request.get_json()["event"])
        return jsonify({})

    _add_mailbox_calls(control, world, mailbox)
    _add_directory_calls(control, world)
    return control


def _add_directory_calls(control: Blueprint, world: World) -> None:
    @control.post("/app")
    def app() -> Response:
        """Set `roles`, `group`, `is_secret_over` or `client_secret` of the application `client_id`."""
        asked = dict(request.get_json())
        registered = world.apps[asked.pop("client_id")]
        for name, value in asked.items():
            setattr(registered, name, tuple(value) if isinstance(value, list) else value)
        return jsonify({})

    @control.post("/mailboxes")
    def mailboxes() -> Response:
        """Add an empty mailbox in Madrid for each of `emails`."""
        for email in request.get_json()["emails"]:
            account = Account(str(uuid4()), email, email, "Europe/Madrid", "Romance Standard Time")
            account.calendars.append(Calendar(f"CAL-{email}", "Calendar", is_default=True))
            world.accounts[account.oid] = account
        return jsonify({})

    @control.post("/account")
    def account() -> Response:
        """Set `sign_in` or `has_mailbox` of the account `email`."""
        asked = dict(request.get_json())
        found = _account(world, asked)
        for name in asked.keys() - {"email"}:
            setattr(found, name, asked[name])
        return jsonify({})


def _add_mailbox_calls(control: Blueprint, world: World, mailbox: Mailbox) -> None:
    @control.post("/mutate-event")
    def mutate() -> Response:
        """As the owner would in Outlook: `op` create, change, delete or respond; `email`, `id`, `event`."""
        asked = request.get_json()
        account = _account(world, asked)
        return jsonify({"id": _mutate(account, asked, mailbox)})

    @control.post("/settings")
    def settings() -> Response:
        """Move the mailbox of `email` to the zone `timezone`."""
        account = _account(world, request.get_json())
        account.zone_name = request.get_json()["timezone"]
        account.zone = iana(account.zone_name) or "UTC"
        world.is_saved = False
        return jsonify({})

    @control.post("/calendars")
    def calendars() -> Response:
        """Add calendars with these `names` to the account `email`; answers with their ids."""
        account = _account(world, request.get_json())
        names = request.get_json()["names"]
        made = [Calendar(f"CAL-{account.name}-{name}", name, providers=()) for name in names]
        account.calendars.extend(made)
        return jsonify([each.id for each in made])

    @control.get("/events")
    def events() -> Response:
        """Every event and series of the account `email`, as kept here."""
        account = _account(world, request.args.to_dict())
        return jsonify([asdict(event) for event in account.events.values()])


def scripted_refusal(fault: Fault) -> Response:
    """A scripted fault in Graph's words; `reason` is the code."""
    code = fault.reason or _CODES.get(fault.status, "generalException")
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return graph_error(GraphError(fault.status, code, "A scripted refusal.", headers))


def _mutate(account: Account, asked: dict[str, Any], mailbox: Mailbox) -> str:
    operations: dict[str, Callable[[], str]] = {
        "create": lambda: (
            mailbox.create(account, get_calendar(account, asked.get("calendar")), asked["event"]).id
        ),
        "change": lambda: _change(account, asked, mailbox),
        "delete": lambda: _delete(account, asked["id"], mailbox),
        "respond": lambda: _respond(account, asked, mailbox),
    }
    return operations[asked["op"]]()


def _change(account: Account, asked: dict[str, Any], mailbox: Mailbox) -> str:
    event, key = get_event(account, asked["id"])
    if key:
        mailbox.change_occurrence(event, key, asked["event"])
    else:
        mailbox.change(account, event, asked["event"])
    return event.id


def _delete(account: Account, event_id: str, mailbox: Mailbox) -> str:
    event, key = get_event(account, event_id)
    mailbox.delete(account, event, key)
    return event.id


def _respond(account: Account, asked: dict[str, Any], mailbox: Mailbox) -> str:
    """Set the owner's `response` (declined, say), or let the organizer cancel it (`isCancelled`)."""
    event, _ = get_event(account, asked["id"])
    event.response = asked.get("response", event.response)
    event.is_cancelled = asked.get("isCancelled", event.is_cancelled)
    mailbox.touch(event)
    return event.id


def _account(world: World, asked: dict[str, Any]) -> Account:
    account = world.account_by_email(str(asked.get("email", "")))
    if account is None:
        abort(404)
    return account
