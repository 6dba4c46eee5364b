"""`scheduler user`: people who sign in."""

import sys

import click

from app.cli.common import application

ROLES = ("admin", "manager", "rep")


@click.group()
def user() -> None:
    """People who sign in."""


@user.command()
@click.argument("email")
@click.option("--name", prompt=True, help="As others read it.")
@click.option("--role", type=click.Choice(ROLES), prompt=True, help="What they may do.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of asking."
)
def create(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Let somebody sign in with EMAIL. A rep's account belongs to the rep with the same address."""
    from app.actor import COMMAND_LINE
    from app.usecases.create_user import create_user

    password = _read_password(password_stdin)
    with application():
        public_id = create_user(email, name, role, password, COMMAND_LINE)
    click.echo(f"{email} can sign in ({public_id}).")


@user.command("set-password")
@click.argument("email")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of asking."
)
def set_password(email: str, password_stdin: bool) -> None:
    """Give EMAIL another password and end all their sessions."""
    from app.actor import COMMAND_LINE
    from app.usecases import create_user

    password = _read_password(password_stdin)
    with application():
        create_user.set_password(email, password, COMMAND_LINE)
    click.echo(f"{email} has a new password and is signed out everywhere.")


def _read_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password
