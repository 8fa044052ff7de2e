"""Progress bars on standard error, for people: none where it is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Self, TypeVar

from rich.console import Console
from rich.progress import Progress, TaskID

T = TypeVar("T")


class Bars:
    """A bar for each stage of a long job; a context manager, after which they are gone."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._progress = Progress(console=console, transient=True, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, stage: str, done: int, total: int | None) -> None:
        """Show how far a stage is, of what; total is None where that is not known."""
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage, total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)

    def counter(self, stage: str, total: int) -> Callable[[int], None]:
        """Make a function that adds to how far a stage is."""
        task = self._tasks[stage] = self._progress.add_task(stage, total=total)

        def advance(amount: int) -> None:
            self._progress.advance(task, amount)

        return advance

    def track(self, stage: str, items: Iterable[T], total: int) -> Iterator[T]:
        """Yield the items, showing how many have gone by."""
        advance = self.counter(stage, total)
        for item in items:
            yield item
            advance(1)
