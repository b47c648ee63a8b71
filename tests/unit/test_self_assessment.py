"""What a law centre says of itself: what is refused, and that it stands on that centre's page and nowhere else."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from builders import make_facts
from rounded import ROUNDED, centre_brief
from workspaces import QUARTER, Workspace

from pipelines.audit import file_problems
from pipelines.audit.reading import read_release
from pipelines.audit.usual import usual_problems
from pipelines.errors import IdentifiersFound, SettingsError
from pipelines.publish.release import render
from pipelines.remarks import Remarks, self_answers_for
from pipelines.self_assessment import Answer, load_self_assessment, standards
from pipelines.workspace import init_workspace

ENTRY = {
    "centre": "harbour",
    "standard": "languages",
    "answer": "partly",
    "evidence": "Interpreting is booked for the second meeting.",
    "next_step": "A telephone interpreter at the front desk from January 2027.",
    "said_by": "Director, Harbour Law Centre",
    "said_on": "2026-10-02",
}


def write(folder: Path, *entries: dict[str, str]) -> Path:
    lines = [["[[answers]]", *(f'{key} = "{value}"' for key, value in (ENTRY | each).items() if value)]
             for each in entries]  # fmt: skip
    (folder / "self_assessment.toml").write_text("\n".join(line for each in lines for line in each), encoding="utf-8")
    return folder


def read(folder: Path) -> tuple[Answer, ...]:
    return load_self_assessment(folder, centres=("harbour", "riverside"), names=("Harbour Law Centre",))


def test_answers_are_read_in_the_order_of_the_standards(tmp_path: Path) -> None:
    found = read(write(tmp_path, {}, {"standard": "recording", "answer": "met"}, {"centre": "riverside"}))
    assert [(each.centre, each.standard) for each in found] == [
        ("harbour", "recording"), ("harbour", "languages"), ("riverside", "languages"),
    ]  # fmt: skip
    assert found[1].said_on == date(2026, 10, 2)


def test_without_the_file_and_in_a_new_workspace_nobody_has_answered(tmp_path: Path) -> None:
    assert read(tmp_path) == ()
    init_workspace(tmp_path / "mine")
    assert read(tmp_path / "mine") == ()


def test_the_example_of_a_new_workspace_can_be_used(tmp_path: Path) -> None:
    init_workspace(tmp_path / "mine")
    path = tmp_path / "mine" / "self_assessment.toml"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(line.removeprefix("# ") for line in lines[4:]), encoding="utf-8")
    (found,) = load_self_assessment(path.parent, centres=("my-law-centre",), names=("My Law Centre",))
    assert found.standard == "recording"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"centre": "harbor"}, 'answers 1.centre must be one of harbour, riverside. Did you mean "harbour"?'),
        ({"standard": "language"}, 'Did you mean "languages"?'),
        ({"answer": "maybe"}, "answers 1.answer must be one of met, partly, not_yet."),
        ({"evidence": ""}, "answers 1.evidence"),
        ({"next_step": "x" * 401}, "answers 1.next_step must have 1 to 400 characters"),
        ({"said_by": ""}, "answers 1.said_by"),
        ({"said_on": ""}, "answers 1.said_on must be a date"),
        ({"score": "7"}, "answers 1.score is not a setting"),
    ],
)
def test_what_nobody_knows_is_refused(tmp_path: Path, entry: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError) as failure:
        read(write(tmp_path, entry))
    assert failure.value.exit_code == 10
    assert told in str(failure.value)


def test_two_answers_about_one_standard_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="answers 2 is about the same centre and standard"):
        read(write(tmp_path, {}, {"answer": "met"}))


@pytest.mark.parametrize("entry", [{"evidence": "Mrs Nowak was glad."}, {"said_by": "Director, ann@example.org"}])
def test_an_answer_that_points_at_a_person_stops_the_run(tmp_path: Path, entry: dict[str, str]) -> None:
    with pytest.raises(IdentifiersFound) as failure:
        read(write(tmp_path, entry))
    assert failure.value.exit_code == 12
    assert "answers 1: " in str(failure.value)
    assert "Nowak" not in str(failure.value)
    assert "ann@" not in str(failure.value)


def test_each_standard_says_where_it_comes_from() -> None:
    told = standards()["standards"]
    assert len(told) >= 8
    assert all(each.keys() == {"title", "text", "origin"} for each in told.values())
    assert not any(letter.isdigit() for each in told.values() for letter in each["title"] + each["text"])


# The page and its audit


KEY = "2026-Q3/1/centre-kirkby"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    answers = read(write(tmp_path_factory.mktemp("answers"), {}, {"standard": "recording"}, {"centre": "riverside"}))
    told = self_answers_for(Remarks((), (), (), answers), "centre-harbour")
    return render(centre_brief(network_rule=ROUNDED, self_answers=told), make_facts())


def problems(files: dict[str, bytes]) -> str:
    release = read_release(KEY, files)
    return "\n".join([*usual_problems(release, {KEY: release}), *file_problems(KEY, files)])


def test_it_stands_on_the_page_of_that_centre_and_nowhere_else(files: dict[str, bytes]) -> None:
    page = files["compare.html"].decode()
    assert page.count(ENTRY["evidence"]) == 2
    assert "partly met" in page
    assert "2 October 2026" in page
    assert len(json.loads(files["manifest.json"])["self_assessment"]) == 2
    others = [name for name in files if name not in {"compare.html", "manifest.json"}]
    assert [name for name in others if ENTRY["evidence"].encode() in files[name]] == []
    assert "compare.html" not in problems(files)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"partly met", b"met"), (ENTRY["evidence"].encode(), b"All is well."), (b"2 October 2026", b"3 October 2026")],
)
def test_another_answer_than_that_of_the_manifest_is_found(files: dict[str, bytes], old: bytes, new: bytes) -> None:
    changed = files | {"compare.html": files["compare.html"].replace(old, new, 1)}
    assert "compare.html has other answers than manifest.json" in problems(changed)


@pytest.mark.slow
def test_a_run_prints_it_for_its_centre_alone(published: Workspace) -> None:
    write(published.folder, {}, {"centre": "riverside", "evidence": "All of it is asked at the first desk."})
    published.run(audiences=("centre-riverside", "centre-harbour"))
    shelf = published.folder / "outputs" / "release" / QUARTER
    pages = {path.parent.name: path.read_text("utf-8") for path in shelf.glob("*/*/compare.html")}
    assert pages
    for audience, page in pages.items():
        assert ("All of it is asked at the first desk." in page) is (audience == "centre-riverside")
    briefs = [path.read_text("utf-8") for path in shelf.glob("*/*/brief.html")]
    assert not any(ENTRY["evidence"] in page for page in briefs)
