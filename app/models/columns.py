"""The column vocabulary: each kind of column is described once and named where it is used."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, ForeignKey, Identity, String, Text, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values on the way in, returns aware UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Only aware instants are stored."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Every instant is read in UTC."""
        return value.astimezone(UTC) if value is not None else None


Key = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
PublicId = Annotated[str, mapped_column(String(40), unique=True)]
Name = Annotated[str, mapped_column(String(200))]
Email = Annotated[str, mapped_column(String(320))]
Zone = Annotated[str, mapped_column(String(64))]
Utc = Annotated[datetime, mapped_column(UtcDateTime())]
Created = Annotated[datetime, mapped_column(UtcDateTime(), server_default=func.clock_timestamp())]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]
JsonList = Annotated[list[Any], mapped_column(JSONB)]
Words = Annotated[list[str], mapped_column(ARRAY(Text), server_default="{}")]
Flags = Annotated[dict[str, bool], mapped_column(JSONB, server_default="{}")]
LongText = Annotated[str, mapped_column(Text)]


def enum_of(states: type[StrEnum], **options: Any) -> MappedColumn[Any]:
    """A text column that holds the lower-case values of `states`, checked by the database."""
    kind = Enum(
        states,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=_snake(states.__name__),
        values_callable=lambda members: [member.value for member in members],
    )
    return mapped_column(kind, **options)


def reference(target: str, *, on_delete: str = "RESTRICT", **options: Any) -> MappedColumn[Any]:
    """A foreign key to `target` (`table.column`), indexed unless said otherwise."""
    options.setdefault("index", True)
    return mapped_column(BigInteger, ForeignKey(target, ondelete=on_delete), **options)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
