"""Today: what needs somebody, then what is coming up."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import render_template

from app.admin.blueprint import admin
from app.admin.standing import alerts_of
from app.clock import now
from app.db import Session, db
from app.models import Alert
from app.queue import list_dead_jobs
from app.store.alerts import list_open_alerts
from app.store.company import load_company
from app.store.health import find_heartbeat
from app.store.pages.calendars import list_rep_calendars
from app.store.pages.frame import find_company_frame
from app.store.pages.leads import list_leads
from app.store.pages.meetings import list_meetings
from app.store.pages.reviews import count_due
from app.store.pages.today import count_week, list_deviating, list_failed_events, list_waiting
from app.usecases.describe_alert import AlertWords, describe_alerts
from app.web.policy import Policy, policy

_SHOWN = 6
_SILENT_FOR = timedelta(seconds=90)


@admin.get("/")
@policy(Policy.MANAGER)
def today() -> str:
    """What needs somebody, and what happens today."""
    session, at = db.session(), now()
    frame = find_company_frame(session)
    zone = ZoneInfo(frame.timezone)
    midnight = (at.astimezone(zone) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    coming = list_meetings(session, at=at, limit=_SHOWN)
    return render_template(
        "admin/today.html",
        at=at,
        counts=count_week(session, at),
        alerts=_unseen(session),
        worker_silent_since=_silent_since(session, at),
        waiting=list_waiting(session, limit=_SHOWN),
        troubles=[row for row in list_rep_calendars(session) if row.rep.is_active and row.trouble],
        failed=list_failed_events(session, at),
        deviations=list_deviating(session, at),
        dead=list(list_dead_jobs(session, 5)),
        pool_alerts=alerts_of(session, load_company(session, at.date()), at) if frame.revision else {},
        reviews=count_due(session, at.astimezone(zone).date()),
        meetings=coming[:_SHOWN],
        tonight=midnight,
        newest=list_leads(session)[:_SHOWN],
    )


def _unseen(session: Session) -> list[tuple[Alert, AlertWords]]:
    """Troubles of the installation that nobody has taken note of."""
    rows = [alert for alert in list_open_alerts(session) if alert.acknowledged_at is None]
    return describe_alerts(session, rows)


def _silent_since(session: Session, at: datetime) -> datetime | None:
    """When a worker was last heard of, if that is long ago: without one, nobody else would raise an alert."""
    beat = find_heartbeat(session)
    return beat if beat is not None and at - beat > _SILENT_FOR else None
