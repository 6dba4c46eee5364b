"""events.watch and channels.stop, and the messages that follow."""

import re
import secrets
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from app.demo.google.access import Caller
from app.demo.google.errors import Refused
from app.demo.google.world import Calendar, Channel, Resource, World
from app.demo.stand_in import Notices

_ID = re.compile(r"[A-Za-z0-9\-_+/=]{1,64}")
_WEEK_MS = 604_800_000


def watch(caller: Caller, calendar: Calendar, body: Resource, now: datetime, notices: Notices) -> Resource:
    """Open a channel on a calendar's events; the `sync` message leaves at once."""
    _check(caller.world, body, now)
    latest = int(now.timestamp() * 1000) + _WEEK_MS
    channel = Channel(
        id=body["id"],
        email=caller.account.email,
        calendar=calendar.id,
        address=body["address"],
        token=str(body.get("token", "")),
        resource_id=secrets.token_urlsafe(16),
        expires_ms=min(int(body.get("expiration", latest)), latest),
        seen=calendar.version,
    )
    caller.world.channels[channel.id] = channel
    _send(channel, "sync", notices)
    answer = {"kind": "api#channel", "id": channel.id, "resourceId": channel.resource_id}
    answer |= {"resourceUri": _uri(channel), "expiration": str(channel.expires_ms)}
    return answer | ({"token": channel.token} if channel.token else {})


def stop(caller: Caller, body: Resource) -> None:
    """End a channel that the same account opened."""
    channel = caller.world.channels.get(str(body.get("id")))
    if channel is None or channel.resource_id != body.get("resourceId"):
        raise Refused(404, "notFound", f"Channel '{body.get('id')}' not found for project")
    if channel.email != caller.account.email:
        raise Refused(403, "forbidden")
    del caller.world.channels[channel.id]


def tell(world: World, now: datetime, notices: Notices) -> None:
    """Tell every living channel whose calendar was written to since it last heard. Expired ones end."""
    for channel in list(world.channels.values()):
        calendar = world.calendars.get(channel.calendar)
        if channel.expires_ms <= now.timestamp() * 1000:
            del world.channels[channel.id]
        elif calendar is not None and calendar.version != channel.seen:
            channel.seen = calendar.version
            _send(channel, "exists", notices)


def _check(world: World, body: Resource, now: datetime) -> None:
    if not isinstance(body.get("id"), str) or not _ID.fullmatch(body["id"]):
        raise Refused(400, "channelIdInvalid")
    if body["id"] in world.channels:
        raise Refused(400, "channelIdNotUnique", f"Channel id {body['id']} not unique")
    if body.get("type") not in {"web_hook", "webhook"}:
        raise Refused(400, "channelUnknown")
    if not str(body.get("address", "")).startswith("https://"):
        raise Refused(400, "push.webhookUrlNotHttps", "WebHook callback must be HTTPS")
    if len(str(body.get("token", ""))) > 256:
        raise Refused(400, "invalid")
    expiration: Any = body.get("expiration")
    if expiration is not None and not (
        str(expiration).isdigit() and int(expiration) > now.timestamp() * 1000
    ):
        raise Refused(400, "invalid", location="expiration")


def _send(channel: Channel, state: str, notices: Notices) -> None:
    channel.messages += 1
    expires = datetime.fromtimestamp(channel.expires_ms / 1000).astimezone()
    headers = {
        "X-Goog-Channel-ID": channel.id,
        "X-Goog-Resource-ID": channel.resource_id,
        "X-Goog-Resource-URI": _uri(channel),
        "X-Goog-Resource-State": state,
        "X-Goog-Message-Number": str(channel.messages),
        "X-Goog-Channel-Expiration": format_datetime(expires),
    }
    if channel.token:
        headers["X-Goog-Channel-Token"] = channel.token
    notices.send(channel.address, headers)


def _uri(channel: Channel) -> str:
    return f"https://www.googleapis.com/calendar/v3/calendars/{channel.calendar}/events?alt=json"
