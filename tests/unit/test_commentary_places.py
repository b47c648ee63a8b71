"""Where comments stand in a brief, and what commands do with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from comments import write
from workspaces import QUARTER, Workspace

from pipelines.commentary import rules
from pipelines.periods import Period
from pipelines.policy_context import read_policy
from pipelines.publish.document import Comment, Document, Section
from pipelines.publish.page import lay_out
from pipelines.publish.sentences import to_text
from pipelines.remarks import comments_for, read_remarks
from pipelines.settings import load_settings
from pipelines.workspace import init_workspace
from tests.builders import make_brief
from tests.policies import policy_of


def sections(document: Document) -> dict[str, Section]:
    return {section.section_id: section for _, section in document.walk()}


def test_every_section_that_can_be_commented_on_is_in_the_brief(tmp_path: Path) -> None:
    brief = make_brief(policy=policy_of(tmp_path))
    present = sections(lay_out(brief))
    missing = [name for name, needed in rules()["sections"].items() if name not in present and not needed]
    assert missing == []


def test_a_comment_on_any_target_stands_in_the_brief_once(tmp_path: Path) -> None:
    workspace = tmp_path / "mine"
    init_workspace(workspace)
    settings = load_settings(workspace, {})
    brief = make_brief(policy=read_policy(settings))
    groups = [group.code for group in settings.groups]
    for number, about in enumerate([*rules()["sections"], *groups, *brief.tables, "by_gender_age_group"]):
        write(workspace, name=f"{number:02}.md", about=about, body=f"On {about}.\n")
    findings = {each.finding_id: each.statement for each in brief.findings}
    whose = (read_remarks(settings), settings, brief.edition.period, "network")
    told = comments_for(*whose, tables=brief.tables, findings=findings)
    document = lay_out(make_brief(comments=told, policy=brief.policy))
    blocks = [block for _, section in document.walk() for block in section.blocks if isinstance(block, Comment)]
    said = sorted(to_text(paragraph) for block in blocks for paragraph in block.paragraphs)
    assert said == sorted(each.paragraphs[0] for each in told)


def test_a_comment_on_a_table_that_a_brief_does_not_have_says_what_it_is_about(tmp_path: Path) -> None:
    workspace = tmp_path / "mine"
    init_workspace(workspace)
    settings = load_settings(workspace, {})
    write(workspace, about="by_nationality")
    whose = (read_remarks(settings), settings, Period.parse(QUARTER), "network")
    (told,) = comments_for(*whose, tables=("by_gender",), findings={})
    assert (told.about, told.subject) == ("main", "by_nationality")


# The template and the commands


def test_a_new_workspace_explains_comments_and_has_none(tmp_path: Path) -> None:
    init_workspace(tmp_path / "mine")
    remarks = read_remarks(load_settings(tmp_path / "mine", {}))
    assert (remarks.comments, remarks.events, remarks.explanations) == ((), (), ())


def test_the_example_of_the_template_can_be_used(tmp_path: Path) -> None:
    init_workspace(tmp_path / "mine")
    folder = tmp_path / "mine" / "commentary"
    lines = (folder / "README.md").read_text("utf-8").splitlines()
    example = [line.removeprefix("    ") for line in lines if line.startswith("    ")]
    (folder / "1.md").write_text("\n".join(example), encoding="utf-8")
    (found,) = read_remarks(load_settings(tmp_path / "mine", {})).comments
    assert found.about == "AGED_55_PLUS"


@pytest.mark.parametrize("command", ["check", "run"])
def test_commands_stop_before_any_work(workspace: Workspace, caseload: Callable[..., Any], command: str) -> None:
    before = workspace.snapshot()
    write(workspace.folder, about="nothing")
    outcome = caseload(workspace, command)
    assert outcome.code == 10
    assert "there is no nothing to comment on" in outcome.err
    assert workspace.snapshot() == before
    write(workspace.folder, body="Ring 020 7946 0018.\n")
    assert caseload(workspace, command).code == 12


def test_a_new_comment_makes_a_new_edition_with_the_same_figures(published: Workspace) -> None:
    before = published.released("by_gender")
    write(published.folder, audiences="public")
    (edition,) = published.run().published
    assert (edition.edition, edition.audiences) == (2, ("public",))
    assert published.released("by_gender", edition=2) == before
