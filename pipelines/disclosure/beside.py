"""What the network's rounded figures tell of a centre's own counts.

Answers "how far can a hidden count be narrowed down by whoever reads both".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipelines.analysis.breakdowns import Caseload
from pipelines.codelists import NOT_KNOWN, TOTAL, codelist
from pipelines.disclosure.before import Before
from pipelines.disclosure.grids import conditions_of, names_of
from pipelines.disclosure.protected import ProtectedTable
from pipelines.disclosure.suppression import Reader
from pipelines.disclosure.system import CellName, LinkedSystem
from pipelines.disclosure.time_links import Shown
from pipelines.errors import DisclosureError
from pipelines.groups import OLDER, OLDER_COLUMN

# The table of what is recorded, its codes for clients of whom a field is and is not, and the columns that tell.
RECORDED_TABLE, PRESENT, MISSING = "by_source_recorded", "Y", ("N", "Z")
FIELD_OF = {
    "nationality_class_code": "nationality",
    "gender_code": "gender",
    "age_group_code": "age",
    "advice_family_code": "advice_type",
    "is_family_member_code": "client_role",
}


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


def reader_of(
    system: LinkedSystem, caseload: Caseload, network: Beside, before: Before
) -> tuple[Reader, set[CellName]]:
    """Say what the rounded figures tell of each of the centre's, and which of them they make blank.

    A cell that nobody publishes may be empty for all a reader knows. All clients of the centre's own sources are its
    own, so that what the network shows of these sources tells of them alone.
    """
    low: dict[CellName, int] = dict.fromkeys(system.unpublished, 0)
    high: dict[CellName, int] = {}
    blank: set[CellName] = set()
    periods: dict[str, tuple[Caseload, Shown]] = {"": (caseload, network.rounded)}
    periods |= {str(edition.period): (edition.caseload, edition.beside) for edition in before.editions}
    for period, (counts, rounded) in periods.items():
        seldom = {replace(name, period=period) for name in seldom_missing(counts, rounded)}
        low |= dict.fromkeys(seldom, 0)
        blank |= seldom if not period else set()
    for name in (name for name in system.counts if name not in system.unpublished):
        value = periods[name.period][1].get(replace(name, period=""), 0) or 0
        high[name] = value + network.reach
        if not value or (name.period and not system.counts[name]):
            low[name] = 0
        if not value and not name.period:
            blank.add(name)
    for name in system.unpublished:
        counts, rounded = periods[name.period]
        told = rounded.get(replace(name, period=""))
        if told is not None:
            is_own, least = not counts.sources.isdisjoint(name.codes), max(told - network.reach, 0)
            low[name] = least if is_own and system.counts[name] >= least else 0
            most = _most(system, name, rounded, network.reach) if is_own else None
            high[name] = told + network.reach if most is None else min(told + network.reach, most)
    return Reader(low, high), blank


def _most(system: LinkedSystem, name: CellName, rounded: Shown, reach: int) -> int | None:
    """Give how many may be in a row of a source at most, beside its other rows; None where there are other sources.

    How many clients there are, every brief of a centre shows.
    """
    whole = replace(name, codes=(*name.codes[:-1], TOTAL))
    everybody = replace(name, codes=(name.codes[0], TOTAL, TOTAL))
    if name == whole or system.counts[whole] != system.counts[everybody]:
        return None
    others = {replace(name, codes=(*name.codes[:-1], code)) for code in (PRESENT, *MISSING)} - {name}
    told = (rounded.get(replace(other, period="")) or 0 for other in others)
    return system.counts[whole] - sum(max(n - reach, 0) for n in told)


def seldom_missing(caseload: Caseload, rounded: Shown) -> set[CellName]:
    """Give the figures of clients without a code, where the network shows 0 of them for the centre's own sources.

    So few they are that whoever sees one hidden would know it to be small: each is hidden, whatever it is.

    Args:
        caseload: the centre's counts.
        rounded: the network's rounded figures of the same period.
    """
    places = [(source, code) for source in caseload.sources for code in MISSING]
    seldom = set()
    for column, field in FIELD_OF.items():
        told = [rounded.get(CellName(RECORDED_TABLE, (field, *place), "clients")) for place in places]
        if told and not any(n is None or n for n in told):
            seldom.add((column, NOT_KNOWN))
    if ("age_group_code", NOT_KNOWN) in seldom and not _is_any_age_vague(caseload, rounded):
        seldom.add((OLDER_COLUMN, NOT_KNOWN))
    return {
        name
        for breakdown in caseload.breakdowns
        for name, conditions in conditions_of(breakdown)
        if not seldom.isdisjoint(conditions)
    }


def _is_any_age_vague(caseload: Caseload, rounded: Shown) -> bool:
    """Tell whether somebody may have an age group on both sides of 55: nobody has where a table shows 0 of them."""
    ages = codelist("age_groups")
    low, high = ages.column("age_low"), ages.column("age_high")
    vague = {code for code in ages.codes if int(low[code] or 0) < OLDER and int(high[code] or OLDER) >= OLDER}
    counts = {name: n for breakdown in caseload.breakdowns for name, n in names_of(breakdown)}
    names = [CellName("by_age_group", (code,), "clients") for code in sorted(vague)]
    return any(counts.get(name) != 0 or not rounded.get(name) for name in names)
