"""Every route says who may call it, and the table holds when each of us tries."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.web.policy import (
    Policy,
    RouteWithoutPolicy,
    check_with,
    declare,
    policy,
    require_policies,
    routes_without_policy,
    rule_of,
)
from tests.fixtures.consoles import Browser

Open = Callable[[str | None], Browser]

ALLOWED = {
    Policy.SIGNED_IN: {"ada", "mia", "remy"},
    Policy.REP_SELF: {"remy"},
    Policy.MANAGER: {"ada", "mia"},
    Policy.ADMIN: {"ada"},
}


def test_every_route_states_its_policy(app: Flask) -> None:
    assert routes_without_policy(app) == []


def test_an_application_with_a_silent_route_does_not_start() -> None:
    bare = Flask("bare", static_folder=None)
    bare.add_url_rule("/open", "open", lambda: "hello")
    with pytest.raises(RouteWithoutPolicy, match="open"):
        require_policies(bare)
    declare(bare, "open", Policy.PUBLIC)
    require_policies(bare)


def test_a_policy_that_nobody_checks_counts_as_none() -> None:
    bare = Flask("bare", static_folder=None)
    bare.add_url_rule("/keyed", "keyed", policy(Policy.API_KEY)(lambda: "secret"))
    assert routes_without_policy(bare) == ["keyed"]
    check_with(bare, Policy.API_KEY, lambda: None)
    assert routes_without_policy(bare) == []


def _address(app: Flask, rule: object) -> str:
    arguments = {name: 1 if "int:" in str(rule) else "none" for name in rule.arguments}  # type: ignore[attr-defined]
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, arguments))  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [None, "remy", "mia", "ada"])
def test_each_page_opens_to_exactly_those_its_policy_names(
    app: Flask, as_user: Open, name: str | None
) -> None:
    browser = as_user(name)
    for rule in app.url_map.iter_rules():
        stated = rule_of(app, rule.endpoint)
        assert stated
        if "GET" not in (rule.methods or ()) or not stated.policy.uses_session:
            continue
        status = browser.get(_address(app, rule)).status_code
        if name is None:
            assert status == 303, rule
        elif name in ALLOWED[stated.policy]:
            assert status in {200, 303, 404}, rule
        else:
            assert status == 403, rule


@pytest.mark.parametrize("name", [None, "remy", "mia", "ada"])
def test_nothing_is_changed_without_a_csrf_token(app: Flask, as_user: Open, name: str | None) -> None:
    browser = as_user(name)
    for rule in app.url_map.iter_rules():
        stated = rule_of(app, rule.endpoint)
        assert stated
        if "POST" in (rule.methods or ()) and stated.csrf:
            answer = browser.client.post(_address(app, rule), data={"anything": "1"})
            expected = {400} if name in ALLOWED.get(stated.policy, {name}) else {401, 403}
            assert answer.status_code in expected, (rule, name)


def test_a_token_of_one_session_is_worth_nothing_in_another(as_user: Open) -> None:
    from tests.fixtures.consoles import csrf_of

    stolen = csrf_of(as_user("mia").get("/admin/"))
    assert as_user("ada").client.post("/sign-out", data={"csrf_token": stolen}).status_code == 400


def test_a_stranger_is_led_to_the_sign_in_and_back(as_user: Open) -> None:
    assert as_user(None).get("/admin/leads?state=queued").location == (
        "/sign-in?next=%2Fadmin%2Fleads%3Fstate%3Dqueued"
    )
