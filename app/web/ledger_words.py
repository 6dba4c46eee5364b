"""What the rows of a pool's assignment history are called."""

LEDGER_WORDS = {
    "joined": "Joined",
    "left": "Left",
    "assigned": "Took a turn",
    "credited": "Turn given back",
    "calibrated": "Limit on what is owed",
    "adjusted": "Adjusted",
    "reset": "Reset",
    "owner_routed": "Owned lead",
    "reweighted": "New weight",
    "chance": "Was a candidate",
}

KIND_HELP = {
    "joined": "level with the pool, or with what they were owed",
    "left": "what they are owed is kept",
    "assigned": "one turn",
    "credited": "what the turn cost, at the time",
    "calibrated": "more than the limit is forgiven",
    "adjusted": "by a manager, or an outcome that was corrected",
    "reset": "a new period: everybody is level",
    "owner_routed": "recorded; a turn only if the pool says so",
    "reweighted": "what they are owed stays the same",
    "chance": "a part of a lead they could have taken",
}
"""What each kind of row does, for a line under the table."""

REASON_WORDS = {
    "prospect_cancelled": "the prospect cancelled",
    "no_show": "the prospect did not come",
    "skipped": "skipped, and somebody else took it",
    "rescheduled_to_another_rep": "moved to another time and rep",
    "reassigned": "given to another rep",
    "outcome_corrected": "outcome corrected",
    "by_hand": "given to them by name",
    "max_credit": "at the limit",
}
"""Reasons that rows have by rule; others are what a person typed."""
