"""The page of pitfalls names a test for each, and every one of them exists."""

import pytest

from tests.docs.pages import coded, names_of_tests, page

PITFALLS = page("reference/pitfalls.md")


@pytest.mark.parametrize("row", PITFALLS.rows(), ids=lambda row: row[0][:40])
def test_each_pitfall_has_tests_that_exist(row: list[str]) -> None:
    _, tests = row
    assert coded(tests), "no test"
    assert set(coded(tests)) - names_of_tests() == set()


def test_every_pitfall_that_was_read_of_is_on_the_page() -> None:
    assert len(PITFALLS.rows()) >= 33
