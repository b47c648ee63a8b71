"""The relations between the figures of one period, derived from the tables and the client profiles.

Nothing is listed by hand: wherever figures of one table and figures of another hold exactly the same clients, their
sums are equal (nationalities and their class, centres and their project, every table and its total). Where tables
describe the same thing but cut across each other, the clients in a row of one and a row of the other are a cell of
their own, which is never shown but could be found by subtraction (people aged 55 and over whose age group is only
"18 or over").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import polars as pl

from pipelines.analysis.breakdowns import Caseload
from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.barrier_links import barrier_relations
from pipelines.disclosure.components import components
from pipelines.disclosure.grids import OVERLAPPING, Conditions, Grid, names_of, narrowed, read_grid
from pipelines.disclosure.stall_links import stall_relations
from pipelines.disclosure.system import CellName, LinkedSystem, Relation, joined

# Columns of the client profiles that describe the same thing: which of their codes go together is no secret. A group
# that a network made is such a family, with the columns it is made of.
FAMILIES = (
    ("source_id", "centre_id", "project_id"),
    ("nationality_code", "nationality_class_code", "is_dual_national_code", "recorded_nationality_code"),
    ("age_group_code", "is_aged_55_plus_code", "recorded_age_code"),
    ("gender_code", "recorded_gender_code"),
    ("is_family_member_code", "recorded_client_role_code"),
    ("time_to_opening_code", "opened_in_time_code"),
    ("enquiry_response_code", "turned_away_code"),
)
# The column that says whether an advice type is recorded; clients without one are in the family that is not known.
ADVICE_RECORDED, RECORDED = "recorded_advice_type_code", "Y"
# The name of a table that nobody publishes: clients by all codes of one family.
COMBINED = "combined"
ADVICE, FAMILY = "by_advice_type", "advice_family_code"


def link(caseload: Caseload) -> LinkedSystem:
    """Put all tables of a caseload into one system.

    Nothing ties enquiries to people: somebody may enquire twice and never come, or come without an enquiry.

    Args:
        caseload: the true counts of one publication period.
    Returns:
        Cells and relations.
    """
    return joined([_linked(caseload.of_people), _linked(caseload.of_enquiries)])


def _linked(caseload: Caseload) -> LinkedSystem:
    """Put tables that are cut from one set of profiles into one system."""
    tables = (*caseload.breakdowns, *caseload.beside)
    counts = {name: n for breakdown in tables for name, n in names_of(breakdown)}
    grid = read_grid(caseload)
    families = [*FAMILIES, *caseload.group_families]
    combined: dict[CellName, int] = {}
    relations = [Relation((one,), (other,), is_exact=True) for one, other in grid.twins]
    for conditions in grid.codes:
        relations += _totals(grid, conditions)
    for columns in families:
        for conditions, figures in _contexts(grid, columns).items():
            kinds = _kinds(grid, conditions, figures)
            cells, sums = _family(grid, conditions, figures, kinds)
            combined |= cells
            relations += [*_overlaps(grid, conditions, columns, kinds), *sums]
    relations += [*_advice(counts, grid), *_advised(grid), *_cases_and_clients(counts, caseload)]
    relations += barrier_relations(counts, grid)
    relations += stall_relations(counts, grid.named)
    true = (relation for relation in relations if _holds(relation, counts | combined))
    unseen = {name for breakdown in caseload.beside for name, _ in names_of(breakdown)}
    return LinkedSystem(counts | combined, tuple(dict.fromkeys(true)), frozenset(combined) | unseen)


def _holds(relation: Relation, counts: Mapping[CellName, int]) -> bool:
    """Leave out what does not bind: a bound that is not true of this caseload, and a cell set against itself.

    A centre's cases and its clients' issues are such a pair: a client may have been seen at another centre as well.
    """
    left, right = (sum(counts[name] for name in side) for side in (relation.left, relation.right))
    return relation.left != relation.right and (relation.is_exact or left <= right)


def _totals(grid: Grid, conditions: Conditions) -> Iterator[Relation]:
    """Tie each figure to those it is cut into: exactly where they add up, as a bound where they overlap."""
    if conditions not in grid.named:
        return
    total = (grid.named[conditions],)
    for column in grid.codes[conditions]:
        parts = grid.parts(conditions, column)
        adds_up = column not in OVERLAPPING
        yield Relation(total, parts, is_exact=adds_up)
        if not adds_up:
            yield from (Relation((part,), total, is_exact=False) for part in parts)


def _contexts(grid: Grid, columns: Sequence[str]) -> dict[Conditions, list[Conditions]]:
    """Give the figures that are cut by columns of one family, by what else they are cut by.

    One that is cut by two of the columns at once, as young women are, is one of them. Figures of a single column need
    no further relation than their total.
    """
    found: dict[Conditions, list[Conditions]] = {}
    for figure in grid.named:
        own = tuple(pair for pair in figure if pair[0] in columns)
        if own:
            found.setdefault(tuple(pair for pair in figure if pair not in own), []).append(own)
    return {
        conditions: figures
        for conditions, figures in found.items()
        if len({column for figure in figures for column, _ in figure}) > 1
    }


def _kinds(grid: Grid, conditions: Conditions, figures: Sequence[Conditions]) -> pl.DataFrame:
    """Count clients by the combinations of codes that they have.

    A 0 that is hidden may be more for all a reader knows, and whoever it counted would count in the other tables of the
    family as well. So clients of a figure of nobody are given the combinations that other clients have, with 0 each.
    """
    columns = sorted({column for figure in figures for column, _ in figure})
    counted = grid.profiles(conditions).group_by(columns).agg(pl.col("n").sum())
    cuts = {tuple(column for column, _ in figure) for figure in figures}
    present = {tuple(zip(cut, codes, strict=True)) for cut in cuts for codes in counted.select(cut).iter_rows()}
    empty = [figure for figure in figures if figure not in present]
    others = grid.profiles(()).select(columns).unique().with_columns(n=pl.lit(0, counted.schema["n"]))
    possible = [others.filter(*(pl.col(column) == code for column, code in figure)) for figure in empty]
    return pl.concat([counted, *possible]).unique(columns, keep="first").sort(columns)


def _overlaps(
    grid: Grid, conditions: Conditions, columns: Sequence[str], kinds: pl.DataFrame
) -> Iterator[Relation]:  # fmt: skip
    """Find groups of codes of two columns that hold exactly the same clients."""
    present = [column for column in columns if column in grid.codes.get(conditions, {})]
    for first, second in combinations(present, 2):
        pairs = kinds.select(first, second).unique().sort(first, second)
        for left, right in components(list(pairs.iter_rows())):
            yield Relation(
                tuple(grid.named[narrowed(conditions, first, code)] for code in left),
                tuple(grid.named[narrowed(conditions, second, code)] for code in right),
                is_exact=True,
            )


def _family(
    grid: Grid, conditions: Conditions, figures: Sequence[Conditions], kinds: pl.DataFrame
) -> tuple[dict[CellName, int], list[Relation]]:
    """Give the cells that tables of one family cut each other into, and every figure as a sum of them.

    A figure that is not cut stands for itself, so tables that nest add no cell. A figure that nobody has a combination
    for is 0.
    """
    columns = kinds.columns[:-1]
    cells = {tuple(codes): n for *codes, n in kinds.iter_rows()}
    holds = {grid.named[tuple(sorted((*conditions, *figure)))]: _inside(figure, columns, cells) for figure in figures}
    whole = {parts[0]: row for row, parts in reversed(holds.items()) if len(parts) == 1}
    labels = "+".join([*(f"{column}={code}" for column, code in conditions), *columns])
    stands = {codes: whole.get(codes, CellName(COMBINED, (labels, *codes), "clients")) for codes in cells}
    further = {name: cells[codes] for codes, name in stands.items() if name.table_id == COMBINED}
    sums = [Relation((row,), tuple(stands[part] for part in parts), is_exact=True) for row, parts in holds.items()]
    return further, [relation for relation in sums if relation.left != relation.right]


def _inside(figure: Conditions, columns: Sequence[str], cells: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Give the combinations of codes that a figure counts."""
    places = [(columns.index(column), code) for column, code in figure]
    return [codes for codes in cells if all(codes[place] == code for place, code in places)]


def _advice(counts: Mapping[CellName, int], grid: Grid) -> Iterator[Relation]:
    """Tie the advice types: to their totals, to issues, and to their families."""
    clients = {name.codes[0]: name for name in counts if name.table_id == ADVICE and name.unit == "clients"}
    issues = {name.codes[0]: name for name in counts if name.table_id == ADVICE and name.unit == "issues"}
    if not clients:
        return
    everybody = grid.named[()]
    yield Relation((clients[TOTAL],), (everybody,), is_exact=True)
    yield Relation((issues[TOTAL],), _without_total(issues), is_exact=True)
    yield Relation((clients[TOTAL],), _without_total(clients), is_exact=False)
    for code in (code for code in clients if code != TOTAL):
        yield Relation((clients[code],), (clients[TOTAL],), is_exact=False)
        yield Relation((clients[code],), (issues[code],), is_exact=False)
    yield Relation((clients[TOTAL],), (issues[TOTAL],), is_exact=False)
    yield from _families(clients, grid)


def _families(clients: Mapping[str, CellName], grid: Grid) -> Iterator[Relation]:
    """A client with an advice type is in its family, and one in a family has a type of it."""
    for code in grid.codes.get((), {}).get(FAMILY, ()):
        family = (grid.named[((FAMILY, code),)],)
        types = tuple(name for own, name in clients.items() if family_of(own, clients) == code)
        if code == NOT_KNOWN:
            yield Relation(family, types, is_exact=False)
        elif types:
            yield Relation(family, types, is_exact=len(types) == 1)
            yield from (Relation((each,), family, is_exact=False) for each in types if len(types) > 1)


def _advised(grid: Grid) -> Iterator[Relation]:
    """Clients in a family of known advice types are those for whom one is recorded; the others are in "_U"."""
    recorded, families = (grid.codes.get((), {}).get(column, ()) for column in (ADVICE_RECORDED, FAMILY))
    if not recorded or not families:
        return
    named = {code: grid.named[((ADVICE_RECORDED, code),)] for code in recorded}
    known = tuple(grid.named[((FAMILY, code),)] for code in families if code != NOT_KNOWN)
    others = tuple(name for code, name in named.items() if code != RECORDED)
    yield Relation((grid.named[((FAMILY, NOT_KNOWN),)],), others, is_exact=True)
    yield Relation((named[RECORDED],), known, is_exact=False)
    yield from (Relation((family,), (named[RECORDED],), is_exact=False) for family in known)


def family_of(code: str, codes: Iterable[str]) -> str:
    """Give the family of an advice type, as `core.advice_families` does."""
    stem = code.split("_", 1)[0]
    return stem if stem and stem in codes else code


def _cases_and_clients(counts: Mapping[CellName, int], caseload: Caseload) -> Iterator[Relation]:
    """Every client of the period has a case that was opened in it, every case an issue; quarters add up.

    As many cases as clients, as where no source tells clients apart, is something a reader may know. A further issue of
    an advice type takes a further case.
    """
    rows = {name.codes[0]: name for name in counts if name.table_id == "by_period"}
    cases = tuple(rows[str(quarter)] for quarter in caseload.period.quarters if str(quarter) in rows)
    if not cases:
        return
    yield Relation((rows[TOTAL],), _without_total(rows), is_exact=True)
    clients, issues = (CellName(ADVICE, (TOTAL,), unit) for unit in ("clients", "issues"))
    if clients not in counts:
        return
    yield Relation((clients,), cases, is_exact=counts[clients] == sum(counts[name] for name in cases))
    yield Relation(cases, (issues,), is_exact=False)
    for name in (name for name in counts if name.table_id == ADVICE and name.unit == "clients"):
        if name != clients:
            issue = CellName(ADVICE, name.codes, "issues")
            yield Relation((issue, clients), (name, *cases), is_exact=False)


def _without_total(rows: Mapping[str, CellName]) -> tuple[CellName, ...]:
    return tuple(name for code, name in rows.items() if code != TOTAL)
