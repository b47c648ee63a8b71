"""A comment on one finding: where it stands, what it says when the finding reads otherwise, and what the audit sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from comments import write
from workspaces import QUARTER

from pipelines.audit import file_problems
from pipelines.commentary import Remark
from pipelines.disclosure.finding_names import finding_name
from pipelines.errors import SettingsError
from pipelines.periods import Period
from pipelines.publish.brief import Brief, Commentary
from pipelines.publish.document import Comment, Paragraph
from pipelines.publish.page import lay_out
from pipelines.publish.release import render
from pipelines.publish.sentences import to_text
from pipelines.remarks import comments_for, read_remarks
from pipelines.settings import Settings, load_settings
from pipelines.workspace import init_workspace
from tests.builders import make_brief, make_facts
from tests.properties.mutations import with_change
from tests.rounded import rounded_brief

KEY = "2026-Q3/1/network"
FINDING = "aged_55_plus.share_of_clients"
OTHER = "gender_code.f.share_of_clients"
SAID_BY, TEXT = "Advice manager, Harbour Law Centre", "Older clients come to our drop-in."


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("comments") / "mine"
    init_workspace(folder)
    return load_settings(folder, {})


def remark(about: str, finding: str = "") -> Remark:
    return Remark(about, SAID_BY, None, None, (), (TEXT,), finding)


def of_groups(brief: Brief) -> Brief:
    """Give a brief whose findings are about groups, under the names that the manifest has for them."""
    named = [
        replace(each, dimension="group_code", finding_id=finding_name("group_code", each.group))
        for each in brief.findings
    ]
    return replace(brief, findings=tuple(named))


def told(settings: Settings, *remarks: Remark, **findings: str) -> tuple[Commentary, ...]:
    everything = read_remarks(settings).__class__(remarks, (), ())
    names = {name.replace("__", "."): statement for name, statement in findings.items()}
    return comments_for(everything, settings, Period.parse(QUARTER), "network", tables=("by_gender",), findings=names)


def blocks(brief: Brief) -> list[Comment]:
    return [block for _, part in lay_out(brief).walk() for block in part.blocks if isinstance(block, Comment)]


def commented(brief: Brief) -> list[str]:
    """Give the text right above each comment."""
    found = []
    for _, section in lay_out(brief).walk():
        above = ""
        for block in section.blocks:
            if isinstance(block, Comment):
                found.append(above)
            elif isinstance(block, Paragraph):
                above = to_text(block.text)
    return found


def test_each_finding_of_a_brief_can_be_commented_on_right_below_its_words() -> None:
    brief = of_groups(make_brief())
    row = replace(brief.findings[0], dimension="gender_code", finding_id="gender_code.f.share", group="F")
    whole = replace(row, finding_id="gender_code.share", group="_T")
    brief = replace(brief, findings=(*brief.findings, row, whole))
    for each in brief.findings:
        comment = Commentary(each.finding_id, SAID_BY, None, (TEXT,))
        assert commented(replace(brief, comments=(comment, comment))) == [each.statement] * 2


def test_a_comment_on_a_finding_that_the_brief_does_not_have_says_whom_it_is_about(settings: Settings) -> None:
    (found,) = told(settings, remark(OTHER))
    assert (found.about, found.subject) == ("main", "Female")


@pytest.mark.parametrize(("read", "is_earlier"), [("", False), ("Seen  less.", False), ("Seen as expected.", True)])
def test_a_comment_on_a_finding_that_read_otherwise_says_so(settings: Settings, read: str, is_earlier: bool) -> None:
    (found,) = told(settings, remark(FINDING, read), aged_55_plus__share_of_clients="Seen less.")
    assert (found.about, found.is_earlier) == (FINDING, is_earlier)
    said = [to_text(block.said_by) for block in blocks(of_groups(make_brief(comments=(found,))))]
    assert said == [f"{SAID_BY}, about this finding as it read then" if is_earlier else SAID_BY]


def test_a_comment_on_a_finding_needs_its_day(tmp_path: Path) -> None:
    init_workspace(tmp_path / "mine")
    settings = load_settings(tmp_path / "mine", {})
    write(tmp_path / "mine", about=FINDING)
    with pytest.raises(SettingsError, match="said_on is missing; it says on which day it was said"):
        read_remarks(settings)
    write(tmp_path / "mine", about=FINDING.upper(), said_on="2026-10-02")
    assert read_remarks(settings).comments[0].about == FINDING
    write(tmp_path / "mine", about="aged_55.share_of_clients", said_on="2026-10-02")
    with pytest.raises(SettingsError, match=r"Did you mean \"aged_55_plus\.share_of_clients\""):
        read_remarks(settings)


# The audit


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return render(of_groups(rounded_brief(comments=(Commentary(FINDING, SAID_BY, None, (TEXT,)),))), make_facts())


def problems(files: dict[str, bytes], old: str, new: str) -> str:
    page = files["brief.html"].decode()
    assert page.count(old) == 1
    before = set(file_problems(KEY, files))
    changed = with_change(files, "brief.html", page.replace(old, new).encode())
    return "\n".join(each for each in file_problems(KEY, changed) if each not in before)


def test_a_brief_with_a_comment_passes(files: dict[str, bytes]) -> None:
    assert [each for each in file_problems(KEY, files) if "comment" in each] == []


def test_a_comment_under_another_name_is_found(files: dict[str, bytes]) -> None:
    told = problems(files, SAID_BY, "Director, Harbour Law Centre")
    assert "has a comment that manifest.json does not list" in told
    assert "leaves out a comment" in told


def test_a_comment_in_another_place_is_found(files: dict[str, bytes]) -> None:
    told = problems(files, '<figure class="comment">', '<p>Another finding.</p><figure class="comment">')
    assert "has a comment that does not stand beside its finding" in told


def test_a_comment_that_nobody_made_is_found(files: dict[str, bytes]) -> None:
    figure = '<figure class="comment"><blockquote><p>No.</p></blockquote><figcaption>Nobody</figcaption></figure>'
    assert "has a comment that manifest.json does not list" in problems(files, "</main>", f"{figure}</main>")
