"""What to do about each finding, in one sentence that begins with a verb."""

from collections.abc import Mapping

REMEDIES: Mapping[str, str] = {
    "unreachable": "Mend the condition, or take the rule out.",
    "shadowed": "Move the rule up, narrow the one before it, or take it out.",
    "duplicate": "Take one of the two out.",
    "contradictory": "Decide which of the two outcomes is meant, and take the other rule out.",
    "needless": "Take the rule out, unless it is there to be read.",
    "mergeable": "Join them into one rule with any of the conditions, if that reads better.",
    "overlapping": "Put the rule that should win first, or make the two exclude one another.",
    "not-checked": "Split the router into smaller ones, or ask about fewer fields at once.",
    "unsupplied-field": "Ask for it on a form, have a provider fill it, or take the condition out.",
    "unknown-territory": "Add the territory, or mend its name.",
    "expired": "Take the rule out, or give it a later last day.",
    "review-due": "Read it with its owner, then set the next review date.",
    "unknown-pool": "Add the pool, or mend its name.",
    "unknown-rep": "Add the rep, or mend the address.",
    "unknown-queue": "Add the queue, or mend its name.",
    "unknown-router": "Add the router, or mend its name.",
    "no-territory-pool": "Give a territory a pool, or send the leads elsewhere.",
    "nobody-qualifies": "Give somebody of the pool the skill, or ask for less.",
    "no-language": "Have somebody who speaks it join the pool, or name a fallback.",
    "no-territory": "Have somebody who covers it join the pool, or name a fallback.",
    "single-expert": "Have a second person learn it: one absence closes this rule.",
    "cycle": "Take the repeated destination out; it is tried once only.",
    "empty-pool": "Add members to the pool.",
    "nobody-present": "Add somebody who is there, or name a fallback.",
    "one-person-pool": "Add a second person: one absence closes this pool.",
    "no-hours": "Give them working hours, or take them out of the pool.",
    "unequal-capacity": "Give weights that fit the hours, or share by utilization.",
    "uncovered-hours": "Widen somebody's hours, or accept that these leads wait.",
    "overlapping-territories": "Make them exclude one another, if only one should count.",
    "territory-gap": "Add a territory for them, or have a rule that does not ask for one.",
    "invalid": "Mend what is named.",
}
"""By code. Codes that come from reading the document explain themselves."""


def remedy(code: str) -> str:
    """What to do, blank when the message says it already."""
    return REMEDIES.get(code, "")
