"""Who is at a meeting beside the rep, as what, and why they."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.models import Booking, PartyRecord
from app.usecases.team import told_of
from app.web.why import Candidate, show_candidate
from routing.route import Route


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody beside the rep: their role and name, why they, and who else could have had the seat."""

    rep_id: int
    role: str
    name: str
    line: str
    candidates: tuple[Candidate, ...]


def seats_of(booking: Booking, route: Mapping[str, Any] | None, names: Mapping[str, str]) -> Sequence[Seat]:
    """The seats of a meeting; `route` is the stored trace, `names` gives reps' names by public id."""
    if route is None or not booking.parties:
        return ()
    decided = Route.from_json(route)
    return [_seat(party, decided, names) for party in booking.parties]


def _seat(party: PartyRecord, route: Route, names: Mapping[str, str]) -> Seat:
    told = told_of(party, route)
    # of a panel nobody was chosen, so that there is nobody to compare with
    rows = () if party.inputs.get("required") else told.candidates
    return Seat(
        rep_id=party.rep_id,
        role=party.role,
        name=party.rep.name,
        line=told.sentences(names)[0],
        candidates=tuple(show_candidate(row, names) for row in rows),
    )
