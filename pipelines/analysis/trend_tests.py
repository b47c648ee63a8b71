"""The newest quarter against those before it: p-values, q-values and a verdict for every series.

A verdict of fall or rise belongs to the sources that reported throughout, and stands only if a change in how many are
not known could not have made it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.analysis.change_rules import rules
from pipelines.analysis.trend_series import Bools, Counts, Floats, Window
from pipelines.statistics.change import exact_change
from pipelines.statistics.multiplicity import benjamini_hochberg
from pipelines.statistics.states import FALSE_DISCOVERY_RATE

FALL, RISE, WITHIN = "fall", "rise", "within_usual_range"
MORE_DATA, LESS_DATA = "more_data_not_more_need", "less_data_not_less_need"
RECORDING, TOO_FEW, TOO_SHORT, PROVISIONAL = "recording_decides", "too_few_to_say", "too_short", "provisional"


@dataclass(frozen=True, eq=False)
class Tests:
    """What the tests of the newest compared quarter gave.

    Grain: arrays have one entry per series.

    `expected` and the p- and q-values are those of the panel, and not known (NaN) where there are too few quarters.
    """

    expected: Floats
    p_fall: Floats
    p_rise: Floats
    q_fall: Floats
    q_rise: Floats
    verdict: NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class _Comparison:
    """The newest count of every series, the sum of those before it, and the exposures of both together."""

    newest: Floats
    earlier: Floats
    exposed: float
    exposed_all: float

    def p_values(self, newest: Floats | None = None) -> tuple[Floats, Floats]:
        """Give the p-values for a fall and for a rise; 1 where nobody is compared."""
        if not 0 < self.exposed < self.exposed_all:
            return np.ones_like(self.newest), np.ones_like(self.newest)
        y = self.newest if newest is None else newest
        found = exact_change(y, self.earlier, self.exposed, self.exposed_all)
        return found.p_fall, found.p_rise

    @property
    def expected(self) -> Floats:
        """Give the newest counts as the earlier quarters would have them; not known where nobody is compared."""
        before = self.exposed_all - self.exposed
        return self.earlier * self.exposed / before if before else np.full_like(self.earlier, np.nan)

    @property
    def smallest_p_fall(self) -> Floats:
        """Give the p-value for a fall if all events had come before: no smaller one was possible."""
        everything = _Comparison(np.zeros_like(self.newest), self.newest + self.earlier, self.exposed, self.exposed_all)
        return everything.p_values()[0]


def compare_newest(counts: Counts, window: Window) -> Tests:
    """Test the last compared quarter of every series.

    Args:
        counts: every series.
        window: the quarters; at least one is compared.
    Returns:
        q-values over all series with any client or case in the compared quarters, for falls and for rises apart.
    """
    compared = window.compared
    if compared.size <= rules().fewest_earlier_quarters:
        empty = np.full(counts.keys.height, np.nan)
        return Tests(empty, empty, empty, empty, empty, np.full(counts.keys.height, TOO_SHORT))
    exposed, exposed_all = float(window.exposure[compared[-1]]), float(window.exposure[compared].sum())
    panel = _comparison(counts.panel_n, compared, exposed, exposed_all)
    everybody = _comparison(counts.n, compared, 1.0, float(compared.size))
    the_rest = _comparison(counts.n - counts.panel_n, compared, 1.0, float(compared.size))
    is_counted = everybody.newest + everybody.earlier > 0
    p_fall, p_rise = panel.p_values()
    q_fall, q_rise = _q_values(p_fall, is_counted), _q_values(p_rise, is_counted)
    more_unknown = _more_unknown(counts.panel_unknown, compared)
    moved = zip(everybody.p_values(), the_rest.p_values(), strict=True)
    less_data, more_data = (_is_flagged(_q_values(p, is_counted)) & _is_flagged(of_rest) for p, of_rest in moved)
    fell, rose = _is_flagged(q_fall), _is_flagged(q_rise)
    fell_anyway = _is_flagged(panel.p_values(panel.newest + np.maximum(more_unknown, 0))[0])
    rose_anyway = _is_flagged(panel.p_values(np.maximum(panel.newest + np.minimum(more_unknown, 0), 0))[1])
    rows = [
        ((fell & ~fell_anyway) | (rose & ~rose_anyway), RECORDING),
        (fell, FALL),
        (rose, RISE),
        (more_data, MORE_DATA),
        (less_data, LESS_DATA),
        (panel.smallest_p_fall > FALSE_DISCOVERY_RATE, TOO_FEW),
    ]
    verdict = np.select([held for held, _ in rows], [name for _, name in rows], WITHIN)
    return Tests(panel.expected, p_fall, p_rise, q_fall, q_rise, np.asarray(verdict, dtype=np.str_))


def _comparison(n: Floats, compared: NDArray[np.int64], exposed: float, exposed_all: float) -> _Comparison:
    return _Comparison(n[:, compared[-1]], n[:, compared[:-1]].sum(axis=1), exposed, exposed_all)


def _more_unknown(unknown: Floats, compared: NDArray[np.int64]) -> Floats:
    """Give by how many the newest quarter has more clients not known than the quarters before it had on average."""
    more: Floats = unknown[:, compared[-1]] - unknown[:, compared[:-1]].mean(axis=1)
    return more


def _q_values(p: Floats, is_counted: Bools) -> Floats:
    """Give q-values over the series that have anybody; who has is fixed by totals, which the test takes as given."""
    found = np.ones_like(p)
    found[is_counted] = benjamini_hochberg(p[is_counted])
    return found


def _is_flagged(q: Floats) -> Bools:
    return np.asarray(q <= FALSE_DISCOVERY_RATE, dtype=np.bool_)
