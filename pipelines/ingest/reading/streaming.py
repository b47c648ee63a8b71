"""A stream of chunks: how the first one gets enough rows, and how one is prepared while another is used."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import polars as pl

from pipelines.ingest.reading.rows import SEARCHED_ROWS

Item = TypeVar("Item")


def with_full_start(chunks: Iterator[pl.DataFrame]) -> Generator[pl.DataFrame]:
    """Join the first chunks until they hold the rows among which headings are looked for, or all there are."""
    start: list[pl.DataFrame] = []
    for chunk in chunks:
        start.append(chunk)
        if sum(part.height for part in start) >= SEARCHED_ROWS:
            break
    if start:
        yield pl.concat(start, how="diagonal") if len(start) > 1 else start[0]
    yield from chunks


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Prepare the next item in a thread while the present one is used."""
    with ThreadPoolExecutor(max_workers=1) as worker:
        waiting = worker.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = worker.submit(next, items, None)
            yield item


@contextmanager
def behind(use: Callable[[Item], None]) -> Iterator[Callable[[Item], None]]:
    """Use each item in a thread while the caller prepares the next one.

    Items are used one at a time and in order, and no more than one waits, so that memory stays bounded.

    Args:
        use: what is done with an item.
    Returns:
        A function that hands an item over. What went wrong with one is raised when the next is handed over, or when the
        block ends; then every item was used.
    """
    with ThreadPoolExecutor(max_workers=1) as worker:
        waiting: list[Future[None]] = []

        def hand_over(item: Item) -> None:
            while waiting:
                waiting.pop().result()
            waiting.append(worker.submit(use, item))

        yield hand_over
        while waiting:
            waiting.pop().result()
