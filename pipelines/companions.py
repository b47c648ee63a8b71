"""Processes that live no longer than this one.

Answers "how is a companion started and ended". Who they are is decided elsewhere.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO, Any

STOPPING_SECONDS = 30


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], *, ended_by: signal.Signals, out: IO[bytes] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process that Ctrl-C does not reach, and end it, with all it started, when the block ends."""
    options: dict[str, Any] = {"umask": 0o077} if out else {}
    process = subprocess.Popen(  # noqa: S603 - a command of our own
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT if out else None,
        start_new_session=True,
        **options,
    )
    try:
        yield process
    finally:
        process.send_signal(ended_by)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOPPING_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def stopped_like_ctrl_c() -> Iterator[None]:
    """Let the way a system service is stopped be the way a person stops it."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
