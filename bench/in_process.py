"""What needs neither database nor network: bits and rules."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench.machine import load_now
from bench.rows import Row, at_least, at_most, just
from bench.timing import Timing, time_calls
from calendars.availability import ALWAYS, RepTime, any_of, compile_rep, list_starts, start_bits
from calendars.frame import Frame
from calendars.hours import WorkingHours, parse_week
from calendars.reptime import Limits
from calendars.shape import MeetingShape
from calendars.span import Span
from calendars.zones import to_minutes
from routing.facts import Facts
from routing.roster import Distribution, Member, Offering, Pool, Rep, Roster
from routing.router import Router, parse_router, route

ZONE = "Europe/Berlin"
SHAPE = MeetingShape(minutes=30, before=0, after=10, step=15, offset=0, timezone=ZONE)
_WEEK = {day: ["09:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
_MONDAY = to_minutes(datetime(2026, 6, 1, 7, tzinfo=UTC))
_LANGUAGES = ("de", "en", "fr", "de-AT")
_FORTNIGHT = timedelta(days=14) // timedelta(minutes=1)


def slot_rows(seconds: float) -> Iterator[Row]:
    """A warm pool's times: the union of its reps' bits, read out as starts."""
    frame = Frame.for_shape(_MONDAY, _MONDAY + _FORTNIGHT, SHAPE)
    reps = _reps_bits(frame, 10_000, busy=40)
    measured = {size: _time_pool(reps[:size], frame, seconds) for size in (10, 100, 1000, 10_000)}
    yield at_most(
        "slots in process, pool of 100, 14 days, warm",
        measured[100].cpu * 1e6,
        100,
        "µs",
        _by_clock(measured[100], 1e6, "µs"),
    )
    growth = measured[10_000].best / measured[100].best
    yield at_most("… the cost grows no faster than the pool: 10,000 reps against 100", growth, 100, "×")
    each = ", ".join(f"{size:,}: {timing.best * 1e6:,.0f} µs" for size, timing in measured.items())
    yield just("… by pool size, best", each)
    full = _reps_bits(frame, 100, busy=400)
    ratio = _time_pool(full, frame, seconds).best / measured[100].best
    yield at_most("… independent of busy rows: 400 a rep against 40", ratio, 1.25, "×")


def _reps_bits(frame: Frame, count: int, busy: int) -> list[int]:
    # few reps are compiled and their bits turned: ten thousand different numbers are what counts
    hours = WorkingHours(ZONE, parse_week(_WEEK))
    chance = random.Random(count * 1000 + busy)
    some = [start_bits(compile_rep(_rep_time(hours, chance, busy), frame), SHAPE, frame) for _ in range(100)]
    return [some[number % 100] ^ (1 << number % 50) for number in range(count)]


def _rep_time(hours: WorkingHours, chance: random.Random, busy: int) -> RepTime:
    starts = [_MONDAY + chance.randrange(_FORTNIGHT) for _ in range(busy)]
    return RepTime(
        hours, (), (ALWAYS,), tuple(Span(start, start + 30) for start in starts), (), Limits(None, None, None)
    )


def _time_pool(reps: list[int], frame: Frame, seconds: float) -> Timing:
    lo, hi = _MONDAY, _MONDAY + _FORTNIGHT
    inner = max(1, 2000 // len(reps))
    return time_calls(lambda: list_starts(any_of(reps), frame, SHAPE, lo, hi), seconds, inner=inner)


def routing_rows(seconds: float) -> Iterator[Row]:
    """Decisions with their full trace, of leads in several languages; between them a pool keeps how it was divided."""
    router, roster, facts = big_company(1000, 1000)
    timing = time_calls(lambda: route(router, 1, next(facts), roster), seconds, least=20)
    yield at_most(
        "routing decision, 1,000 rules, 1,000 reps, full trace (the last rule matches)",
        timing.cpu * 1e3,
        2,
        "ms",
        _by_clock(timing, 1e3, "ms"),
    )
    pool = roster.pools["all"]

    def first_of_its_kind() -> None:
        pool.splits.clear()
        route(router, 1, next(facts), roster)

    alone = time_calls(first_of_its_kind, seconds, least=20)
    yield just("… and with nothing kept from earlier decisions", f"{alone.cpu * 1e3:.2f} ms")
    layered = in_layers(router, 10)
    parted = time_calls(lambda: route(layered, 1, next(facts), roster), seconds, least=20)
    yield at_most("… with the rules in 10 layers", parted.cpu * 1e3, 2, "ms", _by_clock(parted, 1e3, "ms"))
    small, team, leads = big_company(50, 50)
    replay = time_calls(lambda: route(small, 2, next(leads), team), seconds, inner=50)
    yield at_least(
        "replay of past requests under a changed router (50 rules, 50 reps)",
        1 / replay.cpu,
        5000,
        "a second",
        f"by the clock {1 / replay.median:,.0f}, best {1 / replay.best:,.0f}",
    )
    yield just("… under the router of 1,000 rules and reps", f"{1 / timing.cpu:,.0f} a second")


def _by_clock(timing: Timing, scale: float, unit: str) -> str:
    return f"by the clock {timing.median * scale:.3g}, best {timing.best * scale:.3g} {unit}; {load_now()}"


def big_company(rules: int, reps: int) -> tuple[Router, Roster, Iterator[Facts]]:
    """A router whose rules look at country, size and industry, a pool of all reps, and leads for the last rule."""
    team = [_rep(number) for number in range(reps)]
    pool = Pool("all", tuple(map(Member, team)), Distribution.ROUND_ROBIN, Offering.FLEXIBLE, "desk")
    roster = Roster({rep.id: rep for rep in team}, {"all": pool}, {}, frozenset({"desk"}))
    router = parse_router({"name": "inbound", "rules": list(_rules(rules)), "catch_all": [{"queue": "desk"}]})
    return router, roster, _leads(rules)


def in_layers(router: Router, layers: int) -> Router:
    """The same rules, in layers of as many each."""
    rules = router.to_json()["rules"]
    assert isinstance(rules, list)
    each = len(rules) // layers
    parts = [
        {"name": f"layer {number}", "rules": rules[number * each : (number + 1) * each]}
        for number in range(layers)
    ]
    return parse_router({"name": router.name, "layers": parts, "catch_all": [{"queue": "desk"}]})


def _rep(number: int) -> Rep:
    return Rep(
        id=f"rep_{number:06}",
        languages=frozenset(("de", "en") if number % 2 else ("fr", "en")),
        skills={"health": number % 5 + 1},
        territories=frozenset({f"t{number % 7}"}),
    )


def _rules(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        conditions = [
            {"field": "country", "op": "in", "value": ["DE", "AT"]},
            {"field": "employees", "op": "gte", "value": 50},
            {"field": "industry", "op": "eq", "value": f"industry {number}"},
        ]
        yield {
            "name": f"rule {number}",
            "when": {"all": conditions},
            "action": {"pool": "all", "match": ["language"], "require_skills": {"health": 2}},
        }


def _leads(rules: int) -> Iterator[Facts]:
    day = date(2026, 6, 1)
    number = 0
    while True:
        number += 1
        yield Facts(
            {
                "email": f"lead{number}@globex.test",
                "country": "DE",
                "employees": 50 + number % 900,
                "industry": f"industry {rules - 1}",
                "language": _LANGUAGES[number % len(_LANGUAGES)],
                "today": day.isoformat(),
            }
        )
