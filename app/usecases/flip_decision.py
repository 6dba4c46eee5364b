"""What would have changed a stored decision: made sure of by making it again with one thing changed."""

from app.db import Session
from app.models import AssignmentRecord, RouteRecord
from app.store.decisions import facts_of
from app.usecases.verify_decision import PastInputs
from routing.assignment import Assignment, Load
from routing.flips import Flip, Inputs, find_flips, find_rule_flip
from routing.refusal import Refusal
from routing.route import DestinationKind, Route


def flips_of(session: Session, route: RouteRecord, assignment: AssignmentRecord | None) -> tuple[Flip, ...]:
    """Who else would have got the lead, and which other rule one other answer would have led to.

    Nothing is claimed of what cannot be made again: an erased request's rules, a meeting with an owner.
    """
    past = PastInputs(session)
    flips = _of_assignment(past, assignment) if assignment is not None else ()
    rule = _of_route(past, route)
    return (*flips, rule) if rule is not None else flips


def _of_assignment(past: PastInputs, record: AssignmentRecord) -> tuple[Flip, ...]:
    inputs = record.inputs
    made_on = Route.from_json(past.session.get_one(RouteRecord, record.route_id).trace)
    destination = made_on.destinations[inputs["destination"]]
    roster = past.roster(inputs["roster"])
    pool = roster.pools.get(destination.name) if destination.kind is DestinationKind.POOL else None
    if pool is None or record.pool_id is None:
        return ()
    start, end = record.trace["slot"]
    given = Inputs(
        pool=pool,
        slot=(start, end),
        candidates=tuple(inputs["candidates"]),
        refused={row["rep"]: Refusal.from_json(row) for row in inputs["refused"]},
        loads={rep: Load.from_json(load) for rep, load in inputs["loads"].items()},
        ledger=past.ledger(record.pool_id, inputs["pool"], inputs["ledger_sequence"]),
        lost=frozenset(inputs["lost"]),
        skill=destination.skill,
        prefer_skills=destination.prefer_skills,
    )
    return find_flips(given, Assignment.from_json(record.trace))


def _of_route(past: PastInputs, record: RouteRecord) -> Flip | None:
    made = Route.from_json(record.trace)
    facts = facts_of(past.session, record.request_id)
    if facts is None or (made.gate is not None and made.gate.path is not None):
        return None
    router = past.router(record.router_id, record.router_version)
    return find_rule_flip(router, record.router_version, facts, past.roster(record.roster_digest), made)
