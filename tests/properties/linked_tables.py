"""Invented tables that hang together: all of one and two dimensions, with every relation between their counts.

Nationalities come in classes, a client may have several advice types, and quarters have their year to date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from pipelines.disclosure.system import CellName, LinkedSystem, Relation

TOTAL = "_T"
# Dimension to one row per code and one column per client: who holds it.
Held = Mapping[str, NDArray[np.bool_]]


def people(seed: int, n: int, sizes: Mapping[str, int], *, further: float = 0.2, power: float = 1.3) -> Held:
    """Draw who holds which code of each dimension; a few codes are common, and some people hold two advice types."""
    generator = np.random.default_rng(seed)
    held = {}
    for name, size in sizes.items():
        weights = np.arange(1, size + 1) ** -power * generator.lognormal(0, 0.4, size)
        codes = np.arange(size)[:, None]
        held[name] = codes == generator.choice(size, n, p=weights / weights.sum())
        if name == "advice":
            held[name] |= (codes == generator.integers(0, size, n)) & (generator.random(n) < further)
    return held


def linked(held: Held, period: str = "", *, hides_classes: bool = False) -> LinkedSystem:
    """Count every table and write down how its rows and its margins hang together."""
    masks = {name: _masks(name, codes) for name, codes in held.items()}
    counts: dict[CellName, int] = {}
    relations: list[Relation] = []
    for names in [*((name,) for name in held), *combinations(held, 2)]:
        table = "_".join(names)
        for codes in product(*(masks[name] for name in names)):
            together = np.all([masks[name][code] for name, code in zip(names, codes, strict=True)], axis=0)
            counts[CellName(table, codes, "clients", period)] = int(together.sum())
        for axis, name in enumerate(names):
            others = product(*(masks[other] for other in names if other != name))
            relations += [own for beside in others for own in _sums(table, axis, name, held, beside, period)]
    relations += _ties(counts)
    unpublished = {cell for cell in counts if hides_classes and any(code.startswith("class") for code in cell.codes)}
    return LinkedSystem(counts, tuple(relations), frozenset(unpublished))


def _masks(name: str, codes: NDArray[np.bool_]) -> dict[str, NDArray[np.bool_]]:
    masks = {TOTAL: np.ones(codes.shape[1], dtype=bool), **{str(number): mask for number, mask in enumerate(codes)}}
    classes = {f"class{number}": codes[number::3].any(axis=0) for number in range(3)} if name == "nationality" else {}
    return {**masks, **classes}


def _sums(table: str, axis: int, name: str, held: Held, beside: Sequence[str], period: str) -> Iterator[Relation]:
    def at(code: str) -> CellName:
        return CellName(table, (*beside[:axis], code, *beside[axis:]), "clients", period)

    leaves = tuple(at(str(number)) for number in range(len(held[name])))
    if name == "advice":
        yield Relation((at(TOTAL),), leaves, is_exact=False)
        yield from (Relation((leaf,), (at(TOTAL),), is_exact=False) for leaf in leaves)
        return
    yield Relation((at(TOTAL),), leaves, is_exact=True)
    if name == "nationality":
        yield from (Relation((at(f"class{k}"),), leaves[k::3], is_exact=True) for k in range(3))


def _ties(counts: Mapping[CellName, int]) -> Iterator[Relation]:
    """Tie the margins of all tables that count the same people, whatever table shows them."""
    first: dict[object, CellName] = {}
    for cell in counts:
        same = population(cell)
        if same in first:
            yield Relation((first[same],), (cell,), is_exact=True)
        first.setdefault(same, cell)


def population(cell: CellName) -> frozenset[tuple[str, str]]:
    """Give what the people of a cell have in common, whatever table it stands in."""
    names = zip(cell.table_id.split("_"), cell.codes, strict=True)
    return frozenset((name, code) for name, code in names if code != TOTAL)


def over_time(parts: Sequence[Held]) -> LinkedSystem:
    """Link quarters and the year to date, which is their sum in every cell."""
    whole = {name: np.hstack([part[name] for part in parts]) for name in parts[0]}
    quarters = [linked(part, f"Q{number}") for number, part in enumerate(parts, 1)]
    to_date = linked(whole, "to date")
    sums = [
        Relation((cell,), tuple(named(cell, f"Q{number + 1}") for number in range(len(parts))), is_exact=True)
        for cell in to_date.counts
    ]
    systems = [*quarters, to_date]
    counts = {cell: n for system in systems for cell, n in system.counts.items()}
    return LinkedSystem(counts, (*(one for system in systems for one in system.relations), *sums))


def named(cell: CellName, period: str) -> CellName:
    return CellName(cell.table_id, cell.codes, cell.unit, period)
