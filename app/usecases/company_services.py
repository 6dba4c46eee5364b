"""The services that a company may connect all its reps at, one row each."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from app.models import Provider
from app.services import services
from calendars.providers.base import CalendarProvider
from calendars.providers.company import CompanyAccount, CompanyToken

AccessToken = Callable[[bool], str]
Secret = dict[str, Any]


class CompanyService(Protocol):
    """A service that an administrator lets us into for everybody."""

    @property
    def shares_token(self) -> bool:
        """Whether one access token opens every mailbox; else each person's own is asked for."""

    def fetch_token(self, secret: Secret, person: str, now: datetime) -> CompanyToken:
        """A fresh token; for `person` alone, where tokens are not shared. Raises GrantError."""

    def find_account(self, secret: Secret, token: CompanyToken, address: str) -> CompanyAccount:
        """Whose account an address is. Raises GrantError."""

    def open(self, access_token: AccessToken, account: str) -> CalendarProvider:
        """The calendars of an account, by its lasting name."""


@dataclass(frozen=True, slots=True)
class GoogleCompany:
    """Google Workspace, by domain-wide delegation."""

    shares_token: bool = False

    def fetch_token(self, secret: Secret, person: str, now: datetime) -> CompanyToken:
        from calendars.providers.google_company import ServiceAccount, fetch_token

        account = ServiceAccount(**secret)
        return fetch_token(services().http, account, services().settings.google_token_uri, person, now)

    def find_account(self, secret: Secret, token: CompanyToken, address: str) -> CompanyAccount:
        from calendars.providers.google_company import who_is

        return who_is(services().http, services().settings.google_userinfo_uri, token)

    def open(self, access_token: AccessToken, account: str) -> CalendarProvider:
        from calendars.providers.google import GoogleCalendar

        return GoogleCalendar(services().http, access_token, services().settings.google_api_base)


@dataclass(frozen=True, slots=True)
class MicrosoftCompany:
    """Microsoft 365, by application permissions."""

    shares_token: bool = True

    def fetch_token(self, secret: Secret, person: str, now: datetime) -> CompanyToken:
        from calendars.providers.microsoft_company import fetch_token
        from calendars.providers.microsoft_oauth import EntraApp

        app = EntraApp(secret["client_id"], secret["client_secret"], _authority(secret))
        return fetch_token(services().http, app, services().settings.graph_base, now)

    def find_account(self, secret: Secret, token: CompanyToken, address: str) -> CompanyAccount:
        from calendars.providers.microsoft_company import find_account, tenant_id_of

        tenant = tenant_id_of(services().http, _authority(secret))
        base = services().settings.graph_base
        return find_account(services().http, lambda force: token.access_token, base, tenant, address)

    def open(self, access_token: AccessToken, account: str) -> CalendarProvider:
        from calendars.providers.microsoft import GraphCalendar
        from calendars.providers.microsoft_company import mailbox_of

        base = services().settings.graph_base
        return GraphCalendar(services().http, access_token, base, mailbox_of(account))


COMPANY: Mapping[Provider, CompanyService] = {
    Provider.GOOGLE: GoogleCompany(),
    Provider.MICROSOFT: MicrosoftCompany(),
}


def content_of(token: CompanyToken) -> Secret:
    """What is sealed of a token."""
    return asdict(token) | {"expires_at": token.expires_at.isoformat()}


def _authority(secret: Secret) -> str:
    from calendars.providers.microsoft_company import authority_of

    return authority_of(services().settings.ms_authority, secret["tenant"])
