"""The auditor and scores of policy: a score that is no source's, or stands beside another area, is found everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from pipelines.audit import file_problems
from pipelines.audit.markup import passages, read_markup
from pipelines.audit.pages import page_problems
from pipelines.audit.policy import policy_problems
from pipelines.audit.policy_pages import policy_drawing_problems, policy_page_problems
from pipelines.audit.reading import read_release
from pipelines.publish.release import render
from tests.builders import make_facts
from tests.policies import policy_of, rounded_policy_brief

KEY, CSV = "2026-Q3/1/network", "data/policy_context.csv"
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return render(rounded_policy_brief(policy_of(tmp_path_factory.mktemp("audit"))), make_facts())


def found_in(files: Files) -> list[str]:
    """Give what the checks of scores say, without those of everything else."""
    release = read_release(KEY, files)
    page, drawing = (read_markup(files[path].decode()) for path in ("brief.html", "charts/policy.svg"))
    told = list(passages(page, lambda element: element.tag == "svg"))
    drawn = [each for svg in drawing.all("svg") for each in policy_drawing_problems(release, "charts/policy.svg", svg)]
    in_words = policy_page_problems(release, "brief.html", page, told)
    return [
        *policy_problems(release),
        *in_words,
        *drawn,
        *(each for each in page_problems(release) if "policy" in each),
    ]


def changed(files: Files, path: str, old: str, new: str) -> Files:
    """Change a text of a file."""
    text = files[path].decode()
    assert old in text, old
    return files | {path: text.replace(old, new, 1).encode()}


def with_manifest(files: Files, change: Callable[[dict], None]) -> Files:
    told = json.loads(files["manifest.json"])
    change(told["policy"])
    return files | {"manifest.json": json.dumps(told).encode()}


def score(told: dict, area: str) -> dict:
    return next(each for each in told["scores"] if (each["edition"], each["area"]) == ("2015", area))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (CSV, ",IMM_FAMILY_REUNION,clients,150,", ",IMM_FAMILY_REUNION,clients,155,"),
        (CSV, ",33,2015,2014,", ",34,2015,2014,"),
        (CSV, ",33,2015,2014,", ",33,2015,2015,"),
        (CSV, ",FAMILY,IMM_FAMILY_REUNION", ",HEALTH,IMM_FAMILY_REUNION"),
        (CSV, "_Z,HOU,", "_Z,DEBT,"),
        ("brief.html", 'data-ref="policy.2015.FAMILY.score">33<', 'data-ref="policy.2015.FAMILY.score">38<'),
        ("brief.html", "33</data></td>", "34</data></td>"),
        ("brief.html", ">slightly unfavourable</td>", ">slightly favourable</td>"),
        ("brief.html", ": slightly favourable. The score", ": favourable. The score"),
        ("charts/policy.svg", ">33<", ">35<"),
        ("charts/policy.svg", ": slightly unfavourable", ": slightly favourable"),
        ("charts/policy.svg", ">Family reunion<", ">Health<"),
    ],
)
def test_a_changed_score_word_or_figure_is_found(files: Files, path: str, old: str, new: str):
    assert found_in(changed(files, path, old, new))


def test_what_was_not_changed_is_in_order(files: Files):
    assert found_in(files) == []


def test_two_areas_with_one_score_cannot_change_places(files: Files):
    names = {"POLITICAL": "RESIDENCE", "RESIDENCE": "POLITICAL"}
    page = re.sub(
        r"policy\.2015\.(POLITICAL|RESIDENCE)", lambda m: f"policy.2015.{names[m[1]]}", files["brief.html"].decode()
    )
    told = found_in(files | {"brief.html": page.encode()})
    assert any("beside other words than its own" in each for each in told)
    assert any("draws policy.2015.RESIDENCE.score" in each for each in told)


def test_a_diamond_at_another_place_is_found(files: Files):
    svg = files["charts/policy.svg"].decode()
    before = svg.rindex("M ", 0, svg.index("policy.2015.FAMILY.score"))
    place = re.match(r"M ([\d.]+)", svg[before:])
    assert place
    moved = f"{svg[:before]}M {float(place[1]) + 40:.2f}{svg[before + place.end() :]}"
    assert any("at another place" in each for each in found_in(files | {"charts/policy.svg": moved.encode()}))


def test_the_whole_audit_asks_about_scores(files: Files):
    told = changed(files, CSV, ",33,2015,2014,", ",34,2015,2014,")
    told = changed(told, "charts/policy.svg", ": slightly unfavourable", ": slightly favourable")
    problems = [each for each in file_problems(KEY, told) if "policy" in each]
    assert any("differs from by_advice_type.csv or its score" in each for each in problems)
    assert any("charts/policy.svg draws policy.2015.FAMILY.score" in each for each in problems)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: score(told, "FAMILY").update(value=34), "FAMILY is not that of its source"),
        (lambda told: score(told, "FAMILY").update(address="https://example.org"), "is not that of its source"),
        (lambda told: score(told, "FAMILY").update(read_on=""), "has no number, year or source that fits"),
        (lambda told: score(told, "FAMILY").update(data_year=2013), "has no number, year or source that fits"),
        (lambda told: score(told, "FAMILY").update(value=133), "has no number, year or source that fits"),
        (lambda told: score(told, "FAMILY").update(band="favourable"), "in words of another score"),
        (lambda told: score(told, "FAMILY").update(more=1), "has no number, year or source that fits"),
        (lambda told: told["scores"].append(score(told, "FAMILY")), "has a score of policy twice"),
        (lambda told: told["areas"].update(FAMILY="Families"), "names policy areas, the index or the country"),
        (lambda told: told.update(country="Ireland"), "names policy areas, the index or the country"),
        (lambda told: told.update(title="Another Index"), "names policy areas, the index or the country"),
        (lambda told: score(told, "FAMILY").update(is_own=True), "is not that of its source"),
        (lambda told: told["area_of"].update(POND="HEALTH"), "puts other advice types into policy areas"),
        (lambda told: told["area_of"].pop("EMP"), "differs from by_advice_type.csv or its score in EMP"),
        (lambda told: told["area_of"].update(HOU="HEALTH"), "differs from by_advice_type.csv or its score in HOU"),
        (lambda told: told.pop("scores"), "tells of policy what nobody can judge"),
    ],
)
def test_a_manifest_that_tells_another_score_is_found(files: Files, change: Callable[[dict], None], said: str):
    assert any(said in each for each in found_in(with_manifest(files, change)))


def test_a_data_file_without_its_sources_is_found(files: Files):
    told = json.loads(files["manifest.json"]) | {"policy": None}
    found = found_in(files | {"manifest.json": json.dumps(told).encode()})
    assert any("do not both tell of policy" in each for each in found)
