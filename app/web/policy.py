"""Who may call which route. Every route states its policy; the application does not start with one that has none.

The statement is made once, beside the view (`@policy(Policy.ADMIN)`), and decides three things: who gets in,
whether a CSRF token is asked for (where a cookie signs people in), and which class of response headers is sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask

from app.web.route_class import RouteClass

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "__policy__"
_OF_ENDPOINTS = "policies"
_CHECKS = "policy_checks"


class Policy(StrEnum):
    """What a caller has to be, or to hold."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    REP_SELF = "rep_self"
    MANAGER = "manager"
    ADMIN = "admin"
    API_KEY = "api_key"
    REQUEST_TOKEN = "request_token"  # noqa: S105 - a kind of token, not one
    MANAGE_TOKEN = "manage_token"  # noqa: S105 - a kind of token, not one

    @property
    def uses_session(self) -> bool:
        """Whether a signed-in browser session is what lets the caller in."""
        return self in {Policy.SIGNED_IN, Policy.REP_SELF, Policy.MANAGER, Policy.ADMIN}


_CLASSES = {
    Policy.PUBLIC: RouteClass.PAGE,
    Policy.API_KEY: RouteClass.API,
    Policy.REQUEST_TOKEN: RouteClass.API,
    Policy.MANAGE_TOKEN: RouteClass.API,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """The policy of one route. `csrf` asks for a token although nobody is signed in (the sign-in form)."""

    policy: Policy
    route_class: RouteClass
    csrf: bool


class RouteWithoutPolicy(RuntimeError):
    """Some routes do not say who may call them."""


def policy(
    who: Policy, *, route_class: RouteClass | None = None, csrf: bool | None = None
) -> Callable[[View], View]:
    """State the policy of a view. Tokens of requests and bookings are checked by the view, which knows the row."""
    rule = _rule(who, route_class, csrf)

    def mark(view: View) -> View:
        setattr(view, _MARK, rule)
        return view

    return mark


def declare(
    app: Flask,
    endpoint: str,
    who: Policy,
    *,
    route_class: RouteClass | None = None,
    csrf: bool | None = None,
) -> None:
    """State the policy of a route whose view is not ours, such as a library's document page."""
    app.extensions.setdefault(_OF_ENDPOINTS, {})[endpoint] = _rule(who, route_class, csrf)


def check_with(app: Flask, who: Policy, check: Callable[[], None]) -> None:
    """Have `check` decide for a policy (`Policy.API_KEY`) before the view runs; it raises to refuse."""
    app.extensions.setdefault(_CHECKS, {})[who] = check


def rule_of(app: Flask, endpoint: str | None) -> Rule | None:
    """The rule of an endpoint, or None when it has stated none."""
    declared: Rule | None = app.extensions.get(_OF_ENDPOINTS, {}).get(endpoint)
    if declared is not None or endpoint is None:
        return declared
    view = app.view_functions.get(endpoint)
    return getattr(view, _MARK, None) or getattr(getattr(view, "view_class", None), _MARK, None)


def check_of(app: Flask, who: Policy) -> Callable[[], None] | None:
    """The check an edge supplied for a policy."""
    found: Callable[[], None] | None = app.extensions.get(_CHECKS, {}).get(who)
    return found


def routes_without_policy(app: Flask) -> list[str]:
    """Endpoints that do not say who may call them, and those whose policy nobody checks."""
    silent = {rule.endpoint for rule in app.url_map.iter_rules() if rule_of(app, rule.endpoint) is None}
    unchecked = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (found := rule_of(app, rule.endpoint))
        and found.policy is Policy.API_KEY
        and not check_of(app, Policy.API_KEY)
    }
    return sorted(silent | unchecked)


def require_policies(app: Flask) -> None:
    """The boot check: call it when every route is registered. Raises RouteWithoutPolicy."""
    missing = routes_without_policy(app)
    if missing:
        raise RouteWithoutPolicy("no policy: " + ", ".join(missing))


def _rule(who: Policy, route_class: RouteClass | None, csrf: bool | None) -> Rule:
    return Rule(
        policy=who,
        route_class=route_class or _CLASSES.get(who, RouteClass.CONSOLE),
        csrf=who.uses_session if csrf is None else csrf,
    )
