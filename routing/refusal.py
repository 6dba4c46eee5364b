"""Why a rep was passed over."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, repeat
from typing import Any, NamedTuple

from routing.json_values import JSON, canonical

LASTING = frozenset(
    {"inactive", "away", "not_in_territory", "missing_language", "missing_skill", "had_it"}
    | {"unknown_timezone", "not_last_rep"}
)
"""Codes that `route` gives: about the rep and the request, whatever the time."""

PASSING = frozenset(
    {
        "busy",
        "outside_hours",
        "time_off",
        "unknown_availability",
        "at_daily_cap",
        "at_weekly_cap",
        "at_monthly_cap",
        "too_many_in_a_row",
        "over_utilization",
        "at_daily_intake",
        "at_weekly_intake",
        "at_open_cap",
        "ahead_of_pool",
        "lost_race",
        "not_connected",
        "holiday",
        "too_soon",
        "too_late",
        "off_grid",
        "partner",
        "in_meeting",
    }
)
"""Codes about one time: another slot or another day may be different."""

CODES = LASTING | PASSING


NOTHING: Mapping[str, JSON] = {}


class Refusal(NamedTuple):
    """A rep, the reason as a stable code, and its numbers (`{"cap": 3}`)."""

    rep: str
    code: str
    detail: Mapping[str, JSON] = NOTHING

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {"rep": self.rep, "code": self.code, "detail": self.detail}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Refusal":
        """The refusal that `to_json` gave."""
        return cls(data["rep"], data["code"], data["detail"])


def refuse_all(reps: Iterable[str], code: str, detail: Mapping[str, JSON]) -> Iterator[Refusal]:
    """The same refusal for many, made inside the interpreter, without a call of ours for each."""
    return map(tuple.__new__, repeat(Refusal), zip(reps, repeat(code), repeat(detail)))


def refusals_to_json(refusals: Iterable[Refusal]) -> list[JSON]:
    """Refusals, those for the same reason together: a pool of a thousand has few reasons."""

    def reason(refusal: Refusal) -> str:
        return canonical([refusal.code, refusal.detail])

    grouped = groupby(sorted(refusals, key=lambda refusal: (reason(refusal), refusal.rep)), key=reason)
    rows: list[JSON] = []
    for _, same in grouped:
        members = list(same)
        first = members[0]
        rows.append({"code": first.code, "detail": first.detail, "reps": [each.rep for each in members]})
    return rows


def refusals_from_json(data: Iterable[Mapping[str, Any]]) -> tuple[Refusal, ...]:
    """The refusals that `refusals_to_json` gave, in the order of the rep ids."""
    spread = (Refusal(rep, row["code"], row["detail"]) for row in data for rep in row["reps"])
    return tuple(sorted(spread, key=lambda refusal: refusal.rep))
