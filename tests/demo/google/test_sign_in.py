"""Google's sign-in, as strict as the real one."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.demo.google.running import CALENDAR_LIST, CLIENT_ID, CLIENT_SECRET, EVENTS, REMY, RETURN_TO, Google

VERIFIER = "v" * 50
CHALLENGE = "sPpJEdA3Dpl91BuU4HMJOAxtQ8vE_DYyVrUyHRQIwMY"


def test_a_person_picks_an_account_and_sees_what_is_asked(google: Google) -> None:
    page = google.session.get(google.consent_url(login_hint=REMY)).text
    assert "remy@acme.test" in page
    assert "ravi@acme.test" in page
    assert "See and edit the events on all your calendars" in page
    assert page.count(" checked>") >= 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "nobody"},
        {"redirect_uri": RETURN_TO + "/"},
        {"redirect_uri": "https://evil.test/"},
        {"redirect_uri": None},
        {"response_type": None},
        {"scope": "openid everything"},
        {"scope": None},
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
    ],
)
def test_a_wrong_request_is_shown_here_and_sends_nobody_anywhere(
    google: Google, wrong: dict[str, str | None]
) -> None:
    url = google.consent_url(**wrong)
    for answer in (
        google.session.get(url, allow_redirects=False),
        google.session.post(url, data={"account": REMY, "decision": "allow"}, allow_redirects=False),
    ):
        assert answer.status_code == 400
        assert "Location" not in answer.headers


def test_the_state_comes_back_with_the_answer_whatever_it_is(google: Google) -> None:
    for decision, key in (("allow", "code"), ("deny", "error")):
        answer = google.allow(google.consent_url(), decision=decision)
        assert answer["state"] == "s1"
        assert answer[key]


def test_a_code_is_good_once_and_for_ten_minutes(google: Google) -> None:
    code = google.allow(google.consent_url())["code"]
    assert google.token(grant_type="authorization_code", code=code).ok
    again = google.token(grant_type="authorization_code", code=code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    late = google.allow(google.consent_url())["code"]
    google.ctl("clock", advance=601)
    assert google.token(grant_type="authorization_code", code=late).json()["error"] == "invalid_grant"


def test_a_code_belongs_to_its_address_and_its_verifier(google: Google) -> None:
    code = google.allow(google.consent_url())["code"]
    elsewhere = google.token(grant_type="authorization_code", code=code, redirect_uri="http://other/")
    assert elsewhere.json()["error"] == "redirect_uri_mismatch"
    for verifier in ({}, {"code_verifier": "wrong" * 10}):
        url = google.consent_url(code_challenge=CHALLENGE, code_challenge_method="S256")
        code = google.allow(url)["code"]
        answer = google.token(grant_type="authorization_code", code=code, **verifier)
        assert answer.json()["error"] == "invalid_grant"


def test_the_right_verifier_is_taken(google: Google) -> None:
    import base64
    import hashlib

    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
    url = google.consent_url(code_challenge=challenge, code_challenge_method="S256")
    code = google.allow(url)["code"]
    assert google.token(grant_type="authorization_code", code=code, code_verifier=VERIFIER).ok


def test_the_client_may_name_itself_by_header_or_by_form(google: Google) -> None:
    for auth, form in (
        ((CLIENT_ID, CLIENT_SECRET), {}),
        (None, {"client_id": CLIENT_ID, "client_secret": "no"}),
    ):
        code = google.allow(google.consent_url())["code"]
        answer = google.session.post(
            f"{google.url}/token",
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": RETURN_TO,
                **form,
            },
            auth=auth,
        )
        assert answer.ok == (auth is not None)
        assert answer.ok or answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize("less", [{"access_type": None}, {"prompt": None}])
def test_a_refresh_token_is_given_only_for_offline_access_with_consent(
    google: Google, less: dict[str, str | None]
) -> None:
    assert "refresh_token" not in google.tokens(**less)
    assert "refresh_token" in google.tokens()


def test_scopes_come_back_in_their_long_form_without_those_unticked(google: Google) -> None:
    code = google.allow(google.consent_url(), untick=(EVENTS,))["code"]
    granted = google.token(grant_type="authorization_code", code=code).json()["scope"].split()
    assert CALENDAR_LIST in granted
    assert EVENTS not in granted
    assert "https://www.googleapis.com/auth/userinfo.email" in granted


def test_a_refresh_token_is_kept_until_it_is_revoked(google: Google) -> None:
    tokens = google.tokens()
    for _ in range(2):
        answer = google.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        assert answer.ok
        assert "refresh_token" not in answer.json()
    assert google.session.post(f"{google.url}/revoke", data={"token": tokens["access_token"]}).ok
    dead = google.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert (dead.status_code, dead.json()["error"]) == (400, "invalid_grant")
    again = google.session.post(f"{google.url}/revoke", data={"token": tokens["access_token"]})
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")


def test_an_unknown_kind_of_grant_is_refused(google: Google) -> None:
    assert google.token(grant_type="password").json()["error"] == "unsupported_grant_type"


def test_no_answer_of_the_consent_page_leaks_the_code_into_a_log(google: Google) -> None:
    code = google.allow(google.consent_url())["code"]
    google.token(grant_type="authorization_code", code=code)
    assert parse_qs(urlsplit(google.consent_url()).query)
    assert code not in str(google.see("log"))
