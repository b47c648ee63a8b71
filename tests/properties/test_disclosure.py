"""Nobody is exposed: an attacker with the released files and public knowledge, let loose on invented caseloads."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence

import polars as pl
import pytest

from pipelines.disclosure.protected import ProtectedTable
from pipelines.errors import DisclosureError
from pipelines.periods import Period
from pipelines.publish.opendata import csv_bytes
from tests.properties.attacker import Attacker, Interval, Key, Public
from tests.properties.caseloads import (
    AGES,
    CLASS_OF,
    GENDERS,
    NATIONALITIES,
    PERIOD,
    THRESHOLD,
    TYPES,
    Client,
    Recipe,
    caseload,
    draw,
    people,
    protected,
    true_counts,
)

LONG = Period.parse("2026-Q1_2026-Q3")
Exposed = dict[Key | str, Interval]


def attack(clients: Sequence[Client], tables: Iterable[ProtectedTable]) -> Attacker:
    files = {f"{table.table_id}.csv": csv_bytes(table) for table in tables}
    return Attacker([files, files], Public(CLASS_OF, places(clients, "centre"), places(clients, "project")))


def places(clients: Sequence[Client], kind: str) -> dict[str, str]:
    """Give the one place of each source; nothing is public where a source has several."""
    found = defaultdict(set)
    for client in clients:
        found[client.source].add(getattr(client, kind))
    return {s: min(own) for s, own in found.items()} if all(len(own) == 1 for own in found.values()) else {}


def exposed(attacker: Attacker, truth: dict[Key, int]) -> Exposed:
    """List the counts that the attacker knows too much about, those that stand in no table included."""
    found: Exposed = {}
    for key, span in attacker.intervals(THRESHOLD).items():
        is_narrow = span.high < THRESHOLD or span.high - span.low < THRESHOLD - 1
        if span.low == span.high or (truth[key] < THRESHOLD and is_narrow):
            found[key] = span
    for name, span in attacker.derived_intervals(THRESHOLD).items():
        if span.low > 0 and span.high < THRESHOLD:
            found[name] = span
    return found


def exposures(recipe: Recipe, seed: int) -> Exposed | None:
    """Protect a drawn caseload and attack it; None when it was refused."""
    clients = draw(recipe, seed)
    counts = caseload(clients, period=recipe.period, earlier=recipe.earlier)
    try:
        tables = protected(counts)
    except DisclosureError:
        return None
    return exposed(attack(clients, tables), true_counts(counts))


def recipe_of(seed: int) -> Recipe:
    """Draw the kind of caseload: tiny to large, even to skewed, with every structure the tables can have."""
    rng = random.Random(seed)  # noqa: S311 - invented caseloads
    return Recipe(
        n=rng.choice((12, 20, 40, 80, 150, 300, 600, 1500)),
        sources=rng.choice((1, 2, 4, 8)),
        centres_split=rng.random() < 0.3,
        skew=rng.choice((0, 0.6, 1.2, 2)),
        nationalities=rng.choice((NATIONALITIES, NATIONALITIES[:5], ("RO", "PL"), NATIONALITIES[::3])),
        ages=rng.choice((AGES, AGES[:-2], ("Y_LT18", "Y_GE18", "_U"))),
        genders=rng.choice((GENDERS, ("F", "M"))),
        types=rng.choice((TYPES, TYPES[:3], TYPES[:6])),
        repeat=rng.choice((0, 0.01, 0.1, 0.4)),
        several_types=rng.choice((0, 0.3)),
        has_family=rng.random() < 0.7,
        period=rng.choice((PERIOD, LONG)),
        earlier=rng.choice(((), (40, 35, 52), (3, 40, 35), (1, 0, 2, 60), (5,))),
        vague_ages=rng.choice((0, 0.01, 0.2)),
    )


@pytest.mark.parametrize("block", range(8))
def test_no_hidden_count_is_exposed(block: int):
    seeds = range(block * 8, block * 8 + 8)
    assert {seed: found for seed in seeds if (found := exposures(recipe_of(seed), seed))} == {}


@pytest.mark.slow
@pytest.mark.parametrize("block", range(40))
def test_no_hidden_count_is_exposed_in_many_caseloads(block: int):
    seeds = range(1000 + block * 25, 1000 + block * 25 + 25)
    assert {seed: found for seed in seeds if (found := exposures(recipe_of(seed), seed))} == {}


def test_caseloads_of_some_size_are_seldom_refused():
    recipes = [(recipe_of(seed), seed) for seed in range(200)]
    enough = [(recipe, seed) for recipe, seed in recipes if recipe.n >= 80][:20]
    assert [seed for recipe, seed in enough if exposures(recipe, seed) is None] == []


STRUCTURES = {
    "one source": people(60) + people(30, gender="M") + people(4, gender="X"),
    "all equal": people(40),
    "every row small": [person for code in NATIONALITIES for person in people(3, nationality=code)],
    "dual nationals are a class, a nationality and a group": people(60) + people(30, nationality="PL")
    + people(6, nationality="DUAL"),
    "one centre a project": people(50) + people(30, source="b", centre="b", project="q")
    + people(4, source="c", centre="c", project="r"),
    "nobody in a group": people(50, family="_U") + people(5, family="N"),
    "small class of one state": people(50) + people(30, nationality="FR") + people(3, nationality="HR"),
    "aged 55 and over known for a few without an age group": people(50) + people(30, age="Y55T64", aged="Y")
    + people(5, age="Y_GE18", aged="Y") + people(20, age="Y_GE18", aged="_U"),
    "types overlap": people(40) + people(5, cases=(("2026-Q3", ("DEBT", "HOU")),))
    + people(4, cases=(("2026-Q3", ("BEN_UC",)),)),
    "one client came twice for one type": people(40)
    + people(8, cases=(("2026-Q3", ("DEBT",)),)) + people(1, cases=(("2026-Q3", ("DEBT",)), ("2026-Q3", ("DEBT",)))),
    "a centre holds a few clients of another's source": people(50) + people(3, centre="b")
    + people(40, source="b", centre="b"),
}  # fmt: skip


@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize("earlier", [(), (40, 35), (5,), (3, 50, 2)])
def test_structures_that_invite_subtraction(name: str, earlier: tuple[int, ...]):
    clients = STRUCTURES[name]
    counts = caseload(clients, earlier=earlier)
    assert exposed(attack(clients, protected(counts)), true_counts(counts)) == {}


def test_a_second_issue_takes_a_second_case():
    """9 clients and 10 issues of a type: one case more than clients would tell the 9 if the 10 were shown."""
    clients = STRUCTURES["one client came twice for one type"]
    advice = next(table for table in protected(caseload(clients)) if table.table_id == "by_advice_type")
    debt = advice.frame.filter(pl.col("advice_type_code") == "DEBT")
    assert debt["n"].to_list() == [None, None]


@pytest.mark.parametrize("seed", range(3))
def test_the_attacker_sees_through_hiding_small_counts_alone(seed: int):
    """The tests above would pass with a blind attacker; this one shows that it sees."""
    clients = draw(Recipe(n=300), seed)
    counts = caseload(clients)
    truth = true_counts(counts)
    shown = [
        ProtectedTable(table.table_id, table.audience, table.rule, table.dimensions, small_hidden(table, truth))
        for table in protected(counts)
    ]
    assert exposed(attack(clients, shown), truth)


def small_hidden(table: ProtectedTable, truth: dict[Key, int]) -> pl.DataFrame:
    rows = table.frame.select(*table.dimensions, "unit").iter_rows()
    counts = [truth[table.table_id, tuple(row[:-1]), row[-1]] for row in rows]
    shown = [None if 0 < n < THRESHOLD else n for n in counts]
    return table.frame.with_columns(n=pl.Series(shown, dtype=pl.Int64), share=pl.lit(None, dtype=pl.Float64))


def test_protecting_a_large_network_is_quick():
    """68 centres, 160 nationalities, 12 quarters: about a second, ten on a busy machine."""
    from time import perf_counter

    recipe = Recipe(
        n=6000, sources=136, skew=1.1, nationalities=tuple(CLASS_OF)[:160], period=Period.parse("2024-Q1_2026-Q4")
    )
    counts = caseload(draw(recipe, 1), period=recipe.period, earlier=recipe.earlier)
    began = perf_counter()
    tables = protected(counts)
    assert perf_counter() - began < 10
    assert sum(table.frame["n"].null_count() for table in tables) > 50
