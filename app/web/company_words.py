"""Why the company's key does not reach somebody, and what to do about it."""

from typing import NamedTuple


class Reason(NamedTuple):
    """Why not, and the remedy."""

    why: str
    remedy: str


REASONS = {
    "unknown_user": Reason(
        "Nobody has this address there",
        "Compare the rep’s address here with their main address there: an alias or a former name does not count.",
    ),
    "not_delegated": Reason(
        "Google does not let us act for them",
        "Their domain’s administrator allows the client id and all three scopes below. For somebody of another"
        " company nobody can: they connect themselves.",
    ),
    "not_in_group": Reason(
        "Microsoft does not let us into this mailbox",
        "Add them to the group that the application is limited to. If nobody is reached, consent to the permissions"
        " below is missing.",
    ),
    "no_mailbox": Reason(
        "They have an account there, but no calendar",
        "Give them a licence with a calendar, or let them connect another one.",
    ),
    "taken": Reason(
        "Another rep has this account",
        "One account, one rep: correct the address of one of the two.",
    ),
    "refused": Reason(
        "The service says no", "See its words, and the guide for setting the company’s key up."
    ),
    "unavailable": Reason("The service did not answer", "Nothing: we try again within the hour."),
    "untried": Reason("Not tried yet", "Nothing: this takes a minute when the worker runs."),
    "key_broken": Reason("The company’s key does not work", "See above. We try again as soon as it does."),
    "needs_reconnect": Reason("Their own sign-in ended", "They sign in again under My calendars."),
    "not_connected": Reason("They have not connected a calendar", "Remind them, or connect everybody below."),
}
"""By the code that a reach has."""
