"""Make a stored decision again from its stored inputs; it must come out the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.db import Session, db
from app.errors import NotFound
from app.models import AssignmentRecord, JudgedFor, RouteRecord
from app.store.decisions import facts_of, load_roster, newest_assignment, newest_route, router_document
from app.store.judging import newest_judgment
from app.store.ledger import replay_ledger
from app.store.requests import find_request
from app.usecases.judge_lead import judge_again
from routing.assignment import Assignment, Load, assign, assign_owner
from routing.gate import decide
from routing.ledger import Ledger
from routing.refusal import Refusal
from routing.roster import Roster
from routing.route import Destination, DestinationKind, Route
from routing.router import parse_router


class Verification(StrEnum):
    """`erased`: the facts were deleted, so that only the assignment can be made again."""

    SAME = "same"
    DIFFERENT = "different"
    ERASED = "erased"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class DecisionCheck:
    """Whether the route and the assignment of a request come out as stored."""

    route: Verification
    assignment: Verification

    def to_json(self) -> dict[str, str]:
        """As the API shows it."""
        return {"route": self.route.value, "assignment": self.assignment.value}


def verify_decision(request_id: str) -> DecisionCheck:
    """Run the decision of a request again. Raises NotFound."""
    session = db.session()
    request = find_request(session, request_id)
    if request is None:
        raise NotFound
    record = newest_route(session, request.id)
    if record is None:
        return DecisionCheck(Verification.NONE, Verification.NONE)
    assignment = newest_assignment(session, request.id)
    return DecisionCheck(_check_route(session, record), _check_assignment(session, assignment))


def _check_route(session: Session, record: RouteRecord) -> Verification:
    facts = facts_of(session, record.request_id)
    if facts is None:
        return Verification.ERASED
    router = parse_router(router_document(session, record.router_id, record.router_version))
    judged = newest_judgment(session, record.request_id, JudgedFor.ROUTING)
    gate = None
    if judged is not None:
        again_judged = judge_again(session, judged, facts)
        if again_judged.judgment.to_json() != judged.outcome:
            return Verification.DIFFERENT
        facts, gate = again_judged.facts, again_judged.gate
    again = decide(router, record.router_version, facts, load_roster(session, record.roster_digest), gate)
    return _compare(again.to_json(), record.trace)


def _check_assignment(session: Session, record: AssignmentRecord | None) -> Verification:
    if record is None:
        return Verification.NONE
    roster = load_roster(session, record.inputs["roster"])
    made_on = Route.from_json(session.get_one(RouteRecord, record.route_id).trace)
    inputs, ledger = record.inputs, None
    if record.pool_id is not None:
        ledger = replay_ledger(session, record.pool_id, inputs["pool"], inputs["ledger_sequence"])
    again = assign_again(inputs, record.trace, made_on.destinations[inputs["destination"]], roster, ledger)
    return _compare(again.to_json(), record.trace)


def assign_again(
    inputs: Mapping[str, Any],
    trace: Mapping[str, Any],
    destination: Destination,
    roster: Roster,
    ledger: Ledger | None,
) -> Assignment:
    """The assignment that stored inputs give, for the slot of its stored `trace`, on the ledger as it was."""
    refused = {row["rep"]: Refusal.from_json(row) for row in inputs["refused"]}
    start, end = trace["slot"]
    if destination.kind is not DestinationKind.POOL:
        pool = roster.pools[inputs["pool"]] if ledger else None
        return assign_owner(
            destination.candidates[0],
            slot=(start, end),
            refused=refused,
            pool=pool,
            ledger=ledger,
            covers=destination.covered,
        )
    assert ledger is not None
    return assign(
        roster.pools[destination.name],
        slot=(start, end),
        candidates=inputs["candidates"],
        refused=refused,
        loads={rep: Load.from_json(load) for rep, load in inputs["loads"].items()},
        ledger=ledger,
        lost=frozenset(inputs["lost"]),
        skill=destination.skill,
        prefer_skills=destination.prefer_skills,
    )


def _compare(again: Mapping[str, Any], stored: Mapping[str, Any]) -> Verification:
    return Verification.SAME if again == stored else Verification.DIFFERENT
