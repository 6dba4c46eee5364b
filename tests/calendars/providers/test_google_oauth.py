"""Connecting a Google account."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.outbound import GuardedSession
from calendars.providers import google_oauth
from calendars.providers.google_oauth import GoogleApp
from calendars.providers.grant import Grant, GrantError
from tests.calendars.providers.case_google import connect, google_app, guarded
from tests.demo.google.running import CALENDAR_LIST, EVENTS, RAVI, REMY, RETURN_TO, Google

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def session(google: Google) -> GuardedSession:
    return guarded(google)


@pytest.fixture
def app(google: Google) -> GoogleApp:
    return google_app(google)


def begin(session: GuardedSession, app: GoogleApp) -> tuple[str, dict[str, Any]]:
    return google_oauth.start_flow(session, app, redirect_uri=RETURN_TO, state="s1")


def failed(
    session: GuardedSession, app: GoogleApp, flow: dict[str, Any], answer: dict[str, str]
) -> GrantError:
    with pytest.raises(GrantError) as raised:
        google_oauth.finish_flow(session, app, flow, answer, NOW)
    return raised.value


def refused_refresh(session: GuardedSession, app: GoogleApp, grant: Grant) -> GrantError:
    with pytest.raises(GrantError) as raised:
        google_oauth.refresh(session, app, grant.secret, NOW)
    return raised.value


def test_a_sign_in_gives_a_grant_that_names_its_account(google: Google, session: GuardedSession) -> None:
    grant = connect(google, session)
    assert grant.email == REMY
    assert grant.account
    assert grant.account != connect(google, session, RAVI).account
    assert grant.account == connect(google, session).account
    assert grant.scopes >= {EVENTS, CALENDAR_LIST}


def test_it_asks_for_a_lasting_grant_with_a_proof_of_its_own(session: GuardedSession, app: GoogleApp) -> None:
    url, flow = google_oauth.start_flow(
        session, app, redirect_uri=RETURN_TO, state="s1", login_hint="remy@acme.test"
    )
    for part in ("access_type=offline", "prompt=consent", "code_challenge_method=S256", "login_hint=remy"):
        assert part in url
    assert flow["code_verifier"] not in url
    assert begin(session, app)[1]["code_verifier"] != flow["code_verifier"]
    json.dumps(flow)


def test_the_end_of_the_token_is_counted_from_the_callers_clock(
    google: Google, session: GuardedSession, app: GoogleApp
) -> None:
    url, flow = begin(session, app)
    grant = google_oauth.finish_flow(session, app, flow, google.allow(url), NOW)
    assert grant.expires_at == NOW + timedelta(seconds=3599)
    renewed = google_oauth.refresh(session, app, grant.secret, NOW)
    assert abs(renewed.expires_at - NOW - timedelta(seconds=3599)) < timedelta(seconds=5)


def test_no_is_told_from_trouble(google: Google, session: GuardedSession, app: GoogleApp) -> None:
    url, flow = begin(session, app)
    assert failed(session, app, flow, google.allow(url, decision="deny")).code == "declined"


@pytest.mark.parametrize("left_out", [EVENTS, CALENDAR_LIST])
def test_a_box_that_was_unticked_is_noticed(
    google: Google, session: GuardedSession, app: GoogleApp, left_out: str
) -> None:
    url, flow = begin(session, app)
    assert failed(session, app, flow, google.allow(url, untick=(left_out,))).code == "missing-scope"


def test_an_answer_to_another_sign_in_is_refused(
    google: Google, session: GuardedSession, app: GoogleApp
) -> None:
    url, flow = begin(session, app)
    answer = google.allow(url)
    assert failed(session, app, flow, {**answer, "state": "other"}).code == "invalid"
    assert failed(session, app, flow, {"state": "s1"}).code == "invalid"
    assert google.log("POST", "/token") == []


def test_a_code_caught_by_somebody_else_is_useless_without_the_verifier(
    google: Google, session: GuardedSession, app: GoogleApp
) -> None:
    url, _ = begin(session, app)
    _, another = begin(session, app)
    error = failed(session, app, another, google.allow(url))
    assert (error.code, error.needs_reconnect) == ("unauthorized", True)


def test_a_code_works_once(google: Google, session: GuardedSession, app: GoogleApp) -> None:
    url, flow = begin(session, app)
    answer = google.allow(url)
    google_oauth.finish_flow(session, app, flow, answer, NOW)
    assert failed(session, app, flow, answer).permanent


def test_an_identity_for_another_sign_in_is_refused(
    google: Google, session: GuardedSession, app: GoogleApp
) -> None:
    url, flow = begin(session, app)
    assert failed(session, app, {**flow, "nonce": "other"}, google.allow(url)).code == "invalid"


def test_a_grant_that_would_not_last_is_refused(
    google: Google, session: GuardedSession, app: GoogleApp
) -> None:
    url, flow = begin(session, app)
    answer = google.allow(url.replace("access_type=offline", "access_type=online"))
    assert failed(session, app, flow, answer).code == "invalid"


@pytest.mark.parametrize("certs", ["/oauth2/v1/certs", "/oauth2/v3/certs"])
def test_the_identity_is_checked_against_keys_in_either_form(
    google: Google, session: GuardedSession, app: GoogleApp, certs: str
) -> None:
    from calendars.providers.google_identity import verify_identity

    token = google.tokens()["id_token"]
    assert verify_identity(session, app.client_id, google.url + certs, token).email == REMY
    head, claims, signature = token.split(".")
    forged = ".".join([head, claims, signature[::-1]])
    for client_id, given in ((app.client_id, forged), ("another-client", token), (app.client_id, "x")):
        with pytest.raises(GrantError):
            verify_identity(session, client_id, google.url + certs, given)


def test_an_identity_from_another_issuer_is_refused(
    google: Google, session: GuardedSession, app: GoogleApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, flow = begin(session, app)
    monkeypatch.setattr("app.demo.google.identity.ISSUER", "https://accounts.evil.test")
    assert failed(session, app, flow, google.allow(url)).code == "invalid"


def test_a_refresh_keeps_the_secret_usable(google: Google, session: GuardedSession, app: GoogleApp) -> None:
    grant = connect(google, session)
    for _ in range(2):
        renewed = google_oauth.refresh(session, app, grant.secret, NOW)
        assert renewed.access_token != grant.access_token
        assert (renewed.account, renewed.email, renewed.scopes) == (grant.account, REMY, grant.scopes)
        grant = renewed


def test_a_withdrawn_grant_needs_the_person(google: Google, session: GuardedSession, app: GoogleApp) -> None:
    grant = connect(google, session)
    google.ctl("revoke", email=REMY)
    error = refused_refresh(session, app, grant)
    assert (error.code, error.permanent, error.needs_reconnect) == ("unauthorized", True, True)
    assert connect(google, session).account == grant.account


def test_a_wrong_client_secret_is_ours_to_mend(
    google: Google, session: GuardedSession, app: GoogleApp
) -> None:
    grant = connect(google, session)
    google.ctl("fail", kind="status", path="/token", status=401, reason="invalid_client")
    error = refused_refresh(session, app, grant)
    assert (error.code, error.permanent, error.needs_reconnect) == ("misconfigured", True, False)


@pytest.mark.parametrize("kind", ["reset-before", "not-json"])
def test_trouble_at_the_token_server_is_not_a_withdrawn_grant(
    google: Google, session: GuardedSession, app: GoogleApp, kind: str
) -> None:
    grant = connect(google, session)
    google.ctl("fail", kind=kind, path="/token", times=3)
    error = refused_refresh(session, app, grant)
    assert (error.code, error.permanent, error.needs_reconnect) == ("unavailable", False, False)


def test_a_grant_can_be_given_back_and_twice_is_no_error(
    google: Google, session: GuardedSession, app: GoogleApp
) -> None:
    grant = connect(google, session)
    google_oauth.revoke(session, app, grant.secret)
    google_oauth.revoke(session, app, grant.secret)
    assert refused_refresh(session, app, grant).needs_reconnect


def test_the_secret_of_our_registration_is_not_shown(app: GoogleApp) -> None:
    assert app.client_secret not in repr(app)
