"""How figures are said on the page of the study."""

from __future__ import annotations

import math
from collections.abc import Iterable

from simulation.measures import Estimate


def table(head: str, rows: Iterable[Iterable[str]]) -> str:
    """Write a table; the head names its columns, parted by bars."""
    columns = head.split("|")
    lines = [f"| {' | '.join(column.strip() for column in columns)} |", f"|{'---|' * len(columns)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def percent(value: float) -> str:
    """Say a share with one decimal; nothing where it was not measured."""
    return "–" if math.isnan(value) else f"{100 * value:.1f} %"


def with_error(value: Estimate) -> str:
    """Say a share with its Monte-Carlo error."""
    return "–" if math.isnan(value.mean) else f"{100 * value.mean:.1f} ± {100 * value.error:.1f} %"


def sample(n_eff: float) -> str:
    """Say how large a benchmark's sample is."""
    return "census" if math.isinf(n_eff) else f"{n_eff:,.0f}"
