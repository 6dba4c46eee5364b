"""Meetings of several people: offered only when all can come, taken all or not at all, moved and freed together."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from app.actor import COMMAND_LINE, Actor
from app.db import db, transaction
from app.errors import Invalid, SlotTaken
from app.models import (
    AssignmentRecord,
    Booking,
    CalendarMode,
    LedgerEntry,
    PartyRecord,
    PendingCredit,
    Pool,
    Rep,
    Reservation,
    ReservationState,
)
from app.store.availability import touch_reps
from app.store.company import forget_companies
from app.store.decisions import newest_route
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.capture_lead import Submission
from app.usecases.change_configuration import apply_document
from app.usecases.correct_turns import decide_credit
from app.usecases.describe_times import SlotQuery
from app.usecases.hold_slot import hold_slot, release_hold
from app.usecases.offer_slots import offer_slots, open_request
from app.usecases.reschedule_meeting import reschedule_meeting, reschedule_slots
from app.usecases.skip_meeting import skip_meeting
from app.usecases.submit_request import submit_request
from app.usecases.verify_decision import verify_decision
from tests.fixtures.company import ZONE, application_over, first_starts
from tests.fixtures.meeting_of_several import SECONDARY, several_document

PAIR = {"seniors": ["remy", "rosa"], "juniors": ["jo", "jin"]}


@contextmanager
def company(
    url: str,
    pools: Mapping[str, Sequence[str]],
    parties: Sequence[Mapping[str, Any]],
    hours: Mapping[str, Sequence[str]] | None = None,
    **of_pools: Mapping[str, Any],
) -> Iterator[None]:
    with application_over(url, several_document(pools, parties, hours, **of_pools)):
        yield


def ask(email: str = "priya@globex.test") -> str:
    made = submit_request("demo", Submission({"email": email}, ZONE, "en"))
    return str(made["request"]["id"])


def starts(request: str) -> list[str]:
    db.session.rollback()
    return first_starts({"slots": offer_slots(open_request(request), SlotQuery(ZONE))})


def book(request: str, start: str) -> Booking:
    made = book_meeting(request, BookingOrder(datetime.fromisoformat(start)))
    return db.session.scalars(select(Booking).where(Booking.public_id == made)).one()


def people(booking: Booking) -> dict[str, list[str]]:
    """Names by role, the rep whose meeting it is as `primary`."""
    db.session.expire_all()
    found = {"primary": [booking.rep.name.lower()]}
    for party in booking.parties:
        found.setdefault(party.role, []).append(party.rep.name.lower())
    return found


def reserved(booking: Booking, *states: ReservationState) -> dict[str, str]:
    rows = db.session.execute(
        select(Rep.name, Reservation.role)
        .join(Rep, Rep.id == Reservation.rep_id)
        .where(
            Reservation.booking_id == booking.id,
            Reservation.state.in_(states or [ReservationState.CONFIRMED]),
        )
    )
    return {name.lower(): role for name, role in rows}


def turns(kind: str = "assigned") -> dict[str, list[str]]:
    """Whose turns each pool has on its ledger, in order."""
    rows = db.session.execute(
        select(Pool.name, Rep.name)
        .join(LedgerEntry, LedgerEntry.pool_id == Pool.id)
        .join(Rep, Rep.id == LedgerEntry.rep_id)
        .where(LedgerEntry.kind == kind)
        .order_by(LedgerEntry.id)
    )
    found: dict[str, list[str]] = {}
    for pool, name in rows:
        found.setdefault(pool, []).append(name.lower())
    return found


def refused_for(booking: Booking) -> set[tuple[str, str]]:
    record = db.session.get_one(AssignmentRecord, booking.assignment_id)
    names = {rep.public_id: rep.name.lower() for rep in db.session.scalars(select(Rep))}
    return {(names[rep], row["code"]) for row in record.trace["refused"] for rep in row["reps"]}


def test_both_are_free_both_are_booked_and_their_roles_are_on_record(fresh_database: str) -> None:
    with company(fresh_database, PAIR, [SECONDARY]):
        request = ask()
        booking = book(request, starts(request)[2])
        assert people(booking)["primary"][0] in PAIR["seniors"]
        assert people(booking)["secondary"][0] in PAIR["juniors"]
        assert sorted(reserved(booking).values()) == ["primary", "secondary"]
        assert set(turns()) == {"seniors", "juniors"}, "each role's pool has its own turn"
        assert verify_decision(request).to_json() == {"route": "same", "assignment": "same"}


def test_only_times_at_which_both_roles_can_be_filled_are_offered(fresh_database: str) -> None:
    pools = {"seniors": ["remy"], "juniors": ["jo"]}
    hours = {"remy": ["08:00-12:00"], "jo": ["11:00-18:00"]}
    with company(fresh_database, pools, [SECONDARY], hours):
        assert {start[11:16] for start in starts(ask())} == {"11:00", "11:30"}


def test_a_role_that_nobody_can_fill_leaves_no_time_at_all(fresh_database: str) -> None:
    speaks = {"role": "expert", "pool": "juniors", "match": ["language"]}
    with company(fresh_database, PAIR, [speaks]):
        assert starts(ask()) == []


def test_a_role_for_which_nobody_has_the_skill_is_refused_when_it_is_written(fresh_database: str) -> None:
    party = {"role": "expert", "pool": "juniors", "require_skills": {"healthcare": 2}}
    with application_over(fresh_database, several_document(PAIR, [])):
        with pytest.raises(Invalid) as caught:
            apply_document(several_document(PAIR, [party]), COMMAND_LINE, "test")
        assert "catch_all[0].with[0]" in str(caught.value.errors[0].field)


def test_one_person_never_has_two_seats(fresh_database: str) -> None:
    pools = {"seniors": ["remy", "rosa"]}
    with company(fresh_database, pools, [{"role": "secondary", "pool": "seniors"}]):
        request = ask()
        booking = book(request, starts(request)[0])
        found = people(booking)
        assert sorted(found["primary"] + found["secondary"]) == ["remy", "rosa"]
        assert len(turns()["seniors"]) == 2
        assert verify_decision(request).assignment.value == "same"
        assert starts(ask("next@globex.test"))[0] != booking.starts_at.isoformat()


def test_whoever_is_needed_elsewhere_is_passed_over_and_the_reason_says_for_which_role(
    fresh_database: str,
) -> None:
    """Rosa alone can be the specialist, so that Remy takes the lead although it is Rosa's turn as much as his."""
    pools = {"seniors": ["rosa", "remy"], "specialists": ["rosa"]}
    with company(fresh_database, pools, [{"role": "specialist", "pool": "specialists"}]):
        for number in range(2):
            request = ask(f"p{number}@globex.test")
            booking = book(request, starts(request)[number])
            assert people(booking) == {"primary": ["remy"], "specialist": ["rosa"]}
            assert ("rosa", "partner") in refused_for(booking)
            assert verify_decision(request).assignment.value == "same"


def test_k_of_n_takes_that_many_different_people(fresh_database: str) -> None:
    pools = {"seniors": ["remy"], "specialists": ["sam", "sue", "sid"]}
    with company(fresh_database, pools, [{"role": "specialist", "pool": "specialists", "pick": 2}]):
        request = ask()
        booking = book(request, starts(request)[0])
        assert len(set(people(booking)["specialist"])) == 2
        assert sorted(turns()["specialists"]) == sorted(people(booking)["specialist"])
        assert verify_decision(request).assignment.value == "same"


def test_a_collective_meeting_takes_everybody_and_one_of_them_may_have_the_lead(fresh_database: str) -> None:
    pools = {"board": ["ann", "ben", "cat"]}
    with company(fresh_database, pools, [{"role": "board", "pool": "board", "all": True}]):
        request = ask()
        booking = book(request, starts(request)[0])
        everybody = people(booking)["primary"] + people(booking)["board"]
        assert sorted(everybody) == ["ann", "ben", "cat"]
        assert len(turns()["board"]) == 1, "who comes because everybody does has taken no turn"
        assert verify_decision(request).assignment.value == "same"
        assert booking.starts_at.isoformat() not in starts(ask("next@globex.test"))


def test_everybody_means_also_those_who_are_away_for_long(fresh_database: str) -> None:
    """A board that meets without one of its members is not the board."""
    pools = {"seniors": ["remy"], "board": ["ann", "ben"]}
    document = several_document(pools, [{"role": "board", "pool": "board", "all": True}])
    document["reps"][0]["time_off"] = [{"from": "2000-01-01", "to": "2999-12-31"}]
    with application_over(fresh_database, document):
        assert starts(ask()) == []


def test_a_daily_cap_of_the_secondarys_pool_counts_the_meetings_they_joined(fresh_database: str) -> None:
    pools = {"seniors": ["remy"], "juniors": ["jo"]}
    capped = {"members": [{"rep": "jo@acme.test", "per_day": 1}]}
    with company(fresh_database, pools, [SECONDARY], juniors=capped):
        first = ask("one@globex.test")
        day = starts(first)[30][:10]
        book(first, next(start for start in starts(first) if start.startswith(day)))
        assert not [start for start in starts(ask("two@globex.test")) if start.startswith(day)]


def test_a_strict_pool_takes_the_turn_among_those_for_whom_a_partner_is_left(fresh_database: str) -> None:
    pools = {"seniors": ["remy", "rosa"], "juniors": ["jo"]}
    hours = {"remy": ["08:00-10:00"], "jo": ["10:00-18:00"]}
    with company(fresh_database, pools, [SECONDARY], hours, seniors={"offering": "strict"}):
        request = ask()
        assert min(start[11:16] for start in starts(request)) == "10:00"
        booking = book(request, starts(request)[0])
        assert people(booking) == {"primary": ["rosa"], "secondary": ["jo"]}
        assert verify_decision(request).assignment.value == "same"


def test_turns_go_round_in_each_pool_by_itself(fresh_database: str) -> None:
    with company(fresh_database, PAIR, [SECONDARY]):
        for number in range(4):
            request = ask(f"p{number}@globex.test")
            book(request, starts(request)[number * 3])
        for pool in ("seniors", "juniors"):
            counts = [turns()[pool].count(name) for name in PAIR[pool]]
            assert counts == [2, 2]


def test_a_hold_keeps_everybody_and_giving_it_back_frees_everybody(fresh_database: str) -> None:
    pools = {"seniors": ["remy"], "juniors": ["jo"]}
    with company(fresh_database, pools, [SECONDARY]):
        request, other = ask("one@globex.test"), ask("two@globex.test")
        wanted = starts(request)[4]
        hold = hold_slot(request, datetime.fromisoformat(wanted))
        assert wanted in starts(request), "its own hold hides nothing from a request"
        assert wanted not in starts(other)
        with pytest.raises(SlotTaken):
            book(other, wanted)
        release_hold(request, hold["id"])
        assert wanted in starts(other)
        assert db.session.scalar(select(func.count()).where(Reservation.state == ReservationState.HELD)) == 0


def test_a_hold_becomes_the_booking_of_the_same_time(fresh_database: str) -> None:
    with company(fresh_database, {"seniors": ["remy"], "juniors": ["jo"]}, [SECONDARY]):
        request = ask()
        wanted = starts(request)[4]
        hold_slot(request, datetime.fromisoformat(wanted))
        assert reserved(book(request, wanted)) == {"remy": "primary", "jo": "secondary"}


def test_moving_keeps_the_people_and_charges_nobody(fresh_database: str) -> None:
    with company(fresh_database, PAIR, [SECONDARY]):
        request = ask()
        booking = book(request, starts(request)[0])
        before, charged = people(booking), turns()
        offered = first_starts({"slots": reschedule_slots(booking.public_id, SlotQuery(ZONE))})
        reschedule_meeting(booking.public_id, datetime.fromisoformat(offered[5]), by="prospect")
        assert people(booking) == before
        assert sorted(reserved(booking)) == sorted(before["primary"] + before["secondary"])
        assert turns() == charged
        assert verify_decision(request).assignment.value == "same"


def test_moving_is_offered_only_where_the_same_people_are_all_free(fresh_database: str) -> None:
    pools = {"seniors": ["remy"], "juniors": ["jo", "jin"]}
    with company(fresh_database, pools, [SECONDARY], {"jo": ["08:00-10:00"], "jin": ["16:00-18:00"]}):
        request = ask()
        morning = next(start for start in starts(request) if start[11:16] == "08:30")
        booking = book(request, morning)
        offered = first_starts({"slots": reschedule_slots(booking.public_id, SlotQuery(ZONE))})
        assert {start[11:13] for start in offered} == {"08", "09"}
        with pytest.raises(SlotTaken):
            reschedule_meeting(
                booking.public_id, datetime.fromisoformat(morning.replace("T08:30", "T16:30")), by="prospect"
            )


def test_when_they_have_no_time_together_others_are_chosen_and_turns_given_back(fresh_database: str) -> None:
    with company(fresh_database, PAIR, [SECONDARY]):
        request = ask()
        booking = book(request, starts(request)[0])
        before = people(booking)
        with transaction() as session:
            gone = session.scalars(select(Rep).where(Rep.name == before["secondary"][0].title())).one()
            gone.calendar_mode = CalendarMode.CONNECTED  # nobody vouches for their time any more
            touch_reps(session, {gone.id})
        forget_companies()
        offered = first_starts({"slots": reschedule_slots(booking.public_id, SlotQuery(ZONE))})
        reschedule_meeting(booking.public_id, datetime.fromisoformat(offered[3]), by="prospect")
        after = people(booking)
        assert after["secondary"] != before["secondary"]
        assert len(reserved(booking)) == 2
        assert turns("credited").keys() == {"seniors", "juniors"}
        assert verify_decision(request).assignment.value == "same"


def test_cancelling_frees_everybody_and_gives_every_turn_back(fresh_database: str) -> None:
    with company(fresh_database, {"seniors": ["remy"], "juniors": ["jo"]}, [SECONDARY]):
        request = ask()
        booking = book(request, starts(request)[0])
        taken = booking.starts_at.isoformat()
        cancel_meeting(booking.public_id, by="prospect")
        assert reserved(booking) == {}
        assert turns("credited") == {"seniors": ["remy"], "juniors": ["jo"]}
        shown = {datetime.fromisoformat(start) for start in starts(ask("two@globex.test"))}
        assert datetime.fromisoformat(taken) in shown


def test_the_reps_own_cancellation_gives_no_turn_back(fresh_database: str) -> None:
    with company(fresh_database, {"seniors": ["remy"], "juniors": ["jo"]}, [SECONDARY]):
        request = ask()
        booking = book(request, starts(request)[0])
        cancel_meeting(booking.public_id, by="rep")
        assert turns("credited") == {}


def test_the_route_tells_who_could_fill_each_role(fresh_database: str) -> None:
    with company(fresh_database, PAIR, [SECONDARY]):
        request = ask()
        record = newest_route(db.session(), open_request(request).id)
        assert record is not None
        (party,) = record.trace["destinations"][0]["parties"]
        assert party["role"] == "secondary"
        assert len(party["who"]["candidates"]) == 2


def test_a_meeting_of_one_has_no_further_people(fresh_database: str) -> None:
    with company(fresh_database, {"seniors": ["remy"]}, []):
        request = ask()
        booking = book(request, starts(request)[0])
        assert people(booking) == {"primary": ["remy"]}
        assert db.session.scalar(select(func.count()).select_from(PartyRecord)) == 0


def test_when_the_rep_skips_the_others_stay_and_keep_their_turn(fresh_database: str) -> None:
    pools = {"seniors": ["remy", "rosa"], "juniors": ["jo"]}
    with company(fresh_database, pools, [SECONDARY]):
        request = ask()
        booking = book(request, starts(request)[0])
        (former,) = people(booking)["primary"]
        skip_meeting(booking.public_id, booking.rep_id, "I am not the right one", by="user_rep")
        after = people(booking)
        assert after["primary"] != [former]
        assert after["secondary"] == ["jo"]
        assert sorted(reserved(booking)) == sorted([*after["primary"], "jo"])
        assert turns("credited") == {"seniors": [former]}
        assert verify_decision(request).assignment.value == "same"
        cancel_meeting(booking.public_id, by="prospect")
        assert turns("credited") == {"seniors": [former, *after["primary"]], "juniors": ["jo"]}


def test_a_colleague_at_the_meeting_cannot_take_it_over_as_well(fresh_database: str) -> None:
    pools = {"seniors": ["remy", "rosa"]}
    with company(fresh_database, pools, [{"role": "secondary", "pool": "seniors"}]):
        request = ask()
        booking = book(request, starts(request)[0])
        before = people(booking)
        assert skip_meeting(booking.public_id, booking.rep_id, "Not mine", by="user_rep") is None
        assert people(booking) == before


def test_each_ones_credit_beyond_the_month_waits_by_itself(fresh_database: str) -> None:
    limits = {"credits_per_month": 0}
    pools = {"seniors": ["remy"], "juniors": ["jo"]}
    with company(fresh_database, pools, [SECONDARY], seniors=limits, juniors=limits):
        request = ask()
        booking = book(request, starts(request)[0])
        cancel_meeting(booking.public_id, by="prospect")
        waiting = db.session.scalars(select(PendingCredit).order_by(PendingCredit.id)).all()
        assert sorted(row.rep.name for row in waiting) == ["Jo", "Remy"]
        decide_credit(waiting[0].public_id, is_accepted=True, by=Actor("user_mia"))
        assert sum(len(names) for names in turns("credited").values()) == 1
