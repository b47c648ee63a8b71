"""Round values for axes."""

from __future__ import annotations

from math import ceil, floor, log10

_STEPS = (1, 2, 5, 10)


def nice_ticks(highest: float) -> tuple[int, ...]:
    """Choose round axis values from zero to at least the highest figure.

    >>> nice_ticks(347), nice_ticks(3)
    ((0, 100, 200, 300, 400), (0, 1, 2, 3))
    """
    rough = max(highest, 1) / 4
    magnitude = 10 ** floor(log10(rough)) if rough >= 1 else 1
    step = next(int(factor * magnitude) for factor in _STEPS if factor * magnitude >= rough)
    return tuple(range(0, step * ceil(max(highest, 1) / step) + 1, step))


def share_ticks(highest: float) -> tuple[tuple[float, str], ...]:
    """Choose round shares from zero up to the end of an axis, each with its words.

    >>> share_ticks(0.31)
    ((0.0, '0%'), (0.1, '10%'), (0.2, '20%'), (0.3, '30%'))
    """
    # Tenths of a percent, so that small shares have whole steps too.
    thousandths = highest * 1000
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 200, 250, 500) if thousandths / each <= 4 or each == 500)
    return tuple((value / 1000, f"{value / 10:g}%") for value in range(0, int(thousandths + 1e-9) + 1, step))
