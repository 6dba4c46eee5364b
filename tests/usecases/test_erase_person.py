"""A person who is erased is in no table afterwards, stays away, and breaks nothing that was decided."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from app import clock
from app.actor import COMMAND_LINE, Actor
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotFound
from app.models import AuditEntry, Booking, BookingState, Erasure, Lead, ProviderEvent, Reservation
from app.store.behaviors import BehaviorView
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.capture_lead import Submission
from app.usecases.erase_person import erase_person, finish_erasure, look_at_person
from app.usecases.export_person import export_person
from app.usecases.reassign_meeting import reassign_meeting
from app.usecases.record_behaviors import record_behaviors
from app.usecases.submit_request import submit_request
from app.usecases.verify_decision import verify_decision
from app.usecases.verify_decisions import verify_decisions
from tests.fixtures.company import ZONE, application_over, company_document, first_starts

CANARY = "kanarienvogel"
EMAIL = f"{CANARY}@{CANARY}-gmbh.example"
FRIEND = "friend@globex.test"
_TABLES = text(
    "SELECT table_schema || '.' || table_name FROM information_schema.tables"
    " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
)


def tables_with(word: str) -> set[str]:
    """Every table in any column of which a word stands: as text, in JSON, or inside of bytes, plain or in base64."""
    db.session.rollback()
    forms = {word, word.encode().hex(), base64.b64encode(word.encode()).decode()[:-2]}
    found = set()
    for table in db.session.scalars(_TABLES).all():
        asked = " OR ".join(f"strpos(lower(row_to_json(t)::text), :w{n}) > 0" for n in range(len(forms)))
        values = {f"w{n}": each.lower() for n, each in enumerate(sorted(forms))}
        if db.session.scalar(text(f"SELECT EXISTS (SELECT 1 FROM {table} t WHERE {asked})"), values):
            found.add(table.removeprefix("public."))
    return found


@pytest.fixture
def company(fresh_database: str) -> Iterator[None]:
    """Two reps, a form that asks freely, and a rule that looks at the address itself."""
    made = company_document(2)
    made["forms"][0]["fields"] += [
        {"name": "company", "type": "text", "label": {"en": "Company"}},
        {"name": "message", "type": "textarea", "label": {"en": "Message"}},
    ]
    rule = {
        "name": "by address",
        "when": {"field": "email", "op": "contains", "value": "nobody"},
        "action": {"pool": "everybody"},
    }
    made["routers"][0]["rules"] = [rule]
    with application_over(fresh_database, made):
        yield


def ask(email: str = EMAIL) -> dict[str, Any]:
    answers = {
        "email": email,
        "name": f"Kai {CANARY}",
        "company": f"{CANARY} GmbH",
        "message": f"I am {CANARY}.",
    }
    source = {"page": f"https://acme.test/?u={CANARY}", "utm": {"campaign": CANARY}}
    return submit_request("demo", Submission(answers, ZONE, "de-DE", source=source))


def meet(number: int = 5, **order: Any) -> tuple[str, Booking]:
    made = ask()
    start = datetime.fromisoformat(first_starts(made)[number])
    booking = book_meeting(made["request"]["id"], BookingOrder(start, **order))
    row = db.session.scalars(select(Booking).where(Booking.public_id == booking)).one()
    return made["request"]["id"], row


def everywhere() -> tuple[str, str]:
    """The person in every table that can hold one; a past meeting. The request and the booking."""
    record_behaviors(EMAIL, [BehaviorView("page", CANARY, clock.now(), f"https://x.test/{CANARY}")], "key_1")
    request, booking = meet(notes=f"ask for {CANARY}", guests=[f"{CANARY}2@globex.test"])
    reassign_meeting(booking.public_id, f"knows {CANARY}", Actor("user_mia"))
    with transaction() as session:
        row = session.get_one(Booking, booking.id)
        row.cancel_reason, row.join_url = f"{CANARY} is ill", f"https://meet.test/{CANARY}"
        session.add(
            ProviderEvent(
                booking_id=row.id,
                generation=9,
                state="written",
                replies={EMAIL: "accepted"},
                html_link=f"https://calendar.test/{CANARY}",
                error=f"no such guest: {EMAIL}",
            )
        )
        over = datetime(2020, 1, 6, 9, tzinfo=UTC)
        row.starts_at, row.ends_at = over, over + timedelta(minutes=30)
        session.execute(update(Reservation).values(state="released"))
        session.execute(text("INSERT INTO rate_counters VALUES (:b, 1, 1, now())"), {"b": f"mail:{EMAIL}"})
        session.execute(text("UPDATE procrastinate_jobs SET status = 'succeeded'"))
        session.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES ('q', 'x', :a, 'failed')"
            ),
            {"a": f'{{"email": "{EMAIL}"}}'},
        )
    return request, booking.public_id


def test_no_table_holds_them_afterwards_and_the_scan_found_them_before(company: None) -> None:
    request, booking = everywhere()
    before = tables_with(CANARY)
    assert before >= {
        "leads",
        "request_facts",
        "lead_behaviors",
        "bookings",
        "provider_events",
        "routes",
        "handovers",
        "rate_counters",
        "procrastinate_jobs",
    }
    assert erase_person(EMAIL.upper(), COMMAND_LINE) is True
    assert tables_with(CANARY) == set()
    kept = db.session.scalars(select(Booking).where(Booking.public_id == booking)).one()
    assert (kept.state, kept.guests, kept.lead.email) == (BookingState.CONFIRMED, [], None)
    assert verify_decision(request).route == "erased"
    assert {each.verification.value for each in verify_decisions()} <= {"erased", "same"}


def test_nobody_else_is_touched(company: None) -> None:
    ask(FRIEND)
    before = tables_with(FRIEND)
    everywhere()
    erase_person(EMAIL, COMMAND_LINE)
    assert tables_with(FRIEND) == before


def test_done_twice_nothing_more_happens(company: None) -> None:
    everywhere()
    erase_person(EMAIL, COMMAND_LINE)
    count = text("SELECT (SELECT count(*) FROM audit_entries), (SELECT max(done_at) FROM erasures)")
    before = db.session.execute(count).one()
    assert erase_person(EMAIL, COMMAND_LINE) is True
    assert look_at_person(EMAIL) is None
    db.session.rollback()
    assert db.session.execute(count).one() == before


def test_meetings_to_come_are_called_off_and_the_rest_waits_for_the_outside(company: None) -> None:
    _, booking = meet()
    assert erase_person(EMAIL, COMMAND_LINE) is False
    db.session.expire_all()
    assert booking.state is BookingState.CANCELLED
    assert booking.lead.email == EMAIL, "the mail that says so is still to be sent"
    [erasure] = db.session.scalars(select(Erasure)).all()
    key = erasure.id
    finish_erasure(key)
    db.session.expire_all()
    assert "leads" in tables_with(CANARY), "nothing was sent yet"
    with transaction() as session:
        session.execute(text("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE args ? 'booking'"))
    finish_erasure(key)
    assert tables_with(CANARY) == set()


def test_an_outside_that_never_follows_is_waited_for_an_hour(company: None) -> None:
    meet()
    erase_person(EMAIL, COMMAND_LINE)
    with transaction() as session:
        row = session.scalars(select(Erasure)).one()
        row.asked_at -= timedelta(hours=2)
        key = row.id
    finish_erasure(key)
    assert tables_with(CANARY) == set()


def test_no_other_system_brings_them_back_but_they_may_come_themselves(company: None) -> None:
    everywhere()
    erase_person(EMAIL, COMMAND_LINE)
    seen = [BehaviorView("page", "pricing", clock.now(), None)]
    with pytest.raises(Conflict):
        record_behaviors(EMAIL, seen, "key_1")
    ask()
    assert record_behaviors(EMAIL, seen, "key_1")[1] == 1
    assert erase_person(EMAIL, COMMAND_LINE) is True
    assert tables_with(CANARY) == set()


def test_a_guest_of_somebody_else_is_taken_off_their_meeting(company: None) -> None:
    made = ask(FRIEND)
    start = datetime.fromisoformat(first_starts(made)[3])
    booked = book_meeting(made["request"]["id"], BookingOrder(start, guests=["Jo@Guest.example"]))
    known = look_at_person("jo@guest.example")
    assert known is not None and (known.elsewhere, known.lead) == (1, None)
    erase_person("jo@guest.example", COMMAND_LINE)
    db.session.expire_all()
    booking = db.session.scalars(select(Booking).where(Booking.public_id == booked)).one()
    assert (booking.guests, booking.sequence, booking.state) == ([], 1, BookingState.CONFIRMED)
    assert tables_with("jo@guest.example") == set()


def test_what_is_handed_out_is_theirs_and_nobody_elses(company: None) -> None:
    everywhere()
    ask(FRIEND)
    found = export_person(EMAIL, COMMAND_LINE)
    assert found["requests"][0]["answers"]["message"] == f"I am {CANARY}."
    assert found["meetings"][0]["guests"] == 1
    assert found["behaviors"][0]["topic"] == CANARY
    assert f"{CANARY}2@globex.test" not in str(found) and FRIEND not in str(found)
    assert found["meetings"][0]["notes"] == f"ask for {CANARY}"
    [audit] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.exported")).all()
    assert audit.object_id.startswith("lead_")


def test_an_address_that_nobody_has_is_no_person(company: None) -> None:
    for act in (erase_person, export_person):
        with pytest.raises(NotFound):
            act("nobody@nowhere.example", COMMAND_LINE)
        with pytest.raises(Invalid):
            act("not an address", COMMAND_LINE)
    assert db.session.scalars(select(Lead)).all() == []
