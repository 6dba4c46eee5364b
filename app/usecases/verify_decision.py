"""Make a stored decision again from its stored inputs; it must come out the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.db import Session, db
from app.errors import NotFound
from app.models import AssignmentRecord, JudgedFor, PartyRecord, RouteRecord
from app.store.decisions import (
    editions_of,
    facts_of,
    load_roster,
    newest_assignment,
    newest_route,
    parties_of,
    router_document,
)
from app.store.judging import newest_judgment
from app.store.ledger import replay_ledger
from app.store.past_decisions import ledger_rows
from app.store.requests import find_request
from app.usecases.judge_lead import judge_again
from routing.assignment import Assignment, Load, assign, assign_owner
from routing.by_hand import assign_by_hand, taken_by
from routing.gate import decide
from routing.joining import join
from routing.ledger import Ledger
from routing.panel import require
from routing.refusal import Refusal
from routing.roster import Roster
from routing.route import Destination, DestinationKind, Route
from routing.router import Router, parse_router


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


@dataclass(slots=True)
class PastInputs:
    """What stored decisions name by digest, version or sequence, read when it is asked for."""

    session: Session
    _rosters: dict[str, Roster] = field(default_factory=dict)
    _routers: dict[tuple[int, int], Router] = field(default_factory=dict)
    _ledgers: dict[int, Ledger] = field(default_factory=dict)

    def roster(self, digest: str) -> Roster:
        """The roster with this digest; a few are kept, for decisions in a row mostly share one."""
        if digest not in self._rosters:
            if len(self._rosters) >= _MOST_KEPT:
                self._rosters.clear()
            self._rosters[digest] = load_roster(self.session, digest)
        return self._rosters[digest]

    def router(self, router_id: int, version: int) -> Router:
        """A published version."""
        key = router_id, version
        if key not in self._routers:
            self._routers[key] = parse_router(router_document(self.session, router_id, version))
        return self._routers[key]

    def ledger(self, pool_id: int, pool: str, sequence: int) -> Ledger:
        """Where everybody stood after the row `sequence`; cheap for sequences that rise."""
        before = self._ledgers.get(pool_id)
        if before is None or before.sequence > sequence:
            found = replay_ledger(self.session, pool_id, pool, sequence)
        else:
            rows = ledger_rows(self.session, pool_id, before.sequence, until=sequence)
            found = before.apply_all([row.entry for row in rows])
        self._ledgers[pool_id] = found
        return found


_MOST_KEPT = 8


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
    past = PastInputs(session)
    checked = check_assignment(past, assignment) if assignment is not None else Verification.NONE
    return DecisionCheck(check_route(past, record), checked)


def check_route(past: PastInputs, record: RouteRecord) -> Verification:
    """Whether a stored route comes out again."""
    facts = facts_of(past.session, record.request_id)
    if facts is None:
        return Verification.ERASED
    router = past.router(record.router_id, record.router_version)
    judged = newest_judgment(past.session, record.request_id, JudgedFor.ROUTING)
    gate = None
    if judged is not None:
        again_judged = judge_again(past.session, judged, facts)
        if again_judged.judgment.to_json() != judged.outcome:
            return Verification.DIFFERENT
        facts, gate = again_judged.facts, again_judged.gate
    roster, others = past.roster(record.roster_digest), editions_of(past.session, record.trace)
    again = decide(router, record.router_version, facts, roster, gate, others)
    if record.override is not None:
        again = taken_by(again, record.override["rep"])
    return _compare(again.to_json(), record.trace)


def check_assignment(past: PastInputs, record: AssignmentRecord) -> Verification:
    """Whether a stored assignment comes out again."""
    roster = past.roster(record.inputs["roster"])
    made_on = Route.from_json(past.session.get_one(RouteRecord, record.route_id).trace)
    inputs, ledger = record.inputs, None
    if record.pool_id is not None:
        ledger = past.ledger(record.pool_id, inputs["pool"], inputs["ledger_sequence"])
    destination = made_on.destinations[inputs["destination"]]
    if record.beside_id is not None:
        destination = destination.parties[inputs["party"]].who
    again = assign_again(inputs, record.trace, destination, roster, ledger)
    is_same = again.to_json() == record.trace and all(
        _is_same_party(past, party) for party in parties_of(past.session, record.id)
    )
    if not is_same and facts_of(past.session, record.request_id) is None:
        return Verification.ERASED
    return Verification.SAME if is_same else Verification.DIFFERENT


def _is_same_party(past: PastInputs, party: PartyRecord) -> bool:
    """Whether a further person comes out as stored, on the route that they were chosen on."""
    inputs, ledger = party.inputs, None
    if inputs.get("required"):
        start, end = party.trace["slot"]
        return require(party.rep.public_id, slot=(start, end)).to_json() == party.trace
    if party.pool_id is not None:
        ledger = past.ledger(party.pool_id, inputs["pool"], inputs["ledger_sequence"])
    chosen = past.session.get_one(AssignmentRecord, party.charged_id)
    made_on = Route.from_json(past.session.get_one(RouteRecord, chosen.route_id).trace)
    who = made_on.destinations[inputs["destination"]].parties[inputs["party"]].who
    return (
        assign_again(inputs, party.trace, who, past.roster(inputs["roster"]), ledger).to_json() == party.trace
    )


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
    if "joined" in inputs:
        led = destination.name if destination.kind is DestinationKind.POOL else None
        return join(inputs["joined"]["sessions"], inputs["joined"]["seats"], slot=(start, end), pool=led)
    if "by_hand" in inputs:
        pool = roster.pools[inputs["pool"]] if ledger else None
        return assign_by_hand(inputs["by_hand"], slot=(start, end), pool=pool, ledger=ledger)
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
