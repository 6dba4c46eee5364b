"""The whole document: its collections, what names an item in each, and reading and writing it."""

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple, TypeAlias

from pydantic import BaseModel, Field, ValidationError

from app.configuration.enrichment import Enrichment
from app.configuration.forms import Form, MeetingType, Router
from app.configuration.judging import Qualification, Scoring
from app.configuration.people import Company, Rep, Schedule
from app.configuration.sharing import Pool, Queue, Territory
from app.configuration.words import Item
from app.errors import FieldError, Invalid
from app.faults import field_errors

Plain: TypeAlias = dict[str, Any]
"""An item as plain JSON with every field there: what is compared, stored in the history and written to rows."""

State: TypeAlias = dict[str, dict[str, Plain]]
"""Collection → key → item. Of the company, of enrichment, scoring and qualification there is one; it goes by its
collection's name."""

COMPANY = "company"
ENRICHMENT = "enrichment"
SCORING = "scoring"
QUALIFICATION = "qualification"


class Collection(NamedTuple):
    """A kind of item: its model, and the field that names an item (none, where there is only one)."""

    model: type[Item]
    key: str
    noun: str


COLLECTIONS: Mapping[str, Collection] = {
    COMPANY: Collection(Company, "", "company"),
    "schedules": Collection(Schedule, "name", "schedule"),
    "territories": Collection(Territory, "name", "territory"),
    "reps": Collection(Rep, "email", "rep"),
    "meeting_types": Collection(MeetingType, "slug", "meeting type"),
    "queues": Collection(Queue, "name", "queue"),
    "pools": Collection(Pool, "name", "pool"),
    "routers": Collection(Router, "name", "router"),
    "forms": Collection(Form, "slug", "form"),
    ENRICHMENT: Collection(Enrichment, "", "enrichment"),
    SCORING: Collection(Scoring, "", "scoring"),
    QUALIFICATION: Collection(Qualification, "", "qualification"),
}
"""In the order in which they refer to one another: what comes later names what comes before."""

_MOST = 20_000


class Document(Item):
    """Everything an admin can set. A collection that is left out is left alone."""

    version: Annotated[int, Field(ge=1, le=1, description="The version of this format")] = 1
    revision: Annotated[int, Field(ge=0)] | None = None
    company: Company | None = None
    schedules: Annotated[list[Schedule], Field(max_length=_MOST)] | None = None
    territories: Annotated[list[Territory], Field(max_length=_MOST)] | None = None
    reps: Annotated[list[Rep], Field(max_length=_MOST)] | None = None
    meeting_types: Annotated[list[MeetingType], Field(max_length=_MOST)] | None = None
    queues: Annotated[list[Queue], Field(max_length=_MOST)] | None = None
    pools: Annotated[list[Pool], Field(max_length=_MOST)] | None = None
    routers: Annotated[list[Router], Field(max_length=_MOST)] | None = None
    forms: Annotated[list[Form], Field(max_length=_MOST)] | None = None
    enrichment: Enrichment | None = None
    scoring: Scoring | None = None
    qualification: Qualification | None = None


class ReadDocument(NamedTuple):
    """A document that was read: its items, the revision it was exported at, and where each item stood."""

    state: State
    revision: int | None
    places: Mapping[tuple[str, str], str]


def read_document(data: Any) -> ReadDocument:
    """The document in plain data (from YAML or JSON). Raises Invalid with the path of every fault."""
    try:
        document = Document.model_validate(data)
    except ValidationError as error:
        raise Invalid(field_errors(error)) from None
    state: State = {}
    places: dict[tuple[str, str], str] = {}
    errors: list[FieldError] = []
    for name, items in _lists(document).items():
        state[name] = {}
        for index, item in enumerate(items):
            key, place = key_of(name, item), name if is_single(name) else f"{name}[{index}]"
            if key in state[name]:
                field = f"{place}.{COLLECTIONS[name].key}"
                errors.append(FieldError(field, "duplicate", f"{key} was there before"))
            state[name][key] = plain(item)
            places[name, key] = place
    if errors:
        raise Invalid(errors)
    return ReadDocument(state, document.revision, places)


def read_item(collection: str, key: str, data: Any, place: str) -> Plain:
    """One item in its plain form. Its own name may be left out of `data`; another name is refused.

    Raises Invalid with paths that start at `place`.
    """
    kind = COLLECTIONS[collection]
    if not isinstance(data, Mapping):
        raise Invalid([FieldError(place, "wrong-type", "must be a mapping")])
    named = {**data, kind.key: data.get(kind.key, key)} if kind.key else dict(data)
    try:
        item = kind.model.model_validate(named)
    except ValidationError as error:
        raise Invalid(field_errors(error, place)) from None
    if key_of(collection, item) != key:
        field = f"{place}.{kind.key}" if place else kind.key
        raise Invalid([FieldError(field, "invalid", f"must be {key}, the name it goes by")])
    return plain(item)


def write_document(state: State, revision: int) -> Plain:
    """The document that `read_document` reads back to `state`: defaults left out, words where people write words."""
    document: Plain = {"version": 1, "revision": revision}
    for name, kind in COLLECTIONS.items():
        items = [write_item(name, item) for item in state.get(name, {}).values()]
        if kind.key:
            document[name] = items
        elif items:
            document[name] = items[0]
    return document


def write_item(collection: str, item: Plain) -> Plain:
    """One item as it stands in an exported document."""
    model = COLLECTIONS[collection].model.model_validate(item)
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True, context={"export": True})


def key_of(collection: str, item: BaseModel) -> str:
    """The natural key of an item."""
    key = COLLECTIONS[collection].key
    return str(getattr(item, key)) if key else collection


def is_single(collection: str) -> bool:
    """Whether there is only one of it, which needs no name."""
    return not COLLECTIONS[collection].key


def plain(item: BaseModel) -> Plain:
    """An item with every field, as plain JSON."""
    return item.model_dump(mode="json", by_alias=True)


def _lists(document: Document) -> dict[str, list[Item]]:
    found = {name: getattr(document, name) for name in COLLECTIONS}
    return {
        name: items if isinstance(items, list) else [items]
        for name, items in found.items()
        if items is not None
    }
