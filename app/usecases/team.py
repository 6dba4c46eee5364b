"""Who is at a meeting for us, by name: the rep whose meeting it is, then everybody beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.models import Booking, PartyRecord, Rep
from calendars.providers.base import Guest
from routing.assignment import Assignment
from routing.explained import Explanation
from routing.party_words import explain_party, party_of_record
from routing.route import Route

MOST_NAMED = 3


def team_of(booking: Booking) -> Sequence[Rep]:
    """The rep first."""
    return (booking.rep, *(party.rep for party in booking.parties))


def colleagues_as_guests(booking: Booking) -> tuple[Guest, ...]:
    """Everybody beside the rep, as a calendar invites them."""
    return tuple(Guest(party.rep.email, party.rep.name) for party in booking.parties)


def with_roles(booking: Booking) -> str:
    """`Remy; Jo (secondary)`: everybody, the rep first."""
    return "; ".join([booking.rep.name, *(f"{one.rep.name} ({one.role})" for one in booking.parties)])


def told_of(party: PartyRecord, route: Route) -> Explanation:
    """Why somebody beside the rep was chosen, from the stored records."""
    return told_of_seat(party.role, party.inputs, Assignment.from_json(party.trace), route)


def told_of_seat(role: str, inputs: Mapping[str, Any], assignment: Assignment, route: Route) -> Explanation:
    """The same for a seat that was only just filled, or tried."""
    who = party_of_record(route, inputs["destination"], inputs["party"])
    return explain_party(role, who, route, assignment)


def team_names(booking: Booking, joined_by: str = "and") -> str:
    """`Remy`, `Remy and Jo`, `Remy, Jo and Sam`."""
    names = [rep.name for rep in team_of(booking)]
    return f" {joined_by} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
