"""`scheduler simulate` on a past of one request."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.actor import COMMAND_LINE
from app.usecases.capture_lead import Submission
from app.usecases.save_router_draft import save_router_draft
from app.usecases.submit_request import submit_request
from tests.fixtures.company import ZONE, application_over, company_document

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def past(environment: str) -> None:
    with application_over(environment, company_document()):
        submit_request("demo", Submission({"email": "priya@globex.test"}, ZONE, "en"))
        save_router_draft("inbound", {"rules": [], "catch_all": [{"queue": "desk"}]}, COMMAND_LINE)


def test_the_rules_in_force_come_out_identical(run: Run, past: None) -> None:
    code, out, _ = run("simulate", "--router", "inbound", "--json")
    assert code == 0
    assert json.loads(out)["result"]["changes"] == {"identical": 1, "same_place": 0, "moved": 0}


def test_a_draft_that_moves_somebody_ends_with_two_and_lists_them(
    run: Run, past: None, tmp_path: Path
) -> None:
    file = tmp_path / "moved.csv"
    code, out, _ = run("simulate", "--router", "inbound", "--draft", "--csv", str(file))
    assert code == 2
    assert (
        "1 request replayed: 0 decided identically, 0 at the same place for another reason, 1 moved." in out
    )
    assert "pool everybody" in out
    assert "Not known, and not guessed:" in out
    head, row = file.read_text().splitlines()
    assert head.startswith("request,created_at,change,from,to")
    assert "moved,pool everybody,queue desk" in row


def test_a_router_that_is_not_there_is_refused_in_words(run: Run, environment: str) -> None:
    code, _, err = run("simulate", "--router", "nowhere")
    assert code == 1
    assert "There is no router called nowhere" in err
