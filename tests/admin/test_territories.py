"""Territories in the console: their pool, their neighbors, their dates, and which definition held when."""

from collections.abc import Callable

from tests.fixtures.consoles import Browser

Open = Callable[[str | None], Browser]
DACH = "/admin/territories/dach"
TYPED = {
    "name": "dach",
    "when": "{field: country, op: in, value: [DE, AT]}",
    "pool": "everybody",
    "adjacent": "",
    "priority": "2",
    "from": "2026-01-01",
    "until": "",
}


def test_pool_priority_and_dates_are_typed_saved_and_shown(as_user: Open) -> None:
    browser = as_user("ada")
    assert browser.post(DACH, TYPED).status_code == 303
    page = browser.get(DACH).text
    assert '<option value="everybody" selected>' in page
    assert 'value="2026-01-01"' in page
    listed = browser.get("/admin/territories").text
    assert "from 2026-01-01" in listed
    assert "everybody" in listed


def test_each_definition_says_when_it_held_and_who_made_it(as_user: Open) -> None:
    browser = as_user("ada")
    browser.post(DACH, {**TYPED, "priority": "3"})
    browser.post(DACH, {**TYPED, "when": "{field: country, op: eq, value: LI}"})
    page = browser.get(DACH).text.split("Which definition held when")[1]
    assert page.index("LI") < page.index("DE, AT"), "the newest stands first"
    assert "ada@acme.test" in page


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(as_user: Open) -> None:
    wrong = {
        "adjacent": "mars\nvenus",
        "priority": "soon",
        "until": "2025-01-01",
    }
    for field, typed in wrong.items():
        answer = as_user("ada").post(DACH, {**TYPED, field: typed})
        assert answer.status_code == 422, field
        assert typed in answer.text
    answer = as_user("ada").post(DACH, {**TYPED, "adjacent": "mars"})
    assert "no territory called mars" in answer.text
