"""“Why this rep” as a picture: three lines, the path through the rules, and the candidates.

Everything shown comes out of the stored records through `routing.explain`; nothing is made up for the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.web.why_lines import NOTHING_ELSE, Known, lines_of
from routing.assignment import Assignment
from routing.check import Check
from routing.explanation import CandidateRow, destination_of, explain
from routing.noted import noted
from routing.route import Destination, DestinationKind, Route, Step
from routing.split import Drawn

_LASTING = {"inactive", "away", "not_in_territory", "missing_language", "missing_skill", "unknown_timezone"}

_CHIPS = {
    "inactive": "not active",
    "away": "away",
    "not_in_territory": "not in the territory",
    "missing_language": "language missing",
    "missing_skill": "skill missing",
    "unknown_timezone": "zone not known",
    "not_last_rep": "not the last rep",
    "busy": "busy then",
    "outside_hours": "outside hours",
    "time_off": "time off",
    "unknown_availability": "availability unknown",
    "at_daily_cap": "daily cap",
    "at_weekly_cap": "weekly cap",
    "at_monthly_cap": "monthly cap",
    "too_many_in_a_row": "no break",
    "at_daily_intake": "enough new today",
    "at_weekly_intake": "enough new this week",
    "at_open_cap": "enough to come",
    "over_utilization": "over the ceiling",
    "ahead_of_pool": "ahead of the pool",
    "lost_race": "taken a moment before",
    "not_connected": "no calendar",
    "holiday": "holiday",
    "too_soon": "too soon",
    "too_late": "too late",
    "partner": "no partner left",
    "in_meeting": "has a seat",
}

_NUMBERS = {
    "tier": "tier",
    "lag": "turns owed",
    "weight": "weight",
    "last_turn": "last turn",
    "percent": "utilization",
    "utilization": "utilization",
    "booked_minutes": "booked",
    "busy_minutes": "busy",
    "working_minutes": "working",
    "value": "value",
    "level": "level",
    "credit": "credit",
}

_KINDS = {
    DestinationKind.OWNER: "the owner",
    DestinationKind.REP: "a named rep",
    DestinationKind.POOL: "pool",
    DestinationKind.QUEUE: "queue",
    DestinationKind.MESSAGE: "message",
    DestinationKind.REDIRECT: "redirect",
    DestinationKind.TERRITORY: "the territory's pool",
    DestinationKind.ADJACENT: "the pool of an adjacent territory",
    DestinationKind.ROUTER: "router",
    DestinationKind.NURTURE: "nurture list",
}

_VIA = {
    "action": "the rule's action",
    "fallback": "fallback",
    "catch_all": "catch-all",
    "gate": "the verdict's path",
    "sticky": "their last rep first",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop on the path: a rule that was asked, or a place the request could go. `state`: `matched`,
    `passed_over`, `taken`, `open` or `unused`."""

    kind: str
    title: str
    words: str
    state: str
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One rep in the list. `numbers`: pairs of what was measured and the value, both for people."""

    rep: str
    name: str
    outcome: str
    position: int | None
    chip: str | None
    is_lasting: bool
    reason: str
    numbers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Why:
    """What the page shows. `lines` are a few sentences, the decisive one first."""

    lines: tuple[str, ...]
    path: tuple[Stop, ...]
    candidates: tuple[Candidate, ...]
    verdict: str
    router: str
    version: int
    live_check: str | None

    @property
    def winner(self) -> Candidate | None:
        """Who got it, if anybody."""
        return next((each for each in self.candidates if each.outcome == "winner"), None)


def why(
    route: Mapping[str, Any],
    assignment: Mapping[str, Any] | None,
    names: Mapping[str, str],
    *,
    live_check: Mapping[str, Any] | None = None,
    known: Known = NOTHING_ELSE,
) -> Why:
    """The picture of a stored decision; `names` gives reps' names by public id."""
    decided = Route.from_json(route)
    assigned = Assignment.from_json(assignment) if assignment else None
    return picture(decided, assigned, names, live_check=live_check, known=known)


def picture(
    route: Route,
    assignment: Assignment | None,
    names: Mapping[str, str],
    *,
    live_check: Mapping[str, Any] | None = None,
    known: Known = NOTHING_ELSE,
) -> Why:
    """The same for a decision that was just made, or only tried."""
    explanation = explain(route, assignment)
    return Why(
        lines=lines_of(route, assignment, explanation, names, known),
        path=(
            *_gate(route),
            *map(_rule, route.steps),
            *map(_draw, route.splits),
            *_places(route, destination_of(route, assignment), names),
        ),
        candidates=tuple(show_candidate(row, names, known) for row in explanation.candidates),
        verdict=route.verdict.value,
        router=route.router,
        version=route.version,
        live_check=_live(live_check),
    )


def _gate(route: Route) -> tuple[Stop, ...]:
    """The qualification in front of the rules, where there was one."""
    if route.gate is None:
        return ()
    verdict = route.gate.verdict.value.replace("_", " ")
    by = (
        f"by “{route.gate.line}”, because of {route.gate.because}"
        if route.gate.line
        else "as no line spoke of it"
    )
    title = f"Qualification, version {route.gate.version}: {verdict}"
    return (Stop("rule", title, by, "matched" if route.gate.path else "passed_over"),)


def _rule(step: Step) -> Stop:
    state = "matched" if step.matched else "passed_over"
    checks = tuple(step.check.leaves()) if step.check else ()
    words = "matched" if step.matched else "did not match"
    words += f", in layer {step.layer}" if step.layer else ""
    return Stop("rule", step.rule, words, state, checks)


def _draw(drawn: Drawn) -> Stop:
    words = f"Drawn: {drawn.variant}, with a chance of {drawn.share} %. The same company meets the same variant again."
    return Stop("rule", f"Experiment {drawn.name}", words, "matched")


def _places(route: Route, taken: Destination, names: Mapping[str, str]) -> list[Stop]:
    """The destinations in the order they were to be tried, with the one that took the request marked."""
    stops, is_past = [], False
    for destination in route.destinations:
        is_it = not is_past and destination is taken
        state = "unused" if is_past else "taken" if is_it else "open"
        is_past = is_past or is_it
        stops.append(Stop("place", _title(destination, names), _words(destination, names), state))
    return stops


def _title(destination: Destination, names: Mapping[str, str]) -> str:
    if destination.kind in {DestinationKind.OWNER, DestinationKind.REP}:
        return names.get(destination.name, "nobody yet")
    return destination.name or "none found"


def _words(destination: Destination, names: Mapping[str, str]) -> str:
    kind = f"{_KINDS[destination.kind]}, {_VIA[destination.via]}"
    kind += f" in layer {destination.layer}" if destination.layer else ""
    asked = [f"{name} {level}+" for name, level in sorted(destination.require_skills.items())]
    asked += [f"{each} matches" for each in destination.match]
    counts = ""
    if destination.candidates or destination.refused:
        counts = f": {len(destination.candidates)} could, {len(destination.refused)} could not"
    if destination.covered:
        counts = f": covered by {names.get(destination.candidates[0], 'a former rep')}"
    elif destination.everybody_out:
        counts = f": everybody of pool {destination.everybody_out} who could take it is away"
    counts += "".join(
        f"; {party.role} from {party.who.name or 'the owner'}: {len(party.who.candidates)} could"
        for party in destination.parties
    )
    about = "".join(f". {line.sentence().rstrip('.')}" for line in noted(destination))
    return kind + (f", asks for {', '.join(asked)}" if asked else "") + counts + about


def show_candidate(row: CandidateRow, names: Mapping[str, str], known: Known = NOTHING_ELSE) -> Candidate:
    """A row of an explanation for people."""
    return Candidate(
        rep=row.rep,
        name=names.get(row.rep, "A former rep"),
        outcome=row.outcome,
        position=row.position,
        chip=_chip(row),
        is_lasting=row.code in _LASTING,
        reason=row.reason(),
        numbers=tuple(_numbers(row.numbers, known)) if not row.code else (),
    )


def _chip(row: CandidateRow) -> str | None:
    if row.code is None:
        return None
    words, detail = _CHIPS.get(row.code, row.code.replace("_", " ")), row.numbers
    if row.code == "ahead_of_pool" and detail.get("ahead") is not None:
        return f"{detail['ahead']} turns ahead"
    if row.code == "away" and detail.get("until"):
        return f"away until {detail['until']}"
    if row.code in {"at_daily_cap", "at_weekly_cap"} and detail.get("cap"):
        return f"cap {detail['cap']}/{'day' if row.code == 'at_daily_cap' else 'week'}"
    if row.code == "missing_skill" and detail.get("skill"):
        return f"{detail['skill']} missing"
    return words


def _numbers(numbers: Mapping[str, Any], known: Known) -> list[tuple[str, str]]:
    since = known.since_turn(numbers.get("last_turn"))
    return [
        (label, f"{since} before" if key == "last_turn" and since else _show(key, numbers[key]))
        for key, label in _NUMBERS.items()
        if key in numbers and not (key == "tier" and numbers[key] == 1)
    ]


def _show(key: str, value: Any) -> str:
    if value is None:
        return "never" if key == "last_turn" else "unknown"
    if key == "utilization":
        return f"{value * 100:.0f} %"
    if key == "last_turn":
        return f"#{value}"
    if key.endswith("_minutes"):
        return f"{value / 60:.1f} h"
    return f"{value:+.2f}" if key == "lag" else str(value)


def _live(check: Mapping[str, Any] | None) -> str | None:
    if check is None:
        return None
    if check.get("source") == "live":
        return "The rep's own calendar was asked and agreed."
    reasons = {
        "not_asked": "no live look was asked for",
        "too_slow": "the live answer came too late",
        "unknown": "the provider could not say",
    }
    return f"The calendar's mirror decided: {reasons.get(str(check.get('state')), 'it was fresh enough')}."
