"""What ties the reasons why cases are still open to each other and to the times to an outcome.

Answers "which clients stand in these rows". The total is everybody whose latest case was still open at the end of the
quarter in which it was opened; a client may have several reasons, or none that is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelines.codelists import NOT_KNOWN, TOTAL, codelist
from pipelines.disclosure.grids import Conditions
from pipelines.disclosure.system import CellName, Relation

STALLED, TIMES = "by_stall_reason", "by_time_to_outcome"


def stall_relations(counts: Mapping[CellName, int], named: Mapping[Conditions, CellName]) -> Iterator[Relation]:
    """Tie each reason to the total, and the total to everybody and to the times of those who were still waiting.

    Reasons overlap, so they only bound the total; whoever has none that is known has no other. A case that was followed
    without an outcome is open, one with an outcome in time is not, and one that took longer may be either.

    Args:
        counts: every figure of the caseload.
        named: the figure of each set of conditions; the one without conditions is everybody.
    """
    rows = {name.codes[0]: name for name in counts if name.table_id == STALLED}
    if not rows:
        return
    total, reasons = rows[TOTAL], tuple(name for code, name in rows.items() if code != TOTAL)
    yield Relation((total,), (named[()],), is_exact=False)
    yield Relation((total,), reasons, is_exact=False)
    for name in reasons:
        others = () if name == rows[NOT_KNOWN] else (rows[NOT_KNOWN],)
        yield Relation((name, *others), (total,), is_exact=False)
    yield from _by_time(counts, total)


def _by_time(counts: Mapping[CellName, int], total: CellName) -> Iterator[Relation]:
    """Bound those who were still waiting by their times; nothing where no table tells of these."""
    ended = codelist("times_to_outcome").column("has_outcome")
    waiting, either = (
        tuple(name for name in counts if name.table_id == TIMES and ended.get(name.codes[0]) == kind)
        for kind in ("no", "")
    )
    if waiting and either:
        yield Relation(waiting, (total,), is_exact=False)
        yield Relation((total,), (*waiting, *either), is_exact=False)
