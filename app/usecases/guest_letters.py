"""What the prospect and their guests read about a meeting, in the prospect's language and on their clock."""

from app.colors import accent_of
from app.models import Booking, BookingState
from app.notifications.letter import Letter, Link, Row, inert
from app.notifications.words import WORDS
from app.store.company import CompanyView
from app.usecases.describe_booking import ics_link, manage_link
from app.usecases.team import team_names
from app.wording import describe_when, language_of

_WITHOUT_LINKS = {"cancelled", "invited", "withdrawn"}


class GuestLetters:
    """The letters of one booking."""

    def __init__(self, booking: Booking, company: CompanyView, *, is_ours: bool = False) -> None:
        """`is_ours`: no provider writes the event, so that none makes a video link either."""
        self._booking, self._company, self._is_ours = booking, company, is_ours
        self._language = language_of(booking.request.locale)
        self._words = WORDS[self._language]

    def news(self, kind: str) -> tuple[Letter, str]:
        """The letter and its subject for one kind of news (a key of the words, such as `booked` or `moved`)."""
        booking = self._booking
        when = describe_when(booking.starts_at, booking.ends_at, booking.timezone, self._language)
        has_links = kind not in _WITHOUT_LINKS
        headline = self._say(kind)
        letter = Letter(
            language=self._language,
            company=self._company.name,
            accent=accent_of(booking.request.form.branding.get("accent")),
            headline=headline,
            paragraphs=(self._say(f"{kind}.more"),),
            foot=self._say("sent_by"),
            when=when,
            is_off=kind in {"cancelled", "withdrawn"},
            rows=self._rows(),
            action=Link(self._say("manage"), manage_link(booking)) if has_links else None,
            links=(Link(self._say("download"), ics_link(booking)),) if has_links else (),
        )
        return letter, f"{headline}: {booking.meeting_type.name}, {when}"

    def _rows(self) -> tuple[Row, ...]:
        booking = self._booking
        rows = [
            Row(self._say("what"), self._say("minutes")),
            Row(self._say("with"), f"{team_names(booking, self._say('and'))}, {self._company.name}"),
        ]
        if booking.state is BookingState.CANCELLED:
            if booking.cancel_reason and booking.cancelled_by != "prospect":
                rows.append(Row(self._say("reason"), inert(booking.cancel_reason)))
            return tuple(rows)
        return (*rows, *self._place())

    def _place(self) -> tuple[Row, ...]:
        booking, location = self._booking, self._booking.meeting_type.location
        url = booking.join_url or booking.rep.meeting_link
        if url:
            return (Row(self._say("where"), self._say("join"), url),)
        if location == "video":
            return (Row(self._say("where"), self._say("link_from_rep" if self._is_ours else "link_follows")),)
        return (Row(self._say("where"), location),) if location else ()

    def _say(self, key: str) -> str:
        booking = self._booking
        return self._words[key].format(
            rep=booking.rep.name,
            company=self._company.name,
            lead=inert(booking.lead.email or ""),
            meeting=booking.meeting_type.name,
            minutes=round((booking.ends_at - booking.starts_at).total_seconds() / 60),
        )
