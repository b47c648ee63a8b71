"""Who sends how much, when: the sources of an invented network and their cases by quarter.

Answers "which sources are there" and "how many cases has each file". Leaves to `people.py` who they are about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.periods import Period, Quarter
from pipelines.synthetic.draws import Floats
from pipelines.synthetic.reference import declared


@dataclass(frozen=True)
class SourcePlan:
    """One stream of invented files; `cases` holds the number of cases opened in each quarter of the plan."""

    position: int
    source_id: str
    prefix: str
    profile: str
    centre_id: str
    project_id: str
    funder_id: str
    under_records_duals: bool
    cases: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """An invented network before anyone has come: its sources and quarters."""

    seed: int
    quarters: tuple[Quarter, ...]
    sources: tuple[SourcePlan, ...]


def default_sources() -> int:
    """Give the number of sources of the network as the reference file describes it."""
    return len(declared("network")["sources"])


def plan_workspace(cases: int, *, sources: int, seed: int) -> Plan:
    """Share out the cases over sources and quarters.

    Args:
        cases: how many cases there are in all; the plan adds up to exactly this.
        sources: how many streams of files.
        seed: whole number; only carried along.
    Returns:
        The plan; a source has no cases before its centre starts or after it stops.
    """
    network = declared("network")
    quarters = Period.parse(f"{network['first_quarter']}_{network['last_quarter']}").quarters
    described = [_described(network, position) for position in range(sources)]
    volumes = np.array([_volume(network, source, quarters) for source in described])
    counts = _shared_out(cases, volumes)
    ids = _source_ids(described)
    return Plan(
        seed=seed,
        quarters=quarters,
        sources=tuple(
            _source(position, source, source_id=ids[position], cases=tuple(int(n) for n in counts[position]))
            for position, source in enumerate(described)
        ),
    )


def _described(network: dict[str, Any], position: int) -> dict[str, Any]:
    """Give a source as the file describes it, or past its end one made by going through the lists again."""
    listed = network["sources"]
    if position < len(listed):
        return dict(listed[position])
    like, centres, projects = listed[position % len(listed)], list(network["centres"]), list(network["projects"])
    return {
        "centre": centres[position % len(centres)],
        "project": projects[(position + position // len(centres)) % len(projects)],
        "profile": like["profile"],
        "weight": like["weight"],
    }


def _volume(network: dict[str, Any], source: dict[str, Any], quarters: tuple[Quarter, ...]) -> list[float]:
    starts = Quarter.parse(network["centres"][source["centre"]].get("starts", str(quarters[0])))
    stops = Quarter.parse(source.get("stops", str(quarters[-1])))
    return [
        source["weight"] * (1 + network["growth"]) ** age * network["seasons"][quarter.number - 1]
        if starts <= quarter <= stops
        else 0.0
        for age, quarter in enumerate(quarters)
    ]


def _shared_out(cases: int, volumes: Floats) -> Floats:
    """Give whole numbers in proportion to the volumes, adding up to `cases` (largest remainders first)."""
    exact = volumes / volumes.sum() * cases
    counts: Floats = np.floor(exact)
    short = cases - int(counts.sum())
    nearest = np.argsort(-(exact - counts).ravel(), kind="stable")[:short]
    counts.ravel()[nearest] += 1
    return counts


def _source_ids(described: list[dict[str, Any]]) -> list[str]:
    seen: dict[str, int] = {}
    ids = []
    for source in described:
        name = f"{source['centre']}-{source['project']}"
        seen[name] = seen.get(name, 0) + 1
        ids.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return ids


def _source(position: int, source: dict[str, Any], *, source_id: str, cases: tuple[int, ...]) -> SourcePlan:
    network, centre, project = declared("network"), source["centre"], source["project"]
    number = source_id.removeprefix(f"{centre}-{project}").lstrip("-")
    # A centre's own initials for its settlement project, one more letter for the others, as such references grow.
    letter = "" if project == "settled" else project[0].upper()
    return SourcePlan(
        position=position,
        source_id=source_id,
        prefix=network["centres"][centre]["initials"] + letter + number,
        profile=source["profile"],
        centre_id=centre,
        project_id=project,
        funder_id=network["projects"][project]["funder"],
        under_records_duals=bool(source.get("under_records_duals")),
        cases=cases,
    )
