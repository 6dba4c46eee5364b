"""`scheduler demo`."""

import sys
from pathlib import Path

import click


@click.command()
@click.option(
    "--data-dir", type=click.Path(path_type=Path), envvar="DATA_DIR", default=".data", show_default=True
)
@click.option("--port", type=click.IntRange(1024, 65_000), envvar="PORT", default=8000, show_default=True)
@click.option("--reset", is_flag=True, help="Throw the data of former demos away first.")
def demo(data_dir: Path, port: int, reset: bool) -> None:
    """Run the whole product on this machine: database, worker, web server, stand-ins for Google and Microsoft,
    a mail viewer and a sample company's website, on `port` and the six ports after it."""
    from app.demo.reset import reset_demo
    from app.demo.run import run_demo
    from app.demo.words import DemoFailed

    if reset:
        try:
            removed = reset_demo(data_dir)
        except DemoFailed as failure:
            raise click.ClickException(str(failure)) from None
        click.echo(f"Removed from {data_dir}: {', '.join(removed) or 'nothing, there was no data'}")
    sys.exit(run_demo(data_dir, port))
