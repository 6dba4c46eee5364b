"""`scheduler calendars status`."""

import click

from app.cli.common import application, table


@click.group()
def calendars() -> None:
    """Connected calendars and how fresh they are."""


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
