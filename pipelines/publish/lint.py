"""The lint of a drawn chart: is every text inside, apart from the others and large enough?

Answers with the boxes the drawing really has, not those the layout meant. A defect stops the release, because a
reader would see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from pipelines.errors import SettingsError, listed
from pipelines.publish.chartspec import chart_style

# Share of a box's height that is shaved off, so that close lines of one paragraph do not count as touching.
_SHAVED = 0.2
_SLACK = 0.75


@dataclass(frozen=True)
class TextBox:
    """A text as drawn: its size in points and its box in points from the lower left."""

    text: str
    size: float
    left: float
    bottom: float
    right: float
    top: float


def chart_defects(boxes: Sequence[TextBox], *, width: float, height: float) -> list[str]:
    """Find cut, touching and tiny texts.

    Args:
        boxes: every text of the drawing.
        width: points.
        height: points.
    Returns:
        One phrase per defect; empty for a clean chart.
    """
    smallest = chart_style()["font"]["smallest"]
    defects = [f"text cut at the edge: “{box.text}”" for box in boxes if not _is_inside(box, width, height)]
    defects += [f"text smaller than {smallest} points: “{box.text}”" for box in boxes if box.size < smallest]
    pairs = combinations(boxes, 2)
    return defects + [f"texts on top of each other: “{a.text}” and “{b.text}”" for a, b in pairs if _touch(a, b)]


def require_clean(chart_id: str, defects: list[str]) -> None:
    """Stop on defects.

    Raises:
        SettingsError: a text does not fit; a shorter name in the settings helps.
    """
    if defects:
        heading = f"The chart {chart_id} cannot be drawn legibly. Shorten the names in caseload.toml."
        raise SettingsError(listed(defects, heading=heading))


def _is_inside(box: TextBox, width: float, height: float) -> bool:
    across = box.left >= -_SLACK and box.right <= width + _SLACK
    return across and box.bottom >= -_SLACK and box.top <= height + _SLACK


def _touch(first: TextBox, second: TextBox) -> bool:
    shave_first, shave_second = _SHAVED * (first.top - first.bottom), _SHAVED * (second.top - second.bottom)
    across = min(first.right, second.right) - max(first.left, second.left)
    up = min(first.top - shave_first, second.top - shave_second) - max(
        first.bottom + shave_first, second.bottom + shave_second
    )
    return across > 0 and up > 0
