"""The product's two methods over time: quarters and the year so far, late cases, a centre beside its network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

import disclosure_methods as methods
import disclosure_sets as sets
import numpy as np
from disclosure_attacker import SMALL, TOLERANCE, Programme, Reading, Score, attack

from pipelines.disclosure.rounding import round_linked
from pipelines.disclosure.suppression import Reader, find_pattern
from pipelines.disclosure.system import CellName, LinkedSystem, Relation, joined

Make = Callable[[sets.Records, str], LinkedSystem]
WIDTH = methods.BASE - 1


@dataclass
class Year:
    """The editions of one year: every quarter, and the year so far after each; all are frozen once they are out."""

    systems: list[LinkedSystem] = field(default_factory=list)
    quarters: list[LinkedSystem] = field(default_factory=list)
    records: list[sets.Records] = field(default_factory=list)
    ties: list[Relation] = field(default_factory=list)
    values: dict[CellName, int] = field(default_factory=dict)
    hidden: frozenset[CellName] = frozenset()
    shown: frozenset[CellName] = frozenset()
    seconds: list[float] = field(default_factory=list)
    n_widened: int = 0

    def add(self, records: sets.Records, make: Make) -> LinkedSystem:
        """Add a quarter, and the year so far from the second on; give everything the solver has to look at."""
        number = len(self.quarters) + 1
        self.records.append(records)
        self.quarters.append(make(records, f"Q{number}"))
        self.systems.append(self.quarters[-1])
        if number > 1:
            whole = make(np.concatenate(self.records), f"to Q{number}")
            self.ties += sets.added_up(whole, self.quarters)
            self.systems.append(whole)
        return self.system

    @property
    def system(self) -> LinkedSystem:
        """Give every edition of the year as one system."""
        return joined(self.systems, self.ties)

    def round(self, records: sets.Records, make: Make) -> None:
        """Publish a quarter by controlled rounding; what is out keeps its value."""
        system = self.add(records, make)
        began = perf_counter()
        rounding = round_linked(system, base=methods.BASE, key=methods.KEY, fixed=self.values)
        self.seconds.append(perf_counter() - began)
        self.values = dict(rounding.values)
        self.n_widened += rounding.n_widened

    def hide(self, records: sets.Records, make: Make) -> None:
        """Publish a quarter with hiding; what is hidden stays hidden and what is shown stays shown."""
        system = self.add(records, make)
        began = perf_counter()
        pattern = methods.search(system, always_hidden=self.hidden, always_shown=self.shown)
        self.seconds.append(perf_counter() - began)
        self.hidden = pattern.hidden
        self.shown = frozenset(system.counts) - pattern.hidden

    def attacked(self) -> Score:
        """Attack all editions of the year together."""
        if self.values:
            return attack(self.system, methods.rounding_of(self.values, width=WIDTH, seconds=0.0).reading)
        return attack(self.system, methods.hiding_of(self.system, self.hidden, 0.0).reading)


def publish_quarters(
    n_quarters: int, n_cases: int, make: Make, step: Callable[[Year, sets.Records, Make], None]
) -> list[Year]:
    """Publish so many quarters one after the other, in years of four."""
    years: list[Year] = []
    for number in range(n_quarters):
        if number % 4 == 0:
            years.append(Year())
        step(years[-1], sets.draw_records(100 + number, n_cases), make)
    return years


def three_briefs(seed: int, make: Make) -> LinkedSystem:
    """Link two quarters and the year so far, none of which is out yet."""
    year = Year()
    for quarter in (1, 2):
        year.add(sets.draw_records(10 * seed + quarter, 5_000), make)
    return year.system


def proved_late_cases(seed: int, n_late: int, method: Callable[[LinkedSystem], methods.Published]) -> tuple[int, int]:
    """Publish a quarter, then once more with late cases, and ask for each late case whether its profile is proved.

    Args:
        seed: of the records.
        n_late: how many cases come late.
        method: how both editions are protected.
    Returns:
        How many complete profiles of late cases are proved, of how many different ones.
    """
    records = sets.draw_records(seed, 5_000 + n_late)
    profiles = sorted({sets.profile_number(record) for record in records[-n_late:]})
    readings = [method(sets.flat(own)).reading for own in (records[:-n_late], records)]
    cells = list(sets.flat(records).counts)
    # Where both editions can be explained although nobody came to the profile, and few others did, it is not proved.
    nearly = _least_added(readings, cells, only=profiles)
    left = [profile for profile in profiles if nearly([profile]) > TOLERANCE] if nearly(profiles) > TOLERANCE else []
    lacking = _least_added(readings, cells) if left else nearly
    return sum(lacking([profile]) > TOLERANCE for profile in left), len(profiles)


def _least_added(
    readings: Sequence[Reading], cells: Sequence[CellName], only: Sequence[int] | None = None
) -> Callable[[Sequence[int]], float]:
    """Prepare the question how few people can have been added to some profiles between two editions.

    `only` are the profiles that may have been added to; any, when there is none.
    """
    from scipy.sparse import bmat, csc_matrix

    holds = sets.membership(cells)
    low, high = (
        np.array([limits[cell] for limits in own for cell in cells], dtype=float)
        for own in ([reading.low for reading in readings], [reading.high for reading in readings])
    )
    # A profile in a cell that is a true 0 in the later edition holds nobody in either.
    possible = np.flatnonzero(~holds[high[len(cells) :] == 0].any(axis=0))
    added = possible if only is None else np.array(only)
    counted, further = (csc_matrix(holds[:, profiles].astype(float)) for profiles in (possible, added))
    matrix = bmat([[counted, None], [counted, further]], format="csr")
    programme = Programme(matrix, (low, high), (np.zeros(matrix.shape[1]), np.full(matrix.shape[1], np.inf)))

    def least(profiles: Sequence[int]) -> float:
        costs = np.zeros(matrix.shape[1])
        costs[len(possible) + np.searchsorted(added, profiles)] = 1.0
        return float(costs @ programme.minimise(costs))

    return least


def centre_beside_network(seed: int, n_network: int, n_centre: int) -> tuple[Score, Score]:
    """Attack a centre's exact figures with the rounded ones of its network, and the network's with a centre's records.

    Returns:
        What a reader of both proves about either; what the centre proves about the clients of all others.
    """
    records = sets.draw_records(seed, n_network)
    network, centre = sets.contract(records, "network"), sets.contract(records[:n_centre])
    beside = {own: replace(own, period="network") for own in centre.counts}
    alone = frozenset(cell for own, cell in beside.items() if network.counts[cell] == centre.counts[own])
    values = round_linked(network, base=methods.BASE, key=methods.KEY, dominated=alone).values
    blank = frozenset(own for own, cell in beside.items() if values[cell] == 0)
    reader = Reader(dict.fromkeys(blank, 0), {own: values[cell] + WIDTH for own, cell in beside.items()})
    pattern = find_pattern(centre, reader, threshold=SMALL, key=methods.KEY, always_hidden=blank)
    rounded = methods.rounding_of(values, width=WIDTH, seconds=0.0).reading
    low, high = dict(rounded.low), dict(rounded.high)
    for own, n in centre.counts.items():
        low[own], high[own] = (reader.low.get(own, 1), reader.high[own]) if own in pattern.hidden else (n, n)
    both = joined([network, centre], [Relation((own,), (cell,), is_exact=False) for own, cell in beside.items()])
    outside = attack(both, Reading(low, high, frozenset(values), judged=frozenset(centre.counts)))
    return outside, _by_the_centre(network, centre, rounded)


def _by_the_centre(network: LinkedSystem, centre: LinkedSystem, rounded: Reading) -> Score:
    """Let a centre take its own true counts away from the network's rounded ones."""
    own_counts = {replace(own, period="network"): n for own, n in centre.counts.items()}
    others = {cell: replace(cell, period="others") for cell in network.counts}
    mine = {cell: replace(cell, period="mine") for cell in network.counts}
    known = {mine[cell]: own for cell, own in own_counts.items()}
    counts = dict(network.counts)
    counts |= {others[cell]: network.counts[cell] - own for cell, own in own_counts.items()}
    counts |= known
    sums = [Relation((cell,), (mine[cell], others[cell]), is_exact=True) for cell in network.counts]
    low = {**rounded.low, **known, **dict.fromkeys(others.values(), 0)}
    high = {**rounded.high, **known, **dict.fromkeys(others.values(), max(network.counts.values()))}
    system = LinkedSystem(counts, (*network.relations, *sums))
    return attack(system, Reading(low, high, judged=frozenset(others.values())))


def least_distance(system: LinkedSystem) -> float:
    """Give the mean distance that no rounding to neighbouring multiples can go below, however it is chosen."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix

    cells = list(system.counts)
    place = {cell: number for number, cell in enumerate(cells)}
    rest = np.array([system.counts[cell] % methods.BASE for cell in cells])
    rows, limits = zip(*_rounded_rows(system, place), strict=True)
    matrix = csr_matrix(np.array(rows))
    upper = np.array([limit if is_exact else np.inf for limit, is_exact in limits], dtype=float)
    outcome = milp(
        np.where(rest == 0, 0, methods.BASE - 2 * rest),
        constraints=LinearConstraint(matrix, np.array([limit for limit, _ in limits], dtype=float), upper),
        bounds=Bounds(0, (rest > 0).astype(float)),
        integrality=np.ones(len(cells)),
    )
    return float((rest.sum() + outcome.fun) / len(cells))


def _rounded_rows(system: LinkedSystem, place: Mapping[CellName, int]) -> Iterator[tuple[np.ndarray, tuple[int, bool]]]:
    """Write each relation over "goes up or not"; a bound says that right minus left is at least 0."""
    for relation in system.relations:
        row, constant = np.zeros(len(place)), 0
        for cells, sign in ((relation.left, -1), (relation.right, 1)):
            for cell in cells:
                row[place[cell]] += sign
                constant -= sign * (system.counts[cell] // methods.BASE)
        yield row, (constant, relation.is_exact)
