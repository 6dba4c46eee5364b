"""Connecting a Microsoft account and keeping it connected, by MSAL against the stand-in."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from app.demo.microsoft import TENANT
from calendars.providers.grant import Grant, GrantError
from calendars.providers.microsoft_identity import verified_claims
from calendars.providers.microsoft_oauth import EntraApp, finish_flow, refresh, start_flow
from calendars.providers.microsoft_refusals import refused
from tests.calendars.providers.microsoft_tools import guarded
from tests.demo.microsoft.running import APP, NOW, RENEE, RETURN_TO, ROSA, Microsoft


@pytest.fixture
def session(microsoft: Microsoft) -> Iterator[requests.Session]:
    with guarded(microsoft) as session:
        yield session


@pytest.fixture
def app(microsoft: Microsoft) -> EntraApp:
    return EntraApp(APP.client_id, APP.client_secret, microsoft.authority)


def connect(microsoft: Microsoft, session: requests.Session, app: EntraApp, email: str = ROSA) -> Grant:
    url, flow = start_flow(session, app, redirect_uri=RETURN_TO, state="s1")
    stored = json.loads(json.dumps(flow))
    return finish_flow(session, app, stored, microsoft.allow(url, email), NOW)


def token_calls(microsoft: Microsoft) -> int:
    return len(microsoft.log("POST", "/token"))


def test_signing_in_gives_a_grant_that_works(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    grant = connect(microsoft, session, app)
    assert (grant.account, grant.email, grant.name) == (f"0a.{TENANT}", ROSA, "Rosa")
    assert grant.expires_at == NOW + timedelta(minutes=65)
    assert {"Calendars.ReadWrite", "MailboxSettings.Read"} <= grant.scopes
    bearer = {"Authorization": f"Bearer {grant.access_token}"}
    assert microsoft.session.get(f"{microsoft.graph}/me", headers=bearer).json()["mail"] == ROSA


def test_the_sign_in_asks_with_pkce_state_and_a_choice_of_accounts(
    session: requests.Session, app: EntraApp
) -> None:
    url, flow = start_flow(session, app, redirect_uri=RETURN_TO, state="s1", login_hint=ROSA)
    assert "code_challenge_method=S256" in url
    assert "response_mode=query" in url
    assert "prompt=select_account" in url
    assert "login_hint=rosa%40acme.test" in url
    assert "state=s1" in url
    assert "offline_access" in url
    assert flow["code_verifier"] not in url


def test_declining_is_no_error_of_ours(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    url, flow = start_flow(session, app, redirect_uri=RETURN_TO, state="s1")
    with pytest.raises(GrantError) as caught:
        finish_flow(session, app, flow, microsoft.allow(url, decision="deny"), NOW)
    assert caught.value.code == "declined"


@pytest.mark.parametrize("change", [{"state": "another"}, {"code": None}, {"code": "made-up"}])
def test_an_answer_to_another_sign_in_is_refused(
    microsoft: Microsoft, session: requests.Session, app: EntraApp, change: dict[str, str | None]
) -> None:
    url, flow = start_flow(session, app, redirect_uri=RETURN_TO, state="s1")
    answer = {**microsoft.allow(url), **change}
    with pytest.raises(GrantError) as caught:
        finish_flow(session, app, flow, {name: value for name, value in answer.items() if value}, NOW)
    assert caught.value.permanent


def test_a_code_of_another_flow_is_refused(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    mine, flow = start_flow(session, app, redirect_uri=RETURN_TO, state="s1")
    theirs, _ = start_flow(session, app, redirect_uri=RETURN_TO, state="s1")
    with pytest.raises(GrantError) as caught:
        finish_flow(session, app, flow, microsoft.allow(theirs), NOW)
    assert caught.value.code == "misconfigured"
    assert finish_flow(session, app, flow, microsoft.allow(mine), NOW).email == ROSA


def test_a_token_that_is_still_good_costs_no_call(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    grant = connect(microsoft, session, app)
    before = token_calls(microsoft)
    again = refresh(session, app, grant.secret, NOW)
    assert again.access_token == grant.access_token
    assert again.account == grant.account
    assert token_calls(microsoft) == before
    fresh = refresh(session, app, grant.secret, NOW, force=True)
    assert fresh.access_token != grant.access_token
    assert token_calls(microsoft) == before + 1


def test_the_rotated_refresh_token_is_the_one_to_keep(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    microsoft.ctl("switch", strict_rotation=True)
    first = connect(microsoft, session, app)
    second = refresh(session, app, first.secret, NOW, force=True)
    third = refresh(session, app, second.secret, NOW, force=True)
    assert len({first.secret, second.secret, third.secret}) == 3
    with pytest.raises(GrantError) as caught:
        refresh(session, app, first.secret, NOW, force=True)
    assert caught.value.needs_reconnect


def test_two_connections_never_see_each_others_account(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    rosa, renee = connect(microsoft, session, app), connect(microsoft, session, app, RENEE)
    fresh = refresh(session, app, rosa.secret, NOW, force=True)
    assert (fresh.account, fresh.email) == (rosa.account, ROSA)
    assert refresh(session, app, renee.secret, NOW).email == RENEE


def test_a_revoked_grant_needs_its_owner_and_connecting_again_helps(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    grant = connect(microsoft, session, app)
    microsoft.ctl("revoke", email=ROSA)
    with pytest.raises(GrantError) as caught:
        refresh(session, app, grant.secret, NOW, force=True)
    assert (caught.value.code, caught.value.needs_reconnect) == ("unauthorized", True)
    assert grant.secret not in str(caught.value)
    again = connect(microsoft, session, app)
    assert again.account == grant.account
    assert refresh(session, app, again.secret, NOW, force=True).email == ROSA


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 503}, {"kind": "reset-before"}, {"kind": "not-json"}]
)
@pytest.mark.parametrize("path", ["*/token", "*/openid-configuration"])
def test_an_outage_is_not_taken_for_a_revocation(
    microsoft: Microsoft, session: requests.Session, app: EntraApp, fault: dict[str, Any], path: str
) -> None:
    grant = connect(microsoft, session, app)
    microsoft.ctl("fail", path=path, times=3, **fault)
    with pytest.raises(GrantError) as caught:
        refresh(session, app, grant.secret, NOW, force=True)
    assert (caught.value.code, caught.value.permanent) == ("unavailable", False)
    assert not caught.value.needs_reconnect


def test_a_wrong_secret_is_the_operators_and_disconnects_nobody(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    grant = connect(microsoft, session, app)
    wrong = EntraApp(app.client_id, "wrong", app.authority)
    with pytest.raises(GrantError) as caught:
        refresh(session, wrong, grant.secret, NOW, force=True)
    assert (caught.value.code, caught.value.needs_reconnect) == ("misconfigured", False)


@pytest.mark.parametrize("secret", ["{}", json.dumps({"RefreshToken": {}})])
def test_a_secret_without_a_grant_needs_its_owner(
    session: requests.Session, app: EntraApp, secret: str
) -> None:
    with pytest.raises(GrantError) as caught:
        refresh(session, app, secret, NOW)
    assert caught.value.needs_reconnect


@pytest.mark.parametrize(
    ("error", "numbers", "code", "reconnect"),
    [
        ("invalid_grant", [700082], "unauthorized", True),
        ("invalid_grant", [70008], "unauthorized", True),
        ("invalid_grant", [50173], "unauthorized", True),
        ("invalid_grant", [65001], "unauthorized", True),
        ("interaction_required", [50076], "unauthorized", True),
        ("interaction_required", [53003], "unauthorized", True),
        ("invalid_grant", [54005], "unauthorized", False),
        ("invalid_grant", [501481], "misconfigured", False),
        ("invalid_client", [7000222], "misconfigured", False),
        ("unauthorized_client", [700016], "misconfigured", False),
        ("invalid_grant", [65004], "declined", False),
        ("access_denied", [], "declined", False),
        ("invalid_grant", [90094], "needs-administrator", False),
        ("temporarily_unavailable", [], "unavailable", False),
        ("invalid_request", [90055], "unavailable", False),
        ("something_new", [1], "invalid", False),
    ],
)
def test_refusals_are_told_apart_by_their_numbers(
    error: str, numbers: list[int], code: str, reconnect: bool
) -> None:
    found = refused({"error": error, "error_codes": numbers, "error_description": "words that change"})
    assert (found.code, found.needs_reconnect) == (code, reconnect)
    assert "words that change" not in str(found)


class TestIdentity:
    """An id_token is believed only as Entra signed it, for us, now."""

    def claims(self, microsoft: Microsoft, **changes: Any) -> dict[str, Any]:
        now = int(NOW.timestamp())
        times = {"iat": now, "nbf": now, "exp": now + 3600}
        issuer = f"{microsoft.url}/{TENANT}/v2.0"
        return {"aud": APP.client_id, "iss": issuer, "oid": "0a", "tid": TENANT, **times, **changes}

    def check(
        self, microsoft: Microsoft, session: requests.Session, id_token: str, now: datetime = NOW
    ) -> dict[str, Any]:
        return verified_claims(session, microsoft.authority, APP.client_id, id_token, now)

    def genuine(self, microsoft: Microsoft) -> str:
        body = microsoft.token(grant_type="authorization_code", code=microsoft.code()).json()
        return str(body["id_token"])

    def test_a_genuine_one_names_the_person(self, microsoft: Microsoft, session: requests.Session) -> None:
        claims = self.check(microsoft, session, self.genuine(microsoft))
        assert (claims["oid"], claims["tid"]) == ("0a", TENANT)

    def test_one_signed_by_somebody_else_is_refused(
        self, microsoft: Microsoft, session: requests.Session
    ) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        kid = jwt.get_unverified_header(self.genuine(microsoft))["kid"]
        for headers in ({"kid": kid}, {"kid": "unheard-of"}, {}):
            forged = jwt.encode(self.claims(microsoft), key, algorithm="RS256", headers=headers)
            with pytest.raises(GrantError):
                self.check(microsoft, session, forged)

    def test_one_without_a_signature_is_refused(
        self, microsoft: Microsoft, session: requests.Session
    ) -> None:
        kid = jwt.get_unverified_header(self.genuine(microsoft))["kid"]
        with pytest.raises(GrantError):
            self.check(
                microsoft,
                session,
                jwt.encode(self.claims(microsoft), "", algorithm="none", headers={"kid": kid}),
            )

    def test_one_for_another_application_is_refused(
        self, microsoft: Microsoft, session: requests.Session
    ) -> None:
        with pytest.raises(GrantError):
            verified_claims(session, microsoft.authority, "another-app", self.genuine(microsoft), NOW)

    @pytest.mark.parametrize("shift", [timedelta(hours=2), timedelta(hours=-1)])
    def test_one_that_is_not_valid_now_is_refused(
        self, microsoft: Microsoft, session: requests.Session, shift: timedelta
    ) -> None:
        with pytest.raises(GrantError):
            self.check(microsoft, session, self.genuine(microsoft), NOW + shift)

    @pytest.mark.parametrize("authority", ["organizations", "common", TENANT])
    def test_the_issuer_may_be_a_template_or_the_tenants_own(
        self, microsoft: Microsoft, session: requests.Session, authority: str
    ) -> None:
        url = f"{microsoft.url}/{authority}"
        assert verified_claims(session, url, APP.client_id, self.genuine(microsoft), NOW)["oid"] == "0a"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("issuer", "https://login.example/another-tenant/v2.0"),
            ("jwks_uri", "https://evil.example/keys"),
            ("jwks_uri", "http://localhost/keys"),
        ],
    )
    def test_one_of_another_issuer_or_with_keys_elsewhere_is_refused(
        self,
        microsoft: Microsoft,
        session: requests.Session,
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        value: str,
    ) -> None:
        id_token = self.genuine(microsoft)
        plain = session.get

        def changed(url: str, **options: Any) -> requests.Response:
            answer = plain(url, **options)
            if url.endswith("openid-configuration"):
                answer._content = json.dumps({**answer.json(), name: value}).encode()
            return answer

        monkeypatch.setattr(session, "get", changed)
        with pytest.raises(GrantError) as caught:
            self.check(microsoft, session, id_token)
        assert caught.value.code == "invalid"


def test_being_told_to_wait_is_passed_on(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    grant = connect(microsoft, session, app)
    microsoft.ctl("fail", kind="status", path="*/token", status=429, retry_after=30)
    with pytest.raises(GrantError) as caught:
        refresh(session, app, grant.secret, NOW, force=True)
    assert (caught.value.code, caught.value.retry_after) == ("unavailable", 30)


def test_an_authority_that_is_none_is_the_operators_fault(session: requests.Session) -> None:
    app = EntraApp("c", "s", "https://localhost")
    with pytest.raises(GrantError) as caught:
        start_flow(session, app, redirect_uri=RETURN_TO, state="s")
    assert caught.value.code == "misconfigured"


def test_times_of_a_grant_are_aware(microsoft: Microsoft, session: requests.Session, app: EntraApp) -> None:
    assert connect(microsoft, session, app).expires_at.tzinfo is UTC


def test_secrets_do_not_show_when_a_grant_is_printed(
    microsoft: Microsoft, session: requests.Session, app: EntraApp
) -> None:
    grant = connect(microsoft, session, app)
    printed = f"{grant!r} {app!r}"
    assert grant.access_token not in printed
    assert "refresh" not in printed.casefold()
    assert APP.client_secret not in printed
