"""Which mails a booking still owes, and to whom: decided from the booking and from what was sent before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.db import Session
from app.models import Booking, BookingState
from app.notifications.compose import Invitation, Recipient
from app.notifications.letter import Letter
from app.store.company import CompanyView
from app.store.mails import MailRecord, list_mails
from app.usecases.guest_letters import GuestLetters
from app.usecases.invite import invitation_for, invites_ourselves, withdrawal_for
from app.usecases.rep_letters import RepLetters
from app.usecases.team import team_of
from calendars.providers.base import Guest

PROSPECT, INVITATION, WITHDRAWAL, REP, FORMER_REP = (
    "prospect",
    "invitation",
    "withdrawal",
    "rep",
    "former_rep",
)
COLLEAGUE, FORMER_COLLEAGUE = "colleague-", "former-colleague-"
"""What the audiences of those beside the rep begin with; the rep's key follows."""

_REQUEST, _CANCEL = "REQUEST", "CANCEL"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to send. With `audience`, the booking and its sequence it is this mail and no other.

    `invitation` is our own, of this `generation` of the meeting; `rep_id` is whose meeting it speaks of.
    """

    audience: str
    letter: Letter
    subject: str
    to: Recipient
    rep_id: int
    reply_to: Recipient | None = None
    invitation: Invitation | None = None
    generation: int | None = None


def next_mail(session: Session, booking: Booking, company: CompanyView) -> Mail | None:
    """The first mail of the booking's present version that is still owed; None when everybody was told.

    The prospect comes first, so that the rep's brief can say when they could not be reached.
    """
    return next(_Owed(session, booking, company).mails(), None)


def meets(booking: Booking) -> dict[str, Any]:
    """What a mail says of a meeting's time and people, to be compared with what the next one says."""
    return {
        "from": booking.starts_at.isoformat(),
        "until": booking.ends_at.isoformat(),
        "team": sorted(rep.public_id for rep in team_of(booking)),
    }


def _difference(told: Mapping[str, Any] | None, now: Mapping[str, Any]) -> str:
    """What is news to somebody who keeps their rep: another time, other people beside the rep, or neither."""
    if told is None or (told["from"], told["until"]) != (now["from"], now["until"]):
        return "moved"
    return "regrouped" if told["team"] != now["team"] else "renewed"


class _Owed:
    def __init__(self, session: Session, booking: Booking, company: CompanyView) -> None:
        self.session, self.booking, self.company = session, booking, company
        self.records = list_mails(session, booking.id)
        self.is_standing = booking.state is BookingState.CONFIRMED
        self.is_ours = self.is_standing and invites_ourselves(session, booking)
        self.guests = GuestLetters(booking, company, is_ours=self.is_ours)
        self.organizer = Guest(booking.rep.email, booking.rep.name)

    def mails(self) -> Iterator[Mail]:
        """Everything that is owed, in order."""
        if self.booking.lead.email:
            yield from self._to_prospect(self.booking.lead.email)
            yield from self._withdrawals(self.booking.lead.email)
        if self.is_ours:
            yield from self._to_guests()
        yield from self._to_reps()
        yield from self._to_colleagues()

    def _to_prospect(self, email: str) -> Iterator[Mail]:
        to = Recipient(email, self.booking.lead.name)
        if not self._was_told(PROSPECT):
            yield self._invite(PROSPECT, self.guests.news(self._news()), to)
        elif self.is_ours and not self._carried(_REQUEST, self.booking.generation, self.booking.sequence):
            yield self._invite(INVITATION, self.guests.news("invitation"), to)

    def _news(self) -> str:
        """What this version is to the prospect: whoever never read of the booking reads of a new one."""
        if not self.is_standing:
            return "cancelled"
        before = [record for record in self.records if record.audience == PROSPECT]
        if not before:
            return "booked"
        if before[-1].rep_id != self.booking.rep_id:
            return "handed_over"
        return _difference(before[-1].meets, meets(self.booking))

    def _to_guests(self) -> Iterator[Mail]:
        for number, email in enumerate(self.booking.guests):
            if not self._was_told(f"guest-{number}"):
                yield self._invite(f"guest-{number}", self.guests.news("invited"), Recipient(email))

    def _withdrawals(self, email: str) -> Iterator[Mail]:
        """An end to each invitation of our own that no longer holds, to everybody who got it."""
        everybody = [Recipient(email, self.booking.lead.name), *map(Recipient, self.booking.guests)]
        everybody += [Recipient(party.rep.email, party.rep.name) for party in self.booking.parties]
        for record in self._outlived():
            assert record.generation is not None and record.rep_id is not None
            rep = self.company.rep_by_key(record.rep_id)
            for number, to in enumerate(everybody):
                audience = f"{WITHDRAWAL}-{record.generation}-{number}"
                if not any(each.audience == audience for each in self.records):
                    yield Mail(
                        audience,
                        *self.guests.news("withdrawn"),
                        to,
                        self.booking.rep_id,
                        invitation=withdrawal_for(
                            self.booking, record.generation, Guest(rep.email, rep.name)
                        ),
                        generation=record.generation,
                    )

    def _outlived(self) -> Sequence[MailRecord]:
        """The last invitation of our own of each generation that is over."""
        sent = {r.generation: r for r in self.records if r.method == _REQUEST and not r.is_refused}
        over = (g for g in sent if not self.is_standing or g != self.booking.generation)
        return [sent[generation] for generation in over]

    def _to_reps(self) -> Iterator[Mail]:
        letters = RepLetters(self.session, self.booking, self.company)
        told = [record for record in self.records if record.audience == REP]
        if not self._was_told(REP):
            is_new = all(record.rep_id != self.booking.rep_id for record in told)
            is_unreached = any(r.audience == PROSPECT and r.is_refused for r in self.records)
            to = Recipient(self.booking.rep.email, self.booking.rep.name)
            has_moved = not told or _difference(told[-1].meets, meets(self.booking)) == "moved"
            letter, subject = letters.brief(
                is_new=is_new, has_moved=has_moved, is_unreached=is_unreached, is_ours=self.is_ours
            )
            yield Mail(REP, letter, subject, to, self.booking.rep_id)
        before = [
            record.rep_id for record in told if record.sequence < self.booking.sequence and record.rep_id
        ]
        if before and before[-1] != self.booking.rep_id and not self._was_told(FORMER_REP):
            former = self.company.rep_by_key(before[-1])
            letter, subject = letters.farewell(former)
            yield Mail(FORMER_REP, letter, subject, Recipient(former.email, former.name), former.id)

    def _to_colleagues(self) -> Iterator[Mail]:
        """The brief to everybody beside the rep, and a farewell to those who no longer are."""
        letters = RepLetters(self.session, self.booking, self.company)
        present = {party.rep_id for party in self.booking.parties}
        for party in self.booking.parties:
            audience = f"{COLLEAGUE}{party.rep_id}"
            if not self._was_told(audience):
                is_new = not any(record.audience == audience for record in self.records)
                to = Recipient(party.rep.email, party.rep.name)
                yield self._invite(audience, letters.colleague_brief(party, is_new=is_new), to)
        for key in sorted(self._told_colleagues() - present - {self.booking.rep_id}):
            former = self.company.rep_by_key(key)
            to = Recipient(former.email, former.name)
            yield self._withdraw(f"{FORMER_COLLEAGUE}{key}", letters.colleague_farewell(former), to)

    def _told_colleagues(self) -> set[int]:
        """The keys of those who last read that they take part."""
        told: dict[int, bool] = {}
        for record in self.records:
            kind, _, key = record.audience.rpartition("-")
            if f"{kind}-" in (COLLEAGUE, FORMER_COLLEAGUE) and record.sequence <= self.booking.sequence:
                told[int(key)] = f"{kind}-" == COLLEAGUE
        return {key for key, is_there in told.items() if is_there}

    def _withdraw(self, audience: str, said: tuple[Letter, str], to: Recipient) -> Mail:
        """A farewell, which ends our own invitation where the meeting goes on by it without them."""
        mail = Mail(audience, *said, to, self.booking.rep_id)
        if not self._carried_any(_REQUEST, self.booking.generation):
            return mail
        # no generation on record: for all others the invitation holds
        ended = withdrawal_for(self.booking, self.booking.generation, self.organizer)
        return replace(mail, invitation=ended)

    def _carried_any(self, method: str, generation: int) -> bool:
        return any((r.method, r.generation) == (method, generation) for r in self.records)

    def _invite(self, audience: str, said: tuple[Letter, str], to: Recipient) -> Mail:
        """A mail about the meeting, which is the invitation itself where no provider invites."""
        return Mail(
            audience,
            *said,
            to,
            self.booking.rep_id,
            reply_to=Recipient(self.booking.rep.email, self.booking.rep.name),
            invitation=invitation_for(self.booking, self.organizer) if self.is_ours else None,
            generation=self.booking.generation if self.is_ours else None,
        )

    def _was_told(self, audience: str) -> bool:
        return any(r.audience == audience and r.sequence == self.booking.sequence for r in self.records)

    def _carried(self, method: str, generation: int, sequence: int) -> bool:
        return any(
            (r.method, r.generation, r.sequence) == (method, generation, sequence) for r in self.records
        )
