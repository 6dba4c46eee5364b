"""What reps read about their meetings: who, what they wrote, and why it is theirs. On the rep's own clock."""

from app.colors import accent_of
from app.db import Session
from app.models import Booking, BookingState, PartyRecord
from app.notifications.letter import Letter, Link, Row, Section, inert
from app.services import services
from app.store.company import CompanyView, RepView
from app.store.decisions import newest_assignment, newest_route
from app.usecases.sharing import others_at
from app.usecases.team import told_of, with_roles
from app.wording import describe_when
from routing.assignment import Assignment
from routing.explanation import explain
from routing.route import Route
from routing.summary import passed_over, why_them

_SAID_ALREADY = {"email", "name", "company"}
LONGEST_NAME = 60


class RepLetters:
    """The letters of one booking."""

    def __init__(self, session: Session, booking: Booking, company: CompanyView) -> None:
        self._session, self._booking, self._company = session, booking, company

    def brief(
        self, *, is_new: bool, has_moved: bool, is_unreached: bool, is_ours: bool
    ) -> tuple[Letter, str]:
        """What the rep needs to know of the meeting as it now is.

        `is_new`: they have not heard of it. `has_moved`: they heard of another time. `is_unreached`: the prospect's
        mail was refused. `is_ours`: our mail is the invitation, so that no provider makes a video link.
        """
        is_standing = self._booking.state is BookingState.CONFIRMED
        changed = "New meeting" if is_new else "Moved" if has_moved else "Changed"
        headline = changed if is_standing else "Cancelled"
        paragraphs = []
        if is_unreached and is_standing:
            paragraphs.append("Our mail to them was refused: please reach them in another way.")
        if is_ours and self._needs_link():
            paragraphs.append("This meeting is by video and has no link yet: please send them yours.")
        letter, subject = self._letter(headline, self._booking.rep.timezone, tuple(paragraphs))
        return letter, subject

    def colleague_brief(self, party: PartyRecord, *, is_new: bool) -> tuple[Letter, str]:
        """What somebody beside the rep needs to know of the meeting, with their role in it."""
        headline = "Cancelled" if self._is_off() else "New meeting" if is_new else "Changed"
        said = f"You take part as {party.role}. The meeting is {self._booking.rep.name}'s."
        return self._letter(headline, party.rep.timezone, (said,), party=party)

    def colleague_farewell(self, rep: RepView) -> tuple[Letter, str]:
        """To somebody who was to be there beside the rep."""
        said = "The meeting was changed and takes place without you. Your time is free again."
        return self._letter("No longer yours", rep.timezone, (said,), is_off=True)

    def farewell(self, rep: RepView) -> tuple[Letter, str]:
        """To the rep who had the meeting before."""
        paragraph = f"The meeting was moved, and {self._booking.rep.name} takes it. Your time is free again."
        return self._letter("No longer yours", rep.timezone, (paragraph,), is_off=True)

    def _is_off(self) -> bool:
        return self._booking.state is BookingState.CANCELLED

    def _letter(
        self,
        headline: str,
        timezone: str,
        paragraphs: tuple[str, ...],
        *,
        is_off: bool = False,
        party: PartyRecord | None = None,
    ) -> tuple[Letter, str]:
        """`party`: to whom it is, where that is somebody beside the rep, who has a seat to give on."""
        booking = self._booking
        when = describe_when(booking.starts_at, booking.ends_at, timezone)
        is_over = is_off or self._is_off()
        why = () if is_over else self._why(party)
        url = f"{services().settings.public_base_url}/app/meetings/{booking.public_id}"
        letter = Letter(
            language="en",
            company=self._company.name,
            accent=accent_of(None),
            headline=f"{headline}: {self._who()}",
            paragraphs=paragraphs,
            foot=f"You get this because meetings are booked with you at {self._company.name}.",
            when=when,
            is_off=is_over,
            rows=() if is_off else self._rows(),
            sections=(Section("Why you", why),) if why else (),
            action=None if is_off else Link("Lead details", url),
            links=()
            if is_over or booking.group
            else (Link("Not for you? Give it to the next one", f"{url}/skip"),),
        )
        return letter, f"{headline}: {self._who()}, {when}"

    def _who(self) -> str:
        lead = self._booking.lead
        return inert(lead.company or lead.name or lead.email or "a lead")[:LONGEST_NAME]

    def _rows(self) -> tuple[Row, ...]:
        booking, lead = self._booking, self._booking.lead
        names = ", ".join(inert(part) for part in (lead.name, lead.company) if part)
        minutes = round((booking.ends_at - booking.starts_at).total_seconds() / 60)
        rows = [Row("Lead", names)] if names else []
        if lead.email:
            rows.append(Row("E-mail", lead.email, f"mailto:{lead.email}"))
        rows.append(Row("Meeting", f"{booking.meeting_type.name}, {minutes} min"))
        if booking.group:
            taken = 1 + len(others_at(self._session, booking)) - self._is_off()
            rows.append(Row("Seats", f"{taken} of {max(taken, booking.meeting_type.seats)} taken"))
        if booking.parties:
            rows.append(Row("With", with_roles(booking)))
        if booking.request.facts is not None and (priority := booking.request.facts.facts.get("priority")):
            rows.append(Row("Priority", inert(str(priority))))
        rows += [Row(label, inert(text)) for label, text in self._answers()]
        if booking.notes:
            rows.append(Row("Note", inert(booking.notes)))
        if booking.cancel_reason:
            rows.append(Row("Reason", inert(booking.cancel_reason)))
        if url := booking.join_url or booking.rep.meeting_link:
            rows.append(Row("Video", url, url))
        return tuple(rows)

    def _needs_link(self) -> bool:
        booking = self._booking
        return booking.meeting_type.location == "video" and not (booking.join_url or booking.rep.meeting_link)

    def _answers(self) -> list[tuple[str, str]]:
        """What the lead wrote, under the form's own labels."""
        if self._booking.request.facts is None:
            return []
        form_id = self._booking.request.form_id
        form = next((form for form in self._company.forms.values() if form.id == form_id), None)
        labels = {field.name: field.label.get("en") or field.name for field in form.fields} if form else {}
        typed = self._booking.request.facts.answers
        return [
            (label, _as_text(typed[name]))
            for name, label in labels.items()
            if name not in _SAID_ALREADY and typed.get(name) not in (None, "", [], False)
        ]

    def _why(self, party: PartyRecord | None) -> tuple[str, ...]:
        """Why this rep, or why this person beside them: the stored decision in sentences."""
        route = newest_route(self._session, self._booking.request_id)
        assignment = newest_assignment(self._session, self._booking.request_id)
        if route is None or assignment is None:
            return ()
        names = {rep.public_id: rep.name for rep in self._company.reps.values()}
        decided, assigned = Route.from_json(route.trace), Assignment.from_json(assignment.trace)
        if party is not None:
            return told_of(party, decided).sentences(names)[:1]
        them = why_them(decided, assigned, names, you=assigned.winner)
        lines = (
            them,
            passed_over(decided, assigned, names),
            explain(decided, assigned).otherwise.sentence(names),
        )
        return tuple(line for line in lines if line)


def _as_text(answer: object) -> str:
    if isinstance(answer, list):
        return ", ".join(map(str, answer))
    return "yes" if answer is True else str(answer)
