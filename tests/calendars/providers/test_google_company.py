"""A service account that acts for everybody in a domain: what it may, what it may not, and how Google says so."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt
from google.auth import jwt as google_jwt

from app.outbound import GuardedSession
from calendars.providers.company import CompanyToken, KeyRefused
from calendars.providers.google import GoogleCalendar
from calendars.providers.google_company import SCOPES, ServiceAccount, fetch_token, read_key, who_is
from calendars.providers.grant import GrantError
from tests.calendars.providers.case_google import connect, guarded
from tests.demo.google.running import CALENDAR_LIST, EVENTS, RAVI, REMY, SERVICE, Google

NOW = datetime.now(UTC)


@pytest.fixture
def session(google: Google) -> GuardedSession:
    return guarded(google)


@pytest.fixture
def account(google: Google) -> ServiceAccount:
    return read_key(google.company_key(), f"{google.url}/token")


def token(
    google: Google, session: GuardedSession, account: ServiceAccount, email: str = REMY
) -> CompanyToken:
    return fetch_token(session, account, f"{google.url}/token", email, NOW)


def refused(
    google: Google, session: GuardedSession, account: ServiceAccount, email: str = REMY
) -> GrantError:
    with pytest.raises(GrantError) as raised:
        token(google, session, account, email)
    assert not raised.value.needs_reconnect, "there is nobody who could sign in again"
    return raised.value


def claims(google: Google, **changes: Any) -> dict[str, Any]:
    """Those of a good assertion, with some of them changed."""
    now = int(NOW.timestamp())
    good = {
        "iss": SERVICE,
        "sub": REMY,
        "scope": EVENTS,
        "aud": f"{google.url}/token",
        "iat": now,
        "exp": now + 600,
    }
    return good | changes


def answer(google: Google, account: ServiceAccount, body: dict[str, Any], pem: str | None = None) -> Any:
    signer = crypt.RSASigner.from_string(pem or account.private_key, account.private_key_id)
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": google_jwt.encode(signer, body).decode(),
    }
    return google.session.post(f"{google.url}/token", data=form)


def another_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


def test_a_token_names_the_account_by_the_same_lasting_name_as_a_sign_in(
    google: Google, session: GuardedSession, account: ServiceAccount
) -> None:
    given = token(google, session, account)
    assert given.expires_at == NOW + timedelta(seconds=3599)
    found = who_is(session, f"{google.url}/v1/userinfo", given)
    assert (found.account, found.email) == (connect(google, session).account, REMY)


def test_one_persons_token_opens_nobody_elses_calendar(
    google: Google, session: GuardedSession, account: ServiceAccount
) -> None:
    def calendar_of(whose: str, asked: str) -> Any:
        given = token(google, session, account, whose).access_token
        return google.session.get(
            f"{google.api}/calendars/{asked}/events", headers={"Authorization": f"Bearer {given}"}
        )

    assert calendar_of(REMY, RAVI).status_code == 404
    assert calendar_of(RAVI, RAVI).status_code == 200, "control: who it is for can"


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"aud": "https://elsewhere.example/token"}, "invalid_grant", "audience"),
        ({"aud": "https://accounts.google.com"}, "invalid_grant", "audience"),
        (
            {"exp": int(NOW.timestamp()) - 900, "iat": int(NOW.timestamp()) - 1800},
            "invalid_grant",
            "short-lived",
        ),
        ({"exp": int(NOW.timestamp()) + 7200}, "invalid_grant", "short-lived"),
        (
            {"iat": int(NOW.timestamp()) + 1800, "exp": int(NOW.timestamp()) + 2400},
            "invalid_grant",
            "short-lived",
        ),
        ({"iss": "nobody@acme.iam.gserviceaccount.com"}, "invalid_grant", "account not found"),
        ({"scope": ""}, "invalid_scope", "scope"),
        (
            {"scope": f"{EVENTS} https://www.googleapis.com/auth/calendar"},
            "unauthorized_client",
            "unauthorized",
        ),
        ({"sub": "somebody@acme.test"}, "invalid_grant", "Invalid email"),
        ({"sub": "remy@globex.test"}, "unauthorized_client", "unauthorized"),
    ],
)
def test_the_stand_in_refuses_what_google_refuses(
    google: Google, account: ServiceAccount, change: dict[str, Any], error: str, words: str
) -> None:
    body = answer(google, account, claims(google, **change)).json()
    assert body["error"] == error and words in body["error_description"]
    assert answer(google, account, claims(google)).ok, "control: nothing else was wrong with it"


def test_an_assertion_that_another_key_signed_is_refused(google: Google, account: ServiceAccount) -> None:
    body = answer(google, account, claims(google), pem=another_key()).json()
    assert body == {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}


def test_without_the_administrators_word_nobody_can_be_acted_for(
    google: Google, session: GuardedSession, account: ServiceAccount
) -> None:
    google.ctl("delegate", email=SERVICE, scopes=[])
    assert refused(google, session, account).code == "not-delegated"
    google.ctl("delegate", email=SERVICE, scopes=[EVENTS, CALENDAR_LIST])
    assert refused(google, session, account).code == "not-delegated", "one scope too few is none"
    google.ctl("delegate", email=SERVICE, scopes=list(SCOPES))
    assert token(google, session, account).access_token


def test_somebody_unknown_is_told_apart_from_somebody_of_another_domain(
    google: Google, session: GuardedSession, account: ServiceAccount
) -> None:
    assert refused(google, session, account, "somebody@acme.test").code == "unknown-user"
    assert refused(google, session, account, "remy@globex.test").code == "not-delegated"


def test_a_key_that_was_deleted_is_the_companys_trouble(
    google: Google, session: GuardedSession, account: ServiceAccount
) -> None:
    google.ctl("delete-keys", email=SERVICE)
    trouble = refused(google, session, account)
    assert (trouble.code, trouble.permanent) == ("misconfigured", True)


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 503}, {"kind": "not-json"}, {"kind": "reset-before"}]
)
def test_a_token_server_in_trouble_blames_no_key(
    google: Google, session: GuardedSession, account: ServiceAccount, fault: dict[str, Any]
) -> None:
    google.ctl("fail", path="*/token", times=1, **fault)
    trouble = refused(google, session, account)
    assert (trouble.code, trouble.permanent) == ("unavailable", False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": "authorized_user"}, "not a service account"),
        ({"private_key": None}, "lacks private_key"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----\nno\n-----END PRIVATE KEY-----"}, "cannot be read"),
        ({"token_uri": "https://elsewhere.example/token"}, "another token server"),
        ({"client_id": "somebody"}, "client_id"),
    ],
)
def test_what_is_no_usable_key_is_refused_in_words_that_repeat_none_of_it(
    google: Google, change: dict[str, Any], words: str
) -> None:
    key = json.loads(google.company_key())
    with pytest.raises(KeyRefused, match=words) as raised:
        read_key(json.dumps(key | change), f"{google.url}/token")
    assert key["private_key_id"] not in str(raised.value) and "elsewhere" not in str(raised.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, "x" * 20_000])
def test_what_is_no_json_object_of_that_size_is_refused(text: str) -> None:
    with pytest.raises(KeyRefused):
        read_key(text, "https://oauth2.googleapis.com/token")


def test_a_key_of_yesterdays_size_is_refused(google: Google) -> None:
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    pem = small.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = json.loads(google.company_key()) | {"private_key": pem.decode()}
    with pytest.raises(KeyRefused, match="2048"):
        read_key(json.dumps(key), f"{google.url}/token")


def test_the_key_shows_itself_nowhere(account: ServiceAccount) -> None:
    assert "PRIVATE" not in repr(account)


def test_a_calendar_is_read_with_the_companys_token(
    google: Google, session: GuardedSession, account: ServiceAccount
) -> None:
    given = token(google, session, account).access_token
    listed = GoogleCalendar(session, lambda force: given, google.url).list_calendars()
    assert [each.id for each in listed if each.is_primary] == [REMY]


def test_the_assertion_goes_where_the_settings_say_and_nowhere_else(
    google: Google, session: GuardedSession, account: ServiceAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    post = session.post

    def noting(url: str, **options: Any) -> Any:
        asked.append(url)
        return post(url, **options)

    monkeypatch.setattr(session, "post", noting)
    token(google, session, account)
    assert asked == [f"{google.url}/token"]
