"""Controlled rounding on whole linked sets of tables, and a reader who tries to get behind it.

The reader knows every rounded value and every relation, that a count is at most 4 away, and nothing of the product's
code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from pipelines.disclosure.rounding import Rounding, round_linked
from pipelines.disclosure.system import CellName, LinkedSystem, Relation
from tests.properties.linked_tables import linked, over_time, people, population

KEY, OTHER_KEY = "5a" * 32, "c3" * 32
BASE = 5
LARGE = 1e6
SMALL_SET = {"nationality": 7, "gender": 3, "age": 4, "advice": 5}
FULL_SET = {"nationality": 30, "gender": 4, "age": 6, "advice": 12}


def check(system: LinkedSystem, rounding: Rounding) -> None:
    """Demand what is promised of every rounding, whatever the counts."""
    values = rounding.values
    assert values.keys() == system.counts.keys()
    assert all(value >= 0 and value % BASE == 0 for value in values.values())
    for relation in system.relations:
        left, right = (sum(values[cell] for cell in side) for side in (relation.left, relation.right))
        assert left == right if relation.is_exact else left <= right
    published = system.counts.keys() - system.unpublished
    assert all(abs(values[cell] - system.counts[cell]) < BASE for cell in published) or rounding.n_widened


class Reader:
    """What the rounded values and the relations leave possible for every count, as a linear programme."""

    def __init__(self, system: LinkedSystem, values: Mapping[CellName, int], margin: int) -> None:
        self.cells = sorted(system.counts)
        place = {cell: number for number, cell in enumerate(self.cells)}
        self.bounds = np.array([(0, LARGE)] * len(place), dtype=float)
        for cell in system.counts.keys() - system.unpublished:
            self.bounds[place[cell]] = max(0, values[cell] - margin), values[cell] + margin
        self.exact, self.less = (
            _matrix([one for one in system.relations if one.is_exact is is_exact], place) for is_exact in (True, False)
        )
        self.low, self.high = np.full(len(place), np.inf), np.full(len(place), -np.inf)

    def learn(self, cell: CellName) -> tuple[int, int, int]:
        """Give the lowest and highest count that the reader cannot rule out, and how many values rounding promised."""
        place = self.cells.index(cell)
        for sign, best, seen in ((1, self.bounds[place, 0], self.low), (-1, self.bounds[place, 1], self.high)):
            # A solution found for another cell may show already that this one can be anything.
            if abs(seen[place] - best) > 1e-6:
                self._solve(place, sign)
        low, high = np.ceil(self.low[place] - 1e-6), np.floor(self.high[place] + 1e-6)
        return int(low), int(high), int(self.bounds[place, 1] - self.bounds[place, 0])

    def _solve(self, place: int, sign: int) -> None:
        objective = np.zeros(len(self.cells))
        objective[place] = sign
        outcome = linprog(
            objective, A_eq=self.exact, b_eq=np.zeros(self.exact.shape[0]), A_ub=self.less,
            b_ub=np.zeros(self.less.shape[0]), bounds=self.bounds, method="highs",
        )  # fmt: skip
        assert outcome.status == 0, outcome.message
        np.minimum(self.low, outcome.x, out=self.low)
        np.maximum(self.high, outcome.x, out=self.high)


def _matrix(relations: Sequence[Relation], place: Mapping[CellName, int]) -> csr_array:
    entries = [
        (row, place[cell], sign)
        for row, relation in enumerate(relations)
        for cells, sign in ((relation.left, 1.0), (relation.right, -1.0))
        for cell in cells
    ]
    rows, columns, signs = ([entry[part] for entry in entries] for part in range(3))
    return csr_array((signs, (rows, columns)), shape=(len(relations), len(place)))


def learnt(system: LinkedSystem, values: Mapping[CellName, int], margin: int = BASE - 1) -> dict[str, int]:
    """Count the published figures that the reader knows exactly, knows to be 1 to 4, or knows better than promised."""
    reader = Reader(system, values, margin)
    found = {"exact": 0, "small": 0, "narrowed": 0}
    for cell in sorted(system.counts.keys() - system.unpublished):
        low, high, width = reader.learn(cell)
        found["exact"] += low == high
        found["small"] += low >= 1 and high < BASE
        found["narrowed"] += high - low < width
    return found


NOTHING = {"exact": 0, "small": 0, "narrowed": 0}


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(0, 300),
    sizes=st.fixed_dictionaries({name: st.integers(1, 5) for name in ("nationality", "gender", "age", "advice")}),
    hides_classes=st.booleans(),
)
def test_every_set_of_tables_adds_up_and_no_count_moves_by_the_base(seed, n, sizes, hides_classes):
    system = linked(people(seed, n, sizes), hides_classes=hides_classes)
    rounding = round_linked(system, base=BASE, key=KEY)
    check(system, rounding)
    assert (rounding.n_widened, rounding.max_error < BASE) == (0, True)
    assert rounding.values == round_linked(system, base=BASE, key=KEY).values


@pytest.mark.parametrize("hides_classes", [False, True])
@pytest.mark.parametrize("n", [60, 400])
def test_a_reader_learns_nothing_beyond_the_rounding(n, hides_classes):
    system = linked(people(n, n, SMALL_SET), hides_classes=hides_classes)
    assert learnt(system, round_linked(system, base=BASE, key=KEY).values) == NOTHING


def test_the_reader_of_counts_rounded_one_by_one_learns_a_lot():
    system = linked(people(400, 400, SMALL_SET))
    values = {cell: BASE * round(n / BASE) for cell, n in system.counts.items()}
    found = learnt(system, values, margin=2)
    assert found["small"] > 0
    assert found["narrowed"] > len(system.counts) / 10


def test_another_key_gives_another_choice_of_the_same_closeness():
    system = linked(people(7, 1_000, SMALL_SET))
    one, other = (round_linked(system, base=BASE, key=key) for key in (KEY, OTHER_KEY))
    assert sum(one.values[cell] != other.values[cell] for cell in system.counts) > len(system.counts) / 20
    assert one.mean_error == pytest.approx(other.mean_error, abs=0.2)


def test_published_quarters_stay_and_the_year_to_date_is_their_sum():
    quarters = [people(seed, 150, SMALL_SET) for seed in range(4)]
    published: dict[CellName, int] = {}
    for n in range(1, 5):
        system = over_time(quarters[:n])
        earlier = {cell: value for cell, value in published.items() if cell.period != "to date"}
        rounding = round_linked(system, base=BASE, key=KEY, fixed=earlier)
        check(system, rounding)
        assert earlier.items() <= rounding.values.items()
        published |= rounding.values


def least_mean_error(system: LinkedSystem) -> float:
    """Give what no rounding without noise can be better than: counts may lie between the two multiples."""
    first = {population(cell): cell for cell in sorted(system.counts, reverse=True)}
    cells = sorted(system.counts)
    place = {cell: number for number, cell in enumerate(cells)}
    over = np.array([system.counts[cell] % BASE for cell in cells])
    counts = np.array([system.counts[cell] for cell in cells])
    once = np.array([first[population(cell)] == cell for cell in cells])
    exact, less = (
        _matrix([one for one in system.relations if one.is_exact is is_exact], place) for is_exact in (True, False)
    )
    outcome = linprog(
        np.where(over > 0, 1 - 2 * over / BASE, 0) * once, A_eq=exact, b_eq=-exact @ (counts - over),
        A_ub=less, b_ub=-less @ (counts - over), bounds=np.array([0 * over, BASE * (over > 0)]).T, method="highs",
    )  # fmt: skip
    return float((outcome.fun + (over * once).sum()) / once.sum())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_costs_at_most_a_twentieth_of_closeness_on_a_large_set(seed):
    system = linked(people(seed, 5_000, FULL_SET, further=0.0, power=1.6))
    rounding = round_linked(system, base=BASE, key=KEY)
    check(system, rounding)
    assert rounding.mean_error <= min(1.25, 1.05 * least_mean_error(system))
