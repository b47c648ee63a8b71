"""The page of troubleshooting says what happens: each failure that it shows is made to happen, for every exit code."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from broken import BREAKS
from consoles import BLOCK, commands, matches
from workspaces import AS_OF, Workspace

from pipelines.cli import main

ROOT = Path(__file__).parents[2]
TROUBLE = ROOT / "docs" / "troubleshooting.md"
CODES = (0, 1, 2, 10, 11, 12, 13, 14, 15, 16, 130)
PARTS = ("What you see.", "Why.", "What to do", "What is safe meanwhile.")
# Ends after which new cases may be in the warehouse; the page says so.
STORES = frozenset({0, 2, 14})
# Ways that take a whole run and differ little from another one that is always tried.
SLOW = frozenset({"three-late-cases", "a-period-without-cases"})
SHELF = "outputs/release/2026-Q3"


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
