"""The small cast of the routing tests, and the router they share."""

from collections.abc import Mapping
from typing import Any

from routing.facts import Facts
from routing.roster import Away, Distribution, Member, Offering, Pool, Rep, Roster
from routing.router import Router, parse_router
from routing.territories import parse_territory

REMY = Rep(
    "remy", languages=frozenset({"de", "en"}), skills={"healthcare": 3}, territories=frozenset({"dach"})
)
ROSA = Rep(
    "rosa",
    languages=frozenset({"es", "en", "de"}),
    skills={"healthcare": 2},
    territories=frozenset({"dach", "iberia"}),
)
RAVI = Rep("ravi", languages=frozenset({"en"}), skills={"finance": 4}, territories=frozenset({"bay-area"}))
RENEE = Rep("renee", languages=frozenset({"en", "fr"}), territories=frozenset({"bay-area"}))
ROBIN = Rep("robin", languages=frozenset({"en"}), away=Away("parental leave", "2026-12-01"))
RUTH = Rep("ruth", is_active=False, languages=frozenset({"en"}))
EVERYBODY = (REMY, ROSA, RAVI, RENEE, ROBIN, RUTH)

DACH = {"field": "country", "op": "in", "value": ["DE", "AT", "CH"]}
BAY_AREA = {
    "all": [
        {"field": "country", "op": "eq", "value": "US"},
        {"field": "postal_code", "op": "between", "value": ["94000", "95199"]},
    ]
}

INBOUND: dict[str, Any] = {
    "name": "inbound",
    "rules": [
        {
            "name": "known accounts",
            "when": {"field": "account.owner", "op": "exists"},
            "action": {"owner": True, "owner_wait": "2 business days"},
            "fallback": [{"pool": "dach-ae"}],
        },
        {
            "name": "DACH mid-market",
            "when": {
                "all": [
                    {"field": "territory", "op": "eq", "value": "dach"},
                    {"field": "employees", "op": "gte", "value": 200},
                ]
            },
            "action": {
                "pool": "dach-ae",
                "match": ["territory", "language"],
                "require_skills": {"healthcare": 2},
            },
            "fallback": [{"pool": "general"}],
        },
        {
            "name": "students",
            "when": {"field": "email_domain", "op": "ends_with", "value": ".edu"},
            "action": {"message": "students"},
        },
    ],
    "catch_all": [{"pool": "general"}, {"queue": "managers"}],
}


def pool(*members: Rep | Member, **changes: Any) -> Pool:
    """A round-robin pool of these."""
    values: dict[str, Any] = {
        "name": "dach-ae",
        "members": tuple(member if isinstance(member, Member) else Member(member) for member in members),
        "distribution": Distribution.ROUND_ROBIN,
        "offering": Offering.FLEXIBLE,
        "queue": "managers",
    }
    return Pool(**{**values, **changes})


def roster(*pools: Pool) -> Roster:
    """Everybody, with the territories and (unless others are given) the two usual pools."""
    shown = pools or (pool(REMY, ROSA, ROBIN), pool(*EVERYBODY, name="general"))
    territories = [parse_territory("dach", DACH), parse_territory("bay-area", BAY_AREA)]
    return Roster(
        reps={rep.id: rep for rep in EVERYBODY},
        pools={each.name: each for each in shown},
        territories={territory.name: territory for territory in territories},
        queues=frozenset({"managers"}),
        rep_keys={"ravi@acme.test": "ravi"},
    )


def inbound(**changes: Any) -> Router:
    """The router above, with parts replaced."""
    return parse_router({**INBOUND, **changes})


def priya(**facts: Any) -> Facts:
    """Priya asks from Berlin, for a company of 201 to 500 people."""
    known: Mapping[str, Any] = {
        "email": "priya@clinic.test",
        "email_domain": "clinic.test",
        "country": "DE",
        "postal_code": "10115",
        "employees": "201-500",
        "language": "de-DE",
    }
    return Facts({**known, **facts})
