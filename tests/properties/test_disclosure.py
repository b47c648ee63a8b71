"""Nobody is exposed: attackers with the released files and public knowledge, let loose on invented caseloads."""

from __future__ import annotations

import random
from dataclasses import replace

import polars as pl
import pytest

from pipelines.disclosure.before import Before
from pipelines.errors import DisclosureError
from pipelines.periods import Period
from tests.properties.attacker import Attacker, Leak
from tests.properties.clients import AGES, GENDERS, NATIONALITIES, PERIOD, TYPES, Recipe, draw, people
from tests.properties.protected_caseloads import (
    SMALL,
    Published,
    by_place,
    counts_of,
    files_of,
    protect_all,
    publish,
    published,
    rounded_once,
)

LONG = Period.parse("2026-Q1_2026-Q3")


def exposures(recipe: Recipe, seed: int) -> list[Leak | str] | None:
    """Protect a drawn caseload and attack it, by two attackers of which neither knows the other; None when refused."""
    try:
        found = published(recipe, seed)
    except DisclosureError:
        return None
    return [*found.attacked(), *found.audited().problems]


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
        lacking=rng.choice((0, 0, 0.2)),
    )


def small_recipe(seed: int) -> Recipe:
    """Draw a caseload that is attacked in a second or so."""
    recipe = recipe_of(seed)
    return replace(recipe, n=min(recipe.n, 300), sources=min(recipe.sources, 2))


@pytest.mark.parametrize("seed", range(2))
def test_nobody_is_exposed(seed: int):
    assert not exposures(small_recipe(seed), seed)


SEVERAL_FIGURES = 2142


def test_several_figures_together_do_not_tell_a_centre_of_the_others():
    """Rounded once, this caseload told one centre that the others had 1 to 4 clients with housing advice."""
    found = published(small_recipe(SEVERAL_FIGURES), SEVERAL_FIGURES)
    assert found.rounded.report["attempts"] == 2
    assert [*found.attacked(insiders=2), *found.audited().problems] == []
    again = published(small_recipe(SEVERAL_FIGURES), SEVERAL_FIGURES)
    assert again.rounded.values == found.rounded.values


UNKNOWN_TYPES = 1365


@pytest.mark.slow
def test_unknown_types_of_advice_do_not_tell_a_centre_of_the_others():
    """Once, a centre could prove 1 to 3 other clients without any known type: all of them have an unknown one."""
    assert not exposures(recipe_of(UNKNOWN_TYPES), UNKNOWN_TYPES)


@pytest.mark.slow
def test_nothing_is_rounded_where_what_stands_tells_a_centre_of_the_others():
    """Published figures keep their values, so rounding again cannot help; all but one stand already."""
    found = published(small_recipe(SEVERAL_FIGURES), SEVERAL_FIGURES)
    told = rounded_once(found.network, found.centres.values())
    *standing, _ = told
    before = Before(own={name: told[name] for name in standing})
    with pytest.raises(DisclosureError, match=r"by_advice_type \(HOU, clients\).*by c1 for the others"):
        protect_all(found.clients, found.network, found.centres, before=before)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(40))
def test_nobody_is_exposed_in_a_thousand_caseloads(block: int):
    seeds = range(1000 + block * 25, 1000 + block * 25 + 25)
    assert {seed: found for seed in seeds if (found := exposures(recipe_of(seed), seed))} == {}


def test_caseloads_of_some_size_are_not_refused():
    for seed in (seed for seed in range(5) if recipe_of(seed).n >= 80):
        found = published(recipe_of(seed), seed)
        assert all("fewer than 10 clients" in reason for reason in found.refused.values()), seed


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
    "a source of one centre leaves few genders open": people(60) + people(30, gender="M") + people(2, gender="_U")
    + people(50, source="b", centre="b") + people(12, source="b", centre="b", gender="_U"),
    "one of two sources lacks the age": people(40) + people(3, age="_U", aged="_U")
    + people(30, source="b", age="_U", aged="_U", lacks=("age",)) + people(40, source="c", centre="c"),
    "a centre holds a few clients of another's source": people(50) + people(3, centre="b")
    + people(40, source="b", centre="b"),
}  # fmt: skip


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", STRUCTURES)
def test_structures_that_invite_subtraction(name: str):
    found = publish(STRUCTURES[name], earlier=(3, 50, 2))
    assert [*found.attacked(), *found.audited().problems] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize("earlier", [(), (40, 35), (5,)])
def test_structures_that_invite_subtraction_with_other_quarters(name: str, earlier: tuple[int, ...]):
    found = publish(STRUCTURES[name], earlier=earlier)
    assert [*found.attacked(insiders=9), *found.audited().problems] == []


@pytest.mark.parametrize("seed", range(2))
def test_the_attacker_sees_through_hiding_small_counts_alone(seed: int):
    """The tests above would pass with a blind attacker; this one shows that it sees."""
    found = publish(draw(Recipe(n=300), seed))
    centre = max(found.centres, key=lambda name: found.centres[name].n_cases)
    naive = small_hidden(found, centre)
    rounded = [files_of(found.tables[name]) for name in ("network", "public")]
    leaks = Attacker(rounded, found.public, centre, files=naive).leaks()
    assert sum(leak.kind == "hidden" for leak in leaks) >= 5


def small_hidden(found: Published, centre: str) -> dict[str, bytes]:
    """Hide the counts from 1 to 4 of a centre and what the network shows as 0, and nothing else."""
    truth = counts_of(found.centres[centre])
    tables = []
    for table in found.tables[f"centre-{centre}"]:
        names = table.frame.select(*table.dimensions, "unit").iter_rows()
        counts = [truth[table.table_id, tuple(row[:-1]), row[-1]] for row in names]
        shown = [
            None if 0 < n < SMALL or not beside else n
            for n, beside in zip(counts, table.frame["network_n"], strict=True)
        ]
        frame = table.frame.with_columns(n=pl.Series(shown, dtype=pl.Int64), share=pl.lit(None, dtype=pl.Float64))
        frame = frame.with_columns(status=pl.when(pl.col("n").is_null()).then(pl.lit("C")).otherwise(pl.lit("A")))
        tables.append(replace(table, frame=frame))
    return files_of(tuple(tables))


def test_the_attacker_sees_what_a_centre_learns_of_others():
    """Four of five Croats rounded down to 0: the centre that knows its four would learn that nobody else is there."""
    clients = people(60) + people(30, source="b", centre="b") + people(4, nationality="HR")
    found = publish(clients, earlier=())
    rounded = [files_of(found.tables[name]) for name in ("network", "public")]
    lines = rounded[0]["by_nationality.csv"].decode().splitlines(keepends=True)
    assert any(",HR,clients,5," in line for line in lines)
    kept = "".join(line for line in lines if ",HR," not in line).encode()
    own = by_place(found.centres["a"])
    assert Attacker(rounded, found.public, "a", own=own).leaks_of_others() == []
    moved = [files | {"by_nationality.csv": kept} for files in rounded]
    for files in moved:
        files.pop("by_nationality_class.csv")
        files.pop("by_nationality_class_advice.csv")
    told = Attacker(moved, found.public, "a", own=own).leaks_of_others()
    assert {code for leak in told for _, code in leak.cell[2]} == {"HR"}
