"""Small releases counted out: every group of clients that fits the files, and what all of them have in common."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from tests.properties.attacker import Attacker
from tests.properties.attacker_rows import where_of
from tests.properties.clients import Recipe
from tests.properties.protected_caseloads import Published, files_of, published

TABLES = ("by_gender.csv", "by_age_group.csv", "by_gender_age_group.csv")
GENDERS, AGES = ("F", "M"), ("Y25T34", "Y35T44")
CELLS = tuple(product(GENDERS, AGES))
INSIDE = set(product(("_T", *GENDERS), ("_T", *AGES)))
Bounds = dict[tuple[str, str], tuple[int, int]]


def recipe(n: int) -> Recipe:
    return Recipe(n=n, sources=1, skew=0.6, nationalities=("RO",), ages=AGES, genders=GENDERS, types=("HOU", "DEBT"),
                  repeat=0, has_family=False, vague_ages=0, earlier=())  # fmt: skip


def bounds(files: dict[str, bytes], reach: int) -> Bounds:
    """Read what each figure by gender and age says by itself; codes that the draw leaves out stay within reach of 0."""
    found: Bounds = {}
    for name in TABLES:
        for row in csv.DictReader(io.StringIO(files.get(name, b"").decode())):
            gender, age = row.get("gender_code", "_T"), row.get("age_group_code", "_T")
            n = int(row["n"]) if row["n"] else None
            if "network_n" not in row:
                found[gender, age] = (max(0, (n or 0) - reach), (n or 0) + reach)
            elif n is None:
                found[gender, age] = (int(row["network_n"] != "0"), int(row["network_n"]) + reach)
            else:
                found[gender, age] = (n, n)
    return found


def worlds(told: Bounds) -> Iterator[np.ndarray]:
    """Give all counts of the four combinations that fit, nobody having any other code; a block of them at a time."""
    low, high = told["_T", "_T"]
    axes = [np.arange(high + 1)] * 3
    first, second, third = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
    for total in range(low, high + 1):
        last = total - first - second - third
        world = np.stack((first, second, third, last))
        fits = last >= 0
        for key, (least, most) in told.items():
            if key != ("_T", "_T") and all(
                code in ("_T", *codes) for code, codes in zip(key, (GENDERS, AGES), strict=True)
            ):
                count = counted(world, key)
                fits &= (count >= least) & (count <= most)
        yield world[:, fits]


def counted(world: np.ndarray, key: tuple[str, str]) -> np.ndarray:
    inside = [all(a in ("_T", b) for a, b in zip(key, cell, strict=True)) for cell in CELLS]
    return world[inside].sum(axis=0)


def spans(told: Bounds) -> Bounds:
    every = np.concatenate(list(worlds(told)), axis=1)
    assert every.shape[1] > 0
    keys = [key for key in told if key in INSIDE]
    return {key: (int(counted(every, key).min()), int(counted(every, key).max())) for key in keys}


def audiences(found: Published) -> Iterator[tuple[str, Bounds]]:
    for audience, tables in found.tables.items():
        yield audience, bounds(files_of(tables), found.rounded.rule.reach or 0)


@pytest.mark.parametrize("seed", range(12))
def test_no_rounded_count_is_told_by_everything_that_fits(seed: int):
    """Worlds in which nobody has other codes are fewer than a reader has, so this attacker knows too much."""
    found = published(recipe((12, 17, 24, 35)[seed % 4]), seed)
    for low, high in spans(bounds(files_of(found.tables["public"]), found.rounded.rule.reach or 0)).values():
        assert low < high
        assert low == 0 or high >= 5


@pytest.mark.parametrize("seed", range(3))
def test_the_attacker_knows_no_more_than_counting_out_allows(seed: int):
    """The solver's intervals hold every world that was counted out, of the network and of the centre."""
    found = published(recipe((12, 17)[seed % 2]), seed)
    rounded = [files_of(found.tables[name]) for name in ("network", "public")]
    for audience, told in audiences(found):
        centre = audience.partition("centre-")[2]
        files = files_of(found.tables[audience]) if centre else {}
        attacker = Attacker(rounded, found.public, centre, files=files)
        for key, (low, high) in spans(told).items():
            cell = (centre, "clients", where_of(("gender_code", "age_group_code"), key))
            least, most = attacker.interval(cell)
            assert least <= low <= high <= most
