"""Any service that answers a lead's domain or address with JSON: a request from a template, an answer by paths.

Templates know fixed placeholders and nothing else; the host is never part of what is filled in.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import requests

from app.enrichment.providers.base import NOTHING, Answer, ProviderError
from app.enrichment.providers.values import value_at, values_at
from app.enrichment.reading import Fact

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
_OF_COMPANY = {"email_domain", "company_domain"}
_SLOT = re.compile(r"\{([a-z_]+)\}")
_TOO_MANY, _OUTAGE = 429, 500
_UNKNOWN = {404, 410, 422}


class _Unaskable(Exception):
    """A placeholder has no value, or names a mail service instead of a company."""


@dataclass(frozen=True, slots=True)
class HttpProvider:
    """A service over HTTP. `fields` maps facts to dotted paths in its JSON; `http` gives this thread's session."""

    name: str
    url: str
    fields: Mapping[str, str]
    http: Callable[[], requests.Session]
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] | None = None
    confidence: float = 1.0
    confidence_path: str | None = None

    def look_up(self, facts: Mapping[str, Fact], seconds: float) -> Answer:
        """Ask, unless the lead lacks what the request is made of. An unknown company is an empty answer."""
        try:
            url = _fill(self.url, facts, lambda text: quote(text, safe=""))
            body = {name: _fill(text, facts, str) for name, text in (self.body or {}).items()}
        except _Unaskable:
            return NOTHING
        data = self._call(url, body if self.body is not None else None, seconds)
        if data is None:
            return NOTHING
        return Answer(values_at(data, self.fields), self._confidence(data))

    def _call(self, url: str, body: Mapping[str, str] | None, seconds: float) -> object:
        headers = {"Accept": "application/json", **self.headers}
        try:
            response = self.http().request(
                self.method, url, headers=headers, json=body, timeout=(seconds, seconds)
            )
        except requests.RequestException:
            raise ProviderError(f"{self.name} cannot be reached") from None
        if response.status_code in _UNKNOWN:
            return None
        if not response.ok or 300 <= response.status_code < 400:
            again = response.status_code >= _OUTAGE or response.status_code == _TOO_MANY
            raise ProviderError(f"{self.name} answered {response.status_code}", is_permanent=not again)
        return _read_json(self.name, response.content)

    def _confidence(self, data: object) -> float:
        told = value_at(data, self.confidence_path) if self.confidence_path else None
        if isinstance(told, bool) or not isinstance(told, int | float):
            return self.confidence
        return float(min(1, max(0, told)))


def _read_json(name: str, content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise ProviderError(f"{name} did not answer with JSON", is_permanent=True) from None


def _fill(template: str, facts: Mapping[str, Fact], write: Callable[[str], str]) -> str:
    def value_of(slot: re.Match[str]) -> str:
        name = slot[1]
        value = facts.get(name) if name in PLACEHOLDERS else None
        if not isinstance(value, str) or (name in _OF_COMPANY and facts.get("is_free_mail")):
            raise _Unaskable
        return write(value)

    return _SLOT.sub(value_of, template)
