"""What the parts of the admin API share: ids, pages, faults; instants are RFC 3339 with an offset."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, RootModel

from app.web.openapi import Body

Id = Annotated[str, Field(min_length=1, max_length=40)]
Row = Annotated[int, Field(ge=1, le=2**53)]


class PlainObject(RootModel[dict[str, Any]]):
    """Any JSON object; what it may hold is described where it is used."""

    model_config = ConfigDict(title="PlainObject")


class Fault(BaseModel):
    """One thing wrong, or worth knowing."""

    field: str
    code: str
    message: str


class PageQuery(Body):
    """`before`: the `next` of the page before."""

    before: Row | None = None
