"""Run the assignment for one time and take that time on the people it names, or on the next ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.db import Session
from app.models import Reservation
from app.store.company import CompanyView
from app.store.reservations import lock_pools
from app.usecases.fill_seats import Seated
from app.usecases.join_session import joining_plan
from app.usecases.offer import Offer
from app.usecases.plan_people import next_plan, pools_of, read_contest
from app.usecases.take_people import Missed, Participant, take_people
from app.usecases.time_wanted import TimeWanted
from routing.assignment import Assignment
from routing.ledger import Ledger
from routing.roster import Offering, Pool

__all__ = ["Choice", "TimeWanted", "choose_rep", "keep_people", "pools_of"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Everybody's time, taken: the rep's whose meeting it is first, then that of each of `others`; with the rep's
    assignment, the ledger it was computed on, and its other inputs."""

    reservations: Sequence[Reservation]
    assignment: Assignment
    ledger: Ledger | None
    inputs: Mapping[str, Any]
    others: Sequence[Seated] = ()

    @property
    def reservation(self) -> Reservation:
        """The time of the rep whose meeting it is."""
        return self.reservations[0]


def choose_rep(
    session: Session,
    company: CompanyView,
    offer: Offer,
    wanted: TimeWanted,
    now: datetime,
    owners: Pool | None = None,
) -> Choice | None:
    """Take the time for the best candidates who really are free; None when nobody is, or a role stays empty.

    Locks the pools, then for each try the people, in a savepoint of its own. Somebody who was taken in the meantime
    is recorded as `lost_race`, and the assignment runs again without them. `owners` is the pool whose history a
    meeting with an owner belongs to.
    """
    pools = pools_of(company, offer, owners)
    if pools:
        lock_pools(session, {company.pools[pool] for pool in pools})
    contest = read_contest(
        session, company, offer, wanted.start, now, owners=owners, live_busy=wanted.live_busy
    )
    while True:
        joining = joining_plan(session, company, contest, wanted, now)
        plan = joining or next_plan(company, contest)
        if plan is None:
            return None
        asked = replace(wanted, joins=joining is not None)
        taken = take_people(session, company, contest.offer, asked, plan.people())
        if not isinstance(taken, Missed):
            return Choice(taken, plan.assignment, plan.ledger, plan.inputs, plan.others)
        if taken.is_changed:
            continue  # look at the sessions once more
        if taken.refusal is None:
            contest.gone.lost.add(taken.rep)
        else:
            contest.gone.refused[taken.rep] = taken.refusal
        if contest.pool is not None and contest.pool.offering is Offering.STRICT:
            return None


def keep_people(
    session: Session, company: CompanyView, offer: Offer, wanted: TimeWanted
) -> list[Reservation] | None:
    """Take the time on the very people who have the old one, without an assignment; None when one is not free."""
    people = [Participant(own.role, company.rep_by_key(own.rep_id).public_id) for own in wanted.own]
    taken = take_people(session, company, offer, wanted, people)
    return None if isinstance(taken, Missed) else taken
