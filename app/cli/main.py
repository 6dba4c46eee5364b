"""`scheduler`: the group of commands. Each is imported only when it is called, so that help is quick."""

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from app.errors import ApplicationError

COMMANDS = {
    "calendars": ("app.cli.calendars", "calendars", "Connected calendars and how fresh they are."),
    "config": ("app.cli.config", "config", "The company's configuration as a document."),
    "decisions": ("app.cli.decisions", "decisions", "Stored decisions, made again and compared."),
    "demo": ("app.cli.demo", "demo", "Run the whole product on this machine with a sample company."),
    "doctor": ("app.cli.doctor", "doctor", "Check what the product leans on, and say what to do."),
    "import": ("app.cli.imports", "import_data", "Bring in data such as accounts."),
    "key": ("app.cli.keys", "key", "Keys for the admin API."),
    "ledger": ("app.cli.ledger", "ledger", "The assignment history that fairness is computed from."),
    "migrate": ("app.cli.migrate", "migrate", "Bring the database to the schema of this release."),
    "people": ("app.cli.people", "people", "What is kept about a person: to hand out, or to erase."),
    "restore": ("app.cli.restore", "restore", "After a restored backup: what differs, and how to go on."),
    "secrets": ("app.cli.secrets", "secrets", "What is encrypted at rest, and the keys that open it."),
    "serve": ("app.cli.serve", "serve", "Run the web server."),
    "simulate": ("app.cli.simulate", "simulate", "Run past requests through a router's draft or version."),
    "user": ("app.cli.users", "user", "People who sign in."),
    "worker": ("app.cli.worker", "worker", "Run the jobs: calendar entries, mail, synchronization."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table above, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][2]) for name in self.list_commands(ctx)])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
def scheduler() -> None:
    """The smart scheduler. Settings come from the environment; `scheduler doctor` says what is missing."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command. A refusal that can be explained is explained, without a traceback (exit code 1)."""
    try:
        scheduler.main(args=list(arguments) if arguments is not None else None, prog_name="scheduler")
    except ApplicationError as refusal:
        click.echo(explain(refusal), err=True)
        sys.exit(1)


def explain(refusal: ApplicationError) -> str:
    """Return a refusal in words: each field that is wrong on a line of its own."""
    errors = refusal.extra.get("errors")
    if not errors:
        return f"{refusal.title}: {refusal.detail}" if refusal.detail != refusal.title else refusal.title
    lines = [f"  {error['field']}: {error['message']} ({error['code']})" for error in errors]
    return "\n".join([f"{refusal.title}:", *lines])


if __name__ == "__main__":
    main()
