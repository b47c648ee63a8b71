"""Advice types beside scores of policy: each score is its source row's, each count the table's, in every format."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
import pytest

from pipelines.audit.agreement import agreement_problems
from pipelines.audit.policy import policy_problems
from pipelines.audit.reading import read_release
from pipelines.policy_context import read_bands
from pipelines.publish.charts import chart_for
from pipelines.publish.chartspec import HIDDEN
from pipelines.publish.drawing import figure_defects, text_width
from pipelines.publish.layout import lay_out
from pipelines.publish.marks import Box, Dot, Stroke
from pipelines.publish.page import lay_out as lay_out_page
from pipelines.publish.policy import DATA, Policy
from pipelines.publish.policy_data import policy_facts, policy_files
from pipelines.publish.policy_sheet import policy_sheet
from pipelines.publish.release import render
from pipelines.publish.sentences import to_text
from tests.builders import make_facts
from tests.policies import (
    centre_policy_brief,
    cited,
    line,
    policy_brief,
    policy_of,
    put_scores,
    rounded_policy_brief,
    source_rows,
)
from tests.translated import language

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return policy_of(tmp_path_factory.mktemp("policy"))


@pytest.fixture(scope="module")
def files(policy: Policy) -> Files:
    return render(policy_brief(policy), make_facts())


def rows_of(files: Files) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"data/{DATA}.csv"].decode())))


def section_text(brief) -> str:
    found = [section for _, section in lay_out_page(brief, charted=()).walk() if section.section_id == "policy"]
    return " ".join(to_text(block.text) for section in found for block in section.blocks if hasattr(block, "text"))


def test_each_printed_score_is_that_of_its_source_row_and_year(files: Files):
    sources, printed = source_rows(), []
    for path in ("brief.html", "charts/policy.svg"):
        printed += [(*key, shown) for *key, shown in cited(files[path].decode())]
    printed += [
        (row["policy_edition"], row["policy_area_code"], row["policy_score"]) for row in rows_of(files)
        if row["policy_score"]
    ]  # fmt: skip
    told = json.loads(files["manifest.json"])["policy"]["scores"]
    printed += [(each["edition"], each["area"], str(each["value"])) for each in told]
    assert {(edition, area) for edition, area, _ in printed} == set(sources)
    assert [each for each in printed if sources[each[0], each[1]]["score"] != each[2]] == []
    dated = {(each["edition"], each["area"]): each for each in told}
    for key, row in sources.items():
        assert [dated[key][name] for name in ("title", "address", "read_on")] == [
            row[name] for name in ("title", "address", "read_on")
        ]
        assert str(dated[key]["data_year"]) == row["data_year"]
    assert {row["policy_year"] for row in rows_of(files) if row["policy_score"]} == {"2014"}


def test_every_format_has_the_section_with_year_words_and_cautions(files: Files):
    page = re.sub(r"<[^>]+>", "", files["brief.html"].decode())
    for told in ("the rules of 2014 (United Kingdom), from the 2015 edition", "33: slightly unfavourable",
                 "people from outside the European Union", "It does not tell what became of these clients",
                 "The 2020 edition gives 56 over all policy areas for 2019: halfway favourable"):  # fmt: skip
        assert told in page
    assert {"charts/policy.svg", "charts/policy.png", f"data/{DATA}.csv"} <= files.keys()
    described = {each["url"] for each in json.loads(files["data/metadata.json"])["tables"]}
    assert f"{DATA}.csv" in described
    sheet = openpyxl.load_workbook(io.BytesIO(files["tables.xlsx"]))["Policy scores"]
    written = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["Family reunion", "FAMILY", "Family reunion", "IMM_FAMILY_REUNION", 150, 0.0312, 33,
            "slightly unfavourable", "2015", "2014"] in written  # fmt: skip


def test_figures_are_those_of_the_table_and_hidden_ones_stay_hidden(files: Files):
    table = list(csv.DictReader(io.StringIO(files["data/by_advice_type.csv"].decode())))
    published = {row["advice_type_code"]: row for row in table if row["unit"] == "clients"}
    for row in rows_of(files):
        same = published[row["advice_type_code"]]
        assert {name: row[name] for name in ("n", "share", "status", "provisional")} == {
            name: same[name] for name in ("n", "share", "status", "provisional")
        }
    hidden = next(row for row in rows_of(files) if row["advice_type_code"] == "NATY_REGISTER")
    assert (hidden["n"], hidden["share"], hidden["status"], hidden["policy_score"]) == ("", "", "C", "60")


@pytest.mark.parametrize("make", [rounded_policy_brief, centre_policy_brief])
def test_the_auditor_agrees(policy: Policy, make):
    brief = make(policy)
    release = read_release(f"2026-Q3/1/{brief.edition.audience}", render(brief, make_facts()))
    problems = [*policy_problems(release), *agreement_problems(release)]
    assert [each for each in problems if "policy" in each.lower()] == []


def test_the_chart_has_a_diamond_at_each_score_and_bars_of_published_counts(policy: Policy):
    brief = policy_brief(policy)
    spec = chart_for(brief, "policy")
    assert spec is not None
    canvas = lay_out(spec, is_narrow=False, measure=text_width)
    dots = [mark for mark in canvas.marks if isinstance(mark, Dot)][1:]
    lines = [
        mark.points for mark in canvas.marks if isinstance(mark, Stroke) and mark.points[0][1] == mark.points[1][1]
    ]
    places = [(dot.x - line[0][0]) / (line[1][0] - line[0][0]) for dot, line in zip(dots, lines[1:], strict=True)]
    assert places == pytest.approx([score.value / 100 for score in policy.scores if score.area != "_T"])
    bars = [bar for area in spec.plot.areas for bar in area.bars]
    widths = [mark.width for mark in canvas.marks if isinstance(mark, Box) and not mark.hatched][1:]
    assert [width / widths[0] for width in widths] == pytest.approx([bar.value / 510 for bar in bars if bar.value])
    assert [bar.shown for bar in bars if bar.kind == HIDDEN] == ["[c] hidden"]


@pytest.mark.parametrize("is_narrow", [False, True])
@pytest.mark.parametrize("tag", ["en", "pl", "bg"])
def test_the_chart_is_legible_in_every_language_and_width(policy: Policy, tag: str, is_narrow: bool):
    changes = {} if tag == "en" else {"language": language(tag)}
    spec = chart_for(policy_brief(policy, **changes), "policy")
    assert spec is not None
    assert figure_defects(lay_out(spec, is_narrow=is_narrow, measure=text_width)) == []


def test_a_missing_score_is_said_to_be_missing(tmp_path: Path):
    put_scores(tmp_path, line("FAMILY", 0), line("NATIONALITY", 100))
    policy = policy_of(tmp_path)
    brief = policy_brief(policy)
    assert "Our table has no score for Labour market mobility, Education, Health" in section_text(brief)
    spec = chart_for(brief, "policy")
    assert spec is not None
    told = {area.label: "".join(text for text, _ in area.figure) for area in spec.plot.areas}
    assert (told["Health"], told["Family reunion"]) == ("No score", "0: critically unfavourable")
    rows = {row["advice_type_code"]: row["policy_score"] for row in rows_of(policy_files(brief))}
    assert (rows["HLTH"], rows["IMM_FAMILY_REUNION"], rows["NATY_NATURALISE"]) == ("", "0", "100")


@pytest.mark.parametrize(
    ("counts", "country", "said"),
    [
        ({"EUSS_SETTLED": 900, "HOU": 300, "EMP": 0}, "GB",
         "No advice type in these figures belongs to a policy area of the Migrant Integration Policy Index"),
        ({"EMP": 300}, "FR", "Our table has no scores by policy area of the Migrant Integration Policy Index (France)"),
    ],
)  # fmt: skip
def test_where_nothing_can_be_set_beside_a_score_one_line_says_so(tmp_path: Path, counts, country: str, said: str):
    brief = policy_brief(policy_of(tmp_path, f'[policy]\ncountry = "{country}"'), counts)
    text = section_text(brief)
    assert text.startswith(said)
    assert text.count(". ") == 0
    assert chart_for(brief, "policy") is None
    assert (policy_files(brief), policy_facts(brief), policy_sheet(brief, name="s", contents="c")) == ({}, None, None)


def test_the_words_of_the_scale_are_those_of_the_index(policy: Policy):
    words = {score.area: policy.band(score) for score in policy.scores}
    assert words["DISCRIMINATION"] == "favourable"
    assert words["POLITICAL"] == words["_T"] == "halfway favourable"
    assert {band.label for band in read_bands()} >= set(words.values())


@pytest.mark.parametrize("word", ["because", "due to", "led to", "caused", "as a result", "therefore"])
def test_no_sentence_gives_policy_as_a_reason(policy: Policy, word: str):
    assert word not in section_text(policy_brief(policy)).casefold()
