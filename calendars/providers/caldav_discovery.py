"""From an address to an account's calendars: principal, calendar home, collections.

RFC 6764 (where to begin), RFC 5397 (who am I), RFC 4791, 6.2.1 (where the calendars are). DNS is not asked.
"""

from dataclasses import dataclass, replace
from urllib.parse import unquote, urljoin, urlsplit

from calendars.providers.base import CalendarError, RemoteCalendar
from calendars.providers.caldav_errors import misconfigured
from calendars.providers.caldav_http import CalDavClient
from calendars.providers.caldav_xml import COLOR, Multistatus, Resource, cal, dav, propfind
from calendars.providers.caldav_zone import zone_of

_MAX_CALENDARS = 500
_LONGEST_NAME = 200
_LONGEST_ADDRESS = 1000
_WRITE = (dav("all"), dav("write"), dav("write-content"), dav("bind"))
_CALENDAR = (
    dav("displayname"),
    dav("resourcetype"),
    dav("current-user-privilege-set"),
    cal("supported-calendar-component-set"),
    cal("calendar-timezone"),
    cal("schedule-calendar-transp"),
    COLOR,
)


@dataclass(frozen=True, slots=True)
class CalDavAccount:
    """Who we are there. `principal` is the server's own stable address for the person; `addresses` are theirs, in
    lower case; `homes` is where their calendars are."""

    principal: str
    name: str | None
    addresses: frozenset[str]
    homes: tuple[str, ...]


def find_account(client: CalDavClient) -> CalDavAccount:
    """Ask the given address, then its host's well-known one, then the host, who we are."""
    troubles: list[CalendarError] = []
    for url in dict.fromkeys(
        (client.url, *(urljoin(client.url, path) for path in ("/.well-known/caldav", "/")))
    ):
        try:
            principal = _principal(client, url)
        except CalendarError as error:
            if error.needs_reconnect:
                raise
            troubles.append(error)
            continue
        if principal is not None:
            return _account(client, principal)
    # Trouble that may pass is worth more than the conclusion that nobody lives here
    telling = sorted(troubles, key=lambda each: (each.permanent, each.code != "misconfigured"))
    if telling and (not telling[0].permanent or telling[0].code == "misconfigured"):
        raise telling[0]
    raise misconfigured("there is no CalDAV account at this address")


def list_calendars(client: CalDavClient, account: CalDavAccount) -> tuple[RemoteCalendar, ...]:
    """The account's event calendars. Primary is the first that can be written to and counts for free-busy."""
    found: dict[str, tuple[RemoteCalendar, bool]] = {}
    for home in account.homes:
        answer = client.multistatus("PROPFIND", home, propfind(*_CALENDAR), depth="1")
        for resource in answer.resources:
            if _holds_events(resource) and len(found) < _MAX_CALENDARS:
                calendar = _remote_calendar(answer, resource)
                is_opaque = not resource.has(cal("schedule-calendar-transp"), cal("transparent"))
                if len(calendar.id) <= _LONGEST_ADDRESS:
                    found[calendar.id] = calendar, calendar.can_write and is_opaque
    primary = next((key for key, (_, is_fit) in found.items() if is_fit), None)
    return tuple(replace(each, is_primary=each.id == primary) for each, _ in found.values())


def _principal(client: CalDavClient, url: str) -> str | None:
    answer = client.multistatus("PROPFIND", url, propfind(dav("current-user-principal")))
    hrefs = [href for each in answer.resources for href in each.hrefs(dav("current-user-principal"))]
    return urljoin(answer.url, hrefs[0]) if hrefs else None


def _account(client: CalDavClient, principal: str) -> CalDavAccount:
    client.trust(principal)
    wanted = propfind(dav("displayname"), cal("calendar-home-set"), cal("calendar-user-address-set"))
    answer = client.multistatus("PROPFIND", principal, wanted)
    homes: list[str] = []
    addresses: set[str] = set()
    name: str | None = None
    for each in answer.resources:
        homes += [urljoin(answer.url, href) for href in each.hrefs(cal("calendar-home-set"))]
        addresses |= {href.lower() for href in each.hrefs(cal("calendar-user-address-set"))}
        name = name or each.text(dav("displayname"))
    if not homes:
        raise misconfigured("this account has no calendars")
    for home in homes:
        client.trust(home)
    mails = frozenset(each.removeprefix("mailto:") for each in addresses if each.startswith("mailto:"))
    return CalDavAccount(principal, name, mails, tuple(dict.fromkeys(homes)))


def _holds_events(resource: Resource) -> bool:
    if not resource.has(dav("resourcetype"), cal("calendar")):
        return False
    supported = resource.found.get(cal("supported-calendar-component-set"))
    kinds = (
        [] if supported is None else [each.get("name", "").upper() for each in supported.iter(cal("comp"))]
    )
    return not kinds or "VEVENT" in kinds


def _remote_calendar(answer: Multistatus, resource: Resource) -> RemoteCalendar:
    url = urljoin(answer.url, resource.href)
    privileges = resource.found.get(dav("current-user-privilege-set"))
    # A server without access control (RFC 3744) says nothing, and lets write who may read
    can_write = privileges is None or any(next(privileges.iter(each), None) is not None for each in _WRITE)
    folder = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return RemoteCalendar(
        id=url,
        name=(resource.text(dav("displayname")) or folder or "Calendar")[:_LONGEST_NAME],
        timezone=zone_of(resource.text(cal("calendar-timezone"))),
        can_write=can_write,
        is_primary=False,
        color=_color(resource.text(COLOR)),
    )


def _color(text: str | None) -> str | None:
    """`#rrggbb`, also where it comes with an opacity."""
    digits = (text or "").removeprefix("#")[:6]
    is_color = len(digits) == 6 and all(each in "0123456789abcdefABCDEF" for each in digits)
    return f"#{digits.lower()}" if is_color else None
