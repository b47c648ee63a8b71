"""A copy of the warehouse, begun before it is written to.

Answers "is there a copy already". A publication ends with writing to a copy of the whole warehouse, which may be many
gigabytes. Copying is work of the disk, so it goes on beside the audit, which is work of the processors. Only who lets
no other run write may begin: the file that is copied must stay as it is until the copy is written to.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from pipelines import disk

# What a system says that cannot copy from file to file by itself, here or at all.
_NOT_HERE = {errno.ENOSYS, errno.EOPNOTSUPP, errno.EXDEV, errno.EINVAL, errno.EPERM}
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
        write_copy(source, target)


def write_copy(source: Path, target: Path) -> None:
    """Write a copy of a file; where the file system can (XFS, Btrfs), both share their bytes until one changes them."""
    if not _is_copied_by_the_system(source, target):
        shutil.copyfile(source, target)


def _is_copied_by_the_system(source: Path, target: Path) -> bool:
    if not hasattr(os, "copy_file_range"):
        return False
    with source.open("rb") as read, target.open("wb") as written:
        left = os.fstat(read.fileno()).st_size
        try:
            while left and (n := os.copy_file_range(read.fileno(), written.fileno(), left)):
                left -= n
        except OSError as refusal:
            if refusal.errno not in _NOT_HERE:
                raise
    return not left


def _copied_whole(source: Path, target: Path) -> None:
    """Copy a file and put its bytes on the disk, as what is written next would have to wait for that."""
    write_copy(source, target)
    disk.flush_file(target)
