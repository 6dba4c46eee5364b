"""One time of an offer with several roles: who is free for which, and who may take a seat so that all are filled."""

from collections.abc import Iterable

from app.usecases.offer import Offer
from calendars.together import Group, Together
from routing.refusal import Refusal


class Room:
    """The roles of an offer at one start (UTC minutes), without those who are `gone`.

    Seats are taken one after the other; whoever asks is told whether the rest could still be filled. It is the same
    function that decided which starts are on offer, asked about a single cell.
    """

    def __init__(self, offer: Offer, start: int, gone: Iterable[str] = ()) -> None:
        gone = frozenset(gone)
        self._roles = [seat.party.role for seat in offer.seats]
        self._left = [0 if seat.party.is_all else seat.party.pick for seat in offer.seats]
        self._free = [frozenset(seat.offer.free_at(start)) - gone for seat in offer.seats]
        self._panel = {
            rep: seat.party.role
            for seat in reversed(offer.seats)
            if seat.party.is_all
            for rep in seat.offer.destination.candidates
        }
        self._panels = [
            {rep: int(rep in free) for rep in seat.offer.destination.candidates}
            for seat, free in zip(offer.seats, self._free, strict=True)
            if seat.party.is_all
        ]
        self._sitting: dict[str, str] = {}

    def sit(self, rep: str, role: str) -> None:
        """Take a seat."""
        self._sitting[rep] = role
        if role in self._roles and self._left[self._roles.index(role)]:
            self._left[self._roles.index(role)] -= 1

    def panel_of(self, role: str) -> list[str]:
        """Those who take part in a role because everybody in it does, and have no seat yet."""
        return [rep for rep, of in sorted(self._panel.items()) if of == role and rep not in self._sitting]

    def why_not(self, rep: str, role: str | None = None) -> Refusal | None:
        """Why a rep who is free cannot take a seat of a role; without one, of the rep whose meeting it is."""
        if rep in self._sitting:
            return Refusal(rep, "in_meeting", {"role": self._sitting[rep]})
        if role is not None and rep in self._panel:
            return Refusal(rep, "in_meeting", {"role": self._panel[rep]})
        if self._together(role).without(rep) & 1:
            return None
        return Refusal(rep, "partner", {"role": self._missing(rep, role)})

    def _groups(self, role: str | None) -> list[tuple[str, Group]]:
        """What is still to be filled once a seat of `role` is taken."""
        return [
            (name, Group({rep: 1 for rep in free if rep not in self._sitting}, left - (name == role)))
            for name, free, left in zip(self._roles, self._free, self._left, strict=True)
            if left - (name == role) > 0
        ]

    def _together(self, role: str | None) -> Together:
        return Together([group for _, group in self._groups(role)], self._panels)

    def _missing(self, rep: str, role: str | None) -> str:
        """The first role that cannot be filled alone; all of them when they only cannot be filled at once."""
        for panel in self._panels:
            if not all(panel.values()):
                return next((self._panel[who] for who, is_free in panel.items() if not is_free), "")
        groups = self._groups(role)
        short = [name for name, group in groups if not Together([group], self._panels).without(rep) & 1]
        return short[0] if short else ", ".join(name for name, _ in groups)
