"""Why somebody takes part beside the rep: the explanation of the seat they have, made of the stored records."""

from dataclasses import replace

from routing.assigned import Assignment
from routing.explained import Explanation, Line
from routing.explanation import explain
from routing.route import Destination, Route


def explain_party(role: str, who: Destination, route: Route, assignment: Assignment) -> Explanation:
    """Why this person has a role. `who` is the destination of the party on the route.

    The rules that led to the action are told once, for the rep; here is only what the role itself decided.
    """
    told = explain(replace(route, destinations=(who,), steps=(), gate=None), assignment)
    seat = Line(
        "takes_part", {"rep": assignment.winner, "role": role, "kind": who.kind.value, "name": who.name}
    )
    return replace(told, who=seat, path=())


def party_of_record(route: Route, destination: int, party: int) -> Destination:
    """The destination that a stored further person was chosen from."""
    return route.destinations[destination].parties[party].who
