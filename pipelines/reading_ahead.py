"""The files of many sources, read side by side and handed on in their order.

Answers "how are two hundred small files read by all processors". A file that is read elsewhere comes back as frames in
memory, so that nothing of it touches a disk; it never leaves this machine. A large file is read here, piece by piece. A
file that cannot be read elsewhere is read here again, so that it is refused in the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pipelines import machine, workers
from pipelines.ingest.extracts import Batch, Extracted, read_extract
from pipelines.ingest.profiles import Profile
from pipelines.ingest.reading.streaming import behind
from pipelines.standby import standing
from pipelines.starting import processors

# Hands every batch of a file to a function, and tells what is known of the file as a whole.
Reading = Callable[[Callable[[Batch], None]], Extracted]
_WORTH = machine.decided("processes")
MOST_BYTES, LEAST_BYTES_EACH = int(_WORTH["most_bytes_of_a_job"]), int(_WORTH["least_bytes_each"])
JOBS_AT_LEAST = int(machine.decided("standing_by")["jobs_at_least"])


@dataclass(frozen=True, eq=False)
class _Job:
    """Files of one profile that are read together; there is one file only where it is too large for a job."""

    profile: Profile
    paths: tuple[Path, ...]
    n_bytes: int


@dataclass(frozen=True, eq=False)
class _Held:
    """A file that was read elsewhere."""

    batches: tuple[Batch, ...]
    extracted: Extracted

    def __call__(self, take: Callable[[Batch], None]) -> Extracted:
        for batch in self.batches:
            take(batch)
        return self.extracted


def readings(files: Sequence[tuple[Path, Profile]], *, most: int = 0) -> Generator[Reading]:
    """Read files, several at once where that is faster.

    Args:
        files: each with the profile it is read through.
        most: the most processes to read in; 0 means one for each processor.
    Returns:
        A reading for each file, in their order: what it hands on and raises is what `read_extract` would.
    """
    jobs = list(_jobs(files, most_bytes=_most_bytes(files)))
    small = [job for job in jobs if job.n_bytes <= MOST_BYTES]
    fresh = min(most or processors(), len(small), sum(job.n_bytes for job in small) // LEAST_BYTES_EACH)
    useful = workers.useful(len(small), fresh)
    if useful <= 1:
        yield from (_read_here(path, profile) for path, profile in files)
        return
    with closing(workers.in_turn(_read_files, small, workers=useful, may_leave=False)) as done:
        for job in jobs:
            held = next(done) if job.n_bytes <= MOST_BYTES else [None]
            for path, each in zip(job.paths, held, strict=True):
                yield each or _read_here(path, job.profile)


def _most_bytes(files: Sequence[tuple[Path, Profile]]) -> int:
    """Say how large a job may be: where others stand by, so small that all have done at about the same time."""
    n_bytes = sum(path.stat().st_size for path, _ in files)
    return min(MOST_BYTES, n_bytes // JOBS_AT_LEAST) if standing() else MOST_BYTES


def _jobs(files: Sequence[tuple[Path, Profile]], *, most_bytes: int) -> Iterator[_Job]:
    """Put files of one profile that follow on each other together, as far as they are small."""
    for _, following in groupby(files, key=lambda file: id(file[1])):
        paths: list[Path] = []
        n_bytes = 0
        for path, profile in following:
            size = path.stat().st_size
            if paths and n_bytes + size > most_bytes:
                yield _Job(profile, tuple(paths), n_bytes)
                paths, n_bytes = [], 0
            paths.append(path)
            n_bytes += size
        yield _Job(profile, tuple(paths), n_bytes)


def _read_files(job: _Job) -> list[_Held | None]:
    return [_held(path, job.profile) for path in job.paths]


def _held(path: Path, profile: Profile) -> _Held | None:
    """Read a file into memory; None where it cannot be read, as the run itself then tells why."""
    batches: list[Batch] = []
    try:
        extracted = read_extract(path, profile, batches.append)
    except Exception:
        return None
    return _Held(tuple(batches), extracted)


def _read_here(path: Path, profile: Profile) -> Reading:
    def read(take: Callable[[Batch], None]) -> Extracted:
        with behind(take) as hand_over:
            return read_extract(path, profile, hand_over)

    return read
