"""Hiding: what is hidden, what is shown, what is refused."""

from __future__ import annotations

import time

import pytest

from pipelines.disclosure.suppression import Reader, find_pattern
from pipelines.disclosure.suppression_check import Span, check
from pipelines.disclosure.system import LinkedSystem, Relation
from pipelines.errors import DisclosureError
from tests.small_tables import NOBODY_KNOWS, TOTAL, cell, codes, grid, hide, line, random_grid


@pytest.mark.parametrize("seed", range(4))
def test_the_pattern_is_within_the_gap_of_what_is_proven(seed: int) -> None:
    pattern = hide(random_grid(seed, size=6))
    assert pattern.is_proven
    assert pattern.bound <= pattern.loss <= 1.02 * pattern.bound + 1e-6


def test_the_same_key_hides_the_same_cells_and_another_key_does_not() -> None:
    systems = [random_grid(seed, size=6) for seed in range(5)]
    assert [hide(s).hidden for s in systems] == [hide(s).hidden for s in systems]
    assert [hide(s).hidden for s in systems] != [hide(s, key="other").hidden for s in systems]


def test_the_order_of_cells_and_relations_does_not_matter() -> None:
    system = random_grid(3, size=6)
    turned = LinkedSystem(dict(reversed(system.counts.items())), tuple(reversed(system.relations)))
    assert hide(turned).hidden == hide(system).hidden


def test_nothing_is_hidden_where_no_count_is_small() -> None:
    pattern = hide(grid([[5, 9, 0], [0, 7, 12], [30, 5, 6]]))
    assert pattern.hidden == pattern.first == frozenset()
    assert (pattern.loss, pattern.unprotected, pattern.is_proven) == (0.0, (), True)


def test_an_empty_system_hides_nothing() -> None:
    assert hide(LinkedSystem({}, ())).hidden == frozenset()


def test_zeros_and_the_total_over_everybody_stay_shown() -> None:
    system = grid([[0, 1, 30], [8, 20, 9], [11, 0, 12]])
    shown = system.counts.keys() - hide(system).hidden
    assert {name for name, n in system.counts.items() if n == 0} | {cell(TOTAL, TOTAL)} <= shown


def test_a_row_of_one_small_count_and_one_large_hides_both() -> None:
    assert codes(hide(line(A=2, B=40)).hidden) == {"A", "B"}


def test_all_small_with_a_large_total_leaves_each_count_room() -> None:
    pattern = hide(line(A=1, B=2, C=3, D=4, E=2))
    assert codes(pattern.hidden) == {"A", "B", "C", "D", "E"}
    assert pattern.unprotected == ()


def test_a_total_that_is_small_itself_is_hidden_with_its_parts() -> None:
    pattern = hide(line(A=1, B=2))
    # The reader cannot tell 1 + 2 from any other sum of two counts, except that the total is at least 2.
    assert codes(pattern.hidden) == {"A", "B", TOTAL}
    assert pattern.unprotected == ()


def test_hidden_counts_that_must_each_be_1_are_reported_with_advice_and_without_a_count() -> None:
    pattern = hide(line(A=1, B=1, C=1, D=1, E=1))
    assert codes(frozenset(pattern.unprotected)) == {"A", "B", "C", "D", "E"}
    assert (
        pattern.advice[0]
        == "In by_a (clients), A cannot be protected: publish a longer period, or leave the table out."
    )


def test_advice_names_the_smallest_merge_that_is_enough() -> None:
    # With zeros in all other places the small count is the total of its column, which must be shown.
    small, others = cell("A", table="by_a"), {cell("B", table="by_a"): 9, cell("C", table="by_a"): 7}
    counts = {small: 2, **others, cell(TOTAL, table="by_a"): 18}
    system = LinkedSystem(counts, (Relation((cell(TOTAL, table="by_a"),), (small, *others), is_exact=True),))
    pattern = find_pattern(system, NOBODY_KNOWS, threshold=5, key="key", always_shown=frozenset(others))
    assert pattern.unprotected == (small,)
    assert pattern.advice == ("In by_a (clients), A cannot be protected: merge it with C.",)


def test_cells_that_hold_the_same_people_are_hidden_together() -> None:
    system = line(A=2, B=40, C=41)
    twin = cell("A", table="by_b")
    tied = Relation((twin,), (cell("A", table="by_a"),), is_exact=True)
    pattern = hide(LinkedSystem({**system.counts, twin: 2}, (*system.relations, tied)))
    assert {twin, cell("A", table="by_a")} <= pattern.hidden


def test_a_small_count_that_is_the_same_as_a_shown_one_is_unprotected() -> None:
    system = line(A=2, B=40, C=41)
    twin = cell("A", table="by_b")
    tied = Relation((twin,), (cell("A", table="by_a"),), is_exact=True)
    linked = LinkedSystem({**system.counts, twin: 2}, (*system.relations, tied))
    pattern = find_pattern(linked, NOBODY_KNOWS, threshold=5, key="key", always_shown=frozenset([twin]))
    assert cell("A", table="by_a") in pattern.unprotected
    assert twin not in pattern.hidden


def test_what_was_hidden_or_shown_before_stays_so() -> None:
    system = line(A=2, B=40, C=41, D=42)
    before, shown = cell("D", table="by_a"), frozenset(cell(c, table="by_a") for c in "BC")
    hidden = find_pattern(system, NOBODY_KNOWS, threshold=5, key="key", always_hidden=frozenset([before])).hidden
    assert before in hidden
    assert hidden == find_pattern(system, NOBODY_KNOWS, threshold=5, key="key", always_shown=shown).hidden


def test_a_withheld_count_cannot_be_worked_out_although_it_is_large() -> None:
    """9 of 11 that share one thing: readers know all of the others, unless one of them is hidden as well."""
    system = line(A=9, B=40, C=41, D=42)
    secret = cell("A", table="by_a")
    pattern = find_pattern(system, NOBODY_KNOWS, threshold=5, key="key", withheld=frozenset([secret]))
    assert secret in pattern.hidden
    assert len(pattern.hidden) == 2
    check(system, NOBODY_KNOWS, pattern.hidden, {secret: Span(4, 9)})
    others = frozenset(cell(c, table="by_a") for c in "BCD")
    kept = find_pattern(system, NOBODY_KNOWS, threshold=5, key="key", withheld=frozenset([secret]), always_shown=others)
    assert kept.unprotected == (secret,)


def test_a_blank_may_turn_out_to_be_nobody() -> None:
    # The reader knows that a blank is 0 to 4, so it must not be proved that anybody is there.
    system, blanks = line(A=2, B=0, C=40, D=41), frozenset(cell(c, table="by_a") for c in "AB")
    reader = Reader(dict.fromkeys(blanks, 0), dict.fromkeys(blanks, 4))
    pattern = find_pattern(system, reader, threshold=5, key="key", always_hidden=blanks)
    assert blanks < pattern.hidden
    assert pattern.first == {cell("A", table="by_a")}
    assert pattern.unprotected == ()
    spans = {cell("A", table="by_a"): Span(0, 4)}
    check(system, reader, pattern.hidden, spans)
    with pytest.raises(DisclosureError, match="could not be shown to be safe"):
        check(system, reader, blanks, spans)


def test_a_cell_that_nobody_publishes_is_protected_like_any_other() -> None:
    parts = [cell("A", "Y", table="combined"), cell("A", "N", table="combined")]
    rows = line(A=30, B=40, C=41)
    group = cell("Y", table="by_group")
    counts = {**rows.counts, parts[0]: 28, parts[1]: 2, group: 28}
    ties = (
        Relation((cell("A", table="by_a"),), tuple(parts), is_exact=True),
        Relation((group,), (parts[0],), is_exact=True),
    )
    pattern = hide(LinkedSystem(counts, rows.relations + ties, frozenset(parts)))
    assert set(parts) <= pattern.hidden
    assert pattern.hidden & {group, cell("A", table="by_a")}
    assert pattern.unprotected == ()


def test_a_count_that_must_be_2_by_structure_passes_with_enough_room() -> None:
    # Both parts are hidden and at least 1, so their sum is at least 2 whatever is hidden.
    parts, whole = [cell(c, table="by_a") for c in "AB"], cell("K", table="by_class")
    others, total = cell("L", table="by_class"), cell(TOTAL, table="by_class")
    counts = {parts[0]: 1, parts[1]: 2, whole: 3, others: 50, total: 53}
    sums = (Relation((whole,), tuple(parts), is_exact=True), Relation((total,), (whole, others), is_exact=True))
    pattern = hide(LinkedSystem(counts, sums))
    assert pattern.unprotected == ()
    assert pattern.hidden == {*parts, whole, others}


def test_rows_that_overlap_only_bound_their_total() -> None:
    total, parts = cell(TOTAL, table="by_t"), [cell(c, table="by_t") for c in "AB"]
    counts = {total: 20, parts[0]: 19, parts[1]: 3}
    ties = (
        Relation((total,), tuple(parts), is_exact=False),
        *(Relation((p,), (total,), is_exact=False) for p in parts),
    )
    # 3 could be 1 to 20 already: 19 shown clients and a total of 20 leave it at 1 or more.
    assert hide(LinkedSystem(counts, ties)).hidden == {parts[1]}


@pytest.mark.parametrize("seconds", [0.0, 1.0])
def test_out_of_time_more_is_hidden_and_never_less(seconds: float) -> None:
    system = random_grid(7, size=14)
    started = time.monotonic()
    pattern = hide(system, seconds=seconds)
    assert time.monotonic() - started < 10
    assert pattern.first <= pattern.hidden
    assert pattern.loss >= pattern.bound
    spans = {name: Span(1, 5) for name in pattern.first if name not in pattern.unprotected}
    check(system, NOBODY_KNOWS, pattern.hidden, spans)


def test_tables_that_do_not_add_up_are_refused() -> None:
    system = line(A=2, B=40)
    counts = {**system.counts, cell("A", table="by_a"): 3}
    with pytest.raises(DisclosureError, match="do not add up"):
        hide(LinkedSystem(counts, system.relations))
    with pytest.raises(DisclosureError, match="names a cell that has no count"):
        hide(LinkedSystem({name: n for name, n in system.counts.items() if n != 40}, system.relations))


def test_a_reader_who_knows_something_untrue_is_refused() -> None:
    with pytest.raises(DisclosureError, match="outside the limits"):
        hide(line(A=2, B=40), Reader({cell("A", table="by_a"): 3}, {}))


def test_a_cell_cannot_be_hidden_and_shown() -> None:
    both = frozenset([cell("A", table="by_a")])
    with pytest.raises(DisclosureError, match="to be hidden and to be shown"):
        find_pattern(line(A=2, B=40), NOBODY_KNOWS, threshold=5, key="k", always_hidden=both, always_shown=both)


def test_no_message_and_no_representation_holds_a_count_or_a_code() -> None:
    pattern = hide(line(A=2, B=40))
    assert repr(pattern) == "Pattern(proven)"
    assert repr(Reader({cell("A"): 3}, {cell("A"): 4})) == "Reader(1 lower and 1 upper limits)"
