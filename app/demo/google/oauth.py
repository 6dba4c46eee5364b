"""Google's sign-in: consent page, codes, tokens, revocation, and the keys that id tokens are signed with."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.demo.google.delegation import GRANT_TYPE, act_for, profile
from app.demo.google.errors import OAuthError
from app.demo.google.here import parts, world
from app.demo.google.identity import certificates, key_set, sign_identity
from app.demo.google.world import Client, Code, Grant, Resource, World
from app.demo.stand_in import Account, render_consent, render_message

_CODE_SECONDS = 600
_TOKEN_SECONDS = 3599
_WORDS = {
    "https://www.googleapis.com/auth/calendar.events": "See and edit the events on all your calendars",
    "https://www.googleapis.com/auth/calendar.events.readonly": "See the events on all your calendars",
    "https://www.googleapis.com/auth/calendar.events.owned": "See and edit the events on calendars you own",
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly": "See the list of your calendars",
    "https://www.googleapis.com/auth/calendar.readonly": "See all your calendars",
    "https://www.googleapis.com/auth/calendar.freebusy": "See when you are busy",
    "https://www.googleapis.com/auth/calendar": "See, edit and share all your calendars",
}
# Asked for by a short name, granted by a long one
_ALIASES = {
    "email": "https://www.googleapis.com/auth/userinfo.email",
    "profile": "https://www.googleapis.com/auth/userinfo.profile",
}
_ALWAYS = {"openid", *_ALIASES.values()}


oauth = Blueprint("oauth", __name__)


@oauth.errorhandler(OAuthError)
def refuse(error: OAuthError) -> Response:
    """OAuth's error document."""
    response = jsonify({"error": error.error, "error_description": error.description})
    response.status_code = error.status
    return response


@oauth.get("/o/oauth2/v2/auth")
def ask() -> AnyResponse:
    """The consent page."""
    problem = _authorize_problem(world())
    if problem:
        return _page_of(problem)
    client = world().clients[request.args["client_id"]]
    people = [Account(each.email, each.name) for each in world().accounts.values()]
    page = render_consent(
        "Google",
        product=client.name,
        accounts=people,
        chosen=request.args.get("login_hint"),
        scopes={scope: _WORDS[scope] for scope in _asked() if scope in _WORDS},
    )
    return Response(page)


@oauth.post("/o/oauth2/v2/auth")
def decide() -> AnyResponse:
    """What the person decided, taken back to the application."""
    problem = _authorize_problem(world())
    if problem:
        return _page_of(problem)
    if request.form.get("decision") != "allow":
        return _back({"error": "access_denied"})
    if request.form.get("account") not in world().accounts:
        return _page_of("There is no such account.")
    ticked = [scope for scope in _asked() if scope in _ALWAYS or scope in request.form.getlist("scope")]
    code = f"4/{secrets.token_urlsafe(32)}"
    world().codes[code] = _new_code(ticked, parts().clock().timestamp())
    return _back({"code": code, "scope": " ".join(ticked), "authuser": "0", "prompt": "consent"})


@oauth.post("/token")
def token() -> Response:
    """Tokens for a code, a refresh token or a service account's assertion."""
    if request.form.get("grant_type") == GRANT_TYPE:
        return jsonify(act_for(world(), request.form.get("assertion", ""), request.base_url, parts().clock()))
    client = _client(world())
    grants: dict[str, Callable[[Client, float], tuple[Grant, str | None, str | None]]] = {
        "authorization_code": lambda by, now: _exchange(world(), by, now),
        "refresh_token": lambda by, _: _refresh(world(), by),
    }
    grant_type = request.form.get("grant_type", "")
    if grant_type not in grants:
        raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {grant_type}")
    grant, refresh_token, nonce = grants[grant_type](client, parts().clock().timestamp())
    answer = _issue(world(), grant, nonce, parts().clock().timestamp())
    return jsonify(answer | ({"refresh_token": refresh_token} if refresh_token else {}))


@oauth.post("/revoke")
def revoke() -> Response:
    """End the grant that a token belongs to."""
    given = request.form.get("token") or request.args.get("token")
    for grant in list(world().grants):
        if given in grant.refresh_tokens or given in grant.access_tokens:
            world().grants.remove(grant)
            return jsonify({})
    raise OAuthError("invalid_token", "Token expired or revoked")


@oauth.get("/v1/userinfo")
def userinfo() -> Response:
    """Whose token it is."""
    return jsonify(profile(world(), request.headers.get("Authorization", ""), parts().clock()))


@oauth.get("/oauth2/v1/certs")
def certs() -> Response:
    """The keys that id tokens are signed with, as PEM by key id."""
    return jsonify(certificates())


@oauth.get("/oauth2/v3/certs")
def keys() -> Response:
    """The same keys as a JWK set."""
    return jsonify(key_set())


def _asked() -> list[str]:
    return [_ALIASES.get(scope, scope) for scope in request.args.get("scope", "").split()]


def _authorize_problem(world: World) -> str | None:
    """Why the request cannot even be shown to a person, or sent back. None when all is well."""
    query = request.args
    client = world.clients.get(query.get("client_id", ""))
    if client is None:
        return "Error 401: invalid_client. The OAuth client was not found."
    if query.get("redirect_uri") not in client.redirect_uris:
        return "Error 400: redirect_uri_mismatch. The address to return to is not registered."
    if query.get("response_type") != "code":
        return "Error 400: invalid_request. Required parameter is missing: response_type."
    unknown = [scope for scope in _asked() if scope not in _WORDS and scope not in _ALWAYS]
    if unknown or not _asked():
        return f"Error 400: invalid_scope. {' '.join(unknown)}"
    if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
        return "Error 400: invalid_request. Only S256 is taken as code_challenge_method."
    return None


def _page_of(problem: str) -> AnyResponse:
    return Response(render_message("Google", "Access blocked", problem), status=400)


def _back(answer: dict[str, str]) -> AnyResponse:
    if request.args.get("state"):
        answer = {"state": request.args["state"], **answer}
    return redirect(f"{request.args['redirect_uri']}?{urlencode(answer)}")


def _new_code(scopes: list[str], now: float) -> Code:
    query = request.args
    return Code(
        email=request.form["account"],
        client_id=query["client_id"],
        redirect_uri=query["redirect_uri"],
        scopes=scopes,
        is_offline=query.get("access_type") == "offline" and "consent" in query.get("prompt", "").split(),
        challenge=query.get("code_challenge"),
        nonce=query.get("nonce"),
        expires_at=now + _CODE_SECONDS,
    )


def _client(world: World) -> Client:
    """The client that calls, told by HTTP Basic or by the form."""
    basic = request.authorization
    if basic is not None and basic.type == "basic":
        given = (basic.username or "", basic.password or "")
    else:
        given = (request.form.get("client_id", ""), request.form.get("client_secret", ""))
    client = world.clients.get(given[0])
    if client is None or not secrets.compare_digest(client.secret, given[1]):
        raise OAuthError("invalid_client", "The provided client secret is invalid.", 401)
    return client


def _exchange(world: World, client: Client, now: float) -> tuple[Grant, str | None, str | None]:
    form = request.form
    code = world.codes.pop(form.get("code", ""), None)
    if code is None or code.client_id != client.id or code.expires_at < now:
        raise OAuthError("invalid_grant", "Bad Request")
    if code.redirect_uri != form.get("redirect_uri"):
        raise OAuthError("redirect_uri_mismatch", "Bad Request")
    if code.challenge is not None and code.challenge != _s256(form.get("code_verifier", "")):
        raise OAuthError("invalid_grant", "Invalid code verifier.")
    grant = next((each for each in world.grants_of(code.email) if each.client_id == client.id), None)
    if grant is None:
        grant = Grant(code.email, client.id, [])
        world.grants.append(grant)
    grant.scopes = list(code.scopes)
    refresh_token = f"1//{secrets.token_urlsafe(32)}" if code.is_offline else None
    if refresh_token:
        grant.refresh_tokens.append(refresh_token)
    return grant, refresh_token, code.nonce


def _refresh(world: World, client: Client) -> tuple[Grant, str | None, str | None]:
    given = request.form.get("refresh_token")
    for grant in world.grants:
        if grant.client_id == client.id and given in grant.refresh_tokens:
            return grant, None, None
    raise OAuthError("invalid_grant", "Token has been expired or revoked.")


def _issue(world: World, grant: Grant, nonce: str | None, now: float) -> Resource:
    access_token = f"ya29.{secrets.token_urlsafe(32)}"
    grant.access_tokens = {key: until for key, until in grant.access_tokens.items() if until > now}
    grant.access_tokens[access_token] = now + _TOKEN_SECONDS
    answer: Resource = {
        "access_token": access_token,
        "expires_in": _TOKEN_SECONDS,
        "scope": " ".join(grant.scopes),
        "token_type": "Bearer",
    }
    if "openid" in grant.scopes:
        account = world.accounts[grant.email]
        answer["id_token"] = sign_identity(account, grant, nonce, now)
    return answer


def _s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
