"""Protecting a period: the same key decides the same way, whatever order the counts come in; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace

import polars as pl
import pytest

from pipelines.analysis.breakdowns import Caseload, TableDefinition
from pipelines.disclosure.rules import hiding_rule, require_audiences, rounding_rule
from pipelines.errors import DisclosureError
from tests.properties.caseloads import KEY, caseload
from tests.properties.clients import Recipe, draw, people
from tests.properties.protected_caseloads import Published, files_of, protect_all, publish, published

RECIPE = Recipe(n=200, sources=2, skew=1.2)


def everything(found: Published) -> dict[str, dict[str, bytes]]:
    return {audience: files_of(tables) for audience, tables in found.tables.items()}


def shuffled(counts: Caseload, seed: int) -> Caseload:
    def mixed(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.sample(fraction=1, shuffle=True, seed=seed)

    tables = tuple(replace(table, frame=mixed(table.frame)) for table in reversed(counts.breakdowns))
    return replace(
        counts, breakdowns=tables, profiles=mixed(counts.profiles), advice_profiles=mixed(counts.advice_profiles)
    )


def in_order(files: dict[str, dict[str, bytes]]) -> dict[tuple[str, str], list[bytes]]:
    return {(who, name): sorted(data.splitlines()) for who, each in files.items() for name, data in each.items()}


@pytest.fixture(scope="module")
def first() -> Published:
    return published(RECIPE, 1)


def test_the_same_key_gives_the_same_bytes(first: Published):
    assert "centre-c0" in first.tables
    for _ in range(2):
        assert everything(published(RECIPE, 1)) == everything(first)


@pytest.mark.slow
def test_twenty_runs_give_the_same_bytes(first: Published):
    assert all(everything(published(RECIPE, 1)) == everything(first) for _ in range(20))


def test_another_key_gives_other_values(first: Published):
    other = everything(publish(first.clients, RECIPE, key="7" * 64))
    own = everything(first)
    assert other["public"] != own["public"]
    assert other["centre-c0"] != own["centre-c0"]


def test_the_order_of_rows_decides_nothing(first: Published):
    centres = {name: shuffled(counts, 3) for name, counts in first.centres.items()}
    found = protect_all(first.clients, shuffled(first.network, 2), centres, key=KEY)
    assert in_order(everything(found)) == in_order(everything(first))


def test_network_and_public_are_told_the_same(first: Published):
    assert everything(first)["network"] == everything(first)["public"]


def test_every_rounded_figure_is_near_its_count(first: Published):
    assert first.rounded.rule.reach == 4
    truth = {
        (table.definition.table_id, *row[:-1]): row[-1]
        for table in first.network.breakdowns
        for row in table.frame.drop("period").iter_rows()
    }
    for table in first.tables["public"]:
        for *codes, n in table.frame.select(*table.dimensions, "unit", "n").iter_rows():
            assert n % 5 == 0
            assert abs(n - truth[table.table_id, *codes]) < 5


def test_a_centre_is_shown_its_true_counts_or_nothing(first: Published):
    truth = {
        (table.definition.table_id, *row[:-1]): row[-1]
        for table in first.centres["c0"].breakdowns
        for row in table.frame.drop("period").iter_rows()
    }
    for table in first.tables["centre-c0"]:
        hidden = table.frame.filter(pl.col("status") == "C")
        assert hidden["n"].null_count() == hidden["share"].null_count() == hidden.height
        for *codes, n in table.frame.drop_nulls("n").select(*table.dimensions, "unit", "n").iter_rows():
            assert n == truth[table.table_id, *codes]
            assert n == 0 or n >= 5


def test_a_group_that_came_for_one_thing_is_not_told_so():
    """All women for housing: that is a fact about each of them, so their row of advice is hidden, or has no table."""
    men = people(30, gender="M") + people(30, gender="M", cases=(("2026-Q3", ("DEBT",)),))
    found = publish([*people(30), *men], earlier=())
    for table in (table for table in found.tables["centre-a"] if table.table_id == "by_gender_advice"):
        women = table.frame.filter((pl.col("gender_code") == "F") & (pl.col("advice_family_code") != "_T"))
        assert women["n"].null_count() == women.height > 0
    assert found.audited().problems == ()


@pytest.mark.parametrize("n", [1, 9])
def test_too_few_clients_are_refused_without_saying_how_many(n: int):
    with pytest.raises(DisclosureError, match="fewer than 10 clients") as raised:
        publish(people(n), earlier=())
    assert f" {n} " not in str(raised.value)


def test_a_period_without_a_client_is_refused():
    with pytest.raises(DisclosureError):
        protect_all([], emptied(caseload(people(50))), {})


def emptied(counts: Caseload) -> Caseload:
    tables = (replace(table, frame=table.frame.with_columns(n=pl.lit(0, pl.Int64))) for table in counts.breakdowns)
    nobody = {name: getattr(counts, name).clear() for name in ("profiles", "advice_profiles")}
    return replace(counts, breakdowns=tuple(tables), n_cases=0, **nobody)


@pytest.mark.parametrize(("base", "threshold"), [(4, 10), (5, 9), (10, 10), (1, 100)])
def test_a_rule_below_what_is_allowed_is_refused(base: int, threshold: int):
    with pytest.raises(DisclosureError):
        rounding_rule(base, threshold)


def test_hiding_less_than_is_allowed_is_refused():
    with pytest.raises(DisclosureError):
        hiding_rule(4)


@pytest.mark.parametrize("audiences", [("centre-z",), ("public", "funder"), ("Public",), ()])
def test_an_unknown_audience_is_refused(audiences: tuple[str, ...]):
    with pytest.raises(DisclosureError):
        require_audiences(audiences, ["a"])


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
    counts = caseload(people(50) + people(30, gender="M"))
    tables = tuple(
        replace(table, frame=change(table.frame)) if table.definition.table_id == "by_gender" else table
        for table in counts.breakdowns
    )
    with pytest.raises(DisclosureError, match="by_gender"):
        protect_all([], replace(counts, breakdowns=tables), {})


def test_a_table_that_nobody_described_is_refused():
    counts = caseload(people(50))
    definition = TableDefinition("by_shoe_size", ("shoe_size",), {}, "genders")
    extra = replace(counts.breakdowns[0], definition=definition)
    with pytest.raises(DisclosureError, match="by_shoe_size"):
        protect_all([], replace(counts, breakdowns=(*counts.breakdowns, extra)), {})


def test_protected_tables_cannot_be_changed_and_do_not_show_figures():
    found = publish(people(5431) + people(9876, gender="M"), earlier=())
    table = found.tables["public"][5]
    with pytest.raises(FrozenInstanceError):
        table.audience = "network"  # type: ignore[misc]
    shown = "".join(map(repr, (table, found.network, *found.network.breakdowns, found.rounded)))
    assert "5431" not in shown
    assert "9876" not in shown


def test_what_is_drawn_can_be_drawn_again():
    assert draw(RECIPE, 3) == draw(RECIPE, 3) != draw(RECIPE, 4)
