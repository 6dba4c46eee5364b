"""Why a meeting did not follow its entry in the rep's calendar, in words for that rep."""

from collections.abc import Mapping
from typing import Any

from routing.refusal import Refusal
from routing.wording import refusal_phrase


def obstacle_words(obstacle: Mapping[str, Any] | None, names: Mapping[str, str], you: str) -> str | None:
    """`Rosa is busy then`; `names` by public id, `you` the rep's own. None when nobody stood in the way."""
    if obstacle is None:
        return None
    refusal = Refusal.from_json(obstacle)
    if refusal.rep == you:
        return "you have another meeting then" if refusal.code == "busy" else "no meeting can be that long"
    return f"{names.get(refusal.rep, 'a colleague')} {refusal_phrase(refusal.code, refusal.detail)}"
