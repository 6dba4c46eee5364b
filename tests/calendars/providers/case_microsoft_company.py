"""Microsoft for a whole company under the contract: the same client, asking about `/users/…` with the
application's own token."""

import pytest

from calendars.providers import microsoft_company
from calendars.providers.microsoft import GraphCalendar
from calendars.providers.microsoft_oauth import EntraApp
from tests.calendars.providers import case_microsoft
from tests.calendars.providers.microsoft_tools import guarded
from tests.demo.microsoft.running import APP, NOW, Microsoft

CAN_WRITE = True


class Case(case_microsoft.Case):
    """Rosa's default calendar, without Rosa."""

    by_person = False

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self.microsoft: Microsoft = request.getfixturevalue("microsoft")
        self.microsoft.allow_application()
        self.calendar_id = self.microsoft.calendar
        session = guarded(self.microsoft)
        request.addfinalizer(session.close)
        app = EntraApp(APP.client_id, APP.client_secret, self.microsoft.tenant)
        kept: list[str] = []

        def token(force: bool) -> str:
            if force or not kept:
                fetched = microsoft_company.fetch_token(session, app, self.microsoft.graph, NOW)
                kept.append(fetched.access_token)
            return kept[-1]

        self.provider = GraphCalendar(session, token, self.microsoft.graph, mailbox="0a")

    def revoke(self) -> None:
        self.microsoft.ctl("app", client_id=APP.client_id, is_secret_over=True)
        self.microsoft.ctl("expire-access-tokens")
