"""A copy of the warehouse, begun before it is written to.

Answers "is there a copy already". A publication ends with writing to a copy of the whole warehouse, which may be many
gigabytes. Copying is work of the disk, so it goes on beside the audit, which is work of the processors. Only who lets
no other run write may begin: the file that is copied must stay as it is until the copy is written to.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from pipelines import disk

# Copies that go on, by the file that is copied and the copy.
_begun: dict[tuple[Path, Path], Future[None]] = {}


@contextmanager
def begun(source: Path, target: Path) -> Iterator[None]:
    """Copy a file while the block goes on; a copy that nobody took is thrown away at its end.

    Args:
        source: what nobody changes until the block ends.
        target: where the copy is to be; whoever asks `copy` for the same gets this one.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        _begun[source, target] = thread.submit(_copied_whole, source, target)
        try:
            yield
        finally:
            if left := _begun.pop((source, target), None):
                left.exception()
                target.unlink(missing_ok=True)


def is_begun(source: Path, target: Path) -> bool:
    """Tell whether a copy was begun that nobody has taken yet."""
    return (source, target) in _begun


def copy(source: Path, target: Path) -> None:
    """Copy a file, or wait until the copy that was begun is there.

    Raises:
        OSError: the disk refused it.
    """
    if there := _begun.pop((source, target), None):
        there.result()
    else:
        shutil.copyfile(source, target)


def _copied_whole(source: Path, target: Path) -> None:
    """Copy a file and put its bytes on the disk, as what is written next would have to wait for that."""
    shutil.copyfile(source, target)
    disk.flush_file(target)
