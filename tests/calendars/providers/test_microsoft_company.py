"""An application with permissions of its own at Microsoft: what it may, what it may not, and how Graph says so."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from app.demo.microsoft import TENANT
from calendars.providers.base import CalendarError
from calendars.providers.grant import GrantError
from calendars.providers.microsoft import GraphCalendar
from calendars.providers.microsoft_company import (
    authority_of,
    fetch_token,
    find_account,
    tenant_id_of,
)
from calendars.providers.microsoft_oauth import EntraApp
from tests.calendars.providers.microsoft_tools import guarded
from tests.demo.microsoft.running import APP, NOW, RENEE, ROSA, Microsoft


@pytest.fixture
def session(microsoft: Microsoft) -> Iterator[requests.Session]:
    microsoft.allow_application()
    with guarded(microsoft) as session:
        yield session


@pytest.fixture
def app(microsoft: Microsoft) -> EntraApp:
    return EntraApp(APP.client_id, APP.client_secret, microsoft.tenant)


def token_of(microsoft: Microsoft, session: requests.Session, app: EntraApp) -> str:
    return fetch_token(session, app, microsoft.graph, NOW).access_token


def find(microsoft: Microsoft, session: requests.Session, app: EntraApp, address: str) -> Any:
    token = token_of(microsoft, session, app)
    return find_account(session, lambda force: token, microsoft.graph, TENANT, address)


def calendar_of(
    microsoft: Microsoft, session: requests.Session, app: EntraApp, mailbox: str
) -> GraphCalendar:
    token = token_of(microsoft, session, app)
    return GraphCalendar(session, lambda force: token, microsoft.graph, mailbox)


def get(microsoft: Microsoft, token: str, path: str) -> requests.Response:
    return microsoft.session.get(f"{microsoft.graph}{path}", headers={"Authorization": f"Bearer {token}"})


def code_of(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_one_token_opens_every_mailbox(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    given = fetch_token(session, app, microsoft.graph, NOW)
    assert given.expires_at == NOW + timedelta(minutes=65)
    for mailbox, calendar in (("0a", "CAL-Rosa"), (RENEE, "CAL-Renee")):
        provider = GraphCalendar(session, lambda force: given.access_token, microsoft.graph, mailbox)
        assert provider.list_calendars()[0].id == calendar
    assert len(microsoft.log("POST", "/token")) == 1


def test_a_person_is_found_by_sign_in_name_or_main_address_under_the_name_their_own_sign_in_gives(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    found = find(microsoft, session, app, ROSA.upper())
    assert (found.account, found.email, found.name, found.mailbox) == (f"0a.{TENANT}", ROSA, "Rosa", "0a")
    microsoft.ctl("account", email=ROSA, sign_in="r.garcia@acme.test")
    assert find(microsoft, session, app, "r.garcia@acme.test").account == f"0a.{TENANT}"
    assert find(microsoft, session, app, ROSA).account == f"0a.{TENANT}"
    with pytest.raises(GrantError) as raised:
        find(microsoft, session, app, "o'brien@acme.test")
    assert raised.value.code == "unknown-user"


def test_an_application_has_no_me_and_a_person_nobody_elses_address(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    own, persons = token_of(microsoft, session, app), microsoft.access_token()
    assert code_of(get(microsoft, own, "/me/calendars")) == (400, "BadRequest")
    assert code_of(get(microsoft, persons, f"/users/{ROSA}/calendars")) == (403, "ErrorAccessDenied")
    assert get(microsoft, persons, "/me/calendars").ok and get(microsoft, own, f"/users/{ROSA}/calendars").ok


def test_who_is_outside_the_group_cannot_be_read_and_who_is_inside_can(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    microsoft.allow_application(group=[ROSA])
    assert calendar_of(microsoft, session, app, "0a").list_calendars()
    with pytest.raises(CalendarError) as raised:
        calendar_of(microsoft, session, app, "0b").list_calendars()
    assert (raised.value.code, raised.value.needs_reconnect) == ("forbidden", False)
    assert find(microsoft, session, app, RENEE).email == RENEE, "the directory knows no such limit"


def test_nobody_can_be_written_to_without_the_permission(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    microsoft.allow_application("Calendars.Read", "User.ReadBasic.All")
    token = token_of(microsoft, session, app)
    headers = {"Authorization": f"Bearer {token}"}
    made = microsoft.session.post(f"{microsoft.graph}/users/0a/events", json={}, headers=headers)
    assert code_of(made) == (403, "ErrorAccessDenied")
    assert get(microsoft, token, "/users/0a/calendars").ok


def test_somebody_without_a_mailbox_is_said_so(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    microsoft.ctl("account", email=ROSA, has_mailbox=False)
    with pytest.raises(CalendarError) as raised:
        calendar_of(microsoft, session, app, "0a").list_calendars()
    assert raised.value.code == "misconfigured"


def test_looking_people_up_without_consent_is_the_operators_trouble(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    microsoft.allow_application("Calendars.ReadWrite")
    with pytest.raises(GrantError, match=r"User\.ReadBasic\.All") as raised:
        find(microsoft, session, app, ROSA)
    assert raised.value.code == "misconfigured"


@pytest.mark.parametrize("change", [{"is_secret_over": True}, {"client_secret": "another"}])
def test_a_secret_that_ended_is_the_operators_trouble_and_nobody_signs_in_again(
    microsoft: Microsoft, session: requests.Session, app: EntraApp, change: dict[str, Any]
) -> None:
    microsoft.ctl("app", client_id=APP.client_id, **change)
    with pytest.raises(GrantError) as raised:
        token_of(microsoft, session, app)
    trouble = raised.value
    assert (trouble.code, trouble.permanent, trouble.needs_reconnect) == ("misconfigured", True, False)
    assert APP.client_secret not in str(trouble)


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"scope": "Calendars.ReadWrite"}, 1002012),
        ({"scope": "https://elsewhere.example/.default"}, 500011),
        ({"client_id": "nobody"}, 700016),
        ({"client_secret": "wrong"}, 7000215),
    ],
)
def test_the_stand_in_refuses_what_entra_refuses(
    microsoft: Microsoft, session: requests.Session, change: dict[str, str], number: int
) -> None:
    assert microsoft.app_token(**change).json()["error_codes"] == [number]
    assert "refresh_token" not in microsoft.app_token().json(), "control: nothing else was wrong with it"


def test_client_credentials_are_of_one_tenant(microsoft: Microsoft, session: requests.Session) -> None:
    form = {
        "client_id": APP.client_id,
        "client_secret": APP.client_secret,
        "grant_type": "client_credentials",
    }
    everybody = microsoft.session.post(f"{microsoft.authority}/oauth2/v2.0/token", data=form)
    assert everybody.json()["error_codes"] == [50194]
    assert authority_of(microsoft.authority, "acme.test") == f"{microsoft.url}/acme.test"
    assert tenant_id_of(session, f"{microsoft.url}/acme.test") == TENANT
    with pytest.raises(GrantError) as raised:
        tenant_id_of(session, f"{microsoft.url}/globex.test")
    assert raised.value.code == "misconfigured"
