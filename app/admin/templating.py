"""What the console's templates may say beside what every page may."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Flask

from app.web.ledger_words import LEDGER_WORDS
from app.web.operators import operator_words


def register_templating(app: Flask) -> None:
    """Add the console's words."""
    app.jinja_env.globals.update(
        LEDGER_WORDS=LEDGER_WORDS,
        condition=condition_words,
        action=action_words,
        skill_lines=skill_lines,
        pair_lines=skill_lines,
        choice_pairs=choice_pairs,
    )
    app.jinja_env.filters["instant"] = datetime.fromisoformat
    app.jinja_env.filters["capfirst"] = lambda words: str(words)[:1].upper() + str(words)[1:]
    app.jinja_env.filters["zip_same"] = lambda values: [(value, value) for value in values]


def condition_words(when: Any) -> str:
    """A condition as a phrase: `country is one of DE, AT, CH`; what is no condition, as it was typed."""
    if not isinstance(when, Mapping):
        return str(when)
    if "field" in when:
        name = str(when["field"]).replace("_", " ").replace(".", "’s ")
        return " ".join(
            filter(None, (name, operator_words(str(when.get("op", ""))), _wanted(when.get("value"))))
        )
    for key, joint in (("all", " and "), ("any", " or ")):
        if key in when:
            parts = [condition_words(each) for each in when[key]]
            return joint.join(f"({part})" if " or " in part or " and " in part else part for part in parts)
    return f"not ({condition_words(when['not'])})" if "not" in when else "always"


def action_words(action: Mapping[str, Any]) -> str:
    """What a rule does, as a phrase."""
    if split := action.get("split"):
        variants = (f"{each['share']} % {action_words(each)}" for each in split["variants"])
        return f"experiment {split['name']}: {', '.join(variants)}"
    wait = action.get("owner_wait") or action.get("within")
    soon = f", if free within {wait}" if wait else ""
    if action.get("owner"):
        return _OWNERS.get(str(action["owner"]), "to the account’s owner") + soon
    for kind, words, is_named in _PLACES:
        if kind in action:
            name = str(action[kind]) if is_named else ""
            return " ".join(filter(None, (words, name, _asks(action)))) + soon
    return f"to {action.get('redirect', 'nowhere')}"


_OWNERS = {
    "parent": "to the owner of the account above",
    "any": "to the owner of the account, of one above, or of the same group",
}
_MATCHES = {"timezone": "in both parties’ day"}
_PLACES = (
    ("pool", "to the pool", True),
    ("territory", "to the pool of the territory", False),
    ("adjacent", "to the pools of adjacent territories", False),
    ("router", "on to the router", True),
    ("rep", "to", True),
    ("queue", "to the queue", True),
    ("nurture", "on the list", True),
    ("message", "show", True),
)


def skill_lines(skills: Any) -> str:
    """`healthcare: 3` a line."""
    return "\n".join(f"{name}: {level}" for name, level in (skills or {}).items())


def choice_pairs(choices: Iterable[Any]) -> list[tuple[str, str]]:
    """A question's choices as pairs of value and English label."""
    pairs = [
        (each, each) if isinstance(each, str) else (each["value"], each.get("label", {})) for each in choices
    ]
    return [(value, label if isinstance(label, str) else label.get("en", value)) for value, label in pairs]


def _wanted(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list):
        shown = ", ".join(map(str, value[:8]))
        return shown + (f" and {len(value) - 8} more" if len(value) > 8 else "")
    return str(value)


def _asks(action: Mapping[str, Any]) -> str:
    skills = [f"{name} {level}+" for name, level in (action.get("require_skills") or {}).items()]
    matches = [_MATCHES.get(each, f"in the lead’s {each}") for each in action.get("match") or ()]
    asked = [*(f"with {each}" for each in skills), *matches]
    asked += [f"and {_party(party)}" for party in action.get("with") or ()]
    return ", ".join(asked)


def _party(party: Mapping[str, Any]) -> str:
    """`2 of engineers as specialist`."""
    who = party.get("pool") or party.get("rep") or "the owner"
    count = "everybody of " if party.get("all") else f"{party['pick']} of " if party.get("pick") else ""
    return f"{count}{who} as {party.get('role', '')}"
