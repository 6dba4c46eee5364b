"""Who calls, and what they may do."""

from dataclasses import dataclass

from flask import Request

from app.demo.google.errors import Refused
from app.demo.google.world import Account, Calendar, World
from app.demo.stand_in import Clock

_PREFIX = "https://www.googleapis.com/auth/"


def _scopes(*names: str) -> frozenset[str]:
    return frozenset(_PREFIX + name for name in ("calendar", *names))


LIST_CALENDARS = _scopes("calendar.readonly", "calendar.calendarlist", "calendar.calendarlist.readonly")
READ_EVENTS = _scopes(
    "calendar.readonly",
    "calendar.events",
    "calendar.events.readonly",
    "calendar.events.owned",
    "calendar.events.owned.readonly",
)
WRITE_EVENTS = _scopes("calendar.events", "calendar.events.owned")
READ_FREE_BUSY = _scopes("calendar.readonly", "calendar.freebusy", "calendar.events.freebusy")

ROLES = ("freeBusyReader", "reader", "writer", "owner")


@dataclass(frozen=True, slots=True)
class Caller:
    """The account a bearer token speaks for."""

    world: World
    account: Account

    def calendar(self, calendar_id: str, role: str = "freeBusyReader") -> Calendar:
        """The calendar, if the account may see it and has at least this role on it."""
        name = self.account.email if calendar_id == "primary" else calendar_id
        held = self.account.roles.get(name)
        if held is None or name not in self.world.calendars:
            raise Refused(404, "notFound")
        if ROLES.index(held) < ROLES.index(role):
            raise Refused(403, "requiredAccessLevel")
        if self.world.calendars[name].is_broken:
            raise Refused(500, "backendError")
        return self.world.calendars[name]


def identify(world: World, clock: Clock, request: Request, scopes: frozenset[str]) -> Caller:
    """The caller, if the token is good and the grant covers one of `scopes`."""
    header = request.headers.get("Authorization", "")
    if not header.startswith("Bearer "):
        raise Refused(401, "required", location="Authorization")
    token = header.removeprefix("Bearer ")
    for grant in world.grants:
        if grant.access_tokens.get(token, 0.0) > clock().timestamp():
            if scopes.isdisjoint(grant.scopes):
                raise Refused(403, "insufficientPermissions")
            return Caller(world, world.accounts[grant.email])
    raise Refused(401, "authError", location="Authorization")
