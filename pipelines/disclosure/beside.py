"""What the network's rounded figures tell of a centre's own counts.

Answers "how far can a hidden count be narrowed down by whoever reads both".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipelines.codelists import TOTAL
from pipelines.disclosure.before import Before
from pipelines.disclosure.protected import ProtectedTable
from pipelines.disclosure.suppression import Reader
from pipelines.disclosure.system import CellName, LinkedSystem
from pipelines.disclosure.time_links import Shown
from pipelines.errors import DisclosureError


@dataclass(frozen=True, eq=False)
class Beside:
    """The network's rounded figures of the same period, and how far the true counts may lie from them."""

    rounded: Mapping[CellName, int]
    reach: int


def figures_beside(network: tuple[ProtectedTable, ...]) -> Beside:
    """Read the figures of the network's rounded tables.

    Raises:
        DisclosureError: there are none.
    """
    reach = network[0].rule.reach if network else None
    if reach is None:
        raise DisclosureError(
            "There are no rounded figures of the network to stand beside those of the centre, so nothing was released."
        )
    rounded = {
        CellName(table.table_id, cell.codes, unit): cell.n
        for table in network
        for unit in table.frame["unit"].unique(maintain_order=True)
        for cell in table.cells(unit=unit)
        if cell.n is not None
    }
    return Beside(rounded, reach)


def reader_of(system: LinkedSystem, network: Beside, before: Before) -> tuple[Reader, set[CellName]]:
    """Say what the rounded figures tell of each of the centre's, and which of them they make blank.

    A cell that nobody publishes may be empty for all a reader knows. Where the network shows it of all centres, a
    reader may know that all these clients are of this one, as those of its sources are.
    """
    low: dict[CellName, int] = dict.fromkeys(system.unpublished, 0)
    high: dict[CellName, int] = {}
    blank: set[CellName] = set()
    beside = {"": network.rounded} | {str(edition.period): edition.beside for edition in before.editions}
    for name in (name for name in system.counts if name not in system.unpublished):
        value = beside[name.period].get(replace(name, period=""), 0) or 0
        high[name] = value + network.reach
        if not value or (name.period and not system.counts[name]):
            low[name] = 0
        if not value and not name.period:
            blank.add(name)
    for name in system.unpublished:
        told = beside[name.period].get(replace(name, period=""))
        if told is not None:
            high[name] = told + network.reach
            if _may_be_all_own(system, name, beside[name.period], network.reach):
                low[name] = max(told - network.reach, 0)
    return Reader(low, high), blank


def _may_be_all_own(system: LinkedSystem, name: CellName, rounded: Shown, reach: int) -> bool:
    """Tell whether all clients of a figure of the network may be of this centre, as those of its own source are."""
    whole = replace(name, codes=(*name.codes[:-1], TOTAL))
    told = (rounded.get(replace(each, period="")) for each in (name, whole))
    pairs = zip(told, (name, whole), strict=True)
    return all(n is not None and system.counts[each] >= n - reach for n, each in pairs)
