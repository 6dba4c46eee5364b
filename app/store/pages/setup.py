"""What the lists of configured things say beside the configuration itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    ApiKey,
    AuditEntry,
    Booking,
    BookingState,
    Form,
    Rep,
    RepTrip,
    Request,
    Router,
    RouterVersion,
    TimeOff,
    User,
)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A published version of a router."""

    number: int
    published_at: datetime
    by: str | None
    note: str
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RouterRow:
    """A router in use: its published version, its draft, and when it was published."""

    name: str
    version: int | None
    draft: dict[str, Any] | None
    document: dict[str, Any] | None
    published_at: datetime | None

    @property
    def rule_count(self) -> int:
        """Rules in force, or in the draft while there is nothing else; through all layers."""
        document = self.document or self.draft or {}
        layers = [document, *_listed(document.get("layers"))]
        return sum(len(_listed(layer.get("rules"))) for layer in layers if isinstance(layer, dict))


def _listed(data: Any) -> list[Any]:
    """A list in a draft, which may be anything."""
    return data if isinstance(data, list) else []


def name_by_email(session: Session) -> dict[str, str]:
    """The names of the reps in use, by address."""
    rows = session.execute(select(Rep.email, Rep.name).where(Rep.archived_at.is_(None)))
    return {email: name for email, name in rows}  # noqa: C416 - rows are no pairs to mypy


@dataclass(frozen=True, slots=True)
class Covering:
    """Somebody's absence that another rep covers."""

    name: str
    starts_on: date
    ends_on: date


def list_covering(session: Session, email: str, today: date) -> list[Covering]:
    """The absences, from today on, for which this rep was named as the cover."""
    rows = session.execute(
        select(Rep.name, TimeOff.starts_on, TimeOff.ends_on)
        .join(Rep, Rep.id == TimeOff.rep_id)
        .where(TimeOff.cover_email == email, TimeOff.ends_on >= today, Rep.archived_at.is_(None))
        .order_by(TimeOff.starts_on, Rep.name)
    )
    return [Covering(name, starts_on, ends_on) for name, starts_on, ends_on in rows]


def list_routers(session: Session) -> list[RouterRow]:
    """By name."""
    rows = session.execute(
        select(Router, RouterVersion.document, RouterVersion.published_at)
        .outerjoin(
            RouterVersion,
            (RouterVersion.router_id == Router.id) & (RouterVersion.number == Router.published_version),
        )
        .where(Router.archived_at.is_(None))
        .order_by(Router.name)
    )
    return [RouterRow(r.name, r.published_version, r.draft, document, at) for r, document, at in rows]


def find_router(session: Session, name: str) -> RouterRow | None:
    """One router in use."""
    return next((row for row in list_routers(session) if row.name == name), None)


def list_versions(session: Session, name: str) -> list[VersionRow]:
    """Newest first."""
    rows = session.execute(
        select(RouterVersion, User.name)
        .join(Router, Router.id == RouterVersion.router_id)
        .outerjoin(User, User.id == RouterVersion.published_by)
        .where(Router.name == name)
        .order_by(RouterVersion.number.desc())
    )
    return [VersionRow(v.number, v.published_at, by, v.note, v.document) for v, by in rows]


def count_requests_by_form(session: Session) -> dict[str, int]:
    """How many requests each form brought."""
    rows = session.execute(
        select(Form.slug, func.count()).join(Request, Request.form_id == Form.id).group_by(Form.slug)
    )
    return {slug: count for slug, count in rows}  # noqa: C416 - rows are no pairs to mypy


def count_upcoming_by_rep(session: Session, at: datetime) -> dict[str, int]:
    """How many meetings each rep (by e-mail) has before them."""
    rows = session.execute(
        select(Rep.email, func.count())
        .join(Booking, Booking.rep_id == Rep.id)
        .where(Booking.state == BookingState.CONFIRMED, Booking.ends_at > at)
        .group_by(Rep.email)
    )
    return {email: count for email, count in rows}  # noqa: C416 - rows are no pairs to mypy


def list_time_off(session: Session, rep_id: int) -> list[TimeOff]:
    """A rep's time off, the earliest first."""
    return list(session.scalars(select(TimeOff).where(TimeOff.rep_id == rep_id).order_by(TimeOff.starts_on)))


def list_trips(session: Session, rep_id: int) -> list[RepTrip]:
    """A rep's trips, the earliest first."""
    return list(session.scalars(select(RepTrip).where(RepTrip.rep_id == rep_id).order_by(RepTrip.starts_on)))


def find_rep(session: Session, rep_id: int) -> Rep:
    """The rep with this key. Raises NoResultFound."""
    return session.get_one(Rep, rep_id)


def find_rep_by_email(session: Session, email: str) -> Rep | None:
    """The rep with this address."""
    return session.scalar(select(Rep).where(Rep.email == email))


def list_api_keys(session: Session) -> list[ApiKey]:
    """Newest first, revoked ones last."""
    return list(session.scalars(select(ApiKey).order_by(ApiKey.revoked_at.isnot(None), ApiKey.id.desc())))


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who did what to what."""

    entry: AuditEntry
    by: str


def list_audit(session: Session, *, before: int | None = None, limit: int = 50) -> list[AuditRow]:
    """Newest first, one more than `limit`."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    entries = session.scalars(query).all()
    names = name_actors(session, {entry.actor for entry in entries})
    return [AuditRow(entry, names[entry.actor]) for entry in entries]


def name_actors(session: Session, actors: Collection[str]) -> dict[str, str]:
    """People by their names, and everybody else (keys, the system) as they are called."""
    people = session.execute(select(User.public_id, User.name).where(User.public_id.in_(actors)))
    keys = session.execute(select(ApiKey.public_id, ApiKey.name).where(ApiKey.public_id.in_(actors)))
    return {actor: actor for actor in actors} | {who: name for who, name in [*people, *keys]}  # noqa: C416


def name_rep_keys(session: Session) -> dict[int, tuple[str, str, bool]]:
    """Every rep by key: public id, name, and whether they take leads; by name."""
    rows = session.execute(
        select(Rep.id, Rep.public_id, Rep.name, Rep.is_active, Rep.archived_at).order_by(Rep.name)
    )
    return {key: (rep, name, is_active and not gone) for key, rep, name, is_active, gone in rows}


def name_reps(session: Session) -> dict[str, str]:
    """Every rep's name by public id, archived ones included."""
    return {rep: name for rep, name in session.execute(select(Rep.public_id, Rep.name))}  # noqa: C416 - rows are no pairs to mypy
