"""Mails about queues: no lead's name or address in them, and a link for the prospect that opens one's own times."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.actor import SYSTEM
from app.db import db
from app.models import Role, User
from app.store.people import add_user
from app.usecases.change_configuration import change_configuration
from app.usecases.claim_lead import claim_next
from app.usecases.mail_booking_link import send_booking_link
from app.usecases.people import find_person
from app.usecases.watch_queues import watch_queues
from tests.fixtures.outside import PRIYA, ROBIN, Outside
from tests.notifications.lint import check

pytestmark = pytest.mark.parametrize("reps", [(ROBIN,)], indirect=True)
MIA = "mia@acme.test"


@pytest.fixture
def desk(outside: Outside) -> Outside:
    """Robin takes from the desk, which Mia looks after; every request goes there."""
    queue = {"name": "desk", "members": [ROBIN], "manager": MIA, "due_hours": 1}
    router = {"name": "inbound", "rules": [], "catch_all": [{"queue": "desk"}]}
    change_configuration({"queues": {"desk": queue}, "routers": {"inbound": router}}, SYSTEM, "test")
    add_user(db.session(), User(public_id="user_robin", email=ROBIN, name="Robin", role=Role.REP))
    db.session.commit()
    return outside


def newest(outside: Outside, address: str) -> tuple[str, str]:
    mail = outside.mail.to(address)[-1]
    body = mail.get_body(("plain",))
    assert body is not None
    return str(mail["Subject"]), str(body.get_content())


def test_people_and_then_the_manager_are_told_without_the_leads_data(desk: Outside) -> None:
    desk.ask(name="Priya")
    watch_queues()
    desk.settle()
    subject, text = newest(desk, ROBIN)
    assert subject == "1 new lead in desk"
    assert "/app/queue" in text and PRIYA not in text and "Priya" not in text
    later = clock.now() + timedelta(hours=2)
    try:
        clock.replace(lambda: later)
        watch_queues()
    finally:
        clock.replace(None)
    desk.settle()
    subject, text = newest(desk, MIA)
    assert subject == "1 lead overdue in desk" and "/admin/queues" in text
    for raw in desk.mail.raw:
        check(raw)
    watch_queues()
    desk.settle()
    assert len(desk.mail.to(MIA)) == 1


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "Choose a time with Robin"), ("de-AT", "Zeit mit Robin")]
)
def test_the_prospect_is_sent_the_times_of_whoever_took_them(desk: Outside, locale: str, words: str) -> None:
    request, _ = desk.ask(locale=locale)
    robin = find_person(db.session(), ROBIN)
    taken = claim_next("desk", robin)
    assert taken is not None
    send_booking_link(taken, robin)
    desk.settle()
    subject, text = newest(desk, PRIYA)
    assert words in subject
    assert f"/f/demo/times?request={request}&t=" in text
    sender = db.session.scalars(select(User.email)).one()
    assert str(desk.mail.to(PRIYA)[-1]["Reply-To"]) == f"Robin <{sender}>"
