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
from pipelines.disclosure.protected import ProtectedTable
from tests.properties.caseloads import THRESHOLD, Client, Recipe, caseload, draw, protected

COLUMN = "is_older_women_code"
GROUP = "OLDER_WOMEN"
GENDERS, AGED = ("F", "M", "X", "_U"), ("Y", "N", "_U")
CELLS = tuple(product(GENDERS, AGED))
SEEDS = range(40)


def membership(gender: str, aged: str) -> str:
    """Tell a member as the models do: one condition that fails decides, one not known leaves it open."""
    tests = [2 if gender == "F" else 1 if gender == "_U" else 0, {"Y": 2, "_U": 1, "N": 0}[aged]]
    return {2: "Y", 1: "_U", 0: "N"}[min(tests)]


def with_group(clients: list[Client]) -> Caseload:
    """Count clients as the marts do, with the network's own group."""
    counts = caseload(clients)
    codes = [membership(*row) for row in counts.profiles.select("gender_code", "is_aged_55_plus_code").iter_rows()]
    found = Counter(membership(client.gender, client.aged) for client in clients)
    tables = []
    for breakdown in counts.breakdowns:
        if breakdown.definition.table_id != "by_group_of_interest":
            tables.append(breakdown)
            continue
        period = str(counts.period)
        rows = [(period, GROUP, code, "clients", n) for code, n in (("_T", len(clients)), *sorted(found.items()))]
        extra = pl.DataFrame(rows, schema=breakdown.frame.schema, orient="row")
        definition = replace(breakdown.definition, profiles={**breakdown.definition.profiles, (GROUP,): COLUMN})
        tables.append(Breakdown(definition, pl.concat([breakdown.frame, extra])))
    return replace(
        counts,
        breakdowns=tuple(tables),
        profiles=counts.profiles.with_columns(pl.Series(COLUMN, codes)),
        group_families=((COLUMN, "is_aged_55_plus_code", "gender_code"),),
    )


def known(tables: tuple[ProtectedTable, ...]) -> list[tuple[list[bool], int | None]]:
    """Give every published row as a sum of combinations of gender and age, with its figure or None."""
    by_id = {table.table_id: table for table in tables}
    rows = [
        ([gender == cell.codes[0] for gender, _ in CELLS], cell.n)
        for cell in by_id["by_gender"].cells(unit="clients")
        if cell.codes[0] != "_T"
    ]
    rules = {"AGED_55_PLUS": lambda _, aged: aged, GROUP: membership}
    for cell in by_id["by_group_of_interest"].cells(unit="clients"):
        group, code = cell.codes
        if group in rules and code != "_T":
            rows.append(([rules[group](*each) == code for each in CELLS], cell.n))
    rows.append(([True] * len(CELLS), by_id["by_gender"].total(unit="clients").n))
    return rows


def interval(rows: list[tuple[list[bool], int | None]], target: list[bool]) -> tuple[int, int]:
    """Give the least and the greatest number of clients in a sum of combinations; a hidden row holds one or more."""
    matrix = np.array([mask for mask, _ in rows], dtype=float)
    low = np.array([1 if n is None else n for _, n in rows], dtype=float)
    high = np.array([np.inf if n is None else n for _, n in rows], dtype=float)
    told = matrix.any(axis=0) if rows else np.zeros(len(CELLS))
    limits = Bounds(0, np.where(told, np.inf, 0))
    ends = [
        milp(sign * np.array(target, dtype=float), constraints=LinearConstraint(matrix, low, high), bounds=limits,
             integrality=np.ones(len(CELLS)))
        for sign in (1, -1)
    ]  # fmt: skip
    assert all(end.status == 0 for end in ends)
    return round(ends[0].fun), round(-ends[1].fun)


def absent(rows: list[tuple[list[bool], int | None]], tables: tuple[ProtectedTable, ...]) -> None:
    """Add what a reader knows of codes without a row: nobody has them."""
    shown = {cell.codes[0] for table in tables if table.table_id == "by_gender" for cell in table.cells(unit="clients")}
    rows += [([gender == code for gender, _ in CELLS], 0) for code in GENDERS if code not in shown]
    groups = next(table for table in tables if table.table_id == "by_group_of_interest")
    told = {cell.codes for cell in groups.cells(unit="clients")}
    rows += [([aged == code for _, aged in CELLS], 0) for code in AGED if ("AGED_55_PLUS", code) not in told]
    rows += [([membership(*each) == code for each in CELLS], 0) for code in AGED if (GROUP, code) not in told]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_small_count_follows_from_a_group_and_the_tables_it_is_cut_from(seed: int):
    recipe = Recipe(n=(60, 150, 300, 600)[seed % 4], skew=(0.6, 1.2)[seed % 2], vague_ages=(0.0, 0.2)[seed % 3 == 0])
    clients = draw(recipe, seed)
    tables = protected(with_group(clients))
    rows = known(tables)
    absent(rows, tables)
    truth = Counter((client.gender, client.aged) for client in clients)
    sums = [(mask, sum(truth[cell] for cell, is_in in zip(CELLS, mask, strict=True) if is_in), n) for mask, n in rows]
    hidden = [(mask, true) for mask, true, n in sums if n is None]
    alone = [([each == cell for each in CELLS], truth[cell]) for cell in CELLS if truth[cell]]
    assert all(n is None or n == 0 or n >= THRESHOLD for _, _, n in sums)
    for mask, n in hidden:
        low, high = interval(rows, mask)
        assert low < high
        assert n >= THRESHOLD or (high >= THRESHOLD and high - low >= THRESHOLD - 1)
    for mask, n in alone:
        low, high = interval(rows, mask)
        assert n >= THRESHOLD or not (low > 0 and high < THRESHOLD)


def test_an_attack_on_small_counts_hidden_alone_would_be_seen():
    """Twelve women among twenty people aged 55 and over: eight men follow, although no table has that cell."""
    rows = [([g == "F" for g, _ in CELLS], 100), ([g == "M" for g, _ in CELLS], 100), ([True] * len(CELLS), 200),
            ([a == "Y" for _, a in CELLS], 20), ([membership(*each) == "Y" for each in CELLS], 12)]  # fmt: skip
    assert interval(rows, [each == ("M", "Y") for each in CELLS]) == (8, 8)
