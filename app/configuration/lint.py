"""What `routing/` has to say about routers that are about to be published."""

from collections.abc import Iterable

from app.configuration.document import Plain, State
from app.configuration.patch import Places, below, place_of
from app.errors import FieldError
from routing.conditions import parse_condition
from routing.lint import Finding, lint
from routing.roster import Distribution, Member, Offering, Pool, Rep, Roster, Territory
from routing.router import parse_router

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
    | {f"account.{name}" for name in ("match", "confidence", "ultimate_parent", "parent_owner")}
    | {f"account.{name}" for name in ("country", "subdivision", "segment", "technology", "language")}
)
"""Fields that may be known although no form asks for them: from the account, and read out of other answers."""


def lint_routers(
    state: State, names: Iterable[str], places: Places, today: str
) -> tuple[list[FieldError], list[FieldError]]:
    """Errors, which block, and warnings about the routers called `names`, each with its path.

    `today` is an ISO date: rules past their last day are warned of.
    """
    names = tuple(names)
    if not names:
        return [], []
    roster = roster_of(state)
    errors: list[FieldError] = []
    warnings: list[FieldError] = []
    for name in names:
        router = parse_router(state["routers"][name])
        for finding in lint(router, roster, _fields(state, name), today=today):
            found = errors if finding.severity == "error" else warnings
            found.append(_as_fault(finding, name, places))
    return errors, list(dict.fromkeys(warnings))


def roster_of(state: State) -> Roster:
    """The configuration as the routing library sees it, reps by their e-mail addresses."""
    reps = {key: _rep(item) for key, item in state["reps"].items()}
    return Roster(
        reps=reps,
        pools={key: _pool(item, reps) for key, item in state["pools"].items()},
        territories={
            key: Territory(key, parse_condition(item["when"])) for key, item in state["territories"].items()
        },
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
            Member(reps[m["rep"]], m["weight"], m["tier"], m["per_day"], m["per_week"])
            for m in item["members"]
        ),
        distribution=Distribution(item["distribution"]),
        offering=Offering(item["offering"]),
        queue=item["queue"],
        max_credit=item["max_credit"],
        charge_owner=item["charge_owner"],
        max_utilization=item["max_utilization"],
    )


def _fields(state: State, router: str) -> frozenset[str]:
    forms = (form for form in state["forms"].values() if form["router"] == router)
    providers = state.get("enrichment", {}).get("enrichment", {}).get("providers", ())
    filled = (name for provider in providers if provider["active"] for name in provider["fields"])
    return ENRICHED.union((field["name"] for form in forms for field in form["fields"]), filled)


def _as_fault(finding: Finding, router: str, places: Places) -> FieldError:
    if finding.path.startswith("pools."):
        place = below(place_of(places, "pools", finding.path.removeprefix("pools.")), "members")
    else:
        place = below(place_of(places, "routers", router), finding.path)
    return FieldError(place, finding.code, finding.message)
