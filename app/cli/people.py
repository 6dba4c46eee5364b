"""`scheduler people`: what is kept about somebody who asked for a meeting, to hand out or to erase."""

import json

import click

from app.cli.common import application


@click.group()
def people() -> None:
    """People who asked for a meeting, or came along to one."""


@people.command()
@click.argument("email")
def export(email: str) -> None:
    """Write everything that is kept about EMAIL, as JSON: to hand out to them, and to nobody else."""
    from app.actor import COMMAND_LINE
    from app.usecases.export_person import export_person

    with application():
        click.echo(json.dumps(export_person(email, COMMAND_LINE), indent=2, ensure_ascii=False))


@people.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(email: str, *, yes: bool) -> None:
    """Erase EMAIL everywhere. Meetings to come are called off first. This cannot be taken back."""
    from app.actor import COMMAND_LINE
    from app.usecases.erase_person import erase_person, look_at_person

    with application():
        known = look_at_person(email)
        if known is not None:
            click.echo("\n".join(known.in_words()))
            if (
                not yes
                and click.prompt("Type the address again to erase it").strip().lower() != email.lower()
            ):
                raise click.ClickException("That is another address; nothing was changed.")
        is_done = erase_person(email, COMMAND_LINE)
    if known is None and is_done:
        click.echo("They were erased before; nothing was changed.")
    elif is_done:
        click.echo("Erased. Remember the backups: they keep the person until they are deleted.")
    else:
        click.echo("Their meetings are called off. The rest goes once calendars and mails have followed.")
