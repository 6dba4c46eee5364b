"""`scheduler import accounts`."""

import sys
from typing import BinaryIO

import click

from app.cli.common import application


@click.group("import")
def import_data() -> None:
    """Bring in data such as accounts."""


@import_data.command()
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
def accounts(file: BinaryIO, dry_run: bool) -> None:
    """Add or change accounts by domain from the CSV FILE (- for standard input): all rows, or none if one is wrong.

    Columns: domain, name, parent, owner, aliases, and facts such as industry and employees. A blank cell leaves a
    value as it is, - takes it away.
    """
    from app.actor import COMMAND_LINE
    from app.usecases.import_accounts import import_accounts

    data = file.read()
    with application():
        report = import_accounts(data, COMMAND_LINE, dry_run=dry_run)
    for error in report.errors:
        click.echo(f"{error.field}: {error.message} ({error.code})", err=True)
    outcome = "imported" if report.is_applied else "nothing imported"
    click.echo(f"{report.added} new, {report.changed} changed, {report.unchanged} as before: {outcome}")
    sys.exit(1 if report.errors else 0)
