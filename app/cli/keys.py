"""`scheduler key`: keys for the admin API."""

import click

from app.cli.common import application
from app.scopes import Scope


@click.group()
def key() -> None:
    """Keys for the admin API."""


@key.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What the key may do; give it several times.",
)
def create(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key called NAME. It is written once, to standard output, and kept nowhere."""
    from app.actor import COMMAND_LINE
    from app.usecases.create_api_key import create_api_key

    with application():
        made = create_api_key(name, scopes, COMMAND_LINE)
    click.echo(f"The key {made.id}; write it down, it is not shown again:", err=True)
    click.echo(made.secret)


@key.command()
@click.argument("public_id")
def revoke(public_id: str) -> None:
    """End the key PUBLIC_ID (key_...) at once."""
    from app.actor import COMMAND_LINE
    from app.usecases.create_api_key import revoke_api_key

    with application():
        revoke_api_key(public_id, COMMAND_LINE)
    click.echo(f"{public_id} opens nothing any more.")
