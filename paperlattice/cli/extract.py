"""``paperlattice extract``: only the extraction, as JSON lines."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

import click

from paperlattice.cli.options import corpus_options, processes_option, size_of
from paperlattice.cli.progress import Bars


@click.command(epilog="Example: paperlattice extract papers.jsonl -o mentions.jsonl")
@corpus_options
@processes_option
@click.option(
    "-o",
    "--out",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default="-",
    help="File to write; standard output without it.",
)
def extract(
    files: tuple[Path, ...],
    input_format: str | None,
    snapshot_date: datetime.date | None,
    strict: bool,
    processes: int,
    out: Path,
) -> None:
    """Write what FILES name, one JSON object a paper.

    The form is that of gold annotations (entities with surfaces, links, results); each entity
    also has its mentions with offsets, sentence, confidence and component.
    """
    from paperlattice.export.files import replacing
    from paperlattice.extract import pipeline
    from paperlattice.extract.gold import to_gold
    from paperlattice.extract.readers import read_corpus

    with Bars() as bars:
        corpus = read_corpus(
            files,
            input_format=input_format,
            snapshot_date=snapshot_date,
            strict=strict,
            progress=bars.counter("reading", size_of(files)),
        )
        found = bars.track(
            "extracting",
            pipeline.extract(corpus.papers, processes=processes),
            len(corpus.papers),
        )
        lines = (json.dumps(to_gold(item), ensure_ascii=False) + "\n" for item in found)
        if str(out) == "-":
            sys.stdout.writelines(lines)
        else:
            with replacing(out) as file:
                file.writelines(lines)
    for piece in corpus.skipped:
        click.echo(f"skipped {piece.place.path}:{piece.place.line}: {piece.problem}", err=True)
