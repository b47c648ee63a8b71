"""Rounding a period for the network and the public: every count to a multiple of the base, and everything adds up.

Answers "what do the network and the public see". Both see the same value of a figure, so that nothing is learnt by
reading both. A figure that was published keeps its value for ever.

Source: Hundepool and others (2012), "Statistical Disclosure Control", chapter 5 (controlled rounding).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from pipelines.analysis.breakdowns import Caseload
from pipelines.codelists import TOTAL
from pipelines.disclosure.before import Circumstances, held_by_one
from pipelines.disclosure.decided import decided
from pipelines.disclosure.grids import names_of
from pipelines.disclosure.guards import require_protectable
from pipelines.disclosure.protected import ProtectedTable, Rule
from pipelines.disclosure.released import rounded_table
from pipelines.disclosure.rounding import Rounding, round_linked
from pipelines.disclosure.rules import widened
from pipelines.disclosure.system import CellName, LinkedSystem, Relation
from pipelines.errors import DisclosureError


@dataclass(frozen=True, eq=False)
class RoundedPeriod:
    """A period as the network and the public see it.

    `tables` are those of each audience, `values` every published figure, `rule` the rule as it is told; `report` says
    what rounding cost, and is internal.
    """

    tables: Mapping[str, tuple[ProtectedTable, ...]]
    values: Mapping[CellName, int]
    rule: Rule
    report: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"RoundedPeriod({', '.join(self.tables)})"


def protect_rounded(
    caseload: Caseload,
    rule: Rule,
    audiences: Iterable[str],
    circumstances: Circumstances,
    *,
    centres: Iterable[Caseload],
) -> RoundedPeriod:
    """Turn the true counts of one period into rounded tables.

    Args:
        caseload: the true counts of the whole network.
        rule: a rounding rule.
        audiences: `network`, `public` or both.
        circumstances: the key, what was published before, and which quarters are provisional.
        centres: the true counts of every centre, each of which knows its own.
    Returns:
        The tables of each audience, in the order of the brief.
    Raises:
        DisclosureError: the caseload cannot be protected, or no rounding keeps every sum.
    """
    assert rule.base is not None  # noqa: S101 - a rounding rule has its base
    require_protectable(caseload, least=rule.threshold)
    dominated = held_by_one(caseload, centres) | circumstances.before.held
    rounding, is_wider = _round(caseload, rule.base, circumstances, dominated)
    # Figures that stand are told as they were when they were rounded.
    told = widened(rule) if is_wider or (circumstances.before.reach or 0) >= rule.base else rule
    values = {name: n for name, n in rounding.values.items() if not name.period}
    return RoundedPeriod(
        {
            audience: tuple(
                rounded_table(breakdown, values, audience, told, provisional=circumstances.provisional)
                for breakdown in caseload.breakdowns
            )
            for audience in audiences
        },
        {name: values[name] for breakdown in caseload.breakdowns for name, _ in names_of(breakdown)},
        told,
        _report(rounding),
    )


def round_rows(totals: Mapping[str, int], *, base: int, key: str) -> dict[str, int]:
    """Round the accounting of rows that a manifest carries, so that it still adds up.

    Args:
        totals: rows per state, and `rows_read`, their sum.
        base: as for people.
        key: the network's secret key.
    """
    cells = {name: CellName("row_accounting", (TOTAL if name == "rows_read" else name,), "rows") for name in totals}
    parts = tuple(cell for name, cell in cells.items() if name != "rows_read")
    relation = Relation((cells["rows_read"],), parts, is_exact=True)
    system = LinkedSystem({cells[name]: n for name, n in totals.items()}, (relation,))
    values = round_linked(system, base=base, key=key, fixed={}).values
    return {name: values[cell] for name, cell in cells.items()}


def _round(
    caseload: Caseload, base: int, circumstances: Circumstances, dominated: frozenset[CellName]
) -> tuple[Rounding, bool]:
    """Round with the next year-to-date briefs in view, so that their figures can add up as well.

    Where figures that were published leave no other way, those of one centre may go down like all others, and the rule
    is told as one that moves figures further: then the centre still cannot tell whether anybody else is there.

    Returns:
        The rounding, and whether some figure may lie further from its count than the rule usually says.
    """
    before, seconds = circumstances.before, float(decided("rounding", "seconds"))
    system = before.system(caseload)
    fixed = before.kept(system, base)
    fixed |= {name: n for name, n in before.known(system, left_out=0).items() if n is not None}
    draw = partial(round_linked, system, base=base, key=_own_key(caseload, circumstances), fixed=fixed, seconds=seconds)
    try:
        found = draw(dominated=dominated)
    except DisclosureError:
        if not before.editions:
            raise
        return draw(), True
    return found, found.n_widened > 0


def _own_key(caseload: Caseload, circumstances: Circumstances) -> str:
    """Give the key of a period and attempt: a figure that counts other people is moved independently of this one."""
    again = f" {circumstances.attempt}" if circumstances.attempt else ""
    text = f"rounding {caseload.period}{again}"
    return hmac.new(bytes.fromhex(circumstances.key), text.encode(), sha256).hexdigest()


def _report(rounding: Rounding) -> dict[str, Any]:
    return {
        "figures": len(rounding.values),
        "mean_error": round(rounding.mean_error, 3),
        "largest_error": rounding.max_error,
        "widened": rounding.n_widened,
        "seconds": round(rounding.seconds, 3),
    }
