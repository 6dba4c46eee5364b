"""Somebody beside the rep is replaced alone: the meeting stays, one seat changes, and all can be decided again."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.actor import Actor
from app.db import db
from app.errors import Conflict, Invalid, NotFound
from app.models import Activity, AssignmentRecord, Booking, Handover, LedgerEntry, PartyRecord, Rep
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.fall_out import fall_out, rehearse
from app.usecases.reassign_meeting import reassign_meeting
from app.usecases.replace_colleague import replace_colleague
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.skip_meeting import skip_meeting
from app.usecases.verify_decisions import verify_decisions
from calendars.zones import local_day, to_minutes
from tests.fixtures.meeting_of_several import SECONDARY
from tests.usecases.test_two_reps import PAIR, ask, book, company, people, reserved, starts, turns

MIA = Actor("user_mia")


def rep(name: str) -> Rep:
    return db.session.scalars(select(Rep).where(Rep.name == name.title())).one()


def who(booking: Booking, role: str = "secondary") -> str:
    [name] = people(booking)[role]
    return name


def other(name: str) -> str:
    return next(each for each in PAIR["juniors"] if each != name)


def verified() -> set[str]:
    db.session.rollback()
    return {each.verification.value for each in verify_decisions()}


def net_turns() -> dict[str, int]:
    """What each rep has been charged and still owes for, all pools together."""
    rows = db.session.execute(
        select(Rep.name, func.sum(LedgerEntry.amount))
        .join(Rep, Rep.id == LedgerEntry.rep_id)
        .where(LedgerEntry.kind.in_(["assigned", "credited", "adjusted"]))
        .group_by(Rep.name)
    )
    return {name.lower(): total for name, total in rows if total}


def test_a_colleague_skips_and_the_next_one_of_their_role_comes_along(fresh_database: str) -> None:
    with company(fresh_database, PAIR, [SECONDARY]):
        booking = book(ask(), starts(ask("other@globex.test"))[2])
        lead, first = who(booking, "primary"), who(booking)
        stood, sequence = booking.starts_at, booking.sequence
        assert (
            skip_meeting(booking.public_id, rep(first).id, "not my field", by="user_jo")
            == other(first).title()
        )
        assert people(booking) == {"primary": [lead], "secondary": [other(first)]}
        assert (booking.starts_at, booking.sequence) == (stood, sequence + 1)
        assert reserved(booking) == {lead: "primary", other(first): "secondary"}
        assert set(net_turns()) == {lead, other(first)}, "the one who left has their turn back"
        [handover] = db.session.scalars(select(Handover)).all()
        assert (handover.rep_id, handover.taken_by) == (rep(first).id, rep(other(first)).id)
        with pytest.raises(NotFound):
            skip_meeting(booking.public_id, rep(first).id, "again", by="user_jo")
        assert verified() == {"same"}


def test_when_nobody_else_can_the_seat_stays_and_nothing_is_changed(fresh_database: str) -> None:
    with company(fresh_database, {"seniors": ["remy"], "juniors": ["jo"]}, [SECONDARY]):
        booking = book(ask(), starts(ask("other@globex.test"))[2])
        with pytest.raises(Conflict, match="Nobody else who could be secondary"):
            skip_meeting(booking.public_id, rep("jo").id, "not my field", by="user_jo")
        assert people(booking) == {"primary": ["remy"], "secondary": ["jo"]}
        assert db.session.scalars(select(Handover)).all() == []
        with pytest.raises(Invalid):
            skip_meeting(booking.public_id, rep("jo").id, " ", by="user_jo")


def test_a_manager_names_somebody_from_anywhere_who_is_free(fresh_database: str) -> None:
    with company(fresh_database, PAIR, [SECONDARY]):
        booking = book(ask(), starts(ask("other@globex.test"))[2])
        lead, first = who(booking, "primary"), who(booking)
        senior = next(name for name in PAIR["seniors"] if name != lead)
        left, chosen = rep(first).public_id, rep(senior).public_id
        with pytest.raises(Conflict, match="has another role at this meeting"):
            replace_colleague(booking.public_id, left, "x", MIA, rep=rep(lead).public_id)
        assert replace_colleague(booking.public_id, left, "knows them", MIA, rep=chosen) == senior.title()
        assert people(booking) == {"primary": [lead], "secondary": [senior]}
        assert set(net_turns()) == {lead}, "somebody from elsewhere takes no turn in the role's pool"
        back = replace_colleague(booking.public_id, chosen, "a mistake", MIA, rep=left)
        assert back == first.title()
        assert set(net_turns()) == {lead, first}
        assert verified() == {"same"}


def test_nobody_is_named_who_has_another_meeting_then(fresh_database: str) -> None:
    with company(fresh_database, PAIR, [SECONDARY]):
        start = starts(ask("other@globex.test"))[2]
        one, two = book(ask("one@globex.test"), start), book(ask("two@globex.test"), start)
        taken = rep(who(two)).public_id
        with pytest.raises(Conflict, match="is busy then"):
            replace_colleague(one.public_id, rep(who(one)).public_id, "x", MIA, rep=taken)
        with pytest.raises(Conflict, match="Nobody else"):
            replace_colleague(one.public_id, rep(who(one)).public_id, "x", MIA)
        assert verified() == {"same"}


def test_what_follows_later_gives_everybodys_turn_back_once(fresh_database: str) -> None:
    with company(fresh_database, PAIR, [SECONDARY]):
        booking = book(ask(), starts(ask("other@globex.test"))[2])
        first = who(booking)
        replace_colleague(booking.public_id, rep(first).public_id, "x", MIA)
        reassign_meeting(booking.public_id, "y", MIA)
        assert who(booking) == other(first), "a new rep keeps whoever comes along"
        reschedule_meeting(booking.public_id, booking.starts_at + timedelta(hours=2), by="prospect")
        assert reserved(booking) == {who(booking, "primary"): "primary", other(first): "secondary"}
        cancel_meeting(booking.public_id, by="prospect")
        assert net_turns() == {}
        assert len(turns("assigned")["juniors"]) == 2
        assert verified() == {"same"}


def test_everybody_of_a_panel_is_needed_until_a_manager_names_another(fresh_database: str) -> None:
    pools = {"seniors": ["remy"], "board": ["jo", "jin"], "spare": ["sam"]}
    with company(fresh_database, pools, [{"role": "board", "pool": "board", "all": True}]):
        booking = book(ask(), starts(ask("other@globex.test"))[2])
        with pytest.raises(Conflict, match="Everybody who is board takes part"):
            skip_meeting(booking.public_id, rep("jo").id, "ill", by="user_jo")
        replace_colleague(booking.public_id, rep("jo").public_id, "ill", MIA, rep=rep("sam").public_id)
        assert sorted(people(booking)["board"]) == ["jin", "sam"]
        assert verified() == {"same"}


def test_who_is_out_gives_their_seats_on_too(fresh_database: str) -> None:
    with company(fresh_database, PAIR, [SECONDARY]):
        booking = book(ask(), starts(ask("other@globex.test"))[40])
        first, lead = who(booking), who(booking, "primary")
        key, day = rep(first).id, local_day(booking.rep.timezone, to_minutes(booking.starts_at))
        [shown] = rehearse(key, day)
        assert (shown.taker, shown.role) == (other(first).title(), "secondary")
        assert who(booking) == first, "a rehearsal changes nothing"
        [done] = fall_out(key, day, MIA)
        assert done.taker == other(first).title()
        assert people(booking) == {"primary": [lead], "secondary": [other(first)]}
        assert rehearse(key, day) == []


def test_a_seat_that_nobody_can_take_is_said_and_stands(fresh_database: str) -> None:
    with company(fresh_database, {"seniors": ["remy"], "juniors": ["jo"]}, [SECONDARY]):
        booking = book(ask(), starts(ask("other@globex.test"))[40])
        day = local_day(booking.rep.timezone, to_minutes(booking.starts_at))
        [done] = fall_out(rep("jo").id, day, MIA)
        assert done.taker is None and "Nobody else" in done.problem
        assert people(booking)["secondary"] == ["jo"]


def test_the_record_keeps_who_was_there_first_and_why(fresh_database: str) -> None:
    with company(fresh_database, PAIR, [SECONDARY]):
        booking = book(ask(), starts(ask("other@globex.test"))[2])
        first = who(booking)
        replace_colleague(booking.public_id, rep(first).public_id, "x", MIA)
        beside = db.session.scalars(
            select(AssignmentRecord).where(AssignmentRecord.beside_id == booking.assignment_id)
        ).one()
        left = db.session.scalars(select(PartyRecord).where(PartyRecord.assignment_id == beside.id)).one()
        assert (left.rep.name.lower(), left.role) == (first, "secondary")
        line = db.session.scalars(select(Activity).where(Activity.kind == "meeting.colleague_replaced")).one()
        assert line.data["former"] == rep(first).public_id
