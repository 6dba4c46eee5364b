"""Why the company's key does not reach somebody, and what to do about it."""

from typing import NamedTuple


class Reason(NamedTuple):
    """Why not in two words and in a sentence, and the remedy."""

    label: str
    why: str
    remedy: str


REASONS = {
    "unknown_user": Reason(
        "Unknown there",
        "Nobody has this address there",
        "Compare the rep’s address here with their main address there: an alias or a former name does not count.",
    ),
    "not_delegated": Reason(
        "Not allowed",
        "Google does not let us act for them",
        "Their domain’s administrator allows the client id and all three scopes shown on this page. For somebody of"
        " another company nobody can: they connect themselves.",
    ),
    "not_in_group": Reason(
        "Not in the group",
        "Microsoft does not let us into this mailbox",
        "Add them to the group that the application is limited to. If nobody is reached, consent to the permissions"
        " on this page is missing.",
    ),
    "no_mailbox": Reason(
        "No calendar",
        "They have an account there, but no calendar",
        "Give them a licence with a calendar, or let them connect another one.",
    ),
    "taken": Reason(
        "Taken",
        "Another rep has this account",
        "One account, one rep: correct the address of one of the two.",
    ),
    "refused": Reason(
        "Refused", "The service says no", "See its words, and the guide for setting the company’s key up."
    ),
    "unavailable": Reason(
        "No answer", "The service did not answer", "Nothing: we try again within the hour."
    ),
    "untried": Reason("Not tried yet", "Not tried yet", "Nothing: this takes a minute when the worker runs."),
    "key_broken": Reason(
        "Key broken", "The company’s key does not work", "See above. We try again as soon as it does."
    ),
    "needs_reconnect": Reason(
        "Sign-in ended", "Their own sign-in ended", "They sign in again under My calendars."
    ),
    "not_connected": Reason(
        "Missing",
        "They have not connected a calendar",
        "Remind them, or connect everybody by a key of the company’s.",
    ),
}
"""By the code that a reach has."""
