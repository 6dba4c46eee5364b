"""What happened to a lead, one line each, from the typed activity and nothing else."""

from collections.abc import Mapping

from app.models import Activity
from app.web.outcome_words import OUTCOME_WORDS

_WORDS = {
    "request.captured": "Request arrived",
    "request.enriched": "Company facts added",
    "request.routed": "Routed",
    "request.rescored": "Scored again with late facts; nobody was moved",
    "lead.behaviors": "Told what the lead did",
    "request.rerouted": "Routed again",
    "request.repeated": "Asked again while a meeting is coming up; sent the link to it",
    "request.no_times": "Nobody had a time; handed on to where its rules end",
    "lead.nurtured": "Put on a list, to be looked after until there is more",
    "lead.erased": "Erased: who this was is no longer known",
    "lead.left_list": "Taken off the list",
    "request.expired": "Request expired",
    "meeting.booked": "Meeting booked",
    "meeting.rescheduled": "Meeting moved",
    "meeting.cancelled": "Meeting cancelled",
    "meeting.reassigned": "Meeting given to another rep",
    "meeting.colleague_replaced": "Somebody else takes part beside the rep",
    "meeting.skipped": "Skipped by the rep",
    "meeting.accepted": "Accepted by the rep",
    "meeting.outcome": "How it went",
    "lead.claimed": "Taken from a queue",
    "lead.released": "Given back to its queue",
    "lead.settled": "Settled without a meeting here",
    "link.sent": "Sent the link to choose a time",
    "event.written": "On the rep's calendar",
    "event.deviated": "Changed in the rep's calendar",
    "event.put_back": "Put back into the rep's calendar",
    "meeting.asked_to_move": "Asked for another time",
    "event.failed": "Could not be written to the rep's calendar",
    "mail.sent": "Mail sent",
    "time.held": "Time held",
    "hold.expired": "Held time let go",
}
_STRONG = {"meeting.booked", "meeting.cancelled", "meeting.rescheduled", "request.captured"}


def headline(activity: Activity) -> str:
    """The line itself."""
    plain = activity.kind.replace(".", " ").replace("_", " ")
    return _WORDS.get(activity.kind, plain[:1].upper() + plain[1:])


def detail(activity: Activity, reps: Mapping[int, str]) -> str:
    """What is worth adding: the rule, the rep, who did it."""
    data, parts = activity.data, []
    if activity.kind == "request.routed":
        rule = f"rule “{data['rule']}”" if data.get("rule") else "no rule matched: catch-all"
        parts.append(f"judged {data['verdict'].replace('_', ' ')}" if data.get("by_gate") else rule)
        parts.append(f"{data.get('router')} version {data.get('version')}")
    if data.get("outcome") in OUTCOME_WORDS:
        parts.append(OUTCOME_WORDS[data["outcome"]])
    if data.get("queue"):
        parts.append(f"queue {data['queue']}")
    if data.get("form"):
        parts.append(f"form {data['form']}")
    if data.get("flags"):
        parts.append(f"{data['flags']} odd answers")
    if activity.rep_id is not None and activity.rep_id in reps:
        parts.append(f"with {reps[activity.rep_id]}")
    if activity.actor not in {"system", "prospect"}:
        parts.append(f"by {activity.actor.split('_')[0]}")
    elif activity.kind.startswith("meeting.") and activity.actor == "prospect":
        parts.append("by the prospect")
    return ", ".join(parts)


def is_strong(activity: Activity) -> bool:
    """Whether the line is one of those people look for."""
    return activity.kind in _STRONG
