"""A network's own group beside the tables it is cut from: a reader who solves them together learns no small count."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import polars as pl
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from pipelines.analysis.breakdowns import Breakdown, Caseload
from pipelines.analysis.caseload_parts import FAMILY
from pipelines.disclosure.protected import ProtectedTable
from tests.properties.caseloads import caseload
from tests.properties.clients import OPENINGS, Client, Recipe, draw
from tests.properties.protected_caseloads import SMALL, Published, protect_all

COLUMN, TIME, OPENING = "is_older_women_code", "time_to_outcome_code", "opened_in_time_code"
GROUP = "OLDER_WOMEN"
GENDERS, AGED = ("F", "M", "X", "_U"), ("Y", "N", "_U")
CELLS = tuple(product(GENDERS, AGED))
Row = tuple[list[bool], int, int]


def membership(gender: str, aged: str) -> str:
    """Tell a member as the models do: one condition that fails decides, one not known leaves it open."""
    tests = [2 if gender == "F" else 1 if gender == "_U" else 0, {"Y": 2, "_U": 1, "N": 0}[aged]]
    return {2: "Y", 1: "_U", 0: "N"}[min(tests)]


def with_group(clients: list[Client], centre: str = "") -> Caseload:
    """Count clients as the marts do, with the network's own group."""
    counts = caseload(clients, earlier=(), centre=centre)
    frames = (counts.profiles, counts.advice_profiles)
    told = [frame.select("gender_code", "is_aged_55_plus_code").rows() for frame in frames]
    columns = [pl.Series(COLUMN, [membership(*row) for row in rows]) for rows in told]
    people = [client for client in clients if centre in ("", client.centre)]
    return replace(
        counts,
        breakdowns=tuple(_with_rows(breakdown, people) for breakdown in counts.breakdowns),
        profiles=counts.profiles.with_columns(columns[0]),
        advice_profiles=counts.advice_profiles.with_columns(columns[1]),
        group_families=((COLUMN, "is_aged_55_plus_code", "gender_code"),),
    )


def _with_rows(breakdown: Breakdown, people: list[Client]) -> Breakdown:
    """Add the rows of the group to a table of groups."""
    definition = breakdown.definition
    if definition.dimensions[0] != "group_code":
        return breakdown
    has_advice, has_time = FAMILY in definition.dimensions, TIME in definition.dimensions
    found: Counter[tuple[str, ...]] = Counter()
    for client in people:
        told = [("_T", membership(client.gender, client.aged)), *([("_T", *client.families)] if has_advice else []),
                *([("_T", client.time)] if has_time else []),
                *([("_T", OPENINGS[client.opening])] if OPENING in definition.dimensions else [])]  # fmt: skip
        found.update(product(*told))
    frame, names = breakdown.frame, definition.dimensions[1:]
    first = frame["group_code"][0]
    rows = [found[codes] for codes in frame.filter(group_code=first).select(*names).iter_rows()]
    extra = frame.filter(group_code=first).with_columns(group_code=pl.lit(GROUP), n=pl.Series(rows, dtype=pl.Int64))
    columns = {**definition.columns, (GROUP,): (COLUMN, *definition.dimensions[2:])}
    return Breakdown(replace(definition, columns=columns), pl.concat([frame, extra]))


def protected(clients: list[Client]) -> Published:
    centres = {name: with_group(clients, name) for name in sorted({client.centre for client in clients})}
    return protect_all(clients, with_group(clients), centres)


def known(tables: tuple[ProtectedTable, ...], reach: int) -> list[Row]:
    """Give every published row as a sum of combinations of gender and age, with what it can be."""
    by_id = {table.table_id: table for table in tables}
    rules = {"AGED_55_PLUS": lambda _, aged: aged, GROUP: membership}
    told = [([code in (gender, "_T") for gender, _ in CELLS], cell)
            for cell in by_id["by_gender"].cells(unit="clients") for code in cell.codes]  # fmt: skip
    for cell in by_id["by_group_of_interest"].cells(unit="clients"):
        group, code = cell.codes
        if group in rules and code != "_T":
            told.append(([rules[group](*each) == code for each in CELLS], cell))
    rows = []
    for mask, cell in told:
        if cell.n is None:
            rows.append((mask, 0 if cell.network_n == 0 else 1, (cell.network_n or 0) + reach))
        else:
            about = reach if cell.network_n is None else 0
            rows.append((mask, max(0, cell.n - about), cell.n + about))
    return rows


def interval(rows: list[Row], target: list[bool]) -> tuple[int, int]:
    """Give the least and the greatest number of clients in a sum of combinations."""
    matrix = np.array([mask for mask, _, _ in rows], dtype=float)
    low, high = (np.array([row[end] for row in rows], dtype=float) for end in (1, 2))
    ends = [
        milp(sign * np.array(target, dtype=float), constraints=LinearConstraint(matrix, low, high),
             bounds=Bounds(0, np.inf), integrality=np.ones(len(CELLS)))
        for sign in (1, -1)
    ]  # fmt: skip
    assert all(end.status == 0 for end in ends)
    return round(ends[0].fun), round(-ends[1].fun)


def is_told(low: int, high: int) -> bool:
    return low >= 1 and (low == high or high < SMALL)


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 8))])
def test_no_small_count_follows_from_a_group_and_the_tables_it_is_cut_from(seed: int):
    recipe = Recipe(n=(60, 150, 300, 600)[seed % 4], sources=2, skew=(0.6, 1.2)[seed % 2],
                    vague_ages=(0.0, 0.2)[seed % 3 == 0])  # fmt: skip
    found = protected(draw(recipe, seed))
    reach = found.rounded.rule.reach or 0
    for audience, tables in found.tables.items():
        rows = known(tables, reach)
        unsure = [row for row in rows if row[1] < row[2]]
        assert not [audience for mask, _, _ in unsure if is_told(*interval(rows, mask))]
        for cell in CELLS:
            low, high = interval(rows, [each == cell for each in CELLS])
            assert not (low >= 1 and high < SMALL), audience


def test_the_rows_of_the_group_are_shown_and_add_up():
    found = protected(draw(Recipe(n=300, sources=2), 1))
    table = next(table for table in found.tables["public"] if table.table_id == "by_group_of_interest")
    counts = {cell.codes[1]: cell.n or 0 for cell in table.cells(unit="clients") if cell.codes[0] == GROUP}
    assert counts["_T"] == counts["Y"] + counts["N"] + counts["_U"] > 0


def test_an_attack_on_small_counts_hidden_alone_would_be_seen():
    """Twelve women among twenty people aged 55 and over: eight men follow, although no table has that cell."""
    told = [([g == "F" for g, _ in CELLS], 100), ([g == "M" for g, _ in CELLS], 100), ([True] * len(CELLS), 200),
            ([a == "Y" for _, a in CELLS], 20), ([membership(*each) == "Y" for each in CELLS], 12)]  # fmt: skip
    assert interval([(mask, n, n) for mask, n in told], [each == ("M", "Y") for each in CELLS]) == (8, 8)
