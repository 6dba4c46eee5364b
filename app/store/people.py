"""Users, their sessions, and the rep behind a user."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.models import Company, Rep, Role, User, UserSession


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A signed-in browser: the session's row, the person, and the rep they are (or None)."""

    session_id: int
    user_id: int
    user: str
    name: str
    email: str
    role: Role
    rep_id: int | None
    rep: str | None
    seen_at: datetime

    @property
    def manages(self) -> bool:
        """Admins and managers see everything."""
        return self.role in {Role.ADMIN, Role.MANAGER}

    @property
    def administers(self) -> bool:
        """Only admins change the configuration."""
        return self.role is Role.ADMIN


def hash_secret(secret: str) -> bytes:
    """What is kept of a random secret: with 256 bits of chance a plain digest cannot be searched."""
    return hashlib.sha256(secret.encode()).digest()


def find_user_by_email(session: Session, email: str) -> User | None:
    """The user with this address, whatever the case it is written in."""
    return session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))


def find_user(session: Session, public_id: str) -> User | None:
    """The user with this public id."""
    return session.scalar(select(User).where(User.public_id == public_id))


def lock_admins(session: Session) -> set[int]:
    """The keys of all admins who can sign in, locked so that two changes cannot leave none."""
    rows = select(User.id).where(User.role == Role.ADMIN, User.is_active).order_by(User.id).with_for_update()
    return set(session.scalars(rows))


def list_users(session: Session) -> list[User]:
    """Everybody who can sign in, by name."""
    return list(session.scalars(select(User).order_by(User.is_active.desc(), User.name, User.id)))


def list_alert_readers(session: Session) -> list[str]:
    """Who is mailed about troubles: the company's address for that, or where there is none, its admins."""
    settings = session.scalar(select(Company.settings)) or {}
    if address := settings.get("alerts_to"):
        return [str(address)]
    return sorted(session.scalars(select(User.email).where(User.role == Role.ADMIN, User.is_active)))


def find_rep_of_user(session: Session, user_id: int) -> Rep | None:
    """The rep that a user is."""
    return session.scalar(select(Rep).where(Rep.user_id == user_id, Rep.archived_at.is_(None)))


def add_session(
    session: Session, user: User, secret: str, at: datetime, expires_at: datetime, user_agent: str
) -> UserSession:
    """Start a session for `user` that ends at `expires_at` at the latest."""
    row = UserSession(
        user_id=user.id,
        secret_hash=hash_secret(secret),
        created_at=at,
        seen_at=at,
        expires_at=expires_at,
        user_agent=user_agent[:200],
    )
    session.add(row)
    session.flush()
    return row


def find_signed_in(session: Session, secret: str, at: datetime) -> SignedIn | None:
    """Who holds `secret`, unless the session is over or the user may no longer sign in."""
    row = session.execute(
        select(UserSession, User, Rep)
        .join(User, User.id == UserSession.user_id)
        .outerjoin(Rep, (Rep.user_id == User.id) & Rep.archived_at.is_(None))
        .where(UserSession.secret_hash == hash_secret(secret), UserSession.expires_at > at, User.is_active)
    ).first()
    if row is None:
        return None
    signed, user, rep = row
    return SignedIn(
        session_id=signed.id,
        user_id=user.id,
        user=user.public_id,
        name=user.name,
        email=user.email,
        role=user.role,
        rep_id=rep.id if rep else None,
        rep=rep.public_id if rep else None,
        seen_at=signed.seen_at,
    )


def touch_session(session: Session, session_id: int, at: datetime) -> None:
    """Note that a session was used."""
    session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=at))


def end_session(session: Session, secret: str) -> None:
    """End the session behind `secret`; nothing happens when there is none."""
    session.execute(delete(UserSession).where(UserSession.secret_hash == hash_secret(secret)))


def end_sessions_of(session: Session, user_id: int) -> int:
    """End every session of a user and say how many there were."""
    ended = session.execute(
        delete(UserSession).where(UserSession.user_id == user_id).returning(UserSession.id)
    ).all()
    return len(ended)


def add_user(session: Session, user: User) -> None:
    """Keep a new user, and tie them to the rep with the same e-mail address who has none yet."""
    session.add(user)
    session.flush()
    session.execute(
        update(Rep)
        .where(func.lower(Rep.email) == user.email.lower(), Rep.user_id.is_(None))
        .values(user_id=user.id)
    )
