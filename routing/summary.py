"""A decision in two sentences, for whoever got the lead and whoever did not: what speaks for them, and who was passed
over for what. Made from the stored records, and from what running them again has shown (`flips`)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from routing.assigned import Assignment
from routing.by_hand import BY_HAND, CLAIM_WAIT
from routing.explanation import destination_of
from routing.flips import Flip
from routing.refusal import Refusal
from routing.route import Destination, DestinationKind, Route
from routing.wording import owed_words, refusal_phrase, turn_words

MOST_NAMED = 6

_REASONS: Mapping[str, str] = {
    "earliest_deadline": "next in turn ({owed})",
    "smallest_virtual_time": "the least ahead of everybody free ({owed})",
    "longest_idle": "longest since {your} last lead{since}",
    "least_utilized": "the smallest share of working time taken ({percent} %)",
    "lowest_value": "the least deal value so far ({value})",
    "most_skilled": "the highest level ({level})",
    "largest_credit": "owed the most ({turns})",
    "higher_tier": "tier {tier} goes first",
    "preferred_skill": "more of the preferred skills",
    "joined_session": "a session then that had begun to fill ({taken} of {seats} seats)",
    "only_candidate": "nobody else could take this time",
}

_CHANGES: Mapping[str, str] = {
    "with_daily_cap": "would have got it with a cap of {cap}",
    "with_weekly_cap": "would have got it with a cap of {cap} a week",
    "without_refusal": "would otherwise have got it",
}

_FLIPS: Mapping[str, str] = {
    "without_winner": "Had {winner} not been free, {rep} would have got it.",
    "same_tier": "In the same tier, {rep} would have got it.",
    "without_preference": "Without the preferred skills, {rep} would have got it.",
    "with_fact": "Had {field} been {value}, rule {rule} would have applied.",
}


def why_them(
    route: Route, assignment: Assignment, names: Mapping[str, str], *, you: str | None = None, since: str = ""
) -> str | None:
    """`Remy: territory dach, healthcare at least 2, longest since their last lead (2 d 4 h).`; None when nobody got it.

    `you` is the rep who reads. `since`: how long ago the winner's last turn was, if it is known.
    """
    if assignment.winner is None:
        return None
    who = "You" if assignment.winner == you else names.get(assignment.winner, "A former rep")
    if assignment.reason == BY_HAND:  # whatever the rule asked for, a person did not have to
        return f"{who}: chosen by name."
    phrases = [*_qualities(route, destination_of(route, assignment)), _reason(assignment, you, since)]
    return f"{who}: {', '.join(phrase for phrase in phrases if phrase)}."


def _qualities(route: Route, destination: Destination) -> Iterator[str]:
    """What the rule asked for, all of which the winner has."""
    if destination.kind is DestinationKind.OWNER:
        yield "took the lead from a queue" if destination.owner_wait == CLAIM_WAIT else "owner of the account"
    if destination.kind is DestinationKind.REP:
        yield "named by the rule"
    if "territory" in destination.match and route.territories:
        yield f"territory {' or '.join(route.territories)}"
    if "language" in destination.match:
        yield "the lead's language"
    for name, level in destination.require_skills.items():
        yield f"{name} at least {level}"


def _reason(assignment: Assignment, you: str | None, since: str) -> str:
    if not assignment.ranking or assignment.reason not in _REASONS:
        return ""
    numbers: dict[str, Any] = dict(assignment.ranking[0].numbers)
    share = numbers.get("utilization")
    numbers["percent"] = round(share * 100, 1) if isinstance(share, int | float) else "–"
    numbers["owed"] = owed_words(numbers.get("lag"))
    numbers["turns"] = turn_words(numbers.get("credit"))
    numbers["your"] = "your" if assignment.winner == you else "their"
    numbers["since"] = f" ({since})" if since else ""
    words = _REASONS[assignment.reason]
    if assignment.reason == "only_candidate" and since:
        return words
    return words.format_map({"value": "–", "level": "–", "tier": "–", **numbers})


def passed_over(
    route: Route, assignment: Assignment, names: Mapping[str, str], flips: Sequence[Flip] = ()
) -> str | None:
    """`Passed over: Rosa is away until 2026-12-01; Ravi has reached the cap for that day (3 a day) and would have got
    it with a cap of 4.` None when nobody was. Those who came close are named first."""
    changes = {flip.rep: flip for flip in flips if flip.code in _CHANGES}
    refused = {refusal.rep: refusal for refusal in destination_of(route, assignment).refused}
    refused |= {refusal.rep: refusal for refusal in assignment.refused}
    order = sorted(
        refused.values(), key=lambda each: (each.rep not in changes, names.get(each.rep, each.rep))
    )
    if not order:
        return None
    said = [_passed(refusal, names, changes.get(refusal.rep)) for refusal in order[:MOST_NAMED]]
    more = len(order) - MOST_NAMED
    return f"Passed over: {'; '.join(said)}{f'; and {more} more' if more > 0 else ''}."


def _passed(refusal: Refusal, names: Mapping[str, str], flip: Flip | None) -> str:
    who = names.get(refusal.rep, "a former rep")
    change = f" and {_CHANGES[flip.code].format_map(flip.params)}" if flip else ""
    return f"{who} {refusal_phrase(refusal.code, refusal.detail)}{change}"


def flip_sentences(flips: Sequence[Flip], names: Mapping[str, str]) -> tuple[str, ...]:
    """What else would have changed it, each made sure of by running it again."""
    return tuple(
        _FLIPS[flip.code].format_map(
            {
                **flip.params,
                "rep": names.get(flip.rep or "", "a former rep"),
                "winner": names.get(str(flip.params.get("winner")), "a former rep"),
                "field": str(flip.params.get("field")).replace("_", " ").replace(".", " "),
            }
        )
        for flip in flips
        if flip.code in _FLIPS
    )


def for_the_prospect(route: Route, assignment: Assignment) -> tuple[str, ...]:
    """Why they meet this person, as codes: `owner`, `territory`, `language`, `skill`. Nothing of anybody else is in
    them, and no name of a skill: those are ours. None when it simply was somebody's turn."""
    destination = destination_of(route, assignment)
    if assignment.winner is None:
        return ()
    if destination.kind is DestinationKind.OWNER:
        return ("owner",)
    asked = {
        "territory": "territory" in destination.match and bool(route.territories),
        "language": "language" in destination.match,
        "skill": bool(destination.require_skills),
    }
    return tuple(code for code, is_so in asked.items() if is_so)
