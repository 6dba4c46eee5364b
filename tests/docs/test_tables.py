"""Tables of the reference list exactly what there is."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from app import errors
from app.api.keyring import scope_of
from app.config import Settings, load_settings
from app.factory import create_app
from app.jobs.tasks import TASKS
from app.scopes import Scope
from routing.operators import READERS
from routing.refusal import CODES
from routing.roster import Distribution
from routing.route import DestinationKind
from tests.docs.pages import ROOT, coded, page

ADMIN = "/api/v1/admin"
NOT_GIVEN_YET = {"not_connected"}
_CALL = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (\S+)")


@pytest.fixture(scope="module")
def app() -> Flask:
    """The whole application; its database is never asked."""
    return create_app(load_settings(database_url="postgresql://nobody@127.0.0.1/none", secret_key="x" * 40))


def test_settings_lists_exactly_the_settings() -> None:
    rows = page("reference/settings.md").rows()
    assert [coded(row[0])[0] for row in rows] == [name.upper() for name in Settings.model_fields]


def test_settings_states_the_defaults() -> None:
    for name, default, *_ in page("reference/settings.md").rows():
        field = Settings.model_fields[coded(name)[0].lower()]
        if default == "required":
            assert field.is_required(), name
        elif coded(default):
            assert str(field.default) == coded(default)[0], name
        elif default == "empty":
            plain = getattr(field.default, "get_secret_value", lambda text=field.default: text)()
            assert plain == "", name


def documented_calls() -> dict[tuple[str, str], str]:
    """Method and path to what stands in the second column."""
    found = {}
    for row in [
        *page("reference/http-api.md").rows("Public API"),
        *page("reference/http-api.md").rows("Admin API"),
    ]:
        for span in coded(row[0]):
            if call := _CALL.fullmatch(span):
                found[call[1], re.sub(r"\{\w+\}", "{}", call[2].replace("…", ADMIN))] = row[1].strip("`")
    return found


def served_calls(app: Flask) -> dict[tuple[str, str], str]:
    """Method and path to the endpoint."""
    return {
        (method, re.sub(r"<[^>]+>", "{}", rule.rule)): rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_the_api_page_lists_exactly_the_calls(app: Flask) -> None:
    assert set(documented_calls()) == set(served_calls(app))


def test_the_api_page_names_the_scope_of_each_call(app: Flask) -> None:
    served = served_calls(app)
    with app.app_context():
        for call, scope in documented_calls().items():
            if call[1].startswith(ADMIN):
                assert scope_of(served[call]) == scope, call


def test_all_scopes_are_named() -> None:
    assert set(coded(page("reference/http-api.md").section("Scopes"))) == {scope.value for scope in Scope}


def test_all_problem_codes_are_named() -> None:
    codes = {
        each.code
        for each in vars(errors).values()
        if isinstance(each, type)
        and issubclass(each, errors.ApplicationError)
        and each is not errors.ApplicationError
    }
    named = {coded(row[0])[0]: int(row[1]) for row in page("reference/http-api.md").rows("Problems")}
    assert codes <= named.keys()
    for each in vars(errors).values():
        if isinstance(each, type) and issubclass(each, errors.ApplicationError) and each.code in named:
            assert named[each.code] == each.status


def test_all_operators_are_named() -> None:
    rows = page("reference/routing-rules.md").rows("Conditions")
    assert {op for row in rows for op in coded(row[0])} == READERS.keys()


def test_all_actions_are_named() -> None:
    rows = page("reference/routing-rules.md").rows("Actions")
    assert {coded(row[0])[0].strip("{").partition(":")[0] for row in rows} == {*DestinationKind}


def test_all_distributions_are_named() -> None:
    rows = page("how-to/fair-pools.md").rows("Choose who is next")
    assert {coded(row[0])[0] for row in rows} == {*Distribution}


def test_all_refusals_are_named() -> None:
    rows = page("how-to/read-an-explanation.md").rows("The candidates")
    assert {code for row in rows for code in coded(row[1])} == CODES - NOT_GIVEN_YET


def test_all_findings_are_named() -> None:
    found: set[str] = set()
    for name in ("lint", "deep_lint", "people_lint", "territory_lint"):
        source = (ROOT / "routing" / f"{name}.py").read_text()
        found |= set(re.findall(r'Finding\(\s*"(?:error|warning|note)", "([a-z-]+)"', source))
        found |= set(re.findall(r'return "([a-z-]+)", ', source))
    assert {"shadowed", "duplicate", "contradictory"} <= found
    named = {code for row in page("reference/routing-rules.md").rows("Findings") for code in coded(row[0])}
    assert found <= named, found - named


def test_all_jobs_are_named() -> None:
    rows = page("reference/events-and-activities.md").rows("Jobs")
    assert {name for row in rows for name in coded(row[0])} == {*TASKS, "rescue_stalled"}


def kinds_in(path: Path, function: str) -> set[str]:
    """The kinds that calls of a function name in a file, where they are written out."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    named = (call.args for call in calls if getattr(call.func, "id", "") == function)
    texts = (arg.value for args in named for arg in args if isinstance(arg, ast.Constant))
    return {text for text in texts if isinstance(text, str) and "." in text}


@pytest.mark.parametrize(("function", "heading"), [("add_activity", "Activities"), ("add_audit", "Audit")])
def test_what_is_recorded_is_named(function: str, heading: str) -> None:
    rows = page("reference/events-and-activities.md").rows(heading)
    named = {kind for row in rows for kind in coded(row[0])}
    sources = list((ROOT / "app").rglob("*.py"))
    recorded = set().union(*(kinds_in(path, function) for path in sources))
    assert recorded <= named, recorded - named
    written = "".join(path.read_text() for path in sources)
    assert {kind for kind in named if f'"{kind}"' not in written} == set()


def test_all_metrics_are_named() -> None:
    there = set(re.findall(r'"(scheduler_\w+)"', (ROOT / "app" / "store" / "health.py").read_text()))
    assert set(coded(page("reference/events-and-activities.md").section("Metrics"))) - {"/metrics"} == there
