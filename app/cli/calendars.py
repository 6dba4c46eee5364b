"""`scheduler calendars status`."""

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from app.cli.busy import busy
from app.cli.common import application, table
from app.cli.company_lines import company_lines

if TYPE_CHECKING:
    from app.store.overview import CalendarHealth


@click.group()
def calendars() -> None:
    """Connected calendars and how fresh they are."""


calendars.add_command(busy)


@calendars.command()
@click.option("--json", "as_json", is_flag=True, help="For a program: every calendar with every fact.")
def status(as_json: bool) -> None:
    """Say whom the company's keys connected and who is missing; then list every calendar.

    Whose, where, in which state, when last and next read, and what is wrong with it.

    Exits with 1 if a calendar that is checked closes its rep.
    """
    from app.clock import now
    from app.db import db
    from app.store.overview import list_calendar_health

    with application():
        found, at = list_calendar_health(db.session()), now()
        lines = company_lines(db.session())
    if as_json:
        rows = [{**row._asdict(), "closes_rep": closes_rep(row, at)} for row in found]
        click.echo(json.dumps(rows, indent=2, default=lambda instant: instant.isoformat()))
    else:
        for line in lines:
            click.echo(line)
        table(_HEADS, [_line(row, at) for row in found])
    sys.exit(1 if any(closes_rep(row, at) for row in found) else 0)


_HEADS = ("rep", "provider", "calendar", "connection", "state", "read", "next", "told", "offered", "trouble")


def _line(row: "CalendarHealth", at: datetime) -> tuple[object, ...]:
    told = f"until {row.push_until:%d %b %H:%M}" if row.push_until else row.push or "no"
    offered = "not checked" if not row.checks_conflicts else "no" if closes_rep(row, at) else "yes"
    return (
        *(row.rep, row.provider, row.name, row.connection_state, row.state),
        *(_ago(row.synced_at, at), _ahead(row.next_reading_at, at), told, offered, row.error),
    )


def closes_rep(row: "CalendarHealth", at: datetime) -> bool:
    """Whether nobody can book the rep because of this calendar."""
    is_connected = row.connection_state != "disconnected"
    return is_connected and row.checks_conflicts and (row.trusted_until is None or row.trusted_until <= at)


def _ago(then: datetime | None, at: datetime) -> str:
    return f"{(at - then).total_seconds():.0f} s ago" if then else "never"


def _ahead(then: datetime | None, at: datetime) -> str:
    return "" if then is None else f"in {(then - at).total_seconds():.0f} s" if then > at else "now"


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
