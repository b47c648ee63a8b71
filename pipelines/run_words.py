"""The words about runs, read from `reference/runs.toml`: what an exit code means, and what to do next.

Answers "how is it said" for the history and for the report of a run. A person edits the file.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.resources import reference_file

# A run that stores and releases nothing, as its record calls it.
REHEARSAL = "dry run"


@cache
def run_words() -> dict[str, Any]:
    """Give the words of `reference/runs.toml`."""
    return read_toml(reference_file("runs.toml"), SettingsError)


def meaning_of(state: str, exit_code: int | None) -> dict[str, str]:
    """Say what a state or an exit code means, and what to do next."""
    known: dict[str, dict[str, str]] = run_words()["exit_codes"]
    code = "0" if state == "done" else str(exit_code)
    return known.get(state) or known.get(code) or known["1"]


def lasted(seconds: float) -> str:
    """Say how long something took.

    >>> lasted(0.4), lasted(84.7), lasted(200.2)
    ('0.4 s', '85 s', '3 min 20 s')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
