"""The page of faults names tests that exist, and a control for every rule."""

import ast

import pytest

from tests.docs.pages import ROOT, coded, page

FAULTS = page("reference/faults.md")


@pytest.fixture(scope="module")
def tests() -> set[str]:
    """The names of all tests."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        found |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    return found


def test_every_test_that_the_page_names_exists(tests: set[str]) -> None:
    named = {name for name in FAULTS.code() if name.startswith("test_")}
    assert named, "the page names no tests"
    assert named - tests == set()


@pytest.mark.parametrize("row", FAULTS.rows(), ids=lambda row: row[0][:40])
def test_every_fault_has_a_test_and_a_control(row: list[str]) -> None:
    _, _, test, control = row
    assert [name for name in coded(test) if name.startswith("test_")], "no test"
    assert [name for name in coded(control) if name.startswith("test_")], "no control"
