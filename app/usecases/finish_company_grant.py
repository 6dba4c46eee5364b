"""The last step of giving a company's key up: close what it opened at the service, then delete it."""

from contextlib import suppress

from app import clock
from app.db import transaction
from app.models import CompanyGrant, CompanyGrantState, Provider
from app.store.channels import channels_by_grant, drop_channel
from app.store.company_grants import find_grant_of
from app.usecases.company_services import COMPANY, Secret
from app.usecases.company_tokens import open_grant
from calendars.providers.base import CalendarError
from calendars.providers.push import PushProvider


def finish_company_grant(provider: Provider) -> None:
    """Delete a key that was given up. What the service does not let us close ends by itself within a week."""
    with transaction() as session:
        grant = find_grant_of(session, provider)
        if grant is None or grant.state is not CompanyGrantState.ENDING:
            return
        secret = _secret(grant)
        channels = channels_by_grant(session, grant.id)
    for channel, remote_id, account, email in channels:
        with suppress(CalendarError):
            _unwatch(provider, secret, (account, email), (channel, remote_id))
        with transaction() as session:
            drop_channel(session, channel)
    with transaction() as session:
        grant = find_grant_of(session, provider, lock=True)
        if grant is not None and grant.state is CompanyGrantState.ENDING:
            session.delete(grant)


def _secret(grant: CompanyGrant) -> Secret | None:
    """The key; None when ours do not open it any more, for then there is nothing to close with."""
    try:
        return open_grant(grant)
    except CalendarError:
        return None


def _unwatch(
    provider: Provider, secret: Secret | None, whose: tuple[str, str], channel: tuple[str, str]
) -> None:
    if secret is None:
        return
    account, email = whose
    token = COMPANY[provider].fetch_token(secret, email, clock.now())
    calendars = COMPANY[provider].open(lambda force: token.access_token, account)
    if isinstance(calendars, PushProvider):
        calendars.unwatch(*channel)
