"""Checking a router before it goes live: coverage and findings for hundreds of rules."""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.rows import Row, at_most
from routing.coverage import check_coverage
from routing.deep_lint import lint_rules
from routing.domains import Domain, Kind
from routing.lint import lint
from routing.roster import Roster
from routing.router import Router, parse_router

RULES = 500
TODAY = "2026-06-01"
_COUNTRIES = tuple(one + other for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for other in "ABCDEFGHIJ")
_INDUSTRIES = ("healthcare", "retail", "software", "finance", "energy", "public")
DOMAINS = {
    "country": Domain(Kind.CHOICE, _COUNTRIES),
    "industry": Domain(Kind.CHOICE, _INDUSTRIES),
    "employees": Domain(Kind.NUMBER, is_whole=True, least=0),
}


def check_rows() -> Iterator[Row]:
    """Once each: a check is made once, and its first time is the one that is waited for."""
    nobody = Roster({}, {}, {}, frozenset({"managers"}))
    for what, router in (("gaps everywhere", rules(RULES)), ("proven whole", rules(RULES, is_whole=True))):
        seconds, coverage = _timed(lambda router=router: check_coverage(router, nobody, DOMAINS, today=TODAY))
        said = f"{coverage.verdict.value}, {len(coverage.regions)} regions, {coverage.steps:,} steps"
        yield at_most(f"coverage of {RULES} rules ({what})", seconds, 5, "s", said)

    def findings() -> int:
        router = rules(RULES)
        return len(lint(router, nobody, DOMAINS)) + len(lint_rules(router, nobody, DOMAINS, today=TODAY))

    seconds, count = _timed(findings)
    yield at_most(
        f"findings about {RULES} rules, one by one and together", seconds, 5, "s", f"{count} findings"
    )


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    done = work()
    return time.perf_counter() - began, done


def rules(count: int, *, is_whole: bool = False) -> Router:
    """Rules of up to four conditions; with `is_whole` the last two take what is left of the companies' sizes."""
    chance = random.Random(count)
    made = [_rule(number, chance) for number in range(count - 2 * is_whole)]
    if is_whole:
        made.append(_named("small", {"field": "employees", "op": "lt", "value": 500}))
        large = {"field": "employees", "op": "gte", "value": 500}
        made.append(_named("rest", {"any": [large, {"field": "employees", "op": "missing"}]}))
    return parse_router({"name": "checked", "rules": made, "catch_all": [{"queue": "managers"}]})


def _rule(number: int, chance: random.Random) -> dict[str, Any]:
    least = chance.randrange(2000)
    parts: list[dict[str, Any]] = [
        {"field": "country", "op": "in", "value": chance.sample(_COUNTRIES, chance.randint(1, 6))},
        {"field": "industry", "op": "eq", "value": chance.choice(_INDUSTRIES)},
        {"field": "employees", "op": "between", "value": [least, least + chance.randint(10, 900)]},
        {"field": "email_domain", "op": "ends_with", "value": f".{chance.choice(('edu', 'org', 'io'))}"},
    ]
    return _named(str(number), {"all": chance.sample(parts, chance.randint(1, len(parts)))})


def _named(name: str, when: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "when": when, "action": {"queue": "managers"}}
