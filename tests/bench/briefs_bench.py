"""How long do the briefs of a whole network take: every law centre's own, the network's and the public one.

Run by `make bench`. An invented network in which each source is a law centre of its own is taken from inbox to shelf by
one command, in one process and with a worker for each processor by turns, then run again on unchanged files. The files
of all releases are compared byte by byte.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from invented import write_network
from measuring import Measure, load, machine, measure, median, spread

PERIOD = "2026-Q3"
# Stages in the order of a run; those of the second half are about briefs.
STAGES = (
    "receive", "check_records", "harmonise", "build", "check_cases", "analyse", "protect", "render", "audit", "release",
    "statistics",
)  # fmt: skip
OF_BRIEFS = ("protect", "render", "audit", "release")
WHAT = """
Written by `make bench`; do not edit. An invented network in which every source is a law centre, from inbox to shelf by
one command.
""".strip()
COLUMNS = """
*A brief* is protecting, rendering, auditing and putting in place, divided by the number of briefs. *Memory* is the most
that all processes held together, then the most of one of them. *Again* is the same command on unchanged files: every
brief is made once more, and stands.
""".strip()


@dataclass(frozen=True)
class Run:
    """One command: what it took, and the digest of every file of its release."""

    name: str
    measured: Measure
    files: dict[str, str]

    @property
    def n_briefs(self) -> int:
        """Count the briefs of the release."""
        return sum(path.endswith("/brief.html") for path in self.files)


def invent(folder: Path, *, cases: int, sources: int) -> str:
    """Write a workspace in which every source is a law centre; give the day its run speaks of."""
    as_of = str(write_network(folder, cases=cases, sources=sources)["as_of"])
    settings = folder / "caseload.toml"
    text = settings.read_text(encoding="utf-8")
    names = re.findall(r"^\[sources\.([a-z0-9-]+)\]", text, flags=re.MULTILINE)
    own = iter(names)
    text = re.sub(r'^centre = ".*"$', lambda _: f'centre = "{next(own)}"', text, flags=re.MULTILINE)
    centres = "\n".join(f'{name} = "Law Centre {number}"' for number, name in enumerate(names, 1))
    text = re.sub(r"(?<=^\[centres\]\n).*?(?=\n\[projects\])", centres + "\n", text, flags=re.MULTILINE | re.DOTALL)
    settings.write_text(text.replace("made up of 6 law centres", f"made up of {len(names)} law centres"), "utf-8")
    return as_of


def publish(workspace: Path, name: str, *, as_of: str, workers: int) -> Run:
    """Run a workspace for every audience."""
    audiences = [word for each in ("network", "public", "centres") for word in ("--audience", each)]
    command = [sys.executable, "-m", "pipelines", "run", "--json", "--as-of", as_of, "--period", PERIOD, *audiences]
    os.environ["CASELOAD_LIMITS__WORKERS"] = str(workers)
    measured = measure(command, workspace)
    root = workspace / "outputs" / "release"
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    files = {path.relative_to(root).as_posix(): sha256(path.read_bytes()).hexdigest() for path in paths}
    return Run(name, measured, files)


def runs(folder: Path, *, cases: int, sources: int, repeats: int) -> list[Run]:
    """Run by turns in one process and with workers, each time from the beginning, and at last again."""
    as_of = invent(folder / "original", cases=cases, sources=sources)
    found = []
    for number in range(repeats):
        for workers, name in ((1, "in one process"), (0, "with workers")):
            workspace = folder / f"run-{number}-{workers}"
            shutil.copytree(folder / "original", workspace)
            found.append(publish(workspace, name, as_of=as_of, workers=workers))
            if number < repeats - 1 or workers == 1:
                shutil.rmtree(workspace)
    found.append(publish(workspace, "again, with workers", as_of=as_of, workers=0))
    return found


def rows(found: list[Run]) -> list[str]:
    """Give one line for each way of running: whole command, then the four stages about briefs."""
    lines = []
    for name in dict.fromkeys(run.name for run in found):
        named = [run for run in found if run.name == name]
        walls, cpu = [run.measured.wall for run in named], [run.measured.cpu for run in named]
        each = [sum(stages(run)[stage] for stage in OF_BRIEFS) / run.n_briefs for run in named]
        peak, largest = max(run.measured.all_mb for run in named), max(run.measured.peak_mb for run in named)
        lines.append(f"| {name} | {spread(walls)} | {spread(cpu)} | {spread(each, 2)} | {peak:,.0f} | {largest:,.0f} |")
    return lines


def stages(run: Run) -> dict[str, float]:
    """Give the seconds of each stage, as the command times itself."""
    return {stage: float(run.measured.printed["timings"].get(stage, 0.0)) for stage in STAGES}


def stage_rows(found: list[Run]) -> list[str]:
    """Give one line for each stage, and in each way of running its middle time."""
    names = list(dict.fromkeys(run.name for run in found))
    timed = {name: [stages(run) for run in found if run.name == name] for name in names}
    return [
        f"| {stage} | " + " | ".join(f"{median([each[stage] for each in timed[name]]):.1f}" for name in names) + " |"
        for stage in STAGES
    ]


def page(found: list[Run], *, cases: int, repeats: int) -> str:
    """Write the page."""
    first, names = found[0], list(dict.fromkeys(run.name for run in found))
    briefs = f"{first.n_briefs} briefs: of {first.n_briefs - 2} law centres, the network and the public"
    same = all(run.files == first.files for run in found)
    return "\n".join(
        [
            "# The briefs of a whole network",
            "",
            WHAT,
            "",
            f"{cases:,} cases; {briefs}; {len(first.files):,} files.",
            f"Runs of each way: {repeats}, one after another. Other work may share the machine: compare the ratios.",
            "",
            f"{machine()} {load([run.measured for run in found])}",
            "",
            "## The whole command",
            "",
            COLUMNS,
            "",
            "| way | wall, s | processor, s | wall of a brief, s | memory, MB | of one process, MB |",
            "|---|---:|---:|---:|---:|---:|",
            *rows(found),
            "",
            f"All {len(found)} releases are byte-identical: {'yes' if same else 'NO'}.",
            "",
            "## By stage, as the command times itself, s",
            "",
            f"| stage | {' | '.join(names)} |",
            f"|---|{'---:|' * len(names)}",
            *stage_rows(found),
            "",
        ]
    )


def main() -> None:
    """Measure and print the page, or write it; a release that differs fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--sources", type=int, default=49, help="one of 49 has stopped: 48 law centres, 50 briefs")
    parser.add_argument("--repeats", type=int, default=1, help="runs of each way")
    parser.add_argument("--write", type=Path, help="the page to write; without it the page is printed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = runs(Path(folder), cases=arguments.cases, sources=arguments.sources, repeats=arguments.repeats)
    text = page(found, cases=arguments.cases, repeats=arguments.repeats)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    print(text)
    sys.exit(any(run.files != found[0].files for run in found))


if __name__ == "__main__":
    main()
