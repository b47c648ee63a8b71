"""How many of many flags may be false: adjusted p-values within one family of comparisons.

A family is fixed before counts are seen. A comparison whose figure is hidden stays in it with p = 1, which can only
raise the other values and lets each of them be worked out from what is published.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.arrays import Floats, floats
from pipelines.statistics.states import LEVEL


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Give the q-value of each p-value: the least false discovery rate at which it would be flagged.

    The i-th smallest of m gives the least of m p_j / j over all j from i on. Right for independent p-values and for
    positively dependent ones, such as those of nested groups.

    Args:
        p: p-values; the last dimension is the family, others are families beside each other.
    Raises:
        ValueError: a p-value is not known or outside 0 to 1.
    Source: Benjamini and Hochberg 1995, J R Stat Soc B 57:289.
    Examples:
        >>> benjamini_hochberg([0.01, 0.02, 1.0]).tolist()
        [0.03, 0.03, 1.0]
    """
    values = floats(p)
    if not np.all((values >= 0) & (values <= 1)):
        raise ValueError("a p-value lies between 0 and 1")
    if values.ndim == 0 or values.shape[-1] == 0:
        return values
    size, order = values.shape[-1], np.argsort(values, axis=-1, kind="stable")
    scaled = np.take_along_axis(values, order, axis=-1) * size / np.arange(1, size + 1)
    adjusted = np.minimum(np.minimum.accumulate(scaled[..., ::-1], axis=-1)[..., ::-1], 1.0)
    found = np.empty_like(values)
    np.put_along_axis(found, order, adjusted, axis=-1)
    return found


def benjamini_yekutieli(p: ArrayLike) -> Floats:
    """Give q-values that hold under any dependence: those of Benjamini and Hochberg times 1 + 1/2 + ... + 1/m.

    Source: Benjamini and Yekutieli 2001, Ann Stat 29:1165.
    """
    values = floats(p)
    size = values.shape[-1] if values.ndim else 1
    return floats(np.minimum(benjamini_hochberg(values) * np.sum(1 / np.arange(1, size + 1)), 1.0))


def selected_level(n_selected: int, n_tested: int, level: float = LEVEL) -> float:
    """Give the level at which intervals of flagged comparisons are drawn so that few of those drawn are wrong.

    Args:
        n_selected: comparisons that were flagged; none counts as one.
        n_tested: comparisons of the family.
        level: the share of drawn intervals that should be right.
    Raises:
        ValueError: more were flagged than tested, or none was tested.
    Source: Benjamini and Yekutieli 2005, J Am Stat Assoc 100:71 (false coverage rate).
    Examples:
        >>> round(selected_level(2, 10), 4)
        0.99
    """
    if not 0 <= n_selected <= n_tested or n_tested == 0:
        raise ValueError("flagged comparisons must be among those tested")
    return 1 - (1 - level) * max(n_selected, 1) / n_tested
