"""Scores of policy: which files are taken, whose country is shown, and that wrong files are told all at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from workspaces import Workspace

from pipelines.analysis.policy_scores import read_policy_scores
from pipelines.codelists import codelist, read_codelist
from pipelines.errors import SettingsError
from pipelines.policy_choice import policy_areas
from pipelines.policy_context import read_bands
from pipelines.publish.policy import Score
from pipelines.resources import reference_file
from pipelines.settings import load_settings
from tests.policies import HEADINGS, line, policy_of, put_scores, write_settings

# As the index published them; _T is the score over all policy areas.
READ = {
    ("2015", 2014): {
        "_T": 57, "LABOUR": 56, "FAMILY": 33, "EDUCATION": 57, "HEALTH": 64, "POLITICAL": 51, "RESIDENCE": 51,
        "NATIONALITY": 60, "DISCRIMINATION": 85,
    },
    ("2020", 2019): {"_T": 56},
}  # fmt: skip


def test_the_packaged_table_fits_its_schema_and_holds_what_was_read_and_nothing_more(tmp_path: Path):
    found: dict[tuple[str, int], dict[str, int]] = {}
    for score in read_policy_scores(tmp_path):
        found.setdefault((score.edition, score.data_year), {})[score.policy_area_code] = score.score
        assert (score.index, score.country_code, score.is_own) == ("MIPEX", "GB", False)
        assert score.edition in score.title
        assert score.address.startswith("https://")
        assert score.read_on == date(2026, 11, 29)
    assert found == READ


def test_the_words_of_the_scale_cover_every_score_once():
    bands = read_bands()
    assert [sum(band.low <= n <= band.high for band in bands) for n in range(101)] == [1] * 101
    told = {n: next(band.label for band in bands if band.low <= n <= band.high) for n in (0, 1, 20, 21, 40, 41, 59)}
    assert told == {
        0: "critically unfavourable", 1: "unfavourable", 20: "unfavourable", 21: "slightly unfavourable",
        40: "slightly unfavourable", 41: "halfway favourable", 59: "halfway favourable",
    }  # fmt: skip


def test_every_advice_type_is_mapped_or_said_to_belong_to_no_area_with_a_reason():
    rows = read_codelist(reference_file("policy", "advice_types.csv")).rows
    assert [row["code"] for row in rows] == list(codelist("advice_types").codes)
    assert {row["policy_area_code"] for row in rows} - {""} <= set(policy_areas())
    assert all(row["reason"] for row in rows)
    assert {row["policy_area_code"] for row in rows if row["code"].startswith(("EUSS", "EEAR"))} == {""}


def test_the_newest_edition_with_areas_is_shown_and_a_newer_one_without_is_told(tmp_path: Path):
    policy = policy_of(tmp_path)
    assert {(score.edition, score.data_year) for score in policy.scores} == {("2015", 2014)}
    newer = policy.newer
    assert newer is not None
    assert (newer.edition, newer.data_year, newer.value) == ("2020", 2019, 56)


def test_a_networks_own_newer_scores_take_the_place_of_the_older_edition(tmp_path: Path):
    put_scores(tmp_path, line("FAMILY", 12), line("_T", 40))
    policy = policy_of(tmp_path)
    assert [(score.edition, score.area, score.value) for score in policy.all_scores] == [
        ("2030", "_T", 40), ("2030", "FAMILY", 12),
    ]  # fmt: skip
    assert all(score.is_own for score in policy.all_scores)
    assert policy.score("HEALTH") is None


def test_another_country_has_its_own_scores_and_one_without_has_none(tmp_path: Path):
    put_scores(tmp_path, line("FAMILY", 12, country="IE"))
    assert [score.value for score in policy_of(tmp_path, '[policy]\ncountry = "IE"').scores] == [12]
    assert policy_of(tmp_path, '[policy]\ncountry = "FR"').all_scores == ()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([line("FAMILY", 12), line("FAMILY", 13)], "MIPEX 2030 GB FAMILY is there twice"),
        ([line("FAMILY", 33, edition=2015, year=2014)], "MIPEX 2015 GB FAMILY is there twice"),
        ([line("FAMILY", 101)], "row 2: score must be a whole number from 0 to 100"),
        ([line("FAMILY", "33.5")], "score must be a whole number"),
        ([line("FAMILY", "")], "score is empty"),
        ([line("BENEFITS", 12)], "there is no policy_area_code such as this"),
        ([line("FAMILY", 12, country="UK")], "there is no country_code such as this"),
        ([line("FAMILY", 12, year=2031)], "data_year must not be after edition"),
        ([line("FAMILY", 12), line("HEALTH", 12, year=2028)], "name several years of data"),
        ([line("FAMILY", 12, edition="latest")], "edition must be a year"),
        ([line("FAMILY", 12).replace("2026-12-01", "soon")], "read_on must be a date"),
        ([line("FAMILY", 12).replace("https://example.org/scores", "a book")], "address must begin with https://"),
        ([line("FAMILY", 12).replace("MIPEX", "OTHER")], "there is no index such as this"),
        ([line("FAMILY", 12) + ",more"], "more or fewer values"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, lines: list[str], told: str):
    put_scores(tmp_path, *lines)
    with pytest.raises(SettingsError, match=told):
        read_policy_scores(tmp_path)


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path):
    put_scores(tmp_path, line("FAMILY", 101), line("HEALTH", -1), name="a.csv")
    put_scores(tmp_path, line("FAMILY", 1), name="b.csv", headings=HEADINGS.replace("score", "points"))
    (tmp_path / "policy" / "c.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError) as stopped:
        read_policy_scores(tmp_path)
    said = str(stopped.value)
    assert ("a.csv, row 2" in said, "a.csv, row 3" in said, "column score is missing" in said) == (True,) * 3
    assert ("column points is not known" in said, "c.csv cannot be read" in said) == (True, True)


def test_a_wrong_file_stops_a_run_before_anything_is_stored(workspace: Workspace):
    put_scores(workspace.folder, line("FAMILY", 101))
    with pytest.raises(SettingsError) as stopped:
        workspace.run()
    assert stopped.value.exit_code == 10
    assert workspace.snapshot() == {}


def test_a_network_can_put_an_advice_type_into_another_area_or_into_none(tmp_path: Path):
    own = '[advice_types]\nPOND = "Pond law"\nLAKE = "Lake law"\n[policy.areas]\nPOND = "HEALTH"\nEMP = "none"'
    area_of = policy_of(tmp_path, own).area_of
    assert (area_of["POND"], area_of["LAKE"], area_of["EMP"], area_of["EDU"]) == ("HEALTH", "", "", "EDUCATION")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('country = "UK"', '"UK" is no code of a country'),
        ('[policy.areas]\nEMPP = "LABOUR"', 'there is no advice type "EMPP". Did you mean "EMP"'),
        ('[policy.areas]\nEMP = "WORK"', 'there is no policy area "WORK"'),
        ('index = "OTHER"', "policy.index is not a setting"),
    ],
)
def test_a_wrong_setting_is_told(tmp_path: Path, text: str, told: str):
    with pytest.raises(SettingsError) as stopped:
        load_settings(write_settings(tmp_path, f"[policy]\n{text}"), {})
    assert told in str(stopped.value)


def test_a_score_knows_its_address():
    assert Score("2015", 2014, "FAMILY", 33, "", "", date(2026, 11, 29)).ref == "policy.2015.FAMILY.score"
