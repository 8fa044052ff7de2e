"""``paperlattice build``: from files of papers to a folder with the graph in every format."""

from __future__ import annotations

import datetime
import hashlib
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paperlattice.cli.options import corpus_options, export_options, processes_option, size_of
from paperlattice.cli.progress import Bars
from paperlattice.errors import PaperlatticeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from paperlattice.export.pages.payload import Point
    from paperlattice.export.writers import Options
    from paperlattice.extract.readers import Source
    from paperlattice.graph.model import Graph
    from paperlattice.graph.store import Outcome


@click.command(
    epilog="Example: paperlattice build page1.txt page2.txt more.jsonl.gz -o out --to rdf,html"
)
@corpus_options
@processes_option
@click.option(
    "-o",
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default="out",
    show_default=True,
    help="Folder to write to.",
)
@click.option(
    "--to",
    "formats",
    default="rdf,graphml,html",
    show_default=True,
    help="Formats to write beside the tables, separated by commas; 'none' for none.",
)
@click.option(
    "--top",
    "top_k",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Strongest links kept for each paper.",
)
@click.option(
    "--prune", is_flag=True, help="Drop papers of an earlier build that are not in FILES."
)
@click.option(
    "--aliases",
    "alias_table",
    type=click.Path(path_type=Path),
    help="Your own table of names: type, name, alias, by tabs; it wins over ours.",
)
@export_options
def build(
    files: tuple[Path, ...],
    input_format: str | None,
    snapshot_date: datetime.date | None,
    strict: bool,
    processes: int,
    out: Path,
    formats: str,
    top_k: int,
    prune: bool,
    alias_table: Path | None,
    **choices: Any,
) -> None:
    """Read FILES, extract, build the graph, and write everything under OUT.

    FILES are Daily Papers pages saved as text, or JSON lines with id, title and abstract (also
    .gz). What cannot be read is named in OUT/skipped.jsonl; the rest goes through. An OUT of an
    earlier build is brought up to date: only new and changed texts are extracted from, and what
    was on its map stays about where it was.
    """
    from paperlattice.export.writers import choose_writers
    from paperlattice.extract.readers import read_corpus
    from paperlattice.graph.aliases import read_aliases
    from paperlattice.graph.store import update

    started = time.perf_counter()
    writers = choose_writers([] if formats == "none" else formats.split(","))
    aliases = read_aliases(alias_table) if alias_table else ()
    chosen = _read_options(choices, ())  # a wrong choice is told before the work, not after
    positions = _Positions(choices["positions"], out)
    with Bars() as bars:
        corpus = read_corpus(
            files,
            input_format=input_format,
            snapshot_date=snapshot_date,
            strict=strict,
            progress=bars.counter("reading", size_of(files)),
        )

        left_out: list[str] = []

        def export(graph: Graph, folder: Path, sources: Sequence[Source]) -> None:
            options = _read_options(choices, sources)
            options = replace(options, start=positions.read() if "html" in writers else None)
            for done, write in enumerate(writers.values()):
                bars.show("writing", done, len(writers))
                left_out.extend(write(graph, folder, options))

        sources, unreadable = corpus.sources, corpus.unreadable
        readings, read = iter(corpus.readings), len(corpus.readings)
        del corpus  # as large as the build; an iterator lets go of what it has given
        outcome = update(
            readings,
            out,
            sources=sources,
            unreadable=unreadable,
            prune=prune,
            aliases=aliases,
            top_k=top_k,
            processes=processes,
            export=export,
            settings={
                "formats": list(writers),
                "options": asdict(chosen),
                "positions": positions.name,
            },
            progress=bars.show,
        )
    _summarise(sources, read, outcome)
    for line in left_out:
        click.echo(f"not written: {line}")
    state = "was up to date" if outcome.unchanged else "written"
    click.echo(f"{outcome.out} {state} in {time.perf_counter() - started:.1f} seconds")


class _Positions:
    """What ``--positions`` says: where the nodes of the map begin.

    name: what the files of a build depend on: ``keep``, ``fresh``, or the digest of a page.

    Raises PaperlatticeError for a page that is none.
    """

    def __init__(self, choice: str, out: Path) -> None:
        self.out = out
        self.name = choice
        self.given: Mapping[str, Point] | None = None
        if choice not in ("keep", "fresh"):
            from paperlattice.export.pages import read_positions

            self.given = read_positions(Path(choice))
            self.name = hashlib.sha256(Path(choice).read_bytes()).hexdigest()

    def read(self) -> Mapping[str, Point] | None:
        """Positions to begin from, None to begin anew; called while ``out`` is as it was."""
        from paperlattice.export.pages import read_positions

        page = self.out / "site" / "index.html"
        if self.name != "keep" or not page.exists():
            return self.given
        try:
            return read_positions(page)
        except PaperlatticeError as error:
            click.echo(f"{error}; the map begins anew", err=True)
            return None


def _read_options(choices: dict[str, Any], sources: Sequence[Source]) -> Options:
    """Turn the choices of :func:`export_options` into what the writers take."""
    from paperlattice.export import rdf
    from paperlattice.export.pages import SiteOptions
    from paperlattice.export.writers import Options

    given = {"base": choices["base"]} if choices["base"] else {}
    of_rdf = rdf.RdfOptions(
        evidence=choices["evidence"],
        formats=tuple(name for name in choices["rdf_formats"].split(",") if name),
        rdf12=choices["rdf12"],
        title=choices["title"],
        licence=choices["licence"],
        sources=tuple(rdf.Source(source.path, source.sha256) for source in sources),
        **given,
    )
    rdf.check_formats(of_rdf)
    of_site = SiteOptions(
        title=choices["title"],
        pages=choices["pages"],
        address=choices["site_address"],
        base=of_rdf.base,
    )
    return Options(rdf=of_rdf, site=of_site)


def _summarise(sources: Sequence[Source], read: int, outcome: Outcome) -> None:
    from paperlattice.graph.summary import counts

    lines = list(counts(outcome.graph).itertuples(index=False, name=None))
    lines.append(("skipped", len(outcome.skipped)))
    for what, count in lines:
        click.echo(f"{what:22}{count:>9,}")
    same = read - (outcome.papers - outcome.kept)
    click.echo(
        f"read {read:,} papers in {_plural(len(sources), 'file')}, "
        f"{same:,} of them again; {outcome.extracted:,} texts were new"
        + (f"; {outcome.kept:,} papers stay from earlier builds" if outcome.kept else "")
    )
    for source in sources:
        if source.snapshot:
            click.echo(
                f"{source.path}: took {source.snapshot} for the day it was saved, to complete "
                "dates without a year (--snapshot-date tells otherwise)"
            )
    files = {source.path for source in sources}
    here = [item for item in outcome.skipped if item.place.path in files]
    for item in here[:5]:
        click.echo(f"skipped {item.place.path}:{item.place.line}: {item.problem}")
    if len(outcome.skipped) > len(here[:5]):
        click.echo(f"the rest of what was skipped is in {outcome.out / 'skipped.jsonl'}")


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
