"""Sentences for the codes of an explanation. Plain English; another language is another table of the same codes."""

from collections.abc import Mapping
from typing import Any

from routing.condition_words import check_phrase, spoken_values
from routing.json_values import JSON

REFUSALS: Mapping[str, str] = {
    "inactive": "does not take leads at present",
    "away": "is away",
    "not_in_territory": "does not cover the territory",
    "missing_language": "does not speak the language",
    "missing_skill": "lacks the skill",
    "had_it": "had it before",
    "unknown_timezone": "cannot be matched, because the prospect's time zone is not known",
    "not_last_rep": "was not the one the company met last",
    "busy": "is busy then",
    "outside_hours": "does not work then",
    "time_off": "is off then",
    "unknown_availability": "has a calendar we cannot see at present",
    "at_daily_cap": "has reached the cap for that day",
    "at_weekly_cap": "has reached the cap for that week",
    "at_monthly_cap": "has reached the cap for that month",
    "too_many_in_a_row": "would have too many meetings in a row",
    "over_utilization": "is booked up to the ceiling",
    "at_daily_intake": "was given enough new meetings for today",
    "at_weekly_intake": "was given enough new meetings for this week",
    "at_open_cap": "has enough meetings still to come",
    "ahead_of_pool": "is ahead of the pool",
    "lost_race": "was booked by somebody else a moment earlier",
    "not_connected": "has no calendar connected",
    "holiday": "has a holiday then",
    "too_soon": "needs more notice",
    "too_late": "cannot be booked that far ahead",
    "off_grid": "starts meetings at other minutes",
    "partner": "could come, but nobody would be left for another role",
    "in_meeting": "has another role at this meeting",
}

DETAILS: Mapping[str, str] = {
    "away": "{reason}",
    "not_in_territory": "{wanted}",
    "missing_language": "{wanted}",
    "missing_skill": "{skill} {level}",
    "at_daily_cap": "{cap} a day",
    "at_weekly_cap": "{cap} a week",
    "over_utilization": "{ceiling} %",
    "at_daily_intake": "{count} of {cap} a day",
    "at_weekly_intake": "{count} of {cap} a week",
    "at_open_cap": "{count} of {cap}",
    "ahead_of_pool": "by {ahead} turns; {most} are allowed",
    "partner": "{role}",
    "in_meeting": "{role}",
}
"""What is put in brackets after the reason when its numbers are on record."""

SENTENCES: Mapping[str, str] = {
    "got_it": "{rep} got it, from {kind} {name}.",
    "owner_got_it": "{rep} got it as the owner of the account.",
    "named_rep_got_it": "{rep} got it; the rule names them.",
    "cover_got_it": "{rep} got it: they cover for {name}, whose lead it stays.",
    "takes_part": "{rep} takes part as {role}, from {kind} {name}.",
    "nobody_could": "Nobody of {kind} {name} could take this time.",
    "may_go_to": "It may go to {kind} {name}; {count} could take it.",
    "is_queued": "It waits in queue {name}.",
    "all_out_queued": "It waits in queue {name}: everybody of pool {pool} who could take it is away.",
    "all_out_back": "Everybody of pool {name} who could take it is away; it may have the times from their return.",
    "is_answered": "The prospect is shown the message {name}.",
    "is_redirected": "The prospect is sent to {name}.",
    "is_nurtured": "It goes on the list {name}, to be looked after until there is more.",
    "rule_matched": "Rule {rule} matched.",
    "no_rule_matched": "No rule matched, so the catch-all applies.",
    "earliest_deadline": "It was their turn: {owed}, and due first.",
    "smallest_virtual_time": "Everybody free was ahead of their share; {rep} was the least ahead.",
    "longest_idle": "They had waited the longest since their last turn.",
    "least_utilized": "They had the smallest share of their working time taken: {percent} %.",
    "lowest_value": "They had been given the least deal value for their weight so far: {value}.",
    "most_skilled": "They have the highest level: {level}.",
    "largest_credit": "They were owed the most of the requests they could have taken: {turns}.",
    "higher_tier": "They are in tier {tier}, which goes before {runner_up}'s.",
    "preferred_skill": "They have more of the preferred skills.",
    "only_candidate": "Nobody else could take this time.",
    "claimer_got_it": "{rep} got it: they had taken the lead from a queue.",
    "claimed": "Whoever takes a lead from a queue owns it from then on.",
    "by_hand_got_it": "{rep} got it.",
    "by_hand": "Somebody chose them by name.",
    "owner": "Leads of an owned account go to its owner.",
    "joined_session": "They had a session then that people had joined: {taken} of {seats} seats were taken.",
    "required": "Everybody in this role takes part.",
    "nobody": "Everybody was passed over; each with a reason below.",
    "would_have_won": "{rep} would have got it, but {refusal}.",
    "without_winner": "Had {rep} not been free, {runner_up} would have got it.",
    "earlier_rule": "Rule {rule} comes first; it asks for {asked}, which was not so.",
    "nothing_close": "Nothing on record came close to changing it.",
    "runner_up": "Next in line was {rep}.",
    "runner_up_last_assignment": "{rep} was level, but had a turn more recently.",
    "runner_up_stable_key": "{rep} was level in everything; the order of ids decided.",
    "gate_led_line": "The lead was judged {verdict} by “{line}”, because of {condition}; that decides where it goes.",
    "gate_led_otherwise": "No line of the qualification spoke of the lead: {verdict}. That decides where it goes.",
    "gate_passed_line": "The lead was judged {verdict} by “{line}”, because of {condition}, and went on to the router.",
    "gate_passed_otherwise": "No line of the qualification spoke of the lead: {verdict}. It went on to the router.",
    "gate_open": "Judged {verdict}, it would have gone on to the router {router}.",
    "tried_gate": "The verdict leads to {kind} {name}: {candidates} could take it, {refused} could not.",
    "step_matched": "Rule {rule} matched.",
    "step_failed": "Rule {rule} did not match: it asks for {asked}.",
    "step_failed_group": "Rule {rule} did not match: {group}.",
    "tried_action": "Its action is {kind} {name}: {candidates} could take it, {refused} could not.",
    "tried_fallback": "The fallback is {kind} {name}: {candidates} could take it, {refused} could not.",
    "tried_sticky": "First their last rep, of {kind} {name}: {candidates} could take it, {refused} could not.",
    "tried_catch_all": "The catch-all is {kind} {name}: {candidates} could take it, {refused} could not.",
}


NOTED: Mapping[str, str] = {
    "backfill_from": "Backfill from {backfill_from}: {territory} is beside it.",
    "territory": "The pool is that of territory {territory}.",
    "tie_name": "The lead lies in {over} too; the name decided.",
    "tie_priority": "The lead lies in {over} too, which come after it in priority.",
    "owner_of_parent": "The owner is that of the nearest account above that has one.",
    "owner_of_family": "The owner is that of another account of the same group.",
    "last_rep_on": "Nobody owns the account; it met this rep on {last_rep_on}.",
    "within": "It counts only with a time within {within}.",
    "local_day": "Only times between {hours} on the prospect's clock ({timezone}).",
    "missing_no_territory": "The lead lies in no territory.",
    "missing_no_pool": "No territory of the lead has a pool.",
    "missing_no_adjacent": "No territory beside it has a pool.",
    "missing_unknown": "There is no published router of this name.",
    "missing_cycle": "It leads back to a router that the lead came from.",
    "missing_too_deep": "Too many routers led into one another.",
}
"""What there is to say about a destination besides who could take it."""


class _Filling(dict[str, str]):
    """Leaves a dash where the record has nothing."""

    def __missing__(self, key: str) -> str:
        return "–"


def sentence(code: str, params: Mapping[str, Any], names: Mapping[str, str] | None = None) -> str:
    """The sentence for a code; `names` gives reps' names by id, ids are shown where it has none."""
    known = names or {}
    filled = _Filling({key: _spoken(value, known) for key, value in params.items()})
    filled |= _phrases(params, known)
    if "refused_for" in params:
        filled["refusal"] = refusal_phrase(str(params["refused_for"]), params.get("detail") or {})
    said = (SENTENCES.get(code) or NOTED[code]).format_map(filled)
    return f"{said} (Layer {params['layer']}.)" if "layer" in params else said


_GROUPS = {
    "all": "not all of its conditions held",
    "any": "none of its conditions held",
    "not": "what it rules out was so",
}


def _phrases(params: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """What is said of several parameters together."""
    found = {}
    if "field" in params:
        values = [
            names.get(value, value) for value in spoken_values(params.get("wanted", params.get("value")))
        ]
        field = str(params["field"]).replace("_", " ").replace(".", " ")
        found["asked"] = check_phrase(field, str(params.get("op", "eq")), values)
    if "lag" in params:
        found["owed"] = owed_words(params["lag"])
    if "credit" in params:
        found["turns"] = turn_words(params["credit"])
    if params.get("op") in _GROUPS:
        found["group"] = _GROUPS[params["op"]]
    return found


def owed_words(lag: JSON) -> str:
    """What a rep is owed: `owed 0.3 turns`, `0.3 turns ahead of their share`, `level with their share`."""
    if not isinstance(lag, int | float):
        return "–"
    if abs(lag) < 0.05:
        return "level with their share"
    return f"owed {turn_words(lag)}" if lag > 0 else f"{turn_words(-lag)} ahead of their share"


def turn_words(turns: JSON) -> str:
    """`1 turn`, `0.3 turns`."""
    if not isinstance(turns, int | float):
        return "–"
    shown = f"{turns:.1f}".removesuffix(".0")
    return f"{shown} turn" if shown == "1" else f"{shown} turns"


def refusal_phrase(code: str, detail: Mapping[str, JSON]) -> str:
    """Why somebody was passed over, to follow their name: `has reached the cap for that day (3 a day)`."""
    phrase = REFUSALS.get(code, code)
    template = DETAILS.get(code)
    if template and detail:
        phrase += (
            f" ({template.format_map(_Filling({key: _spoken(value, {}) for key, value in detail.items()}))})"
        )
    if code == "away" and detail.get("until"):
        phrase += f" until {detail['until']}"
    return phrase


def _spoken(value: JSON, names: Mapping[str, str]) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_spoken(item, names) for item in value) or "–"
    if value is None or value == "":
        return "–"
    return names.get(value, value) if isinstance(value, str) else str(value)
