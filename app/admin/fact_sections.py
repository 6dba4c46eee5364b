"""The sections of the configuration behind the pages on lead facts, with what to start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.configuration.secrets import find_key, variable_of
from app.errors import Invalid

_SCORING = """\
# Points for what is known of a lead (fit), and for what they did (engagement).
items:
  - name: mid-market
    when: {field: employees, op: gte, value: 201}
    points: 30
  - name: no telephone
    when: {field: phone, op: missing}
    points: -10
  - name: webinar
    kind: engagement
    when: {field: kind, op: eq, value: webinar}
    points: 20
    half_life: 30
    most: 3

# A lead has the first priority it reaches.
priorities:
  - {name: high, at_least: 40}
  - {name: medium, at_least: 20}
"""

_QUALIFICATION = """\
# The ideal customer. A lead keeps the version it was judged by.
icp:
  when: {field: employees, op: gte, value: 201}

# The first line that holds gives the verdict; the others are qualified.
verdicts:
  - name: throwaway address
    verdict: needs_review
    when: {field: is_disposable, op: eq, value: true}

# Where the others go in place of the router: a queue, a message of the form, a redirect, a pool.
paths:
  needs_review: {queue: managers}
"""

_ENRICHMENT = """\
# first: the first answer stays. best: the answer with more confidence stays.
prefer: first
# A lead never waits longer for all of them together.
budget_ms: 800
providers:
  - name: company-facts
    url: "https://facts.example.com/v1/companies/{company_domain}"
    secret: company-facts-key
    fields: {employees: metrics.employees, industry: category.industry}
    only_if_missing: [employees]
"""


@dataclass(frozen=True, slots=True)
class Section:
    """One page. `words` say what it is for, `empty` why one wants it; `starter` is a document to begin with."""

    name: str
    title: str
    words: str
    empty: str
    starter: str


SECTIONS: Mapping[str, Section] = {
    each.name: each
    for each in (
        Section(
            "scoring",
            "Scoring",
            "Points for each lead, the priority they reach, and what the deal may be worth.",
            "Give points for company size, job titles or a webinar attended. Rules can then send the best leads to "
            "your most experienced people.",
            _SCORING,
        ),
        Section(
            "qualification",
            "Qualification",
            "Who is one for you: segments, stages, the ideal customer, and where the others go.",
            "Say who is ready for a meeting. Everybody else gets a message, a queue or a page instead of a time.",
            _QUALIFICATION,
        ),
        Section(
            "enrichment",
            "Enrichment",
            "Who is asked for more facts about a lead before it is routed, in this order.",
            "Your own accounts are always looked at. Add services that know company size or industry, and ask "
            "prospects less.",
            _ENRICHMENT,
        ),
    )
}


def key_states(enrichment: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
    """For each provider with a key: where the key is looked for, and whether it is there. Never the key itself."""
    found = {}
    for provider in enrichment.get("providers", ()):
        if provider["secret"]:
            found[provider["name"]] = (variable_of(provider["secret"]), _is_there(provider["secret"]))
    return found


def _is_there(name: str) -> bool:
    try:
        return find_key(name) is not None
    except Invalid:
        return False
