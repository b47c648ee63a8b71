"""How often Python looks for objects that only point to each other.

Answers "how often does a process of ours collect". Every other object goes as soon as nobody needs it. Python's
own 700 is meant for programs that make such circles all the time; here a million objects stay once packages are loaded,
and going through them again and again took a fifteenth of a short run.
"""

from __future__ import annotations

import gc

# Objects made between two rounds, and rounds before older objects are gone through too. The memory of a run with
# millions of cases is measured in docs/bench.md.
_BETWEEN_ROUNDS = (100_000, 10, 10)


def collect_seldom() -> None:
    """Let this process look for circles of objects less often than Python does by itself."""
    gc.set_threshold(*_BETWEEN_ROUNDS)
