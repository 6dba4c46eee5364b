"""Times over HTTP: counted in this process, timed on the real server beside its peers."""

import gzip
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from bench.companies import ORIGIN, ZONE, company, grow
from bench.counting import counting
from bench.databases import World
from bench.load import Outcome, drive, request_bytes
from bench.machine import load_now
from bench.rows import Row, at_least, at_most, exactly, just
from bench.serving import web_server

BUSY = 40
CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Sizes:
    """The pools that are compared, by name, and how many rules the last one's router has."""

    small: int = 10
    middle: int = 100
    large: int = 1000
    rules: int = 1000

    def pools(self) -> dict[str, int]:
        """Names and sizes."""
        return {f"pool-{size}": size for size in (self.small, self.middle, self.large)}


def slots_over_http(world: World, sizes: Sizes, seconds: float) -> Iterator[Row]:
    """Slots and submissions by pool size. `seconds` is how long each endpoint is driven in each of three rounds."""
    url = world.new_database()
    pools = sizes.pools()
    with world.application(url, company(list(pools), rules=sizes.rules)) as app:
        grow(pools.items(), sizes.large, BUSY)
        asked = {pool: submit(app.test_client(), pool) for pool in pools}
        yield from _counts(app, asked, sizes)
    with web_server(world.place(url)) as (port, _):
        yield from _throughput(port, asked, sizes, seconds)


def submit(client: FlaskClient, form: str, email: str = "first@globex.test") -> dict[str, Any]:
    """A request made by a prospect, with its first times."""
    made = client.post(f"/api/v1/forms/{form}/requests", json={"answers": {"email": email}, "timezone": ZONE})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.get_json()
    return found


def slots_path(made: Mapping[str, Any]) -> str:
    """Where a request's times are asked for."""
    return f"/api/v1/requests/{made['request']['id']}/slots?timezone={ZONE}"


def slots_headers(made: Mapping[str, Any]) -> dict[str, str]:
    """As a browser on the company's own page sends them."""
    return {
        "Authorization": f"Bearer {made['request']['token']}",
        "Origin": ORIGIN,
        "Accept-Encoding": "gzip",
    }


def _counts(app: Flask, asked: Mapping[str, dict[str, Any]], sizes: Sizes) -> Iterator[Row]:
    client, pools = app.test_client(), list(asked)
    middle = asked[pools[1]]
    for made in asked.values():
        client.get(slots_path(made), headers=slots_headers(made))
    with counting() as sent:
        answer = client.get(slots_path(middle), headers=slots_headers(middle))
    assert answer.headers["Content-Encoding"] == "gzip"
    times = sum(len(day["slots"]) for day in json.loads(gzip.decompress(answer.data))["days"])
    assert times > 50, "the benchmark's company has next to no free time"
    yield at_most(f"slots over HTTP, pool of {sizes.middle}: SQL statements", len(sent.statements), 3, "")
    yield exactly("… calls to providers", sent.calls, 0)
    yield at_most("… bytes of the answer, gzipped", len(answer.data) / 1000, 20, "kB", f"{times} times")
    statements = {}
    for pool in pools:
        submit(client, pool, f"warm-{pool}@globex.test")
        with counting() as sent:
            submit(client, pool, f"counted-{pool}@globex.test")
        statements[pool] = len(sent.statements)
    spread = max(statements.values()) - min(statements.values())
    yield exactly(
        f"submit to first slots: more statements for {sizes.large:,} reps and {sizes.rules:,} rules",
        spread,
        0,
    )
    yield just("… statements in all", ", ".join(f"{pool}: {n}" for pool, n in statements.items()))


def _throughput(
    port: int, asked: Mapping[str, dict[str, Any]], sizes: Sizes, seconds: float
) -> Iterator[Row]:
    small, middle, large = asked
    one = asked[middle]["request"]["id"]
    endpoints = {
        "null": request_bytes("GET", "/bench/null"),
        "one query": request_bytes("GET", f"/bench/one-query/{one}"),
        **{pool: request_bytes("GET", slots_path(made), slots_headers(made)) for pool, made in asked.items()},
    }
    for request in endpoints.values():  # every worker's caches are filled
        _drive(port, request, seconds / 2)
    rounds = [{name: _drive(port, endpoints[name], seconds) for name in endpoints} for _ in range(3)]
    # the middle one of three rounds, each of which had all endpoints one after the other
    rate = {name: sorted(each[name].per_second for each in rounds)[1] for name in endpoints}
    wait = {name: sorted(each[name].median for each in rounds)[1] * 1e3 for name in endpoints}
    yield at_least(
        f"slots over HTTP, pool of {sizes.middle}, against an endpoint of one indexed query",
        rate[middle] / rate["one query"],
        0.5,
        "×",
        load_now(),
    )
    yield just("… against an endpoint that does nothing", f"{rate[middle] / rate['null']:.2f} ×")
    yield at_most(
        f"a pool of {sizes.large:,} costs, against a pool of {sizes.small}",
        rate[small] / rate[large],
        12,
        "×",
    )
    yield just(
        f"… requests a second ({CONNECTIONS} connections, 2 workers)",
        ", ".join(f"{name}: {each:,.0f}" for name, each in rate.items()),
    )
    yield just("… median ms", ", ".join(f"{name}: {each:.1f}" for name, each in wait.items()))


def _drive(port: int, request: bytes, seconds: float) -> Outcome:
    outcome = drive(port, itertools.repeat(request), CONNECTIONS, seconds=seconds)
    assert set(outcome.statuses) == {200}, outcome.statuses
    return outcome
