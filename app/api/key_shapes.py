"""Keys over the wire."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from app.api.shapes import Id
from app.scopes import Scope
from app.web.openapi import Body


class Key(BaseModel):
    """A key for this API, without its secret."""

    id: str
    name: str
    scopes: list[str]
    created_at: AwareDatetime
    used_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class Keys(BaseModel):
    """Every key, the newest first."""

    keys: list[Key]


class MadeKey(BaseModel):
    """A key just made. `secret` is shown this once."""

    id: str
    secret: str


class NewKey(Body):
    """A key to make; it may do no more than the key that makes it."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=20)]


class KeyPath(BaseModel):
    """A key's id."""

    key: Id
