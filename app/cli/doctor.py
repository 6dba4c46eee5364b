"""`scheduler doctor`."""

import sys

import click

from app.cli.checks import Finding, check_all

MARKS = {True: "ok    ", False: "WRONG ", None: "note  "}


@click.command()
@click.option("--only", metavar="NAME", help="One check, such as worker: for health checks of containers.")
def doctor(only: str | None) -> None:
    """Check settings, database, schema, keys, worker, mail and providers. Exits with 1 if something is wrong."""
    findings: list[Finding] = []
    for finding in check_all():
        if only is not None and finding.what != only and finding.is_well is not False:
            continue
        findings.append(finding)
        click.echo(f"{MARKS[finding.is_well]}{finding.what}: {finding.found}")
        if finding.remedy:
            click.echo(f"      {finding.remedy}")
        if finding.what == only:
            break  # what comes after is not even asked
    sys.exit(1 if any(finding.is_well is False for finding in findings) else 0)
