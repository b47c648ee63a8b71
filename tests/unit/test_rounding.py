"""Controlled rounding on sets small enough to work out by hand, or by counting out every possibility."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from time import perf_counter

import pytest

from pipelines.disclosure.rounding import Rounding, round_linked
from pipelines.disclosure.rounding_model import Row, Unknown, choose_values
from pipelines.disclosure.system import CellName, LinkedSystem, Relation
from pipelines.errors import DisclosureError

KEY = "0123456789abcdef" * 4
OTHER_KEY = "fedcba9876543210" * 4


def cell(name: str, table: str = "table", period: str = "") -> CellName:
    return CellName(table, (name,), "clients", period)


def one_table(**counts: int) -> LinkedSystem:
    named = {cell(name): n for name, n in counts.items()}
    total = cell("_T")
    return LinkedSystem({**named, total: sum(counts.values())}, (Relation((total,), tuple(named), is_exact=True),))


def rounded(system: LinkedSystem, *, key: str = KEY, **options: object) -> dict[str, int]:
    rounding = round_linked(system, base=5, key=key, **options)  # type: ignore[arg-type]
    return {name.codes[0]: value for name, value in rounding.values.items()}


def refusal(system: LinkedSystem, **options: object) -> str:
    with pytest.raises(DisclosureError) as caught:
        round_linked(system, **{"base": 5, "key": KEY, **options})  # type: ignore[arg-type]
    return str(caught.value)


def test_a_table_adds_up_and_each_count_is_one_of_its_two_nearest_multiples():
    counts = {"a": 1, "b": 2, "c": 3, "d": 14, "e": 21, "f": 7}
    values = rounded(one_table(**counts))
    assert values["_T"] == sum(values[name] for name in counts)
    assert all(value % 5 == 0 and abs(value - counts[name]) < 5 for name, value in values.items() if name in counts)


def test_zeros_and_multiples_of_the_base_stay():
    values = rounded(one_table(none=0, five=5, ten=10, some=3, others=4))
    assert (values["none"], values["five"], values["ten"]) == (0, 5, 10)


def test_the_same_key_gives_the_same_values_in_whatever_order_the_tables_come():
    system = one_table(**{f"n{number}": number for number in range(40)})
    shuffled = LinkedSystem(
        dict(reversed(system.counts.items())),
        tuple(Relation(one.left, one.right[::-1], one.is_exact) for one in reversed(system.relations)),
    )
    assert rounded(system) == rounded(system) == rounded(shuffled)


def test_another_key_gives_other_values():
    system = one_table(**{f"n{number}": number for number in range(40)})
    assert rounded(system) != rounded(system, key=OTHER_KEY)


def test_cells_of_the_same_people_have_the_same_value():
    names = [cell("F", f"table_{number}") for number in range(5)]
    ties = tuple(Relation((one,), (other,), is_exact=True) for one, other in itertools.pairwise(names))
    rounding = round_linked(LinkedSystem(dict.fromkeys(names, 12), ties), base=5, key=KEY)
    assert len(set(rounding.values.values())) == 1


def test_a_published_value_stays_and_binds_the_cells_tied_to_it():
    published, tied = cell("a", period="2025-Q1"), cell("a", "other_table")
    system = LinkedSystem({published: 12, tied: 12}, (Relation((published,), (tied,), is_exact=True),))
    values = [round_linked(system, base=5, key=KEY, fixed={published: value}).values for value in (10, 15, 30)]
    assert [(one[published], one[tied]) for one in values] == [(10, 10), (15, 15), (30, 30)]


def test_a_value_published_from_other_counts_is_made_up_for_by_the_rest():
    values = rounded(one_table(a=12, b=13, c=14), fixed={cell("a"): 20})
    assert values["a"] == 20
    assert values["_T"] == 20 + values["b"] + values["c"]


@pytest.mark.parametrize("key", [KEY, OTHER_KEY, "ab" * 32, "11" * 32])
def test_a_figure_of_one_centre_is_not_rounded_down_to_what_the_centre_holds_without_one(key):
    system = one_table(a=4, b=1, c=1, d=9, e=1, f=1, g=1)
    values = rounded(system, key=key, dominated=frozenset([cell("a"), cell("d")]))
    assert (values["a"], values["d"]) == (5, 10)


def test_a_part_is_at_most_its_total_and_the_total_at_most_the_sum_of_overlapping_parts():
    counts = {"_T": 13, "a": 11, "b": 7, "c": 3}
    parts, total = tuple(cell(name) for name in "abc"), (cell("_T"),)
    bounds = [Relation(total, parts, is_exact=False), *(Relation((part,), total, is_exact=False) for part in parts)]
    system = LinkedSystem({cell(name): n for name, n in counts.items()}, tuple(bounds))
    for number in range(50):
        values = rounded(system, key=f"{number:064x}")
        assert max(values[name] for name in "abc") <= values["_T"] <= sum(values[name] for name in "abc")


def test_a_figure_that_no_table_shows_gives_way_before_a_published_one():
    shown = {cell("a"): 2, cell("b"): 2, cell("c"): 2, cell("_T"): 106}
    unseen = cell("rest", "combined")
    relation = Relation((cell("_T"),), (cell("a"), cell("b"), cell("c"), unseen), is_exact=True)
    system = LinkedSystem({**shown, unseen: 100}, (relation,), frozenset([unseen]))
    rounding = round_linked(system, base=5, key=KEY, fixed={cell(name): 5 for name in "abc"})
    assert (rounding.n_widened, rounding.values[unseen]) == (0, rounding.values[cell("_T")] - 15)


def test_a_true_zero_stays_while_another_figure_can_give_way():
    assert rounded(one_table(a=0, b=3), fixed={cell("_T"): 10}) == {"a": 0, "b": 10, "_T": 10}


def test_a_true_zero_gives_way_where_nothing_else_adds_up():
    rounding = round_linked(one_table(a=0, b=0), base=5, key=KEY, fixed={cell("_T"): 5})
    assert sorted(rounding.values.values()) == [0, 5, 5]
    assert (rounding.n_widened, rounding.max_error) == (1, 5)


def test_errors_are_counted_once_for_the_same_people_and_not_for_what_was_fixed():
    first, same, other = cell("a"), cell("a", "other_table"), cell("b")
    system = LinkedSystem({first: 5, same: 5, other: 3}, (Relation((first,), (same,), is_exact=True),))
    free = round_linked(system, base=5, key=KEY)
    assert free.mean_error == pytest.approx(free.max_error / 2)
    fixed = round_linked(system, base=5, key=KEY, fixed={other: 20})
    assert (fixed.max_error, fixed.mean_error, fixed.n_widened) == (0, 0.0, 0)


def test_an_edition_without_cells_has_nothing_to_round():
    assert round_linked(LinkedSystem({}, ()), base=5, key=KEY).values == {}


def test_nothing_shows_a_value():
    rounding = round_linked(one_table(a=31_234, b=27_777), base=5, key=KEY)
    assert isinstance(rounding, Rounding)
    assert not any(text in repr(rounding) for text in ("3123", "2777", "5901", "values"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seconds": 0.0}, "ran out of time, so nothing was released"),
        ({"fixed": {cell("_T"): 100_000}}, "No rounding keeps all tables"),
        ({"fixed": {cell("_T"): 7}}, "not multiples of the rounding base"),
        ({"fixed": {cell("_T"): -5}}, "not multiples of the rounding base"),
        ({"fixed": {cell("_T"): 5, cell("a"): 20, cell("b"): 20}}, "No rounding keeps all tables"),
        ({"key": ""}, "needs the network's key"),
        ({"key": KEY[:-1]}, "needs the network's key"),
        ({"base": 1}, "base must be 2 or more"),
    ],
)
def test_what_cannot_be_rounded_is_refused_without_telling_a_count(options, words):
    message = refusal(one_table(a=31_234, b=27_777), **options)
    assert words in message
    assert not any(text in message for text in ("31", "27", "59", KEY[:8]))


def test_counts_that_contradict_each_other_are_refused_by_the_names_of_their_tables():
    total, part = cell("_T", "by_gender"), cell("F", "by_gender")
    exact = LinkedSystem({total: 777, part: 666}, (Relation((total,), (part,), is_exact=True),))
    bound = LinkedSystem({total: 666, part: 777}, (Relation((part,), (total,), is_exact=False),))
    for message in (refusal(exact), refusal(bound)):
        assert "by_gender" in message
        assert "666" not in message


def test_counts_that_are_missing_or_below_zero_are_refused():
    system = one_table(a=3, b=4)
    missing = LinkedSystem({cell("a"): 3, cell("_T"): 7}, system.relations)
    assert "missing or below 0" in refusal(missing)
    assert "missing or below 0" in refusal(one_table(a=-3, b=4))


def test_two_published_values_for_the_same_people_are_refused():
    one, other = cell("a"), cell("a", "other_table")
    system = LinkedSystem({one: 3, other: 3}, (Relation((one,), (other,), is_exact=True),))
    assert "differ for the same people" in refusal(system, fixed={one: 5, other: 0})


def test_a_relation_between_published_values_that_does_not_hold_is_refused():
    values = {cell("_T"): 10, cell("a"): 0, cell("b"): 5}
    assert "No rounding keeps all tables" in refusal(one_table(a=3, b=4), fixed=values)


def cost(values: Sequence[int], unknowns: Sequence[Unknown]) -> float:
    ups = [value > one.count for value, one in zip(values, unknowns, strict=True)]
    distances = (abs(value - one.count) for value, one in zip(values, unknowns, strict=True))
    return sum(distances) + sum(one.noise for one, is_up in zip(unknowns, ups, strict=True) if is_up)


def table_rows(shape: Sequence[int]) -> tuple[list[tuple[int, ...]], list[Row]]:
    """Number the cells of a table with all its margins (None is a total) and give the rows that add them up."""
    places = list(itertools.product(*([*range(size), None] for size in shape)))
    number = {place: index for index, place in enumerate(places)}
    rows = []
    for place, axis in itertools.product(places, range(len(shape))):
        if place[axis] is None:
            parts = [(*place[:axis], code, *place[axis + 1 :]) for code in range(shape[axis])]
            coefficients: Mapping[int, int] = {number[place]: 1, **{number[part]: -1 for part in parts}}
            rows.append(Row(coefficients, 0, is_exact=True))
    return places, rows


def counted(places: Sequence[tuple[int, ...]], inner: Mapping[tuple[int, ...], int]) -> list[int]:
    return [
        sum(n for own, n in inner.items() if all(code in (None, at) for code, at in zip(place, own, strict=True)))
        for place in places
    ]


@pytest.mark.parametrize("seed", range(15))
def test_the_choice_is_the_closest_of_all_that_add_up(seed):
    generator = random.Random(seed)  # noqa: S311 - invented counts
    places, rows = table_rows((3, 3))
    inner = {place: generator.randrange(9) for place in places if None not in place}
    unknowns = [
        Unknown(n, generator.gauss(0, 1), is_published=True, is_dominated=False) for n in counted(places, inner)
    ]
    chosen = choose_values(unknowns, rows, base=5, deadline=perf_counter() + 60)
    options = [sorted({n // 5 * 5, -(-n // 5) * 5}) for n in inner.values()]
    every = (counted(places, dict(zip(inner, picked, strict=True))) for picked in itertools.product(*options))
    near = [all(abs(v - one.count) < 5 for v, one in zip(values, unknowns, strict=True)) and values for values in every]
    assert cost(chosen, unknowns) == pytest.approx(min(cost(values, unknowns) for values in near if values))


@pytest.mark.parametrize("seed", range(12))
def test_as_few_figures_as_possible_leave_their_nearest_multiples(seed):
    generator = random.Random(seed)  # noqa: S311 - invented counts
    counts = [generator.choice((1, 2, 4, 5, 6, 8)) for _ in range(6)]
    options = [range(0, n + 10, 5) for n in counts]
    margins = [slice(0, 3), slice(3, 6), *(slice(column, 6, 3) for column in range(3))]
    # Margins that were published earlier, and that some table still adds up to.
    published = [generator.choice(option) for option in options]
    rows = [Row(dict.fromkeys(range(6)[own], 1), -sum(published[own]), is_exact=True) for own in margins]
    unknowns = [Unknown(n, generator.gauss(0, 1), is_published=True, is_dominated=False) for n in counts]
    chosen = choose_values(unknowns, rows, base=5, deadline=perf_counter() + 60)
    fewest = min(
        n_widened(values, counts) for values in itertools.product(*options) if all(r.holds(values) for r in rows)
    )
    assert all(row.holds(chosen) for row in rows)
    assert n_widened(chosen, counts) == fewest


def n_widened(values: Sequence[int], counts: Sequence[int]) -> int:
    return sum(abs(value - count) >= 5 for value, count in zip(values, counts, strict=True))
