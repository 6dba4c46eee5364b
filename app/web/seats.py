"""Who is at a meeting beside the rep, as what, and why they."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.models import Booking
from app.usecases.fill_seats import Seated
from app.usecases.team import told_of, told_of_seat
from app.web.why import Candidate, show_candidate
from routing.explained import Explanation
from routing.route import Route


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody beside the rep: their role and name, why they, and who else could have had the seat."""

    rep: str
    role: str
    name: str
    line: str
    candidates: tuple[Candidate, ...]


def seats_of(booking: Booking, route: Mapping[str, Any] | None, names: Mapping[str, str]) -> Sequence[Seat]:
    """The seats of a meeting; `route` is the stored trace, `names` gives reps' names by public id."""
    if route is None or not booking.parties:
        return ()
    decided = Route.from_json(route)
    return [
        _seat(party.rep.public_id, party.role, party.inputs, told_of(party, decided), names)
        for party in booking.parties
    ]


def tried_seats(others: Sequence[Seated], route: Route, names: Mapping[str, str]) -> Sequence[Seat]:
    """The same for a decision that was only tried."""
    return [
        _seat(one.rep, one.role, one.inputs, told_of_seat(one.role, one.inputs, one.assignment, route), names)
        for one in others
    ]


def _seat(
    rep: str, role: str, inputs: Mapping[str, Any], told: Explanation, names: Mapping[str, str]
) -> Seat:
    # of a panel nobody was chosen, so that there is nobody to compare with
    rows = () if inputs.get("required") else told.candidates
    return Seat(
        rep=rep,
        role=role,
        name=names.get(rep, "A former rep"),
        line=told.sentences(names)[0],
        candidates=tuple(show_candidate(row, names) for row in rows),
    )
