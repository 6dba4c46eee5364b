"""The configured enrichment, ready to be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.configuration.secrets import find_key
from app.enrichment.providers.base import Prefer, Provider, Turn
from app.enrichment.providers.crm import CrmProvider, connected_crm
from app.enrichment.providers.http import HttpProvider
from app.errors import Invalid
from app.log import get_logger
from app.services import services

BUDGET = 0.8
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EnrichmentSettings:
    """Who is asked, in order, for at most `budget` seconds in all, and whose answer wins."""

    turns: tuple[Turn, ...] = ()
    prefer: Prefer = Prefer.FIRST
    budget: float = BUDGET


def enrichment_of(settings: Mapping[str, Any]) -> EnrichmentSettings:
    """From the company's settings. A provider whose key or connection is missing is left out, and logged."""
    item = settings.get("enrichment")
    if not item:
        return EnrichmentSettings()
    turns = (_turn(each) for each in item["providers"] if each["active"])
    return EnrichmentSettings(
        tuple(turn for turn in turns if turn is not None),
        Prefer(item["prefer"]),
        item["budget_ms"] / 1000,
    )


def _turn(item: Mapping[str, Any]) -> Turn | None:
    provider = _crm(item) if item["kind"] == "crm" else _http(item)
    if provider is None:
        log.warning("enrichment.not_connected", provider=item["name"])
        return None
    return Turn(provider, item["timeout_ms"] / 1000, tuple(item["only_if_missing"]))


def _crm(item: Mapping[str, Any]) -> Provider | None:
    crm = connected_crm()
    return CrmProvider(item["name"], crm, item["fields"], item["confidence"]) if crm else None


def _http(item: Mapping[str, Any]) -> Provider | None:
    headers = dict(item["headers"])
    if item["secret"]:
        key = _key(item["secret"])
        if key is None:
            return None
        headers[item["header"]] = f"{item['scheme']} {key}".strip()
    return HttpProvider(
        item["name"],
        item["url"],
        item["fields"],
        lambda: services().http,
        item["method"],
        headers,
        item["body"],
        item["confidence"],
        item["confidence_path"],
    )


def _key(name: str) -> str | None:
    try:
        return find_key(name)
    except Invalid:
        return None
