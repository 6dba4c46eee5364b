"""What Entra's refusals mean, by `error` and AADSTS number, never by the words that come with them."""

from typing import Any

from calendars.providers.grant import GrantError

_CODE_USED = 54005
_DEAD = {"invalid_grant", "interaction_required", "login_required", "consent_required"}
_OPERATOR = {"invalid_client", "unauthorized_client", "invalid_resource", "invalid_scope", "invalid_request"}
_PASSES = {"temporarily_unavailable", "server_error"}
_THROTTLED = {90055, 50196}
_DECLINED, _ADMINISTRATOR = {65004}, {90094, 90095}
_OUR_BUG = {501481, 9002325, 500112}


def refused(result: dict[str, Any]) -> GrantError:
    """An answer with `error` in it (from the token endpoint, or brought back by the browser) as ours."""
    error, numbers = str(result.get("error")), set(result.get("error_codes") or ())
    about = f"{error} {sorted(numbers)}" if numbers else error
    if error == "access_denied" or numbers & _DECLINED:
        return GrantError("access was declined", code="declined", permanent=True)
    if numbers & _ADMINISTRATOR:
        return GrantError("an administrator has to consent first", code="needs-administrator", permanent=True)
    if error in _PASSES or numbers & _THROTTLED:
        return unreachable(about)
    if error in _OPERATOR or numbers & _OUR_BUG:
        # every account is affected: nobody is to be disconnected for it
        return GrantError(
            f"Microsoft refuses this installation: {about}", code="misconfigured", permanent=True
        )
    if error in _DEAD:
        needs_reconnect = _CODE_USED not in numbers
        return GrantError(
            f"the grant is no longer good: {about}",
            code="unauthorized",
            permanent=True,
            needs_reconnect=needs_reconnect,
        )
    return GrantError(f"Microsoft refused: {about}", code="invalid", permanent=True)


def unreachable(reason: str, retry_after: float | None = None) -> GrantError:
    """Trouble that passes: it says nothing about the grant."""
    message = f"Microsoft's sign-in cannot be reached now ({reason})"
    return GrantError(message, code="unavailable", permanent=False, retry_after=retry_after)
