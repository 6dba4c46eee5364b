"""Sign-in, consent and tokens at the stand-in are as strict as Entra's."""

import base64
import hashlib
import json

import jwt
import pytest

from app.demo.microsoft import TENANT
from tests.demo.microsoft.running import APP, NOW, RETURN_TO, ROSA, SCOPE, Microsoft

VERIFIER = "a-verifier-of-at-least-forty-three-characters-long"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def metadata(microsoft: Microsoft, tenant: str) -> dict[str, str]:
    found: dict[str, str] = microsoft.session.get(
        f"{microsoft.url}/{tenant}/v2.0/.well-known/openid-configuration"
    ).json()
    return found


def refresh(microsoft: Microsoft, token: str, **more: str) -> dict[str, object]:
    body: dict[str, object] = microsoft.token(grant_type="refresh_token", refresh_token=token, **more).json()
    return body


@pytest.fixture
def signed_in(microsoft: Microsoft) -> dict[str, str]:
    body: dict[str, str] = microsoft.token(grant_type="authorization_code", code=microsoft.code()).json()
    return body


def test_the_shared_tenants_issuer_is_a_template_and_a_tenants_own_is_not(microsoft: Microsoft) -> None:
    assert metadata(microsoft, "common")["issuer"] == f"{microsoft.url}/{{tenantid}}/v2.0"
    assert metadata(microsoft, "acme.test")["issuer"] == f"{microsoft.url}/{TENANT}/v2.0"


def test_an_unknown_tenant_is_refused(microsoft: Microsoft) -> None:
    assert metadata(microsoft, "elsewhere.test")["error"] == "invalid_tenant"


def test_the_consent_page_names_the_accounts_and_what_is_asked_for(microsoft: Microsoft) -> None:
    asked = {
        "client_id": APP.client_id,
        "response_type": "code",
        "redirect_uri": RETURN_TO,
        "scope": SCOPE,
        "login_hint": ROSA,
    }
    page = microsoft.session.get(f"{microsoft.authority}/oauth2/v2.0/authorize", params=asked).text
    assert "renee@acme.test" in page
    assert 'value="rosa@acme.test" required checked' in page
    assert "Have full access to your calendars" in page


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"client_id": "nobody"}, 700016),
        ({"redirect_uri": "https://evil.example/callback"}, 50011),
        ({"response_mode": "form_post"}, 700054),
        ({"scope": "Calendars.ReadWrite"}, 70011),
    ],
)
def test_a_wrong_sign_in_request_never_leads_back(
    microsoft: Microsoft, asked: dict[str, str], number: int
) -> None:
    right = {
        "client_id": APP.client_id,
        "response_type": "code",
        "redirect_uri": RETURN_TO,
        "scope": SCOPE,
    }
    answer = microsoft.session.get(f"{microsoft.authority}/oauth2/v2.0/authorize", params=right | asked)
    assert answer.status_code == 400
    assert answer.json()["error_codes"] == [number]


def test_declining_leads_back_with_the_state_and_no_code(microsoft: Microsoft) -> None:
    url = f"{microsoft.authority}/oauth2/v2.0/authorize?client_id={APP.client_id}&response_type=code"
    back = microsoft.allow(f"{url}&redirect_uri={RETURN_TO}&scope=openid&state=s1", decision="deny")
    assert (back["error"], back["state"]) == ("access_denied", "s1")
    assert "code" not in back


def test_a_code_works_once(microsoft: Microsoft) -> None:
    code = microsoft.code()
    assert microsoft.token(grant_type="authorization_code", code=code).ok
    again = microsoft.token(grant_type="authorization_code", code=code).json()
    assert (again["error"], again["error_codes"]) == ("invalid_grant", [54005])


def test_a_code_expires_after_ten_minutes(microsoft: Microsoft) -> None:
    code = microsoft.code()
    microsoft.ctl("clock", advance=601)
    assert microsoft.token(grant_type="authorization_code", code=code).json()["error_codes"] == [70008]


@pytest.mark.parametrize(
    ("verifier", "number"), [("another-verifier", 501481), ("", 9002325)], ids=["wrong", "missing"]
)
def test_a_code_asked_for_with_a_challenge_needs_its_verifier(
    microsoft: Microsoft, verifier: str, number: int
) -> None:
    code = microsoft.code(code_challenge=CHALLENGE, code_challenge_method="S256")
    answer = microsoft.token(grant_type="authorization_code", code=code, code_verifier=verifier)
    assert answer.json()["error_codes"] == [number]
    assert microsoft.token(grant_type="authorization_code", code=code, code_verifier=VERIFIER).ok


def test_a_code_is_bound_to_its_reply_address(microsoft: Microsoft) -> None:
    answer = microsoft.token(
        grant_type="authorization_code", code=microsoft.code(), redirect_uri="http://localhost:8000/other"
    )
    assert answer.json()["error_codes"] == [500112]


def test_a_wrong_secret_is_the_operators_fault(microsoft: Microsoft) -> None:
    answer = microsoft.token(grant_type="authorization_code", code=microsoft.code(), client_secret="wrong")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.json()["error_codes"] == [7000215]


def test_scopes_are_spelled_as_they_were_asked_for(signed_in: dict[str, str]) -> None:
    assert set(signed_in["scope"].split()) == set(SCOPE.split()) - {"offline_access"}


def test_the_answer_says_whose_account_it_is(signed_in: dict[str, str]) -> None:
    packed = signed_in["client_info"]
    told = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    assert told["utid"] == TENANT and told["uid"]


def test_without_offline_access_there_is_no_refresh_token(microsoft: Microsoft) -> None:
    code = microsoft.code(scope="openid User.Read")
    assert "refresh_token" not in microsoft.token(grant_type="authorization_code", code=code).json()


def test_the_id_token_can_be_verified_with_the_published_keys(
    microsoft: Microsoft, signed_in: dict[str, str]
) -> None:
    keys = jwt.PyJWKSet.from_dict(microsoft.session.get(metadata(microsoft, "common")["jwks_uri"]).json())
    key = keys[jwt.get_unverified_header(signed_in["id_token"])["kid"]]
    claims = jwt.decode(
        signed_in["id_token"],
        key,
        algorithms=["RS256"],
        audience=APP.client_id,
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )
    assert (claims["oid"], claims["tid"]) == ("0a", TENANT)
    assert claims["iss"] == f"{microsoft.url}/{TENANT}/v2.0"
    assert claims["exp"] == NOW.timestamp() + 3600


def test_a_refresh_token_is_rotated_and_the_old_one_still_works(
    microsoft: Microsoft, signed_in: dict[str, str]
) -> None:
    fresh = refresh(microsoft, signed_in["refresh_token"])
    assert fresh["refresh_token"] != signed_in["refresh_token"]
    assert "access_token" in refresh(microsoft, signed_in["refresh_token"])


def test_under_strict_rotation_the_old_refresh_token_is_dead(
    microsoft: Microsoft, signed_in: dict[str, str]
) -> None:
    microsoft.ctl("switch", strict_rotation=True)
    fresh = refresh(microsoft, signed_in["refresh_token"])
    assert refresh(microsoft, signed_in["refresh_token"])["error_codes"] == [700082]
    assert "access_token" in refresh(microsoft, str(fresh["refresh_token"]))


def test_revoking_ends_access_and_refresh(microsoft: Microsoft, signed_in: dict[str, str]) -> None:
    microsoft.ctl("revoke", email=ROSA)
    assert refresh(microsoft, signed_in["refresh_token"])["error_codes"] == [50173]
    bearer = {"Authorization": f"Bearer {signed_in['access_token']}"}
    assert microsoft.session.get(f"{microsoft.graph}/me", headers=bearer).status_code == 401


def test_more_than_was_consented_to_needs_new_consent(
    microsoft: Microsoft, signed_in: dict[str, str]
) -> None:
    refused = refresh(microsoft, signed_in["refresh_token"], scope="Mail.Read openid")
    assert (refused["error_codes"], refused["suberror"]) == ([65001], "consent_required")
