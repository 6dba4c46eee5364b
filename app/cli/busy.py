"""`scheduler calendars busy`."""

import sys
from typing import TYPE_CHECKING

import click

from app.actor import COMMAND_LINE
from app.cli.common import application, table
from calendars.busy_table import CHOOSABLE, closes_time, read_choices
from calendars.remote import BusyKind

if TYPE_CHECKING:
    from app.models import Calendar

_KIND = click.Choice(sorted({kind.value for kinds in CHOOSABLE.values() for kind in kinds}))


@click.command()
@click.argument("rep")
@click.argument("calendar", required=False)
@click.option("--closes", multiple=True, type=_KIND, help="These entries close time.")
@click.option("--leaves-open", multiple=True, type=_KIND, help="These entries leave time open.")
@click.option("--usual", is_flag=True, help="All other kinds are as usual again.")
def busy(
    rep: str, calendar: str | None, closes: tuple[str, ...], leaves_open: tuple[str, ...], usual: bool
) -> None:
    """Which entries close time in the calendars of REP (an e-mail), or change it for one CALENDAR (its name)."""
    from app.db import db
    from app.usecases.choose_busy import choose_busy

    with application():
        found = _calendars(rep, calendar)
        if closes or leaves_open or usual:
            if calendar is None or len(found) != 1:
                raise click.UsageError("Name one calendar to change it.")
            kept = {} if usual else dict(read_choices(found[0].busy_choices))
            wanted = {BusyKind(kind): True for kind in closes} | {
                BusyKind(kind): False for kind in leaves_open
            }
            choose_busy(found[0].public_id, kept | wanted, COMMAND_LINE.name)
            db.session.rollback()
            found = _calendars(rep, calendar)
        table(("calendar", "service", "closes time", "leaves it open"), [_row(each) for each in found])


def _calendars(rep: str, name: str | None) -> "list[Calendar]":
    from app.db import db
    from app.store.pages.calendars import get_rep_calendars
    from app.store.pages.setup import find_rep_by_email

    found = find_rep_by_email(db.session(), rep)
    if found is None:
        click.echo(f"There is no rep {rep}.", err=True)
        sys.exit(1)
    calendars = get_rep_calendars(db.session(), found.id).calendars
    return [each for each in calendars if name is None or name in (each.name, each.public_id)]


def _row(calendar: "Calendar") -> tuple[str, str, str, str]:
    choices = read_choices(calendar.busy_choices)
    service = calendar.connection.provider.value
    closing = [kind.value for kind in CHOOSABLE[service] if closes_time(kind, choices)]
    leaving = [kind.value for kind in CHOOSABLE[service] if kind.value not in closing]
    return calendar.name, service, ", ".join(closing) or "-", ", ".join(leaving) or "-"
