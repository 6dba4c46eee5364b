"""`scheduler secrets`."""

import sys

import click

from app.cli.common import application


@click.group()
def secrets() -> None:
    """What is encrypted at rest, and the keys that open it."""


@secrets.command()
def status() -> None:
    """Count the secrets that the newest key, only an older key, or no key opens. Exits with 1 for the last kind."""
    from app.usecases.rotate_keys import look_at_secrets

    with application():
        report = look_at_secrets()
    newest = report.secrets - report.older - report.unreadable
    click.echo(f"{report.secrets} secrets: {newest} under the newest key, {report.older} under an older one")
    _end(report.unreadable)


@secrets.command()
def rotate() -> None:
    """Seal everything with the newest key. Can be stopped and run again at any time."""
    from app.usecases.rotate_keys import count_secrets, rotate_secrets

    with (
        application(),
        click.progressbar(length=count_secrets(), label="Sealing anew", file=sys.stderr) as bar,
    ):
        report = rotate_secrets(bar.update)
    click.echo(f"{report.older} of {report.secrets} secrets sealed anew")
    _end(report.unreadable)
    click.echo("Everything is under the newest key: the older ones can be taken out of TOKEN_KEYS")


def _end(unreadable: int) -> None:
    if unreadable:
        click.echo(
            f"{unreadable} secrets are opened by no key in TOKEN_KEYS. Put the key they were sealed with back, or"
            " have those reps connect again",
            err=True,
        )
        sys.exit(1)
