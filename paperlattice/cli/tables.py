"""Commands that answer with a table: what is in a graph, and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from paperlattice.cli.options import graph_folder

if TYPE_CHECKING:
    import pandas as pd

F = TypeVar("F", bound=Callable[..., Any])

_style = click.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to write it.",
)


def _most(what: str, default: int) -> Callable[[F], F]:
    return click.option(
        "--top",
        "most",
        type=click.IntRange(min=1),
        default=default,
        show_default=True,
        help=f"{what} to list.",
    )


def _print(frame: pd.DataFrame, style: str, empty: str = "none") -> None:
    if style == "csv":
        click.echo(frame.to_csv(index=False), nl=False)
    elif style == "json":
        click.echo(frame.to_json(orient="records", force_ascii=False, date_format="iso"))
    elif frame.empty:
        click.echo(empty)
    else:
        click.echo(frame.to_string(index=False, na_rep=""))


@click.command(epilog="Example: paperlattice stats out --top 5")
@graph_folder
@_most("Entities of each type", 10)
def stats(out: Path, most: int) -> None:
    """Count what the graph in OUT holds, and list what most papers name."""
    from paperlattice.graph.store import read_graph
    from paperlattice.graph.summary import counts, top_entities

    graph = read_graph(out)
    _print(counts(graph), "table")
    click.echo()
    _print(top_entities(graph, most=most), "table")


@click.command(epilog='Example: paperlattice why out "SAE"')
@graph_folder
@click.argument("name")
@_style
def why(out: Path, name: str, style: str) -> None:
    """List the entities that NAME stands for, and what licenses each of their names."""
    from paperlattice.graph.questions import why
    from paperlattice.graph.store import read_graph

    _print(why(read_graph(out), name), style, f"nothing in {out} is called {name!r}")


@click.command(epilog="Example: paperlattice homographs out")
@graph_folder
@_style
def homographs(out: Path, style: str) -> None:
    """List names with several meanings, which stay apart."""
    from paperlattice.graph.questions import homographs
    from paperlattice.graph.store import read_graph

    _print(homographs(read_graph(out)), style)


@click.command(epilog="Example: paperlattice leaderboard out ImageNet-1K 'top-1 accuracy'")
@graph_folder
@click.argument("dataset")
@click.argument("metric")
@_style
def leaderboard(out: Path, dataset: str, metric: str, style: str) -> None:
    """List the results on DATASET by METRIC, best first, each with its sentence."""
    from paperlattice.export.ego import find_node
    from paperlattice.graph.questions import leaderboard
    from paperlattice.graph.store import read_graph

    graph = read_graph(out)
    _print(leaderboard(graph, find_node(graph, dataset), find_node(graph, metric)), style)


@click.command(epilog="Example: paperlattice rising out --top 10")
@graph_folder
@_most("Entities", 20)
@_style
def rising(out: Path, most: int, style: str) -> None:
    """List the entities whose share of the papers rose most."""
    from paperlattice.graph.questions import rising
    from paperlattice.graph.store import read_graph

    _print(rising(read_graph(out), most=most), style)


@click.command(epilog="Example: paperlattice bridges out --top 10")
@graph_folder
@_most("Papers", 20)
@_style
def bridges(out: Path, most: int, style: str) -> None:
    """List the papers that lie between communities."""
    from paperlattice.graph.questions import bridges
    from paperlattice.graph.store import read_graph

    _print(bridges(read_graph(out), most=most), style)


@click.command(epilog="Example: paperlattice coverage out")
@graph_folder
@_style
def coverage(out: Path, style: str) -> None:
    """Count how much of the graph has an identifier elsewhere (arXiv, DOI, Wikidata, …)."""
    from paperlattice.graph.questions import coverage
    from paperlattice.graph.store import read_graph

    _print(coverage(read_graph(out)), style)
