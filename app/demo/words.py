"""What the demo says at the terminal: one line a step, then where everything is."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

from app.demo.ports import Ports
from app.demo.settings import PASSWORD

SIGN_INS = (
    ("Ada", "admin", "ada@acme.test"),
    ("Mia", "manager", "mia@acme.test"),
    ("Remy", "rep, Berlin, Google", "remy@acme.test"),
    ("Rosa", "rep, Madrid, Microsoft", "rosa@acme.test"),
    ("Robin", "rep, London, iCalendar feed", "robin@acme.test"),
    ("Ravi", "rep, New York, Google", "ravi@acme.test"),
    ("Ruth", "rep, Chicago, Google", "ruth@acme.test"),
    ("Renee", "rep, Los Angeles, Microsoft", "renee@acme.test"),
)


class DemoFailed(Exception):
    """The demo cannot start. The message is for a person."""


class Words:
    """Writes to the terminal."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)

    def say(self, text: str) -> None:
        """Write one line."""
        self.console.print(text, markup=False)

    @contextlib.contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Write what is being done, and how long it took once it is."""
        self.console.print(f"  [dim]...[/dim]  {what}", end="\r" if self.console.is_terminal else "\n")
        started = time.monotonic()
        yield
        took = time.monotonic() - started
        self.console.print(f"  [green]done[/green] {what} [dim]({took:.1f} s)[/dim]   ")

    def show_addresses(self, ports: Ports, data_dir: Any) -> None:
        """Write the addresses and the sign-ins."""
        web = ports.url("web")
        where = Table(box=None, padding=(0, 2), show_header=False)
        for what, address in (
            ("Acme's website, with the widget", ports.url("site")),
            ("The same form without scripts", f"{web}/f/demo"),
            ("Console (admin, manager, reps)", f"{web}/sign-in"),
            ("Mail, everybody's", ports.url("mail")),
            ("Google's calendars", ports.url("google")),
            ("Microsoft's calendars", ports.url("microsoft") + "  (its certificate is the demo's own)"),
        ):
            where.add_row(what, address)
        people = Table(box=None, padding=(0, 2), show_header=False)
        for name, role, address in SIGN_INS:
            people.add_row(name, role, address)
        self.console.print()
        self.console.print(where)
        self.console.print(f"\n  Sign in as anybody with the password [bold]{PASSWORD}[/bold]\n")
        self.console.print(people)
        self.console.print(f"\n  Data and logs are in {data_dir}. Ctrl-C stops everything.", markup=False)
