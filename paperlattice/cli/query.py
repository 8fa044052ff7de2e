"""``paperlattice query``: ask the graph in SPARQL."""

from __future__ import annotations

from pathlib import Path

import click

from paperlattice.cli.options import graph_folder


@click.command(
    epilog="Example: paperlattice query out "
    '"SELECT ?title WHERE { ?p a pl:Paper ; dct:title ?title } LIMIT 5"'
)
@graph_folder
@click.argument("question", required=False)
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the question from this file.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to write the answer.",
)
def query(out: Path, question: str | None, file: Path | None, style: str) -> None:
    """Ask the graph in OUT a SPARQL QUESTION.

    The usual prefixes (pl, dct, schema, fabio, skos, mls, oa, prov, rdf, rdfs, xsd) are known.
    """
    from paperlattice.export import sparql

    if (question is None) == (file is None):
        raise click.UsageError("want one question: as an argument, or --file with a file")
    text = file.read_text(encoding="utf-8") if file else question or ""
    click.echo(sparql.RESULT_FORMATS[style](sparql.query(out, text)), nl=False)
