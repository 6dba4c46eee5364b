"""Published iCalendar feeds that the document names by a secret.

A feed is a connection whose account is `secret:<rep>:<name>`, with one calendar that checks conflicts. Feeds that
a rep added by hand have another account and are none of the document's business.
"""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.ids import new_id
from app.models import Calendar, CalendarState, Connection, ConnectionState, Provider, ReadingCause, Rep
from app.queue import defer
from app.store.configuration.writer import Writer

PREFIX = "secret:"
FEED_CALENDAR = "feed"
MISSING = "Nobody told us the address of {name}: set its SECRET_… variable and apply the configuration again"


def names_by_rep(session: Session) -> dict[int, list[str]]:
    """The secrets' names of every rep's feeds, sorted."""
    rows = session.execute(
        select(Connection.rep_id, Connection.account).where(
            Connection.provider == Provider.ICS,
            Connection.account.startswith(PREFIX),
            Connection.state != ConnectionState.DISCONNECTED,
        )
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for rep_id, account in rows:
        found[rep_id].append(account.rpartition(":")[2])
    return {rep_id: sorted(names) for rep_id, names in found.items()}


def write_feeds(session: Session, rep: Rep, names: list[str], writer: Writer) -> bool:
    """Bring a rep's feeds to these secrets. Returns whether anything changed, a new address included."""
    live = {row.account.rpartition(":")[2]: row for row in _rows(session, rep) if _is_live(row)}
    for name, row in live.items():
        if name not in names:
            _disconnect(row)
    changed = [_write_feed(session, rep, name, live.get(name), writer) for name in names]
    session.flush()
    return any(changed) or any(name not in names for name in live)


def list_unresolved(session: Session, rep_emails: set[str]) -> list[tuple[str, str]]:
    """(rep's e-mail, secret's name) of feeds whose address nobody told us."""
    rows = session.execute(
        select(Rep.email, Connection.account)
        .join(Rep, Rep.id == Connection.rep_id)
        .where(
            Rep.email.in_(rep_emails),
            Connection.provider == Provider.ICS,
            Connection.account.startswith(PREFIX),
            Connection.state != ConnectionState.DISCONNECTED,
            Connection.secret.is_(None),
        )
        .order_by(Rep.email, Connection.account)
    )
    return [(email, account.rpartition(":")[2]) for email, account in rows]


def _rows(session: Session, rep: Rep) -> list[Connection]:
    return list(
        session.scalars(
            select(Connection)
            .where(
                Connection.rep_id == rep.id,
                Connection.provider == Provider.ICS,
                Connection.account.startswith(PREFIX),
            )
            .options(selectinload(Connection.calendars))
            .order_by(Connection.id)
        )
    )


def _is_live(row: Connection) -> bool:
    return row.state is not ConnectionState.DISCONNECTED


def _write_feed(session: Session, rep: Rep, name: str, row: Connection | None, writer: Writer) -> bool:
    address = writer.find_secret(name)
    is_new = row is None
    if row is None:
        row = _add(session, rep, name, writer)
    known = writer.open(row.public_id, row.secret) if row.secret else None
    if address is not None and address != known:
        row.secret, row.state, row.error = writer.seal(row.public_id, address), ConnectionState.ACTIVE, None
        row.updated_at = writer.at
        _read_anew(session, row)
        return True
    if row.secret is None:
        row.state = ConnectionState.NEEDS_RECONNECT
        row.error = MISSING.format(name=name)
    return is_new


def _add(session: Session, rep: Rep, name: str, writer: Writer) -> Connection:
    row = Connection(
        public_id=new_id("con"),
        rep_id=rep.id,
        provider=Provider.ICS,
        account=f"{PREFIX}{rep.public_id}:{name}",
        label=name,
        scopes=[],
        state=ConnectionState.ACTIVE,
        updated_at=writer.at,
    )
    row.calendars.append(
        Calendar(
            public_id=new_id("cal"),
            rep_id=rep.id,
            remote_id=FEED_CALENDAR,
            name=name,
            can_write=False,
            is_primary=True,
            checks_conflicts=True,
            is_destination=False,
            state=CalendarState.NEW,
            warnings=[],
        )
    )
    session.add(row)
    session.flush()
    return row


def _read_anew(session: Session, row: Connection) -> None:
    """What the mirror holds came from another address."""
    for calendar in row.calendars:
        calendar.state, calendar.token, calendar.next_sync_at = CalendarState.NEW, None, None
        calendar.known_from = calendar.known_until = calendar.synced_at = None
        session.flush()
        defer(
            session,
            "sync_calendar",
            once=f"sync:{calendar.public_id}",
            calendar=calendar.public_id,
            cause=ReadingCause.CONNECTED.value,
        )


def _disconnect(row: Connection) -> None:
    row.state, row.secret, row.error = ConnectionState.DISCONNECTED, None, None
    row.calendars.clear()
