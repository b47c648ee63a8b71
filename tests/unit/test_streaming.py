"""Chunks are used behind the one that is read: all of them, in order, one at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator

import pytest

from pipelines.ingest.reading.streaming import behind


def test_items_are_used_in_order_and_one_at_a_time() -> None:
    used: list[int] = []
    at_work = threading.Lock()

    def use(item: int) -> None:
        assert at_work.acquire(blocking=False), "two items are used at once"
        time.sleep(0.001 * (item % 3))
        used.append(item)
        at_work.release()

    with behind(use) as hand_over:
        for item in range(30):
            hand_over(item)
            assert item - len(used) <= 1, "more than one waits"
    assert used == list(range(30))


def test_an_item_is_used_while_the_next_is_prepared() -> None:
    begun, prepared = threading.Event(), threading.Event()

    def use(_: int) -> None:
        begun.set()
        assert prepared.wait(10)

    with behind(use) as hand_over:
        hand_over(1)
        assert begun.wait(10)
        prepared.set()


@pytest.mark.parametrize("failing", [0, 3])
def test_what_goes_wrong_is_raised(failing: int) -> None:
    def use(item: int) -> None:
        if item == failing:
            raise ValueError("no room")

    with pytest.raises(ValueError, match="no room"):
        _hand_over(range(4), use)


def test_a_reader_that_fails_leaves_nothing_at_work() -> None:
    used: list[int] = []

    def use(item: int) -> None:
        time.sleep(0.01)
        used.append(item)

    with pytest.raises(OSError, match="gone"):
        _hand_over(_breaking_off(), use)
    assert used == [1]


def _hand_over(items: Iterable[int], use: Callable[[int], None]) -> None:
    with behind(use) as hand_over:
        for item in items:
            hand_over(item)


def _breaking_off() -> Iterator[int]:
    yield 1
    raise OSError("gone")
