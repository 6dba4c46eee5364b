"""Who is asked for more facts about a lead, in which order, and for how long."""

import re
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from app.configuration.words import Item, Name, fault
from routing.computed import COMPUTED, STATED

PLACEHOLDERS = (
    "email",
    "email_domain",
    "company_domain",
    "company",
    "company_plain",
    "name",
    "country",
    "phone",
)
OURS = frozenset(
    (
        "email",
        "email_domain",
        "company_domain",
        "company_plain",
        "is_free_mail",
        "is_disposable",
        "form",
        "source",
        "territory",
        "timezone",
        "today",
    )
).union(COMPUTED - STATED)
"""Facts that nobody else may say."""

_SLOT = re.compile(r"\{([^{}]*)\}")
_HEADER = r"^[A-Za-z][A-Za-z0-9-]{0,63}$"
_REFUSED_HEADERS = {"host", "content-length", "transfer-encoding", "connection", "cookie"}
_RECORDS = ("contact.", "company.")


class Kind(StrEnum):
    """How a provider is asked."""

    HTTP = "http"
    CRM = "crm"


class Prefer(StrEnum):
    """Which answer wins: the first in order, or the one with more confidence."""

    FIRST = "first"
    BEST = "best"


def _template(text: str) -> str:
    for slot in _SLOT.findall(text):
        if slot not in PLACEHOLDERS:
            known = ", ".join(PLACEHOLDERS)
            raise fault("unknown-placeholder", f"{{{slot[:40]}}} is not known here; known are {known}")
    if re.search(r"[{}]", _SLOT.sub("", text)):
        raise fault("invalid", "has a brace that belongs to no placeholder")
    if not text.isprintable():
        raise fault("invalid", "must be one line of printable text")
    return text


def _address(text: str) -> str:
    _template(text)
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise fault("invalid-link", "is no address") from None
    if parts.scheme not in {"http", "https"} or not host or any(char.isspace() for char in text):
        raise fault("invalid-link", "must be an address that starts with https://")
    if "{" in parts.netloc or "@" in parts.netloc:
        raise fault("invalid-link", "must name its host itself, without placeholders and passwords")
    return text


def _fact(name: str) -> str:
    if name in OURS or name.startswith("account."):
        raise fault("reserved", f"{name} is a fact that we work out ourselves")
    return name


def _header(name: str) -> str:
    if name.lower() in _REFUSED_HEADERS:
        raise fault("reserved", f"the header {name} cannot be set")
    return name


_Fact = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=64), AfterValidator(_fact)
]
_Path = Annotated[str, Field(pattern=r"^[A-Za-z0-9_$-]+(\.[A-Za-z0-9_$-]+){0,15}$", max_length=200)]
_Template = Annotated[str, Field(max_length=500), AfterValidator(_template)]
_Address = Annotated[str, Field(max_length=1000), AfterValidator(_address)]
_HeaderName = Annotated[str, Field(pattern=_HEADER), AfterValidator(_header)]
_HeaderText = Annotated[str, Field(pattern=r"^[\x20-\x7e]*$", max_length=500)]
_Share = Annotated[float, Field(ge=0, le=1)]


class EnrichmentProvider(Item):
    """Somebody who is asked. `fields` says which fact is at which dotted path of the answer; in a CRM's, paths
    begin with `contact.` or `company.`. `secret` names a key, which is
    sent in `header`, behind `scheme`.
    `only_if_missing`: asked only while one of these facts is missing."""

    name: Annotated[Name, Field(max_length=80)]
    kind: Kind = Kind.HTTP
    url: _Address | None = None
    method: Annotated[str, Field(pattern="^(GET|POST)$")] = "GET"
    headers: Annotated[dict[_HeaderName, _HeaderText], Field(max_length=20)] = Field(default_factory=dict)
    body: Annotated[dict[Name, _Template], Field(max_length=50)] | None = None
    secret: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")] | None = None
    header: _HeaderName = "Authorization"
    scheme: Annotated[str, Field(pattern=r"^[\x21-\x7e]{0,40}$")] = "Bearer"
    fields: Annotated[dict[_Fact, _Path], Field(min_length=1, max_length=100)]
    confidence: _Share = 1.0
    confidence_path: _Path | None = None
    timeout_ms: Annotated[int, Field(ge=50, le=3000)] = 500
    only_if_missing: Annotated[list[_Fact], Field(max_length=50)] = Field(default_factory=list)
    active: bool = True

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "EnrichmentProvider":
        if (self.kind is Kind.HTTP) != (self.url is not None):
            raise fault("missing" if self.url is None else "unknown-field", "url belongs to the kind http")
        if self.body is not None and self.method != "POST":
            raise fault("unknown-field", "body belongs to the method POST")
        if self.kind is Kind.CRM and not all(path.startswith(_RECORDS) for path in self.fields.values()):
            raise fault("invalid", "paths into a CRM begin with contact. or company.")
        return self


def _each_once(providers: list[EnrichmentProvider]) -> list[EnrichmentProvider]:
    names = [provider.name for provider in providers]
    if len(set(names)) < len(names) or "accounts" in names:
        raise fault(
            "duplicate", "names a provider twice, or calls one `accounts`, which is our own directory"
        )
    return providers


class Enrichment(Item):
    """More facts about a lead, before it is routed. Our own accounts come first, then the providers in this order,
    until `budget_ms` milliseconds are over: a lead never waits longer."""

    prefer: Prefer = Prefer.FIRST
    budget_ms: Annotated[int, Field(ge=0, le=3000)] = 800
    providers: Annotated[list[EnrichmentProvider], Field(max_length=20), AfterValidator(_each_once)] = Field(
        default_factory=list
    )
