"""Forms and their questions."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from app.colors import DEFAULT_ACCENT
from app.ids import new_id
from app.models import Form, FormField, MeetingType, Router
from app.store.configuration.writer import Writer

_SAME = ("origins", "shows_rep", "branding", "privacy_notice", "strings", "messages")
_FIELD = ("name", "type", "label", "help", "placeholder", "required", "autocomplete", "choices")
_BRANDING: dict[str, Any] = {"accent": DEFAULT_ACCENT, "logo_url": None, "theme": "auto"}


def read(session: Session) -> dict[str, dict[str, Any]]:
    """By slug, questions in their order."""
    rows = session.scalars(
        select(Form)
        .where(Form.archived_at.is_(None))
        .options(joinedload(Form.router), joinedload(Form.meeting_type), selectinload(Form.fields))
        .order_by(Form.id)
    )
    return {row.slug: _item(row) for row in rows}


def write(session: Session, key: str, item: dict[str, Any], writer: Writer) -> None:
    """Questions are matched by their name."""
    row = session.scalar(select(Form).where(Form.slug == key))
    if row is None:
        row = Form(public_id=new_id("form"), slug=key)
    row.router = session.scalars(select(Router).where(Router.name == item["router"])).one()
    row.meeting_type = session.scalars(
        select(MeetingType).where(MeetingType.slug == item["meeting_type"])
    ).one()
    for name in _SAME:
        setattr(row, name, item[name])
    row.archived_at = None
    kept = {field.name: field for field in row.fields}
    row.fields = [_field(kept, position, data) for position, data in enumerate(item["fields"])]
    session.add(row)
    session.flush()


def archive(session: Session, key: str, at: datetime) -> None:
    """The widget answers that there is nothing here; requests that came through it stay."""
    session.execute(update(Form).where(Form.slug == key).values(archived_at=at))


def _item(row: Form) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "router": row.router.name,
        "meeting_type": row.meeting_type.slug,
        **{name: getattr(row, name) for name in _SAME},
        "branding": {**_BRANDING, **row.branding},
        "fields": [{name: getattr(field, name) for name in _FIELD} for field in row.fields],
    }


def _field(kept: dict[str, FormField], position: int, data: dict[str, Any]) -> FormField:
    field = kept.get(data["name"]) or FormField()
    field.position = position
    for name in _FIELD:
        setattr(field, name, data[name])
    return field
