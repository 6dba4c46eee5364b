"""Conditions and actions as phrases to follow `needs` and `goes to`."""

from collections.abc import Iterable, Mapping, Sequence

from routing.action import Action
from routing.conditions import AllOf, AnyOf, Condition, FieldCheck
from routing.json_values import JSON
from routing.party import Party
from routing.reading import spell
from routing.route import DestinationKind

PHRASES: Mapping[str, str] = {
    "eq": "{field} {value}",
    "ne": "{field} other than {value}",
    "in": "{field} {value}",
    "not_in": "{field} other than {value}",
    "exists": "a known {field}",
    "missing": "no {field}",
    "contains": "{field} containing {value}",
    "starts_with": "{field} beginning with {value}",
    "ends_with": "{field} ending with {value}",
    "gt": "{field} more than {value}",
    "gte": "{field} at least {value}",
    "lt": "{field} less than {value}",
    "lte": "{field} at most {value}",
    "between": "{field} from {low} to {high}",
    "prefix_in": "{field} beginning with {value}",
    "matches_word": "{field} with the word {value}",
}
DESTINATIONS: Mapping[str, str] = {
    "owner": "the owner of the account",
    "rep": "rep {name}",
    "pool": "pool {name}",
    "queue": "queue {name}",
    "message": "message {name}",
    "redirect": "the page {name}",
    "territory": "the pool of the territory",
    "adjacent": "the pools of adjacent territories",
    "router": "router {name}",
    "nurture": "the nurture list {name}",
}
OWNERS_OF: Mapping[str, str] = {
    "parent": "the owner of the account above",
    "any": "the owner of the account, of one above, or of the same group",
}
MOST_LISTED = 8
WAIT = "wait"


def listed(words: Iterable[str], conjunction: str) -> str:
    """`a, b or c`; long lists are cut short, saying by how many."""
    shown = list(words)
    if len(shown) > MOST_LISTED:
        shown = [*shown[: MOST_LISTED - 1], f"{len(shown) - MOST_LISTED + 1} more"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {conjunction} {shown[-1]}"


def spoken_value(value: JSON) -> str:
    """A value as an admin wrote it: text in its own letters, whole numbers without a point."""
    return value if isinstance(value, str) else spell(value) if isinstance(value, bool | int | float) else "–"


def values_of(check: FieldCheck) -> list[str]:
    """What a check names, as text."""
    return spoken_values(check.wanted)


def spoken_values(wanted: JSON) -> list[str]:
    """One value or several, as text."""
    if wanted is None:
        return []
    return (
        [spoken_value(value) for value in wanted]
        if isinstance(wanted, list | tuple)
        else [spoken_value(wanted)]
    )


def condition_phrase(condition: Condition, *, inside: bool = False) -> str:
    """`country DE or AT and employees at least 200`; groups inside groups are in brackets."""
    if isinstance(condition, FieldCheck):
        return check_phrase(condition.field, condition.op, values_of(condition))
    if isinstance(condition, AllOf | AnyOf):
        word = " and " if isinstance(condition, AllOf) else " or "
        words = word.join(condition_phrase(part, inside=len(condition.parts) > 1) for part in condition.parts)
        return f"({words})" if inside and len(condition.parts) > 1 else words
    return f"not ({condition_phrase(condition.part)})"


def check_phrase(field: str, op: str, values: Sequence[str]) -> str:
    """One check of a field: `employees at least 200`."""
    ends = {"low": values[0], "high": values[-1]} if values else {}
    phrase = PHRASES.get(op, "{field} " + op.replace("_", " ") + " {value}")
    return phrase.format_map({"field": field, "value": listed(values, "or"), "low": "–", "high": "–", **ends})


def action_phrase(action: Action) -> str:
    """`pool dach-ae (matching the territory, with healthcare at least 2)`."""
    if action.split is not None:
        return destination_phrase(action)
    details = listed(demands(action).values(), "and")
    return destination_phrase(action) + (f" ({details})" if details else "")


def destination_phrase(action: Action) -> str:
    """Where an action goes, without what it asks of the rep."""
    if action.split is not None:
        variants = (f"{each.share} % {action_phrase(each.action)}" for each in action.split.variants)
        return f"experiment {action.split.name} ({', '.join(variants)})"
    if action.kind is DestinationKind.OWNER and action.name:
        return OWNERS_OF[action.name]
    return DESTINATIONS.get(action.kind.value, "{kind} {name}").format(
        kind=action.kind.value, name=action.name
    )


def _party_phrase(party: Party[Action]) -> str:
    """`2 from pool engineers as specialist`."""
    count = "everybody" if party.is_all else str(party.pick) if party.pick > 1 else "one"
    asked = listed(demands(party.who).values(), "and")
    who = destination_phrase(party.who)
    source = f"{count} from {who}" if party.who.kind is DestinationKind.POOL else who
    return f"{source} as {party.role}" + (f", {asked}," if asked else "")


def demands(action: Action) -> dict[str, str]:
    """What an action asks of the rep, by what it is about."""
    found = {f"match {each}": f"matching the {each}" for each in action.match}
    found |= {
        f"skill {name}": f"with {name} at least {level}" for name, level in action.require_skills.items()
    }
    found |= {
        f"preference {name}": f"preferably with {name} at least {level}"
        for name, level in action.prefer_skills.items()
    }
    if action.kind is DestinationKind.OWNER and action.owner_wait:
        found[WAIT] = f"up to {action.owner_wait}"
    for party in action.parties:
        found[f"role {party.role}"] = f"together with {_party_phrase(party)}"
    if action.within:
        found["within"] = f"with a time within {action.within}"
    return found
