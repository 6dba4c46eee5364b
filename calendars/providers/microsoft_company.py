"""Microsoft 365 for a whole company: an application with permissions of its own, by client credentials.

One token serves every mailbox that the tenant lets the application into, so whoever keeps it renews it once for all.
Which mailboxes those are is limited at Exchange, to a group; who is outside answers 403.
Source: https://learn.microsoft.com/graph/auth-v2-service and https://learn.microsoft.com/graph/auth-limit-mailbox-access.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import requests

from calendars.providers.company import CompanyAccount, CompanyToken, unknown_user
from calendars.providers.grant import GrantError
from calendars.providers.microsoft_errors import GraphRefusal
from calendars.providers.microsoft_http import GraphHttp
from calendars.providers.microsoft_identity import read_metadata
from calendars.providers.microsoft_oauth import EntraApp, client_of, reaching
from calendars.providers.microsoft_refusals import refused

JSON = dict[str, Any]
PERMISSIONS = ("Calendars.ReadWrite", "MailboxSettings.Read", "User.ReadBasic.All")
"""Application permissions an administrator consents to. The last one finds a person's lasting id by address."""

_ASKED = {"$select": "id,displayName,mail,userPrincipalName"}
_TENANT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def authority_of(authority: str, tenant: str) -> str:
    """The address of one tenant, at the same sign-in service as `authority`: client credentials have no
    `organizations`."""
    parts = urlsplit(authority)
    return urlunsplit((parts.scheme, parts.netloc, f"/{quote(tenant, safe='')}", "", ""))


def tenant_id_of(session: requests.Session, authority: str) -> str:
    """The tenant's lasting id, whichever of its names `authority` has. Raises GrantError."""
    issuer = str(read_metadata(session, authority).get("issuer"))
    found = next((part for part in urlsplit(issuer).path.split("/") if _TENANT.fullmatch(part)), None)
    if found is None:
        raise GrantError("Microsoft knows no such tenant", code="misconfigured", permanent=True)
    return found.lower()


def fetch_token(session: requests.Session, app: EntraApp, graph_base: str, now: datetime) -> CompanyToken:
    """A token with all permissions that were consented to. Raises GrantError."""
    parts = urlsplit(graph_base)
    scope = urlunsplit((parts.scheme, parts.netloc, "/.default", "", ""))
    client = client_of(session, app)
    result: JSON = reaching(lambda: client.acquire_token_for_client(scopes=[scope]))
    if "error" in result:
        raise _operators(refused(result))
    return CompanyToken(str(result["access_token"]), now + timedelta(seconds=int(result["expires_in"])))


def find_account(
    session: requests.Session,
    access_token: Callable[[bool], str],
    graph_base: str,
    tenant_id: str,
    address: str,
) -> CompanyAccount:
    """The person with this sign-in name or main address. Raises GrantError, `unknown-user` where there is none."""
    graph = GraphHttp(session, access_token, graph_base)
    try:
        found = _by_name(graph, address) or _by_mail(graph, address)
    except GraphRefusal as refusal:
        if refusal.status == 403:
            message = "the application may not look people up: User.ReadBasic.All lacks consent"
            raise GrantError(message, code="misconfigured", permanent=True) from None
        raise
    if found is None:
        raise unknown_user("Microsoft")
    return CompanyAccount(
        account=f"{found['id']}.{tenant_id}",
        email=str(found.get("mail") or found.get("userPrincipalName") or address),
        name=found.get("displayName") or None,
        mailbox=str(found["id"]),
    )


def mailbox_of(account: str) -> str:
    """How Graph is asked about an account, from the lasting name we keep it by."""
    return account.partition(".")[0]


def _by_name(graph: GraphHttp, address: str) -> JSON | None:
    try:
        return graph.get(f"/users/{quote(address, safe='')}", _ASKED)
    except GraphRefusal as refusal:
        if refusal.status != 404:
            raise
        return None


def _by_mail(graph: GraphHttp, address: str) -> JSON | None:
    """Whose main address it is where people sign in by another name. Other addresses are hidden from us."""
    mail = address.replace("'", "''")
    found = graph.items("/users", {"$filter": f"mail eq '{mail}'", **_ASKED})
    return found[0] if len(found) == 1 else None


def _operators(error: GrantError) -> GrantError:
    """There is no person behind this grant who could sign in again."""
    if error.permanent:
        return GrantError(str(error), code="misconfigured", permanent=True)
    return error
