"""`scheduler decisions verify`."""

import sys
from collections import Counter

import click

from app.cli.common import application

MOST_LISTED = 100


@click.group()
def decisions() -> None:
    """Stored decisions: where leads went, and why."""


@decisions.command()
def verify() -> None:
    """Make every stored decision again from its stored inputs and compare. Exits with 1 when one differs.

    After an erasure the facts are gone: such a route counts as erased, its assignment is still made again.
    """
    from app.usecases.verify_decision import Verification
    from app.usecases.verify_decisions import how_many_decisions, verify_decisions

    counts: Counter[Verification] = Counter()
    differing = []
    with (
        application(),
        click.progressbar(length=how_many_decisions(), label="Verifying", file=sys.stderr) as bar,
    ):
        for each in verify_decisions():
            counts[each.verification] += 1
            bar.update(1)
            if each.verification is Verification.DIFFERENT:
                differing.append(each)
    for each in differing[:MOST_LISTED]:
        click.echo(f"{each.request}: {each.what} differs" + (f" ({each.problem})" if each.problem else ""))
    if len(differing) > MOST_LISTED:
        click.echo(f"and {len(differing) - MOST_LISTED} more")
    words = ", ".join(
        f"{counts[kind]} {kind}" for kind in (Verification.SAME, Verification.ERASED, Verification.DIFFERENT)
    )
    click.echo(f"{counts.total()} decisions: {words}")
    sys.exit(1 if differing else 0)
