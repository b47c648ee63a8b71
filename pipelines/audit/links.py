"""What ties the tables of one edition to each other: codes inside codes, and clients, cases and issues.

Answers "which rows of different tables count the same people".
"""

from __future__ import annotations

from itertools import product

from pipelines.audit.equations import Population, relate
from pipelines.audit.reading import Release
from pipelines.audit.structure import FAMILY, OVERLAPPING, QUARTER, TYPE, Hierarchy, hierarchies, where
from pipelines.audit.worlds import Where, World, left_out, of_centre, population
from pipelines.periods import Period

# The unknowns of a dimension's codes and of the codes they lie inside.
Siblings = tuple[dict[str, int], dict[str, int]]


def tie_codes(world: World, release: Release) -> None:
    """Tie codes to the codes they lie inside, in every table that cuts the same clients."""
    dimensions = _by_dimension(world, release)
    for hierarchy in hierarchies(release):
        children, parents = dimensions.get(hierarchy.child, {}), dimensions.get(hierarchy.parent, {})
        for context in sorted(children.keys() & parents.keys()):
            rows = children[context], parents[context]
            tie_rows(world, release, hierarchy, rows, unit=context[0])


def tie_rows(world: World, release: Release, hierarchy: Hierarchy, rows: Siblings, *, unit: str) -> None:
    """Tie the rows of a dimension to those of the dimension that they lie inside.

    Args:
        world: is added to.
        release: whose rows they are.
        hierarchy: says what lies inside what.
        rows: the unknowns of both dimensions by code; they count the same clients otherwise.
        unit: what they count.
    """
    if hierarchy.child in OVERLAPPING and unit == "clients":
        _bound(world, hierarchy, rows)
    else:
        _tie(world, release, hierarchy, rows)


def _by_dimension(world: World, release: Release) -> dict[str, dict[tuple[str, Where], dict[str, int]]]:
    """Group the release's rows: dimension, then unit and all other codes, then the code of the dimension."""
    found: dict[str, dict[tuple[str, Where], dict[str, int]]] = {}
    for table in release.tables.values():
        for row in (*table.rows, *left_out(world, release, table)):
            codes = where(table, row.codes)
            unknown = world.knowledge.unknown(population(world, release, table, row))
            for name, code in codes:
                context = (row.unit, tuple(item for item in codes if item[0] != name))
                found.setdefault(name, {}).setdefault(context, {})[code] = unknown
    return found


def _inside(hierarchy: Hierarchy, rows: Siblings) -> tuple[dict[str, list[int]], list[int]]:
    """Give the children of each parent, and those that may be in any."""
    children, parents = rows
    inside: dict[str, list[int]] = {code: [] for code in parents}
    open_rows = []
    for code, unknown in children.items():
        parent = hierarchy.of.get(code.partition("+")[0])
        if parent in inside:
            inside[parent].append(unknown)
        elif parent is None:
            open_rows.append(unknown)
    return inside, open_rows


def _bound(world: World, hierarchy: Hierarchy, rows: Siblings) -> None:
    for code, unknowns in _inside(hierarchy, rows)[0].items():
        if unknowns:
            relate(world.knowledge, [rows[1][code]], unknowns, "")


def _tie(world: World, release: Release, hierarchy: Hierarchy, rows: Siblings) -> None:
    inside, open_rows = _inside(hierarchy, rows)
    rests = []
    for code, unknowns in inside.items():
        rest = []
        if open_rows and code not in hierarchy.closed:
            rest = [world.knowledge.rest((hierarchy.child, hierarchy.parent, rows[1][code], *sorted(unknowns)))]
            world.rests.append((rest[0], release, f"{hierarchy.parent} {code} without its {hierarchy.child}"))
        label = f"{hierarchy.child} inside {hierarchy.parent} {code}"
        world.knowledge.equal([rows[1][code]], unknowns + rest, label)
        rests += rest
    world.knowledge.at_most(rests, open_rows)


def tie_units(world: World, release: Release) -> None:
    """Every client has a case and every case an issue; each further issue of one kind takes a further case.

    A client of several law centres belongs to that of the latest case and takes all issues there, while each case stays
    where it was. So a centre may have more cases than its clients have issues, and nothing ties the two.
    """
    knowledge = world.knowledge
    at = of_centre(release, ())
    clients = knowledge.index.get(Population(release.period, release.edition, "clients", at))
    issues = knowledge.index.get(Population(release.period, release.edition, "issues", at))
    cases = _cases(world, release)
    takes_along = release.centre and release.structure.get("clients_at_several_centres")
    tied = [] if takes_along else cases
    if clients is not None and cases:
        knowledge.at_most([clients], cases)
    if issues is not None and tied:
        knowledge.at_most(tied, [issues])
    for found, unknown in list(knowledge.index.items()):
        is_own = (found.period, found.edition, found.unit) == (release.period, release.edition, "issues")
        if not is_own or not {TYPE, FAMILY} & dict(found.where).keys() or not set(at) <= set(found.where):
            continue
        same = knowledge.index.get(Population(found.period, found.edition, "clients", found.where))
        if same is not None:
            knowledge.at_most([same], [unknown])
            if clients is not None and tied and len(found.where) == len(at) + 1:
                knowledge.at_most([unknown, clients], [same, *tied])


def _cases(world: World, release: Release) -> list[int]:
    """Give the unknowns of the cases opened in each quarter of the period, as this release shows them."""
    table = release.tables.get("by_period")
    if table is None or table.dimensions != (QUARTER,):
        return []
    quarters = {str(quarter) for quarter in Period.parse(release.period).quarters}
    found = [
        world.cells[release.key, row.reference]
        for row, quarter in product(table.rows, quarters)
        if row.codes == (quarter,) and row.unit == "cases"
    ]
    return found if len(found) == len(quarters) else []
