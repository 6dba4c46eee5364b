"""Alerts in words: what is wrong, what it means for prospects and reps, and what to do. For pages, mails and doctor."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.db import Session
from app.models import Alert, AlertKind, Booking, Calendar, Rep

SERVICES = {"google": "Google", "microsoft": "Microsoft", "caldav": "CalDAV", "ics": "Calendar feeds"}


@dataclass(frozen=True, slots=True)
class AlertWords:
    """One alert in words. `title` names the trouble, `meaning` its consequence, `remedy` what to do; `path` is the
    page where it shows, below the public address; `reason` is the latest error as it was reported."""

    title: str
    meaning: str
    remedy: str
    path: str
    reason: str
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class _Kind:
    title: str
    meaning: str
    remedy: str
    path: str = "/admin/calendars"
    is_urgent: bool = True


_KINDS = {
    AlertKind.MISCONFIGURED: _Kind(
        "{service} refuses this installation",
        "No calendar there can be read or written. Nobody was disconnected; last readings serve for up to six hours.",
        "Look at the client id, the client secret (is it expired?), the redirect address and whether the calendar API"
        " is switched on. Put it right in the settings and restart; everything goes on by itself.",
    ),
    AlertKind.QUOTA: _Kind(
        "{service}’s quota is used up",
        "Calls of this kind rest for hours. Bookings stand; what is not written yet follows. Nobody was disconnected.",
        "Look at the quotas of the project. If it happens again, ask {service} for more, or find what calls so often.",
        is_urgent=False,
    ),
    AlertKind.OUTAGE: _Kind(
        "{service} does not answer",
        "Times are offered from the last good reading for up to six hours; bookings are kept and written afterwards.",
        "Usually nothing: we look again every few minutes. See the status page of {service}, and whether this machine"
        " reaches it.",
    ),
    AlertKind.COMPANY_GRANT: _Kind(
        "The company’s access to {service} no longer works",
        "Calendars that were connected for everybody at once can neither be read nor written.",
        "An admin of {service} gives the access again, or puts the key right, under Calendars.",
    ),
    AlertKind.CALENDAR_STALE: _Kind(
        "{rep} is not offered: {calendar} was last read too long ago",
        "Unknown time is never offered, so nobody can book {rep} until the calendar can be read.",
        "{rep} was told. Look at the calendar’s page for the error and try to read it now.",
        "/admin/calendars/{calendar_id}",
    ),
    AlertKind.CHANNELS: _Kind(
        "{service} does not tell us of changes",
        "{calendars} read regularly instead, so changes arrive within minutes and not within seconds.",
        "See that the public https address can be reached from outside and has a valid certificate.",
        is_urgent=False,
    ),
    AlertKind.EVENT_UNWRITTEN: _Kind(
        "A meeting of {rep} is not in their calendar",
        "The meeting on {when} stands and the rep has a mail about it, but their calendar does not show it.",
        "We keep trying. See the error on the lead’s page; often the account must be connected again.",
        "/admin/meetings",
    ),
    AlertKind.QUEUE_BEHIND: _Kind(
        "Work is left lying",
        "Mails, calendar entries and readings are late: {waiting} waiting, the oldest for {minutes} minutes.",
        "See that a worker runs (scheduler worker) and that nothing holds it up; start another one if it is busy.",
        "/admin/settings/jobs",
    ),
    AlertKind.MAIL_FAILING: _Kind(
        "Mail cannot be sent",
        "Confirmations and reminders do not reach people: {waiting} waiting to be tried again or given up.",
        "See SMTP_URL and the mail server; scheduler doctor --only mail looks at it.",
        "/admin/settings/jobs",
    ),
}


def describe_alerts(session: Session, alerts: Iterable[Alert]) -> list[tuple[Alert, AlertWords]]:
    """Each alert with its words."""
    return [(alert, _describe(session, alert)) for alert in alerts]


def _describe(session: Session, alert: Alert) -> AlertWords:
    kind, known = _KINDS[alert.kind], _Known(_facts(session, alert))
    return AlertWords(
        title=kind.title.format_map(known),
        meaning=kind.meaning.format_map(known),
        remedy=kind.remedy.format_map(known),
        path=kind.path.format_map(known),
        reason=alert.reason,
        is_urgent=kind.is_urgent,
    )


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "somebody" if key == "rep" else "it"


def _facts(session: Session, alert: Alert) -> dict[str, str]:
    service = alert.subject.partition("/")[0]
    facts = {str(key): str(value) for key, value in alert.detail.items()}
    facts |= {"service": SERVICES.get(service, service)}
    if alert.rep_id is not None and (rep := session.get(Rep, alert.rep_id)):
        facts["rep"] = rep.name
    if alert.calendar_id is not None and (calendar := session.get(Calendar, alert.calendar_id)):
        facts |= {"calendar": calendar.name, "calendar_id": calendar.public_id}
    if alert.booking_id is not None and (booking := session.get(Booking, alert.booking_id)):
        facts["when"] = f"{booking.starts_at:%d %b, %H:%M} UTC"
    if "calendars" in facts:
        facts["calendars"] += " calendar is" if facts["calendars"] == "1" else " calendars are"
    return facts
