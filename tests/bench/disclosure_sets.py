"""Invented caseloads and the linked systems of their tables, for the disclosure bench.

Sets differ in what is linked: tables alone, tables with hierarchies, the tables of a real brief, and tables over time.
Every population has one name whatever table shows it, so no cell appears twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from pipelines.codelists import TOTAL
from pipelines.disclosure.system import CellName, LinkedSystem, Relation

NATIONALITIES = tuple(f"N{number:02d}" for number in range(30))
GENDERS = ("F", "M", "O", "_U")
AGES = ("0-17", "18-34", "35-54", "55-64", "65+", "_U")
ADVICE = tuple(f"A{number:02d}" for number in range(12))
# Columns of the records, in this order everywhere.
DIMENSIONS = ("nationality", "gender", "age", "advice")
SIZES = (len(NATIONALITIES), len(GENDERS), len(AGES), len(ADVICE))
CLASSES = {f"C{number}": tuple(NATIONALITIES[number::5]) for number in range(5)}
OLDER = {"55+": ("55-64", "65+")}
PAIRS = tuple(combinations(DIMENSIONS, 2))

Records = NDArray[np.int64]
# Dimension to code; a dimension that is left out stands for its total.
Codes = Mapping[str, str]


@dataclass(frozen=True)
class Dimension:
    """A dimension of the tables: the record column it is made from, and which code is the sum of which others."""

    name: str
    column: int
    leaves: tuple[str, ...]
    unions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # Codes that a table shows; a class shown without its countries leaves them out.
    shown: tuple[str, ...] = ()
    overlaps: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """Give the codes that have a row of their own."""
        return self.shown or (*self.leaves, *self.unions)


def draw_records(seed: int, n_cases: int) -> Records:
    """Draw cases as positions of their codes; few countries and needs have most cases, and needs depend on age.

    Args:
        seed: of the generator.
        n_cases: how many rows.
    Returns:
        Grain: one row per case; nationality, gender, age, advice type, further advice type (-1 where none).
    """
    generator = np.random.default_rng(seed)
    nationality = generator.choice(30, n_cases, p=_falling(30, 1.5, generator))
    gender = generator.choice(4, n_cases, p=(0.55, 0.43, 0.005, 0.015))
    age = generator.choice(6, n_cases, p=(0.04, 0.33, 0.38, 0.12, 0.09, 0.04))
    needs = np.array([_falling(12, 0.9, generator) for _ in AGES])
    order = generator.random(n_cases)
    advice = np.minimum((order[:, None] > needs.cumsum(axis=1)[age]).sum(axis=1), 11)
    further = np.where(generator.random(n_cases) < 0.2, (advice + 1 + generator.integers(0, 11, n_cases)) % 12, -1)
    return np.column_stack([nationality, gender, age, advice, further])


def _falling(size: int, power: float, generator: np.random.Generator) -> NDArray[np.float64]:
    weights = np.arange(1.0, size + 1) ** -power * generator.lognormal(0.0, 0.3, size)
    return np.asarray(weights / weights.sum())


FLAT = (
    Dimension("nationality", 0, NATIONALITIES),
    Dimension("gender", 1, GENDERS),
    Dimension("age", 2, AGES),
    Dimension("advice", 3, ADVICE),
)
HIERARCHICAL = (
    Dimension("nationality", 0, NATIONALITIES, CLASSES),
    FLAT[1],
    Dimension("age", 2, AGES, OLDER),
    FLAT[3],
)
CONTRACT = (
    HIERARCHICAL[0],
    Dimension("class", 0, NATIONALITIES, CLASSES, shown=tuple(CLASSES)),
    FLAT[1],
    HIERARCHICAL[2],
    Dimension("advice", 3, ADVICE, overlaps=True),
)
CONTRACT_PAIRS = (("gender", "age"), ("class", "advice"), ("gender", "advice"), ("age", "advice"))


def flat(records: Records, period: str = "") -> LinkedSystem:
    """Link all two-way tables of four dimensions with their margins."""
    return linked(records, FLAT, PAIRS, period)


def hierarchical(records: Records, period: str = "") -> LinkedSystem:
    """Link the same tables with classes of nationalities and ages of 55 and over."""
    return linked(records, HIERARCHICAL, PAIRS, period)


def contract(records: Records, period: str = "") -> LinkedSystem:
    """Link the tables of a brief; clients may have two advice types, so these rows only bound their total."""
    return linked(records, CONTRACT, CONTRACT_PAIRS, period)


def linked(
    records: Records, dimensions: Sequence[Dimension], pairs: Iterable[tuple[str, str]], period: str
) -> LinkedSystem:
    """Count every cell of the tables and write down every relation between them."""
    by_name = {dimension.name: dimension for dimension in dimensions}
    masks = {(own.name, code): _holders(records, own, code) for own in dimensions for code in own.codes}
    counts = {named({}, period): len(records)}
    counts |= {named(dict([key]), period): int(mask.sum()) for key, mask in masks.items() if key[0] != "class"}
    relations = [relation for own in dimensions for relation in _sums(own, {}, period)]
    for first, second in pairs:
        own, other = by_name[first], by_name[second]
        for one, two in product(own.codes, other.codes):
            both = masks[first, one] & masks[second, two]
            counts[named({first: one, second: two}, period)] = int(both.sum())
        relations += [relation for code in other.codes for relation in _sums(own, {second: code}, period)]
        relations += [relation for code in own.codes for relation in _sums(other, {first: code}, period)]
    return LinkedSystem(counts, tuple(dict.fromkeys(relations)))


def named(codes: Codes, period: str = "") -> CellName:
    """Name a population in the same way whichever table it stands in."""
    if not codes:
        return CellName("total", (TOTAL,), "clients", period)
    alone = len(codes) == 1
    own = {("nationality" if name == "class" and alone else name): code for name, code in codes.items()}
    return CellName("by_" + "_".join(sorted(own)), tuple(own[name] for name in sorted(own)), "clients", period)


def _holders(records: Records, dimension: Dimension, code: str) -> NDArray[np.bool_]:
    wanted = [dimension.leaves.index(leaf) for leaf in dimension.unions.get(code, (code,))]
    held = np.isin(records[:, dimension.column], wanted)
    return held | np.isin(records[:, 4], wanted) if dimension.overlaps else held


def _sums(dimension: Dimension, beside: Codes, period: str) -> Iterator[Relation]:
    """Give the equations, or bounds where parts overlap, of one dimension at fixed codes of another."""

    def at(code: str) -> CellName:
        return named({**beside, dimension.name: code}, period)

    total = named(beside, period)
    parts = tuple(at(code) for code in (dimension.shown or dimension.leaves))
    if dimension.overlaps:
        yield Relation((total,), parts, is_exact=False)
        yield from (Relation((part,), (total,), is_exact=False) for part in parts)
        return
    yield Relation((total,), parts, is_exact=True)
    if not dimension.shown:
        for union, leaves in dimension.unions.items():
            yield Relation((at(union),), tuple(at(leaf) for leaf in leaves), is_exact=True)


def added_up(whole: LinkedSystem, parts: Sequence[LinkedSystem]) -> Iterator[Relation]:
    """Say that every cell of a longer period is the sum of the same cells of its parts."""
    of_parts = [{bare(cell): cell for cell in part.counts} for part in parts]
    for cell in whole.counts:
        yield Relation((cell,), tuple(own[bare(cell)] for own in of_parts), is_exact=True)


def bare(cell: CellName) -> CellName:
    """Give the name of the same population whatever the period."""
    return CellName(cell.table_id, cell.codes, cell.unit)


def membership(cells: Sequence[CellName]) -> NDArray[np.bool_]:
    """Tell which complete profile of the flat set is counted in which cell.

    Grain: one row per cell, one column per profile in the order of `profile_number`.
    """
    codes = dict(zip(DIMENSIONS, (NATIONALITIES, GENDERS, AGES, ADVICE), strict=True))
    grid = np.indices(SIZES).reshape(4, -1)
    rows = np.ones((len(cells), grid.shape[1]), dtype=bool)
    for number, cell in enumerate(cells):
        names = cell.table_id.removeprefix("by_").split("_") if cell.table_id != "total" else []
        for name, code in zip(names, cell.codes, strict=False):
            rows[number] &= grid[DIMENSIONS.index(name)] == codes[name].index(code)
    return rows


def profile_number(record: Sequence[int]) -> int:
    """Give the column of a record's complete profile."""
    return int(np.ravel_multi_index(tuple(int(code) for code in record[:4]), SIZES))
