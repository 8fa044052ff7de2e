"""``paperlattice serve``: the site and a SPARQL endpoint on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from paperlattice.cli.options import graph_folder


@click.command(epilog="Example: paperlattice serve out --port 8000")
@graph_folder
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen; anything but this machine lets others in.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    help="Seconds after which a question is stopped.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(min=1),
    default=100_000,
    show_default=True,
    help="Most rows of an answer.",
)
@click.option("--cors", is_flag=True, help="Let scripts of other sites read the answers.")
def serve(out: Path, host: str, port: int, timeout: float, max_rows: int, cors: bool) -> None:
    """Serve the site of OUT, SPARQL 1.1 Protocol at /sparql, and the IRIs of the data.

    Read-only: UPDATE, LOAD, SERVICE and FROM of other hosts are refused.
    """
    from paperlattice.export import endpoint

    click.echo(f"http://{host}:{port}/  (SPARQL at /sparql; stop with Ctrl-C)", err=True)
    endpoint.serve(out, host=host, port=port, timeout=timeout, max_rows=max_rows, cors=cors)
