"""The page of faults names tests that exist, and a control for every rule."""

import pytest

from tests.docs.pages import coded, names_of_tests, page

FAULTS = page("reference/faults.md")


def test_every_test_that_the_page_names_exists() -> None:
    named = {name for name in FAULTS.code() if name.startswith("test_")}
    assert named, "the page names no tests"
    assert named - names_of_tests() == set()


@pytest.mark.parametrize("row", FAULTS.rows(), ids=lambda row: row[0][:40])
def test_every_fault_has_a_test_and_a_control(row: list[str]) -> None:
    _, _, test, control = row
    assert [name for name in coded(test) if name.startswith("test_")], "no test"
    assert [name for name in coded(control) if name.startswith("test_")], "no control"
