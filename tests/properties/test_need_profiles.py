"""Need profiles: what must not change a finding does not, and what is told stays in order."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from needs import QUARTER, Case, Client, write_warehouse
from polars.testing import assert_frame_equal

from pipelines.analysis.need_cube import make_cube
from pipelines.analysis.need_profiles import compare_needs, read_need_profiles
from pipelines.analysis.need_rules import need_rules
from pipelines.periods import Period

GROUPS = pl.DataFrame({"group_code": ["AGED_55_PLUS", "DUAL_NATIONAL"], "part_of": ["", ""]})
NOBODY_LEFT_OUT = pl.DataFrame(schema={"dimension": pl.String, "sources_left_out": pl.String})
DIMENSIONS = ("advice_type", "outcome")


@st.composite
def caseloads(draw: st.DrawFn) -> pl.DataFrame:
    """Draw the counts of a period as `marts.need_profiles` holds them, at a size where things can be found."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size, centres = draw(st.integers(5, 300)), draw(st.integers(1, 4))
    rows = []
    for centre in range(centres):
        for field in DIMENSIONS:
            mix = generator.dirichlet([1.0, 1.0, 1.0])
            for members, group in ((0.3, "AGED_55_PLUS"), (0.1, "DUAL_NATIONAL")):
                base = int(generator.binomial(size, members))
                rows += _rows(generator, centre, field, group, "Y", base, generator.dirichlet(4 * mix + 0.1))
            rows += _rows(generator, centre, field, "_T", "_T", size, mix)
    return pl.DataFrame(rows, SCHEMA, orient="row").filter(pl.col("n") > 0)


SCHEMA = ["centre_id", "quarter", "field", "category_code", "group_code", "membership_code", "n"]


def _rows(generator, centre, field, group, membership, base, mix):
    """Members are drawn beside the total here, so that all of them are within it the total has as many again."""
    counts = generator.multinomial(base, mix) + (200 if group == "_T" else 0)
    known = int(counts.sum())
    told = {**{f"C{k}": int(n) for k, n in enumerate(counts)}, "_T": known, "_U": 40 if group == "_T" else base // 20}
    return [(f"c{centre}", QUARTER, field, code, group, membership, n) for code, n in told.items()]


def compared(counts: pl.DataFrame) -> pl.DataFrame:
    cube = make_cube(QUARTER, counts, groups=GROUPS, left_out=NOBODY_LEFT_OUT, dimensions=DIMENSIONS)
    return compare_needs(cube, need_rules())


@given(caseloads(), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_order_of_rows_and_names_of_centres_change_nothing(counts, random):
    found = compared(counts)
    assert_frame_equal(found, compared(counts.sample(fraction=1.0, shuffle=True, seed=random.randrange(10**6))))
    names = {f"c{i}": name for i, name in enumerate(random.sample(["west", "east", "north", "south"], 4))}
    assert_frame_equal(found, compared(counts.with_columns(pl.col("centre_id").replace(names))))


@given(caseloads())
@settings(max_examples=30, deadline=None)
def test_twice_the_clients_give_the_same_ratios_in_narrower_limits(counts):
    once, twice = compared(counts), compared(counts.with_columns(pl.col("n") * 2))
    assert_frame_equal(once.select("ratio", "difference"), twice.select("ratio", "difference"))
    both = once.select(low="difference_low", high="difference_high").hstack(
        twice.select(twice_low="difference_low", twice_high="difference_high")
    )
    assert both.filter((pl.col("twice_low") < pl.col("low")) | (pl.col("twice_high") > pl.col("high"))).is_empty()


@given(caseloads())
@settings(max_examples=40, deadline=None)
def test_what_is_told_is_in_order(counts):
    found = compared(counts)
    for low, middle, high in (
        ("ratio_if_missing_low", "ratio", "ratio_if_missing_high"),
        ("ratio_low", "ratio", "ratio_high"),
        ("difference_low", "difference", "difference_high"),
        ("adjusted_low", "adjusted_ratio", "adjusted_high"),
    ):
        assert found.filter(~pl.col(middle).is_between(pl.col(low) - 1e-9, pl.col(high) + 1e-9)).is_empty(), middle
    claimed = found.filter(pl.col("verdict").is_in(["higher", "lower"]))
    assert claimed.filter(pl.col("q_value") > 0.05).is_empty()
    assert claimed.filter((pl.col("verdict") == "higher") != (pl.col("adjusted_ratio") > 1)).is_empty()
    assert claimed.filter((pl.col("verdict") == "higher") & (pl.col("adjusted_if_missing_low") <= 1)).is_empty()
    assert claimed.filter((pl.col("verdict") == "lower") & (pl.col("adjusted_if_missing_high") >= 1)).is_empty()
    assert found.filter(
        pl.col("adjusted_ratio").is_null() & pl.col("verdict").is_in(["higher", "lower", "similar"])
    ).is_empty()


CASES = st.builds(
    Case,
    advice=st.lists(st.sampled_from(["HOU", "BEN", "not_recorded"]), min_size=1, max_size=2, unique=True),
    barriers=st.sampled_from([["COST"], ["not_collected"], ["refused"]]),
    outcome=st.sampled_from(["ADVISED", "ONGOING", "not_collected", "not_asked"]),
    source=st.just("one"),
)
CLIENTS = st.builds(
    Client,
    cases=st.lists(CASES, min_size=1, max_size=3),
    groups=st.sampled_from([{}, {"AGED_55_PLUS": "Y"}, {"AGED_55_PLUS": "_U"}]),
    centre=st.sampled_from(["A", "B"]),
)


@given(st.lists(CLIENTS, min_size=1, max_size=25))
@settings(max_examples=25, deadline=None)
def test_sql_counts_as_a_plain_count_does(tmp_path_factory, clients):
    database = write_warehouse(tmp_path_factory.mktemp("needs") / "w.duckdb", clients, {"AGED_55_PLUS": ""})
    for row in read_need_profiles(database, Period.parse(QUARTER)).iter_rows(named=True):
        if row["dimension"] in ("advice_type", "barrier", "outcome") and row["category_code"] != "_T":
            for arm, membership in (("group", "Y"), ("others", None)):
                chosen = [c for c in clients if c.groups.get("AGED_55_PLUS") == membership]
                assert tuple(row[f"{name}_{arm}"] for name in ("n", "base", "missing")) == _counted(chosen, row), row


def _counted(clients: list[Client], row: dict) -> tuple[int, int, int]:
    """Count one client at a time: with the category, with any known, with none known though somebody could say."""
    missing = {"refused", "not_asked", "not_recorded", "not_collected"}
    told = [{code for case in client.cases for code in _codes(case, row["dimension"])} for client in clients]
    having = sum(row["category_code"] in codes for codes in told)
    known = sum(bool(codes - missing) for codes in told)
    return having, known, sum(codes != {"not_collected"} and not codes - missing for codes in told)


def _codes(case: Case, dimension: str) -> list[str]:
    return {"advice_type": list(case.advice), "barrier": list(case.barriers), "outcome": [case.outcome]}[dimension]
