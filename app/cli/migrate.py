"""`scheduler migrate`."""

import click

from app.cli.common import application


@click.command()
@click.option("--revision", default="head", show_default=True, help="The revision to go to.")
def migrate(revision: str) -> None:
    """Bring the database to the schema of this release. Safe to run again, and from several places at once."""
    from app.cli.migration import current_revision, migrate_database
    from app.usecases.watch_life import look_at_life

    with application() as app:
        before = current_revision(app)
        migrate_database(app, revision)
        after = current_revision(app)
        is_well = look_at_life() if revision == "head" else True
    click.echo(f"The database is at {after}." if before == after else f"{before or 'nothing'} -> {after}")
    if not is_well:
        click.echo(
            "This database was restored or copied, and nothing goes out: scheduler restore status", err=True
        )
