"""``paperlattice score``: precision, recall and F1 against gold annotations."""

from __future__ import annotations

import json
from pathlib import Path

import click

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(epilog="Example: paperlattice score gold.jsonl mentions.jsonl --errors dataset")
@click.argument("gold", type=_FILE)
@click.argument("predicted", type=_FILE)
@click.option("--errors", metavar="ROW", help="Also list what was missed and what is spurious.")
@click.option("--json", "as_json", is_flag=True, help="Write the figures as JSON.")
def score(gold: Path, predicted: Path, errors: str | None, as_json: bool) -> None:
    """Compare PREDICTED with GOLD, both JSON lines with one paper a line.

    Rows: method, dataset, metric, task, all entities, role (accuracy on found entities),
    repository, link, result value, result tuple. Papers are matched by title.
    """
    from paperlattice.errors import UnknownChoiceError
    from paperlattice.extract.scoring import score_files

    scores = score_files(gold, predicted)
    if errors is not None and errors not in scores:
        raise UnknownChoiceError("row", errors, scores)
    if as_json:
        rows = {
            name: {
                "precision": row.precision,
                "recall": row.recall,
                "f1": row.f1,
                "hit": row.hit,
                "missed": row.missed,
                "spurious": row.spurious,
            }
            for name, row in scores.items()
        }
        click.echo(json.dumps(rows, indent=1))
        return
    click.echo(
        f"{'':14}{'precision':>10}{'recall':>8}{'F1':>7}{'hit':>6}{'missed':>8}{'spurious':>10}"
    )
    for name, row in scores.items():
        click.echo(
            f"{name:14}{row.precision:10.3f}{row.recall:8.3f}{row.f1:7.3f}"
            f"{row.hit:6}{row.missed:8}{row.spurious:10}"
        )
    for mistake in scores[errors].mistakes if errors else []:
        click.echo(f"{mistake.outcome:9} {mistake.item:60} | {mistake.title[:60]}")
