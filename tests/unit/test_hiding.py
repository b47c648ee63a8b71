"""The provisional rule: what it hides, what it shows, and what it refuses."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from pipelines.analysis.breakdowns import Caseload, TableDefinition
from pipelines.disclosure.hiding import protect, provisional_rule
from pipelines.disclosure.protected import ProtectedTable, Rule
from pipelines.disclosure.system import CellName, LinkedSystem, link
from pipelines.errors import DisclosureError
from tests.properties.caseloads import AS_OF, Recipe, caseload, drawn, people, protected

RULE = provisional_rule(10)


def genders(tables: tuple[ProtectedTable, ...]) -> dict[str, int | None]:
    return table_of(tables, "by_gender")


def table_of(tables: tuple[ProtectedTable, ...], name: str, unit: str = "clients") -> dict[str, int | None]:
    table = next(table for table in tables if table.table_id == name)
    return {cell.codes[-1]: cell.n for cell in table.cells(unit=unit)}


def by_gender(**counts: int) -> Caseload:
    return caseload([person for code, n in counts.items() for person in people(n, gender=code)])


def protect_all(counts: Caseload, rule: Rule = RULE, audiences: tuple[str, ...] = ("network", "public")) -> dict:
    return protect(counts, rule, audiences, as_of=AS_OF, provisional_days=60)


def changed(counts: Caseload, table_id: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Caseload:
    tables = tuple(
        replace(table, frame=change(table.frame)) if table.definition.table_id == table_id else table
        for table in counts.breakdowns
    )
    return replace(counts, breakdowns=tables)


def test_nothing_small_hides_nothing():
    assert genders(protected(by_gender(F=30, M=20, X=10))) == {"_T": 60, "F": 30, "M": 20, "X": 10}


def test_a_small_count_takes_the_next_smallest_with_it():
    assert genders(protected(by_gender(F=50, M=40, X=9, _U=30))) == {"_T": 129, "F": 50, "M": 40, "X": None, "_U": None}


def test_ties_are_hidden_together():
    assert genders(protected(by_gender(F=50, M=30, X=9, _U=30))) == {
        "_T": 119, "F": 50, "M": None, "X": None, "_U": None,
    }  # fmt: skip


def test_two_small_counts_with_room_need_no_further_one():
    assert genders(protected(by_gender(F=50, M=40, X=9, _U=8))) == {"_T": 107, "F": 50, "M": 40, "X": None, "_U": None}


def test_two_small_counts_without_room_take_a_further_one():
    found = genders(protected(by_gender(F=50, M=40, X=2, _U=3)))
    assert found == {"_T": 95, "F": 50, "M": None, "X": None, "_U": None}


def test_the_threshold_itself_is_shown_and_a_raised_one_hides_it():
    counts = by_gender(F=50, M=40, X=10)
    assert None not in genders(protected(counts)).values()
    assert genders(protected(counts, threshold=11))["X"] is None


def test_a_count_that_stands_in_two_tables_is_hidden_in_both():
    tables = protected(
        caseload(
            [*people(40), *people(30, nationality="PL"), *people(20, nationality="FR"), *people(4, nationality="HR")]
        )
    )
    assert table_of(tables, "by_nationality")["HR"] is None
    assert table_of(tables, "by_nationality_class")["EU_OTHER"] is None


def test_hidden_is_empty_everywhere_and_never_0():
    for table in protected(drawn(Recipe(n=300), 3)):
        hidden = table.frame.filter(pl.col("status") == "C")
        assert hidden["n"].null_count() == hidden["share"].null_count() == hidden.height
        shown = table.frame.filter(pl.col("status") == "A")
        assert shown["n"].null_count() == 0
        assert not shown["n"].is_between(1, 9).any()


def test_an_empty_quarter_is_shown_as_0():
    tables = protected(caseload(people(60), earlier=(40, 0, 52)))
    assert table_of(tables, "by_period", "cases")["2026-Q1"] == 0


def test_a_share_is_of_the_published_total_of_its_unit():
    for table in protected(drawn(Recipe(n=300, repeat=0.4), 4)):
        for cell in (cell for unit in ("clients", "cases", "issues") for cell in table.cells(unit=unit)):
            total = next(other for other in table.cells(unit=cell.unit) if other.codes == (*cell.codes[:-1], "_T"))
            assert cell.share is None if cell.n is None or not total.n else cell.share == cell.n / total.n


def test_the_total_of_the_quarters_is_hidden_where_nothing_else_helps_and_has_no_share():
    tables = protected(caseload(people(60), earlier=(5,)))
    assert set(table_of(tables, "by_period", "cases")) == {"_T", "2026-Q2", "2026-Q3"}
    period = next(table for table in tables if table.table_id == "by_period").frame
    assert period.filter(pl.col("quarter") == "_T")["n"].to_list() == [None]
    assert period["share"].null_count() == 3


def test_both_audiences_get_the_same_cells():
    found = protect_all(drawn(Recipe(), 1))
    for network, public in zip(found["network"], found["public"], strict=True):
        assert network.frame.equals(public.frame)
        assert (network.audience, public.audience) == ("network", "public")


def test_the_same_counts_give_the_same_pattern():
    first, second = protected(drawn(Recipe(), 7)), protected(drawn(Recipe(), 7))
    assert all(a.frame.equals(b.frame) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_changes_nothing(seed: int):
    counts = drawn(Recipe(n=250), seed)
    shuffled = replace(
        counts,
        profiles=counts.profiles.sample(fraction=1, shuffle=True, seed=seed),
        breakdowns=tuple(
            replace(table, frame=table.frame.sample(fraction=1, shuffle=True, seed=seed))
            for table in reversed(counts.breakdowns)
        ),
    )
    found = {table.table_id: table.frame for table in protected(shuffled)}
    for table in protected(counts):
        keys = [*table.dimensions, "unit"]
        assert found[table.table_id].sort(keys).equals(table.frame.sort(keys))


def test_provisional_goes_by_the_quarter_and_says_nothing_about_size():
    tables = protect(by_gender(F=50, X=3), RULE, ("public",), as_of=date(2026, 11, 1), provisional_days=60)["public"]
    assert all(bool(table.frame["provisional"].all()) for table in tables if table.table_id != "by_period")


@pytest.mark.parametrize("rule", [Rule("other", 10, ""), Rule(RULE.name, 9, ""), Rule("", 10, "")])
def test_an_unknown_rule_or_a_lowered_threshold_is_refused(rule: Rule):
    with pytest.raises(DisclosureError):
        protect_all(by_gender(F=50), rule)


@pytest.mark.parametrize("audiences", [("centre-a",), ("public", "funder"), ("Public",), ()])
def test_an_unknown_audience_is_refused(audiences: tuple[str, ...]):
    with pytest.raises(DisclosureError):
        protect_all(by_gender(F=50), audiences=audiences)


@pytest.mark.parametrize("n", [1, 9])
def test_fewer_clients_than_the_threshold_are_refused_without_saying_how_many(n: int):
    with pytest.raises(DisclosureError, match="fewer than 10 clients") as raised:
        protected(caseload(people(n)))
    assert f" {n} " not in str(raised.value)


def test_a_period_without_a_client_is_refused():
    with pytest.raises(DisclosureError):
        protected(caseload([]))


def test_what_cannot_be_hidden_is_refused():
    """Among 11 clients no hidden count of three can reach 10, whatever is hidden."""
    with pytest.raises(DisclosureError, match="No way was found"):
        protected(by_gender(F=4, M=4, X=3))


def test_a_two_way_table_is_refused():
    counts = by_gender(F=50, M=30)
    definition = TableDefinition("by_gender_and_age", ("gender_code", "age_group_code"), {}, "genders")
    frame = counts.breakdowns[0].frame.rename({"source_id": "gender_code"}).with_columns(age_group_code=pl.lit("_T"))
    extra = replace(counts.breakdowns[0], definition=definition, frame=frame)
    with pytest.raises(DisclosureError, match="one-way tables only"):
        protected(replace(counts, breakdowns=(*counts.breakdowns, extra)))


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: pl.concat([frame, frame.tail(1)]),
        lambda frame: frame.with_columns(pl.col("n") + 1),
        lambda frame: frame.with_columns(pl.col("n") * -1),
        lambda frame: frame.with_columns(period=pl.lit("2026-Q2")),
        lambda frame: frame.filter(pl.col("gender_code") != "M"),
    ],
)
def test_tables_that_do_not_add_up_are_refused(change: Callable[[pl.DataFrame], pl.DataFrame]):
    with pytest.raises(DisclosureError, match="by_gender"):
        protected(changed(by_gender(F=50, M=30), "by_gender", change))


def test_protected_tables_cannot_be_changed_and_do_not_show_figures():
    table = protected(by_gender(F=5431, M=9876))[5]
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.audience = "network"  # type: ignore[misc]
    counts = by_gender(F=5431, M=9876)
    shown = "".join(map(repr, (table, counts, *counts.breakdowns, link(counts), LinkedSystem({}, ()))))
    assert "5431" not in shown
    assert "9876" not in shown


def test_tables_that_cut_across_each_other_give_a_cell_of_their_own():
    counts = caseload([*people(20), *people(15, age="Y_GE18", aged="Y"), *people(12, age="Y_GE18", aged="N")])
    system = link(counts)
    assert {name.codes[1:] for name in system.unpublished} == {("Y_GE18", "N")}
    assert system.counts[CellName("by_group_of_interest", ("AGED_55_PLUS", "Y"), "clients")] == 15


def test_a_quarter_hidden_before_stays_hidden_and_one_shown_before_hides_nothing():
    counts = caseload(people(60), earlier=(5, 40, 50, 45))
    assert table_of(protected(counts), "by_period", "cases")["2025-Q4"] is None
    found = protect(
        counts,
        RULE,
        ("public",),
        as_of=AS_OF,
        provisional_days=60,
        quarters_before={"2025-Q3": True, "2025-Q4": False, "2026-Q1": True, "2026-Q2": False},
    )["public"]
    quarters = table_of(found, "by_period", "cases")
    assert {code for code, n in quarters.items() if n is None} == {"2025-Q3", "2026-Q1"}
