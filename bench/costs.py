"""What the times of a pool cost by its size: worked out from rows, looked at again, or if the bits were kept as blobs.

The last is what is not done: a table of each rep's bits, written at every change. It is measured to know what that
would save.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import bindparam, text

from app import clock
from app.db import Session, db, transaction
from app.store.company import CompanyView, Crowd, load_company
from app.store.free_times import FreeTimes, forget_free_times, free_times
from app.usecases.booking_window import bounds_of
from bench.companies import company, grow
from bench.databases import World
from bench.machine import load_now
from bench.rows import Row, just
from bench.timing import time_calls
from calendars.availability import any_of

BUSY = 10
_TABLE = "CREATE UNLOGGED TABLE bench_bits (rep_id bigint PRIMARY KEY, version bigint NOT NULL, bits bytea NOT NULL)"
_KEEP = text("INSERT INTO bench_bits VALUES (:rep, 0, :bits)")
_READ = text("SELECT rep_id, version, bits FROM bench_bits WHERE rep_id = ANY(:ids)").bindparams(
    bindparam("ids")
)


def cost_rows(world: World, sizes: Sequence[int], seconds: float) -> Iterator[Row]:
    """A line for each way, with all sizes in it."""
    url = world.new_database()
    pools = {f"pool-{size}": size for size in sizes}
    with world.application(url, company(list(pools))):
        grow(pools.items(), max(sizes), BUSY)
        found = {size: _Pool(name) for name, size in pools.items()}
        largest = found[max(sizes)]
        found[min(sizes)].from_rows()  # what the process does only once is not counted
        first = {size: _once(pool.from_rows) for size, pool in found.items()}
        again = {size: time_calls(pool.look, seconds / 4, least=3).median for size, pool in found.items()}
        _keep_blobs(largest)
        blobs = {
            size: time_calls(pool.from_blobs, seconds / 4, least=3).median for size, pool in found.items()
        }
        bits = largest.look().by_rep.values()
        size_of = sum(map(sys.getsizeof, bits)) / len(bits)
    yield just(
        "times of a pool by its reps: worked out from rows, first look", f"{_each(first)} ({load_now()})"
    )
    yield just("… looked at again", _each(again))
    yield just("… if the bits were blobs in the database (they are not)", _each(blobs))
    yield just("… memory of a rep's bits for one kind of meeting", f"{size_of:,.0f} bytes")


class _Pool:
    """A pool's times by every way."""

    def __init__(self, name: str) -> None:
        self.now = clock.now()
        self.company: CompanyView = load_company(db.session(), self.now.date())
        members = self.company.roster.pools[name].members
        self.crowd: Crowd = self.company.crowd(tuple(member.rep.id for member in members))
        self.ids = [self.company.reps[rep].id for rep in self.crowd.reps]
        self.kind = next(iter(self.company.meeting_types.values()))
        self.frame = bounds_of(self.company, self.kind, self.now, ()).frame

    def look(self) -> FreeTimes:
        """As a request for times does."""
        return free_times(db.session(), self.company, self.crowd, self.kind, self.frame, self.now)

    def from_rows(self) -> FreeTimes:
        """With nothing kept."""
        forget_free_times()
        return self.look()

    def from_blobs(self) -> int:
        """Read each rep's bits, and put them together."""
        session: Session = db.session()
        rows = session.execute(_READ, {"ids": self.ids})
        return any_of([int.from_bytes(bits, "little") for _, _, bits in rows])


def _keep_blobs(pool: _Pool) -> None:
    rows = [
        {"rep": pool.company.reps[rep].id, "bits": bits.to_bytes((bits.bit_length() + 7) // 8, "little")}
        for rep, bits in pool.look().by_rep.items()
    ]
    with transaction() as session:
        session.execute(text(_TABLE))
        session.execute(_KEEP, rows)


def _once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _each(seconds: dict[int, float]) -> str:
    return ", ".join(f"{size:,}: {took * 1e3:.3g} ms" for size, took in seconds.items())
