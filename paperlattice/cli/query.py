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
@click.option("--list", "listed", is_flag=True, help="List the questions that are ready to ask.")
@click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="A parameter of a ready question; may be given again for another.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "tsv", "json", "xml", "turtle", "nt", "jsonld", "rdf"]),
    help="How to write the answer; the last four are for triples (CONSTRUCT, DESCRIBE).  "
    "[default: table, of triples turtle]",
)
def query(
    out: Path,
    question: str | None,
    file: Path | None,
    listed: bool,
    settings: tuple[str, ...],
    style: str | None,
) -> None:
    """Ask the graph in OUT a QUESTION: SPARQL, or the name of one that is ready (cq01, …).

    The usual prefixes (pl, dct, schema, fabio, skos, mls, oa, prov, rdf, rdfs, xsd) are known.
    A ready question is asked so: paperlattice query out cq06 --set dataset=ImageNet-1K …
    """
    from paperlattice.export import sparql
    from paperlattice.export.questions import ask

    if listed:
        _list()
        return
    if (question is None) == (file is None):
        raise click.UsageError(
            "want one question: SPARQL or the name of a ready one (--list), or --file with a file"
        )
    text = file.read_text(encoding="utf-8") if file else question or ""
    # SPARQL is never one word; a single word that is no question gets the list of those that are.
    if file is None and text.isalnum():
        found = ask(out, text, _read_settings(settings))
    else:
        found = sparql.query(out, text)
    style = style or ("turtle" if found.form == "triples" else "table")
    click.echo(sparql.RESULT_FORMATS[style](found), nl=False)


def _read_settings(settings: tuple[str, ...]) -> dict[str, str]:
    for setting in settings:
        if "=" not in setting:
            raise click.UsageError(f"want --set NAME=VALUE, found {setting!r}")
    return dict(setting.split("=", 1) for setting in settings)


def _list() -> None:
    from paperlattice.export.questions import questions

    for question in questions().values():
        wanted = "".join(f" --set {p.name}={p.example!r}" for p in question.parameters)
        click.echo(f"{question.id}{wanted}\n    {question.title}. {question.description}")
