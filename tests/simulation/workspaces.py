"""Whole workspaces: invented files go through reading, warehouse, protection and release, and meet what was planted.

Answers whether the findings of a release behave as the study at the level of counts says. Two groups are planted by
`caseload synth`: people aged 55 and over, and family members. Dual nationals are recorded less often than they are, so
a flag on them would be false.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from simulation.measures import Estimate, estimate
from simulation.rules import judge
from simulation.worlds import SEED, Workspaces, rounded

from pipelines.codelists import TOTAL
from pipelines.statistics.states import CLEARLY_LOWER, WITHHELD

CASES, SOURCES = 6_000, 3
PERIOD, AS_OF = "2025-Q4_2026-Q3", "2026-12-01"
AGED, FAMILY = "AGED_55_PLUS", "FAMILY_MEMBER"
TRULY_LOW = {AGED, FAMILY, "Y55T64", "Y_GE65"}
AT_ONCE = 2
DRAWS = 2_000


@dataclass(frozen=True)
class Release:
    """What one release says, and what is true of the people in its files, whatever was recorded.

    `true_shares`: by group, of all clients of the period. What is planted is a share of those who come for the first
    time; people grow older and come back.
    """

    findings: Sequence[dict]
    true_shares: dict[str, float]

    def finding(self, group: str) -> dict:
        """Give the finding about one group of interest."""
        return next(each for each in self.findings if each["group"] == group)


@dataclass(frozen=True)
class Whole:
    """What was measured over whole workspaces. `predicted` is the study at the level of counts, for the same bases."""

    workspaces: int
    cases: int
    aged_share: float
    family_share: float
    clearly_lower: Estimate
    predicted: float
    flagged: Estimate
    false_flags: int
    withheld: int
    aged_held: Estimate
    family_held: Estimate


def measure_whole(number: int) -> Whole:
    """Make, run and read workspaces, two at a time.

    Raises:
        CalledProcessError: a command failed.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        releases = list(pool.map(release, range(SEED, SEED + number)))
    truth = {group: float(np.mean([each.true_shares[group] for each in releases])) for group in (AGED, FAMILY)}
    aged = [each.finding(AGED) for each in releases]
    shown = [each for each in aged if each["state"] != WITHHELD]
    flags = [finding for each in releases for finding in each.findings if finding["is_under_served"]]
    return Whole(
        workspaces=number,
        cases=CASES,
        aged_share=truth[AGED],
        family_share=truth[FAMILY],
        clearly_lower=_share(each["state"] == CLEARLY_LOWER for each in shown),
        predicted=float(np.mean([_predicted(each, truth[AGED], at) for at, each in enumerate(shown)])),
        flagged=_share(each["is_under_served"] for each in aged),
        false_flags=sum(finding["group"] not in TRULY_LOW for finding in flags),
        withheld=len(aged) - len(shown),
        aged_held=_held(releases, AGED, truth[AGED]),
        family_held=_held(releases, FAMILY, truth[FAMILY]),
    )


def release(seed: int) -> Release:
    """Invent files, run the whole pipeline on them and read what it published for the network."""
    with tempfile.TemporaryDirectory() as folder:
        workspace, truth = Path(folder) / "workspace", Path(folder) / "truth.json"
        _caseload("synth", "--out", workspace, "--cases", CASES, "--sources", SOURCES, "--seed", seed, "--truth", truth)
        _caseload("run", "--workspace", workspace, "--period", PERIOD, "--as-of", AS_OF, "--json")
        manifest = next((workspace / "outputs" / "release" / PERIOD).glob("*/network/manifest.json"))
        return Release(json.loads(manifest.read_text("utf-8"))["findings"], _true_shares(truth))


def _true_shares(path: Path) -> dict[str, float]:
    first, last = PERIOD.split("_")
    counts: Counter[str] = Counter()
    for each in json.loads(path.read_text("utf-8"))["true_groups"]:
        counts[each["group"]] += each["n"] if first <= each["quarter"] <= last and each["unit"] == "clients" else 0
    return {group: counts[group] / counts[TOTAL] for group in (AGED, FAMILY)}


def _caseload(*arguments: object) -> None:
    command = [sys.executable, "-m", "pipelines", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).resolve().parents[2])


def _share(holds: Iterable[bool]) -> Estimate:
    return estimate(np.array([float(each) for each in holds]))


def _held(releases: Sequence[Release], group: str, share: float) -> Estimate:
    findings = [each.finding(group) for each in releases]
    shown = [each for each in findings if each["ratio_low"] is not None]
    return _share(each["ratio_low"] <= share / each["benchmark"] <= each["ratio_high"] for each in shown)


def _predicted(finding: dict, share: float, number: int) -> float:
    """Give how often the study at the level of counts would say clearly lower, for the same base and unknown."""
    generator = np.random.default_rng([SEED, 3, number])
    known = finding["base"] - finding["not_known"]
    members = rounded(generator.binomial(known, share, size=(DRAWS, 1)).astype(float), generator)
    seen = Workspaces(
        members=members,
        missing=np.full_like(members, finding["not_known"]),
        base=np.full_like(members, finding["base"]),
        shares=np.full_like(members, finding["benchmark"]),
        n_eff=np.inf,
        ratios=np.array([share / finding["benchmark"]]),
        sizes=np.array([finding["expected"]]),
        rounded=True,
    )
    return float((judge(seen).state == CLEARLY_LOWER).mean())
