"""Routers: the published version is what is configured; a change publishes a new, immutable one."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models import Router, RouterVersion
from app.store.configuration.writer import Writer


def read(session: Session) -> dict[str, dict[str, Any]]:
    """By name; a router that was never published is not there yet."""
    rows = session.execute(
        select(Router.name, RouterVersion.document)
        .join(
            RouterVersion,
            (RouterVersion.router_id == Router.id) & (RouterVersion.number == Router.published_version),
        )
        .where(Router.archived_at.is_(None))
        .order_by(Router.id)
    )
    return {name: document for name, document in rows}  # noqa: C416 - rows are no pairs to mypy


def write(session: Session, key: str, item: dict[str, Any], writer: Writer) -> None:
    """Publish, unless the newest version says the same already (a router that comes back)."""
    row = find_or_add(session, key)
    row.archived_at = None
    if _published(session, row) == item:
        return
    newest = session.scalar(select(func.max(RouterVersion.number)).where(RouterVersion.router_id == row.id))
    version = RouterVersion(
        router_id=row.id,
        number=(newest or 0) + 1,
        document=item,
        published_at=writer.at,
        published_by=writer.user_id,
        note=writer.note,
    )
    session.add(version)
    session.flush()
    row.published_version = version.number
    if row.draft == item:
        row.draft = None
    session.flush()


def archive(session: Session, key: str, at: datetime) -> None:
    """Its versions stay: decisions name them."""
    session.execute(update(Router).where(Router.name == key).values(archived_at=at))


def find_or_add(session: Session, name: str) -> Router:
    """The router's row, archived or not, made when there is none."""
    row = session.scalar(select(Router).where(Router.name == name))
    if row is None:
        row = Router(public_id=new_id("rtr"), name=name)
        session.add(row)
        session.flush()
    return row


def find_router(session: Session, name: str) -> Router | None:
    """The router's row."""
    return session.scalar(select(Router).where(Router.name == name))


def find_version(session: Session, name: str, number: int) -> dict[str, Any] | None:
    """What a version says."""
    return session.scalar(
        select(RouterVersion.document)
        .join(Router, Router.id == RouterVersion.router_id)
        .where(Router.name == name, RouterVersion.number == number)
    )


def save_draft(row: Router, document: dict[str, object] | None) -> None:
    """Keep a draft beside the published version; None drops it."""
    row.draft = document


def _published(session: Session, row: Router) -> dict[str, Any] | None:
    if row.published_version is None:
        return None
    version = session.get(RouterVersion, (row.id, row.published_version))
    return version.document if version else None
