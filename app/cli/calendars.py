"""`scheduler calendars status`."""

import sys

import click

from app.cli.busy import busy
from app.cli.common import application, table


@click.group()
def calendars() -> None:
    """Connected calendars and how fresh they are."""


calendars.add_command(busy)


@calendars.command()
def status() -> None:
    """List every calendar: whose, where, in which state, when last read, and what is wrong with it."""
    from app.clock import now
    from app.db import db
    from app.store.overview import list_calendar_health

    with application():
        rows = [
            (
                row.rep,
                row.provider,
                row.name,
                row.connection_state,
                row.state,
                f"{(now() - row.synced_at).total_seconds():.0f} s ago" if row.synced_at else "never",
                row.error,
            )
            for row in list_calendar_health(db.session())
        ]
    table(("rep", "provider", "calendar", "connection", "state", "read", "trouble"), rows)


@calendars.command()
@click.option(
    "--repair", is_flag=True, help="Mend what is safe: write what is not written, remove what is over."
)
@click.option("--force", is_flag=True, help="Mend although very much differs (after a restored backup, say).")
def reconcile(repair: bool, force: bool) -> None:
    """Compare meetings with the entries that calendars show. Exits with 1 if they differ and were not mended."""
    from app.usecases.reconcile import reconcile as compare

    with application():
        found = compare(repair=repair, force=force, by="command line")
    click.echo(f"{found.entries} meetings to come, {found.calendars} calendars read lately")
    for each in found.differences:
        click.echo(f"{each.kind.value}: {each.booking}{', mended' if each in found.mended else ''}")
    if found.is_refused and found.is_paused:
        click.echo("The database was restored: nothing is mended before scheduler restore finish", err=True)
    elif found.is_refused:
        click.echo("Too much differs: nothing was mended. Look first; then run it with --force", err=True)
    sys.exit(0 if len(found.mended) == len(found.differences) else 1)
