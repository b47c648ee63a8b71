"""What an everyday network takes from inbox to shelf: its files as law centres send them, its briefs, imports included.

The floor is DuckDB's `count(*)` over the same files (`floor.py`); command and floor run by turns.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from invented import write_network
from measuring import Measure, measure

FLOOR = Path(__file__).with_name("floor.py")


@dataclass(frozen=True)
class Network:
    """All runs of one invented network."""

    cases: int
    n_files: int
    n_sources: int
    floor: list[Measure]
    first: list[Measure]
    again: list[Measure]


def measure_network(folder: Path, *, cases: int, repeats: int) -> Network:
    """Measure by turns: floor, a first run on a fresh workspace, and the same run again on unchanged files."""
    original = folder / "network"
    written = write_network(original, cases=cases)
    run = [sys.executable, "-m", "pipelines", "run", "--json", "--as-of", written["as_of"]]
    found = Network(cases, written["files"], written["sources"], [], [], [])
    for number in range(repeats):
        workspace = folder / f"network-{number}"
        shutil.copytree(original, workspace)
        found.floor.append(measure([sys.executable, str(FLOOR)], workspace))
        found.first.append(measure(run, workspace, workspace=workspace))
        found.again.append(measure(run, workspace, workspace=workspace))
        shutil.rmtree(workspace)
    shutil.rmtree(original)
    return found
