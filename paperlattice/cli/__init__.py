"""The ``paperlattice`` command: a shell around functions that you can call yourself.

To add a command: write it in a module of its own here, and name it in :data:`COMMANDS`.
The modules import the stages inside the functions, so that ``-h`` answers at once.
"""

from __future__ import annotations

import os
import sys

import click

from paperlattice import __version__
from paperlattice.cli.build import build
from paperlattice.cli.extract import extract
from paperlattice.cli.query import query
from paperlattice.cli.score import score
from paperlattice.cli.serve import serve
from paperlattice.cli.show import show
from paperlattice.cli.tables import (
    bridges,
    coverage,
    homographs,
    leaderboard,
    rising,
    stats,
    why,
)
from paperlattice.errors import PaperlatticeError

COMMANDS = (
    *(build, query, show, stats, why, homographs, leaderboard, rising, bridges, coverage),
    *(serve, extract, score),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="paperlattice")
def paperlattice() -> None:
    """Machine-learning papers to a knowledge graph, with evidence.

    Start with: paperlattice build examples/daily_papers.txt -o out
    """


for _command in COMMANDS:
    paperlattice.add_command(_command)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0: done; 1: an error of the input; 2: wrong usage; 130: interrupted. Errors are one line
    on standard error.
    """
    try:
        paperlattice.main(args=arguments, prog_name="paperlattice", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help_text:
        click.echo(help_text.format_message())
    except click.UsageError as error:
        return _fail(_with_choices(error), 2)
    except click.ClickException as error:
        return _fail(error.format_message(), 1)
    except PaperlatticeError as error:
        return _fail(str(error), error.status)
    except click.Abort:
        return _fail("interrupted", 130)
    except BrokenPipeError:
        # The reader (head, less) has seen enough: let Python's last flush go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        return _fail(f"{error.filename or ''}: {error.strerror or error}".removeprefix(": "), 1)
    return 0


def _fail(message: str, status: int) -> int:
    click.echo(f"paperlattice: {' '.join(message.split())}", err=True)
    return status


def _with_choices(error: click.UsageError) -> str:
    """The error in one line, with the list of what there is where a name is unknown."""
    message = error.format_message()
    if error.ctx is None:
        return message
    command = error.ctx.command
    if isinstance(error, click.NoSuchOption):
        options = [p.opts[-1] for p in command.get_params(error.ctx) if isinstance(p, click.Option)]
        return f"no option {error.option_name!r}; there is: {', '.join(options)}"
    if isinstance(command, click.Group) and message.startswith("No such command"):
        return f"{message.split('.')[0]}; there is: {', '.join(command.list_commands(error.ctx))}"
    return message
