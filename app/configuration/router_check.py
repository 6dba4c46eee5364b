"""All that can be said about a router before it goes live: findings, leads that no rule takes, what it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.configuration.document import State
from app.configuration.domains import domains_of
from app.configuration.lint import findings_about, roster_of
from routing.coverage import Coverage, CoverageVerdict, check_coverage
from routing.diff import Change, diff_routers
from routing.lint import Finding
from routing.remedies import remedy
from routing.router import Router, parse_router

MOST_STEPS = 1_500_000
"""About a second of work for each picture; what is not looked at by then is said."""
MOST_REGIONS = 40


@dataclass(frozen=True, slots=True)
class RouterCheck:
    """What was found. `coverage`: of requests as the forms ask for them; `beyond`: of whatever a program may send past
    them. `changes`: against the version in force, in order; none of a router's first version."""

    findings: tuple[Finding, ...]
    coverage: Coverage
    beyond: Coverage
    changes: tuple[Change, ...]

    def of(self, severity: str) -> tuple[Finding, ...]:
        """The findings of one severity."""
        return tuple(finding for finding in self.findings if finding.severity == severity)

    def coverage_sentence(self) -> str:
        """The verdict in one sentence."""
        return verdict_sentence(self.coverage)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "findings": [{**each.to_json(), "remedy": remedy(each.code)} for each in self.findings],
            "coverage": {**self.coverage.to_json(), "verdict_sentence": verdict_sentence(self.coverage)},
            "beyond": {"verdict": self.beyond.verdict.value, "regions": len(self.beyond.regions)},
            "changes": [change.to_json() for change in self.changes],
        }


def check_router(state: State, name: str, today: str, before: Mapping[str, Any] | None) -> RouterCheck:
    """Look a router of the configuration over. `before` is the document of the version in force, if there is one."""
    router, roster = parse_router(state["routers"][name]), roster_of(state)

    def cover(*, as_asked: bool) -> Coverage:
        domains = domains_of(state, name, as_asked=as_asked)
        return check_coverage(
            router, roster, domains, today=today, most_regions=MOST_REGIONS, most_steps=MOST_STEPS
        )

    return RouterCheck(
        findings=tuple(findings_about(state, name, today)),
        coverage=cover(as_asked=True),
        beyond=cover(as_asked=False),
        changes=changes_between(before, router),
    )


def changes_between(before: Mapping[str, Any] | None, after: Router) -> tuple[Change, ...]:
    """What differs between a version's document and a router."""
    return diff_routers(parse_router(before), after) if before is not None else ()


def verdict_sentence(coverage: Coverage) -> str:
    """`Every request is covered by a rule.` and the like."""
    count, unknown = len(coverage.regions), _unknown(coverage)
    if coverage.verdict is CoverageVerdict.COVERED:
        return "Every request the form lets people send is covered by a rule. This is proven."
    if coverage.verdict is CoverageVerdict.UNKNOWN:
        return f"No uncovered request was found, but that is no proof{unknown}."
    at_least = "" if coverage.is_whole else "At least "
    kinds = f"{count} kind of request is" if count == 1 else f"{count} kinds of requests are"
    where = "goes" if count == 1 else "go"
    goes = f"and {where} to the catch-all" if coverage.reaches == "catch_all" else "and lead nowhere"
    return f"{at_least}{kinds} covered by no rule {goes}{unknown}."


def _unknown(coverage: Coverage) -> str:
    if coverage.unknown:
        return (
            f"; {coverage.unknown} conditions could not be decided exactly ({', '.join(coverage.undecided)})"
        )
    return (
        "" if coverage.is_whole or coverage.regions else "; the search was stopped to keep you from waiting"
    )
