"""Graph's subscriptions: the handshake, the limits, and the messages that follow changes."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from app.demo.microsoft.errors import GraphError
from app.demo.microsoft.gate import Caller, require_mailbox
from app.demo.microsoft.lookup import get_calendar
from app.demo.microsoft.world import Account, World
from app.demo.stand_in import Notices

JSON = dict[str, Any]
_RESOURCE = re.compile(r"/?(?:me|users/(?P<who>[^/]+))/(?:calendars/(?P<calendar>[^/]+)/)?events")
_SHORTEST, _LONGEST = timedelta(minutes=45), timedelta(minutes=10_080)
_LIFECYCLE = {"reauthorizationRequired", "subscriptionRemoved", "missed"}


@dataclass(slots=True)
class Subscription:
    """One application's wish to hear of one calendar. `owner`: the person, or the application, that it
    belongs to. `seen` is the world's revision it last heard of."""

    id: str
    owner: str
    oid: str
    calendar: str
    resource: str
    change_type: str
    address: str
    lifecycle: str | None
    state: str
    expires: datetime
    seen: int

    def to_json(self) -> JSON:
        """As Graph shows it; the client state is never shown again."""
        return {
            "id": self.id,
            "resource": self.resource,
            "changeType": self.change_type,
            "notificationUrl": self.address,
            "lifecycleNotificationUrl": self.lifecycle,
            "expirationDateTime": _stamp(self.expires),
            "clientState": None,
        }


class Subscriptions:
    """All of them, and what they are told."""

    def __init__(self, world: World, notices: Notices) -> None:
        self._world, self._notices = world, notices
        self._all: dict[str, Subscription] = {}

    def reset(self) -> None:
        """Forget them."""
        self._all.clear()

    def create(self, caller: Caller, body: JSON) -> Subscription:
        """Subscribe, after the handshake with both addresses. Raises GraphError."""
        found = _RESOURCE.fullmatch(str(body.get("resource", "")))
        address, lifecycle = str(body.get("notificationUrl", "")), body.get("lifecycleNotificationUrl")
        if found is None or not body.get("changeType"):
            raise GraphError(400, "ExtensionError", "Operation: Create; Exception: [Status Code: BadRequest]")
        account = self._mailbox(caller, found["who"])
        calendar = get_calendar(account, unquote(found["calendar"]) if found["calendar"] else None)
        for url in (address, *([lifecycle] if lifecycle else ())):
            self._shake_hands(str(url))
        if len(str(body.get("clientState") or "")) > 128:
            raise GraphError(400, "InvalidRequest", "clientState is too long.")
        for known in self._all.values():
            if (known.owner, known.calendar, known.address) == (caller.owner, calendar.id, address):
                raise GraphError(409, "ExtensionError", "Subscription already exists for the resource.")
        made = Subscription(
            id=str(uuid.uuid4()),
            owner=caller.owner,
            oid=account.oid,
            calendar=calendar.id,
            resource=str(body["resource"]),
            change_type=str(body["changeType"]),
            address=address,
            lifecycle=lifecycle,
            state=str(body.get("clientState") or ""),
            expires=self._end(body),
            seen=self._world.revision,
        )
        self._all[made.id] = made
        return made

    def find(self, caller: Caller, subscription_id: str) -> Subscription:
        """The caller's own. Raises GraphError 404."""
        found = self._all.get(subscription_id)
        if found is None or found.owner != caller.owner or found.expires <= self._world.now():
            raise GraphError(404, "ExtensionError", "The object was not found.")
        return found

    def extend(self, caller: Caller, subscription_id: str, body: JSON) -> Subscription:
        """Move the end; nothing else can be changed."""
        found = self.find(caller, subscription_id)
        if set(body) != {"expirationDateTime"}:
            raise GraphError(400, "InvalidRequest", "Only expirationDateTime can be changed.")
        found.expires = self._end(body)
        return found

    def remove(self, caller: Caller, subscription_id: str) -> None:
        """End it."""
        del self._all[self.find(caller, subscription_id).id]

    def tell(self) -> None:
        """Tell every living subscription whose calendar changed since it last heard."""
        for each in list(self._all.values()):
            account = self._world.accounts.get(each.oid)
            if account is None or each.expires <= self._world.now():
                del self._all[each.id]
                continue
            changed = self._changed(account, each)
            each.seen = self._world.revision
            if changed:
                note = {"changeType": "updated", "resource": each.resource, "resourceData": {"id": changed}}
                self._notices.send(each.address, {}, {"value": [self._note(each) | note]})

    def announce(self, event: str) -> None:
        """Send a lifecycle message to everybody; `subscriptionRemoved` means it."""
        if event not in _LIFECYCLE:
            raise GraphError(400, "InvalidRequest", event)
        for each in list(self._all.values()):
            if event == "subscriptionRemoved":
                del self._all[each.id]
            if each.lifecycle:
                self._notices.send(
                    each.lifecycle, {}, {"value": [self._note(each) | {"lifecycleEvent": event}]}
                )

    def _mailbox(self, caller: Caller, who: str | None) -> Account:
        """Whose events a resource means: a person's own, or for an application those of whom it names."""
        if caller.me is not None and who is None:
            return caller.me
        if caller.me is not None or who is None:
            raise GraphError(403, "ExtensionError", "Operation: Create; Exception: [Status Code: Forbidden]")
        return require_mailbox(self._world, caller.owner, unquote(who))

    def _note(self, each: Subscription) -> JSON:
        return {
            "subscriptionId": each.id,
            "subscriptionExpirationDateTime": _stamp(each.expires),
            "clientState": each.state,
            "tenantId": self._world.tenant,
        }

    def _changed(self, account: Account, each: Subscription) -> str | None:
        """An event of the calendar that changed, or went."""
        events = (e for e in account.events.values() if e.calendar == each.calendar)
        live = (event.id for event in events if event.revision > each.seen)
        gone = (
            removal.event
            for removal in self._world.removals
            if (removal.account, removal.calendar) == (account.oid, each.calendar)
            and removal.revision > each.seen
        )
        return next(live, None) or next(gone, None)

    def _shake_hands(self, url: str) -> None:
        if not url.startswith("https://"):
            raise GraphError(400, "InvalidRequest", "Notification URLs must use https.")
        token = f"Validation: {uuid.uuid4()} <&> ü"
        answer = self._notices.ask(url, {"validationToken": token})
        if (
            answer is None
            or answer.status_code != 200
            or answer.headers.get("Content-Type", "").partition(";")[0] != "text/plain"
            or answer.content.decode(errors="replace") != token
        ):
            raise GraphError(400, "InvalidRequest", "Subscription validation request failed.")

    def _end(self, body: JSON) -> datetime:
        text = str(body.get("expirationDateTime", ""))[:19]
        try:
            wanted = datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            raise GraphError(400, "InvalidRequest", "expirationDateTime is missing or malformed.") from None
        if wanted > self._world.now() + _LONGEST:
            raise GraphError(400, "InvalidRequest", "Subscription expiration can only be 10080 minutes away.")
        return max(wanted, self._world.now() + _SHORTEST)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
