"""Arguments and options that several commands take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

graph_folder = click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))

processes_option = click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes to extract with; the result does not depend on it.",
)


def corpus_options(function: F) -> F:
    """Add FILES and the options of reading them."""
    for option in reversed(
        (
            click.argument(
                "files",
                nargs=-1,
                required=True,
                type=click.Path(path_type=Path),  # that it can be read is the reader's to say
            ),
            click.option(
                "--input-format",
                metavar="FORMAT",
                help="Read every file as this format instead of looking at its content.",
            ),
            click.option(
                "--snapshot-date",
                type=click.DateTime(["%Y-%m-%d"]),
                callback=lambda _context, _option, value: value and value.date(),
                help="The day a page was saved; gives dates without a year their year.",
            ),
            click.option(
                "--strict", is_flag=True, help="Stop at the first piece that is no paper."
            ),
        )
    ):
        function = option(function)
    return function


def export_options(function: F) -> F:
    """Add the choices of the exporters; they come back as one argument to ``read_options``."""
    for option in reversed(
        (
            click.option(
                "--rdf-formats",
                default="ttl",
                show_default=True,
                help="RDF files beside graph.nq: jsonld, nt, rdf, trig, ttl, by commas.",
            ),
            click.option(
                "--evidence",
                type=click.Choice(["full", "compact", "none"]),
                default="full",
                show_default=True,
                help="Evidence in RDF: every mention, the best of each statement, or none.",
            ),
            click.option("--rdf12", is_flag=True, help="Write statements as RDF 1.2 reifiers."),
            click.option(
                "--base", metavar="IRI", help="What the IRIs of the data start with, in RDF."
            ),
            click.option("--licence", metavar="IRI", help="Licence of the dataset, named in RDF."),
            click.option(
                "--title", default="Paper Lattice", show_default=True, help="Of site and dataset."
            ),
            click.option(
                "--pages",
                default="",
                metavar="all|top:N|none",
                help="Which papers have a page of their own in the site  "
                "[default: all, of up to 20,000].",
            ),
            click.option(
                "--positions",
                default="keep",
                show_default=True,
                metavar="keep|fresh|PAGE",
                help="Where the map begins: as OUT has it, so that it stays a map while the corpus "
                "grows; from nothing; or as another site/index.html has it.",
            ),
            click.option(
                "--site-address",
                metavar="URL",
                help="Where the site will stand on the web; writes a sitemap for it.",
            ),
        )
    ):
        function = option(function)
    return function


def size_of(files: tuple[Path, ...]) -> int:
    """Bytes to read, for a progress bar; a file that is not there is the reader's to name."""
    return sum(path.stat().st_size for path in files if path.is_file())
