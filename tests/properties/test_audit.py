"""The auditor's intervals are those that counting out every possibility gives, on small random releases."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from released_files import release

from pipelines.audit import audit, intervals

SETS = 220
ROUNDED_KEY, CENTRE_KEY = "2026-Q3/1/public", "2026-Q3/1/centre-x"


def rounded_rule(base: int) -> dict[str, object]:
    return {"name": "controlled_rounding", "base": base, "threshold": 10}


def grids(ranges: list[range]) -> list[np.ndarray]:
    """Every combination of the values, one array per cell."""
    return [axis.ravel() for axis in np.meshgrid(*[np.array(each) for each in ranges], indexing="ij")]


def windows(values: dict[tuple[str, ...], int], base: int) -> dict[tuple[str, ...], range]:
    return {key: range(max(0, n - base + 1), n + base) for key, n in values.items()}


def counted_out(
    sums: dict[tuple[str, ...], np.ndarray], bounds: dict[tuple[str, ...], range]
) -> dict[tuple[str, ...], tuple[int, int]]:
    fits = np.ones(len(next(iter(sums.values()))), dtype=bool)
    for key, values in sums.items():
        fits &= (values >= bounds[key][0]) & (values <= bounds[key][-1])
    return {key: (int(values[fits].min()), int(values[fits].max())) for key, values in sums.items()}


def two_way(inner: list[str], outer: list[str]) -> list[tuple[str, ...]]:
    return [(*each,) for each in itertools.product(["_T", *inner], ["_T", *outer])]


def summed(cells: dict[tuple[str, ...], np.ndarray], keys: list[tuple[str, ...]]) -> dict[tuple[str, ...], np.ndarray]:
    """Sum the inner cells to every margin."""
    return {
        key: sum(v for cell, v in cells.items() if all(a in ("_T", b) for a, b in zip(key, cell, strict=True)))
        for key in keys
    }


@pytest.mark.parametrize("seed", range(SETS // 4))
def test_rounded_tables_with_margins(seed):
    draw = random.Random(seed)  # noqa: S311 - invented tables
    base, codes = 3, (["a", "b"], ["p", "q", "r"][: draw.randint(2, 3)])
    keys = two_way(*codes)
    true = {key: np.array(draw.choice([0, 1, 2, 3, 4, 7])) for key in itertools.product(*codes)}
    # Each cell on its own, so that margins narrow what the parts leave open.
    shown = {key: base * round(int(n) / base) for key, n in summed(true, keys).items()}
    files = release({"by_ab": (("a_code", "b_code"), "clients", shown)}, disclosure=rounded_rule(base))
    bounds = windows(shown, base)
    cells = dict(zip(true, grids([bounds[key] for key in true]), strict=True))
    expected = counted_out(summed(cells, keys), bounds)
    found = intervals(files, ROUNDED_KEY)
    assert {key: found["by_ab", key, "clients"] for key in keys} == expected


@pytest.mark.parametrize("seed", range(SETS // 4))
def test_hidden_counts_of_a_two_way_table(seed):
    draw = random.Random(seed)  # noqa: S311 - invented tables
    codes = (["a", "b", "c"], ["p", "q", "r"])
    keys = two_way(*codes)
    true = {key: np.array(draw.choice([1, 2, 3, 4, 6, 9])) for key in itertools.product(*codes)}
    values = {key: int(n) for key, n in summed(true, keys).items()}
    hidden = set(draw.sample(list(true), 5)) | {key for key in keys if draw.random() < 0.1 and "_T" in key}
    shown = {key: None if key in hidden else n for key, n in values.items()}
    files = release({"by_ab": (("a_code", "b_code"), "clients", shown)}, key=CENTRE_KEY)
    bounds = {key: range(1, 40) if key in hidden else range(n, n + 1) for key, n in values.items()}
    cells = dict(zip(true, grids([range(1, 16) if key in hidden else bounds[key] for key in true]), strict=True))
    # A hidden cell that nothing bounds from above would be cut by the range that is counted out.
    found = intervals(files, CENTRE_KEY)
    expected = counted_out(summed(cells, keys), bounds)
    for key in keys:
        low, high = found["by_ab", key, "clients"]
        assert low == expected[key][0]
        assert high == expected[key][1] or high > 15


@pytest.mark.parametrize("seed", range(SETS // 4))
def test_advice_types_that_overlap(seed):
    """A client may have several types: each is at most the total, and together they are at least the total."""
    draw = random.Random(seed)  # noqa: S311 - invented tables
    types = ["E", "B", "H"]
    true = {name: draw.choice([0, 1, 3, 5, 8]) for name in types}
    total = draw.randint(max(true.values()), max(1, sum(true.values())))
    shown = {(name,): 5 * round(n / 5) for name, n in {"_T": total, **true}.items()}
    files = release({"by_advice_type": (("advice_type_code",), "clients", shown)})
    bounds = windows(shown, 5)
    values = dict(zip(shown, grids([bounds[key] for key in shown]), strict=True))
    whole, parts = values["_T",], [values[name,] for name in types]
    fits = (np.max(parts, axis=0) <= whole) & (whole <= np.sum(parts, axis=0))
    expected = {key: (int(each[fits].min()), int(each[fits].max())) for key, each in values.items()}
    found = intervals(files, ROUNDED_KEY)
    assert {key: found["by_advice_type", key, "clients"] for key in shown} == expected


@pytest.mark.parametrize("seed", range(SETS // 4))
def test_codes_inside_codes(seed):
    draw = random.Random(seed)  # noqa: S311 - invented tables
    base, of = 4, {"s1": "p1", "s2": "p1", "s3": "p2"}
    true = {name: draw.choice([0, 1, 2, 5, 6]) for name in of}
    projects = {p: sum(n for s, n in true.items() if of[s] == p) for p in ("p1", "p2")}
    total = sum(true.values())
    near = {name: base * round(n / base) for name, n in {**true, **projects, "_T": total}.items()}
    tables = {
        "by_source": (("source_id",), "clients", {(n,): near[n] for n in ("_T", *of)}),
        "by_project": (("project_id",), "clients", {(n,): near[n] for n in ("_T", "p1", "p2")}),
    }
    structure = {"parents": [{"child": "source_id", "parent": "project_id", "of": of}]}
    files = release(tables, disclosure=rounded_rule(base), structure=structure)
    bounds = windows({(name,): n for name, n in near.items()}, base)
    s1, s2, s3 = grids([bounds[name,] for name in of])
    sums = {("s1",): s1, ("s2",): s2, ("s3",): s3, ("p1",): s1 + s2, ("p2",): s3, ("_T",): s1 + s2 + s3}
    expected = counted_out(sums, bounds)
    found = intervals(files, ROUNDED_KEY)
    assert {(name,): found["by_source", (name,), "clients"] for name in of} == {(n,): expected[n,] for n in of}
    assert found["by_project", ("p1",), "clients"] == expected["p1",]
    assert found["by_project", ("_T",), "clients"] == expected["_T",]


@pytest.mark.parametrize("seed", range(20))
def test_a_count_is_reported_exactly_when_it_is_exposed(seed):
    """The report counts what the full intervals show, although it looks at few of them one by one."""
    draw = random.Random(seed)  # noqa: S311 - invented tables
    codes = ([f"a{n}" for n in range(5)], [f"b{n}" for n in range(5)])
    keys = two_way(*codes)
    true = {key: np.array(draw.choice([0, 0, 1, 2, 3, 4, 6, 9, 30])) for key in itertools.product(*codes)}
    values = {key: int(n) for key, n in summed(true, keys).items()}
    shown = {key: None if 1 <= n < 5 or (n and draw.random() < 0.3) else n for key, n in values.items()}
    files = release({"by_ab": (("a_code", "b_code"), "clients", shown)}, key=CENTRE_KEY)
    found = intervals(files, CENTRE_KEY)
    spans = [found["by_ab", key, "clients"] for key, n in shown.items() if n is None]
    report = audit(files)
    assert report.n_hidden == len(spans)
    assert report.exact == sum(low == high for low, high in spans)
    assert report.proved_small == sum(low < high < 5 for low, high in spans)
    for key, (low, high) in ((key, found["by_ab", key, "clients"]) for key in keys):
        assert low <= values[key] <= high
