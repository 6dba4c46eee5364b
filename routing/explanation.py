"""Why this rep, in words anybody can check: made from stored records only, so that it can be made again.

Every line is a code with parameters; `wording` turns it into a sentence. What is said to have changed the outcome
is what running the assignment again would show: a rep in `would_have_won` wins without their refusal, the
runner-up wins without the winner.
"""

from collections.abc import Iterator
from dataclasses import replace

from routing.assigned import Assignment, Ranked
from routing.by_hand import BY_HAND, CLAIM_WAIT
from routing.explained import CandidateRow, Explanation, Line
from routing.json_values import JSON
from routing.noted import noted
from routing.refusal import Refusal
from routing.roster import Distribution
from routing.route import Destination, DestinationKind, Gate, Route, Step, Verdict

__all__ = ["CandidateRow", "Explanation", "Line", "explain"]


def explain(route: Route, assignment: Assignment | None) -> Explanation:
    """Why the request went where it went; without an assignment, where it may go."""
    destination = destination_of(route, assignment)
    return Explanation(
        who=_who(destination, assignment),
        because=_because(route, assignment),
        otherwise=_otherwise(route, assignment),
        runner_up=_runner_up(assignment),
        path=(
            *_gates(route),
            *map(_step, route.steps),
            *(line for each in route.destinations for line in _tried(each)),
        ),
        candidates=tuple(_rows(destination, assignment)),
    )


def destination_of(route: Route, assignment: Assignment | None) -> Destination:
    """The destination the assignment was made at; the first one without an assignment."""
    if assignment is not None:
        for each in route.destinations:
            if assignment.pool is None:
                people = (*each.candidates, *(refusal.rep for refusal in each.refused))
                wanted = assignment.winner or next((refusal.rep for refusal in assignment.refused), None)
                is_same = each.kind in (DestinationKind.OWNER, DestinationKind.REP) and wanted in people
            else:
                is_same = each.kind is DestinationKind.POOL and each.name == assignment.pool
                is_same = is_same and (assignment.winner is None or assignment.winner in each.candidates)
            if is_same:
                return each
    return route.first


_OPEN = {
    DestinationKind.QUEUE: "is_queued",
    DestinationKind.MESSAGE: "is_answered",
    DestinationKind.REDIRECT: "is_redirected",
    DestinationKind.NURTURE: "is_nurtured",
}
_WINS = {DestinationKind.OWNER: "owner_got_it", DestinationKind.REP: "named_rep_got_it"}


def _who(destination: Destination, assignment: Assignment | None) -> Line:
    place: dict[str, JSON] = {"kind": destination.kind.value, "name": destination.name}
    if assignment is None:
        code = _OPEN.get(destination.kind, "may_go_to")
        if destination.everybody_out:
            code = "all_out_queued" if destination.kind is DestinationKind.QUEUE else "all_out_back"
            place["pool"] = destination.everybody_out
        return Line(code, {**place, "count": len(destination.candidates)})
    if assignment.winner is None:
        return Line("nobody_could", place)
    if assignment.reason == BY_HAND:
        return Line("by_hand_got_it", {**place, "rep": assignment.winner})
    if destination.owner_wait == CLAIM_WAIT:
        return Line("claimer_got_it", {**place, "rep": assignment.winner})
    code = "got_it" if assignment.pool else _WINS.get(destination.kind, "got_it")
    if destination.covered and not assignment.pool:
        code = "cover_got_it"
    return Line(code, {**place, "rep": assignment.winner})


def _because(route: Route, assignment: Assignment | None) -> Line:
    if assignment is None:
        return _led_here(route)
    if assignment.winner is None or not assignment.ranking:
        return Line(assignment.reason)
    if destination_of(route, assignment).owner_wait == CLAIM_WAIT and assignment.reason == "owner":
        return Line("claimed", {"rep": assignment.winner})
    numbers = dict(assignment.ranking[0].numbers)
    share = numbers.get("utilization")
    if isinstance(share, float | int):
        numbers["percent"] = round(share * 100, 1)
    return Line(assignment.reason, {**numbers, "rep": assignment.winner, "runner_up": assignment.runner_up})


def _led_here(route: Route) -> Line:
    if route.gate is not None and route.gate.path is not None:
        return _gate(route.gate)
    return Line("rule_matched", {"rule": route.rule}) if route.rule else Line("no_rule_matched")


def _gate(gate: Gate) -> Line:
    """What the qualification in front of the router said, and whether that decided where the request goes."""
    said = "line" if gate.line else "otherwise"
    code = f"gate_led_{said}" if gate.path else f"gate_passed_{said}"
    params: dict[str, JSON] = {
        "verdict": gate.verdict.value.replace("_", " "),
        "line": gate.line,
        "condition": gate.because,
    }
    return Line(code, {**params, "version": gate.version})


def _otherwise(route: Route, assignment: Assignment | None) -> Line:
    if assignment is not None and assignment.would_have_won:
        return _would_have_won(assignment)
    if assignment is not None and assignment.runner_up and not _depends_on_all(assignment):
        return Line("without_winner", {"rep": assignment.winner, "runner_up": assignment.runner_up})
    if route.gate is not None and route.gate.path is not None:
        return Line("gate_open", {"verdict": Verdict.QUALIFIED.value, "router": route.router})
    for step in reversed(route.steps):
        if not step.matched and step.check is not None and step.check.field is not None:
            return Line("earlier_rule", _asked(step))
    return Line("nothing_close")


def _depends_on_all(assignment: Assignment) -> bool:
    """Whether one candidate less would change what the others are owed."""
    return assignment.distribution is Distribution.EQUAL_CHANCES


def _would_have_won(assignment: Assignment) -> Line:
    """The first of them in the order they would have been ranked is not on record; the first by id is named."""
    rep = assignment.would_have_won[0]
    refusal = next(each for each in assignment.refused if each.rep == rep)
    return Line("would_have_won", {"rep": rep, "refused_for": refusal.code, "detail": refusal.detail})


def _runner_up(assignment: Assignment | None) -> Line | None:
    if assignment is None or assignment.runner_up is None:
        return None
    code = f"runner_up_{assignment.tie_break}" if assignment.tie_break else "runner_up"
    return Line(code, {"rep": assignment.runner_up})


def _asked(step: Step) -> dict[str, JSON]:
    assert step.check is not None
    return {"rule": step.rule, "field": step.check.field, "op": step.check.op, "wanted": step.check.wanted}


def _gates(route: Route) -> tuple[Line, ...]:
    return () if route.gate is None else (_gate(route.gate),)


def _step(step: Step) -> Line:
    if step.matched or step.check is None:
        line = Line("step_matched", {"rule": step.rule})
    elif step.check.field is None:
        line = Line("step_failed_group", {"rule": step.rule, "op": step.check.op})
    else:
        line = Line("step_failed", _asked(step))
    return _in_layer(line, step.layer)


def _in_layer(line: Line, layer: str | None) -> Line:
    """The same line, said of its layer where there are layers."""
    return line if layer is None else replace(line, params={**line.params, "layer": layer})


def _tried(destination: Destination) -> Iterator[Line]:
    params: dict[str, JSON] = {
        "kind": destination.kind.value,
        "name": destination.name,
        "candidates": len(destination.candidates),
        "refused": len(destination.refused),
    }
    yield _in_layer(Line(f"tried_{destination.via}", params), destination.layer)
    yield from noted(destination)


def _rows(destination: Destination, assignment: Assignment | None) -> Iterator[CandidateRow]:
    ranking: tuple[Ranked, ...] = assignment.ranking if assignment else ()
    for ranked in ranking:
        outcome = "winner" if assignment and ranked.rep == assignment.winner else "ranked"
        yield CandidateRow(ranked.rep, outcome, ranked.position, None, ranked.numbers)
    refused: dict[str, Refusal] = {refusal.rep: refusal for refusal in destination.refused}
    refused |= {refusal.rep: refusal for refusal in (assignment.refused if assignment else ())}
    seen = {ranked.rep for ranked in ranking}
    for rep in destination.candidates:
        if rep not in refused and rep not in seen:
            yield CandidateRow(rep, "candidate", None, None, {})
    for rep in sorted(refused.keys() - seen):
        yield CandidateRow(rep, "refused", None, refused[rep].code, refused[rep].detail)
