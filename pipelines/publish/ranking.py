"""Which rows of a table lead, and may that be said?

Answers from published figures alone. A hidden figure can be a large one (hidden so that another cannot be worked
out), so "the largest" is said without reserve only when the total leaves no room for a larger hidden row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell, ProtectedTable, Rule
from pipelines.publish.amounts import slack
from pipelines.publish.wording import rule_value

TOP_ROWS = 3


@dataclass(frozen=True)
class Leaders:
    """The largest shown rows, largest first.

    `is_certain` says that no hidden row can be larger, `is_first_alone` that the first is larger than the second beyond
    what rounding can make.
    """

    cells: tuple[Cell, ...]
    is_certain: bool
    is_first_alone: bool = False


def body(table: ProtectedTable, unit: str) -> tuple[Cell, ...]:
    """Give the rows of a one-way table without its total, in code-list order."""
    return tuple(cell for cell in table.cells(unit=unit) if cell.codes[0] != TOTAL)


def known(table: ProtectedTable, unit: str) -> tuple[Cell, ...]:
    """Give the rows of a one-way table without total and not known."""
    return tuple(cell for cell in body(table, unit) if cell.codes[0] != NOT_KNOWN)


def find(table: ProtectedTable, unit: str, *codes: str) -> Cell | None:
    """Give one cell by its codes, or None when the table has no such row."""
    return next((cell for cell in table.cells(unit=unit) if cell.codes == codes), None)


def ranked(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Order rows by their shown figure, largest first; ties and hidden rows keep code-list order, hidden rows last."""
    return tuple(sorted(cells, key=lambda cell: (cell.n is None, -(cell.n or 0))))


def leaders(table: ProtectedTable, unit: str, *, without: Collection[str] = ()) -> Leaders:
    """Find up to three largest rows that no tie cuts through; counts that rounding may have parted are tied.

    Args:
        table: the published figures.
        unit: what is counted.
        without: codes that are no group of their own, such as adults of unknown age.
    Returns:
        No cells when nothing is shown, nothing is large enough to be named or all leading rows are tied. A row that
        is a small part of the first, by the rule `among_the_largest`, is none of the largest.
    """
    rows = [cell for cell in ranked(known(table, unit)) if cell.n and cell.codes[0] not in without]
    margin = slack(table.rule)
    least = max(table.rule.least_said, rule_value("among_the_largest") * (rows[0].n or 0)) if rows else 0
    named = sum(1 for cell in rows if (cell.n or 0) >= least)
    size = next((k for k in range(min(TOP_ROWS, named), 0, -1) if _is_apart(rows, k, margin)), 0)
    top = tuple(rows[:size])
    is_certain = bool(top) and _room_for_hidden(table, unit) < (top[-1].n or 0)
    return Leaders(top, is_certain, is_first_alone=bool(top) and _is_apart(rows, 1, margin))


def first_of_column(
    cells: Collection[Cell], everybody: Mapping[str, Cell], *, rule: Rule, most: int
) -> tuple[Cell, ...]:
    """Find the largest cells of one column of a two-way table, as many as may be called the most common without doubt.

    No tie cuts through them, and no hidden cell of the column can be larger: it is part of its row, whose total for all
    people is its limit.

    Args:
        cells: the column, without its total and what is not known.
        everybody: the column of all people, by the last code.
        rule: how the figures are protected.
        most: how many to give.
    Returns:
        The cells, largest first; none when what is hidden could be larger than every cell shown.
    """
    rows = [cell for cell in ranked(tuple(cells)) if cell.n]
    room = max((_limit(everybody.get(cell.codes[-1])) for cell in cells if cell.is_hidden), default=0)
    named = sum(1 for cell in rows if (cell.n or 0) >= rule.least_said and (cell.n or 0) > room)
    size = next((k for k in range(min(most, named), 0, -1) if _is_apart(rows, k, slack(rule))), 0)
    return tuple(rows[:size])


def _limit(whole: Cell | None) -> float:
    return float("inf") if whole is None or whole.n is None else whole.n


def _is_apart(rows: list[Cell], size: int, margin: int) -> bool:
    """Tell whether the first rows are larger than the next, beyond a margin."""
    return size == len(rows) or (rows[size - 1].n or 0) - (rows[size].n or 0) > margin


def _room_for_hidden(table: ProtectedTable, unit: str) -> float:
    """Give the largest count a hidden row could have, as far as the published figures tell."""
    rows = body(table, unit)
    if not any(cell.is_hidden for cell in rows):
        return 0
    total = find(table, unit, TOTAL)
    if total is None or total.n is None:
        return float("inf")
    shown_sum = sum(cell.n or 0 for cell in rows)
    return total.n if shown_sum > total.n else _overlap_safe_room(table, total.n, shown_sum)


def _overlap_safe_room(table: ProtectedTable, total: int, shown_sum: int) -> int:
    """Rows of advice types overlap, so there the total itself is the limit."""
    return total if "advice_type_code" in table.dimensions else total - shown_sum
