"""Whether a law centre's share differs from that of its network by more than chance, rounding and gaps can explain.

Answers "may words be put beside these two figures", from published figures alone. There is no verdict but larger or
smaller, and none where a figure is hidden or too few clients would be expected.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from math import sqrt

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell, Rule


class Side(Enum):
    """On which side of the network's share a centre's share lies for certain."""

    LARGER = "larger"
    SMALLER = "smaller"


@dataclass(frozen=True)
class Margins:
    """What two shares may differ by without a word.

    `reach` is how far a rounded count may lie from the true one; `deviations` the standard deviations that count as
    chance; fewer clients expected than `least_expected`, in a row or outside it, are too few.
    """

    reach: int
    deviations: float
    least_expected: float


@dataclass(frozen=True)
class Span:
    """The lowest and the highest that a share can be, given what is not known."""

    low: float
    high: float


def margins(rule: Rule, *, deviations: float, least_expected: float) -> Margins:
    """Give the margins beside figures that were rounded by a rule."""
    reach = max((rule.base or 1) - 1, rule.reach or 0)
    return Margins(reach, deviations, least_expected)


def sides(
    rows: Mapping[str, Cell], *, open_codes: Collection[str], is_partition: bool, margin: Margins
) -> dict[str, Side]:
    """Tell for each row on which side of the network's share the centre's share lies, where that is certain.

    Args:
        rows: the cells of one table and unit by their last code, total included; a centre's own beside the network's.
        open_codes: rows whose clients may belong to any other row, beside those not known.
        is_partition: each client stands in one row, so that what is hidden is no more than is left of the total.
        margin: what is let pass.
    Returns:
        Code to side; rows without a verdict are absent.
    """
    total = rows.get(TOTAL)
    if total is None or not total.n or not total.network_n or total.n + margin.reach >= total.network_n:
        return {}
    gaps = [code for code in (NOT_KNOWN, *open_codes) if code in rows]
    own_gap = _own_gap(rows, gaps, is_partition=is_partition, reach=margin.reach)
    network_gap = sum((rows[code].network_n or 0) + margin.reach for code in gaps)
    found = {
        code: _side(cell, total, own_gap, network_gap=network_gap, margin=margin)
        for code, cell in rows.items()
        if code != TOTAL and code not in gaps
    }
    return {code: side for code, side in found.items() if side is not None}


def _own_gap(rows: Mapping[str, Cell], gaps: Collection[str], *, is_partition: bool, reach: int) -> int:
    """Give the most clients of the centre that may belong to any row.

    A hidden number of them is no more than the whole network has, and no more than the shown rows leave of the total.
    """
    cells = [rows[code] for code in gaps]
    most = sum((cell.network_n or 0) + reach if cell.n is None else cell.n for cell in cells)
    if not is_partition:
        return most
    left = (rows[TOTAL].n or 0) - sum(cell.n or 0 for code, cell in rows.items() if code not in {TOTAL, *gaps})
    return min(most, left)


def _side(cell: Cell, total: Cell, own_gap: int, *, network_gap: int, margin: Margins) -> Side | None:
    """Compare a row of a centre with the network, the centre's clients seen as drawn from the network's.

    Source: the hypergeometric distribution: a share p of a draw of N from M has variance p(1 - p)(1/N - 1/M), up to a
    factor M/(M - 1) that is one here.
    """
    if cell.n is None or cell.network_n is None or total.n is None or total.network_n is None:
        return None
    own = Span(cell.n / total.n, min(1.0, (cell.n + own_gap) / total.n))
    least, most = cell.network_n - margin.reach, cell.network_n + margin.reach + network_gap
    network = Span(
        max(0.0, least / (total.network_n + margin.reach)), min(1.0, most / (total.network_n - margin.reach))
    )
    if own.low - network.high > _chance(network.high, total, margin):
        return Side.LARGER
    if network.low - own.high > _chance(network.low, total, margin):
        return Side.SMALLER
    return None


def _chance(share: float, total: Cell, margin: Margins) -> float:
    """Give the difference up to which chance explains a share; endless where too few clients are expected."""
    n, of_all = total.n or 0, (total.network_n or 0) + margin.reach
    if min(n * share, n * (1 - share)) < margin.least_expected:
        return float("inf")
    return margin.deviations * sqrt(share * (1 - share) * (1 / n - 1 / of_all))
