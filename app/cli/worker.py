"""`scheduler worker`."""

import click

from app.cli.common import application


@click.command()
def worker() -> None:
    """Run jobs until stopped. It also ends when the database goes away: have it started again on any exit."""
    from app.jobs.worker import run_worker

    with application() as app:
        run_worker(app)
