"""How a count is said where counts are rounded: which are too small to be named, and what a difference still means.

Answers "may this figure stand in a sentence". A table shows every published figure; text says "fewer than" of counts
that rounding leaves next to nothing of, gives no share of them and compares nothing that rounding alone could explain.
"""

from __future__ import annotations

from pipelines.disclosure.protected import Cell, Rule
from pipelines.publish.sentences import Num, Part, Sentence


def slack(rule: Rule) -> int:
    """Give the largest difference between two published counts that rounding alone can make; 0 without rounding."""
    return 2 * max(rule.base - 1, rule.reach or 0) if rule.base else 0


def is_said(rule: Rule, cell: Cell | None) -> bool:
    """Tell whether text may name a count: it is shown and not too small."""
    return cell is not None and cell.n is not None and cell.n >= rule.least_said


def count(rule: Rule, cell: Cell) -> Num:
    """Cite a count as text says it."""
    return Num(cell, limit=rule.least_said, said=rule.most_told)


def share(rule: Rule, cell: Cell) -> Num | None:
    """Cite a share as text says it; None where there is none or its count is too small."""
    return Num(cell, "share") if is_said(rule, cell) and cell.share is not None else None


def amount(rule: Rule, cell: Cell) -> dict[str, Part | Sentence]:
    """Give the slots of a count and its share: `n`, `share_in_brackets`, `comma_share`; no share leaves two empty."""
    part = share(rule, cell)
    return {
        "n": count(rule, cell),
        "share_in_brackets": () if part is None else (" (", part, ")"),
        "comma_share": () if part is None else (", ", part),
    }
