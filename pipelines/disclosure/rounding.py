"""Controlled rounding: every count to a multiple of a base, and every table still adds up.

Answers "what may everybody see". All cells of an edition are rounded together, so that whoever adds, subtracts or
compares tables meets no contradiction and finds no count narrower than the rounding leaves it. The same key and the
same counts give the same values for ever.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from statistics import NormalDist
from time import perf_counter

from pipelines.disclosure.decided import decided
from pipelines.disclosure.rounding_model import Row, Unknown, choose_values, joined
from pipelines.disclosure.system import CellName, LinkedSystem, Relation
from pipelines.errors import DisclosureError

_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, eq=False)
class Rounding:
    """The published value of every cell, and how far values are from the counts; internal.

    Errors are those of published cells that were not fixed, one for all cells that are the same population.
    `n_widened` published cells have a value that is not one of the two multiples nearest to their count.
    """

    values: Mapping[CellName, int] = field(repr=False)
    n_widened: int
    max_error: int = field(repr=False)
    mean_error: float = field(repr=False)
    seconds: float


@dataclass(frozen=True, eq=False)
class _Population:
    """Cells that count the same people; `fixed` is the value they have been given before, if any."""

    cells: Sequence[CellName]
    count: int
    fixed: int | None
    is_published: bool
    is_dominated: bool


def round_linked(
    system: LinkedSystem,
    *,
    base: int,
    key: str,
    fixed: Mapping[CellName, int] = {},
    dominated: frozenset[CellName] = frozenset(),
    seconds: float = 60.0,
) -> Rounding:
    """Round all cells of an edition to multiples of `base` so that every relation holds exactly.

    A count becomes one of its two nearest multiples, never less than 0, and a multiple stays. The nearer one is only
    likelier: noise, drawn for each population from the key, is added to the distance. Where that cannot add up, figures
    that no table shows move further; then as few published ones as possible leave their two nearest multiples by one
    step; a true 0 becomes `base` only where nothing else adds up. Bounds between counts ("a part is at most its total")
    hold between values too.

    Args:
        system: true counts and relations of the edition; the same for cells of other editions beside it.
        base: in units of the counts, at least 2.
        key: the network's secret, 64 characters from 0-9 and a-f.
        fixed: values that are published already and stay, whatever the count; cells that `system` does not hold are
            left aside.
        dominated: cells whose people may all be of one centre. They are never `base - 1` or more below their count: a
            centre with so many people would learn that nobody else is there.
        seconds: time for the whole search; allow plenty, as an answer that time cuts short can differ from run
            to run.
    Returns:
        A value for every cell of `system`.
    Raises:
        DisclosureError: base or key cannot be used, the counts or the fixed values contradict the relations, no
            rounding adds up, or none was found in time.
    Source: Salazar-González and others (2004), as in `rounding_model`; the noise of a cell from its name and a key
        follows Thompson, Broadfoot and Elazar (2013), "Methodology for the automatic confidentialisation of
        statistical outputs from remote servers at the Australian Bureau of Statistics", UNECE work session on
        statistical data confidentiality.
    """
    began = perf_counter()
    _require_usable(base, key, fixed)
    _require_consistent(system, fixed)
    populations = _populations(system, fixed, dominated)
    values = _rounded(system, populations, base=base, key=key, deadline=began + seconds)
    _require_kept(system, populations, values, base)
    return _summed_up(populations, values, base=base, seconds=perf_counter() - began)


def _require_usable(base: int, key: str, fixed: Mapping[CellName, int]) -> None:
    if base < 2:
        raise DisclosureError("The rounding base must be 2 or more, so nothing was released. Correct the setting.")
    if not _KEY.fullmatch(key):
        raise DisclosureError(
            "Rounding needs the network's key, 64 characters from 0-9 and a-f, so nothing was released. Check the key."
        )
    if any(value < 0 or value % base for value in fixed.values()):
        raise DisclosureError(
            "Figures published before are not multiples of the rounding base, so nothing was released. Use the base "
            "that they were published with."
        )


def _require_consistent(system: LinkedSystem, fixed: Mapping[CellName, int]) -> None:
    """Demand that relations hold between true counts, save where a published value stands for one."""
    is_whole = all(count >= 0 for count in system.counts.values())
    named = all(cell in system.counts for relation in system.relations for cell in relation.cells)
    if not (is_whole and named):
        raise DisclosureError("Some counts are missing or below 0, so nothing was released. Build the warehouse again.")
    wrong = {
        cell.table_id
        for relation in system.relations
        if fixed.keys().isdisjoint(relation.cells) and not _holds(relation, system.counts)
        for cell in relation.cells
    }
    if wrong:
        raise DisclosureError(
            f"The counts of these tables contradict each other, so nothing was released: {', '.join(sorted(wrong))}. "
            "Build the warehouse again; if it stays, report it."
        )


def _holds(relation: Relation, values: Mapping[CellName, int]) -> bool:
    left, right = (sum(values[cell] for cell in side) for side in (relation.left, relation.right))
    return left == right if relation.is_exact else left <= right


def _populations(
    system: LinkedSystem, fixed: Mapping[CellName, int], dominated: frozenset[CellName]
) -> list[_Population]:
    ties = [
        relation.cells
        for relation in system.relations
        if relation.is_exact and len(relation.left) == len(relation.right) == 1
    ]
    return [_population(cells, system, fixed, dominated) for cells in joined(sorted(system.counts), ties)]


def _population(
    cells: Sequence[CellName], system: LinkedSystem, fixed: Mapping[CellName, int], dominated: frozenset[CellName]
) -> _Population:
    known = {fixed[cell] for cell in cells if cell in fixed}
    if len(known) > 1:
        raise DisclosureError(
            "Figures published before differ for the same people, so nothing was released. Restore the published "
            "editions from a backup, or report it."
        )
    return _Population(
        cells=cells,
        count=system.counts[cells[0]],
        fixed=known.pop() if known else None,
        is_published=not system.unpublished.issuperset(cells),
        is_dominated=not dominated.isdisjoint(cells),
    )


def _rounded(
    system: LinkedSystem, populations: Sequence[_Population], *, base: int, key: str, deadline: float
) -> dict[CellName, int]:
    free = [population for population in populations if population.fixed is None]
    number = {cell: index for index, population in enumerate(free) for cell in population.cells}
    values = {cell: known.fixed for known in populations if known.fixed is not None for cell in known.cells}
    unknowns = [Unknown(one.count, _noise(key, one.cells[0]), one.is_published, one.is_dominated) for one in free]
    chosen = choose_values(unknowns, _rows(system.relations, number, values), base=base, deadline=deadline)
    return {cell: values[cell] if cell in values else chosen[number[cell]] for cell in system.counts}


def _noise(key: str, cell: CellName) -> float:
    """Draw the noise of a population from the key and its first name: the same in every run and edition."""
    identity = json.dumps(["rounding", cell.table_id, *cell.codes, cell.unit, cell.period])
    digest = hmac.new(bytes.fromhex(key), identity.encode(), sha256).digest()
    share = (int.from_bytes(digest[:6], "big") + 0.5) / 2**48
    return NormalDist(0, float(decided("rounding", "noise"))).inv_cdf(share)


def _rows(relations: Iterable[Relation], number: Mapping[CellName, int], values: Mapping[CellName, int]) -> list[Row]:
    """Write relations between populations, each once and in an order that depends on nothing but themselves."""
    written: dict[tuple[tuple[tuple[int, int], ...], int, bool], Row] = {}
    for relation in relations:
        coefficients: dict[int, int] = {}
        constant = 0
        for cell, sign in _signed(relation):
            if cell in values:
                constant += sign * values[cell]
            else:
                coefficients[number[cell]] = coefficients.get(number[cell], 0) + sign
        kept = {place: times for place, times in sorted(coefficients.items()) if times}
        written[tuple(kept.items()), constant, relation.is_exact] = Row(kept, constant, relation.is_exact)
    return [written[identity] for identity in sorted(written)]


def _signed(relation: Relation) -> Iterator[tuple[CellName, int]]:
    yield from ((cell, 1) for cell in relation.left)
    yield from ((cell, -1) for cell in relation.right)


def _require_kept(
    system: LinkedSystem, populations: Sequence[_Population], values: Mapping[CellName, int], base: int
) -> None:
    """Check the answer in whole numbers, by the rule and without the solver."""
    if not (
        values.keys() == system.counts.keys()
        and all(_holds(relation, values) for relation in system.relations)
        and all(_is_allowed(one, values[cell], base) for one in populations for cell in one.cells)
    ):
        raise DisclosureError(
            "The rounded figures did not pass their own check, so nothing was released. Run it again; if it stays, "
            "report it."
        )


def _is_allowed(population: _Population, value: int, base: int) -> bool:
    if population.fixed is not None:
        return value == population.fixed
    is_near = abs(value - population.count) < 2 * base or not population.is_published
    is_safe = not population.is_dominated or value > population.count - (base - 1)
    return value >= 0 and value % base == 0 and is_near and is_safe


def _summed_up(
    populations: Sequence[_Population], values: dict[CellName, int], *, base: int, seconds: float
) -> Rounding:
    shown = [one for one in populations if one.is_published and one.fixed is None]
    errors = [abs(values[one.cells[0]] - one.count) for one in shown]
    return Rounding(
        values=values,
        n_widened=sum(error >= base for error in errors),
        max_error=max(errors, default=0),
        mean_error=sum(errors) / len(errors) if errors else 0.0,
        seconds=seconds,
    )
