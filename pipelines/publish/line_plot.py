"""A line chart once its points have their places: what figures, limits and events need to find theirs."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.publish.chartspec import Line
from pipelines.publish.geometry import Spot
from pipelines.publish.layout_parts import Pen

# From a point up to the baseline of its figure.
LIFT = 10.0


@dataclass(frozen=True)
class LinePlot:
    """What all parts of one line chart share, in points; `rise` is the height of one case."""

    line: Line
    spots: tuple[Spot, ...]
    left: float
    right: float
    bottom: float
    rise: float
    pen: Pen

    def y(self, value: float) -> float:
        """Give the height of a value."""
        return self.bottom - value * self.rise

    @property
    def step(self) -> float:
        """Give the distance of two quarters."""
        return self.spots[1][0] - self.spots[0][0] if len(self.spots) > 1 else self.right - self.left
