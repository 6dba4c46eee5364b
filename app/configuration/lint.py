"""What `routing/` has to say about routers that are about to be published."""

from collections.abc import Iterable

from app.configuration.document import Plain, State
from app.configuration.domains import domains_of
from app.configuration.patch import Places, below, place_of
from app.configuration.working_week import minutes_of, usual_hours
from app.errors import FieldError
from routing.deep_lint import lint_rules
from routing.lint import Finding, in_order, lint
from routing.member import MEMBER_SETTINGS
from routing.people_lint import lint_people
from routing.roster import Distribution, Member, Offering, Pool, Rep, Roster, Territory
from routing.router import Router, parse_router
from routing.territory_lint import lint_territories

LANGUAGE = "language"
MOST_STEPS = 1_000_000
"""About a second of work for rules taken together; what is not done by then is said."""

ENRICHED = frozenset(
    {
        "company",
        "company_domain",
        "company_plain",
        "country",
        "employees",
        "industry",
        "is_disposable",
        "language",
        "name",
        "phone",
        "phone_country",
        "postal_code",
        "postal_code_is_plausible",
    }
    | {"segment", "subdivision", "technology"}
    | {
        f"account.{name}"
        for name in ("match", "confidence", "ultimate_parent", "parent_owner", "family_owner")
    }
    | {f"account.{name}" for name in ("country", "subdivision", "segment", "technology", "language", "type")}
)
"""Fields that may be known although no form asks for them: from the account, and read out of other answers."""


def lint_routers(
    state: State, names: Iterable[str], places: Places, today: str
) -> tuple[list[FieldError], list[FieldError]]:
    """Errors, which block, and warnings about the routers called `names`, each with its path.

    Notes are left to `findings_about`. `today` is an ISO date: rules past their last day or review are warned of.
    """
    errors: list[FieldError] = []
    warnings: list[FieldError] = []
    for name in names:
        for finding in findings_about(state, name, today):
            if finding.severity != "note":
                found = errors if finding.severity == "error" else warnings
                found.append(as_fault(finding, name, places))
    return errors, list(dict.fromkeys(warnings))


def findings_about(state: State, name: str, today: str) -> list[Finding]:
    """Everything there is to say about a router of the configuration before it goes live: errors first, then
    warnings, then notes, each in the order of the document."""
    roster, router = roster_of(state), parse_router(state["routers"][name])
    domains = domains_of(state, name)
    hours = usual_hours(state, today)
    findings = [
        *lint(router, roster, fields_supplied(state, name), today=today),
        *lint_rules(router, roster, domains, today=today, most_steps=MOST_STEPS),
        *lint_people(
            router,
            roster,
            languages=_languages(state, name, router, roster),
            minutes={key: minutes_of(spans) for key, spans in hours.items()},
            hours=hours,
        ),
        *lint_territories(router, roster, domains, today=today),
    ]
    rank = {"error": 0, "warning": 1, "note": 2}
    return sorted(in_order(dict.fromkeys(findings)), key=lambda finding: rank[finding.severity])


def _languages(state: State, name: str, router: Router, roster: Roster) -> set[str]:
    """The languages that leads may have: those a form or a rule names, otherwise those that anybody speaks."""
    forms = (form for form in state["forms"].values() if form["router"] == name)
    fields = (field for form in forms for field in form["fields"] if field["name"] == LANGUAGE)
    named = {str(choice["value"]) for field in fields for choice in field["choices"]}
    for leaf in (leaf for rule in router.rules for leaf in rule.when.leaves()):
        if leaf.field == LANGUAGE and leaf.op in ("eq", "in"):
            values = leaf.wanted if isinstance(leaf.wanted, list | tuple) else [leaf.wanted]
            named.update(str(value) for value in values)
    return named or {language for rep in roster.reps.values() for language in rep.languages}


def roster_of(state: State) -> Roster:
    """The configuration as the routing library sees it, reps by their e-mail addresses."""
    reps = {key: _rep(item) for key, item in state["reps"].items()}
    return Roster(
        reps=reps,
        pools={key: _pool(item, reps) for key, item in state["pools"].items()},
        territories={key: Territory.from_json(item) for key, item in state["territories"].items()},
        queues=frozenset(state["queues"]),
        rep_keys={key: key for key in reps},
    )


def _rep(item: Plain) -> Rep:
    return Rep(
        id=item["email"],
        is_active=item["active"],
        languages=frozenset(item["languages"]),
        skills=item["skills"],
        territories=frozenset(item["territories"]),
        timezone=item["timezone"],
        manager=item["manager"],
    )


def _pool(item: Plain, reps: dict[str, Rep]) -> Pool:
    return Pool(
        name=item["name"],
        members=tuple(
            Member(reps[m["rep"]], **{name: m[name] for name in MEMBER_SETTINGS}) for m in item["members"]
        ),
        distribution=Distribution(item["distribution"]),
        offering=Offering(item["offering"]),
        queue=item["queue"],
        max_credit=item["max_credit"],
        charge_owner=item["charge_owner"],
        max_utilization=item["max_utilization"],
    )


def fields_supplied(state: State, router: str | None = None) -> frozenset[str]:
    """Facts that a request may have: from the forms that lead to a router (None: from any), and from enrichment."""
    forms = (form for form in state["forms"].values() if router in (None, form["router"]))
    providers = state.get("enrichment", {}).get("enrichment", {}).get("providers", ())
    filled = (name for provider in providers if provider["active"] for name in provider["fields"])
    return ENRICHED.union((field["name"] for form in forms for field in form["fields"]), filled)


def as_fault(finding: Finding, router: str, places: Places) -> FieldError:
    """The finding with its path in what was sent."""
    if finding.path.startswith("pools."):
        place = below(place_of(places, "pools", finding.path.removeprefix("pools.")), "members")
    elif finding.path.startswith("territories."):
        place = place_of(places, "territories", finding.path.removeprefix("territories."))
    else:
        place = below(place_of(places, "routers", router), finding.path)
    return FieldError(place, finding.code, finding.message)
