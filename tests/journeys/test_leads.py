"""Leads of different kinds, each by its own way through the whole product: owner, message, second request, feed."""

import pytest
import requests

from tests.fixtures.product import Product, wait_for
from tests.journeys.asking import ask

pytestmark = pytest.mark.server

BERLIN, LONDON = "Europe/Berlin", "Europe/London"
REMY, ROBIN = "remy@acme.test", "robin@acme.test"


def turns(product: Product, rep: str) -> list[str]:
    """What the ledgers say happened to a rep's turns, in order."""
    query = """SELECT e.kind::text FROM ledger_entries e JOIN reps r ON r.id = e.rep_id
        WHERE r.email = %s AND e.kind NOT IN ('joined', 'reweighted') ORDER BY e.id"""
    return [kind for (kind,) in product.ask_database(query, rep)]


def test_a_known_account_goes_to_its_owner_who_is_not_charged_a_turn(product: Product) -> None:
    before = turns(product, REMY)
    lead = ask(product, "einkauf@nordwind.example", BERLIN, country="DE", industry="retail")
    assert lead.book(lead.starts[4])["rep"]["name"] == "Remy"
    assert len(wait_for(lambda: product.google_events(REMY, lead.answers["email"]), "the event")) == 1
    assert "assigned" not in turns(product, REMY)[len(before) :]


def test_a_student_reads_where_to_go_and_takes_nobodys_time(product: Product) -> None:
    lead = ask(product, "sam@college.edu", LONDON, country="GB")
    assert lead.next["kind"] == "message"
    assert "schools@acme.test" in lead.next["text"]
    assert lead.starts == []
    query = (
        "SELECT count(*) FROM reservations WHERE request_id = (SELECT id FROM requests WHERE public_id = %s)"
    )
    assert product.ask_database(query, lead.request["id"]) == [(0,)]


def test_who_has_a_meeting_and_asks_again_gets_the_link_by_mail_and_no_second_turn(product: Product) -> None:
    answers = {"country": "DE", "industry": "healthcare"}
    first = ask(product, "twice@bergklinik.example", BERLIN, **answers)
    first.book(first.starts[6])
    taken = turns(product, REMY).count("assigned")
    wait_for(lambda: product.letters("twice@bergklinik.example", "/b/"), "the confirmation")
    again = ask(product, "Twice@Bergklinik.example", BERLIN, **answers)
    assert again.next["kind"] == "message"
    assert again.starts == []
    assert first.request["id"] not in str(again.next)
    wait_for(lambda: len(product.letters("twice@bergklinik.example", "/b/")) == 2, "the mail with the link")
    assert turns(product, REMY).count("assigned") == taken


def test_a_rep_with_only_a_feed_is_offered_and_we_invite_the_guest_ourselves(product: Product) -> None:
    lead = ask(product, "pat@potteries.example", LONDON, country="GB", industry="manufacturing")
    booking = lead.book(lead.starts[3])
    assert booking["rep"]["name"] == "Robin"
    assert booking["join_url"] == "https://meet.acme.test/robin"
    invited = wait_for(lambda: product.invitations("pat@potteries.example"), "our invitation")
    assert {one["uid"] for one in invited} == {invited[0]["uid"]}
    assert invited[0]["organizer"].endswith(ROBIN)
    brief = product.wait_for_letter(ROBIN, "pat@potteries.example")
    assert "manufacturing" in brief["text"].casefold()


def test_the_decision_explains_itself_and_comes_out_the_same_again(product: Product) -> None:
    lead = ask(product, "why@bergklinik.example", BERLIN, country="DE", industry="healthcare")
    lead.book(lead.starts[9])
    key = (product.data_dir / "api-key").read_text()
    answer = requests.get(
        f"{product.web}/api/v1/admin/requests/{lead.request['id']}/decision",
        headers={"Authorization": f"Bearer {key}"},
        timeout=30,
    ).json()
    assert answer["route"]["rule"] == "Healthcare in DACH"
    assert "Remy" in " ".join(answer["sentences"])
    assert set(answer["verification"].values()) == {"same"}
