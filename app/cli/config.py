"""`scheduler config`: export, plan, apply and describe the configuration document."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from app.cli.common import application

if TYPE_CHECKING:
    from app.configuration.plan import ChangeInWords


@click.group()
def config() -> None:
    """The company's configuration as a document, in YAML or JSON."""


@config.command()
def export() -> None:
    """Write the whole configuration, with its revision and without any secret."""
    from app.usecases.export_configuration import export_yaml

    with application():
        click.echo(export_yaml(), nl=False)


@config.command()
@click.argument("document", type=click.File(encoding="utf-8"))
@click.option("--prune", is_flag=True, help="Archive what the document does not name.")
@click.option("--json", "as_json", is_flag=True, help="Write plain JSON.")
def plan(document: TextIO, prune: bool, as_json: bool) -> None:
    """Say what applying DOCUMENT (- for standard input) would change. Changes nothing.

    Exits with 0 when nothing would change and with 2 when something would.
    """
    from app.configuration.text import read_yaml
    from app.usecases.plan_configuration import plan_document

    data = read_yaml(document.read())
    with application():
        planned = plan_document(data, prune=prune)
    if as_json:
        click.echo(json.dumps(planned.to_json(), ensure_ascii=False, indent=2))
    else:
        _show(planned.changes, planned.warnings)
        for touched in planned.touched:
            click.echo(f"! {touched.sentence}")
        click.echo(f"Revision {planned.revision}: {_count(planned.changes)} would be made.")
    sys.exit(2 if planned.changes else 0)


@config.command()
@click.argument("document", type=click.File(encoding="utf-8"))
@click.option("--prune", is_flag=True, help="Archive what the document does not name.")
@click.option("--json", "as_json", is_flag=True, help="Write plain JSON.")
def apply(document: TextIO, prune: bool, as_json: bool) -> None:
    """Bring the configuration to DOCUMENT (- for standard input). Applying it twice changes nothing more.

    Refused when the configuration changed since the document's revision was exported.
    """
    from app.actor import COMMAND_LINE
    from app.configuration.text import read_yaml
    from app.usecases.change_configuration import apply_document

    data = read_yaml(document.read())
    with application():
        done = apply_document(data, COMMAND_LINE, f"document {Path(document.name).name}", prune=prune)
    if as_json:
        click.echo(json.dumps(done.to_json(), ensure_ascii=False, indent=2))
        return
    _show(done.changes, done.warnings)
    click.echo(f"Revision {done.revision}: {_count(done.changes)} made.")


@config.command()
@click.argument("routers", nargs=-1)
@click.option("--document", type=click.File(encoding="utf-8"), help="Rules to check instead of the draft.")
@click.option("--strict", is_flag=True, help="Let warnings and uncovered requests fail the command, too.")
@click.option("--json", "as_json", is_flag=True, help="Write plain JSON.")
def check(routers: tuple[str, ...], document: TextIO | None, strict: bool, as_json: bool) -> None:
    """Look ROUTERS over (all of them when none is named): findings, and requests that no rule takes.

    Of each its draft, or else what is in force. Exits with 1 when something stands in the way of publishing.
    """
    from app.cli.router_checks import check_routers, is_fine, write_review

    with application():
        reviews = check_routers(routers, document.read() if document else None)
        if as_json:
            plain = {name: review.to_json() for name, review in reviews.items()}
            click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
        else:
            for name, review in reviews.items():
                write_review(name, review)
    sys.exit(0 if all(is_fine(review, strict=strict) for review in reviews.values()) else 1)


@config.command()
def schema() -> None:
    """Write the JSON Schema of the document, for editors."""
    from app.configuration.schema import json_schema

    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


def _show(changes: "Sequence[ChangeInWords]", warnings: Sequence[Any]) -> None:
    for change in changes:
        click.echo(f"{change.action} {change.collection}[{change.key}]")
        for sentence in change.sentences:
            click.echo(f"    {sentence}")
    for warning in warnings:
        click.echo(f"! {warning.field}: {warning.message}")


def _count(changes: "Sequence[ChangeInWords]") -> str:
    return "no change" if not changes else "1 change" if len(changes) == 1 else f"{len(changes)} changes"
