"""Calendar services tell us of changes in what the company connected, and are told when it is over."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.actor import SYSTEM
from app.db import db
from app.demo.stand_in import serve
from app.models import ChannelState, Provider, PushChannel
from app.usecases.push_channels import defer_channels, open_channel
from app.usecases.save_company_grant import end_company_grant, save_google_key, save_microsoft_app
from tests.demo.microsoft.running import APP
from tests.fixtures.company import application_over
from tests.fixtures.outside import REMY, ROSA, SECURE, Outside, calendars_of, document, settings_of


@pytest.fixture
def told(
    fresh_database: str, _our_google: Any, _our_microsoft: Any, certificate: Any, mail_server: Any
) -> Iterator[Outside]:
    """Remy and Rosa connected by the company, under an https address that both services can reach."""
    for side in (_our_google, _our_microsoft):
        side.ctl("reset")
    mail_server.clear()
    settings = settings_of(_our_google, _our_microsoft, certificate, mail_server)
    settings["public_base_url"] = SECURE
    with application_over(fresh_database, document(REMY, ROSA), **settings) as app, serve(app) as server:
        for side in (_our_google, _our_microsoft):
            side.ctl("notices", routes={SECURE: server.url})
        outside = Outside(app, _our_google, _our_microsoft, mail_server)
        outside.microsoft.allow_application()
        save_google_key(outside.google.company_key(), SYSTEM)
        save_microsoft_app("acme.test", APP.client_id, APP.client_secret, SYSTEM)
        outside.work()
        yield outside


def channels() -> list[PushChannel]:
    db.session.rollback()
    return list(db.session.scalars(select(PushChannel).order_by(PushChannel.id)))


def test_channels_are_opened_extended_or_replaced_and_closed_by_the_companys_key(told: Outside) -> None:
    defer_channels()
    told.work()
    assert [each.state for each in channels()] == [ChannelState.OPEN] * 2
    first = {each.public_id for each in channels()}
    for email in (REMY, ROSA):
        [calendar] = [each for each in calendars_of(email) if each.checks_conflicts]
        assert open_channel(calendar.public_id, renew=True)
    kept = {each.public_id for each in channels()} & first
    assert len(kept) == 1, "Microsoft's is extended, Google's replaced"
    for provider in (Provider.GOOGLE, Provider.MICROSOFT):
        assert end_company_grant(provider, SYSTEM) == 1
    told.work()
    assert channels() == []
    assert len(told.google.log("POST", "/channels/stop")) == 2, "the one replaced, and the last"
    assert next(each["path"] for each in told.microsoft.log("DELETE")).startswith("/v1.0/subscriptions/")
