"""Every zone that there is, across each change of its clocks: what is offered can be booked, and is one for all."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import available_timezones

from app.usecases.describe_times import SlotList, SlotQuery
from calendars.availability import compile_rep, list_starts, start_bits, why_not
from calendars.frame import Frame
from calendars.sweep import sweep_starts
from calendars.zones import find_zone, offset_stretches, to_instant
from tests.calendars.builders import at, rep, schedule, shape

FIRST, LAST = at("2026-01-01 00:00", "UTC"), at("2027-01-01 00:00", "UTC")
A_DAY = 1440
ZONES = sorted(available_timezones())


def kinds_of_clocks() -> list[str]:
    """One zone for each way of turning the clocks in a year; the others are the same under another name."""
    noons = [to_instant(minute) for minute in range(FIRST, LAST, A_DAY)]
    kinds = {tuple(noon.astimezone(find_zone(zone)).utcoffset() for noon in noons): zone for zone in ZONES}
    return sorted(kinds.values())


def changes() -> Iterator[tuple[str, int]]:
    for zone in kinds_of_clocks():
        stretches = offset_stretches(zone, FIRST, LAST)
        yield from ((zone, later.start) for later in stretches[1:])
        if len(stretches) == 1:
            yield zone, FIRST + 150 * A_DAY


def test_what_is_offered_around_every_change_of_clocks_is_what_the_booking_accepts() -> None:
    tried = offers = 0
    for zone, change in changes():
        what = shape(45, after=15, step=60, offset=15, zone=zone)
        who = rep(schedule("00:30-04:45", "21:00-27:00", zone=zone))
        lo, hi = change - A_DAY, change + A_DAY
        frame = Frame.for_shape(lo, hi, what)
        offered = list_starts(start_bits(compile_rep(who, frame), what, frame), frame, what, lo, hi)
        assert offered == sweep_starts(who, what, lo, hi), zone
        near = range(change - 240, change + 240, 15)
        assert {m for m in near if m in set(offered)} == {
            m for m in near if why_not(who, m, what, lo, hi) is None
        }, zone
        tried, offers = tried + 1, offers + len(offered)
    assert tried > 80, "both hemispheres turn their clocks, each in its own way"
    assert offers > 5 * tried


def test_every_visitor_is_shown_the_same_instants_wherever_their_clocks_are() -> None:
    for change in ("2026-03-29 01:00", "2026-10-25 01:00", "2026-04-04 16:00", "2026-10-03 16:00"):
        begin = at(change, "UTC")
        starts = list(range(begin - 600, begin + 600, 30))
        now = to_instant(begin - 3 * A_DAY)
        for zone in ZONES:
            shown = SlotList.of(starts, 30, SlotQuery(zone), now, 1).to_json()
            slots = [slot for day in shown["days"] for slot in day["slots"]]
            assert [instant(slot["start"]) for slot in slots] == starts, zone
            assert [instant(slot["end"]) for slot in slots] == [start + 30 for start in starts], zone
            assert all(
                slot["start"].startswith(day["date"]) for day in shown["days"] for slot in day["slots"]
            )


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp()) // 60
