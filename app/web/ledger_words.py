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
