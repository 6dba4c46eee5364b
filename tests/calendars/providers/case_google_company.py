"""Google for a whole company under the contract: the same client, its tokens by a service account's assertions."""

from datetime import UTC, datetime

import pytest

from app.outbound import GuardedSession
from calendars.providers import google_company
from calendars.providers.google import GoogleCalendar
from calendars.providers.google_company import ServiceAccount
from tests.calendars.providers import case_google
from tests.calendars.providers.case_google import guarded
from tests.demo.google.running import REMY, SERVICE, Google

CAN_WRITE = True


class Tokens:
    """Access tokens for one person; counts how often one was asked for."""

    def __init__(self, google: Google, session: GuardedSession, account: ServiceAccount) -> None:
        self._google, self._session, self._account = google, session, account
        self.fetched = 0
        self._token = self._fetch()

    def __call__(self, force: bool) -> str:
        if force:
            self._token = self._fetch()
        return self._token

    def _fetch(self) -> str:
        self.fetched += 1
        uri = f"{self._google.url}/token"
        return google_company.fetch_token(
            self._session, self._account, uri, REMY, datetime.now(UTC)
        ).access_token


class Case(case_google.Case):
    """Remy's primary calendar, without Remy."""

    by_person = False

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self.google: Google = request.getfixturevalue("google")
        self.session = guarded(self.google)
        request.addfinalizer(self.session.close)
        account = google_company.read_key(self.google.company_key(), f"{self.google.url}/token")
        tokens = Tokens(self.google, self.session, account)
        self.provider = GoogleCalendar(self.session, tokens, self.google.url)

    def revoke(self) -> None:
        self.google.ctl("delete-keys", email=SERVICE)
        self.google.ctl("expire-access-tokens")
