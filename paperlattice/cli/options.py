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
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
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
