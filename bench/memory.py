"""How much a web worker holds when it serves many reps."""

from collections.abc import Iterator

from bench.companies import ORIGIN, ZONE, company, grow
from bench.databases import World
from bench.load import drive, request_bytes
from bench.rows import Row, at_most, just
from bench.serving import web_server, worker_memory

BUSY = 10
LIMIT_MB = 200


def memory_rows(world: World, reps: int) -> Iterator[Row]:
    """One worker that has offered the times of a pool of all reps."""
    url = world.new_database()
    with world.application(url, company(["pool"])):
        grow([("pool", reps)], reps, BUSY)
    with web_server(world.place(url), "app.cli.serve:create_public_app", workers=1) as (port, server):
        before = worker_memory(server)
        body = b'{"answers": {"email": "a@globex.test"}, "timezone": "%s"}' % ZONE.encode()
        submit = request_bytes("POST", "/api/v1/forms/pool/requests", {"Origin": ORIGIN}, body)
        outcome = drive(port, iter([submit] * 5), 1)
        assert set(outcome.statuses) == {201}, outcome.statuses
        after = worker_memory(server)
    yield at_most(f"memory of a web worker serving {reps:,} reps (PSS)", after, LIMIT_MB, "MB")
    yield just("… with nothing asked yet", f"{before:.0f} MB")
    yield just("… its first answer of all, cold", f"{max(outcome.latencies):.1f} s")
