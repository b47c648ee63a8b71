"""Where lines meet fields: whether a line runs through a text."""

from __future__ import annotations

Spot = tuple[float, float]
# Left, top, right and bottom.
Field = tuple[float, float, float, float]


def crosses(start: Spot, end: Spot, field: Field) -> bool:
    """Tell whether a straight line runs through a field; touching its edge is not running through.

    Source: Liang and Barsky 1984, ACM Transactions on Graphics 3(1).
    Examples:
        >>> crosses((0, 0), (4, 4), (1, 1, 2, 2)), crosses((0, 0), (4, 0), (1, 1, 2, 2))
        (True, False)
    """
    first, last = 0.0, 1.0
    for axis, low, high in ((0, field[0], field[2]), (1, field[1], field[3])):
        step = end[axis] - start[axis]
        if step == 0:
            if not low < start[axis] < high:
                return False
            continue
        near, far = sorted(((low - start[axis]) / step, (high - start[axis]) / step))
        first, last = max(first, near), min(last, far)
    return first < last


def overlap(first: Field, second: Field) -> bool:
    """Tell whether two fields share a part."""
    across = min(first[2], second[2]) - max(first[0], second[0])
    return across > 0 and min(first[3], second[3]) - max(first[1], second[1]) > 0
