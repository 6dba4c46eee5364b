"""`scheduler simulate`: past requests under other rules."""

import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

import click

from app.cli.common import application, table

if TYPE_CHECKING:
    from app.store.replays import ReplayView


@click.command()
@click.option("--router", required=True, help="The router whose past requests are replayed.")
@click.option("--draft", "rules", flag_value="draft", help="Try its draft (default: the version in force).")
@click.option("--version", type=int, help="Try one of its versions.")
@click.option("--since", default="90d", show_default=True, help="Days back such as 90d, or a date.")
@click.option("--until", default="", help="The same, exclusive; now if left out.")
@click.option(
    "--csv",
    "csv_file",
    type=click.File("w", encoding="utf-8", lazy=True),
    help="Write what would change here.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the whole result as JSON.")
def simulate(
    router: str,
    rules: str | None,
    version: int | None,
    since: str,
    until: str,
    csv_file: TextIO | None,
    as_json: bool,
) -> None:
    """Run past requests through a router's draft or version. Nobody is moved; the result is kept.

    Facts, roster, absences and turns are taken as they were. Exits with 0 when every decision comes out identical
    and with 2 when some do not.
    """
    if rules and version is not None:
        raise click.UsageError("--draft and --version exclude each other")
    from app.usecases.replay_words import changes_csv
    from app.usecases.start_replay import ReplayOrder

    wanted = rules or (str(version) if version is not None else "published")
    with application():
        view, rows = _run(ReplayOrder(router, wanted, since, until))
        names = _names()
    if csv_file is not None:
        csv_file.write(changes_csv(rows, names))
    if as_json:
        click.echo(json.dumps(_plain(view), ensure_ascii=False, indent=2))
    else:
        _show(view, names)
    sys.exit(_exit_code(view))


def _run(order: Any) -> "tuple[ReplayView, list[dict[str, Any]]]":
    from app.actor import COMMAND_LINE
    from app.db import db
    from app.store.replays import find_replay_view, read_rows
    from app.usecases.run_replay import run_replay
    from app.usecases.start_replay import cancel_replay, start_replay

    replay = start_replay(order, COMMAND_LINE, in_background=False)
    try:
        with click.progressbar(length=1, label="Replaying", file=sys.stderr) as bar:
            run_replay(replay, lambda done, total: _advance(bar, done, total))
    except KeyboardInterrupt:
        cancel_replay(replay, COMMAND_LINE)
        raise click.Abort from None
    view = find_replay_view(db.session(), replay)
    assert view is not None
    return view, list(read_rows(db.session(), view.key))


def _advance(bar: Any, done: int, total: int) -> None:
    bar.length = max(total, 1)
    bar.update(done - bar.pos)


def _names() -> dict[str, str]:
    from app.db import db
    from app.store.pages.setup import name_reps

    return name_reps(db.session())


def _plain(view: "ReplayView") -> dict[str, Any]:
    return {
        "id": view.id,
        "router": view.router,
        "rules": view.rules,
        "since": view.since.isoformat(),
        "until": view.until.isoformat(),
        "state": view.state.value,
        "result": view.result,
    }


def _show(view: "ReplayView", names: dict[str, str]) -> None:
    from app.usecases.replay_words import place_words, sentences, unknowns

    if view.result is None:
        click.echo(view.problem or f"The replay is {view.state.value}.")
        return
    for sentence in sentences(view.result):
        click.echo(sentence)
    moves = view.result["moves"]
    if moves:
        click.echo()
        places = [
            (place_words(move["from"], names), place_words(move["to"], names), move["requests"])
            for move in moves
        ]
        table(("from", "to", "requests"), places)
    click.echo("\nNot known, and not guessed:")
    for line in unknowns(view.result):
        click.echo(f"- {line}")


def _exit_code(view: "ReplayView") -> int:
    if view.result is None:
        return 1
    changes, turns = view.result["changes"], view.result["turns"]
    is_same = changes["identical"] == view.result["requests"]
    kept = turns["bases"].get("identical", 0) + turns["bases"].get("by_hand", 0)
    return 0 if is_same and kept == turns["meetings"] else 2
