"""The tutorial is run as it stands: every file is written, every command typed, every line of output compared."""

from __future__ import annotations

import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from consoles import BLOCK, commands, matches

from pipelines.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
ELSEWHERE = "sh"  # blocks of this kind prepare the machine and are not run


@dataclass
class Terminal:
    """A folder, and the exit code of the last command typed in it."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    code: int = 0

    def type(self, command: str) -> list[str]:
        """Run one command and give the lines it prints; `caseload` runs in this process, which saves its start."""
        if command == "echo $?":
            return [str(self.code)]
        if command.startswith("caseload "):
            self.capture.readouterr()
            self.code = main(shlex.split(command)[1:])
            told = self.capture.readouterr()
            return (told.out + told.err).splitlines()
        done = subprocess.run(command, shell=True, cwd=self.folder, capture_output=True, text=True, check=False)  # noqa: S602
        self.code = done.returncode
        return (done.stdout + done.stderr).splitlines()


def put(folder: Path, what: str, name: str, body: str) -> None:
    """Write a file, or put a table of a TOML file in the place of the one with the same heading."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if what == "section":
        heading = re.escape(body.splitlines()[0].split("#")[0].strip())
        text = path.read_text(encoding="utf-8")
        body, n_found = re.subn(rf"^{heading}.*?(?=^\[|\Z)", lambda _: f"{body}\n", text, count=1, flags=re.M | re.S)
        assert n_found == 1, f"{name} has no {heading}"
    path.write_text(body, encoding="utf-8")


def test_every_block_is_a_file_a_command_or_an_output():
    kinds = {match["kind"] for match in BLOCK.finditer(PAGE.read_text("utf-8")) if not match["name"]}
    assert kinds == {"console", ELSEWHERE}


@pytest.mark.slow
def test_the_tutorial_runs_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    terminal = Terminal(tmp_path, capsys)
    for block in BLOCK.finditer(PAGE.read_text("utf-8")):
        if block["name"]:
            put(tmp_path, block["what"], block["name"], block["body"])
        elif block["kind"] == "console":
            for command, shown in commands(block["body"]):
                told = terminal.type(command)
                assert matches(shown, told), f"$ {command}\n" + "\n".join(told)


def test_a_wrong_line_would_be_seen():
    told = ["one", "two 2026", "three"]
    assert matches(["one", "two …", "three"], told)
    assert matches(["one", "…", "three"], told)
    assert matches(["…"], told)
    assert not matches(["one", "two"], told)
    assert not matches(["one", "two 2025", "three"], told)
