"""What is offered can be filled, and what is not cannot: small companies against every way to seat their people."""

import random
from collections.abc import Sequence
from itertools import permutations

import pytest

from app.store.company import Crowd, MeetingTypeView
from app.store.free_times import FreeTimes
from app.usecases.booking_ledgers import Ledgers
from app.usecases.fill_seats import Chair, Gone, fill_seats
from app.usecases.offer import Offer, Seat
from app.usecases.room import Room
from calendars.frame import Frame
from calendars.shape import MeetingShape
from routing.ledger import Ledger
from routing.party import PRIMARY, Party
from routing.refusal import Refusal
from routing.roster import Distribution, Member, Offering, Pool, Rep
from routing.route import Destination, DestinationKind

SHAPE = MeetingShape(30, 0, 0, 30, 0, "UTC")
FRAME = Frame(0, 12, 30)
STARTS = range(0, 330, 30)
PEOPLE = tuple(f"rep{number}" for number in range(6))
MEETING = MeetingTypeView(1, "demo", "Demo", "", "video", SHAPE, 0, "14 days")


def pool_of(name: str, people: Sequence[str]) -> Pool:
    return Pool(
        name, tuple(Member(Rep(who)) for who in people), Distribution.ROUND_ROBIN, Offering.FLEXIBLE, "desk"
    )


def offer_of(name: str, people: Sequence[str], bits: dict[str, int]) -> Offer:
    """The times of one pool's people."""
    who = Destination(DestinationKind.POOL, name, tuple(people), (), None, "action")
    free = FreeTimes.of({each: bits[each] for each in people})
    return Offer(0, who, MEETING, Crowd(tuple(people), "{}"), free, FRAME, 0, 360)


def random_offer(seed: int) -> Offer:
    """A pool and up to three further roles of overlapping people, who are free at random."""
    chance = random.Random(seed)
    bits = {who: chance.getrandbits(11) | chance.getrandbits(11) for who in PEOPLE}

    def some() -> list[str]:
        return sorted(chance.sample(PEOPLE, chance.randint(1, 4)))

    seats = []
    for number in range(chance.randint(1, 3)):
        beside = offer_of(f"pool {number}", some(), bits)
        is_all = chance.random() < 0.2
        pick = 1 if is_all else chance.choice((1, 1, 2))
        seats.append(Seat(Party(f"role {number}", beside.destination, pick, is_all), beside))
    return offer_of("first", some(), bits).seated(seats)


def exists(offer: Offer, start: int) -> bool:
    """The oracle: tries every way to give each seat somebody of their own who is free then."""
    panel = {rep for seat in offer.seats if seat.party.is_all for rep in seat.offer.destination.candidates}
    chosen = [seat for seat in offer.seats if not seat.party.is_all for _ in range(seat.party.pick)]
    alone = offer.without_seats().free_at(start)
    free = {who for seat in offer.seats for who in seat.offer.free_at(start)}
    if not panel <= free:
        return False
    return any(
        all(
            who in seat.offer.free_at(start) and who not in panel and who != lead
            for who, seat in zip(others, chosen, strict=True)
        )
        for lead in alone
        for others in permutations(PEOPLE, len(chosen))
    )


@pytest.mark.parametrize("seed", range(40))
def test_a_start_is_offered_exactly_if_everybody_can_be_seated_and_then_everybody_is(seed: int) -> None:
    offer = random_offer(seed)
    for start in STARTS:
        leads = offer.free_at(start)
        assert bool(leads) == exists(offer, start), (seed, start)
        for lead in leads:
            room = Room(offer, start)
            assert room.why_not(lead) is None
            room.sit(lead, PRIMARY)
            seated = fill(offer, room, start)
            people = [lead, *seated]
            assert len(people) == len(set(people)), "nobody has two seats"


def fill(offer: Offer, room: Room, start: int) -> list[str]:
    chairs = [_chair(number, seat, start) for number, seat in enumerate(offer.seats)]
    pools = [seat.offer.destination.name for seat in offer.seats]
    ledgers = Ledgers({pool: Ledger(pool, 0, {}) for pool in pools})
    found = fill_seats(chairs, room, (start, start + 30), ledgers, Gone())
    assert found is not None, "what was offered could be filled"
    return [one.rep for one in found]


def _chair(number: int, seat: Seat, start: int) -> Chair:
    who = seat.offer.destination
    free = seat.offer.free_at(start)
    busy = {rep: Refusal(rep, "busy") for rep in who.candidates if rep not in free}
    return Chair({"party": number}, seat, pool_of(who.name, who.candidates), busy, {})
