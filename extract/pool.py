"""A pool of processes over a stream: order kept, memory bounded, small messages.

spaCy's ``nlp.pipe(n_process=…)`` sends whole Docs back, 38 KB each, and is slower than one
process for a pipeline of rules; here the caller chooses what goes out and what comes back.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Sent = TypeVar("Sent")
Back = TypeVar("Back")

# Batches under way for each process: one at work, one waiting, so that none stands idle while
# the caller takes its time.
_AHEAD = 3


def map_batches(
    work: Callable[[Sent], Back],
    items: Iterable[Item],
    message: Callable[[Item], Sent],
    processes: int,
) -> Iterator[tuple[Item, Back]]:
    """Yield each item with what ``work(message(item))`` gives, in order.

    Reads at most ``3 * processes`` items ahead. An exception of the work is raised here, at
    its item's turn; closing the iterator stops the workers.
    """
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
    waiting: deque[tuple[Item, Future[Back]]] = deque()
    executor = ProcessPoolExecutor(processes, mp_context=context)
    try:
        for item in items:
            waiting.append((item, executor.submit(work, message(item))))
            if len(waiting) >= _AHEAD * processes:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
