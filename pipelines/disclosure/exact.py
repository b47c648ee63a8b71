"""A centre's own brief: exact counts of its own clients, small ones hidden so that nothing gives them away.

Answers "what does a centre see". Whoever reads it can read every rounded edition as well, so the rounded figures bound
what is hidden here: a figure that the network publishes as 0 is hidden whatever it is.

Source: Fischetti and Salazar-González (2001), "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.analysis.breakdowns import Caseload
from pipelines.codelists import TOTAL
from pipelines.disclosure.before import Circumstances
from pipelines.disclosure.beside import Beside, figures_beside, reader_of, seldom_missing
from pipelines.disclosure.decided import decided
from pipelines.disclosure.detail import large_group, own_brief, tables_of, too_fine, without
from pipelines.disclosure.grids import OVERLAPPING, Conditions, Grid, names_of, narrowed, read_grid
from pipelines.disclosure.guards import require_protectable
from pipelines.disclosure.protected import ProtectedTable, Rule
from pipelines.disclosure.released import exact_table
from pipelines.disclosure.suppression import Pattern, Reader, find_pattern
from pipelines.disclosure.system import CellName, LinkedSystem
from pipelines.errors import DisclosureError, listed


@dataclass(frozen=True, eq=False)
class CentrePeriod:
    """A period as one centre sees it.

    `tables` are those of its brief, `shown` every figure of them, None where it is hidden; `left_out` are tables that
    are too fine for so few clients. `report` says what hiding cost; internal.
    """

    tables: tuple[ProtectedTable, ...]
    shown: Mapping[CellName, int | None]
    left_out: tuple[str, ...]
    report: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"CentrePeriod({len(self.tables)} tables)"


def protect_exact(
    caseload: Caseload,
    rule: Rule,
    audience: str,
    circumstances: Circumstances,
    *,
    network: tuple[ProtectedTable, ...],
) -> CentrePeriod:
    """Turn the true counts of one centre into tables of its own brief.

    Tables that only the network and the public have are left to these. Two-way tables that are too fine for so few
    clients are left out, and so is every table with a figure that cannot be protected; what is left is solved anew.

    Args:
        caseload: the true counts of the centre's clients.
        rule: a hiding rule.
        audience: the centre's.
        circumstances: the key, which decides between patterns that cost about the same; what was published before to
            this centre; and which quarters are provisional.
        network: the network's rounded tables of the same period.
    Returns:
        Its tables, in the order of the brief.
    Raises:
        DisclosureError: the centre has too few clients, or too few tables can be protected; the message says what to
            merge.
    """
    require_protectable(caseload, least=int(decided("detail", "least_clients")) * rule.threshold)
    caseload, beside = own_brief(caseload), figures_beside(network)
    if own := circumstances.before.own:
        # A brief that was published stands as it is: solving again could leave out what its readers have.
        kept = without(caseload, {each.definition.table_id for each in caseload.breakdowns} - tables_in(own))
        names = (name for breakdown in kept.breakdowns for name, _ in names_of(breakdown))
        hidden, told = frozenset(name for name in names if own.get(name) is None), {"stands": True}
    else:
        kept, hidden, told = _protected(caseload, rule, beside, circumstances)
    of_network = {table.table_id: table for table in network}
    tables = tuple(
        exact_table(
            breakdown,
            hidden,
            (audience, rule),
            network=of_network[breakdown.definition.table_id],
            provisional=circumstances.provisional,
        )
        for breakdown in kept.breakdowns
    )
    left_out = {breakdown.definition.table_id for breakdown in caseload.breakdowns} - {t.table_id for t in tables}
    return CentrePeriod(tables, _shown(kept, hidden), tuple(sorted(left_out)), told)


def tables_in(shown: Mapping[CellName, int | None]) -> set[str]:
    """Name the tables of which figures were shown or hidden."""
    return {name.table_id for name in shown}


def _protected(
    caseload: Caseload, rule: Rule, beside: Beside, circumstances: Circumstances
) -> tuple[Caseload, frozenset[CellName], dict[str, Any]]:
    """Leave out what is too fine, and hide what has to be hidden in the rest."""
    fine = too_fine(caseload, _first_hidden(caseload, rule, beside)) | _of_one_kind(caseload, rule.threshold)
    kept = without(caseload, fine)
    while True:
        pattern, system = _solve(kept, rule, beside, circumstances)
        dropped = too_fine(kept, pattern.hidden) | tables_of(kept, pattern.unprotected)
        kept = without(kept, dropped)
        _require_some_left(kept, pattern, is_final=not dropped)
        if not dropped:
            return kept, pattern.hidden, _report(pattern, system)


def _solve(
    caseload: Caseload, rule: Rule, beside: Beside, circumstances: Circumstances
) -> tuple[Pattern, LinkedSystem]:
    before = circumstances.before
    system = before.system(caseload)
    reader, blank = reader_of(system, caseload, beside, before)
    withheld = frozenset(_small_groups(caseload, rule.threshold))
    known = before.known(system, left_out=None)
    was_hidden = {name for name, n in known.items() if n is None}
    # Of earlier blanks readers know that they may be empty; the others are taken to be known not to be.
    nobody = {name for name in was_hidden if not system.counts[name]}
    everybody = _everybody(system)
    pattern = find_pattern(
        system,
        Reader({**reader.low, **dict.fromkeys(withheld | nobody, 0)}, reader.high),
        threshold=rule.threshold,
        key=circumstances.key,
        always_hidden=frozenset(blank | withheld | was_hidden) - everybody,
        withheld=withheld - everybody,
        always_shown=frozenset(name for name, n in known.items() if n is not None) | everybody,
    )
    return pattern, system


def _first_hidden(caseload: Caseload, rule: Rule, beside: Beside) -> set[CellName]:
    """Give what is hidden before anything is solved: small counts, and those that the network shows as 0."""
    counts = {name: n for breakdown in caseload.breakdowns for name, n in names_of(breakdown)}
    hidden = {name for name, n in counts.items() if 0 < n < rule.threshold or not beside.rounded.get(name, 0)}
    hidden |= seldom_missing(caseload, beside.rounded)
    return hidden | set(_small_groups(caseload, rule.threshold))


def _everybody(system: LinkedSystem) -> frozenset[CellName]:
    """Give the totals over all clients, cases or issues, which every brief shows."""
    return frozenset(
        name for name in system.counts if not name.period and name not in system.unpublished and _is_total(name)
    )


def _is_total(name: CellName) -> bool:
    codes = name.codes[1:] if name.table_id.startswith("by_group_of_interest") else name.codes
    return all(code == TOTAL for code in codes)


def _small_groups(caseload: Caseload, threshold: int) -> Iterator[CellName]:
    """Give the advice rows of groups that are too small for it: what nobody of a few came for is a fact about each."""
    for grid, conditions, column, counts in _advice_rows(caseload):
        if counts[grid.named[conditions]] < large_group() * threshold:
            yield from _row(grid, conditions, column)


def _of_one_kind(caseload: Caseload, threshold: int) -> set[str]:
    """Give the tables in which all of a large group, or all but a few, came for one kind of advice.

    That is a fact about each of them. Hiding the row alone would say that there is such a fact.
    """
    found = set()
    for grid, conditions, column, counts in _advice_rows(caseload):
        everybody = counts[grid.named[conditions]]
        most = max(counts[part] for part in grid.parts(conditions, column))
        if everybody >= large_group() * threshold and everybody - most < threshold:
            found |= {name.table_id for name in _row(grid, conditions, column)}
    return found


def _advice_rows(caseload: Caseload) -> Iterator[tuple[Grid, Conditions, str, Mapping[CellName, int]]]:
    """Give every group whose advice some table shows."""
    grid = read_grid(caseload)
    counts = {name: n for breakdown in caseload.breakdowns for name, n in names_of(breakdown)}
    for conditions, cut in grid.codes.items():
        if conditions and conditions in grid.named:
            yield from ((grid, conditions, column, counts) for column in OVERLAPPING.intersection(cut))


def _row(grid: Grid, conditions: Conditions, column: str) -> Iterator[CellName]:
    for code in grid.codes[conditions][column]:
        named = grid.named[narrowed(conditions, column, code)]
        yield named
        yield from (twin for first, twin in grid.twins if first == named)


def _require_some_left(kept: Caseload, pattern: Pattern, *, is_final: bool) -> None:
    needed = set(decided("detail", "needed"))
    has_some = not needed.isdisjoint(breakdown.definition.table_id for breakdown in kept.breakdowns)
    if not has_some or (is_final and pattern.unprotected):
        heading = f"The figures of the centre {kept.centre} cannot be protected, so nothing was released. What helps:"
        raise DisclosureError(listed(list(pattern.advice), heading=heading))


def _shown(caseload: Caseload, hidden: frozenset[CellName]) -> dict[CellName, int | None]:
    counts = ((name, n) for breakdown in caseload.breakdowns for name, n in names_of(breakdown))
    return {name: None if name in hidden else n for name, n in counts}


def _report(pattern: Pattern, system: LinkedSystem) -> dict[str, Any]:
    counts = system.counts
    shown_or_hidden = [name for name in counts if counts[name] and not name.period and name not in system.unpublished]
    return {
        "figures": len(counts),
        "not_zero": len(shown_or_hidden),
        "hidden": sum(name in pattern.hidden for name in shown_or_hidden),
        "hidden_first": sum(name in pattern.first for name in shown_or_hidden),
        "loss": round(pattern.loss, 3),
        "bound": round(pattern.bound, 3),
        "is_proven": pattern.is_proven,
        "seconds": round(pattern.seconds, 3),
    }
