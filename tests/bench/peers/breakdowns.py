"""What every script in this folder is asked for, and how its answer is told and compared.

The work: read the file of `bulk_file.py`; bring words to codes by `words.toml`; read both forms of dates, and ages;
leave out copies of a case; write the cases to disk; count, for each quarter, cases and clients in eight ways. A client
counts once in a quarter, with the latest case of the quarter, and once under each of its types of advice.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
UNKNOWN = "_U"
# Lowest age of each group; the last one is open, and an age above the limit is a misread one.
AGE_GROUPS = {"Y_LT18": 0, "Y18T24": 18, "Y25T34": 25, "Y35T44": 35, "Y45T54": 45, "Y55T64": 55, "Y_GE65": 65}
AGE_LIMIT = 120
# What the rows of each breakdown are counted by, quarter by quarter.
BREAKDOWNS = {
    "cases": (),
    "by_centre": ("centre",),
    "by_nationality": ("nationality",),
    "by_gender": ("gender",),
    "by_age_group": ("age_group",),
    "by_gender_age_group": ("gender", "age_group"),
    "by_advice_type": ("advice_type",),
    "by_nationality_class_advice": ("nationality_class", "advice_type"),
}
OF_CLIENTS = ("by_centre", "by_nationality", "by_gender", "by_age_group", "by_gender_age_group")
OF_ISSUES = ("by_advice_type", "by_nationality_class_advice")


class Laps:
    """The wall seconds of each stage of a script."""

    def __init__(self) -> None:
        """Start the clock."""
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, stage: str) -> None:
        """Say that a stage has ended."""
        now = time.perf_counter()
        self.seconds[stage], self._since = now - self._since, now


def quarter_name(number: int) -> str:
    """Give the name of a quarter that is numbered by year * 4 + quarter - 1.

    >>> quarter_name(8106)
    '2026-Q3'
    """
    return f"{number // 4}-Q{number % 4 + 1}"


def digest(rows: Iterable[tuple]) -> str:
    """Give the fingerprint of a breakdown, whatever the order of its rows: quarter, codes, count."""
    lines = sorted("\t".join(map(str, row)) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def tell(counts: Mapping[str, list[tuple]], laps: Laps, *, rows: int, cases: int, stored: Path) -> None:
    """Print what a script found, as JSON; the first value of each row is a number of a quarter."""
    named = {name: [(quarter_name(row[0]), *row[1:]) for row in counts[name]] for name in BREAKDOWNS}
    found = {
        "rows": rows,
        "cases": cases,
        "stored_bytes": stored.stat().st_size,
        "seconds": laps.seconds,
        "digests": {name: digest(each) for name, each in named.items()},
    }
    json.dump(found, sys.stdout)
