"""Write the counts of campaigns into docs/recovery.md: `python tests/crash/counts.py FILE... --write docs/recovery.md`.

The files are those of `campaign.py --write`. A trial stands in them only when everything that it asserts held.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from pathlib import Path

KINDS = {
    "kills": "killed at a random moment (`kill -9` of the process and all it started)",
    "writes": "killed at a write",
    "full": "the disk is full from a write on",
    "locked": "the disk may only be read from a write on",
    "refused": "a write is refused once",
    "limits": "no file may become larger than a limit, met in what the database writes itself",
    "disks": "a disk that is really full",
}
TABLE = re.compile(r"(?<=\|---\|---:\|---\|\n)(?:\|.*\n|FIGURES\n)*")


def table(lines: list[str]) -> str:
    """Give the rows of the table: one for each kind of stop, with where the runs were."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for line in lines:
        kind, stage, _ = json.loads(line)
        found[kind][stage] += 1
    rows = []
    for kind, stages in found.items():
        where = " · ".join(f"{stage.partition(' ')[2]}: {number}" for stage, number in sorted(stages.items()))
        if stages:
            rows.append(f"| {KINDS[kind]} | {stages.total()} | {where} |\n")
    return "".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--write", type=Path, required=True)
    options = parser.parse_args()
    lines = [line for path in options.files for line in path.read_text("utf-8").splitlines()]
    page = options.write.read_text("utf-8")
    options.write.write_text(TABLE.sub(lambda _: table(lines), page, count=1), "utf-8")


if __name__ == "__main__":
    main()
