"""The world that lies nearest to what is published.

Answers "what could be true, if the published counts were". Rounded counts add up, so that they mostly could be true
themselves; beside exact counts of a law centre some have to give way.

Source: Fischetti and Salazar-González (2001), "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7): the attacker's constraints; least absolute distance as a linear programme.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.audit.equations import Equation, Knowledge
from pipelines.audit.intervals import solved
from pipelines.audit.lines import Lines

Vector = NDArray[np.float64]


def lines_near(knowledge: Knowledge, equations: Sequence[Equation], published: Mapping[int, float]) -> Lines:
    """Give the lines through the published counts, or through the nearest counts that could be true.

    Args:
        knowledge: bounds of all unknowns.
        equations: everything that holds between them.
        published: what the files say of some of them.
    Returns:
        Lines through a world that could be true; its `is_possible` is False if none was found.
    Raises:
        Contradiction: no counts fit what is published.
    """
    lines = Lines(knowledge, equations, published)
    return lines if lines.is_possible else Lines(knowledge, equations, _nearest(knowledge, equations, published))


def _nearest(knowledge: Knowledge, equations: Sequence[Equation], published: Mapping[int, float]) -> dict[int, float]:
    """Move every count up or down from what is published, as little as possible altogether."""
    lower, upper = np.array(knowledge.lower), np.array(knowledge.upper)
    count = len(lower)
    aim, cost = np.clip(0.0, lower, upper), np.zeros(count)
    for unknown, n in published.items():
        aim[unknown], cost[unknown] = n, 1.0
    aim = np.clip(aim, lower, upper)
    sums = [sum(value * aim[name] for name, value in each.terms.items()) for each in equations]
    moved = [
        Equation(
            {**each.terms, **{name + count: -value for name, value in each.terms.items()}},
            each.low - total,
            each.high - total,
            each.label,
        )
        for each, total in zip(equations, sums, strict=True)
    ]
    bounds = np.zeros(2 * count), np.concatenate((upper - aim, aim - lower))
    moves = solved(bounds, moved, np.concatenate((cost, cost)))
    values = aim + moves[:count] - moves[count:]
    whole = np.round(values)
    values = np.where(np.abs(values - whole) < 1e-6, whole, values)
    return dict(enumerate(values.tolist()))
