"""Why a lead waits in a queue."""

QUEUE_WORDS = {
    "not-booked": "Has not chosen a time",
    "routed": "Routed here",
    "no-times": "Nobody had a time",
    "cancelled": "Called the meeting off",
    "all-skipped": "Skipped by its rep, and nobody else was free",
}
