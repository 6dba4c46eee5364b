"""How leads come to a rep: generated from the rules in force, and nothing of anybody else's leads in it."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.actor import SYSTEM
from app.db import db
from app.store.company import load_company
from app.usecases.change_configuration import apply_document
from app.usecases.how_leads_reach import shares_in, ways_to
from tests.fixtures.consoles import Browser, acme_document, book, submit

Open = Callable[[str | None], Browser]


@pytest.fixture(scope="module", autouse=True)
def leads(app: Flask) -> None:
    """Two leads for Remy, who knows healthcare; one for whoever's turn it is; a rule about a person."""
    with app.app_context():
        document = acme_document()
        document["routers"][0]["rules"].append(
            {
                "name": "An old friend",
                "when": {"field": "email", "op": "eq", "value": "paula@friend.example"},
                "action": {"rep": "rosa@acme.test"},
            }
        )
        apply_document(document, SYSTEM)
        book(submit())
        book(submit("pia@clinic.example", name="Pia"), 3)
        book(submit("jo@shop.example", name="Jo", country="FR", industry="retail"), 6)


def test_the_rules_that_reach_a_rep_are_told_with_what_they_ask(as_user: Open) -> None:
    remy, rosa = as_user("remy").get("/app/how").text, as_user("rosa").get("/app/how").text
    assert "Healthcare in DACH" in remy
    assert "with healthcare at least 2" in remy
    assert "You lack healthcare at least 2" in rosa
    assert "Everybody else" in rosa
    assert "An old friend" in rosa
    assert "An old friend" not in remy
    assert "You lack" not in remy


def test_who_is_next_is_shown_with_the_counters(as_user: Open) -> None:
    page = as_user("rosa").get("/app/how").text
    assert "your share 50 %" in page
    assert "<b>You</b>" in page
    assert "Remy" in page
    assert "owed" in page


def test_leads_that_went_to_others_are_counted_by_cause(as_user: Open) -> None:
    page = as_user("rosa").get("/app/how").text
    assert "skill missing" in page
    assert "You were given" in page


@pytest.mark.parametrize("rep", ["remy", "rosa"])
def test_nothing_of_any_lead_is_in_it(as_user: Open, rep: str) -> None:
    page = as_user(rep).get("/app/how").text
    for secret in ("Priya", "Pia", "Jo<", "clinic.example", "shop.example", "paula", "friend.example"):
        assert secret not in page


def test_only_reps_have_such_a_page_and_each_their_own(as_user: Open) -> None:
    assert as_user("mia").get("/app/how").status_code in (302, 303, 403, 404)
    assert as_user(None).get("/app/how").status_code in (302, 303, 401)


def test_shares_add_up_within_a_tier(app: Flask) -> None:
    from app.clock import now

    with app.app_context():
        company = load_company(db.session(), now().date())
        everybody = company.roster.pools["everybody"].by_rep
        assert sum(shares_in(company, rep)["everybody"] for rep in everybody) == pytest.approx(1)
        assert all(ways_to(company, rep) for rep in everybody)
