"""The demonstration: what was planted is found, nothing else is claimed, and every figure can be worked out again."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from pipelines.arguments import command_parser
from pipelines.cli import main

CLAIMS = {"clearly_lower", "lower_size_unsure", "clearly_higher", "higher_size_unsure", "small_difference"}
RELEASE = Path("outputs/release/2026-Q3/1/public")
STATISTICS = (
    "areas",
    "centres",
    "enquiries",
    "intersections",
    "need_profiles",
    "projects",
    "recording",
    "trends",
    "waiting",
    "waiting_curves",
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the demonstration as a new user would, with its own default size."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    assert main(["demo", "--out", str(folder), "--json"]) == 0
    return folder


@pytest.fixture(scope="module")
def findings(demo: Path) -> dict[str, dict[str, Any]]:
    manifest = json.loads((demo / RELEASE / "manifest.json").read_text("utf-8"))
    return {finding["finding_id"]: finding for finding in manifest["findings"]}


def rows(demo: Path, table: str) -> list[dict[str, str]]:
    with (demo / RELEASE / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_planted_under_service_is_found_and_nothing_else_is_claimed(findings: dict[str, dict[str, Any]]):
    flagged = [name for name, finding in findings.items() if finding["is_under_served"]]
    claimed = [name for name, finding in findings.items() if finding["state"] in CLAIMS]
    assert flagged == claimed == ["aged_55_plus.share_of_clients"]
    assert {finding["family_size"] for finding in findings.values() if finding["q_value"] is not None} == {13}


def test_the_planted_ratio_lies_within_the_limits(findings: dict[str, dict[str, Any]]):
    older, family = findings["aged_55_plus.share_of_clients"], findings["family_member.share_of_clients"]
    assert older["ratio_low"] <= 0.5 <= older["ratio_high"]
    assert family["ratio_low"] <= 0.7 <= family["ratio_high"]


def test_the_group_that_was_planted_to_wait_longer_is_found_and_no_other(demo: Path):
    """Families were made to wait two and a half times as long; in the released brief, and in the report inside."""
    manifest = json.loads((demo / RELEASE / "manifest.json").read_text("utf-8"))
    states = {each["group"]: each["state"] for each in manifest["waiting"]}
    assert [group for group, state in states.items() if state == "waits_longer"] == ["FAMILY_MEMBER"]
    assert "waits_less" not in states.values()
    (folder,) = (demo / "outputs" / "internal").glob("*/statistics/2026-Q3")
    inside = {row["group_code"]: row["verdict"] for row in csv.DictReader((folder / "waiting.csv").open())}
    assert [group for group, verdict in inside.items() if verdict.startswith("waits")] == ["FAMILY_MEMBER"]
    assert inside["FAMILY_MEMBER"] == "waits_longer"


def test_the_area_that_was_planted_without_a_law_centre_is_named_and_no_other(demo: Path):
    """Nobody comes from Westfold, and no law centre stands there."""
    page = (demo / RELEASE / "brief.html").read_text("utf-8")
    lead = "Areas without a law centre of this network, of those from which few clients came:"
    (listed,) = re.findall(rf"{lead}</p>\s*<ul[^>]*>(.*?)</ul>", page, re.DOTALL)
    assert re.findall(r"[A-Z]{3,}", re.sub(r"<[^>]*>", " ", listed)) == ["WESTFOLD"]


def test_the_group_that_was_planted_to_wait_for_its_opening_is_found_and_no_other(demo: Path):
    """Dual nationals were made to wait two and a half times as long from asking to opening."""
    manifest = json.loads((demo / RELEASE / "manifest.json").read_text("utf-8"))
    states = {each["group"]: each["state"] for each in manifest["opening"]}
    assert [group for group, state in states.items() if state == "waits_longer"] == ["DUAL_NATIONAL"]
    assert "waits_less" not in states.values()


def test_reasons_and_channels_are_shown_as_they_were_planted(demo: Path):
    """Of open cases with a known reason about half wait for a decision, and some have two; most people ring or come."""
    reasons = {row["stall_reason_code"]: int(row["n"]) for row in rows(demo, "by_stall_reason")}
    known = reasons["_T"] - reasons["_U"]
    assert 0.40 <= reasons["DECISION"] / known <= 0.55
    assert sum(n for code, n in reasons.items() if code != "_T") > reasons["_T"]
    channels = {row["channel_code"]: int(row["n"]) for row in rows(demo, "by_channel")}
    named = [code for code in channels if not code.startswith("_")]
    assert sorted(named, key=channels.__getitem__)[-2:] == ["IN_PERSON", "PHONE"]


def test_the_group_that_was_planted_to_be_turned_away_is_found_and_no_other(demo: Path):
    """Of the enquiries of people aged 55 and over more than three times as many were turned away as of others."""
    manifest = json.loads((demo / RELEASE / "manifest.json").read_text("utf-8"))
    told = {each["group"]: each for each in manifest["enquiries"]}
    assert [group for group, each in told.items() if each["state"] == "turned_away_more"] == ["AGED_55_PLUS"]
    assert "turned_away_less" not in {each["state"] for each in told.values()}
    assert told["AGED_55_PLUS"]["low"] <= 0.6 <= told["AGED_55_PLUS"]["high"]
    assert {row["unit"] for row in rows(demo, "by_enquiry_response")} == {"enquiries"}
    (folder,) = (demo / "outputs" / "internal").glob("*/statistics/2026-Q3")
    inside = {row["group_code"]: row["verdict"] for row in csv.DictReader((folder / "enquiries.csv").open())}
    assert inside == {
        "AGED_55_PLUS": "turned_away_more",
        "DUAL_NATIONAL": "no_difference",
        "FAMILY_MEMBER": "no_difference",
    }


def test_the_group_that_was_planted_to_face_more_barriers_is_found_and_no_other(demo: Path):
    """Families were made to face two barriers more often; sources without the field make nobody look free of them."""
    manifest = json.loads((demo / RELEASE / "manifest.json").read_text("utf-8"))
    states = {each["group"]: each["state"] for each in manifest["barriers"] if each["group"] != "_T"}
    assert [group for group, state in states.items() if state == "more_barriers"] == ["FAMILY_MEMBER"]
    assert set(states) == {"AGED_55_PLUS", "DUAL_NATIONAL", "FAMILY_MEMBER"}
    assert "fewer_barriers" not in states.values()
    several = next(each for each in manifest["barriers"] if each["finding_id"] == "barriers.several_barriers")
    counts = {row["barrier_count_code"]: int(row["n"]) for row in rows(demo, "by_barrier_count")}
    assert several["observed"] == counts["SEVERAL"] / (counts["_T"] - counts["_U"]) > counts["SEVERAL"] / counts["_T"]


def least_and_most(row: dict[str, str]) -> tuple[int, int, int, int]:
    """Give the fewest members, the most if everybody not known belongs, and the least and the greatest base."""
    n, base, missing = int(row["n"]), int(row["base"]), int(row["not_known"])
    reach_n, reach_base, reach_missing = (int(row[f"reach_{name}"]) for name in ("n", "base", "not_known"))
    most = base if row["group_code"] == "DUAL_NATIONAL" else n + missing + reach_n + reach_missing
    return max(n - reach_n, 0), most, base - reach_base, base + reach_base


def test_a_finding_can_be_worked_out_again_from_the_released_files_alone(demo: Path):
    """By another library than the product's, from counts, base and benchmark as they stand in the files."""
    groups = {(row["group_code"], row["membership_code"]): row["n"] for row in rows(demo, "by_group_of_interest")}
    compared = [row for row in rows(demo, "findings") if row["benchmark_low"] and row["n"]]
    assert len(compared) > 8
    for row in compared:
        least, most, smallest, largest = least_and_most(row)
        low = stats.binomtest(least, largest).proportion_ci(method="exact").low / float(row["benchmark_high"])
        high = stats.binomtest(min(most, smallest), smallest).proportion_ci(method="exact").high
        assert math.isclose(low, float(row["ratio_low"]), rel_tol=1e-6)
        assert math.isclose(high / float(row["benchmark_low"]), float(row["ratio_high"]), rel_tol=1e-6)
        assert float(row["share"]) == int(row["n"]) / (int(row["base"]) - int(row["not_known"]))
        if row["dimension"] == "group_code":
            assert row["n"] == groups[row["group_code"], "Y"]


def test_what_is_told_of_a_finding_is_rounded_and_says_how_far(demo: Path):
    for row in (row for row in rows(demo, "findings") if row["n"]):
        assert int(row["n"]) % 5 == int(row["base"]) % 5 == 0
        assert int(row["reach_n"]) == int(row["reach_base"]) == 4 <= int(row["reach_not_known"])


def test_q_values_can_be_worked_out_again(demo: Path):
    tested = [row for row in rows(demo, "findings") if row["q_value"]]
    ends = [least_and_most(row) for row in tested]
    p = [
        stats.binom.cdf(most, smallest, float(row["benchmark_low"]))
        for (_, most, smallest, _), row in zip(ends, tested, strict=True)
    ]
    again = stats.false_discovery_control(p)
    assert [float(row["q_value"]) for row in tested] == pytest.approx(list(again), rel=1e-6)


def test_manifest_and_data_say_the_same(demo: Path, findings: dict[str, dict[str, Any]]):
    told = {row["group_code"]: row for row in rows(demo, "findings")}
    for finding in (each for each in findings.values() if each["group"] != "_T"):
        row = told[finding["group"]]
        assert row["state"] == finding["state"]
        for name in ("ratio", "ratio_low", "ratio_high", "q_value", "expected", "benchmark"):
            assert (float(row[name]) if row[name] else None) == finding[name]


def test_the_benchmark_is_named_with_its_source_and_date(demo: Path):
    manifest = json.loads((demo / RELEASE / "manifest.json").read_text("utf-8"))
    assert {each["benchmark_id"] for each in manifest["benchmarks"]} == {"invented-population"}
    assert all(each["source"] and each["reference_date"] for each in manifest["benchmarks"])


def test_true_statistics_stay_inside_and_are_readable_by_their_owner_only(demo: Path):
    (folder,) = (demo / "outputs" / "internal").glob("*/statistics/2026-Q3")
    files = sorted(folder.iterdir())
    assert [path.stem for path in files] == list(STATISTICS)
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *files))
    released = {path.name for path in (demo / "outputs" / "release").rglob("*")}
    assert not released & {path.name for path in files}


def test_the_advice_desert_and_the_rising_digital_cases_are_seen(demo: Path):
    (folder,) = (demo / "outputs" / "internal").glob("*/statistics/2026-Q3")
    areas = {row["area_code"]: row for row in csv.DictReader((folder / "areas.csv").open(encoding="utf-8"))}
    assert areas["WESTFOLD"]["n"] == "0"
    trends = list(csv.DictReader((folder / "trends.csv").open(encoding="utf-8")))
    digital = [row for row in trends if (row["code"], row["quarter"]) == ("EUSS_DIGITAL", "2026-Q3")]
    assert [row["verdict"] for row in digital] == ["rise"]


def test_the_default_size_is_the_one_tested():
    assert command_parser(defaultdict(lambda: lambda _: 0)).parse_args(["demo"]).cases == 40_000
