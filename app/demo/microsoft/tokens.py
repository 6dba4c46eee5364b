"""The token endpoint: codes and refresh tokens against access tokens."""

import hashlib
import hmac
import json
import secrets
from datetime import timedelta
from typing import Any

from app.demo.microsoft.errors import EntraError
from app.demo.microsoft.registered import Access, Grant
from app.demo.microsoft.signing import Signer, base64url
from app.demo.microsoft.world import Account, World

JSON = dict[str, Any]
_CODE_LIVES = timedelta(minutes=10)
CLIENT_CREDENTIALS = "client_credentials"
_NOT_ECHOED = {"offline_access"}


class Tokens:
    """Answers token requests as Entra does: the scope spelled as asked, rotated refresh tokens, client_info."""

    def __init__(self, world: World, signer: Signer, base_url: str) -> None:
        self._world = world
        self._signer = signer
        self._base_url = base_url

    def answer(self, form: dict[str, str]) -> JSON:
        """The success body; raises EntraError."""
        self._check_client(form)
        kind = form.get("grant_type")
        if kind == "authorization_code":
            return self._redeem(form)
        if kind == "refresh_token":
            return self._refresh(form)
        if kind == CLIENT_CREDENTIALS:
            return self._for_itself(form)
        raise EntraError("unsupported_grant_type", 70003, f"The grant type '{kind}' is not supported.")

    def _check_client(self, form: dict[str, str]) -> None:
        app = self._world.apps.get(form.get("client_id", ""))
        if app is None:
            raise EntraError("unauthorized_client", 700016, "Application was not found in the directory.")
        if not hmac.compare_digest(form.get("client_secret", "").encode(), app.client_secret.encode()):
            raise EntraError("invalid_client", 7000215, "Invalid client secret provided.", status=401)
        if app.is_secret_over:
            text = "The provided client secret keys are expired."
            raise EntraError("invalid_client", 7000222, text, status=401)

    def _redeem(self, form: dict[str, str]) -> JSON:
        asked = self._world.codes.get(form.get("code", ""))
        if asked is None or asked["client_id"] != form["client_id"]:
            raise EntraError("invalid_grant", 9002313, "Invalid request. The code is malformed or invalid.")
        if asked.get("is_redeemed"):
            raise EntraError("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed.")
        if self._world.now() - asked["issued"] > _CODE_LIVES:
            raise EntraError("invalid_grant", 70008, "The provided authorization code has expired.")
        if asked["redirect_uri"] != form.get("redirect_uri"):
            raise EntraError(
                "invalid_grant", 500112, "The reply address does not match the one at authorize."
            )
        _check_challenge(asked.get("code_challenge"), form.get("code_verifier", ""))
        asked["is_redeemed"] = True
        grant = Grant(asked["oid"], form["client_id"], asked["scope"])
        return self._issue(grant, asked["scope"], nonce=asked.get("nonce"))

    def _refresh(self, form: dict[str, str]) -> JSON:
        grant = self._world.grants.get(form.get("refresh_token", ""))
        if grant is None or grant.client_id != form["client_id"]:
            raise EntraError(
                "invalid_grant", 9002313, "The refresh token is malformed.", suberror="bad_token"
            )
        if grant.is_revoked or grant.oid not in self._world.accounts:
            raise EntraError(
                "invalid_grant", 50173, "The provided grant has expired due to it being revoked."
            )
        if self._world.switches.strict_rotation and grant.is_used:
            text = "The refresh token has expired due to inactivity."
            raise EntraError("invalid_grant", 700082, text, suberror="token_expired")
        scope = form.get("scope", grant.scope)
        if not set(scope.split()) <= set(grant.scope.split()):
            text = "The user or administrator has not consented to use the application."
            raise EntraError("invalid_grant", 65001, text, suberror="consent_required")
        grant.is_used = True
        return self._issue(Grant(grant.oid, grant.client_id, grant.scope), scope)

    def _for_itself(self, form: dict[str, str]) -> JSON:
        """The application's own token: all that was consented to, no refresh token, nobody's identity."""
        resource, is_default, _ = form.get("scope", "").rpartition("/.default")
        if not is_default:
            text = "Client credential flows must have a scope value with /.default suffixed to the resource."
            raise EntraError("invalid_scope", 1002012, text)
        if resource != self._base_url:
            raise EntraError("invalid_resource", 500011, f"The resource principal {resource} was not found.")
        app = self._world.apps[form["client_id"]]
        lasts = timedelta(minutes=self._world.switches.access_minutes)
        token = "EwA" + secrets.token_urlsafe(48)
        expires = self._world.now() + lasts
        self._world.access[token] = Access("", " ".join(app.roles), expires, app.client_id)
        seconds = int(lasts.total_seconds())
        return {
            "token_type": "Bearer",
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": token,
        }

    def _issue(self, grant: Grant, scope: str, nonce: str | None = None) -> JSON:
        account = self._world.accounts[grant.oid]
        lasts = timedelta(minutes=self._world.switches.access_minutes)
        access = "EwB" + secrets.token_urlsafe(48)
        self._world.access[access] = Access(account.oid, scope, self._world.now() + lasts)
        body: JSON = {
            "token_type": "Bearer",
            "scope": " ".join(name for name in scope.split() if name not in _NOT_ECHOED),
            "expires_in": int(lasts.total_seconds()),
            "ext_expires_in": int(lasts.total_seconds()),
            "access_token": access,
            "id_token": self._signer.sign(self._claims(account, grant.client_id, nonce)),
            "client_info": base64url(json.dumps({"uid": account.oid, "utid": self._world.tenant}).encode()),
        }
        if "offline_access" in grant.scope.split():
            body["refresh_token"] = "1.A" + secrets.token_urlsafe(96)
            self._world.grants[body["refresh_token"]] = grant
        self._world.is_saved = False
        return body

    def _claims(self, account: Account, client_id: str, nonce: str | None) -> JSON:
        now = int(self._world.now().timestamp())
        pairwise = hashlib.sha256(f"{client_id}{account.oid}".encode()).digest()
        claims: JSON = {
            "ver": "2.0",
            "iss": f"{self._base_url}/{self._world.tenant}/v2.0",
            "aud": client_id,
            "sub": base64url(pairwise),
            "oid": account.oid,
            "tid": self._world.tenant,
            "name": account.name,
            "preferred_username": account.email,
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
        }
        return claims | ({"nonce": nonce} if nonce else {})


def _check_challenge(challenge: str | None, verifier: str) -> None:
    if not challenge:
        return
    if not verifier:
        raise EntraError("invalid_grant", 9002325, "Proof Key for Code Exchange is required.")
    if base64url(hashlib.sha256(verifier.encode()).digest()) != challenge:
        raise EntraError("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.")
