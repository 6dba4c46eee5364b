"""Findings about a router's document as the console shows them: by line, with what to do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.admin.lines import line_of
from app.errors import FieldError
from app.usecases.save_router_draft import Review
from routing.lint import Finding as RouterFinding
from routing.remedies import remedy

_KINDS = {"error": "bad", "warning": "warn", "note": "info"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about a line of the document. `kind`: `bad` blocks publishing, `warn` and `info` do not."""

    kind: str
    line: int | None
    path: str
    message: str
    remedy: str = ""


def findings_in(text: str, review: Review) -> list[Finding]:
    """Everything a review found: what blocks, then warnings, then notes. Each is said once."""
    found = [*faults_in(text, review.errors)]
    said = {finding.message for finding in found}
    rest = [finding for finding in _of_check(text, review) if finding.message not in said]
    said.update(finding.message for finding in rest)
    warnings = faults_in(text, review.plan.warnings if review.plan else (), "warn")
    rest += [finding for finding in warnings if finding.message not in said]
    return [*found, *sorted(rest, key=lambda finding: finding.kind != "warn")]


def faults_in(text: str, errors: Iterable[FieldError], kind: str = "bad") -> list[Finding]:
    """What blocks, or only warns, each with its line."""
    return [_finding(text, kind, error.field, error.message, error.code) for error in errors]


def _of_check(text: str, review: Review) -> Iterator[Finding]:
    findings: tuple[RouterFinding, ...] = review.check.findings if review.check else ()
    for each in findings:
        yield _finding(text, _KINDS[each.severity], each.path, each.message, each.code)


def _finding(text: str, kind: str, path: str, message: str, code: str) -> Finding:
    path = path.lstrip(".")
    line = line_of(text, path) if path.startswith(("rules", "catch_all", "layers")) else None
    return Finding(kind, line, path, message[:1].upper() + message[1:], remedy(code))
