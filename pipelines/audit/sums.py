"""Checks of the data files that need no attack: sums, complete grids, shares, whole groups.

Answers "do the files say what their rule promises". A sum that does not hold tells how figures were rounded; a row that
is there only when somebody came tells that somebody came.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pipelines.audit.reading import Release, Row, Table
from pipelines.audit.structure import FAMILY, GROUP, LEFT_OUT, OF_EACH, QUARTER, TYPE, closed_codes
from pipelines.audit.worlds import World, in_network, population
from pipelines.codelists import TOTAL

LEAST_BASE = 10


def sum_problems(world: World, targets: Collection[Release]) -> Iterator[str]:
    """Name the sums that do not hold between published figures, and the figures that stand in two ways."""
    keys = {release.key for release in targets}
    names = ", ".join(sorted(keys))
    index = world.knowledge.index
    rounded = {index[name]: n for name, n in world.rounded.items()}
    exact = {index[name]: n for (_, name), n in world.shown.items() if n is not None}
    broken = {
        equation.label
        for equation in world.knowledge.equations
        for values in (rounded, exact)
        if equation.label and equation.terms.keys() <= values.keys()
        if sum(value * values[unknown] for unknown, value in equation.terms.items())
    }
    for label in sorted(broken):
        yield f"{names}: {label} does not add up. Release the edition again."
    for release, row in world.conflicts:
        place = release.key if release.key in keys else names
        said = f"{row.table_id} {row.label} stands elsewhere with another figure or hidden."
        yield f"{place}: {said} Release the edition again."


def table_problems(world: World, release: Release) -> Iterator[str]:
    """Name what is wrong in the tables of one release, each by itself and beside those of the network."""
    yield from own_table_problems(release)
    for table in release.tables.values() if release.base is None else ():
        yield from map(release.problem, _beside_network(world, release, table))


def own_table_problems(release: Release) -> Iterator[str]:
    """Name what is wrong in the tables of one release by themselves."""
    for table in release.tables.values():
        yield from map(release.problem, _grid(table))
        yield from map(release.problem, _shares(release, table))
        yield from map(release.problem, _late(table))
        if release.base is not None:
            yield from map(release.problem, _rounded(table, release.base))
        else:
            yield from map(release.problem, _whole_groups(release, table))
    yield from map(release.problem, _accounting(release))


def _rounded(table: Table, base: int) -> Iterator[str]:
    for row in table.rows:
        if row.is_hidden or (row.n or 0) % base:
            yield f"{table.table_id} {row.label} is not rounded. Release the edition again."


def _late(table: Table) -> Iterator[str]:
    """Figures of one period are provisional together; of quarters, those from some quarter on, and their total."""
    late = {row.codes: row.is_provisional for row in table.rows}
    quarters = [late[codes] for codes in sorted(late) if table.dimensions == (QUARTER,) and codes != (TOTAL,)]
    is_right = quarters == sorted(quarters) if quarters else len(set(late.values())) == 1
    if not is_right or (quarters and late.get((TOTAL,), any(quarters)) != any(quarters)):
        yield f"{table.table_id} calls some figures provisional and others not. Release the edition again."


def _grid(table: Table) -> Iterator[str]:
    """Every code with every other one: a row that stands only where somebody came would prove that somebody came."""
    if table.table_id in LEFT_OUT:
        return
    for unit in sorted({row.unit for row in table.rows}):
        present = {row.codes for row in table.rows if row.unit == unit}
        expected: set[tuple[str, ...]] = {()}
        for place, dimension in enumerate(table.dimensions):
            codes = {each[place] for each in present} | set(closed_codes(dimension))
            codes |= set() if dimension in OF_EACH else {TOTAL}
            expected = {(*leading, code) for leading in expected for code in codes}
        missing = sorted(", ".join((*codes, unit)) for codes in expected - present)
        if missing:
            more = f" and {len(missing) - 1:,} more" if missing[1:] else ""
            yield f"{table.table_id} has no row ({missing[0]}){more}: a missing row tells. Show every code."


def _shares(release: Release, table: Table) -> Iterator[str]:
    counts = {(row.codes, row.unit): row.n for row in table.rows}
    network = {(row.codes, row.unit): _number(row.further.get("network_n", "")) for row in table.rows}
    least = LEAST_BASE if release.base is not None else 1
    for row in table.rows:
        if row.share and row.share not in set(_possible_shares(table, row, counts, least)):
            yield f"the share of {table.table_id} {row.label} does not follow from shown counts. Leave it empty."
        beside = row.further.get("network_share", "")
        if beside and beside not in set(_possible_shares(table, row, network, LEAST_BASE)):
            yield f"the network's share beside {table.table_id} {row.label} does not follow from its counts. Leave it empty."  # noqa: E501


def _number(text: str) -> int | None:
    return int(text) if text else None


def _possible_shares(
    table: Table, row: Row, counts: dict[tuple[tuple[str, ...], str], int | None], least: int
) -> Iterator[str]:
    """Give the row's share of each total it is a part of."""
    n = counts.get((row.codes, row.unit))
    wider: set[tuple[str, ...]] = {()}
    for dimension, code in zip(table.dimensions, row.codes, strict=True):
        choices = {code} if dimension in OF_EACH else {code, TOTAL}
        wider = {(*leading, choice) for leading in wider for choice in choices}
    for codes in wider if n is not None else ():
        whole = counts.get((codes, row.unit))
        if whole is not None and whole >= least and (codes != row.codes or set(codes) & {TOTAL}):
            yield f"{(n or 0) / whole:.4f}"


def _whole_groups(release: Release, table: Table) -> Iterator[str]:
    """Where all clients of a group, or all but a few, have one kind of need, one knows it of each of them."""
    counts = {(row.codes, row.unit): row.n for row in table.rows}
    places = [place for place, name in enumerate(table.dimensions) if name in {TYPE, FAMILY}]
    if len(places) != 1 or len(table.dimensions) < 2:
        return
    place = places[0]
    for row in table.rows:
        group = (*row.codes[:place], TOTAL, *row.codes[place + 1 :])
        named = dict(zip(table.dimensions, row.codes, strict=True))
        others = [code for name, code in named.items() if name not in {TYPE, FAMILY, GROUP}]
        whole = counts.get((group, row.unit))
        if row.codes == group or set(others) <= {TOTAL} or row.n is None or not whole:
            continue
        if whole - row.n < release.limit:
            yield f"{table.table_id} {row.label} holds all of its group, or all but a few. Merge codes or hide it."


def _beside_network(world: World, release: Release, table: Table) -> Iterator[str]:
    """A centre's figure must not show what the network's rounding covers."""
    for row in table.rows:
        whole = in_network(release, population(world, release, table, row))
        network = world.rounded.get(whole)
        if network == 0 and not row.is_hidden:
            yield f"{table.table_id} {row.label} is shown although the network shows 0 for it. Hide it."
        beside = row.further.get("network_n", "")
        if beside and beside != str(network):
            yield f"the network's figure beside {table.table_id} {row.label} is not the one it published. Release it again."  # noqa: E501
    if table.table_id in LEFT_OUT:
        shown = {row.codes for row in table.rows}
        for each in world.knowledge.index:
            name = dict(each.where).get(table.dimensions[0])
            is_alike = (each.period, each.edition) == (release.period, release.edition)
            if name and is_alike and len(each.where) == 1 and world.rounded.get(each) and (name,) not in shown:
                yield f"{table.table_id} leaves out the row {name} that the network shows. Show it, or hide its count."


def _accounting(release: Release) -> Iterator[str]:
    """Numbers of rows obey the rule for counts too."""
    told = release.manifest.get("accounting", {})
    for name, value in sorted(told.items()) if isinstance(told, dict) else ():
        is_number = isinstance(value, int)
        is_exposed = is_number and (value % release.base if release.base else 0 < value < release.limit)
        if is_exposed or not (is_number or value is None):
            yield f'manifest.json tells the rows "{name}" more exactly than its rule allows. Round or omit it.'
