"""``paperlattice stats``: counts and top entities."""

from __future__ import annotations

from pathlib import Path

import click

from paperlattice.cli.options import graph_folder


@click.command(epilog="Example: paperlattice stats out --top 5")
@graph_folder
@click.option(
    "--top",
    "most",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Entities to list of each type.",
)
def stats(out: Path, most: int) -> None:
    """Count what the graph in OUT holds, and list what most papers name."""
    from paperlattice.graph.store import read_graph
    from paperlattice.graph.summary import counts, top_entities

    graph = read_graph(out)
    click.echo(counts(graph).to_string(index=False))
    click.echo()
    click.echo(top_entities(graph, most=most).to_string(index=False))
