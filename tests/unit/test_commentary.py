"""Comments: what stands in a file, what is refused with its line, and that nobody is named by one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from comments import SAID_BY, write
from workspaces import QUARTER

from pipelines.commentary import Remark, Targets, load_commentary
from pipelines.errors import IdentifiersFound, SettingsError
from pipelines.periods import Period

TARGETS = Targets(
    groups={"AGED_55_PLUS": "People aged 55 and over"},
    tables=("by_gender", "by_period"),
    audiences=("network", "public", "centre-harbour"),
    names=("Harbour Law Centre", "Grace Adams Trust"),
)


def read(folder: Path) -> tuple[Remark, ...]:
    return load_commentary(folder, TARGETS)


def refused(folder: Path) -> str:
    with pytest.raises(SettingsError) as failure:
        read(folder)
    assert failure.value.exit_code == 10
    return str(failure.value)


def test_a_comment_is_read_as_it_was_written(tmp_path: Path) -> None:
    body = "One line\nand its next.\n\nA second paragraph, 15 people; see [the rules](https://www.gov.uk/x).\n"
    write(tmp_path, body=body, about="by_gender", said_on="2026-10-02", period=QUARTER, audiences="network, centres")
    (found,) = read(tmp_path)
    assert found.paragraphs == (
        "One line and its next.",
        "A second paragraph, 15 people; see the rules (https://www.gov.uk/x).",
    )
    assert (found.about, found.said_by, found.said_on) == ("by_gender", SAID_BY, date(2026, 10, 2))
    assert (found.period, found.audiences) == (Period.parse(QUARTER), ("network", "centres"))


def test_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    for name in ("b.md", "a.md"):
        write(tmp_path, name=name, body=f"This is {name}.\n")
    assert [each.paragraphs for each in read(tmp_path)] == [("This is a.md.",), ("This is b.md.",)]


def test_without_the_folder_there_are_no_comments(tmp_path: Path) -> None:
    assert read(tmp_path) == ()


@pytest.mark.parametrize(
    ("head", "audience", "period", "is_told"),
    [
        ({}, "public", "2024-Q1", True),
        ({"period": QUARTER}, "public", "2024-Q1", False),
        ({"audiences": "network"}, "public", QUARTER, False),
        ({"audiences": "centres"}, "centre-harbour", QUARTER, True),
        ({"audiences": "centres"}, "network", QUARTER, False),
        ({"audiences": "centre-harbour"}, "centre-harbour", QUARTER, True),
    ],
)
def test_whose_briefs_have_a_comment(
    tmp_path: Path, head: dict[str, str], audience: str, period: str, is_told: bool
) -> None:
    write(tmp_path, **head)
    (found,) = read(tmp_path)
    assert found.is_for(audience, Period.parse(period)) is is_told


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ({"about": ""}, "1.md, line 1: about is missing"),
        ({"said_by": ""}, "1.md, line 1: said_by is missing"),
        ({"about": "AGED_55"}, 'line 2: there is no AGED_55 to comment on. Did you mean "aged_55_plus"?'),
        ({"author": "x"}, "1.md, line 4: author is not a key of a comment."),
        ({"said_on": "2 October"}, "line 4: said_on must be a date"),
        ({"period": "summer"}, "line 4: period must be a period"),
        ({"audiences": "networks"}, 'line 4: there is no audience networks. Did you mean "network"?'),
        ({"said_by": "x" * 121}, "line 3: said_by has more than 120 characters"),
        ({"said_by": "Turned \u202e round"}, "line 3: it holds a character that cannot be printed"),
    ],
)
def test_a_wrong_head_is_told_with_its_line(tmp_path: Path, head: dict[str, str], told: str) -> None:
    write(tmp_path, **head)
    assert told in refused(tmp_path)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "it says nothing"),
        ("# A heading\n", "line 5: # has no meaning here"),
        ("- A list\n", "line 5: - has no meaning here"),
        ("Plain.\n\nThis is **bold**.\n", "line 7: ** has no meaning here"),
        ("A <b>tag</b>.\n", "< > has no meaning here"),
        ("![x](https://example.org/x.png)\n", "![ has no meaning here"),
        ("A [link](javascript:alert).\n", "a link must be written"),
        ("Turned \u202e round.\n", "a character that cannot be printed"),
        ("x" * 1201, "more than 1200 characters"),
        ("a\n\n" * 7, "more than 6 paragraphs"),
    ],
)
def test_what_would_be_printed_as_it_stands_is_told(tmp_path: Path, body: str, told: str) -> None:
    write(tmp_path, body=body)
    assert told in refused(tmp_path)


@pytest.mark.parametrize(
    "content", [b"No head at all.\n", b"---\nabout: groups\n", b"---\nabout\n---\nx\n", b"\xff\xfe", b""]
)
def test_a_file_that_is_no_comment_is_told(tmp_path: Path, content: bytes) -> None:
    write(tmp_path).write_bytes(content)
    assert "1.md, line" in refused(tmp_path)


@pytest.mark.parametrize("name", ["notes.txt", "old/1.md"])
def test_nothing_in_the_folder_is_left_out_in_silence(tmp_path: Path, name: str) -> None:
    write(tmp_path)
    path = tmp_path / "commentary" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", encoding="utf-8")
    assert f"{name.partition('/')[0]} is no comment" in refused(tmp_path)


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, about="nothing", said_by="", body="# x\n\nMaria Kowalska came.\n")
    write(tmp_path, name="2.md", period="x")
    told = refused(tmp_path)
    wanted = ("there is no nothing", "said_by is missing", "# has no meaning", "line 6: name", "2.md, line 4: period")
    assert [part for part in wanted if part not in told] == []
    assert "Kowalska" not in told


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Maria Kowalska came with her son.", "name", "Kowalska"),
        ("Mrs Nowak told us so.", "name", "Nowak"),
        ("Ring 020 7946 0018 for more.", "telephone", "7946"),
        ("Write to ann@example.org.", "email", "ann@"),
        ("She was born on 3/4/1950 in Lublin.", "birth date", "1950"),
        ("Somebody at 12 High Street, Leeds, LS1 4AP.", "address", "LS1"),
        ("Her number is AB 12 34 56 C.", "national insurance", "34 56"),
    ],
)
def test_a_comment_that_points_at_a_person_stops_the_run(tmp_path: Path, text: str, kind: str, value: str) -> None:
    write(tmp_path, body=f"Plain words.\n\n{text}\n")
    with pytest.raises(IdentifiersFound) as failure:
        read(tmp_path)
    assert failure.value.exit_code == 12
    assert "1.md, line 7: " in str(failure.value)
    assert kind in str(failure.value).lower()
    assert value not in str(failure.value)


def test_who_says_it_may_be_named_but_not_reached(tmp_path: Path) -> None:
    write(tmp_path, said_by="Maria Kowalska, Harbour Law Centre")
    assert read(tmp_path)[0].said_by.startswith("Maria Kowalska")
    write(tmp_path, said_by="Maria Kowalska, maria@example.org")
    with pytest.raises(IdentifiersFound, match=r"1\.md, line 3: email"):
        read(tmp_path)


def test_names_that_may_stand_in_a_comment(tmp_path: Path) -> None:
    write(tmp_path, body="The Grace Adams Trust closed its fund, as Maria Kowalska said.\n", may_name="Maria Kowalska")
    assert len(read(tmp_path)) == 1
