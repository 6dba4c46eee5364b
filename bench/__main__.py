"""`python -m bench`: measure everything, print one table. `--quick` is for a first look, on less of everything."""

import argparse
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from bench.bookings import booking_rows, rush_rows
from bench.checks import check_rows
from bench.costs import cost_rows
from bench.databases import World, temporary_world
from bench.in_process import routing_rows, slot_rows
from bench.machine import header
from bench.memory import memory_rows
from bench.mirror import mirror_rows
from bench.over_http import Sizes, slots_over_http
from bench.rows import Row, at_most, table
from bench.storm import Storm, storm_rows
from calendars.zones import pin_zone_data
from widget.assets import build_assets


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of everything. `seconds` is how long one thing is repeated."""

    seconds: float
    sizes: Sizes
    bookings: int
    prospects: int
    reps: int
    events: int
    storm: Storm
    costs: Sequence[int]


FULL = Extent(1.5, Sizes(), 60, 200, 10_000, 2000, Storm(), (10, 100, 1000, 10_000))
QUICK = Extent(
    0.2, Sizes(large=300, rules=300), 20, 40, 500, 500, Storm(200, 1000, 10.0, 5.0), (10, 100, 1000)
)
TINY = Extent(0.05, Sizes(2, 4, 8, 5), 10, 6, 10, 20, Storm(4, 16, 1.0, 0.5), (2, 10))
"""Only to see that everything still runs."""


Part = Callable[[World, Extent], Iterator[Row]]
IN_PROCESS: dict[str, Callable[[Extent], Iterator[Row]]] = {
    "slots": lambda extent: slot_rows(extent.seconds),
    "routing": lambda extent: routing_rows(extent.seconds),
    "checks": lambda extent: check_rows(),
    "widget": lambda extent: _widget(),
}
WITH_DATABASE: dict[str, Part] = {
    "http": lambda world, extent: slots_over_http(world, extent.sizes, extent.seconds),
    "bookings": lambda world, extent: booking_rows(world, extent.bookings),
    "rush": lambda world, extent: rush_rows(world, extent.prospects, 5),
    "costs": lambda world, extent: cost_rows(world, extent.costs, extent.seconds),
    "memory": lambda world, extent: memory_rows(world, extent.reps),
    "mirror": lambda world, extent: mirror_rows(world, extent.events, extent.seconds),
    "storm": lambda world, extent: storm_rows(world, extent.storm),
}
PARTS = (*IN_PROCESS, *WITH_DATABASE)


def measure(extent: Extent, parts: Collection[str] = PARTS) -> Iterator[Row]:
    """Every row of these parts, as it is measured."""
    for name, in_process in IN_PROCESS.items():
        if name in parts:
            yield from in_process(extent)
    if not set(parts) & set(WITH_DATABASE):
        return
    with temporary_world() as world:
        for name, part in WITH_DATABASE.items():
            if name in parts:
                yield from part(world, extent)


def _widget() -> Iterator[Row]:
    assets = build_assets()
    scripts = (assets.loader, assets.bundle)
    size = sum(len(asset.zipped()) for asset in scripts) / 1000
    yield at_most("widget: script in all, gzipped", size, 15, "kB")


def main() -> int:
    """Print the header, then rows as they come, then the table. Non-zero when a target is missed and `--strict`."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes and shorter runs")
    parser.add_argument("--strict", action="store_true", help="end with 1 when a target is missed")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="these parts alone")
    chosen = parser.parse_args()
    extent = QUICK if chosen.quick else FULL
    pin_zone_data()
    began, rows = time.monotonic(), []
    size = f"pools of {', '.join(f'{n:,}' for n in extent.sizes.pools().values())} reps, 40 busy rows each"
    print(header(size), flush=True)
    for row in measure(extent, chosen.only):
        rows.append(row)
        print("  ".join(filter(None, row.cells())), file=sys.stderr, flush=True)
    missed = [row for row in rows if row.is_met is False]
    print(f"\n{table(rows)}\n\n{len(missed)} missed, {time.monotonic() - began:.0f} s")
    return 1 if missed and chosen.strict else 0


if __name__ == "__main__":
    sys.exit(main())
