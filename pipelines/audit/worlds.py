"""From released tables to what a reader knows: the unknowns of every row, and the sums within each table.

Answers "what does one edition say". What ties tables to each other is in `links.py`, what ties editions in `times.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from pipelines.audit.equations import CAP, Knowledge, Population, relate
from pipelines.audit.reading import Release, Row, Table
from pipelines.audit.seldom import may_be_nobody
from pipelines.audit.structure import (
    AREA,
    CENTRE_ID,
    LEFT_OUT,
    NOT_COVERING,
    OVERLAPPING,
    QUARTER,
    Hierarchy,
    adds_up,
    hierarchies,
    universe,
    where,
)
from pipelines.codelists import TOTAL

# Enough for ten years before the first quarter of a table.
MOST_QUARTERS = 40
# More areas than a network has clients in a few of each.
MOST_AREAS = 400
Where = tuple[tuple[str, str], ...]
# The unknown of each row of a table, by its codes and unit.
Unknowns = Mapping[tuple[tuple[str, ...], str], int]


@dataclass
class World:
    """Everything the readers of one scope know.

    `releases` are what they can open. `cells` gives the unknown of each row by release and row address; `rounded` the
    rounded value of a population of the network; `shown` what each centre shows of a population, None if it is hidden;
    `rests` the unknowns that follow by subtraction, with the release and a label; `conflicts` the rows that contradict
    another.
    """

    knowledge: Knowledge = field(default_factory=Knowledge)
    releases: tuple[Release, ...] = ()
    cells: dict[tuple[str, str], int] = field(default_factory=dict)
    rounded: dict[Population, int] = field(default_factory=dict)
    shown: dict[tuple[str, Population], int | None] = field(default_factory=dict)
    conflicts: list[tuple[Release, Row]] = field(default_factory=list)
    rests: list[tuple[int, Release, str]] = field(default_factory=list)
    vintages: dict[tuple[str, Where, int], int] = field(default_factory=dict)
    mentioned: dict[str, set[str]] = field(default_factory=dict)
    hierarchies: dict[tuple[str, str], Hierarchy] = field(default_factory=dict)

    @property
    def published(self) -> dict[int, float]:
        """Give what the files say of each unknown: its exact count, or else its rounded one."""
        index = self.knowledge.index
        found = {index[name]: float(n) for name, n in self.rounded.items()}
        return found | {index[name]: float(n) for (_, name), n in self.shown.items() if n is not None}


def build(releases: Collection[Release], mentioned: Mapping[str, Collection[str]] | None = None) -> World:
    """Put the releases of one scope together.

    Args:
        releases: all that the readers can open; those of the network come before those of a centre.
        mentioned: further codes, by table, that a reader knows to matter although their rows are left out.
    Returns:
        The unknowns of all rows, and the sums within each table.
    """
    world = World(releases=tuple(releases))
    for name in LEFT_OUT:
        world.mentioned[name] = {code for each in releases for code in _codes(each, name)} | set(
            (mentioned or {}).get(name, ())
        )
    for release in sorted(releases, key=lambda each: (bool(each.centre), each.period, each.edition, each.audience)):
        world.hierarchies |= {(each.child, each.parent): each for each in hierarchies(release)}
        for table in release.tables.values():
            _read_table(world, release, table)
    return world


def _codes(release: Release, table_id: str) -> set[str]:
    return {row.codes[0] for row in release.tables[table_id].rows} if table_id in release.tables else set()


def population(world: World, release: Release, table: Table, row: Row) -> Population:
    """Say who is counted in a row.

    Cases are counted by the quarter they were opened in, whichever brief shows them. Two counts of one quarter that
    differ are two counts: cases were added in between.
    """
    named = dict(where(table, row.codes))
    unit, period, edition = row.unit, release.period, release.edition
    quarter = named.pop(QUARTER, None)
    if quarter is not None and unit == "cases":
        codes = of_centre(release, tuple(sorted(named.items())))
        edition = 0 if row.n is None else _vintage(world, quarter, codes, row.n)
        if edition and release.edition == 1 and (release.key, row.reference) not in world.cells:
            world.conflicts.append((release, row))
        return Population(quarter, edition, unit, codes)
    if table.dimensions == (QUARTER,):
        quarters = sorted(each.codes[0] for each in table.rows if each.codes[0] != TOTAL)
        period = "_".join((period, *quarters[:1], *quarters[-1:]))
    return Population(period, edition, unit, of_centre(release, tuple(sorted(named.items()))))


def _vintage(world: World, quarter: str, codes: Where, n: int) -> int:
    taken = [key for key in world.vintages if key[:2] == (quarter, codes)]
    return world.vintages.setdefault((quarter, codes, n), len(taken))


def of_centre(release: Release, codes: Where) -> Where:
    """Add the centre, and take out what a finer code implies: a source of one centre has no clients of another."""
    full = dict(codes)
    if release.centre:
        full[CENTRE_ID] = release.centre
    implied = {
        (each.parent, each.of[full[each.child]])
        for each in hierarchies(release)
        if not each.parent.startswith("group_code:") and full.get(each.child) in each.of
    }
    return tuple(sorted(item for item in full.items() if item not in implied))


def in_network(release: Release, found: Population) -> Population:
    """Give the population of the whole network that a centre's population is a part of."""
    kept = tuple(item for item in found.where if item != (CENTRE_ID, release.centre))
    return Population(found.period, found.edition, found.unit, kept)


def _read_table(world: World, release: Release, table: Table) -> None:
    rows = {}
    for row in (*table.rows, *left_out(world, release, table)):
        found = population(world, release, table, row)
        unknown = world.knowledge.unknown(found)
        _bound(world, release, row, found)
        rows[row.codes, row.unit] = unknown
        world.cells.setdefault((release.key, row.reference), unknown)
    for place, dimension in enumerate(table.dimensions):
        for unit in {row.unit for row in table.rows}:
            if dimension in NOT_COVERING:
                _bound_parts(world, rows, (place, unit))
                continue
            label = f"{table.table_id} over {dimension} ({unit})" if adds_up(release, table, unit, dimension) else ""
            _sum_over(world, rows, (place, unit), label)


def left_out(world: World, release: Release, table: Table) -> Iterator[Row]:
    """Give a row of value 0 for each code that a table may have left out.

    Codes that nothing else is known of are alike, so two rows stand for all of them: one, and the others together.
    """
    if table.dimensions == (QUARTER,):
        # A table begins with the first quarter that is not rounded to 0; how many came before it, nobody says.
        first = min((row.codes[0] for row in table.rows if row.codes[0] != TOTAL), default="")
        yield Row(table.table_id, (f"before {first}{'+' * MOST_QUARTERS}",), "cases", None, "", {}, True, True)
    if table.table_id not in LEFT_OUT:
        return
    shown, (dimension,) = _codes(release, table.table_id), table.dimensions
    mentioned = world.mentioned[table.table_id] - shown
    # Nobody knows which areas there are.
    more = {f"elsewhere{'+' * MOST_AREAS}"} if dimension == AREA else set()
    for code in sorted(mentioned | more):
        yield Row(table.table_id, (code,), "clients", None, "", {}, is_hidden=True, is_left_out=True)
    alike: dict[str, list[str]] = {}
    for code in (code for code in universe(dimension) if code not in shown | mentioned):
        parents = (each.of.get(code, "") for each in hierarchies(release) if each.child == dimension)
        alike.setdefault("|".join(parents), []).append(code)
    for codes in alike.values():
        yield Row(table.table_id, (codes[0],), "clients", None, "", {}, is_hidden=True, is_left_out=True)
        if codes[1:]:
            yield Row(table.table_id, ("+".join(codes[1:]),), "clients", None, "", {}, is_hidden=True, is_left_out=True)


def _bound(world: World, release: Release, row: Row, found: Population) -> None:
    unknown = world.knowledge.unknown(found)
    if release.base is not None:
        n, how_many = row.n or 0, row.codes[0].count("+") + 1
        if world.rounded.setdefault(found, n) != n:
            world.conflicts.append((release, row))
        world.knowledge.narrow(unknown, n - release.reach, n + how_many * release.reach)
        return
    whole = in_network(release, found)
    if whole != found and whole in world.knowledge.index:
        world.knowledge.at_most([unknown], [world.knowledge.index[whole]])
    if not row.is_left_out and world.shown.setdefault((release.key, found), row.n) != row.n:
        world.conflicts.append((release, row))
        return
    if row.n is not None:
        world.knowledge.narrow(unknown, row.n, row.n)
    elif row.is_left_out:
        world.knowledge.narrow(unknown, 0, (row.codes[0].count("+") + 1) * (release.limit - 1))
    else:
        # Where the network shows 0, and in a row of advice that is hidden altogether, zeros are hidden too; elsewhere a
        # hidden count is somebody.
        may_be_zero = world.rounded.get(whole, world.rounded.get(found)) == 0 or _is_withheld(release, row)
        may_be_zero |= may_be_nobody(world.rounded, release, row)
        world.knowledge.narrow(unknown, 0 if may_be_zero else 1, CAP)


def _is_withheld(release: Release, row: Row) -> bool:
    """Tell whether a row is about the advice of a group whose advice is hidden altogether."""
    table = release.tables[row.table_id]
    places = [place for place, name in enumerate(table.dimensions) if name in OVERLAPPING]
    if len(places) != 1 or len(table.dimensions) < 2:
        return False
    place = places[0]
    same = [
        each
        for each in table.rows
        if each.unit == row.unit
        and each.codes[place] != TOTAL
        and (each.codes[:place], each.codes[place + 1 :]) == (row.codes[:place], row.codes[place + 1 :])
    ]
    return row.codes[place] != TOTAL and all(each.is_hidden for each in same)


def _sum_over(world: World, rows: Unknowns, cut: tuple[int, str], label: str) -> None:
    for total, unknowns in _parts(rows, cut):
        relate(world.knowledge, [total], unknowns, label)


def _bound_parts(world: World, rows: Unknowns, cut: tuple[int, str]) -> None:
    for total, unknowns in _parts(rows, cut):
        for part in unknowns:
            world.knowledge.at_most([part], [total])


def _parts(rows: Unknowns, cut: tuple[int, str]) -> Iterator[tuple[int, list[int]]]:
    """Give each total of a dimension with the rows that it is cut into."""
    place, unit = cut
    parts: dict[tuple[str, ...], list[int]] = {}
    for (codes, counted), unknown in rows.items():
        if counted == unit and codes[place] != TOTAL:
            parts.setdefault((*codes[:place], TOTAL, *codes[place + 1 :]), []).append(unknown)
    yield from ((rows[codes, unit], unknowns) for codes, unknowns in parts.items() if (codes, unit) in rows)
