"""The guides can be followed: their commands, settings and links exist, and words are plain."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from checks import shell_commands
from consoles import BLOCK, commands

from pipelines.arguments import command_parser
from pipelines.ingest.fields import fields
from pipelines.resources import reference_file
from tests.reading_age import reading_age, sentences_in

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TROUBLE, OPERATING, PROTECTION = (DOCS / f"{name}.md" for name in ("troubleshooting", "operating", "data-protection"))
GUIDES = (TROUBLE, OPERATING, PROTECTION)
OLDEST_READER, LONGEST_SENTENCE = 11, 25


def caseload_commands(page: Path) -> list[list[str]]:
    """Give every `caseload` command of a page; a name alone in running text, as in "see `caseload runs`", is none."""
    text = page.read_text("utf-8")
    shown = [command.split() for block in BLOCK.finditer(text) for command, _ in commands(block["body"])]
    blocks = "\n".join(re.findall(r"^```.*?^```", text, flags=re.M | re.S))
    told = [words for words in shell_commands(text) if len(words) > 2 or words in shell_commands(blocks)]
    return [words for words in [*told, *shown] if words[0] == "caseload"]


def problem(words: list[str], capture: pytest.CaptureFixture[str]) -> str | None:
    """Say why the real command line refuses a command; None when it takes it."""
    parser = command_parser(defaultdict(lambda: lambda _: 0))
    try:
        parser.parse_args(words[1:])
    except SystemExit as stop:
        told = capture.readouterr().err
        return f"{' '.join(words)}: {told.splitlines()[-1]}" if stop.code else None
    return None


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_the_command_line_takes_every_command_of_the_guides(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [told for words in caseload_commands(page) if (told := problem(words, capsys))] == []


def test_a_command_that_is_not_taken_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    assert problem(["caseload", "run", "--perod", "2026-Q3"], capsys)
    assert problem(["caseload", "audit"], capsys)
    assert problem(["caseload", "fly"], capsys)
    assert problem(["caseload", "run", "--period", "2026-Q3"], capsys) is None


def headings(page: Path) -> set[str]:
    """Give the addresses of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_links_into_pages_lead_to_a_heading(page: Path) -> None:
    links = re.findall(r"\]\(([\w.-]*)#([^)]+)\)", page.read_text("utf-8"))
    assert [(to, place) for to, place in links if place not in headings(page.parent / to if to else page)] == []


def settings_named(page: Path) -> set[tuple[str, str]]:
    """Give the settings that a page names, as `table.key` or `[table]`, and those of the flows that it lists."""
    text = page.read_text("utf-8")
    tables = "|".join(sorted(defaults()))
    keys = re.findall(rf"`({tables})\.(\w+)`", text) + [(name, "") for name in re.findall(rf"`\[({tables})\]`", text)]
    flows = re.findall(r"^\| `([a-z]+(?:-[a-z]+)+)` \|", text, flags=re.M)
    return {*keys, *(("schedules", name.replace("-", "_")) for name in flows)}


def defaults() -> dict[str, dict[str, object]]:
    return tomllib.loads(reference_file("defaults.toml").read_text("utf-8"))


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_settings_of_the_guides_exist(page: Path) -> None:
    known = {(table, key) for table, keys in defaults().items() for key in ("", *keys)}
    assert settings_named(page) <= known


def said_on(page: Path) -> str:
    """Give the running text of a page: paragraphs, items and cells, one a line, without marks and addresses."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.M | re.S)
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text).replace("**", "").replace("`", "")
    blocks: list[str] = []
    for line in (line.strip() for line in text.splitlines()):
        if not line or line.startswith(("#", "|--")):
            blocks.append("")
        elif line.startswith("|"):
            blocks += [cell.strip() for cell in line.strip("|").split("|")] + [""]
        elif re.match(r"(-|\d+\.) ", line):
            blocks.append(re.sub(r"^(-|\d+\.) (\[ \] )?", "", line))
        else:
            blocks[-1:] = [f"{blocks[-1]} {line}".strip()] if blocks else [line]
    return "\n".join(block for block in blocks if block)


def test_the_note_for_centres_can_be_read_by_everybody() -> None:
    said = said_on(PROTECTION)
    long = [one for one in sentences_in(said) if len(re.findall(r"\S+", one)) > LONGEST_SENTENCE]
    assert long == []
    assert reading_age(said) <= OLDEST_READER


def test_the_note_for_centres_names_every_field_that_is_asked_for() -> None:
    page = PROTECTION.read_text("utf-8")
    assert [name for name in fields() if f"`{name}`" not in page] == []


@pytest.mark.parametrize("article", ["5", "6", "9", "10", "17", "26", "28", "32", "33", "35"])
def test_the_note_for_centres_names_what_the_law_asks(article: str) -> None:
    assert re.search(rf"\bArticles? (\d+(\(\d\))?(, | and | or ))*{article}\b", PROTECTION.read_text("utf-8"))
