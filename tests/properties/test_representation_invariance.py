"""Representation: what must not change a finding does not, and bounds are never forgotten."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation.rules import judge
from simulation.worlds import Workspaces
from workspaces import Rows, Workspace, as_text, make_rows

from pipelines.analysis.benchmarks import Share
from pipelines.analysis.representation import Assessment, Comparison, assess
from pipelines.statistics.states import (
    ABOUT_AS_EXPECTED,
    CANNOT_TELL,
    CLEARLY_HIGHER,
    CLEARLY_LOWER,
    HIGHER_SIZE_UNSURE,
    LOWER_SIZE_UNSURE,
    SMALL_DIFFERENCE,
    TOO_FEW_TO_SAY,
    combined_state,
)

CLEAR = {CLEARLY_LOWER, CLEARLY_HIGHER}
CASES = 20_000
# What each state may become when the same shares rest on twice as many clients: nothing that says less.
NO_LESS_CERTAIN = {
    CLEARLY_LOWER: {CLEARLY_LOWER},
    LOWER_SIZE_UNSURE: {LOWER_SIZE_UNSURE, CLEARLY_LOWER, SMALL_DIFFERENCE},
    ABOUT_AS_EXPECTED: {ABOUT_AS_EXPECTED, SMALL_DIFFERENCE},
    SMALL_DIFFERENCE: {SMALL_DIFFERENCE},
    HIGHER_SIZE_UNSURE: {HIGHER_SIZE_UNSURE, CLEARLY_HIGHER, SMALL_DIFFERENCE},
    CLEARLY_HIGHER: {CLEARLY_HIGHER},
}


@st.composite
def comparisons(draw: st.DrawFn, *, most_missing: float = 0.2) -> Comparison:
    base = draw(st.integers(100, 5_000))
    missing = draw(st.integers(0, int(base * most_missing)))
    members = draw(st.integers(0, base - missing))
    low = draw(st.floats(0.05, 0.6))
    wider = draw(st.sampled_from([1.0, 1.0, 1.3]))
    return Comparison(members, missing, base, Share(low, low * wider, draw(st.sampled_from([None, 5_000.0, 20_000.0]))))


FAMILIES = st.lists(comparisons(), min_size=1, max_size=8)


@given(FAMILIES, st.data())
@settings(max_examples=40, deadline=None)
def test_the_order_of_comparisons_changes_no_finding(family: list[Comparison], data: st.DataObject):
    order = data.draw(st.permutations(range(len(family))))
    found = assess(family, n_hidden=2)
    assert assess([family[at] for at in order], n_hidden=2) == [found[at] for at in order]


@given(FAMILIES, st.integers(1, 10))
@settings(max_examples=40, deadline=None)
def test_what_is_hidden_can_only_take_flags_away(family: list[Comparison], n_hidden: int):
    for alone, beside in zip(assess(family), assess(family, n_hidden=n_hidden), strict=True):
        assert beside.is_flagged <= alone.is_flagged
        assert (beside.state, beside.ratio_low, beside.ratio_high) == (alone.state, alone.ratio_low, alone.ratio_high)


@given(FAMILIES)
@settings(max_examples=60, deadline=None)
def test_doubling_all_counts_keeps_ratios_and_makes_nothing_less_certain(family: list[Comparison]):
    doubled = [replace(each, members=2 * each.members, missing=2 * each.missing, base=2 * each.base) for each in family]
    for once, twice in zip(assess(family), assess(doubled), strict=True):
        assert _same(once.ratio, twice.ratio)
        assert (once.missing_low, once.missing_high) == (twice.missing_low, twice.missing_high)
        assert once.ratio_low <= twice.ratio_low
        assert twice.ratio_high <= once.ratio_high
        assert twice.state in NO_LESS_CERTAIN.get(once.state, {twice.state})
        assert once.is_flagged <= twice.is_flagged


def _same(first: float | None, second: float | None) -> bool:
    return first == second if first is None or second is None else math.isclose(first, second)


@given(comparisons(most_missing=0.4))
@settings(max_examples=100, deadline=None)
def test_every_way_to_fill_what_is_missing_lies_within_the_limits(comparison: Comparison):
    found = assess([comparison])[0]
    for added in {0, comparison.missing // 2, comparison.missing}:
        filled = assess([replace(comparison, members=comparison.members + added, missing=0)])[0]
        assert found.ratio_low <= filled.ratio_low
        assert filled.ratio_high <= found.ratio_high
        assert found.state not in CLEAR or filled.state == found.state


@given(comparisons(), st.integers(1, 200))
@settings(max_examples=60, deadline=None)
def test_knowing_less_never_makes_a_finding_clear(comparison: Comparison, unknown: int):
    unknown = min(unknown, comparison.base - comparison.members - comparison.missing)
    before = assess([comparison])[0]
    after = assess([replace(comparison, missing=comparison.missing + unknown)])[0]
    assert after.state == before.state or after.state not in CLEAR
    assert after.is_flagged <= before.is_flagged


def test_with_a_fifth_of_ages_missing_no_clear_state_that_complete_ages_would_not_give():
    """Ages of one band are lost up to four times as often as others; what is lost is known here alone."""
    generator = np.random.default_rng(2026)
    shape = (2_000, 1)
    share, base = generator.uniform(0.2, 0.8, shape), generator.integers(300, 20_000, shape)
    ratios = np.minimum(generator.uniform(0.05, 2.5, shape), 0.95 / share)
    complete = generator.binomial(base, share * ratios)
    unknown = np.round(0.2 * base).astype(int)
    times_as_often = generator.uniform(1, 4, shape)
    lost = np.minimum(
        np.round(unknown * times_as_often * complete / (base + (times_as_often - 1) * complete)).astype(int), complete
    )
    full = Workspaces(
        members=complete.astype(float),
        missing=np.zeros(shape),
        base=base.astype(float),
        shares=share,
        n_eff=20_000.0,
        ratios=ratios,
        sizes=base * share,
        rounded=False,
    )
    seen = judge(replace(full, members=(complete - lost).astype(float), missing=unknown.astype(float)))
    known = judge(full)
    is_clear = np.isin(seen.state, list(CLEAR))
    assert is_clear.sum() > 100
    assert (seen.state[is_clear] == known.state[is_clear]).all()
    assert (seen.flagged <= known.flagged).all()
    assert (seen.low <= known.low).all()
    assert (known.high <= seen.high).all()
    # Taking those not known for missing at random would have claimed what complete ages do not show.
    careless = judge(replace(full, members=(complete - lost).astype(float), base=(base - unknown).astype(float)))
    claims = np.isin(careless.state, list(CLEAR))
    assert (careless.state[claims] != known.state[claims]).sum() > 50


def test_any_corners_give_exactly_one_state():
    generator = np.random.default_rng(2026)
    for _ in range(CASES):
        corners = np.sort(np.exp(generator.normal(0, generator.choice([0.1, 0.3, 1.0]), (generator.integers(1, 5), 2))))
        found = combined_state(corners[:, 0], corners[:, 1])
        apart = [_states(low, high) for low, high in corners]
        union = _states(corners[:, 0].min(), corners[:, 1].max())
        assert all(len(states) == 1 for states in [*apart, union])
        says_more = any(states != [TOO_FEW_TO_SAY] for states in apart)
        assert [found.state] == ([CANNOT_TELL] if union == [TOO_FEW_TO_SAY] and says_more else union)
        assert found.decided == (found.state != CANNOT_TELL)


def _states(low: float, high: float) -> list[str]:
    """Give every state whose condition in the table of states holds, each condition written out."""
    conditions = {
        CLEARLY_LOWER: high < 0.8,
        LOWER_SIZE_UNSURE: low < 0.8 <= high < 1,
        ABOUT_AS_EXPECTED: 0.8 <= low <= 1 <= high <= 1.25,
        SMALL_DIFFERENCE: low >= 0.8 and high <= 1.25 and not low <= 1 <= high,
        CLEARLY_HIGHER: low > 1.25,
        HIGHER_SIZE_UNSURE: 1 < low <= 1.25 < high,
        TOO_FEW_TO_SAY: low <= 1 <= high and (low < 0.8 or high > 1.25),
    }
    return [state for state, holds in conditions.items() if holds]


def test_a_wider_benchmark_never_makes_a_finding_clearer():
    exact = Comparison(20, 0, 400, Share(0.1, 0.1))
    wide = replace(exact, share=Share(0.04, 0.1))
    found: list[Assessment] = assess([exact, wide])
    assert found[0].state == CLEARLY_LOWER
    assert found[1].state == CANNOT_TELL
    assert found[1].decided_by == ("benchmark",)


BANDS = {"0-17": 50, "18-24": 100, "25-34": 200, "35-44": 200, "45-54": 150, "55-64": 200, "65+": 100}
SHARES = {"age": {"_T": 1000, **BANDS}, "gender_code": {"_T": 1000, "F": 600, "M": 400}}
HEADINGS = "benchmark_id,title,dimension,code,value,unit,reference_date,geography,population,dual_rule,caveat,source"
ROW = "local,the local population,{},{},{},people,2026-01-01,here,everybody,apart,Invented.,Invented."
BENCHMARK = "\n".join(
    [HEADINGS, *(ROW.format(name, code, n) for name, values in SHARES.items() for code, n in values.items())]
)
Change = Callable[[Workspace, Rows], None]
# One client in twelve is 55 or over and one in six has no age, against three in ten of the benchmark.
AGES = ("34", "41", "29", "58", "", "22", "51", "44", "19", "37", "", "48")


def _findings(made: Callable[..., Workspace], name: str, *, times: int = 1, change: Change | None = None) -> list[dict]:
    workspace = made(name)
    rows = make_rows(240 * times, age=AGES, gender=("Female", "Male", "Male"))
    (workspace.folder / "benchmarks").mkdir(exist_ok=True)
    (workspace.folder / "benchmarks" / "local.csv").write_text(BENCHMARK, encoding="utf-8")
    settings_file = workspace.folder / "caseload.toml"
    whom = '\n[benchmarks]\ngeography = "here"\npopulation = "everybody"\n'
    settings_file.write_text(settings_file.read_text(encoding="utf-8") + whom, encoding="utf-8")
    workspace.put("2026-Q3.csv", rows)
    if change is not None:
        change(workspace, rows)
    workspace.run()
    folder = workspace.folder / "outputs" / "release" / "2026-Q3" / "1" / "public"
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["findings"]


def _shuffle_and_rename(workspace: Workspace, rows: Rows) -> None:
    order = np.random.default_rng(2026).permutation(len(rows))
    workspace.put("2026-Q3.csv", [rows[at] for at in order])
    workspace.edit("caseload.toml", 'riverside = "Riverside Law Centre"', 'westgate = "Westgate Advice"')
    workspace.edit("caseload.toml", 'centre = "riverside"', 'centre = "westgate"')


def _split(workspace: Workspace, rows: Rows) -> None:
    workspace.put("2026-Q3.csv", rows[:100])
    workspace.put("2026-Q3.csv", as_text(rows[100:]), source="annexe")
    settings_file = workspace.folder / "caseload.toml"
    text = settings_file.read_text(encoding="utf-8")
    own = text[text.index("[sources.riverside]") : text.index("[sources.harbour]")]
    settings_file.write_text(text + own.replace("[sources.riverside]", "[sources.annexe]"), encoding="utf-8")


@pytest.mark.slow
def test_order_names_and_sources_of_files_change_no_finding_and_more_clients_narrow_it(make_workspace):
    before = _findings(make_workspace, "before")
    compared = [each for each in before if each["ratio_low"] is not None]
    assert len(compared) >= 3
    for change in (_shuffle_and_rename, _split):
        assert _findings(make_workspace, change.__name__.strip("_"), change=change) == before
    doubled = {each["finding_id"]: each for each in _findings(make_workspace, "doubled", times=2)}
    for each in compared:
        twice = doubled[each["finding_id"]]
        assert twice["ratio_high"] - twice["ratio_low"] < each["ratio_high"] - each["ratio_low"]
