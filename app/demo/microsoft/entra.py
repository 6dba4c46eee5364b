"""Sign-in and consent: metadata, keys, and the page where a person picks the account."""

import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, redirect, request
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from werkzeug.wrappers import Response as AnyResponse

from app.demo.microsoft.errors import EntraError, entra_error
from app.demo.microsoft.registered import App
from app.demo.microsoft.signing import Signer
from app.demo.microsoft.tokens import CLIENT_CREDENTIALS, Tokens
from app.demo.microsoft.world import World

_pages = Environment(
    loader=ChoiceLoader([PackageLoader("app.demo.microsoft"), PackageLoader("app.demo.stand_in")]),
    autoescape=True,
    undefined=StrictUndefined,
)
_SHARED = {"common", "organizations"}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_IN_WORDS = {
    "openid": "Sign you in",
    "profile": "View your basic profile",
    "offline_access": "Maintain access to data you have given it access to",
    "User.Read": "Sign you in and read your profile",
    "Calendars.Read": "Read your calendars",
    "Calendars.ReadWrite": "Have full access to your calendars",
    "MailboxSettings.Read": "Read your mailbox settings",
}


def entra_blueprint(world: World, signer: Signer, base_url: str) -> Blueprint:
    """The identity platform for one tenant, also reachable as `common` and `organizations`."""
    entra = Blueprint("entra", __name__)
    tokens = Tokens(world, signer, base_url)

    @entra.errorhandler(EntraError)
    def refuse(refusal: EntraError) -> Response:
        return entra_error(refusal)

    @entra.get("/<tenant>/v2.0/.well-known/openid-configuration")
    def metadata(tenant: str) -> Response:
        return jsonify(_metadata(base_url, tenant, _tenant_id(world, tenant)))

    @entra.get("/<tenant>/discovery/v2.0/keys")
    def keys(tenant: str) -> Response:
        _tenant_id(world, tenant)
        return jsonify(signer.keys())

    @entra.get("/<tenant>/oauth2/v2.0/authorize")
    def authorize(tenant: str) -> AnyResponse | str:
        _tenant_id(world, tenant)
        app = _known_app(world, request.args.to_dict())
        if request.args.get("prompt") == "none":
            return _return({"error": "login_required", "error_description": "AADSTS50058: No session."})
        return _pages.get_template("consent_microsoft.html").render(app=app, **_page(world))

    @entra.post("/<tenant>/oauth2/v2.0/authorize")
    def decide(tenant: str) -> AnyResponse:
        _tenant_id(world, tenant)
        _known_app(world, request.args.to_dict())
        account = world.account_by_email(request.form.get("account", ""))
        if request.form.get("decision") != "allow" or account is None:
            text = "AADSTS65004: User declined to consent to access the app."
            return _return({"error": "access_denied", "error_description": text})
        code = "0.A" + secrets.token_urlsafe(48)
        world.codes[code] = {**request.args.to_dict(), "oid": account.oid, "issued": world.now()}
        return _return({"code": code, "session_state": secrets.token_hex(16)})

    @entra.post("/<tenant>/oauth2/v2.0/token")
    def token(tenant: str) -> Response:
        _tenant_id(world, tenant)
        form = request.form.to_dict()
        if form.get("grant_type") == CLIENT_CREDENTIALS and tenant in _SHARED:
            text = f"Usage of the /{tenant} endpoint is not supported for client credentials."
            raise EntraError("invalid_request", 50194, text)
        return jsonify(tokens.answer(form))

    return entra


def _page(world: World) -> dict[str, Any]:
    scopes = [_IN_WORDS.get(scope, scope) for scope in request.args.get("scope", "").split()]
    hint = request.args.get("login_hint", "")
    accounts = sorted(world.accounts.values(), key=lambda account: account.email)
    chosen = world.account_by_email(hint)
    return {"accounts": accounts, "chosen": chosen, "scopes": dict.fromkeys(scopes), "service": "Microsoft"}


def _return(answer: dict[str, str]) -> AnyResponse:
    if "state" in request.args:
        answer["state"] = request.args["state"]
    return redirect(f"{request.args['redirect_uri']}?{urlencode(answer)}")


def _known_app(world: World, asked: dict[str, str]) -> App:
    app = world.apps.get(asked.get("client_id", ""))
    if app is None:
        raise EntraError("unauthorized_client", 700016, "Application was not found in the directory.")
    if not _may_return_to(app, asked.get("redirect_uri", "")):
        raise EntraError("invalid_request", 50011, "The redirect URI does not match the ones configured.")
    if asked.get("response_type") != "code" or asked.get("response_mode", "query") != "query":
        raise EntraError("unsupported_response_type", 700054, "Only response_type=code by query is enabled.")
    if "openid" not in asked.get("scope", "").split():
        raise EntraError(
            "invalid_request", 70011, "The provided value for the input parameter 'scope' is wrong."
        )
    if asked.get("code_challenge_method", "S256") != "S256":
        raise EntraError("invalid_request", 501481, "The code challenge method is not supported.")
    return app


def _may_return_to(app: App, uri: str) -> bool:
    if app.redirect_uris:
        return uri in app.redirect_uris
    parts = urlsplit(uri)
    return parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK


def _tenant_id(world: World, tenant: str) -> str:
    if tenant in _SHARED:
        return "{tenantid}"
    if tenant not in {world.tenant, world.domain}:
        raise EntraError("invalid_tenant", 90002, f"Tenant '{tenant}' not found.")
    return world.tenant


def _metadata(base_url: str, tenant: str, tenant_id: str) -> dict[str, Any]:
    return {
        "issuer": f"{base_url}/{tenant_id}/v2.0",
        "authorization_endpoint": f"{base_url}/{tenant}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base_url}/{tenant}/oauth2/v2.0/token",
        "jwks_uri": f"{base_url}/{tenant}/discovery/v2.0/keys",
        "response_modes_supported": ["query"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }
