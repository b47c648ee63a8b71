"""The guides say what happens: their commands exist, each failure they show is made to happen, and words are plain."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from broken import BREAKS
from checks import shell_commands
from consoles import BLOCK, commands, matches
from workspaces import AS_OF, Workspace

from pipelines.arguments import command_parser
from pipelines.cli import main
from pipelines.ingest.fields import fields
from pipelines.resources import reference_file
from tests.reading_age import reading_age, sentences_in

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TROUBLE, OPERATING, PROTECTION = (DOCS / f"{name}.md" for name in ("troubleshooting", "operating", "data-protection"))
GUIDES = (TROUBLE, OPERATING, PROTECTION)
CODES = (0, 1, 2, 10, 11, 12, 13, 14, 15, 16, 130)
PARTS = ("What you see.", "Why.", "What to do", "What is safe meanwhile.")
# Commands and sections of settings that are being built beside these pages. TO BE EMPTIED when they are there.
BESIDE = frozenset({"serve", "backup", "restore", "erase", "runs", "doctor", "schedules", "notices", "retention"})
# Ends after which new cases may be in the warehouse; the page says so.
STORES = frozenset({0, 2, 14})
# Ways that take a whole run and differ little from another one that is always tried.
SLOW = frozenset({"three-late-cases", "a-period-without-cases"})
SHELF = "outputs/release/2026-Q3"
OLDEST_READER, LONGEST_SENTENCE = 11, 25


@dataclass(frozen=True)
class Shown:
    """One example of the page: under which number, how the workspace was broken, what is typed and what is said."""

    code: int
    broken: str
    command: str
    lines: tuple[str, ...]


def sections(page: Path) -> dict[int, str]:
    """Give the text of each section that begins with a number."""
    found = re.findall(r"^## (\d+): .*?\n(.*?)(?=^## |\Z)", page.read_text("utf-8"), flags=re.M | re.S)
    return {int(code): text for code, text in found}


def examples() -> list[Shown]:
    return [
        Shown(code, block["name"], command, tuple(lines))
        for code, text in sections(TROUBLE).items()
        for block in BLOCK.finditer(text)
        for command, lines in commands(block["body"])
    ]


def test_every_exit_code_has_its_section_with_all_parts() -> None:
    assert tuple(sections(TROUBLE)) == CODES
    assert {code: [part for part in PARTS if f"**{part}" not in text] for code, text in sections(TROUBLE).items()} == {
        code: [] for code in CODES
    }


def test_every_exit_code_is_shown_and_every_way_to_break_is_used() -> None:
    assert {shown.code for shown in examples()} == set(CODES)
    assert {shown.broken for shown in examples()} == set(BREAKS)


def words_of(command: str) -> list[str]:
    """Give the words after `caseload`; a day is added, so that the page is true on any day."""
    words = shlex.split(command)[1:]
    return words if "--as-of" in words else [*words, "--as-of", str(AS_OF)]


@contextmanager
def another_process(code: str) -> Iterator[subprocess.Popen[str]]:
    """Run Python beside the test; it is told when the block ends, and ends itself."""
    begun = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield begun
    finally:
        begun.communicate("over\n", timeout=60)


HOLD = """
from pathlib import Path
from pipelines.warehouse import writing
with writing(Path("warehouse"), keep=False):
    print("held", flush=True)
    input()
"""


@contextmanager
def circumstances(broken: str) -> Iterator[None]:
    """Do what has to go on at the same time."""
    if broken != "another-run":
        yield
        return
    with another_process(HOLD) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield


def separately(words: list[str], *, before: Path | None = None) -> subprocess.Popen[str]:
    """Start the command line as a process of its own; `before` is a folder whose packages go first."""
    places = [str(place) for place in (before, ROOT) if place]
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines", *words],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(places)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def with_a_damaged_package(words: list[str], folder: Path) -> tuple[int, str]:
    package = folder / "damaged" / "polars"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('raise ImportError("damaged")\n', "utf-8")
    begun = separately(words, before=package.parent)
    told = begun.communicate(timeout=60)
    return begun.returncode, "".join(told)


def stopped_while_it_writes(words: list[str]) -> tuple[int, str]:
    """Press Ctrl-C when the run has begun to write a copy of the warehouse."""
    begun = separately(words)
    ends = time.monotonic() + 60
    while len(list(Path("warehouse").glob("caseload-*.duckdb"))) < 2 and time.monotonic() < ends:
        assert begun.poll() is None
        time.sleep(0.01)
    begun.send_signal(signal.SIGINT)
    told = begun.communicate(timeout=60)
    return begun.returncode, "".join(told)


def here(words: list[str], capture: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capture.readouterr()
    code = main(words)
    return code, "".join(capture.readouterr())


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(each, id=f"{each.code}-{each.broken}", marks=[pytest.mark.slow] if each.broken in SLOW else [])
        for each in examples()
    ],
)
def test_what_the_page_shows_happens(
    published: Workspace,
    shown: Shown,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name in [name for name in os.environ if name.startswith("CASELOAD_")]:
        monkeypatch.delenv(name)
    for name, value in published.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(published.folder)
    BREAKS[shown.broken](published)
    before, words = published.snapshot(), words_of(shown.command)
    ways: dict[str, Callable[[], tuple[int, str]]] = {
        "a-broken-installation": lambda: with_a_damaged_package(words, tmp_path),
        "stopped-by-hand": lambda: stopped_while_it_writes(words),
    }
    with circumstances(shown.broken):
        code, told = ways.get(shown.broken, lambda: here(words, capfd))()
    assert code == shown.code, told
    assert matches(list(shown.lines), told.splitlines()), told
    after = published.snapshot()
    if code not in STORES:
        assert after == before
    assert {name: n for name, n in before.items() if name.startswith(SHELF) and after.get(name) != n} == {}


def caseload_commands(page: Path) -> list[list[str]]:
    """Give every `caseload` command of a page; a name alone in running text, as in "see `caseload runs`", is none."""
    text = page.read_text("utf-8")
    shown = [command.split() for block in BLOCK.finditer(text) for command, _ in commands(block["body"])]
    blocks = "\n".join(re.findall(r"^```.*?^```", text, flags=re.M | re.S))
    told = [words for words in shell_commands(text) if len(words) > 2 or words in shell_commands(blocks)]
    return [words for words in [*told, *shown] if words[0] == "caseload"]


def problem(words: list[str], capture: pytest.CaptureFixture[str]) -> str | None:
    """Say why the real command line refuses a command; None when it takes it."""
    if words[1] in BESIDE:
        return None
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
    tables = "|".join(sorted({*defaults(), *BESIDE}))
    keys = re.findall(rf"`({tables})\.(\w+)`", text) + [(name, "") for name in re.findall(rf"`\[({tables})\]`", text)]
    flows = re.findall(r"^\| `([a-z]+(?:-[a-z]+)+)` \|", text, flags=re.M)
    return {*keys, *(("schedules", name.replace("-", "_")) for name in flows)}


def defaults() -> dict[str, dict[str, object]]:
    return tomllib.loads(reference_file("defaults.toml").read_text("utf-8"))


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_settings_of_the_guides_exist(page: Path) -> None:
    known = {(table, key) for table, keys in defaults().items() for key in ("", *keys)}
    assert {named for named in settings_named(page) if named[0] not in BESIDE} <= known


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
