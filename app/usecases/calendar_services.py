"""The calendar services we speak to, one row each: how to sign in, renew, give back, and open an account."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from app.config import Settings
from app.models import Provider
from app.services import services
from calendars.providers.base import CalendarProvider
from calendars.providers.grant import Grant

if TYPE_CHECKING:
    from calendars.providers.caldav import CalDavCalendar

AccessToken = Callable[[bool], str]
Flow = dict[str, Any]


class SignInService(Protocol):
    """A service whose accounts are connected by signing in there."""

    def is_configured(self, settings: Settings) -> bool:
        """Whether this deployment has a client registration."""

    def start(self, redirect_uri: str, state: str, login_hint: str | None) -> tuple[str, Flow]:
        """Where to send the person, and what to keep until they come back."""

    def finish(self, flow: Flow, answer: Mapping[str, str], now: datetime) -> Grant:
        """The grant for what came back. Raises GrantError."""

    def refresh(self, secret: str, now: datetime) -> Grant:
        """A fresh access token. Raises GrantError."""

    def revoke(self, secret: str) -> None:
        """Give the grant back, as far as the service lets us."""

    def open(self, access_token: AccessToken) -> CalendarProvider:
        """The account's calendars."""


@dataclass(frozen=True, slots=True)
class GoogleService:
    """Google Calendar."""

    def is_configured(self, settings: Settings) -> bool:
        return bool(settings.google_client_id)

    def start(self, redirect_uri: str, state: str, login_hint: str | None) -> tuple[str, Flow]:
        from calendars.providers import google_oauth

        return google_oauth.start_flow(
            services().http, self._app(), redirect_uri=redirect_uri, state=state, login_hint=login_hint
        )

    def finish(self, flow: Flow, answer: Mapping[str, str], now: datetime) -> Grant:
        from calendars.providers import google_oauth

        return google_oauth.finish_flow(services().http, self._app(), flow, answer, now)

    def refresh(self, secret: str, now: datetime) -> Grant:
        from calendars.providers import google_oauth

        return google_oauth.refresh(services().http, self._app(), secret, now)

    def revoke(self, secret: str) -> None:
        from calendars.providers import google_oauth

        google_oauth.revoke(services().http, self._app(), secret)

    def open(self, access_token: AccessToken) -> CalendarProvider:
        from calendars.providers.google import GoogleCalendar

        return GoogleCalendar(services().http, access_token, services().settings.google_api_base)

    def _app(self) -> Any:
        from calendars.providers.google_oauth import GoogleApp

        settings = services().settings
        return GoogleApp(
            client_id=settings.google_client_id,
            client_secret=settings.google_client_secret.get_secret_value(),
            auth_uri=settings.google_auth_uri,
            token_uri=settings.google_token_uri,
            revoke_uri=settings.google_revoke_uri,
            certs_uri=settings.google_certs_uri,
        )


@dataclass(frozen=True, slots=True)
class MicrosoftService:
    """Microsoft 365 by Graph."""

    def is_configured(self, settings: Settings) -> bool:
        return bool(settings.ms_client_id)

    def start(self, redirect_uri: str, state: str, login_hint: str | None) -> tuple[str, Flow]:
        from calendars.providers import microsoft_oauth

        return microsoft_oauth.start_flow(
            services().http, self._app(), redirect_uri=redirect_uri, state=state, login_hint=login_hint
        )

    def finish(self, flow: Flow, answer: Mapping[str, str], now: datetime) -> Grant:
        from calendars.providers import microsoft_oauth

        return microsoft_oauth.finish_flow(services().http, self._app(), flow, answer, now)

    def refresh(self, secret: str, now: datetime) -> Grant:
        from calendars.providers import microsoft_oauth

        return microsoft_oauth.refresh(services().http, self._app(), secret, now, force=True)

    def revoke(self, secret: str) -> None:
        """Entra has no revocation of one grant by its holder; deleting the secret is all there is."""

    def open(self, access_token: AccessToken) -> CalendarProvider:
        from calendars.providers.microsoft import GraphCalendar

        return GraphCalendar(services().http, access_token, services().settings.graph_base)

    def _app(self) -> Any:
        from calendars.providers.microsoft_oauth import EntraApp

        settings = services().settings
        return EntraApp(
            settings.ms_client_id, settings.ms_client_secret.get_secret_value(), settings.ms_authority
        )


# Whose events invite nobody: our own mail is the invitation
NEVER_INVITES = frozenset({Provider.CALDAV, Provider.ICS})
SIGN_IN: Mapping[Provider, SignInService] = {
    Provider.GOOGLE: GoogleService(),
    Provider.MICROSOFT: MicrosoftService(),
}


def open_caldav(secret: Mapping[str, Any], zone: str, owners: frozenset[str]) -> "CalDavCalendar":
    """An account at a CalDAV server; `owners` are the rep's addresses. Raises CalendarError for what is no address."""
    from calendars.providers.caldav import CalDavCalendar

    return CalDavCalendar(
        services().http,
        str(secret["url"]),
        str(secret["username"]),
        str(secret["password"]),
        zone,
        owners=owners,
    )


def open_feed(url: str, zone: str, owners: frozenset[str]) -> CalendarProvider:
    """A calendar that is only an address to read; `owners` are the rep's addresses."""
    from calendars.providers.ics import IcsFeed

    return IcsFeed(services().http, url, zone, owners=owners)
