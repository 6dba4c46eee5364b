"""`scheduler worker`."""

import click

from app.cli.common import application


@click.command()
@click.option(
    "--concurrency", type=click.IntRange(1, 64), default=8, show_default=True, help="Jobs at a time."
)
def worker(concurrency: int) -> None:
    """Run jobs until stopped. It also ends when the database goes away: have it started again on any exit."""
    from app.jobs.worker import run_worker

    with application() as app:
        run_worker(app, concurrency=concurrency)
