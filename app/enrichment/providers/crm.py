"""Looking a lead up in the company's CRM: what any CRM must answer, and one in memory that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.enrichment.providers.base import NOTHING, Answer
from app.enrichment.providers.values import values_at
from app.enrichment.reading import Fact


class CrmLookup(Protocol):
    """Reading from a CRM. Called from several threads at once."""

    def find_contact(self, email: str, seconds: float) -> Mapping[str, Any] | None:
        """The record of the person with this address, as plain JSON. Raises ProviderError."""

    def find_company(self, domain: str, seconds: float) -> Mapping[str, Any] | None:
        """The record of the company with this domain, as plain JSON. Raises ProviderError."""


@dataclass(slots=True)
class MemoryCrm:
    """A CRM that holds what it was given: for tests, and for trying rules out."""

    contacts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    companies: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def find_contact(self, email: str, seconds: float) -> Mapping[str, Any] | None:
        """By address, in lower case."""
        return self.contacts.get(email)

    def find_company(self, domain: str, seconds: float) -> Mapping[str, Any] | None:
        """By domain, in lower case."""
        return self.companies.get(domain)


@dataclass(frozen=True, slots=True)
class CrmProvider:
    """A CRM as a provider. Paths in `fields` begin with `contact.` or `company.`."""

    name: str
    crm: CrmLookup
    fields: Mapping[str, str]
    confidence: float = 1.0

    def look_up(self, facts: Mapping[str, Fact], seconds: float) -> Answer:
        """The person's record, and the company's unless the address is at a mail service."""
        records: dict[str, Any] = {}
        email, domain = facts.get("email"), facts.get("company_domain")
        if isinstance(email, str) and self._wants("contact"):
            records["contact"] = self.crm.find_contact(email, seconds)
        if isinstance(domain, str) and not facts.get("is_free_mail") and self._wants("company"):
            records["company"] = self.crm.find_company(domain, seconds)
        return Answer(values_at(records, self.fields), self.confidence) if any(records.values()) else NOTHING

    def _wants(self, record: str) -> bool:
        return any(path.startswith(f"{record}.") for path in self.fields.values())


_connected: CrmLookup | None = None


def connect_crm(crm: CrmLookup | None) -> None:
    """Set the CRM that look-ups go to from here on; None for no CRM."""
    global _connected  # noqa: PLW0603 - one process serves one company, which has one CRM
    _connected = crm


def connected_crm() -> CrmLookup | None:
    """The company's CRM, once one is connected."""
    return _connected
