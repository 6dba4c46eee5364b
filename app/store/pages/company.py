"""Who of the reps is connected, by the company or by themselves, and who is not and why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    Activity,
    CalendarMode,
    CompanyGrant,
    CompanyGrantState,
    CompanyReach,
    Connection,
    ConnectionState,
    Rep,
    User,
)
from app.store.company_grants import count_by_grant, list_grants

REMINDED = "connection.reminded"
OWN = "own"
_VAGUE = ("not_delegated", "unknown_user")


@dataclass(frozen=True, slots=True)
class RepReach:
    """One rep: `by` is `company`, `self` or nothing; `code` says why not. `address` is their account's main address
    where it is another one than theirs here. Without `can_sign_in` nobody can connect by themselves."""

    rep: Rep
    by: str | None
    provider: str | None
    code: str | None
    detail: str | None
    address: str | None
    reminded_at: datetime | None
    can_sign_in: bool


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A company's key and how many reps hang on it."""

    grant: CompanyGrant
    reps: int


@dataclass(frozen=True, slots=True)
class CompanyPage:
    """Everything about connecting everybody."""

    grants: Mapping[str, GrantLine]
    rows: Sequence[RepReach]

    @property
    def missing(self) -> list[RepReach]:
        """Reps whom nobody connected."""
        return [row for row in self.rows if row.by is None]

    @property
    def connected(self) -> list[RepReach]:
        """Reps who are connected, whoever did it."""
        return [row for row in self.rows if row.by is not None]

    @property
    def by_company(self) -> int:
        """How many the company connected."""
        return sum(row.by == "company" for row in self.rows)


def load_company_page(session: Session) -> CompanyPage:
    """All reps in use whose calendars count, by name; the same number of queries however many they are."""
    grants = list_grants(session)
    rows = _rows(session, grants)
    lines = {grant.provider.value: GrantLine(grant, count_by_grant(session, grant)) for grant in grants}
    return CompanyPage(lines, rows)


def _rows(session: Session, grants: Sequence[CompanyGrant]) -> list[RepReach]:
    reps = session.scalars(
        select(Rep)
        .where(Rep.archived_at.is_(None), Rep.calendar_mode == CalendarMode.CONNECTED)
        .order_by(Rep.name, Rep.id)
    ).all()
    live: dict[int, list[Connection]] = defaultdict(list)
    for row in session.scalars(
        select(Connection).where(Connection.state != ConnectionState.DISCONNECTED).order_by(Connection.id)
    ):
        live[row.rep_id].append(row)
    tried: dict[int, list[CompanyReach]] = defaultdict(list)
    for reach in session.scalars(select(CompanyReach)):
        tried[reach.rep_id].append(reach)
    reminded = last_reminders(session)
    users = set(session.scalars(select(User.id).where(User.is_active)))
    return [
        _row(rep, live[rep.id], tried[rep.id], grants, reminded.get(rep.id), can_sign_in=rep.user_id in users)
        for rep in reps
    ]


def last_reminders(session: Session) -> dict[int, datetime]:
    """When each rep was last reminded to connect."""
    rows = session.execute(
        select(Activity.rep_id, func.max(Activity.at))
        .where(Activity.kind == REMINDED)
        .group_by(Activity.rep_id)
    )
    return {rep: at for rep, at in rows if rep is not None}


def _row(
    rep: Rep,
    live: Sequence[Connection],
    tried: Sequence[CompanyReach],
    grants: Sequence[CompanyGrant],
    reminded_at: datetime | None,
    *,
    can_sign_in: bool,
) -> RepReach:
    failing = {each.grant_id: each for each in tried if each.code not in {None, OWN}}
    active = [row for row in live if row.state is ConnectionState.ACTIVE]
    good = [row for row in active if row.company_grant_id not in failing]
    if good:
        chosen = next((row for row in good if row.company_grant_id is not None), good[0])
        by = "company" if chosen.company_grant_id is not None else "self"
        other = chosen.email if chosen.email and chosen.email.lower() != rep.email.lower() else None
        return RepReach(
            rep, by, chosen.provider.value, None, None, other, reminded_at, can_sign_in=can_sign_in
        )
    code, detail = _why(live, list(failing.values()), grants)
    return RepReach(rep, None, None, code, detail, None, reminded_at, can_sign_in=can_sign_in)


def _why(
    live: Sequence[Connection], failing: list[CompanyReach], grants: Sequence[CompanyGrant]
) -> tuple[str, str | None]:
    if failing:
        telling = min(failing, key=lambda each: each.code in _VAGUE)
        return str(telling.code), telling.detail
    if any(row.state is ConnectionState.NEEDS_RECONNECT for row in live):
        return "needs_reconnect", None
    states = {grant.state for grant in grants}
    if CompanyGrantState.ACTIVE in states:
        return "untried", None
    return ("key_broken" if CompanyGrantState.BROKEN in states else "not_connected"), None
