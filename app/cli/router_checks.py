"""Reviews of routers on the command line."""

from collections.abc import Sequence

import click

from app.configuration.text import read_yaml
from app.db import db
from app.store.pages.setup import list_routers
from app.usecases.save_router_draft import Review, review_current, review_router
from routing.coverage import CoverageVerdict
from routing.remedies import remedy

_MARKS = {"error": "x", "warning": "!", "note": "-"}


def check_routers(names: Sequence[str], text: str | None) -> dict[str, Review]:
    """By name; all routers when none is named. `text`: a document in place of the draft of the one that is named.

    Raises NotFound, and Malformed when the text is no YAML.
    """
    if text is not None:
        if len(names) != 1:
            raise click.UsageError("A document is for one router: name it.")
        return {names[0]: review_router(names[0], read_yaml(text))}
    known = names or [row.name for row in list_routers(db.session())]
    return {name: review_current(name) for name in known}


def is_fine(review: Review, *, strict: bool) -> bool:
    """Whether nothing stands in the way of publishing; with `strict` also whether nothing is doubtful."""
    if review.errors or review.check is None:
        return False
    doubtful = review.check.of("warning") or review.check.coverage.verdict is not CoverageVerdict.COVERED
    return not (strict and doubtful)


def write_review(name: str, review: Review) -> None:
    """Plain lines: `x` blocks, `!` is a warning, `-` a note."""
    click.echo(f"{name}:")
    check = review.check
    said = {finding.message for finding in check.findings} if check else set()
    for error in review.errors:
        if error.message not in said:
            click.echo(f"  x {error.field}: {error.message}")
    for finding in check.findings if check else ():
        click.echo(f"  {_MARKS[finding.severity]} {finding.path}: {finding.message}")
        if hint := remedy(finding.code):
            click.echo(f"      {hint}")
    if check:
        click.echo(f"  {check.coverage_sentence()}")
        for region in check.coverage.regions:
            click.echo(f"    {region.sentence()}")
        for change in check.changes:
            click.echo(f"  * {change.sentence()}")
