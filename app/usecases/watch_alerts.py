"""Look for what needs an operator's eye, and tell people once of each trouble.

Troubles that somebody meets on the way (a service that refuses us, say) are raised there. The others are found here by
looking, every two minutes. Whoever is to be told gets all that is new in one mail, so that a bad hour is one mail and
not fifty.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from app import clock
from app.db import Session, transaction
from app.models import Alert, AlertKind, CalendarState
from app.queue import defer
from app.store.alert_causes import (
    silent_services,
    stale_calendars,
    unsent_mail,
    unwritten_meetings,
    work_left_lying,
)
from app.store.alerts import Trouble, drop_old_alerts, keep_only, list_open_alerts, take_unmailed
from app.store.people import list_alert_readers
from app.usecases.push_channels import can_be_told

_FINDERS: Mapping[AlertKind, Callable[[Session, datetime], list[Trouble]]] = {
    AlertKind.EVENT_UNWRITTEN: unwritten_meetings,
    AlertKind.QUEUE_BEHIND: work_left_lying,
    AlertKind.MAIL_FAILING: unsent_mail,
}
PATIENCE: dict[AlertKind, timedelta] = {
    **dict.fromkeys(AlertKind, timedelta(minutes=2)),
    # these often pass by themselves: an outage of minutes, or a worker that was away, mails nobody
    AlertKind.OUTAGE: timedelta(minutes=10),
    AlertKind.CALENDAR_STALE: timedelta(minutes=6),
    AlertKind.QUEUE_BEHIND: timedelta(minutes=6),
}
"""How long a trouble lasts before somebody is mailed. The console shows it at once."""
_WHOLE_SERVICE = {AlertKind.OUTAGE, AlertKind.MISCONFIGURED, AlertKind.QUOTA, AlertKind.COMPANY_GRANT}


def watch_alerts() -> None:
    """Look, settle what is over, and defer the mails, all in one transaction."""
    now = clock.now()
    with transaction() as session:
        for kind, find in _FINDERS.items():
            keep_only(session, kind, find(session, now), now)
        keep_only(session, AlertKind.CHANNELS, silent_services(session, now) if can_be_told() else [], now)
        keep_only(session, AlertKind.CALENDAR_STALE, _stale_by_themselves(session, now), now)
        _tell(session, take_unmailed(session, PATIENCE, now))
        drop_old_alerts(session, now)


def _stale_by_themselves(session: Session, now: datetime) -> list[Trouble]:
    """Stale calendars, but for those of a service that fails as a whole: that is one trouble, and the operator's."""
    failing = {
        alert.subject.partition("/")[0] for alert in list_open_alerts(session) if alert.kind in _WHOLE_SERVICE
    }
    return [
        trouble
        for trouble in stale_calendars(session, now)
        if trouble.detail["provider"] not in failing or trouble.detail["state"] == CalendarState.GONE.value
    ]


def _tell(session: Session, alerts: Sequence[Alert]) -> None:
    if not alerts:
        return
    for email in list_alert_readers(session):
        defer(session, "mail_alerts", email=email, alerts=[alert.id for alert in alerts])
    for alert in alerts:
        # a reading that is merely late is ours to catch up with, and nothing that the rep could mend
        if alert.kind is AlertKind.CALENDAR_STALE and alert.detail.get("state") != CalendarState.OK.value:
            defer(session, "mail_stale_calendar", calendar=alert.subject)
