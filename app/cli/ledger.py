"""`scheduler ledger verify` and `weigh`."""

import sys

import click

from app.cli.common import application


@click.group()
def ledger() -> None:
    """The assignment history that fairness is computed from."""


@ledger.command()
def verify() -> None:
    """Replay every pool's history from its rows and compare it with the positions in use."""
    from app.db import db
    from app.store.ledger import load_ledger, replay_ledger
    from app.store.overview import list_pool_keys

    wrong = 0
    with application():
        for key, name in list_pool_keys(db.session()):
            kept, replayed = load_ledger(db.session(), key, name), replay_ledger(db.session(), key, name)
            differing = sorted(
                rep
                for rep in {*kept.positions, *replayed.positions}
                if kept.positions.get(rep) != replayed.positions.get(rep)
            )
            wrong += bool(differing)
            verdict = f"differs for {', '.join(differing)}" if differing else "as replayed"
            click.echo(f"{name}: {replayed.sequence} entries, {verdict}")
    sys.exit(1 if wrong else 0)


@ledger.command()
def weigh() -> None:
    """Work out the shares anew in every pool where they follow outcomes, as the nightly job does."""
    from app.usecases.weigh_pools import weigh_pools

    with application():
        pools = weigh_pools()
        for each in pools:
            click.echo(f"{each.pool}: {each.changed} new weights")
            for rep, record in each.weighing.records.items():
                factor = each.weighing.tenths[rep] / 10
                click.echo(f"  {rep}: held {record.good} of {record.total}, factor {factor:.1f}")
        if not pools:
            click.echo("No pool's shares follow outcomes.")
