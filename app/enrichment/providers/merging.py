"""Filling fields from answers: what somebody typed always stays, and every filled field says where it is from."""

from collections.abc import Mapping
from typing import Any

from app.enrichment.providers.base import Answer, Prefer
from app.enrichment.reading import Fact

Origins = dict[str, dict[str, Any]]
"""Field → `{provider, at, confidence}`, for fields that were filled, not typed."""


def fill(
    facts: dict[str, Fact], origins: Origins, provider: str, answer: Answer, at: str, prefer: Prefer
) -> list[str]:
    """Put an answer into `facts` and `origins`; returns the fields it filled. `at` is an ISO instant."""
    filled = []
    for name, value in answer.values.items():
        if value is not None and _is_open(facts, origins, name, answer.confidence, prefer):
            facts[name] = value
            origins[name] = {"provider": provider, "at": at, "confidence": answer.confidence}
            filled.append(name)
    return filled


def note_late(
    facts: Mapping[str, Fact], origins: Origins, provider: str, answer: Answer, at: str
) -> list[str]:
    """Keep what came too late for the decision beside its facts, which stay as they were decided on."""
    noted = []
    for name, value in answer.values.items():
        if value is not None and facts.get(name) is None and name not in origins:
            note = {"provider": provider, "at": at, "confidence": answer.confidence}
            origins[name] = {**note, "is_late": True, "value": value}
            noted.append(name)
    return noted


def _is_open(
    facts: Mapping[str, Fact], origins: Origins, name: str, confidence: float, prefer: Prefer
) -> bool:
    if facts.get(name) is None:
        return True
    if prefer is Prefer.FIRST or name not in origins:
        return False
    return bool(confidence > origins[name].get("confidence", 1.0))
