"""`scheduler restore`: after a backup was loaded."""

import sys
from typing import Any

import click

from app.actor import COMMAND_LINE
from app.cli.common import application, table


@click.group()
def restore() -> None:
    """After a backup was loaded: what differs from the world outside, and how to go on."""


@restore.command()
def status() -> None:
    """Say whether this database is a restored one, and what differs. Exits with 2 while nothing goes out."""
    from app.jobs.tasks import OUTWARD
    from app.usecases.after_restore import RestoreReport, report_on_restore

    with application():
        report: RestoreReport | None = report_on_restore(OUTWARD)
    if report is None:
        click.echo("Nothing is paused: this database is the one that worked last.")
        return
    why = {"copied": "loaded from a backup, or copied", "went_back": "went back to an earlier state"}
    click.echo(
        f"This database was {why[report.doubt.value]}; noticed {report.doubted_at:%Y-%m-%d %H:%M} UTC."
    )
    if report.last_beat_at is not None:
        click.echo(f"Before that, it last worked {report.last_beat_at:%Y-%m-%d %H:%M} UTC.")
    click.echo(f"Nothing goes out; {report.parked} jobs wait for that.")
    _section("Calendars not read since", ("rep", "calendar"), list(report.unread))
    unknown: list[tuple[Any, ...]] = [
        (each.rep, f"{each.starts_at:%Y-%m-%d %H:%M}", each.booking) for each in report.unknown
    ]
    _section(
        "Meetings made after the backup, known to calendars alone",
        ("rep", "starts (UTC)", "meeting"),
        unknown,
    )
    _section("Meetings whose entry is gone", ("meeting",), [(each,) for each in report.gone])
    _section("Jobs of the backup, most likely done", ("task", "jobs"), sorted(report.from_before.items()))
    click.echo("\nWhen this is as you expect it: scheduler restore finish")
    sys.exit(2)


def _section(title: str, heads: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    if rows:
        click.echo(f"\n{title}:")
        table(heads, rows)


@restore.command()
@click.option("--force", is_flag=True, help="Although calendars were not read since.")
@click.option("--send-mails", is_flag=True, help="Also send the mails that waited when the backup was made.")
def finish(force: bool, send_mails: bool) -> None:
    """Let mails and calendar entries go out again, but for what was most likely done after the backup."""
    from app.jobs.tasks import OUTWARD
    from app.usecases.after_restore import finish_restore

    with application():
        done = finish_restore(OUTWARD, by=COMMAND_LINE.name, force=force, send_mails=send_mails)
    for task, count in sorted(done.left_out.items()):
        click.echo(f"left out: {count} {task}")
    for booking in done.to_do:
        click.echo(f"to do, for the calendar does not show it: {booking}")
    click.echo(f"{done.released} jobs may run. Mails and calendar entries go out again.")
