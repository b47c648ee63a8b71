"""Benchmarks: which files are taken, what a cut between bands means, and that wrong files are told all at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from workspaces import Workspace

from pipelines.analysis.benchmark_files import read_benchmarks
from pipelines.analysis.benchmarks import Benchmark
from pipelines.errors import SettingsError

HEADINGS = "benchmark_id,title,dimension,code,value,unit,reference_date,geography,population,dual_rule,caveat,source,rounded_to"  # fmt: skip # noqa: E501
LINE = "ours,our people,{dimension},{code},{value},people,2025-06-30,here,migrants,apart,Mind this.,Us.,{rounded}"


def lines(dimension: str, rounded: int = 0, **values: object) -> list[str]:
    named = {"_T": 1000, **values}
    return [LINE.format(dimension=dimension, code=code, value=value, rounded=rounded) for code, value in named.items()]


def read(folder: Path, rows: list[str], *, headings: str = HEADINGS) -> list[Benchmark]:
    (folder / "benchmarks").mkdir(exist_ok=True)
    (folder / "benchmarks" / "ours.csv").write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
    return [benchmark for benchmark in read_benchmarks(folder) if benchmark.is_own]


def test_packaged_benchmarks_can_be_read_and_every_one_has_a_source_and_a_caveat(tmp_path: Path):
    packaged = read_benchmarks(tmp_path)
    assert {"euss-2021-06-30", "census-2021-passports", "census-2021-dual"} <= {each.benchmark_id for each in packaged}
    assert all(each.source and each.caveat and each.reference_date.year >= 2019 for each in packaged)
    assert {each.unit for each in packaged if each.benchmark_id.startswith("euss")} == {"applications"}


def test_packaged_figures_are_those_that_were_published(tmp_path: Path):
    ages = next(b for b in read_benchmarks(tmp_path) if (b.benchmark_id, b.dimension) == ("euss-2021-06-30", "age"))
    assert ages.values == {"_T": 6_050_860, "0-17": 1_002_280, "18-64": 4_896_420, "65+": 152_120}
    older = ages.age_share(65, None)
    assert older.low == pytest.approx(0.025, abs=0.0002)
    assert older.is_exact


@pytest.mark.parametrize(
    ("bands", "ages", "low", "high"),
    [
        ({"0-54": 900, "55+": 100}, (55, None), 0.1, 0.1),
        ({"0-49": 800, "50-64": 150, "65+": 50}, (55, None), 0.05, 0.2),
        ({"0-17": 200, "18-64": 770, "65+": 30}, (55, None), 0.03, 0.8),
        ({"65+": 30}, (55, None), 0.03, 1.0),
        ({"0-17": 200, "18-24": 100}, (18, 24), 0.1, 0.8),
        ({"0-17": 200, "18-24": 100, "25+": 700}, (18, 24), 0.1, 0.1),
    ],
)
def test_a_cut_inside_a_band_gives_bounds(
    tmp_path: Path, bands: dict[str, int], ages: tuple[int, int | None], low: float, high: float
):
    (benchmark,) = read(tmp_path, lines("age", **bands))
    share = benchmark.age_share(*ages)
    assert (share.low, share.high) == (pytest.approx(low), pytest.approx(high))


def test_rounding_widens_the_share(tmp_path: Path):
    (benchmark,) = read(tmp_path, lines("gender_code", 100, F=500))
    share = benchmark.share("F")
    assert share is not None
    assert (share.low, share.high) == (pytest.approx(450 / 1050), pytest.approx(550 / 950))
    assert not share.is_exact


def test_a_code_the_benchmark_does_not_have_has_no_share(tmp_path: Path):
    (benchmark,) = read(tmp_path, lines("gender_code", F=500))
    assert benchmark.share("M") is None
    assert benchmark.share("_T") is None


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (lines("gender_code", F=500)[1:], "needs one row with the code _T"),
        (lines("gender_code", F=700, M=700), "its parts are more than its total"),
        (lines("gender_code", Female=500), 'there is no code "Female"'),
        (lines("age", **{"55 and over": 100}), "a band of ages"),
        (lines("height", tall=1), "dimension must be one of"),
        (lines("gender_code", F='"1,000"'), "value must be a number"),
        (lines("gender_code", F="nan"), "value must be a number"),
        (lines("gender_code", F=-1), "value must be a number"),
        ([line.replace("2025-06-30", "June") for line in lines("gender_code", F=1)], "reference_date must be a date"),
        ([line.replace("people,2025", "households,2025") for line in lines("gender_code", F=1)], "unit must be one of"),
        ([line.replace("Mind this.", "") for line in lines("gender_code", F=1)], "caveat is empty"),
        ([lines("gender_code", F=1)[0], lines("gender_code", F=1)[1].replace("here", "there")], "geography differs"),
        (lines("gender_code", F=1) * 2, "a code is there twice"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, rows: list[str], told: str):
    with pytest.raises(SettingsError) as stopped:
        read(tmp_path, rows)
    assert told in str(stopped.value)
    assert "ours.csv" in str(stopped.value)


def test_missing_and_unknown_columns_are_named(tmp_path: Path):
    with pytest.raises(SettingsError) as stopped:
        read(tmp_path, [], headings=HEADINGS.replace("caveat", "remark"))
    assert "caveat is missing" in str(stopped.value)
    assert "remark is not known" in str(stopped.value)


def test_a_wrong_benchmark_stops_a_run_before_anything_is_stored(workspace: Workspace):
    with pytest.raises(SettingsError):
        read(workspace.folder, lines("gender_code", F="many"))
    before = workspace.snapshot()
    with pytest.raises(SettingsError) as stopped:
        workspace.run()
    assert stopped.value.exit_code == 10
    assert workspace.snapshot() == before


def test_whom_a_network_serves_is_checked(workspace: Workspace):
    workspace.edit("caseload.toml", "[centres]", '[benchmarks]\ngeography = "The North"\nwithin_years = 40\n[centres]')
    with pytest.raises(SettingsError) as stopped:
        workspace.settings  # noqa: B018
    assert "benchmarks.geography" in str(stopped.value)
    assert "benchmarks.within_years" in str(stopped.value)
