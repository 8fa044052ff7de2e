"""``paperlattice show``: the neighbourhood of one paper or entity, as one HTML page."""

from __future__ import annotations

from pathlib import Path

import click

from paperlattice.cli.options import graph_folder


@click.command(epilog='Example: paperlattice show out "ImageNet-1K"')
@graph_folder
@click.argument("name")
@click.option(
    "-o",
    "--page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Page to write; without it, one named after the node under OUT/show/.",
)
def show(out: Path, name: str, page: Path | None) -> None:
    """Draw what is around NAME: a paper's title or id, or an entity's name."""
    from paperlattice.export.ego import find_node, write_ego
    from paperlattice.graph.schema import slug
    from paperlattice.graph.store import read_graph

    graph = read_graph(out)
    node = find_node(graph, name)
    page = page or out / "show" / f"{slug(node, longest=100)}.html"
    write_ego(graph, node, page)
    click.echo(page)
