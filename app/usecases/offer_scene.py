"""All that an offer is made from, to be changed in one place and made again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from app.db import Session
from app.store.company import CompanyView, MeetingTypeView
from app.store.free_times import FreeOf
from app.usecases.changed_times import Change, LoadedTimes
from app.usecases.find_offer import offer_of, pool_of
from app.usecases.offer import Offer
from routing.roster import Member, Pool
from routing.route import Destination


@dataclass(frozen=True, slots=True)
class Scene:
    """All that an offer is made from."""

    session: Session
    company: CompanyView
    index: int
    destination: Destination
    meeting_type: MeetingTypeView
    now: datetime
    loaded: LoadedTimes
    change: Change | None = None

    def offer(self) -> Offer:
        """The offer, made by the function that prospects' offers are made by."""
        free_of: FreeOf = self.loaded.free_of(self.change)
        return offer_of(
            self.session,
            self.company,
            self.index,
            self.destination,
            self.meeting_type,
            self.now,
            free_of=free_of,
        )

    def with_pool(self, change: Callable[[Pool], Pool]) -> "Scene":
        """The same with the destination's pool changed."""
        pool = pool_of(self.company, self.destination)
        if pool is None:
            return self
        roster = self.company.roster
        pools = {**roster.pools, pool.name: change(pool)}
        return replace(self, company=replace(self.company, roster=replace(roster, pools=pools)))

    def with_members(self, change: Callable[[Member], Member]) -> "Scene":
        """The same with every member of the pool changed."""
        return self.with_pool(lambda pool: replace(pool, members=tuple(map(change, pool.members))))
